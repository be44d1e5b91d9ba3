"""The three kinds of questions and what is a vote in each (docs/spec/election-archive.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote import wire
from aydyn.evote.errors import FormatError, RuleError, UnsupportedError, quoted

MAX_ANSWERS = 1000
MAX_QUESTIONS = 100

Vote = Sequence[int] | Sequence[Sequence[int]]
"""Numbers per answer; for a question of lists one such sequence for each list."""


@dataclass(frozen=True)
class Homomorphic:
    """Choose between `minimum` and `maximum` answers, or with `blank` none at all; only sums are ever decrypted."""

    question: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False

    @property
    def width(self) -> int:
        """Ciphertexts of an answer: one for each choice, and the blank one first."""
        return len(self.answers) + self.blank

    def check_vote(self, vote: Vote) -> list[int]:
        """The 0s and 1s of a vote, the blank one first (raises `RuleError`)."""
        bits = _bits(vote, self.width)
        chosen = sum(bits[1:] if self.blank else bits)
        if self.blank and bits[0]:
            if chosen:
                raise RuleError("vote", "a blank vote chooses nothing else", section="§5.1")
        elif not self.minimum <= chosen <= self.maximum:
            raise RuleError("vote", f"choose {self.minimum} to {self.maximum} answers, not {chosen}", section="§5.1")
        return bits

    def to_value(self) -> dict[str, Any]:
        """As JSON, fields in their order."""
        value: dict[str, Any] = {"answers": list(self.answers)}
        if self.blank:
            value["blank"] = True
        return value | {"min": self.minimum, "max": self.maximum, "question": self.question}


@dataclass(frozen=True)
class NonHomomorphic:
    """Give each answer a small number (a rank, a grade); ballots are shuffled and then decrypted one by one."""

    question: str
    answers: tuple[str, ...]
    extra: dict[str, Any] | None = None

    @property
    def width(self) -> int:
        """Numbers in a vote."""
        return len(self.answers)

    @property
    def method(self) -> str | None:
        """The counting rule that the question announces, as its field ``extra.method`` names it."""
        method = (self.extra or {}).get("method")
        return method if isinstance(method, str) else None

    def check_vote(self, vote: Vote) -> list[int]:
        """The numbers of a vote (raises `RuleError`). Whether they make a ranking is decided after decryption."""
        numbers = [number for number in vote if isinstance(number, int) and 0 <= number < 256]
        if len(numbers) != len(vote) or len(numbers) != self.width:
            raise RuleError("vote", f"give {self.width} numbers from 0 to 255", section="§5.2")
        return numbers

    def to_value(self) -> dict[str, Any]:
        """As JSON, fields in their order."""
        value: dict[str, Any] = {
            "type": "NonHomomorphic",
            "value": {"answers": list(self.answers), "question": self.question},
        }
        return value if self.extra is None else value | {"extra": self.extra}


@dataclass(frozen=True)
class Lists:
    """Choose exactly one list, and at least one of its candidates; only sums are ever decrypted."""

    question: str
    lists: tuple[tuple[str, ...], ...]
    """For each list its name and then its candidates."""

    @property
    def width(self) -> int:
        """Ciphertexts of an answer."""
        return sum(len(one) for one in self.lists)

    def check_vote(self, vote: Vote) -> list[list[int]]:
        """The 0s and 1s of a vote (raises `RuleError`)."""
        rows = [row for row in vote if not isinstance(row, int)]
        if len(rows) != len(vote) or len(rows) != len(self.lists):
            raise RuleError("vote", f"give one row for each of the {len(self.lists)} lists", section="§5.3")
        bits = [_bits(row, len(one)) for row, one in zip(rows, self.lists, strict=True)]
        if sum(row[0] for row in bits) != 1:
            raise RuleError("vote", "choose exactly one list", section="§5.3")
        if any(any(row[1:]) and not row[0] for row in bits) or not any(any(row[1:]) for row in bits):
            raise RuleError("vote", "choose candidates of the chosen list, one at least", section="§5.3")
        return bits

    def to_value(self) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {"type": "Lists", "value": {"answers": [list(one) for one in self.lists], "question": self.question}}


Question = Homomorphic | NonHomomorphic | Lists


def without_texts(question: Question) -> Question:
    """The question with every text empty: all that a ballot depends on."""
    if isinstance(question, Lists):
        return Lists("", tuple(("",) * len(one) for one in question.lists))
    answers = ("",) * len(question.answers)
    if isinstance(question, NonHomomorphic):
        return NonHomomorphic("", answers)
    return Homomorphic("", answers, question.minimum, question.maximum, question.blank)


def _bits(vote: Vote, width: int) -> list[int]:
    bits = [bit for bit in vote if isinstance(bit, int) and bit in (0, 1)]
    if len(bits) != len(vote) or len(bits) != width:
        raise RuleError("vote", f"give {width} numbers, each 0 or 1", section="§5.1")
    return bits


def parse_questions(value: Any) -> tuple[Question, ...]:
    """Read the questions of an election or a template (raises `FormatError`, `UnsupportedError`)."""
    found = wire.items(value, "the list of questions")
    if not found:
        raise FormatError("questions", "an election has at least one question", section="§5")
    if len(found) > MAX_QUESTIONS:
        raise UnsupportedError("questions", f"more than {MAX_QUESTIONS} questions are not checked here", section="§5")
    return tuple(parse_question(one, f"question {i}") for i, one in enumerate(found, 1))


def parse_question(value: Any, what: str = "a question") -> Question:
    """Read one question (raises `FormatError`, `UnsupportedError`)."""
    whole = wire.obj(value, what)
    kind = whole.get("type", "Homomorphic")
    body = wire.obj(whole["value"], what) if "type" in whole and "value" in whole else whole
    text = wire.string(wire.field(body, "question", what), f"the text of {what}")
    if kind == "Lists":
        return Lists(text, _lists(wire.field(body, "answers", what), what))
    answers = _names(wire.field(body, "answers", what), what)
    if kind == "NonHomomorphic":
        extra = whole.get("extra")
        return NonHomomorphic(
            text, answers, None if extra is None else wire.obj(wire.shallow(extra), f"the extra of {what}")
        )
    if kind != "Homomorphic":
        raise FormatError("question-kind", f"{what} is of the unknown kind {quoted(kind)}", section="§5")
    return _homomorphic(text, answers, body, what)


def _homomorphic(text: str, answers: tuple[str, ...], body: dict[str, Any], what: str) -> Homomorphic:
    blank = False if body.get("blank") is None else body["blank"]
    if not isinstance(blank, bool):
        raise FormatError("json-shape", f"blank of {what} is not true or false", section="§5.1")
    minimum = wire.whole(wire.field(body, "min", what), f"min of {what}")
    maximum = wire.whole(wire.field(body, "max", what), f"max of {what}")
    if not minimum <= maximum <= len(answers):
        raise FormatError(
            "question-bounds", f"{what} wants {minimum} to {maximum} of {len(answers)} answers", section="§5.1"
        )
    return Homomorphic(text, answers, minimum, maximum, blank)


def _names(value: Any, what: str) -> tuple[str, ...]:
    names = tuple(wire.string(name, f"an answer of {what}") for name in wire.items(value, f"the answers of {what}"))
    if not names:
        raise FormatError("question-answers", f"{what} has no answers", section="§5")
    _check_width(len(names), what)
    return names


def _check_width(width: int, what: str) -> None:
    if width > MAX_ANSWERS:
        words = f"{what} has {width} answers; more than {MAX_ANSWERS} are not checked here"
        raise UnsupportedError("question-answers", words, section="§5")


def _lists(value: Any, what: str) -> tuple[tuple[str, ...], ...]:
    found = wire.items(value, f"the lists of {what}")
    lists = tuple(_names(one, what) for one in found)
    _check_width(sum(map(len, lists)), what)
    if not lists or any(len(one) < 2 for one in lists):
        raise FormatError(
            "question-answers", f"{what} needs lists of a name and at least one candidate", section="§5.3"
        )
    return lists
