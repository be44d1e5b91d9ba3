"""Single transferable vote: worked examples, exact conservation of votes, and the rule once more the slow way."""

from __future__ import annotations

import json
import random  # noqa: TID251  # seeded: the same votes every time
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.counting import naive

from aydyn.evote.counting import StvCount, Verdict, amounts, stv
from aydyn.evote.counting.stv import preferences
from aydyn.evote.errors import FormatError, UnsupportedError

Ballots = list[tuple[int, ...]]


def ballots_of(text: str, letters: str) -> Ballots:
    """``"5 CA"`` is five ballots that rank C first, A second and nobody else of ``letters``."""
    words, found = text.split(), Ballots()
    for times, order in zip(words[::2], words[1::2], strict=True):
        found += [tuple(order.find(letter) + 1 for letter in letters)] * int(times)
    return found


def verdicts(count: StvCount) -> list[tuple[Verdict, tuple[int, ...]]]:
    return [(each.verdict, each.candidates) for each in count.rounds]


def test_twenty_guests_choose_three_of_five_dishes() -> None:
    """The textbook example: oranges 4, pears then oranges 2, chocolate then strawberries 8 or sweets 4, and one each."""
    ballots = ballots_of("4 O 2 PO 8 CS 4 CW 1 S 1 W", "OPCSW")
    count = stv(ballots, 5, 3)
    assert (count.quota, count.elected) == (6, (2, 0, 3))
    assert verdicts(count) == [
        (Verdict.ELECTED, (2,)),  # chocolate has 12: 4 of its surplus go to strawberries, 2 to sweets
        (Verdict.EXCLUDED, (1,)),  # pears, 2, go to oranges
        (Verdict.ELECTED, (0,)),  # oranges, 6, without surplus
        (Verdict.EXCLUDED, (4,)),  # sweets, 3, go nowhere
        (Verdict.REST, (3,)),
    ]
    first, last = count.rounds[0], count.rounds[-1]
    assert (first.kept, first.moved, first.lost, first.tie) == (6, ((3, Fraction(4)), (4, Fraction(2))), 0, ())
    assert count.rounds[1].standings == ((3, 5), (0, 4), (4, 3), (1, 2))
    assert (last.held, last.exhausted, last.standings) == (12, 3, ((3, Fraction(5)),))


def test_a_surplus_is_passed_on_in_exact_parts() -> None:
    # Seven for A, quota 4 of 11: each of them goes on with 3/7; what ranks nobody else is exhausted.
    count = stv(ballots_of("4 AB 2 AC 1 A 2 B 2 C", "ABC"), 3, 2)
    first = count.rounds[0]
    assert (count.quota, first.candidates, first.lost) == (4, (0,), Fraction(3, 7))
    assert first.moved == ((1, Fraction(12, 7)), (2, Fraction(6, 7)))
    assert count.rounds[1].standings == ((1, Fraction(26, 7)), (2, Fraction(20, 7)))
    assert count.elected == (0, 1)
    assert json.loads(json.dumps(count.to_value()))["rounds"][0]["moved"] == [[1, "12/7"], [2, "6/7"]]


def test_the_order_of_the_question_parts_equals() -> None:
    count = stv(ballots_of("3 A 3 B 1 C 1 D", "ABCD"), 4, 2)
    assert count.quota == 3
    assert [(each.candidates, each.tie) for each in count.rounds] == [((0,), (1,)), ((1,), ())]
    lost = stv(ballots_of("2 A 1 B 1 C 1 D", "ABCD"), 4, 1)
    assert [(each.verdict, each.candidates, each.tie) for each in lost.rounds[:2]] == [
        (Verdict.EXCLUDED, (3,), (1, 2)), (Verdict.EXCLUDED, (2,), (1,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ballot", "order"),
    [
        ((2, 1, 3), (1, 0, 2)),
        ((0, 1, 0), (1,)),
        ((0, 0, 0), ()),
        ((1, 1, 0), None),
        ((1, 3, 0), None),
        ((0, 2, 0), None),
        ((1, 2, 2), None),
        ((1, 255, 0), None),
    ],
)
def test_a_rank_given_twice_or_skipped_is_invalid(ballot: tuple[int, ...], order: tuple[int, ...] | None) -> None:
    assert preferences(ballot) == order


def test_ballots_that_rank_nobody_count_for_the_quota() -> None:
    ballots = [(1, 0), (1, 0), (0, 1), (0, 0), (0, 0), (2, 2)]
    count = stv(ballots, 2, 1, blank=True)
    assert (count.valid, count.blank, count.quota, count.invalid) == (5, 2, 3, ((2, 2),))
    assert verdicts(count) == [(Verdict.EXCLUDED, (1,)), (Verdict.REST, (0,))]
    assert stv(ballots, 2, 1).blank is None


def test_whom_nobody_ranks_is_not_elected_to_fill_a_seat() -> None:
    count = stv([(1, 0, 0), (1, 0, 0), (1, 2, 0)], 3, 3)
    assert (count.elected, count.unranked) == ((0, 1), (2,))
    empty = stv([], 3, 2)
    assert (empty.elected, empty.unranked, empty.rounds, empty.quota) == ((), (0, 1, 2), (), 1)


def test_what_was_not_made_from_the_question_is_refused() -> None:
    with pytest.raises(FormatError, match="count-shape"):
        stv([(1, 2, 3)], 2, 1)
    with pytest.raises(FormatError, match="count-seats"):
        stv([(1, 2)], 2, 0)


def orders(n: int) -> st.SearchStrategy[tuple[int, ...]]:
    """A ballot that ranks some of n candidates."""
    some = st.permutations(range(n)).flatmap(lambda all_: st.integers(0, n).map(lambda size: all_[:size]))
    return some.map(lambda order: tuple(order.index(one) + 1 if one in order else 0 for one in range(n)))


elections = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.just(n), st.integers(1, n), st.lists(orders(n) | st.tuples(*[st.integers(0, n)] * n), max_size=25)
    )
)


@given(elections)
def test_votes_are_conserved_exactly_and_seats_never_exceeded(election: tuple[int, int, Ballots]) -> None:
    n, seats, ballots = election
    count = stv(ballots, n, seats)
    assert count.valid + len(count.invalid) == len(ballots)
    assert len(count.elected) == min(seats, n - len(count.unranked)) == len(set(count.elected))
    for number, each in enumerate(count.rounds):
        standing = dict(each.standings)
        assert sum(standing.values()) + each.held + each.exhausted == count.valid
        decided = sum(standing[one] for one in each.candidates)
        assert decided == each.kept + each.lost + sum(votes for _, votes in each.moved)
        if number + 1 < len(count.rounds):
            after = count.rounds[number + 1]
            assert (after.held, after.exhausted) == (each.held + each.kept, each.exhausted + each.lost)


@given(elections, st.randoms(use_true_random=False))
def test_the_count_is_the_rule_done_slowly_in_any_order(election: tuple[int, int, Ballots], shuffler: object) -> None:
    n, seats, ballots = election
    count = stv(ballots, n, seats)
    valid = [order for order in map(preferences, ballots) if order is not None]
    assert list(count.elected) == naive.elected(valid, seats)
    mixed = list(ballots)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    assert stv(mixed, n, seats) == count


@given(elections)
def test_bounds_decide_as_exact_fractions_do_or_not_at_all(election: tuple[int, int, Ballots]) -> None:
    n, seats, ballots = election
    whole = stv(ballots, n, seats)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amounts, "LONGEST", 8)  # all but the shortest numbers are bounds
        try:
            count = stv(ballots, n, seats)
        except UnsupportedError as error:
            assert error.rule == "count-close"
            return
    assert (count.elected, verdicts(count)) == (whole.elected, verdicts(whole))
    assert [each.tie for each in count.rounds] == [each.tie for each in whole.rounds]


def crowd(voters: int) -> Ballots:
    """Voters who rank thirty candidates, the first ones more often before the others."""
    source = random.Random("thirty candidates")  # the same every time
    found = Ballots()
    for _ in range(voters):
        order = sorted(range(30), key=lambda one: one / 60 + source.random())
        found.append(tuple(order.index(one) + 1 for one in range(30)))
    return found


def test_a_council_of_many_seats_is_decided_as_by_exact_fractions() -> None:
    ballots = crowd(150)
    count = stv(ballots, 30, 12)
    assert list(count.elected) == naive.elected([preferences(one) or () for one in ballots], 12)
    assert any(isinstance(votes, amounts.Rounded) for each in count.rounds for _, votes in each.standings)


@pytest.mark.parametrize("seats", [15, 22, 29])
def test_a_count_of_many_seats_ends_and_can_be_written(seats: int) -> None:
    """Exact fractions would have millions of digits here."""
    began = time.monotonic()
    count = stv(crowd(1000), 30, seats)
    value = count.to_value()
    assert time.monotonic() - began < 20
    assert len(set(count.elected)) == seats
    texts = [text for each in value["rounds"] for _, text in each["standings"]]
    assert max(map(len, texts)) < 50
    assert any(text.startswith("≈") for text in texts)


def test_long_numbers_of_the_same_ballots_are_a_tie_that_the_order_of_the_question_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(amounts, "LONGEST", 4)
    count = stv(ballots_of("4 AB 4 AC 3 D", "ABCD"), 4, 3)
    assert (count.rounds[2].candidates, count.rounds[2].tie) == ((2,), (1,))
    assert count.elected == (0, 3, 1)


def test_long_numbers_that_cannot_be_told_apart_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ten for A, quota 5 of 14: four of them go on to B at a half each, and C and D have two of their own.
    ballots = ballots_of("4 AB 6 A 2 C 2 D", "ABCD")
    assert stv(ballots, 4, 2).rounds[1].tie == (1, 2)
    monkeypatch.setattr(amounts, "LONGEST", 1)
    with pytest.raises(UnsupportedError, match="count-close"):
        stv(ballots, 4, 2)
