"""Belenios archives (``.bel``), read and written front to back, byte for byte (specification 3.1, "Archive").

An archive is the record ``BELENIOS`` and then, for every event, the data it refers to and the event. Invariant: what
:class:`Reader` accepts is exactly what :class:`Writer` writes for the same events, data and timestamp, so no byte of an
archive goes unchecked and an archive cut after an event is a shorter archive. Memory is that of one event's data.

Data that two events refer to (two equal shuffles, a ballot cast twice) are written before each of them, as the peer's
writer does, and its check demands; that a board must not take a ballot twice is a rule of ballots, not of archives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Self

from aydyn.evote.errors import ArchiveError, FormatError
from aydyn.evote.events import (
    Details,
    Event,
    EventType,
    Owned,
    SetupData,
    SizedTally,
    check_data,
    check_order,
    make_event,
    parse_event,
)
from aydyn.evote.positions import Position
from aydyn.evote.records import (
    MAX_BODY,
    SECTION_COPIES,
    SECTION_EVENTS,
    SECTION_RECORDS,
    Kind,
    Record,
    Source,
    name_of,
    read_record,
    read_start,
    record_of,
    start_of,
)
from aydyn.evote.wire import hex_digest

MOST_DATA = 5  # Setup has the most: election, trustees, credentials, certificate, and what names them


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with the bodies of its data records in the prescribed order, as they stand in ``offset`` to ``end``.

    ``details`` is the last of the data, read: SetupData of Setup, SizedTally of EncryptedTally, Owned of Shuffle and
    PartialDecryption, None of the others.
    """

    event: Event
    data: tuple[bytes, ...]
    details: Details | None
    offset: int
    end: int


class Reader(Iterator[Entry]):
    """The entries of an archive, one after the other, each checked whole before it is given out.

    ``stream`` stands at its beginning. With ``resume``, the bytes before that position are hashed and compared, not
    checked again, and the first entry is the one after it. ``limit`` is the most bytes one record may declare.
    Raises ArchiveError, with the height of the event being read and the offset of the record at fault, on the next
    entry; an archive that ends inside an event, or before its first, is at fault.
    """

    def __init__(self, stream: BinaryIO, *, resume: Position | None = None, limit: int = MAX_BODY) -> None:
        self._source = Source(stream)
        self._limit = limit
        self._resume = resume
        self._position = resume
        self._entries = self._run()

    @property
    def position(self) -> Position | None:
        """Where reading stands, after the last entry given out; None before the first."""
        return self._position

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Entry:
        return next(self._entries)

    def _run(self) -> Iterator[Entry]:
        timestamp = self._begin()
        while (entry := self._entry(timestamp)) is not None:
            yield entry
        if self._position is None:
            raise self._refused("archive-empty", "The archive has no event", self._source.offset)

    def _begin(self) -> int:
        if self._resume is None:
            return read_start(self._source)
        self._source.skip(self._resume.offset)
        if self._source.offset != self._resume.offset or self._source.digest() != self._resume.digest:
            words = f"The first {self._resume.offset} bytes are not those that were checked before"
            raise ArchiveError("archive-prefix", words, height=self._resume.height, section=SECTION_COPIES)
        return self._resume.timestamp

    def _entry(self, timestamp: int) -> Entry | None:
        """The next event with its data; None where the stream ends before one."""
        offset = self._source.offset
        pending: list[Record] = []
        while (record := self._record(timestamp)) is not None:
            if record.kind is Kind.EVENT:
                return self._accept(pending, record, offset, timestamp)
            pending.append(record)
            if len(pending) > MOST_DATA:
                raise self._refused("data-extra", "More data stand before an event than any event has", record.offset)
        if pending:
            raise self._refused("archive-truncated", "The archive ends with data that no event refers to", offset)
        return None

    def _record(self, timestamp: int) -> Record | None:
        record = read_record(self._source, height=self._height(), limit=self._limit)
        if record is not None and record.kind is Kind.START:
            raise self._refused("archive-start", "A second beginning stands inside the archive", record.offset)
        if record is not None and record.timestamp != timestamp:
            raise self._refused("archive-time", "A record has another time than the archive", record.offset)
        return record

    def _accept(self, pending: Sequence[Record], record: Record, offset: int, timestamp: int) -> Entry:
        last = self._position
        data = tuple(each.body for each in pending)
        try:
            event = parse_event(record.body)
            _check_chain(event, last)
            check_order(last.type if last else None, event.type)
            details = check_data(event, data, [each.digest for each in pending])
        except FormatError as error:
            raise self._refused(error.rule, error.words, record.offset, error.section) from None
        ballots = (last.ballots if last else 0) + (event.type is EventType.BALLOT)
        end = self._source.offset
        self._position = Position(end, self._source.digest(), event.hash, event.height, event.type, timestamp, ballots)
        return Entry(event, data, details, offset, end)

    def _height(self) -> int:
        return 0 if self._position is None else self._position.height + 1

    def _refused(self, rule: str, words: str, offset: int, section: str = SECTION_RECORDS) -> ArchiveError:
        words = f"{words} (event {self._height()}, byte {offset})"
        return ArchiveError(rule, words, height=self._height(), offset=offset, section=section)


def read_entries(stream: BinaryIO, *, resume: Position | None = None, limit: int = MAX_BODY) -> Reader:
    """The entries of the archive in ``stream``; see :class:`Reader`, whose ``position`` can be kept for the next time."""
    return Reader(stream, resume=resume, limit=limit)


def _check_chain(event: Event, last: Position | None) -> None:
    height = last.height + 1 if last else 0
    if event.parent != (last.event if last else None):
        words = f"{event.type} does not name the event before it as its parent"
        raise FormatError("event-parent", words, section=SECTION_EVENTS)
    if event.height != height:
        raise FormatError(
            "event-height", f"{event.type} says height {event.height}, not {height}", section=SECTION_EVENTS
        )


class Writer:
    """Writes an archive, event by event, to a buffered stream; ``timestamp`` in seconds since 1970 stands in every record.

    Every method writes the data and the event in one piece and returns the event. Raises ArchiveError
    ``event-order`` before writing anything where the event may not follow; ValueError for a timestamp or a size that
    the format cannot hold. What the data say is not looked at.
    """

    def __init__(self, stream: BinaryIO, *, timestamp: int, after: Position | None = None) -> None:
        self._stream = stream
        self._timestamp = timestamp
        self._last = None if after is None else (after.event, after.height, after.type)
        self._offset = 0 if after is None else after.offset
        if after is None:
            self._offset = stream.write(start_of(timestamp))

    @classmethod
    def resume(cls, stream: BinaryIO, last: Position) -> Writer:
        """A writer that appends to ``stream``, which stands at byte ``last.offset`` of the archive."""
        return cls(stream, timestamp=last.timestamp, after=last)

    def setup(self, election: bytes, trustees: bytes, credentials: bytes, certificate: bytes | None = None) -> Event:
        """Open the board with the election, its trustees, the public credentials and, where there is one, their certificate."""
        parts = [election, trustees, credentials, *([] if certificate is None else [certificate])]
        return self.add(EventType.SETUP, *parts, SetupData(*map(hex_digest, parts)).to_bytes())

    def ballot(self, ballot: bytes) -> Event:
        """Take a ballot."""
        return self.add(EventType.BALLOT, ballot)

    def end_ballots(self) -> Event:
        """Close the ballot box."""
        return self.add(EventType.END_BALLOTS)

    def encrypted_tally(self, tally: bytes, num_tallied: int, total_weight: int) -> Event:
        """Publish the encrypted tally of ``num_tallied`` ballots, which weigh ``total_weight`` together."""
        sized = SizedTally(num_tallied, total_weight, hex_digest(tally))
        return self.add(EventType.ENCRYPTED_TALLY, tally, sized.to_bytes())

    def shuffle(self, owner: int, payload: bytes) -> Event:
        """Publish the shuffle of trustee number ``owner`` (from 1)."""
        return self.add(EventType.SHUFFLE, payload, Owned(owner, hex_digest(payload)).to_bytes())

    def end_shuffles(self) -> Event:
        """Say that no more shuffles come."""
        return self.add(EventType.END_SHUFFLES)

    def partial_decryption(self, owner: int, payload: bytes) -> Event:
        """Publish the partial decryption of trustee number ``owner`` (from 1)."""
        return self.add(EventType.PARTIAL_DECRYPTION, payload, Owned(owner, hex_digest(payload)).to_bytes())

    def result(self, result: bytes) -> Event:
        """Publish the result."""
        return self.add(EventType.RESULT, result)

    def add(self, kind: EventType, *data: bytes) -> Event:
        """Write an event and its data as an :class:`Entry` has them: with what describes them, where something does, last.

        Raises ArchiveError, as the class says, and for data that are not those such an event has.
        """
        parent, height = (None, 0) if self._last is None else (self._last[0], self._last[1] + 1)
        digests = [hex_digest(each) for each in data]
        event = make_event(parent, height, kind, digests[-1] if digests else None)
        try:
            check_order(self._last[2] if self._last else None, kind)
            check_data(event, data, digests)
        except FormatError as error:
            raise ArchiveError(
                error.rule, error.words, height=height, offset=self._offset, section=error.section
            ) from None
        names = [name_of(Kind.DATA, digest) for digest in digests]
        records = [record_of(name, body, self._timestamp) for name, body in zip(names, data, strict=True)]
        records.append(record_of(name_of(Kind.EVENT, event.hash), event.to_bytes(), self._timestamp))
        self._offset += self._stream.write(b"".join(records))
        self._last = (event.hash, event.height, event.type)
        return event
