"""How texts are compared."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """Text as the search compares it: no case, no accents, single spaces, so that Saylaw finds Saýlaw."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())
