"""Reading the JSON that is on real boards and that Python's reader does not take, and telling whether JSON is in compact form.

The makers of the format read more than JSON, and skip fields they do not know, whatever stands in them: numbers of any length, nesting
of any depth, ``NaN``, ``Infinity``, tuples ``(…)``, variants ``<"A":…>``, comments, names without quotes, bytes that are no UTF-8, and
whatever follows the value. A voter can put such a thing into her answers, a trustee into what she publishes, and it must not make a
genuine election look false. `plain` writes it again as JSON: a tuple is a list; a variant is a list of its name and its value, or its
name alone; what stands for nothing in an election is ``null``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from aydyn.evote.errors import FormatError

DEEPEST = 32
"""What an election needs is nested less deeply."""
LONGEST_NUMBER = 400
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_COMPACT = re.compile(
    rf"{_STRING}|{_NUMBER}|true|false|null|NaN|-?Infinity|[\[\]{{}}()<>:,]|[ \t\r\n]++", re.DOTALL | re.ASCII
)
_ANY = re.compile(
    rf"{_STRING}|{_NUMBER}|-Infinity|[A-Za-z_][A-Za-z0-9_]*+|[\[\]{{}}()<>:,]|(?:[ \t\r\n]|/\*.*?\*/|//[^\n]*+)++",
    re.DOTALL | re.ASCII,
)
_BETWEEN = frozenset(" \t\r\n/")
"""What begins white space or a comment."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_WORDS = {"true": "true", "false": "false", "null": "null", "NaN": "null", "Infinity": "null", "-Infinity": "null"}
_AS_IT_IS = re.compile(r'"[^"\\\x00-\x1f\x7f]*+"')
_LOW_HALF = re.compile(r"\\u[dD][c-fC-F]")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]|u([dD][c-fC-F][0-9a-fA-F]{2})|.)", re.DOTALL)


# What a word is, by its first letter and the place where it stands.
_SCALAR, _MARK, _NAME, _OPENING, _CLOSING = range(5)

_State = dict[str, tuple[int, str]]
"""First letter of a word that may come → what it is, and the state after it (empty: after a value)."""
_AFTER = {bracket: f"after {bracket}" for bracket in "[({<"}
_WRITTEN = {"[": "[", "(": "[", "{": "{", "<": "", "]": "]", ")": "]", "}": "}", ">": "]"}


def _states(names: str) -> dict[str, _State]:
    """The grammar, for names that begin with one of these letters."""
    named: _State = dict.fromkeys(names, (_NAME, "colon"))
    value: _State = dict.fromkeys(f'"-0123456789{_LETTERS}', (_SCALAR, ""))
    for bracket, then in (("[", "list"), ("{", "object"), ("(", "tuple"), ("<", "tag")):
        value[bracket] = (_OPENING, then)
    ends = dict.fromkeys("]})>", (_CLOSING, ""))
    return {
        "value": value,
        "list": value | {"]": ends["]"]},
        "tuple": value | {")": ends[")"]},
        "name": dict(named),
        "object": named | {"}": ends["}"]},
        "colon": {":": (_MARK, "value")},
        "tag": dict.fromkeys(names, (_NAME, "tagged")),
        "tagged": {":": (_MARK, "value"), ">": ends[">"]},
        "after [": {",": (_MARK, "value"), "]": ends["]"]},
        "after (": {",": (_MARK, "value"), ")": ends[")"]},
        "after {": {",": (_MARK, "name"), "}": ends["}"]},
        "after <": {">": ends[">"]},
    }


class _Reader:
    """One reading, word by word; its memory is a letter for each level of nesting."""

    def __init__(self, names: str, *, keep: bool) -> None:
        self._states = _states(names)
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._left_out: int | None = None if keep else -1
        """The level from which nothing is kept."""

    def read(self, words: Iterator[str]) -> str:
        """Read one value (raises `ValueError` where a word cannot stand); the words after it are left."""
        states, opened = self._states, self._open
        state = states["value"]
        for word in words:
            if word[0] not in state:
                raise ValueError(word)
            what, then = state[word[0]]
            if what == _OPENING:
                self._begin(word)
            elif what == _CLOSING:
                self._end(word, tagged=state is states["tagged"])
            elif self._left_out is None:
                self._keep(word, what)
            elif what == _SCALAR:
                _scalar(word)
            if not then and not opened:
                return "".join(self._pieces)
            state = states[then or _AFTER[opened[-1]]]
        raise ValueError("end")

    def _begin(self, bracket: str) -> None:
        if self._left_out is None:
            if len(self._open) >= DEEPEST:
                self._pieces.append("null")
                self._left_out = len(self._open)
            else:
                self._pieces.append(_WRITTEN[bracket])
        self._open.append(bracket)

    def _end(self, bracket: str, *, tagged: bool) -> None:
        self._open.pop()
        if self._left_out is None:
            if tagged:  # a variant without a value is its name alone
                self._pieces[-1] = self._pieces[-1][1:]
            else:
                self._pieces.append(_WRITTEN[bracket])
        elif self._left_out == len(self._open):
            self._left_out = None

    def _keep(self, word: str, what: int) -> None:
        if what == _SCALAR:
            self._pieces.append(_scalar(word))
        elif what == _NAME:
            name = word if word[0] == '"' else f'"{word}"'
            self._pieces.append(f"[{name}" if self._open[-1] == "<" else name)
        else:
            self._pieces.append("," if self._open[-1] == "<" else word)


def _scalar(word: str) -> str:
    first = word[0]
    if first == '"':
        return word
    if word in _WORDS:
        return _WORDS[word]
    if first in _LETTERS:
        raise ValueError(word)
    return word if len(word) <= LONGEST_NUMBER else "null"


def _words(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The words of a text without what stands between them (raises `ValueError` where there is none)."""
    at, match = 0, pattern.match
    while found := match(text, at):
        at = found.end()
        word = found[0]
        if word[0] not in _BETWEEN:
            yield word
    if at != len(text):
        raise ValueError(at)


def plain(text: str) -> str:
    """The same as JSON that Python reads; time and memory are linear, whatever it nests (raises `ValueError`)."""
    return _Reader(f'"{_LETTERS}', keep=True).read(_words(_ANY, text))


def whole_letters(text: str) -> str:
    """JSON whose escapes of a lower half of a letter are the three bytes that the makers take them for, as surrogate escapes."""
    return _ESCAPE.sub(_as_bytes, text) if _LOW_HALF.search(text) else text


def _as_bytes(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    return chr(int(found[1], 16)).encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape")


def check_compact(data: bytes) -> None:
    """Refuse JSON that is not in compact form: no spaces, and letters written as the makers of the format write them.

    Raises:
        FormatError: not one JSON value, or not compact.
    """
    try:
        text = data.decode("utf-8", "surrogateescape")
        words = _words(_COMPACT, text)
        _Reader('"', keep=False).read(words)
        for word in words:
            raise ValueError(word)
        if all(_is_compact(found[0]) for found in _COMPACT.finditer(text)):
            return
    except ValueError as error:
        raise FormatError("json", f"not JSON: {type(error).__name__}", section="§1.1") from None
    raise FormatError("ballot-canonical", "JSON is not in compact form", section="§7")


def _is_compact(word: str) -> bool:
    if word[0] != '"':
        return word[0] not in _BETWEEN
    if _AS_IT_IS.fullmatch(word):
        return True
    return word == json.dumps(json.loads(word), ensure_ascii=False).replace("\x7f", "\\u007f")
