"""Finds and reads packs: the data of one jurisdiction (offices, regions, procedures, calendar), which is data, not code.

In a checkout packs stand at the repository's root, in an installed package inside it; `pack_dir` finds either. What a
procedure or calendar means is `aydyn.casework`'s business: here are only their bytes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parents[1] / "packs", _HERE.parents[3] / "packs")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


class PackError(LookupError):
    """A pack is not there or cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level area: its ISO 3166-2 code and its name by language."""

    code: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfficeData:
    """One office as the pack gives it; `parent` is the code of the office above."""

    code: str
    mark: str
    kind: str
    name: Mapping[str, str]
    short: Mapping[str, str] = field(default_factory=dict[str, str])
    parent: str | None = None
    region: str | None = None
    geoname: int | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Pack:
    """What `pack.toml` says."""

    code: str
    country: str
    languages: tuple[str, ...]
    timezone: str
    currency: str
    phone_prefix: str
    name: Mapping[str, str]
    notice: Mapping[str, str]
    login_note: Mapping[str, str]
    region: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack that goes on the record: its name inside the pack and its exact bytes."""

    name: str
    data: bytes


def pack_dir(name: str) -> Path:
    """Return the directory of the pack `name`, be it in a checkout or in an installed package."""
    if not _NAME.fullmatch(name):
        raise PackError(f"“{name}” is no name of a pack: it has small letters, digits and hyphens, as in “tm”")
    for place in _PLACES:
        if (place / name / "pack.toml").is_file():
            return place / name
    raise PackError(f"there is no pack “{name}”: looked in {' and '.join(str(place) for place in _PLACES)}")


def pack_file(pack: str, name: str) -> PackFile:
    """Return one file of a pack by its name inside it, such as “calendar.toml”."""
    base = pack_dir(pack)
    path = (base / name).resolve()
    if base.resolve() not in path.parents or not path.is_file():
        raise PackError(f"the pack “{pack}” has no file “{name}”")
    return PackFile(name, path.read_bytes())


def optional_file(pack: str, name: str) -> PackFile | None:
    """Return one file of a pack, or None if the pack has none of that name."""
    return pack_file(pack, name) if (pack_dir(pack) / name).is_file() else None


def procedure_files(pack: str) -> tuple[PackFile, ...]:
    """Return the files of all procedures of a pack, by name."""
    base = pack_dir(pack)
    return tuple(
        PackFile(f"procedures/{path.name}", path.read_bytes()) for path in sorted((base / "procedures").glob("*.toml"))
    )


@cache
def load_pack(name: str) -> Pack:
    """Read a pack's `pack.toml`."""
    return _read(TypeAdapter(Pack), pack_file(name, "pack.toml"), None)


@cache
def load_offices(name: str) -> tuple[OfficeData, ...]:
    """Read a pack's offices, every parent before its children; codes and marks are unique."""
    offices = _read(TypeAdapter(tuple[OfficeData, ...]), pack_file(name, "offices.toml"), "office")
    codes: set[str] = set()
    marks: set[str] = set()
    for office in offices:
        if office.code in codes or office.mark in marks:
            raise PackError(
                f"offices.toml of the pack “{name}”: {office.code} or its mark {office.mark} stands there twice"
            )
        if office.parent is not None and office.parent not in codes:
            raise PackError(f"offices.toml of the pack “{name}”: {office.code} comes before its parent {office.parent}")
        codes.add(office.code)
        marks.add(office.mark)
    return offices


def _read(adapter: TypeAdapter[T], file: PackFile, table: str | None) -> T:
    try:
        raw = tomllib.loads(file.data.decode("utf-8"))
        return adapter.validate_python(raw if table is None else raw[table])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, KeyError) as error:
        raise PackError(f"{file.name} cannot be read: {error}") from error
