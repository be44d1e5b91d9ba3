"""Questions as they are read, and what is a vote in each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.evote.workshop import EXTRA, QUESTIONS

from aydyn.evote.errors import FormatError, RuleError, UnsupportedError
from aydyn.evote.questions import (
    MAX_ANSWERS,
    MAX_QUESTIONS,
    Homomorphic,
    Lists,
    NonHomomorphic,
    parse_question,
    parse_questions,
)

VALID: dict[str, list[Any]] = {
    "H": [[1, 0, 0], [1, 1, 0], [0, 0, 1]],
    "B": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "R": [[1, 2, 3], [0, 0, 0], [255, 255, 255]],
    "L": [[[1, 1, 0], [0, 0]], [[1, 1, 1], [0, 0]], [[0, 0, 0], [1, 1]]],
}
INVALID: dict[str, list[Any]] = {
    "H": [[0, 0, 0], [1, 1, 1], [2, 0, 0], [-1, 1, 1], [1, 0], [1, 0, 0, 0], [], ["1", 0, 0], [[1], 0, 0]],
    "B": [[1, 1, 0], [0, 0, 0], [0, 1, 1], [1, 0], [1, 1, 1]],
    "R": [[1, 2], [1, 2, 256], [1, 2, -1], [1, 2, "3"], [1, 2, 3, 4]],
    "L": [
        [[1, 0, 0], [0, 0]], [[0, 1, 0], [1, 1]], [[1, 1, 0], [1, 1]], [[0, 0, 0], [0, 0]], [[1, 1, 0]], [[1, 1], [0, 0]],
        [[1, 2, 0], [0, 0]], [1, 1, 0, 0, 0],
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_is_written_as_it_was_read(kind: str) -> None:
    value = QUESTIONS[kind] | EXTRA.get(kind, {})
    assert parse_question(value).to_value() == value


@pytest.mark.parametrize(("kind", "vote"), [(kind, vote) for kind, votes in VALID.items() for vote in votes])
def test_a_vote_that_the_question_allows(kind: str, vote: Any) -> None:
    assert parse_question(QUESTIONS[kind]).check_vote(vote) == vote


@pytest.mark.parametrize(("kind", "vote"), [(kind, vote) for kind, votes in INVALID.items() for vote in votes])
def test_a_vote_that_it_does_not_allow(kind: str, vote: Any) -> None:
    with pytest.raises(RuleError) as caught:
        parse_question(QUESTIONS[kind]).check_vote(vote)
    assert caught.value.rule == "vote"


def test_a_question_may_be_wrapped_or_bare() -> None:
    bare = QUESTIONS["H"]
    assert parse_question({"type": "Homomorphic", "value": bare, "extra": {}}) == parse_question(bare)
    assert isinstance(parse_question(bare), Homomorphic)
    assert isinstance(parse_question(QUESTIONS["L"]), Lists)


def test_an_absent_blank_may_be_null() -> None:
    assert parse_question(QUESTIONS["H"] | {"blank": None}) == parse_question(QUESTIONS["H"])


def test_the_counting_rule_is_told() -> None:
    ranked = parse_question(QUESTIONS["R"] | {"extra": {"method": "Schulze"}})
    assert isinstance(ranked, NonHomomorphic)
    assert ranked.method == "Schulze"
    other = parse_question(QUESTIONS["R"] | {"extra": {"method": 1}})
    assert isinstance(other, NonHomomorphic)
    assert other.method is None


def test_what_an_extra_field_nests_without_end_is_not_kept() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    kept = parse_question(QUESTIONS["R"] | {"extra": {"x": deep}}).to_value()
    assert str(kept).count("[") < 20


@pytest.mark.parametrize(
    "change",
    [
        {"min": -1}, {"min": 3, "max": 2}, {"max": 4}, {"max": True}, {"max": "2"}, {"blank": 1}, {"blank": "no"}, {"answers": []},
        {"answers": ["A", 1]}, {"answers": "ABC"}, {"question": None}, {"answers": ["\ud800", "B", "C"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        parse_question(QUESTIONS["H"] | change)


@pytest.mark.parametrize("lists", [[], [["One"]], [["One", "a"], []], ["One"], [["One", 1]]], ids=str)
def test_lists_that_are_none(lists: Any) -> None:
    with pytest.raises(FormatError):
        parse_question({"type": "Lists", "value": {"answers": lists, "question": "?"}})


def test_another_kind_is_none() -> None:
    with pytest.raises(FormatError) as caught:
        parse_question({"type": "Cumulative", "value": QUESTIONS["H"]})
    assert caught.value.rule == "question-kind"


def test_what_is_merely_too_large_is_not_called_false() -> None:
    many = [str(i) for i in range(MAX_ANSWERS + 1)]
    for value in (QUESTIONS["H"] | {"answers": many}, {"type": "Lists", "value": {"answers": [many], "question": "?"}}):
        with pytest.raises(UnsupportedError):
            parse_question(value)
    with pytest.raises(UnsupportedError):
        parse_questions([QUESTIONS["H"]] * (MAX_QUESTIONS + 1))
    with pytest.raises(FormatError):
        parse_questions([])
