"""The Schulze method, on the examples of its paper and against every path."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.counting import naive

from aydyn.evote.counting import schulze
from aydyn.evote.errors import FormatError

Ballots = list[tuple[int, ...]]


def ballots_of(text: str) -> Ballots:
    """``"5 ACBED"`` is five ballots that rank A first, C second …"""
    words, found = text.split(), Ballots()
    for times, order in zip(words[::2], words[1::2], strict=True):
        found += [tuple(order.index(letter) + 1 for letter in sorted(order))] * int(times)
    return found


def elections(grades: int = 4) -> st.SearchStrategy[tuple[int, Ballots]]:
    return st.integers(1, 5).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, grades)] * n), max_size=12))
    )


FORTY_FIVE = "5 ACBED 5 ADECB 8 BEDAC 3 CABED 7 CAEBD 2 CBADE 7 DCEBA 8 EBADC"  # example 1 of Schulze's paper


def test_the_example_of_45_voters() -> None:
    count = schulze(ballots_of(FORTY_FIVE), 5)
    assert count.matrix == (
        (0, 20, 26, 30, 22), (25, 0, 16, 33, 18), (19, 29, 0, 17, 24), (15, 12, 28, 0, 14), (23, 27, 21, 31, 0),
    )  # fmt: skip
    assert [[path[0] for path in row] for row in count.strongest] == [
        [0, 28, 28, 30, 24], [25, 0, 28, 33, 24], [25, 29, 0, 29, 24], [25, 28, 28, 0, 24], [25, 28, 28, 31, 0],
    ]  # fmt: skip
    assert count.ranking == ((4,), (0,), (2,), (1,), (3,))  # E, A, C, B, D
    assert (count.valid, count.blank) == (45, None)


def test_a_cycle_of_equal_strength_is_a_tie() -> None:
    assert schulze(ballots_of("1 ABC 1 BCA 1 CAB"), 3).ranking == ((0, 1, 2),)


def test_of_equal_winning_votes_the_one_with_fewer_against_is_stronger() -> None:
    count = schulze([*ballots_of("1 ABC 1 ACB 2 BCA 2 CAB"), (1, 1, 2)], 3)
    assert count.matrix == ((0, 4, 3), (2, 0, 4), (4, 3, 0))  # a cycle of four votes each, but only two against A–B
    assert (count.strongest[0][1], count.strongest[1][0]) == ((4, 2), (4, 3))
    assert count.ranking == ((0, 2), (1,))


def test_no_rank_is_last_and_gaps_do_not_matter() -> None:
    assert schulze([(1, 0, 0)], 3).matrix == ((0, 1, 1), (0, 0, 0), (0, 0, 0))
    assert schulze([(7, 200, 0)], 3) == schulze([(1, 2, 3)], 3)
    assert schulze([(2, 2, 1)], 3).matrix == ((0, 0, 0), (0, 0, 0), (1, 1, 0))


def test_zeros_only_are_blank_where_blank_is_allowed_and_prefer_nobody_elsewhere() -> None:
    ballots = [(0, 0), (0, 0), (1, 2)]
    with_blank, without = schulze(ballots, 2, blank=True), schulze(ballots, 2)
    assert (with_blank.valid, with_blank.blank, without.valid, without.blank) == (1, 2, 3, None)
    assert with_blank.ranking == without.ranking == ((0,), (1,))


def test_no_ballots_rank_nobody() -> None:
    assert schulze([], 3).ranking == ((0, 1, 2),)


def test_the_count_can_be_written_as_json() -> None:
    value = json.loads(json.dumps(schulze([(1, 2)], 2).to_value()))
    assert value["strongest"] == [[[0, 0], [1, 0]], [[0, 0], [0, 0]]]


@pytest.mark.parametrize("ballot", [(1,), (1, 2, 3), (1, -1), ()])
def test_a_ballot_of_another_shape_is_refused(ballot: tuple[int, ...]) -> None:
    with pytest.raises(FormatError, match="count-shape"):
        schulze([(1, 2), ballot], 2)


@given(elections())
def test_strongest_paths_are_the_best_of_all_paths(election: tuple[int, Ballots]) -> None:
    n, ballots = election
    count = schulze(ballots, n)
    for a in range(n):
        for b in range(n):
            if a != b:
                assert count.strongest[a][b] == naive.strongest_path(count.matrix, a, b)
    assert sorted(one for place in count.ranking for one in place) == list(range(n))


@given(elections())
def test_who_beats_everyone_alone_wins_alone(election: tuple[int, Ballots]) -> None:
    n, ballots = election
    count = schulze(ballots, n)
    for a in range(n):
        if all(count.matrix[a][b] > count.matrix[b][a] for b in range(n) if b != a):
            assert count.ranking[0] == (a,)
        if all(count.matrix[a][b] < count.matrix[b][a] for b in range(n) if b != a):
            assert count.ranking[-1] == (a,)


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_nothing(election: tuple[int, Ballots], shuffler: object) -> None:
    n, ballots = election
    mixed = list(ballots)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    assert schulze(mixed, n, blank=True) == schulze(ballots, n, blank=True)
