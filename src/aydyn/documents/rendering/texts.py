"""Words on their way into an official document: what has no letter in our fonts, or plays with direction, is not drawn.

A template gets words as data and can only show them. What is left to do here is to keep a page honest and whole: no
control characters, nothing that turns the direction of reading, and no character without a glyph, since PDF/A-3a and
PDF/UA-1 forbid those. The data attached to the PDF has every word as it was given.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[1] / "fonts"
MISSING = "\ufffd"
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT = frozenset("\n\u00ad\u200b\u200c\u200d")


@cache
def covered() -> frozenset[int]:
    """Every character that the shipped fonts can draw."""
    found: set[int] = set()
    for line in (FONTS / "coverage.txt").read_text("ascii").split():
        first, last = line.split("-")
        found.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(found)


def drawable(text: str) -> str:
    """The text as a page shows it; empty if nothing of it would be seen."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    drawn = "".join(_letter(letter) for letter in text)
    return drawn if any(unicodedata.category(letter)[0] not in "ZC" for letter in drawn) else ""


def _letter(letter: str) -> str:
    if letter in _KEPT:
        return letter
    if letter in _TURNING or unicodedata.category(letter) == "Cc":
        return ""
    return letter if ord(letter) in covered() else MISSING


def all_drawable(value: Any) -> Any:
    """The same for every text inside a JSON value; keys are our own and stay."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {key: all_drawable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [all_drawable(each) for each in value]
    return value
