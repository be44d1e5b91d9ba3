"""Where the reading of an archive ended, kept as JSON, so that the next time only what was appended is read."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from aydyn.evote.errors import FormatError
from aydyn.evote.events import EventType
from aydyn.evote.records import BLOCK, MAX_TIMESTAMP, SECTION_COPIES
from aydyn.evote.wire import is_object

JSON = Any  # None, bool, int, str, list, or dict with text keys; checked at run time

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Position:
    """The end of an event: its byte offset, the hex SHA-256 of all bytes before, the event's hash, height and type.

    The type is also the state of the grammar: it alone says what may follow. ``ballots`` counts the Ballot events.
    """

    offset: int
    digest: str
    event: str
    height: int
    type: EventType
    timestamp: int
    ballots: int

    def to_value(self) -> dict[str, int | str]:
        """The position as a value for JSON."""
        return {**asdict(self), "type": self.type.value}

    @classmethod
    def from_value(cls, value: JSON) -> Position:
        """The position that :meth:`to_value` gave; raises FormatError ``position-form`` for anything else."""
        if not is_object(value) or set(value) != {each.name for each in fields(cls)}:
            raise _malformed("has other fields than it must have")
        kind = next((each for each in EventType if each.value == value["type"]), None)
        if kind is None:
            raise _malformed("names an event that there is not")
        offset, height, timestamp, ballots = (
            _number(value[name]) for name in ("offset", "height", "timestamp", "ballots")
        )
        if offset % BLOCK or timestamp > MAX_TIMESTAMP or ballots > height:
            raise _malformed("has numbers that no archive has")
        return cls(offset, _digest(value["digest"]), _digest(value["event"]), height, kind, timestamp, ballots)


def _number(value: JSON) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _malformed("has something else where a number must be")
    return value


def _digest(value: JSON) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise _malformed("has something else where a SHA-256 must be")
    return value


def _malformed(words: str) -> FormatError:
    return FormatError("position-form", f"A kept position {words}", section=SECTION_COPIES)
