"""JSON as Belenios writes it, and reading it without surprises (docs/spec/election-archive.md §1)."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from typing import Any, TypeGuard

from aydyn.evote.errors import FormatError
from aydyn.evote.rewriting import plain, whole_letters

LARGEST_NUMBER = (1 << 30) - 1
"""A weight up to here is a JSON number, a larger one a decimal string (§1.3)."""
_HALVES, _UPPER_HALVES = re.compile("[\ud800-\udfff]"), re.compile("[\ud800-\udbff]")


def dump(value: Any) -> str:
    """Compact JSON, fields in the order given, letters as they are but U+007F, which the makers of the format escape."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("\x7f", "\\u007f")


def encode(text: str) -> bytes:
    """The bytes of a text that `load` has read, also of one that was no UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def load(data: bytes | str, what: str) -> Any:
    """Read JSON. A field given twice counts with its last value, as readers in the field take it.

    What Python's reader does not take and others do is read as they read it (`aydyn.evote.rewriting`). Bytes that are no UTF-8 are
    halves of letters (Python's surrogate escapes), which `string` refuses and `byte_text` takes.

    Raises:
        FormatError: no JSON.
    """
    try:
        text = whole_letters(data if isinstance(data, str) else data.decode("utf-8", "surrogateescape"))
        try:
            return json.loads(text, parse_constant=_no_constant, parse_float=_finite, strict=False)
        except (ValueError, RecursionError):
            return json.loads(plain(text), parse_constant=_no_constant, parse_float=_finite, strict=False)
    except ValueError as error:
        raise FormatError("json", f"{what} is not JSON: {type(error).__name__}", section="§1.1") from None


def shallow(value: Any, levels: int = 16) -> Any:
    """A JSON value that can be shown to people and written into reports: nothing nested deeper, no halves of letters."""
    if is_object(value):
        return {_whole_letters(name): shallow(one, levels - 1) for name, one in value.items()} if levels else None
    if is_list(value):
        return [shallow(one, levels - 1) for one in value] if levels else None
    return _whole_letters(value) if isinstance(value, str) else value


def _whole_letters(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which UTF-8 cannot carry."""
    return _HALVES.sub("\ufffd", text)


def _finite(digits: str) -> float | None:
    """A number with a point or an exponent; null where it is too large for one, as `plain` writes ``Infinity``."""
    found = float(digits)
    return found if math.isfinite(found) else None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether this is a JSON list."""
    return isinstance(value, list)


def obj(value: Any, what: str) -> dict[str, Any]:
    """A JSON object (raises `FormatError`)."""
    if not is_object(value):
        raise FormatError("json-shape", f"{what} is not a JSON object", section="§1.1")
    return value


def items(value: Any, what: str, length: int | None = None) -> list[Any]:
    """A JSON list, of that length if one is given (raises `FormatError`)."""
    if not is_list(value):
        raise FormatError("json-shape", f"{what} is not a JSON list", section="§1.1")
    if length is not None and len(value) != length:
        raise FormatError("json-length", f"{what} has {len(value)} items and not {length}", section="§1.1")
    return value


def field(value: dict[str, Any], name: str, what: str) -> Any:
    """A field that must be there (raises `FormatError`)."""
    if name not in value:
        raise FormatError("json-field", f"{what} has no field {name!r}", section="§1.1")
    return value[name]


def string(value: Any, what: str) -> str:
    """A JSON string that UTF-8 can carry (raises `FormatError`)."""
    if not isinstance(value, str):
        raise FormatError("json-shape", f"{what} is not a string", section="§1.1")
    if _HALVES.search(value):
        raise FormatError("json-shape", f"{what} has half a surrogate pair", section="§1.1")
    return value


def byte_text(value: Any, what: str) -> str:
    """A JSON string of any bytes, whose bytes are `encode` of it (raises `FormatError`)."""
    if not isinstance(value, str):
        raise FormatError("json-shape", f"{what} is not a string", section="§1.1")
    if _UPPER_HALVES.search(value):
        raise FormatError("json-shape", f"{what} has half a surrogate pair", section="§1.1")
    return value


def shown(value: Any, what: str) -> str:
    """A JSON string of any bytes, for people: U+FFFD where it is no UTF-8 (raises `FormatError`)."""
    return _whole_letters(byte_text(value, what))


def whole(value: Any, what: str, *, below: int = 1 << 30) -> int:
    """A JSON number that is whole and ``0 <= n < below`` (raises `FormatError`)."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise FormatError("json-shape", f"{what} is not a whole number below {below}", section="§1.1")
    return value


def weight(value: Any, what: str) -> int:
    """A weight: a JSON number, or a decimal string (raises `FormatError`)."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    return whole(value, what, below=LARGEST_NUMBER + 1)


def weight_value(number: int) -> int | str:
    """A weight as it is written."""
    return number if number <= LARGEST_NUMBER else str(number)


def hex_digest(data: bytes) -> str:
    """SHA-256 in lowercase hexadecimal digits: the name of a record, the hash of an event."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(data: bytes) -> str:
    """SHA-256 in standard Base64 without the final ``=``: what people compare."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
