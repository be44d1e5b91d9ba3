"""Regular expressions that take time linear in the text: what a data file may say, and a check that it says no more.

A pattern is allowed if every repetition has an upper bound and, begun at one place of a text, it can go on in at most
`MOST_WAYS` ways. Ways multiply where one repetition follows another and are raised to a power where one stands inside
another; a possessive repetition (`{0,3}+`, `?+`) goes one way only, which is how a pattern is mended that is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WAYS = 2_000
MOST_REPEATS = 64
LONGEST_PATTERN = 1_000

_TOKEN = re.compile(
    r"""
    (?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.))
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<open>\((?:\?(?::|=|!|<=|<!|>))?)
    |(?P<close>\))
    |(?P<bar>\|)
    |(?P<repeat>(?:[*+?]|\{\d{0,3}(?:,\d{0,3})?\})[+?]?)
    |(?P<plain>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!", "(?>")
"""Groups that are left one way only."""


@dataclass
class _Level:
    """What is read of one group: the ways of its finished alternatives, of the one being read, and of its last piece."""

    opened: str
    done: int = 0
    now: int = 1
    last: int = 1


def check_pattern(pattern: str) -> None:
    """Pass a pattern that takes linear time; ValueError says why another one is refused, and what would be right."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern has {len(pattern)} characters; make two of it, of at most {LONGEST_PATTERN}")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"this is no regular expression: {error}; correct it") from None
    if compiled.groups > 1:
        raise ValueError("the pattern has more than one group that is taken out; write (?:…) for the others")
    if compiled.match(""):
        raise ValueError("the pattern finds nothing at all; let it want one character at least")
    _ways(pattern)


def _ways(pattern: str) -> int:
    levels = [_Level("")]
    for token in _TOKEN.finditer(pattern):
        kind, text, level = token.lastgroup, token[0], levels[-1]
        if kind == "repeat":
            _repeat(level, text)
            continue
        level.now, level.last = _within(level.now * level.last), 1
        if kind == "open":
            if text == "(" and pattern[token.end() :].startswith("?"):
                raise ValueError("this kind of group is not allowed; write (?:…)")
            levels.append(_Level(text))
        elif kind == "bar":
            level.done, level.now = level.done + level.now, 1
        elif kind == "close":
            inner = _within(levels.pop().done + level.now)
            levels[-1].last = 1 if level.opened in _LOOKS else inner
        elif kind == "escape" and text[1] in "123456789":
            raise ValueError(f"“{text}” repeats what a group found; write it out")
    return _within(levels[0].done + levels[0].now * levels[0].last)


def _repeat(level: _Level, text: str) -> None:
    least, most = _bounds(text)
    ways = _within(level.last**most * (most - least + 1))
    level.last = 1 if len(text) > 1 and text.endswith("+") else ways


def _bounds(text: str) -> tuple[int, int]:
    if text[0] == "?":
        return 0, 1
    found = re.match(r"\{(\d*)(,?)(\d*)\}", text)
    if found is None or (found[2] and not found[3]):
        raise ValueError(f"“{text}” repeats without an end; give an upper bound, such as {{0,{MOST_REPEATS}}}")
    least = int(found[1] or 0)
    most = int(found[3]) if found[2] else least
    if most > MOST_REPEATS:
        raise ValueError(f"“{text}” repeats too often; at most {MOST_REPEATS} times")
    return least, most


def _within(ways: int) -> int:
    if ways > MOST_WAYS:
        raise ValueError("the pattern can be tried in too many ways; make its repetitions possessive, such as {0,3}+")
    return ways
