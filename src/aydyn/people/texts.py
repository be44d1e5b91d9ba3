"""Single lines that people type: one form for one text, nothing in them that is not seen."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """The text composed (NFC) with single spaces, without control characters and marks that turn its direction."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(letter if not unicodedata.category(letter).startswith("C") else " " for letter in composed)
    return _SPACES.sub(" ", seen).strip()
