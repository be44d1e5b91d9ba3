"""Case numbers: the office's mark, the local year and a serial, in the procedure's pattern.

A serial never repeats for an office and a year and leaves no gap; the counter is the caller's.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from aydyn.casework.errors import NumberError

_PARTS = ["office", "serial", "year"]
_NUMBER = re.compile(r"([A-Z]{1,12}(?:-[A-Z]{1,20}){0,4})-(20\d\d|21\d\d)-(\d{4,9})")
_DASHES = re.compile(r"[‐-―−\s_./-]+")


class Number(NamedTuple):
    """A case number taken apart."""

    office: str
    year: int
    serial: int


def check_pattern(pattern: str) -> str:
    """Return the pattern when it makes readable, distinct numbers; ValueError says what is right."""
    example = "write for example “{office}-{year}-{serial:06}”"
    try:
        names = sorted(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)
        made = pattern.format(office="CEC", year=2026, serial=1) if names == _PARTS else ""
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"“{pattern}” is not a pattern; {example}") from error
    if not _NUMBER.fullmatch(made):
        raise ValueError(f"“{pattern}” must use office, year and serial once each, joined by hyphens; {example}")
    return pattern


Pattern = Annotated[str, AfterValidator(check_pattern)]
"""A number's pattern in a procedure's file."""


def format_number(pattern: str, *, office: str, year: int, serial: int) -> str:
    """Make the number of one case; `office` is the office's mark."""
    if serial < 1:
        raise NumberError(f"serials start at 1, not at {serial}")
    number = pattern.format(office=office, year=year, serial=serial)
    if not _NUMBER.fullmatch(number):
        raise NumberError(f"“{number}” is not a case number: the office's mark must be capital letters and hyphens")
    return number


def parse_number(text: str) -> Number:
    """Read a number as people type it: small letters, spaces or long dashes are forgiven."""
    tidy = _DASHES.sub("-", text.strip().upper())
    found = _NUMBER.fullmatch(tidy) if len(tidy) < 200 else None
    if found is None:
        raise NumberError("this is not a case number: it looks like CEC-2026-000123")
    return Number(found[1], int(found[2]), int(found[3]))


def tidy_number(text: str) -> str:
    """Return the number as it is written on receipts, from what a person typed."""
    parse_number(text)
    return _DASHES.sub("-", text.strip().upper())
