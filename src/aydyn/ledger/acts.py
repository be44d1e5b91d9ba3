"""Tables of acts: which acts there are, and which public fields of which type each may have.

A room declares its acts in ``acts.toml``; a node serves them all as JSON at ``/ledger/acts``, so that a monitor
needs nobody's code to check an entry. The types admit codes, numbers, dates, counts and digests; none admits free text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aydyn.ledger import canonical
from aydyn.ledger.entries import NODE, OFFICE, PERSON, Entry, parse_day
from aydyn.ledger.errors import FormatError

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "code": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"),
    "number": re.compile(r"[A-Z0-9][A-Z0-9/-]{0,39}"),
    "office": re.compile(r"[a-z][a-z0-9.-]{0,63}"),
    "digest": re.compile(r"sha256:[0-9a-f]{64}"),
    "hash": re.compile(r"[0-9a-f]{64}"),
    "moment": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    "mandate": re.compile(r"[0-9a-z]{8,40}"),
}
TYPES = frozenset({*_PATTERNS, "date", "count"})


@dataclass(frozen=True)
class Field:
    """A public field: its type, whether it may be missing, and why it may be public."""

    kind: str
    optional: bool
    why: str


@dataclass(frozen=True)
class Act:
    """An act: its dotted name, who does it (``person``, ``office``, ``node``), its fields; ``reserved``: not yet used."""

    name: str
    by: tuple[str, ...]
    fields: Mapping[str, Field]
    about: str
    reserved: bool = False

    def check(self, by: str, public: Mapping[str, Any], mandate: str | None) -> None:
        """Raise FormatError unless an act of this name may have been done so."""
        if self.reserved:
            raise FormatError(self.name, "is reserved and not in use yet")
        who = "office" if by.startswith(OFFICE) else by
        if who not in self.by:
            raise FormatError(self.name, f"is done by {' or '.join(self.by)}, not by {who}")
        if who == "office" and mandate is None:
            raise FormatError(self.name, "an act of an office names the mandate under which it was done")
        if unknown := public.keys() - self.fields.keys():
            raise FormatError(self.name, f"has no public field {', '.join(sorted(unknown))}")
        for name, field in self.fields.items():
            if name in public:
                pattern, value = _PATTERNS.get(field.kind), public[name]
                # The plain case first: texts that fit their pattern need no words about them.
                if pattern is None or not isinstance(value, str) or not pattern.fullmatch(value):
                    check_value(f"{self.name}, {name}", field.kind, value)
            elif not field.optional:
                raise FormatError(self.name, f"lacks the public field {name}")


def check_value(what: str, kind: str, value: Any) -> None:
    """Raise FormatError unless ``value`` is of the named type."""
    if kind == "count":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= canonical.MAX_INTEGER:
            raise FormatError(what, "is not a count")
    elif not isinstance(value, str):
        raise FormatError(what, f"is not a {kind}")
    elif kind == "date":
        _parse_once(value)
    elif not _PATTERNS[kind].fullmatch(value):
        raise FormatError(what, f"{value[:60]!r} is not a {kind}")


@lru_cache(maxsize=1024)
def _parse_once(value: str) -> None:
    parse_day(value)


class ActTable:
    """All acts by name."""

    def __init__(self, acts: Mapping[str, Act]) -> None:
        self.acts = dict(acts)

    @classmethod
    def from_value(cls, value: Any, what: str = "act table") -> ActTable:
        """Build from parsed TOML or JSON: ``{"acts": {name: {"by": […], "about": …, "public": {…}}}}``.

        Raises FormatError naming the act and key that is wrong.
        """
        acts: dict[str, Act] = {}
        if not canonical.is_object(value) or set(value) != {"acts"} or not canonical.is_object(value["acts"]):
            raise FormatError(what, "is not a table “acts”")
        for name, row in value["acts"].items():
            acts[name] = _act(name, row)
        return cls(acts)

    def to_value(self) -> dict[str, Any]:
        """The table as JSON, as :meth:`from_value` reads it."""
        return {"acts": {name: _row(act) for name, act in sorted(self.acts.items())}}

    def merge(self, other: ActTable) -> ActTable:
        """Both tables; raises FormatError if an act stands in both."""
        if twice := set(self.acts) & set(other.acts):
            raise FormatError("act table", f"stands twice: {', '.join(sorted(twice))}")
        return ActTable({**self.acts, **other.acts})

    def check(self, entry: Entry) -> None:
        """Raise FormatError unless the entry is of a declared act with its declared fields."""
        act = self.acts.get(entry.act)
        if act is None:
            raise FormatError(entry.act, "is not an act of this node")
        act.check(entry.by, entry.public, entry.mandate)


def _act(name: str, row: Any) -> Act:
    if not canonical.is_object(row) or set(row) - {"by", "about", "public", "reserved"}:
        raise FormatError(name, "has other keys than by, about, public, reserved")
    by = row.get("by")
    if not canonical.is_array(by) or not by or set(by) - {PERSON, "office", NODE}:
        raise FormatError(name, "by is not a list of person, office, node")
    fields: dict[str, Field] = {}
    for field, spec in row.get("public", {}).items():
        if not canonical.is_object(spec) or spec.get("type") not in TYPES or set(spec) - {"type", "optional", "why"}:
            raise FormatError(f"{name}, {field}", f"has no type among {', '.join(sorted(TYPES))}")
        fields[field] = Field(spec["type"], bool(spec.get("optional", False)), str(spec.get("why", "")))
    return Act(name, tuple(by), fields, str(row.get("about", "")), bool(row.get("reserved", False)))


def _row(act: Act) -> dict[str, Any]:
    public = {
        name: {"type": field.kind, "optional": field.optional, "why": field.why} for name, field in act.fields.items()
    }
    return {"by": list(act.by), "about": act.about, "public": public, "reserved": act.reserved}
