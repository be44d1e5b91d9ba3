"""Telephone numbers as they are kept: with a plus, the country's code, digits and nothing else."""

from __future__ import annotations

import re

from django.conf import settings

from aydyn.kernel import packs
from aydyn.people.errors import BadPhone

_WRITTEN = re.compile(r"\+?[0-9][0-9 ().-]{4,28}")
_NATIONAL_DIGITS = range(6, 13)
LONGEST = 40


def normal(text: str) -> str:
    """A number of this country in one form: `8 65 12-34-56`, `65123456` and `+993 65 123456` are the same.

    Only numbers of the pack's country: SMS to anywhere are how robots make a state pay for premium lines. Raises
    BadPhone.
    """
    written, prefix = text.strip(), packs.load_pack(settings.AYDYN.pack).phone_prefix
    if not _WRITTEN.fullmatch(written):
        raise BadPhone
    digits = re.sub(r"[^0-9]", "", written)
    country = prefix.removeprefix("+")
    if written.startswith("+") or digits.startswith(f"00{country}"):
        digits = digits.removeprefix("00") if not written.startswith("+") else digits
        if not digits.startswith(country):
            raise BadPhone
        national = digits.removeprefix(country)
    elif digits.startswith(country):
        national = digits.removeprefix(country)
    else:
        national = digits.removeprefix("8")  # what is dialled before a number inside the country
    if len(national) not in _NATIONAL_DIGITS or national.startswith("0"):
        raise BadPhone
    return f"{prefix}{national}"
