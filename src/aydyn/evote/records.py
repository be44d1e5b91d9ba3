"""One record of a ``.bel`` archive: a tar header of 512 bytes that has one spelling, a body, zeros to the next 512.

The format is tar's of before POSIX (no ``ustar`` mark, no end-of-archive blocks), with every field fixed but name, size
and time (Belenios specification 3.1, "Archive"). Invariant: a header is accepted only if it is, byte for byte, the one
that :func:`header_of` makes from its own name, size and time. A record's memory grows with the bytes that have come,
never with the size it declares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from aydyn.evote.errors import ArchiveError, quoted

BLOCK = 512
MAX_BODY = 256 * 2**20
MAX_EVENT = 512  # the longest event there can be has some 250 bytes
MAX_TIMESTAMP = 8**11 - 1
START = "BELENIOS"
# The sections of docs/spec/election-archive.md that archives are refused by.
SECTION_RECORDS = "§14.1"
SECTION_EVENTS = "§14.2"
SECTION_ORDER = "§14.3"
SECTION_DATA = "§14.4"
SECTION_COPIES = "§14.5"

_Refused = Callable[[str, str], ArchiveError]  # rule and words to an error that knows where
_PIECE = 2**20
_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_OCTAL = re.compile(rb"[0-7]{11}")
_START_BODY = re.compile(rb'\{"version":([0-9]{1,9}),"timestamp":"(0|[1-9][0-9]{0,9})"\}')


class Kind(StrEnum):
    """What a record holds: the header of the archive, an event, or data that an event refers to."""

    START = "start"
    DATA = "data"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stood between bytes ``offset`` and ``end`` of the archive; ``digest`` is the one in its name."""

    kind: Kind
    digest: str
    body: bytes
    timestamp: int
    offset: int
    end: int


class Source:
    """A stream read front to back, which counts and hashes every byte it gives out."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.offset = 0

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer only at the end of the stream; asks for a megabyte at a time."""
        data = self._stream.read(min(count, _PIECE))
        if data and len(data) < count:
            taken = bytearray(data)
            while len(taken) < count and (piece := self._stream.read(min(count - len(taken), _PIECE))):
                taken += piece
            data = bytes(taken)
        self._hash.update(data)
        self.offset += len(data)
        return data

    def skip(self, count: int) -> int:
        """Read and hash up to ``count`` bytes without keeping them; returns how many there were."""
        left = count
        while left:
            got = len(self.take(min(left, _PIECE)))
            if not got:
                break
            left -= got
        return count - left

    def digest(self) -> str:
        """SHA-256 of all bytes given out so far, in hexadecimal."""
        return self._hash.hexdigest()


def header_of(name: str, size: int, timestamp: int) -> bytes:
    """The 512 bytes before a body of ``size`` bytes; ``timestamp`` in seconds since 1970.

    Name at 0, mode ``0000644`` at 100, owner and group ``0000000`` at 108 and 116, size and time in eleven octal digits
    at 124 and 136, ``0`` (a plain file) at 156; at 148 the sum of all bytes, the sum's own field taken as eight spaces,
    in six octal digits, NUL, space. Raises ValueError for what has no place in these fields.
    """
    if not (0 <= size < 8**11 and 0 <= timestamp <= MAX_TIMESTAMP and 0 < len(name) < 100 and name.isascii()):
        raise ValueError(f"no archive header holds {name[:100]!r}, {size} bytes, time {timestamp}")
    fields = name.encode("ascii").ljust(100, b"\0") + b"0000644\0" + b"0000000\0" + b"0000000\0"
    fields += b"%011o\0%011o\0" % (size, timestamp)
    total = sum(fields) + 8 * ord(" ") + ord("0")
    return (fields + b"%06o\0 0" % total).ljust(BLOCK, b"\0")


def record_of(name: str, body: bytes, timestamp: int) -> bytes:
    """A whole record: header, body, and zeros to the next multiple of 512 bytes. Raises ValueError as header_of."""
    return header_of(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def name_of(kind: Kind, digest: str) -> str:
    """The name of a data or event record: the hexadecimal SHA-256 of its body, its kind, ``json``."""
    return f"{digest}.{kind.value}.json"


def start_of(timestamp: int) -> bytes:
    """The first record of an archive, whose body gives version 1 and the time. Raises ValueError as header_of."""
    return record_of(START, b'{"version":1,"timestamp":"%d"}' % timestamp, timestamp)


def read_record(source: Source, *, height: int | None = None, limit: int = MAX_BODY) -> Record | None:
    """The next record, or None at the end of the stream; ``height`` is only for the words of an error.

    Raises ArchiveError: ``archive-truncated``, ``archive-header`` (not the one spelling), ``archive-name``,
    ``archive-size`` (declared beyond ``limit``, or an event beyond MAX_EVENT), ``archive-padding``, ``archive-digest``.
    """
    offset = source.offset

    def refused(rule: str, words: str) -> ArchiveError:
        return ArchiveError(
            rule, f"{words} (record at byte {offset})", height=height, offset=offset, section=SECTION_RECORDS
        )

    block = source.take(BLOCK)
    if not block:
        return None
    name, size, timestamp = _read_header(block, refused)
    kind, digest = _read_name(name, refused)
    if size > (limit if kind is Kind.DATA else min(limit, MAX_EVENT)):
        raise refused("archive-size", f"The record declares {size} bytes, more than any such record may have")
    body = source.take(size)
    padding = source.take(-size % BLOCK)
    if source.offset - offset != BLOCK + size + -size % BLOCK:
        raise refused("archive-truncated", f"The archive ends inside a record: {size} bytes declared, fewer are there")
    if padding.strip(b"\0"):
        raise refused("archive-padding", "Between the end of a record and the next there is something else than zeros")
    if kind is not Kind.START and hashlib.sha256(body).hexdigest() != digest:
        raise refused("archive-digest", f"The content of record {digest} does not have this SHA-256")
    return Record(kind, digest, body, timestamp, offset, source.offset)


def _read_header(block: bytes, refused: _Refused) -> tuple[str, int, int]:
    """Name, size and time of a header that is the one spelling of them."""
    if len(block) < BLOCK:
        raise refused("archive-truncated", "The archive ends inside a record's header")
    name = block[:100].partition(b"\0")[0]
    size, timestamp = block[124:135], block[136:147]
    if name.isascii() and 0 < len(name) < 100 and _OCTAL.fullmatch(size) and _OCTAL.fullmatch(timestamp):
        fields = name.decode("ascii"), int(size, 8), int(timestamp, 8)
        if header_of(*fields) == block:
            return fields
    raise refused("archive-header", "The header of a record is not as it is written")


def _read_name(name: str, refused: _Refused) -> tuple[Kind, str]:
    if name == START:
        return Kind.START, ""
    found = _NAME.fullmatch(name)
    if not found:
        raise refused("archive-name", f"A record is called {quoted(name)}: neither data nor an event")
    return Kind(found[2]), found[1]


def read_start(source: Source) -> int:
    """Read the first record and return its timestamp in seconds since 1970.

    Raises ArchiveError as :func:`read_record`, and ``archive-start`` (not the first record of an archive),
    ``archive-version``, ``archive-time`` (the header has another time than the body).
    """
    record = read_record(source)

    def refused(rule: str, words: str) -> ArchiveError:
        return ArchiveError(rule, words, height=None, offset=0, section=SECTION_RECORDS)

    if record is None or record.kind is not Kind.START:
        raise refused("archive-start", f"An archive begins with the record {START}; this one does not")
    found = _START_BODY.fullmatch(record.body)
    if not found:
        raise refused("archive-start", f"The record {START} is not a version and a timestamp as they are written")
    if found[1] != b"1":
        raise refused("archive-version", f"The archive is of version {found[1].decode()}; only version 1 is known")
    if int(found[2]) != record.timestamp:
        raise refused("archive-time", f"The record {START} has another time in its header than in its body")
    return record.timestamp
