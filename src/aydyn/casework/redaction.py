"""What may have to be taken out of a text before it is opened to all: suggestions only, an officer decides.

A pack's `redaction.toml` has rules: patterns for telephone numbers, documents, addresses and names, and words to put in
their place. What who asked gave of herself is looked for as well. Nothing here is certain: a rule finds what is no name
and misses what is one, so nothing is taken out without a person who looks.

Every pattern takes time linear in the text: it has no repetition without an upper bound, and from one place of the text
it can be tried in at most `MOST_WAYS` ways. Both are checked when a file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field, model_validator

from aydyn.casework.errors import DataError
from aydyn.casework.patterns import MOST_WAYS, check_pattern
from aydyn.casework.shapes import Code, Many, Strict, Texts, read, wording

__all__ = ["MOST_WAYS", "RedactionRule", "RedactionRules", "Suggestion", "load_rules", "redacted", "suggest"]

ANYTHING = "*"
LONGEST_KNOWN = 400
MOST_KNOWN = 40
MOST_WORDS = 12
"""So many words of one answer are looked for by themselves; no name has more."""
SHORTEST_PART = 4
"""A part of a name that has fewer letters is not looked for by itself: “Aý” and “Ли” stand in too many words."""

_GAP = r"[\s().,/\u00a0\u2010-\u2015-]{0,3}+"
_LOOKALIKES = ("aä", "cç", "nň", "oö", "sş", "uü", "yý", "zž", "её")
"""Letters that people type for each other, whichever of them their keyboard has."""
_CLASSES = {letter: f"[{pair}]" for pair in _LOOKALIKES for letter in pair}
_ENDING = r"[^\W\d_]{0,6}"
"""What Turkmen and Russian hang on to a name."""


class RedactionRule(Strict):
    """One kind of thing that is taken out: how it looks, and what is put in its place."""

    code: Code
    label: Texts
    replacement: Texts
    patterns: Many[str] = ()
    """Regular expressions; one with a group in parentheses takes out what the group found, else all that it found."""
    any_case: bool = False
    known: Many[str] = ()
    """Questions about who asks whose answers are of this kind; “*” for all that no rule names."""

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], ...]:
        """The patterns, ready."""
        return tuple(re.compile(pattern, re.IGNORECASE if self.any_case else 0) for pattern in self.patterns)


class RedactionRules(Strict):
    """A pack's `redaction.toml`."""

    rules: Many[RedactionRule] = Field(alias="rule")
    keep: Many[str] = ()
    """Beginnings of words for offices and posts: at either end of something found they stay in the text."""

    @model_validator(mode="after")
    def _holds_together(self) -> RedactionRules:
        codes = [rule.code for rule in self.rules]
        if len(codes) != len(set(codes)):
            raise ValueError("two rules have the same code; give each its own")
        if sum(ANYTHING in rule.known for rule in self.rules) != 1:
            raise ValueError("what no rule names must be found all the same; give one rule known = [“*”]")
        return self

    def rule_for(self, question: str) -> RedactionRule:
        """Return the rule for the answer to a question about who asks."""
        named = (rule for rule in self.rules if question in rule.known)
        return next(named, next(rule for rule in self.rules if ANYTHING in rule.known))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stretch of the text that a rule would take out: `text` is what stands from `start` up to `end`."""

    start: int
    end: int
    rule: RedactionRule
    text: str


def load_rules(data: bytes, name: str) -> RedactionRules:
    """Read a pack's rules; a DataError names the rule whose pattern is wrong or could take too long, and what would be right."""
    rules = read(RedactionRules, data, name)
    for rule in rules.rules:
        for number, pattern in enumerate(rule.patterns, start=1):
            try:
                check_pattern(pattern)
            except ValueError as error:
                problem, _, remedy = str(error).partition("; ")
                raise DataError(name, f"rule.{rule.code}.patterns.{number}", problem, remedy or "correct it") from None
    return rules


def suggest(text: str, rules: RedactionRules, known: Mapping[str, str]) -> tuple[Suggestion, ...]:
    """Return what should be looked at before the text is published, in its order and without overlaps.

    ``known``: what who asked gave of herself, question → answer in words. It is found in capital and small letters, with
    other spaces and hyphens, with letters that keyboards lack, and by single parts of a name; not in another script.
    """
    found = [(start, end, rule) for rule in rules.rules for start, end in _by_patterns(text, rule, rules.keep)]
    for question, answer in list(known.items())[:MOST_KNOWN]:
        rule = rules.rule_for(question)
        for pattern in _patterns_of(answer[:LONGEST_KNOWN]):
            found += [(*match.span(), rule) for match in re.finditer(pattern, text, re.IGNORECASE)]
    return tuple(Suggestion(start, end, rule, text[start:end]) for start, end, rule in _merged(found, text))


def redacted(text: str, suggestions: Iterable[Suggestion], language: str) -> str:
    """Return the text with each suggestion's words in place of what it found.

    ValueError if a suggestion was made of another text, or two of them overlap.
    """
    pieces: list[str] = []
    reached = 0
    for each in sorted(suggestions, key=lambda each: each.start):
        if each.start < reached or text[each.start : each.end] != each.text or not each.text:
            raise ValueError(f"“{each.text[:40]}” does not stand at {each.start}; make suggestions of this very text")
        pieces += [text[reached : each.start], wording(each.rule.replacement, language).text]
        reached = each.end
    return "".join([*pieces, text[reached:]])


# ---------------------------------------------------------------------------------------------- by the rules' patterns


def _by_patterns(text: str, rule: RedactionRule, keep: Sequence[str]) -> Iterator[tuple[int, int]]:
    for pattern in rule.compiled:
        for match in pattern.finditer(text):
            start, end = match.span(1 if pattern.groups and match[1] is not None else 0)
            start, end = _without_posts(text, start, end, keep)
            if start < end:
                yield start, end


def _without_posts(text: str, start: int, end: int, keep: Sequence[str]) -> tuple[int, int]:
    """Leave out words for offices and posts, and spaces, at both ends of what was found."""
    words = list(re.finditer(r"\S+", text[start:end]))
    while words and _is_kept(words[0][0], keep):
        del words[0]
    while words and _is_kept(words[-1][0], keep):
        del words[-1]
    return (start + words[0].start(), start + words[-1].end()) if words else (end, end)


def _is_kept(word: str, keep: Sequence[str]) -> bool:
    return word.lower().startswith(tuple(keep))


# ---------------------------------------------------------------------------------------------- by what is known


def _patterns_of(answer: str) -> Iterator[str]:
    """Patterns for one answer: an address of the net, a number, or words."""
    answer = answer.strip()
    digits = re.sub(r"\D", "", answer)
    if "@" in answer:
        yield _spaced(re.findall(r"\w+|[^\w\s().,/-]", answer))
    elif len(digits) >= 6 and not re.search(r"[^\W\d_]{3}", answer):
        yield from _patterns_of_number(answer, digits)
    elif re.search(r"\d", answer):
        yield _spaced(re.findall(r"\w+", answer))
        parts = re.split(r"[,;\n]", answer)
        yield from (
            _spaced(re.findall(r"\w+", part)) for part in parts if re.search(r"\d", part) and _letters(part) >= 3
        )
    else:
        yield from _patterns_of_words(answer)


def _patterns_of_number(answer: str, digits: str) -> Iterator[str]:
    """A number is found however it is grouped; a telephone number also without its country's code."""
    letters = re.findall(r"[^\W\d_]+", answer)
    yield rf"(?<!\w){_GAP.join(re.escape(each) for each in [*letters, *digits])}(?!\d)"
    short = digits[-8:] if answer.startswith("+") and len(digits) > 9 else digits
    if len(short) >= 6:
        yield rf"(?<!\d){_GAP.join(short)}(?!\d)"


def _patterns_of_words(answer: str) -> Iterator[str]:
    words = re.findall(r"[^\W\d_]+", answer)
    if len(words) > 1:
        yield _spaced(words)
    for word in words[:MOST_WORDS]:
        if len(word) >= SHORTEST_PART:
            yield rf"\b{_loosely(word)}{_ENDING}\b"


def _spaced(words: Sequence[str]) -> str:
    if not words:
        return r"(?!)"
    body = _GAP.join(_loosely(word) for word in words)
    return rf"(?<!\w){body}{_ENDING}(?!\w)"


def _loosely(word: str) -> str:
    return "".join(_CLASSES.get(letter, re.escape(letter)) for letter in word.lower())


def _letters(text: str) -> int:
    return len(re.findall(r"[^\W\d_]", text))


# ---------------------------------------------------------------------------------------------- one list of both


def _merged(found: list[tuple[int, int, RedactionRule]], text: str) -> list[tuple[int, int, RedactionRule]]:
    """Join what overlaps, and neighbours of one kind (street, house, flat); the longer one says what it is."""
    done: list[tuple[int, int, RedactionRule]] = []
    for start, end, rule in sorted(found, key=lambda each: (each[0], -each[1])):
        if done and (start < done[-1][1] or (rule is done[-1][2] and not text[done[-1][1] : start].strip(" ,."))):
            before = done[-1]
            longer = rule if end - start > before[1] - before[0] else before[2]
            done[-1] = (before[0], max(end, before[1]), longer)
        else:
            done.append((start, end, rule))
    return done
