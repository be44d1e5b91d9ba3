"""Compares what a site shows of a case with what was recorded: every event, in order, and every text that is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.audit.deadlines import due_now
from aydyn.audit.rules import Breach
from aydyn.ledger import canonical
from aydyn.ledger.entries import SALT_BYTES, Entry, Opening, check_content
from aydyn.ledger.errors import ContentError, FormatError
from aydyn.ledger.wire import from_hex

PUBLICATION = "case.published"
HIDING = "case.hidden"


@dataclass(frozen=True)
class Recorded:
    """An entry about a case, as it stands on the ledger; ``leaf`` in hexadecimal."""

    position: int
    leaf: str
    data: bytes


def compare_case(
    shown: Any, number: str, recorded: Sequence[Recorded], *, size: int, erased: Collection[str] = ()
) -> list[Breach]:
    """Hold one case, as the site's API shows it, against its entries among the first ``size``.

    ``recorded`` stands in the order of the ledger; events that the site places at or beyond ``size`` are newer and
    left for the next time. ``erased`` are the leaf hashes of entries whose content was erased by an act.
    """
    last = recorded[-1].position if recorded else 0
    if not canonical.is_object(shown) or shown.get("number") != number or not canonical.is_array(shown.get("events")):
        return [Breach("page-format", last, f"the case {number} is not shown in the form that the API promises")]
    by_leaf = {one.leaf: one for one in recorded}
    hidden = _hidden(recorded)
    breaches: list[Breach] = []
    order: list[str] = []
    for event in shown["events"]:
        leaf = event.get("leaf") if canonical.is_object(event) else None
        if not isinstance(leaf, str):
            breaches.append(Breach("page-format", last, f"an event of the case {number} names no entry"))
        elif entry := by_leaf.get(leaf):
            order.append(leaf)
            breaches += _compare_event(event, number, entry, {*erased, *hidden})
        elif (breach := _invented(event, number, size)) is not None:
            breaches.append(breach)
    breaches += _missing(number, recorded, order)
    if "due" in shown and len(order) == len(recorded) == len(shown["events"]):
        breaches += _compare_due(shown["due"], number, recorded)
    return breaches


def _hidden(recorded: Sequence[Recorded]) -> set[str]:
    """Leaf hashes of publications that were hidden by an act since: their text need not be shown any more."""
    gone, shown = set[str](), set[str]()
    for one in recorded:
        act = _act_of(one)
        if act == HIDING:
            gone |= shown
        elif act == PUBLICATION:
            shown.add(one.leaf)
    return gone


def _act_of(one: Recorded) -> str:
    try:
        return Entry.parse(one.data).act
    except FormatError:
        return ""


def _compare_due(shown: Any, number: str, recorded: Sequence[Recorded]) -> list[Breach]:
    """The day that is shown must be the one that the acts leave: no clock is stopped, moved or hidden without an act."""
    entries: list[Entry] = []
    for one in recorded:
        try:
            entries.append(Entry.parse(one.data))
        except FormatError:
            return []  # told already, as an entry that cannot be read
    due = due_now((entry.act, entry.public) for entry in entries)
    if shown == due:
        return []
    words = f"the case {number} is shown with the day {shown or 'none'}; by its acts it is {due or 'none'}"
    return [Breach("due-differs", recorded[-1].position, words)]


def _invented(event: dict[str, Any], number: str, size: int) -> Breach | None:
    """An event without an entry, unless it is newer than what was read of the ledger."""
    position = event.get("position")
    if position is None or (isinstance(position, int) and position >= size):
        return None
    at = position if isinstance(position, int) else 0
    return Breach("event-invented", at, f"the case {number} shows an event that is not on the record at that position")


def _missing(number: str, recorded: Sequence[Recorded], order: list[str]) -> list[Breach]:
    breaches = [
        Breach("event-missing", one.position, f"the case {number} does not show the event recorded at {one.position}")
        for one in recorded
        if one.leaf not in order
    ]
    due = [one.leaf for one in recorded if one.leaf in order]
    if due != order:
        words = f"the case {number} shows its events twice, or in another order than they were recorded"
        breaches.append(Breach("event-order", recorded[0].position, words))
    return breaches


def _compare_event(event: dict[str, Any], number: str, one: Recorded, erased: Collection[str]) -> list[Breach]:
    try:
        entry = Entry.parse(one.data)
        parts, opened = _read_content(event)
    except FormatError as error:
        return [Breach("page-format", one.position, f"case {number}: {error}")]
    breaches: list[Breach] = []
    if event.get("position") not in (None, one.position):
        words = f"the case {number} shows this event at position {event.get('position')}"
        breaches.append(Breach("event-position", one.position, words))
    stated = {"act": entry.act, "at": entry.at, "by": entry.by, "public": dict(entry.public)}
    for key, value in stated.items():
        if key in event and event[key] != value:
            breaches.append(
                Breach("event-differs", one.position, f"the case {number} shows another “{key}” than recorded")
            )
    try:
        check_content(entry.digest, parts, opened)
    except ContentError as error:
        breaches.append(Breach("text-differs", one.position, f"case {number}: {error}"))
    if (
        entry.act == PUBLICATION
        and entry.digest
        and one.leaf not in erased
        and not (parts and set(opened) == set(parts))
    ):
        words = f"the case {number} was published here, but not all of what was published is shown"
        breaches.append(Breach("text-hidden", one.position, words))
    return breaches


def _read_content(event: dict[str, Any]) -> tuple[dict[str, str], dict[str, Opening]]:
    """Commitments and open parts of an event; raises FormatError."""
    commitments, shown = event.get("commitments", {}), event.get("parts", {})
    if not canonical.is_object(commitments) or not canonical.is_object(shown):
        raise FormatError("event", "parts or commitments are not JSON objects")
    parts: dict[str, str] = {}
    for name, commitment in commitments.items():
        from_hex(str(commitment), f"commitment of {name}", 32)
        parts[name] = str(commitment)
    opened: dict[str, Opening] = {}
    for name, row in shown.items():
        if not canonical.is_object(row) or not isinstance(row.get("salt"), str) or "value" not in row:
            raise FormatError("event", f"the part {name} has no salt and value")
        canonical.check(row["value"])
        opened[name] = Opening(from_hex(row["salt"], f"salt of {name}", SALT_BYTES), row["value"])
    return parts, opened
