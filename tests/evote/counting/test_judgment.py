"""Majority Judgment, by hand and against medians taken out one by one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.counting import naive

from aydyn.evote.counting import Middle, majority_judgment
from aydyn.evote.counting.judgment import middle_grades
from aydyn.evote.errors import FormatError

Ballots = list[tuple[int, ...]]


def columns(*grades: list[int]) -> Ballots:
    """Ballots from the grades of each candidate."""
    return list(zip(*grades, strict=True))


def test_the_middle_grade_decides_first() -> None:
    count = majority_judgment(columns([1, 1, 3, 4, 4], [2, 2, 2, 5, 5], [1, 1, 4, 4, 4]), 3, 5)
    assert (count.grades, count.ranking) == ((3, 2, 4), ((1,), (0,), (2,)))
    assert count.distribution[0] == (2, 0, 1, 2, 0)


def test_among_equal_middle_grades_the_next_decides() -> None:
    # Sorted 1 2 2 and 2 2 3: both have 2 in the middle; of what is left, 1 2 is before 2 3.
    count = majority_judgment(columns([2, 2, 3], [1, 2, 2], [2, 1, 2]), 3, 3)
    assert (count.grades, count.ranking) == ((2, 2, 2), ((1, 2), (0,)))


def test_only_the_same_grades_as_often_are_equal() -> None:
    count = majority_judgment(columns([1, 2, 3, 3], [3, 3, 2, 1], [1, 2, 2, 3]), 3, 3)
    assert count.ranking == ((2,), (0, 1))


def test_of_two_middle_grades_the_one_asked_for_counts() -> None:
    # 1 4 and 2 3: the better of the middle grades puts the first ahead, the worse of them the second.
    ballots = columns([1, 4], [2, 3])
    peer = majority_judgment(ballots, 2, 4)
    paper = majority_judgment(ballots, 2, 4, middle=Middle.WORSE)
    assert (peer.grades, peer.ranking, peer.contested) == ((1, 2), ((0,), (1,)), True)
    assert (paper.grades, paper.ranking, paper.contested) == ((4, 3), ((1,), (0,)), True)
    assert not majority_judgment(columns([1, 4, 4], [2, 3, 4]), 2, 4).contested


def test_what_is_blank_and_what_is_invalid() -> None:
    ballots = [(1, 2), (0, 0), (0, 2), (3, 6), (0, 2), (0, 0)]
    allowed, not_allowed = majority_judgment(ballots, 2, 5, blank=True), majority_judgment(ballots, 2, 5)
    assert (allowed.valid, allowed.blank, allowed.invalid) == (1, 2, ((0, 2), (0, 2), (3, 6)))
    assert (not_allowed.valid, not_allowed.blank) == (1, None)
    assert not_allowed.invalid == ((0, 0), (0, 0), (0, 2), (0, 2), (3, 6))
    assert allowed.ranking == not_allowed.ranking == ((0,), (1,))


def test_without_valid_ballots_all_are_equal() -> None:
    count = majority_judgment([(0, 0)], 2, 5)
    assert (count.grades, count.ranking, count.contested) == ((0, 0), ((0, 1),), False)


def test_the_count_can_be_written_as_json() -> None:
    value = json.loads(json.dumps(majority_judgment([(1, 2), (9, 9)], 2, 2).to_value()))
    assert (value["invalid"], value["distribution"], value["middle"]) == ([[9, 9]], [[1, 0], [0, 1]], "better")


def test_what_was_not_made_from_the_question_is_refused() -> None:
    with pytest.raises(FormatError, match="count-shape"):
        majority_judgment([(1, 2, 3)], 2, 5)
    for grades in (0, 256):
        with pytest.raises(FormatError, match="count-grades"):
            majority_judgment([], 2, grades)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=6), st.sampled_from(Middle))
def test_middle_after_middle_is_what_is_taken(row: list[int], middle: Middle) -> None:
    grades = [grade for grade, times in enumerate(row, 1) for _ in range(times)]
    assert list(middle_grades(row, middle)) == naive.medians(grades, worse=middle is Middle.WORSE)


elections = st.integers(1, 4).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, 4)] * n), max_size=15))
)


@given(elections, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_nothing_and_each_is_counted_once(
    election: tuple[int, Ballots], blank: bool, shuffler: object
) -> None:
    n, ballots = election
    count = majority_judgment(ballots, n, 3, blank=blank)
    assert count.valid + (count.blank or 0) + len(count.invalid) == len(ballots)
    assert all(sum(row) == count.valid for row in count.distribution)
    mixed = list(ballots)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    assert majority_judgment(mixed, n, 3, blank=blank) == count
