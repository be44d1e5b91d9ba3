"""Reading the JSON that is on real boards and that Python's reader does not take, and telling whether JSON is in compact form.

The makers of the format skip fields they do not know, whatever stands in them: numbers of any length, nesting of any depth, ``NaN``,
``Infinity``, tuples ``(…)`` and variants ``<"A":…>``. A voter can put such a field into her answers, and it must not make a genuine
election look false. None of it stands for anything in an election, so that `plain` may put ``null`` in its place.
"""

from __future__ import annotations

import json
import re
from enum import Enum, auto

from aydyn.evote.errors import FormatError

DEEPEST = 32
"""What an election needs is nested less deeply."""
LONGEST_NUMBER = 400
_WORD = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity'
    r"|[\[\]{}()<>:,]|[ \t\r\n]+",
    re.DOTALL | re.ASCII,
)
_CLOSING = {"[": "]", "{": "}", "(": ")", "<": ">"}
_UNKNOWN = frozenset({"NaN", "Infinity", "-Infinity"})


class _State(Enum):
    """What may come next."""

    VALUE = auto()
    VALUE_OR_END = auto()
    NAME = auto()
    NAME_OR_END = auto()
    COLON = auto()
    TAG = auto()
    TAGGED = auto()
    AFTER = auto()


_OPENED = {"[": _State.VALUE_OR_END, "{": _State.NAME_OR_END, "(": _State.VALUE_OR_END, "<": _State.TAG}
_ENDING = frozenset({_State.VALUE_OR_END, _State.NAME_OR_END, _State.TAGGED})


class _Reader:
    """One reading, word by word; its memory is a letter for each level of nesting."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.state = _State.VALUE
        self.open: list[str] = []
        self.left_out: int | None = None
        """The level from which nothing is kept."""

    def take(self, word: str) -> None:
        """Take the next token (raises `ValueError` where it cannot stand)."""
        state = self.state
        if state in (_State.VALUE, _State.VALUE_OR_END) and word not in "]}>),:":
            self._value(word)
        elif state in _ENDING and word == _CLOSING[self.open[-1]]:
            self._close(word)
        elif state in (_State.NAME, _State.NAME_OR_END, _State.TAG) and word[0] == '"':
            self._keep(word)
            self.state = _State.TAGGED if state is _State.TAG else _State.COLON
        elif state in (_State.COLON, _State.TAGGED) and word == ":":
            self._keep(word)
            self.state = _State.VALUE
        elif state is _State.AFTER and self.open:
            self._after(word)
        else:
            raise ValueError(word)

    def end(self) -> str:
        """What was kept (raises `ValueError` if the value is not whole)."""
        if self.open or self.state is not _State.AFTER:
            raise ValueError("end")
        return "".join(self.pieces)

    def _keep(self, word: str) -> None:
        if self.left_out is None:
            self.pieces.append(word)

    def _value(self, word: str) -> None:
        if word not in _OPENED:
            number = word[0] in "-0123456789"
            self._keep("null" if word in _UNKNOWN or (number and len(word) > LONGEST_NUMBER) else word)
            self.state = _State.AFTER
            return
        if self.left_out is None and (word in "(<" or len(self.open) >= DEEPEST):
            self._keep("null")
            self.left_out = len(self.open)
        self._keep(word)
        self.open.append(word)
        self.state = _OPENED[word]

    def _close(self, word: str) -> None:
        self.open.pop()
        self._keep(word)
        if self.left_out == len(self.open):
            self.left_out = None
        self.state = _State.AFTER

    def _after(self, word: str) -> None:
        inside = self.open[-1]
        if word == _CLOSING[inside]:
            self._close(word)
        elif word == "," and inside != "<":
            self._keep(word)
            self.state = _State.NAME if inside == "{" else _State.VALUE
        else:
            raise ValueError(word)


def plain(text: str) -> str:
    """The same JSON without what Python cannot read; time and memory are linear, whatever it nests (raises `ValueError`)."""
    return _read(text)


def check_compact(data: bytes) -> None:
    """Refuse JSON that is not in compact form: no spaces, and letters written as the makers of the format write them.

    Raises:
        FormatError: not one JSON value, or not compact.
    """
    try:
        text = data.decode("utf-8")
        _read(text)
        if all(map(_is_compact, _WORD.findall(text))):
            return
    except ValueError as error:
        raise FormatError("json", f"not JSON in UTF-8: {type(error).__name__}", section="§1.1") from None
    raise FormatError("ballot-canonical", "JSON is not in compact form", section="§7")


def _read(text: str) -> str:
    reader, at = _Reader(), 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise ValueError(at)
        if not found[0].isspace():
            reader.take(found[0])
        at = found.end()
    return reader.end()


def _is_compact(word: str) -> bool:
    if word[0] != '"':
        return not word.isspace()
    return word == json.dumps(json.loads(word), ensure_ascii=False).replace("\x7f", "\\u007f")
