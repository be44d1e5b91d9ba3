"""JSON as a reader that keeps every field would write it again: compact, fields in their order and as often as they came."""

from __future__ import annotations

import json
from typing import Any

from aydyn.evote.errors import FormatError


class _Fields(list[tuple[str, Any]]):
    """The fields of an object in their order."""


class _Literal(str):
    """A number as it was written."""

    __slots__ = ()


def rewritten(data: bytes) -> bytes:
    """The compact form of JSON text (raises `FormatError` where it is none)."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_Fields,
            parse_int=_Literal,
            parse_float=_Literal,
            parse_constant=_refuse,
        )
        pieces: list[str] = []
        _write(value, pieces)
        return "".join(pieces).encode()
    except (ValueError, RecursionError) as error:
        raise FormatError("json", f"not JSON in UTF-8: {type(error).__name__}", section="§1.1") from None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _write(value: Any, pieces: list[str]) -> None:
    if isinstance(value, _Literal):
        pieces.append(value)
    elif isinstance(value, _Fields):
        pieces.append("{")
        for i, (name, one) in enumerate(value):
            pieces.append(("," if i else "") + json.dumps(name, ensure_ascii=False) + ":")
            _write(one, pieces)
        pieces.append("}")
    elif isinstance(value, list):
        pieces.append("[")
        for i, one in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            if i:
                pieces.append(",")
            _write(one, pieces)
        pieces.append("]")
    else:
        pieces.append(json.dumps(value, ensure_ascii=False))
