"""Deadlines as the record states them: which days passed without an answer, and which are said to have passed and had not.

The state holds only cases that are open and not yet told overdue. A day that passed in silence is no proof of bad faith
(a node may have been down), so it is told and not counted as a breach; see docs/decisions/0030.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aydyn.ledger.entries import parse_day
from aydyn.ledger.errors import FormatError

GRACE = 3 * 86_400
DAY = 86_400
_ENDS = frozenset(
    {
        "case.answered", "case.refused", "case.decided", "case.withdrawn", "case.closed", "case.overdue", "case.asked-back",
        "case.paused",
    }
)  # fmt: skip
"""Acts after which no day is waited for: the office has answered, or its clock stands still."""


def follow(dues: dict[str, str], act: str, public: Mapping[str, Any], at: int) -> str | None:
    """Take the next act about a case into ``dues`` (number → day); gives words if it tells a day passed that had not.

    ``at``: POSIX seconds at the latest when it was done.
    """
    number, due = public.get("number"), public.get("due")
    if not isinstance(number, str):
        return None
    if act != "case.overdue" and isinstance(due, str):
        dues[number] = due  # filed, extended, resumed, reopened, paid: each states the day that holds from now on
    elif act in _ENDS:
        known = dues.pop(number, None)
        if act == "case.overdue" and known is not None and at < _start(known):
            return f"says that the day {known} of the case {number} passed, before it had begun"
    return None


def due_now(acts: Iterable[tuple[str, Mapping[str, Any]]]) -> str | None:
    """The day that a case's acts (oldest first, with their public fields) leave waiting; None while no clock runs.

    A day that has passed still waits: being told overdue ends nothing.
    """
    due: str | None = None
    for act, public in acts:
        stated = public.get("due")
        if act == "case.overdue":
            continue
        if isinstance(stated, str):
            due = stated
        elif act in _ENDS:
            due = None
    return due


def silent(dues: Mapping[str, str], clock: int) -> list[tuple[str, str]]:
    """Cases whose day passed more than three days ago without an answer and without being told overdue."""
    return sorted((number, due) for number, due in dues.items() if clock > _start(due) + DAY + GRACE)


def _start(day: str) -> int:
    """The first second of a day (UTC), POSIX; far in the future for what is no day."""
    try:
        known = parse_day(day)
    except FormatError:
        return 2**62
    return int(datetime(known.year, known.month, known.day, tzinfo=UTC).timestamp())
