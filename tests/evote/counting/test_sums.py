"""Plurality and approval."""

from __future__ import annotations

import json

import pytest

from aydyn.evote.counting import approval, plurality
from aydyn.evote.errors import FormatError


def test_sums_keep_their_names_and_equal_answers_stay_equal() -> None:
    count = plurality(["Myrat", "Aýna", "Serdar"], [2, 5, 2])
    assert (count.votes, count.blank, count.ranking) == ((2, 5, 2), None, ((1,), (0, 2)))
    assert json.loads(json.dumps(count.to_value()))["ranking"] == [[1], [0, 2]]


def test_the_first_sum_is_of_blank_ballots_where_there_can_be_any() -> None:
    count = approval(["yes", "no"], [3, 7, 2], blank=True)
    assert (count.votes, count.blank, count.ranking) == ((7, 2), 3, ((0,), (1,)))


@pytest.mark.parametrize(("result", "blank"), [([1], False), ([1, 2], True), ([1, 2, 3], False), ([1, -2], False)])
def test_another_number_of_sums_is_refused(result: list[int], blank: bool) -> None:
    with pytest.raises(FormatError) as caught:
        approval(["yes", "no"], result, blank=blank)
    assert caught.value.rule == "count-shape"
