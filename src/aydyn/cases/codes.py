"""Access codes: 16 digits in four groups, the last one a check digit; the same in every language and over SMS.

Fifteen random digits are 10^15 possibilities, so a cheap scrypt (n = 2^10, 1 MB, 3 ms) keeps a stolen table useless while filing
stays fast; guessing online is slowed by rate limits, never by locking, since a lock would be a weapon.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from django.utils.crypto import salted_hmac

DIGITS = 16
SALT_BYTES = 16


def code_for(key: str) -> str:
    """The code, written in four groups, of the filing with a secret ``key``: sent twice, a form gets the same one.

    Only who holds the form (its key) and this node can make it; the database keeps neither key nor code.
    """
    digest = salted_hmac("aydyn.access-code", key, algorithm="sha256").digest()
    body = f"{int.from_bytes(digest, 'big') % 10 ** (DIGITS - 1):0{DIGITS - 1}}"
    return group(body + check_digit(body))


def group(digits: str) -> str:
    """``1234567812345670`` → ``1234 5678 1234 5670``."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def check_digit(body: str) -> str:
    """The digit that makes the whole pass Luhn's test (ISO/IEC 7812-1, annex B): finds any one wrong digit."""
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = int(letter) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def tidy(typed: str) -> str | None:
    """The 16 digits from what a person typed, with spaces, dashes or foreign digits; None if they are no code."""
    digits = "".join(str(int(letter)) for letter in typed if letter.isdecimal())
    others = [letter for letter in typed if not letter.isdecimal() and letter not in " -–—.\u00a0\t"]
    if len(typed) > 64 or others or len(digits) != DIGITS or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def hash_code(code: str) -> bytes:
    """Salt and scrypt hash of a code, 48 bytes."""
    salt = os.urandom(SALT_BYTES)
    return salt + _scrypt(code, salt)


def matches(code: str, stored: bytes) -> bool:
    """Whether a typed code is the one that was hashed; takes the same time either way."""
    digits = tidy(code) or "0" * DIGITS
    found = _scrypt(digits, stored[:SALT_BYTES])
    return hmac.compare_digest(found, stored[SALT_BYTES:])


def waste_time(code: str) -> None:
    """Do the work of :func:`matches` where there is nothing to compare, so that time tells nothing."""
    _scrypt(tidy(code) or "0" * DIGITS, b"\x00" * SALT_BYTES)


def _scrypt(code: str, salt: bytes) -> bytes:
    digits = code.replace(" ", "").encode("ascii")
    return hashlib.scrypt(digits, salt=salt, n=2**10, r=8, p=1, dklen=32)
