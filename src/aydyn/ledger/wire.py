"""Strict readers of the small tokens that C2SP texts are made of: base64 and decimals.

Python's own are lenient (``b64decode`` skips junk, ``int`` takes signs, spaces and foreign digits), and two spellings
of one thing are two things to a signature.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode

from aydyn.ledger.errors import FormatError

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def from_base64(text: str, what: str, length: int | None = None) -> bytes:
    """Decode standard base64, exactly as :func:`to_base64` writes it; raises FormatError, also for another length."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise FormatError(what, f"{text[:60]!r} is not base64") from None
    if to_base64(data) != text:
        raise FormatError(what, f"{text[:60]!r} is not base64 as it is written")
    if length is not None and len(data) != length:
        raise FormatError(what, f"{len(data)} bytes where {length} are due")
    return data


def from_decimal(text: str, what: str) -> int:
    """A decimal from 0 to 2^63 − 1 without sign or leading zeros; raises FormatError."""
    if not _DECIMAL.fullmatch(text):
        raise FormatError(what, f"{text[:40]!r} is not a decimal number")
    value = int(text)
    if value >= 2**63:
        raise FormatError(what, f"{text[:40]!r} is larger than 2^63 − 1")
    return value


def from_hex(text: str, what: str, length: int) -> bytes:
    """Lower-case hexadecimal of exactly ``length`` bytes; raises FormatError."""
    if len(text) != 2 * length or not re.fullmatch(r"[0-9a-f]*", text, re.ASCII):
        raise FormatError(what, f"not {length} bytes in lower-case hexadecimal")
    return bytes.fromhex(text)


def decode_text(data: bytes, what: str) -> str:
    """UTF-8 without control characters other than newline (C2SP signed-note); raises FormatError."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(what, f"not UTF-8 at byte {error.start}") from None
    if found := _CONTROL.search(text):
        raise FormatError(what, f"a control character stands at character {found.start()}")
    return text
