"""Entries: what an act leaves on the ledger, and the commitment to its content (``docs/spec/entry.md``).

An entry is one canonical JSON object. ``public`` holds codes, numbers, dates, counts and digests only, never a word
that a person typed. ``digest`` commits to named parts, each under its own 32-byte salt, so that any of them can be
shown and checked without the others: SHA-256(JCS({part: hex(SHA-256(salt ‖ JCS(value)))})).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from aydyn.ledger import canonical
from aydyn.ledger.errors import ContentError, FormatError
from aydyn.ledger.tiles import MAX_ENTRY_BYTES

VERSION = 1
SALT_BYTES = 32
PERSON = "person"
NODE = "node"
OFFICE = "office:"
DIGEST = "sha256:"

_ACT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)+")
_OFFICE = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HEX = re.compile(r"[0-9a-f]{64}")
_MANDATE = re.compile(r"[0-9a-z]{8,40}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SHAPES = {
    "act": (_ACT, "a dotted name in lower case"),
    "public": (_NAME, "field names in lower case"),
    "part": (_NAME, "a name in lower case"),
    "digest": (_DIGEST, "sha256: and 64 hexadecimal digits"),
    "cause": (_HEX, "64 hexadecimal digits"),
    "mandate": (_MANDATE, "a public identifier"),
    "date": (_DATE, "a date"),
    "moment": (_MOMENT, "a second in UTC"),
}
_OPTIONAL = {"digest", "cause", "mandate"}
_NEEDED = {"v", "act", "at", "by", "public"}
_KEYS = {"v", "act", "at", "by", "mandate", "cause", "digest", "public"}


@dataclass(frozen=True)
class Entry:
    """One act on the ledger. ``at`` is a date for persons, a second (UTC) for offices and the node."""

    act: str
    at: str
    by: str
    public: Mapping[str, Any]
    digest: str | None = None
    mandate: str | None = None
    cause: str | None = None

    def to_bytes(self) -> bytes:
        """The leaf's data. Raises FormatError if it breaks a rule of the format."""
        _check_fields(self.act, self.at, self.by, self.public)
        cause, digest, mandate = (
            "" if text is None else f'"{key}":"{_match(key, text)}",'
            for key, text in (("cause", self.cause), ("digest", self.digest), ("mandate", self.mandate))
        )
        # Canonical order written out: what stands in quotes here was just checked to need no escape.
        start = f'{{"act":"{self.act}","at":"{self.at}","by":"{self.by}",{cause}{digest}{mandate}"public":'
        data = b'%s%s,"v":1}' % (start.encode("ascii"), canonical.encode(dict(self.public)))
        if len(data) > MAX_ENTRY_BYTES:
            raise FormatError("entry", f"{len(data)} bytes, at most {MAX_ENTRY_BYTES} are allowed")
        return data

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Parse a leaf's data strictly. Raises FormatError naming the key that is wrong."""
        if len(data) > MAX_ENTRY_BYTES:
            raise FormatError("entry", f"{len(data)} bytes, at most {MAX_ENTRY_BYTES} are allowed")
        return cls.from_value(canonical.decode(data, "entry"))

    @classmethod
    def from_value(cls, value: Any) -> Entry:
        """Build from decoded JSON. Raises FormatError naming the key that is wrong."""
        _check(value)
        optional = {key: value.get(key) for key in ("digest", "mandate", "cause")}
        return cls(value["act"], value["at"], value["by"], value["public"], **optional)

    @property
    def office(self) -> str | None:
        """Code of the office that acted; None if a person or the node did."""
        return self.by.removeprefix(OFFICE) if self.by.startswith(OFFICE) else None

    def earliest(self) -> datetime:
        """When the act can have been done at the earliest: the second, or the start of the day (UTC)."""
        return _moment(self.at)

    def latest(self) -> datetime:
        """When the act can have been done at the latest: the second, or the end of the day (UTC)."""
        moment = _moment(self.at)
        return moment if "T" in self.at else moment + timedelta(days=1) - timedelta(seconds=1)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00") if "T" in text else f"{text}T00:00:00+00:00")


def stamp(moment: datetime, by: str) -> str:
    """``at`` of an act at ``moment``: only the date if a person did it, else to the second; both in UTC."""
    utc = moment.astimezone(UTC)
    return utc.date().isoformat() if by == PERSON else f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _check(value: Any) -> None:
    """Raise FormatError unless ``value`` has exactly the keys and shapes of an entry."""
    if not canonical.is_object(value):
        raise FormatError("entry", "is not a JSON object")
    if unknown := value.keys() - _KEYS:
        raise FormatError("entry", f"has unknown keys: {', '.join(sorted(map(str, unknown)))}")
    if missing := _NEEDED - value.keys():
        raise FormatError("entry", f"lacks {', '.join(sorted(missing))}")
    version: Any = value["v"]
    if isinstance(version, bool) or version != VERSION:
        raise FormatError("entry", f"version {version!r} is not {VERSION}")
    for key in _OPTIONAL & value.keys():
        _match(key, value[key])
    _check_fields(value["act"], value["at"], value["by"], value["public"])


def _check_fields(act: Any, at: Any, by: Any, public: Any) -> None:
    _match_often("act", act)
    _check_by_and_at(by, at)
    if not canonical.is_object(public):
        raise FormatError("entry", "public is not a JSON object")
    for name in public:
        _match_often("public", name)


def _check_by_and_at(by: Any, at: Any) -> None:
    if not isinstance(by, str) or not isinstance(at, str):
        raise FormatError("entry", f"by is {str(by)[:60]!r} and at is {str(at)[:60]!r}, which are no texts")
    _check_times(by, at)


@lru_cache(maxsize=1024)
def _check_times(by: str, at: str) -> None:
    if by not in (PERSON, NODE) and not (by.startswith(OFFICE) and _OFFICE.fullmatch(by.removeprefix(OFFICE))):
        raise FormatError("entry", f"by is {by!r}, not person, node or office:<code>")
    _match("date" if by == PERSON else "moment", at)
    try:
        _moment(at)
    except ValueError:
        raise FormatError("entry", f"at is {at!r}, a day that does not exist") from None


def _match(key: str, value: Any) -> str:
    """Return ``value`` if it has the shape of ``key``; raises FormatError."""
    pattern, shape = _SHAPES[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise FormatError("entry", f"{key} is {str(value)[:60]!r}, not {shape}")
    return value


def _match_often(key: str, value: Any) -> None:
    """Like :func:`_match`, for texts of which there are few: each is looked at once."""
    if isinstance(value, str):
        _match_once(key, value)
    else:
        _match(key, value)


@lru_cache(maxsize=4096)
def _match_once(key: str, value: str) -> None:
    _match(key, value)


def commit_part(salt: bytes, value: Any) -> str:
    """Commitment to one part: hex(SHA-256(salt ‖ JCS(value))). Raises FormatError for a salt that is not 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise FormatError("part", f"salt of {len(salt)} bytes, {SALT_BYTES} are due")
    return sha256(salt + canonical.encode(value)).hexdigest()


def commit(parts: Mapping[str, str]) -> str:
    """Digest of named commitments, as it stands in an entry."""
    return DIGEST + sha256(canonical.encode(dict(parts))).hexdigest()


def commit_in_order(commitments: Iterable[tuple[str, str]]) -> str:
    """What :func:`commit` gives, for checked part names in ascending order and hexadecimal commitments.

    Neither needs an escape, so that their canonical form is written down without looking.
    """
    inner = ",".join([f'"{name}":"{commitment}"' for name, commitment in commitments])
    return DIGEST + sha256(f"{{{inner}}}".encode("ascii")).hexdigest()


def check_part_name(name: str) -> str:
    """Return ``name`` if it may name a part; raises FormatError."""
    _match_often("part", name)
    return name


@dataclass(frozen=True)
class Opening:
    """A part shown: its salt (32 bytes) and its value."""

    salt: bytes
    value: Any

    def require(self, commitment: str, name: str) -> None:
        """Raise ContentError unless this is the part that was committed to."""
        if commit_part(self.salt, self.value) != commitment:
            raise ContentError(f"the part “{name}” shown here is not the one that was recorded")


def check_content(digest: str | None, parts: Mapping[str, str], opened: Mapping[str, Opening]) -> None:
    """Raise ContentError unless ``opened`` are parts among ``parts``, whose digest is ``digest``.

    No ``parts`` at all means that nothing of the content is shown (its salts may have been erased by order of law).
    """
    if not parts:
        if opened:
            raise ContentError("content is shown, but not the commitments that the entry's digest is made of")
        return
    if digest is None:
        raise ContentError("the entry commits to no content, but commitments are shown with it")
    if commit(parts) != digest:
        raise ContentError("the commitments shown are not those that the entry commits to")
    for name, opening in opened.items():
        if name not in parts:
            raise ContentError(f"the entry has no part “{name}”")
        opening.require(parts[name], name)


def parse_day(text: str) -> date:
    """A date as entries write it; raises FormatError."""
    _match("date", text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FormatError("date", f"{text!r} does not exist") from None
