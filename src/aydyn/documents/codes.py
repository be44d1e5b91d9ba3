"""The code printed on an official document: 80 random bits in four groups of four letters.

The database keeps only its hash. Eighty bits are beyond guessing, also for who has stolen the table, so a plain
SHA-256 serves and no slow function is needed; over the network, tries are limited besides.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings

from aydyn.kernel.ids import ALPHABET, public_id

LETTERS = 16
_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


@dataclass(frozen=True)
class Pointer:
    """What a printed document points with: its code in groups, and the address in its QR code."""

    code: str
    address: str


def new_pointer(number: str, language: str) -> Pointer:
    """Make the code of a document that is about to be rendered, and the address of the page that tells of it."""
    code = public_id(LETTERS)
    return Pointer(group(code), f"{settings.AYDYN.site_url}/{language}/document/{number}/{code}/")


def group(code: str) -> str:
    """``abcdefgh23456789`` → ``abcd-efgh-2345-6789``."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def tidy(typed: str) -> str:
    """The sixteen letters from what a person typed; empty if it is no code."""
    if len(typed) > 64:
        return ""
    letters = "".join(letter for letter in typed.lower() if letter not in " -–—.\u00a0\t").translate(_READ_AS)
    return letters if len(letters) == LETTERS and not set(letters) - set(ALPHABET) else ""


def hash_code(number: str, code: str) -> bytes:
    """What is kept of a code; bound to the number, so that no other document opens with it."""
    return sha256(f"aydyn.document\0{number}\0{tidy(code)}".encode()).digest()


def matches(number: str, code: str, stored: bytes) -> bool:
    """Whether a typed code is the one that was hashed."""
    return bool(tidy(code)) and hmac.compare_digest(hash_code(number, code), stored)
