"""The events of an election's board, what each must carry, and in which order they may come.

An event names its parent by SHA-256, so the last event stands for all of them; its payload names the data that stand
just before it (Belenios specification 3.1, "Events"). The order

    Setup Ballot* (EndBallots (EncryptedTally (Shuffle* EndShuffles? (PartialDecryption* Result?)?)?)?)?

is enforced, on writing as well as on reading. Events and the three small records that describe others have one
spelling (fields in order, no spaces, absent ones left out); they are matched whole, never parsed leniently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aydyn.evote.errors import FormatError
from aydyn.evote.records import SECTION_DATA, SECTION_EVENTS, SECTION_ORDER
from aydyn.evote.wire import dump, hex_digest, weight_value

_EVENT = re.compile(
    rb'\{(?:"parent":"([0-9a-f]{64})",)?"height":(0|[1-9][0-9]{0,14}),"type":"([A-Za-z]{1,20})"'
    rb'(?:,"payload":"([0-9a-f]{64})")?\}'
)
_SETUP = re.compile(
    rb'\{"election":"([0-9a-f]{64})","trustees":"([0-9a-f]{64})","credentials":"([0-9a-f]{64})"'
    rb'(?:,"credentials_certificate":"([0-9a-f]{64})")?\}'
)
_SIZED = re.compile(
    rb'\{"num_tallied":(0|[1-9][0-9]{0,14}),"total_weight":(0|[1-9][0-9]{0,9}|"[1-9][0-9]{9,29}"),'
    rb'"encrypted_tally":"([0-9a-f]{64})"\}'
)
_OWNED = re.compile(rb'\{"owner":(0|[1-9][0-9]{0,8}),"payload":"([0-9a-f]{64})"\}')


class EventType(StrEnum):
    """The eight things that can happen on a board."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


_T = EventType
_TYPES = {kind.value.encode(): kind for kind in EventType}
_DECRYPTING = frozenset({_T.PARTIAL_DECRYPTION, _T.RESULT})
_FOLLOWS: dict[EventType | None, frozenset[EventType]] = {
    None: frozenset({_T.SETUP}),
    _T.SETUP: frozenset({_T.BALLOT, _T.END_BALLOTS}),
    _T.BALLOT: frozenset({_T.BALLOT, _T.END_BALLOTS}),
    _T.END_BALLOTS: frozenset({_T.ENCRYPTED_TALLY}),
    _T.ENCRYPTED_TALLY: frozenset({_T.SHUFFLE, _T.END_SHUFFLES}) | _DECRYPTING,
    _T.SHUFFLE: frozenset({_T.SHUFFLE, _T.END_SHUFFLES}) | _DECRYPTING,
    _T.END_SHUFFLES: _DECRYPTING,
    _T.PARTIAL_DECRYPTION: _DECRYPTING,
    _T.RESULT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event: hex SHA-256 of its parent's and its own bytes, its height (0, 1, 2 …), its type, its payload's hex SHA-256."""

    parent: str | None
    height: int
    type: EventType
    payload: str | None
    hash: str

    def to_bytes(self) -> bytes:
        """The event as it is written; ``hash`` is the SHA-256 of these bytes."""
        return _event_bytes(self.parent, self.height, self.type, self.payload)


def make_event(parent: str | None, height: int, kind: EventType, payload: str | None) -> Event:
    """An event with its hash; ``parent`` and ``payload`` are hexadecimal SHA-256."""
    return Event(parent, height, kind, payload, hex_digest(_event_bytes(parent, height, kind, payload)))


def parse_event(body: bytes) -> Event:
    """The event written in ``body``; raises FormatError ``event-form`` for any other spelling."""
    found = _EVENT.fullmatch(body)
    kind = _TYPES.get(found[3]) if found else None
    if not found or kind is None:
        raise FormatError("event-form", "An event is not written as events are", section=SECTION_EVENTS)
    return Event(_text(found[1]), int(found[2]), kind, _text(found[4]), hex_digest(body))


def _event_bytes(parent: str | None, height: int, kind: EventType, payload: str | None) -> bytes:
    first = "" if parent is None else f'"parent":"{parent}",'
    last = "" if payload is None else f',"payload":"{payload}"'
    return f'{{{first}"height":{height},"type":"{kind.value}"{last}}}'.encode("ascii")


def _text(found: bytes | None) -> str | None:
    return None if found is None else found.decode("ascii")


@dataclass(frozen=True, slots=True)
class SetupData:
    """What Setup refers to, by hex SHA-256: election, trustees, credentials and, where there is one, their certificate."""

    election: str
    trustees: str
    credentials: str
    credentials_certificate: str | None = None

    def references(self) -> tuple[str, ...]:
        """The digests of the data records before this one, in their order."""
        found = (self.election, self.trustees, self.credentials)
        return found if self.credentials_certificate is None else (*found, self.credentials_certificate)

    def to_bytes(self) -> bytes:
        """The record as it is written."""
        last = self.credentials_certificate
        more = "" if last is None else f',"credentials_certificate":"{last}"'
        text = f'"election":"{self.election}","trustees":"{self.trustees}","credentials":"{self.credentials}"{more}'
        return f"{{{text}}}".encode("ascii")


@dataclass(frozen=True, slots=True)
class SizedTally:
    """What EncryptedTally claims: how many ballots are tallied, their weight in all, the tally's hex SHA-256."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    def references(self) -> tuple[str, ...]:
        """The digest of the data record before this one."""
        return (self.encrypted_tally,)

    def to_bytes(self) -> bytes:
        """The record as it is written: a weight up to 2³⁰ − 1 as a number, a larger one as a text of digits."""
        weight = dump(weight_value(self.total_weight))
        text = f'"num_tallied":{self.num_tallied},"total_weight":{weight},"encrypted_tally":"{self.encrypted_tally}"'
        return f"{{{text}}}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Owned:
    """What a trustee gave (a shuffle, a partial decryption): the trustee's number from 1, the hex SHA-256 of what it is."""

    owner: int
    payload: str

    def references(self) -> tuple[str, ...]:
        """The digest of the data record before this one."""
        return (self.payload,)

    def to_bytes(self) -> bytes:
        """The record as it is written."""
        return f'{{"owner":{self.owner},"payload":"{self.payload}"}}'.encode("ascii")


Details = SetupData | SizedTally | Owned


def parse_details(kind: EventType, body: bytes) -> Details | None:
    """The record that describes the data of an event of this kind; None for kinds whose payload is the data itself.

    Raises FormatError ``data-form`` for any spelling but the one that ``to_bytes`` makes.
    """
    made: Details | None = None
    if kind is EventType.SETUP and (found := _SETUP.fullmatch(body)):
        made = SetupData(found[1].decode(), found[2].decode(), found[3].decode(), _text(found[4]))
    elif kind is EventType.ENCRYPTED_TALLY and (found := _SIZED.fullmatch(body)):
        made = SizedTally(int(found[1]), int(found[2].strip(b'"')), found[3].decode())
    elif kind in (EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION) and (found := _OWNED.fullmatch(body)):
        made = Owned(int(found[1]), found[2].decode())
    elif kind in (EventType.BALLOT, EventType.RESULT, EventType.END_BALLOTS, EventType.END_SHUFFLES):
        return None
    if made is None or made.to_bytes() != body:
        raise FormatError("data-form", f"The payload of {kind} is not written as it must be", section=SECTION_DATA)
    return made


def check_order(last: EventType | None, then: EventType) -> None:
    """Whether ``then`` may follow ``last`` (None: nothing yet); raises FormatError ``event-order``."""
    allowed = _FOLLOWS[last]
    if then not in allowed:
        after = "at the beginning" if last is None else f"after {last}"
        could = " or ".join(sorted(allowed)) or "nothing more"
        raise FormatError("event-order", f"{then} stands {after}, where only {could} may", section=SECTION_ORDER)


def check_data(event: Event, data: Sequence[bytes], digests: Sequence[str]) -> Details | None:
    """Whether exactly the data that ``event`` refers to, in their order, are ``data``, whose hex SHA-256 are ``digests``.

    Returns what describes them. Raises FormatError: ``event-payload`` (one too many or none), ``data-form``,
    ``data-extra``, ``data-missing``, ``data-order``.
    """
    details: Details | None = None
    expected: tuple[str, ...] = ()
    if event.type in (EventType.END_BALLOTS, EventType.END_SHUFFLES):
        if event.payload is not None:
            raise FormatError("event-payload", f"{event.type} has a payload and must have none", section=SECTION_DATA)
    elif event.payload is None:
        raise FormatError("event-payload", f"{event.type} has no payload and must have one", section=SECTION_DATA)
    else:
        if not digests or digests[-1] != event.payload:
            words = f"The payload of {event.type} does not stand just before it"
            raise FormatError("data-missing", words, section=SECTION_DATA)
        details = parse_details(event.type, data[-1])
        expected = (*(details.references() if details else ()), event.payload)
    if tuple(digests) != expected:
        rule = ("data-order", "data-extra")[len(digests) > len(expected)]
        rule = "data-missing" if len(digests) < len(expected) else rule
        words = f"Before {event.type} stand {len(digests)} data records, not exactly the {len(expected)} it refers to"
        raise FormatError(rule, words, section=SECTION_DATA)
    return details
