"""Canonical JSON: RFC 8785 (JCS) restricted to what entries and parts may hold.

Invariant: one value has one encoding, and :func:`decode` accepts only that encoding. Fractions are refused
everywhere (amounts are integers of the smallest unit), so the only numbers are integers within ±(2^53 − 1), which
is where RFC 8785 and Python's own C encoder agree byte for byte; a property test holds this against ``rfc8785``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder as _json
from typing import Any, NoReturn, TypeGuard

from aydyn.ledger.errors import FormatError

JSON = Any  # None, bool, int, str, list, or dict with text keys; checked at run time

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32

_encoder = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def _make_writer() -> Callable[[JSON], str]:
    """The encoder's own inner loop, made once: ``JSONEncoder.encode`` makes it anew for every value, which costs more
    than a small value's encoding."""
    make = getattr(_json, "c_make_encoder", None)
    if make is None:
        return _encoder.encode
    write: Callable[[JSON, int], tuple[str, ...]] = make(
        None, _encoder.default, _json.encode_basestring, None, ":", ",", True, False, False
    )
    return lambda value: "".join(write(value, 0))


_write = _make_writer()


def encode(value: JSON) -> bytes:
    """Return the RFC 8785 bytes of ``value``.

    Raises FormatError for fractions, integers beyond 2^53 − 1, unpaired surrogates, keys that are not text, keys
    beyond the Basic Multilingual Plane (their order differs between UTF-16 and code points) and deep nesting.
    """
    if type(value) is str:
        return _quoted(value)
    check(value)
    return encode_checked(value)


def _quoted(text: str) -> bytes:
    try:
        return _json.encode_basestring(text).encode("utf-8")
    except UnicodeEncodeError:
        raise FormatError("JSON", "text holds half of a surrogate pair") from None


def encode_checked(value: JSON) -> bytes:
    """Encode a value that :func:`check` has accepted already (the fast path of the sequencer)."""
    try:
        return _write(value).encode("utf-8")
    except UnicodeEncodeError:
        raise FormatError("JSON", "text holds half of a surrogate pair") from None


def check(value: JSON, depth: int = 0) -> None:
    """Raise FormatError unless ``value`` may be encoded (see :func:`encode`)."""
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise FormatError("JSON", f"the integer {value} lies beyond ±(2^53 − 1)")
        return
    if depth >= MAX_DEPTH:
        raise FormatError("JSON", f"nested deeper than {MAX_DEPTH} levels")
    if is_array(value):
        for item in value:
            check(item, depth + 1)
        return
    if is_object(value):
        for key, item in value.items():
            if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may hand in anything
                raise FormatError("JSON", f"the key {key!r} is not text")
            if not key.isascii() and max(key) > "\ud7ff":
                raise FormatError("JSON", f"the key {key!r} holds letters beyond U+D7FF")
            if type(item) is not str:  # most values are; half surrogates are found by the encoding itself
                check(item, depth + 1)
        return
    raise FormatError("JSON", f"a value of type {type(value).__name__} is not allowed")


def is_object(value: JSON) -> TypeGuard[dict[str, Any]]:
    """Whether decoded JSON is an object (its keys are text, since JSON knows no others)."""
    return isinstance(value, dict)


def is_array(value: JSON) -> TypeGuard[list[Any]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def decode(data: bytes, what: str = "JSON") -> JSON:
    """Parse canonical JSON strictly: ``encode(decode(data)) == data`` or FormatError.

    Duplicate keys, spaces, fractions, escapes that could be shorter, wrong order of keys: all refused, since each of
    them would let two different files state the same thing.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(what, f"not UTF-8 at byte {error.start}") from None
    try:
        value: JSON = _decoder.decode(text)
    except FormatError as error:
        raise FormatError(what, error.why) from None
    except json.JSONDecodeError as error:
        raise FormatError(what, f"not JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise FormatError(what, f"nested deeper than {MAX_DEPTH} levels") from None
    if encode(value) != data:
        raise FormatError(what, "not in canonical form (RFC 8785)")
    return value


def _pairs(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise FormatError("JSON", "the same key stands twice in one object")
    return value


def _no_fraction(text: str) -> NoReturn:
    raise FormatError("JSON", f"the number {text[:40]} is not an integer")


def _integer(text: str) -> int:
    if len(text) > 17:
        raise FormatError("JSON", f"the integer {text[:20]}… lies beyond ±(2^53 − 1)")
    return int(text)


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_no_fraction, parse_constant=_no_fraction, parse_int=_integer
)
