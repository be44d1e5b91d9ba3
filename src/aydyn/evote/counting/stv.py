"""Single transferable vote: Droop quota, surpluses passed on as exact fractions of every ballot (Gregory's method).

Every decision is the one of exact fractions, however long these become; see `aydyn.evote.counting.amounts`.

A ballot gives ranks 1, 2, 3 …, each to one candidate, and 0 to those it does not rank; a ballot that gives a rank
twice or skips one is invalid. A ballot of zeros only ranks nobody: it is valid, counts for the quota and is exhausted
from the start, as the peer counts it; where the question allows blank, the count says how many these are.

The peer computes in floating point, so a tie here may be none there, by a rounding error, and the reverse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from aydyn.evote.counting.amounts import ONE, ZERO, Amount, Rounded, rounded
from aydyn.evote.counting.votes import SECTION, Ballot, collect
from aydyn.evote.errors import FormatError, UnsupportedError

LONGEST_TEXT = 128
"""Bits of the numerator and denominator of a fraction that is told as it is."""

_Piles = dict[int, Counter[tuple[int, Ballot]]]


class Verdict(StrEnum):
    """What a round decides."""

    ELECTED = "elected"  # by reaching the quota
    EXCLUDED = "excluded"
    REST = "rest"  # no more candidates are left than seats: all are elected


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how the candidates still in the count stand, what is decided of whom, and where their votes go.

    ``standings``: candidate and votes, most first. ``held``: votes that stay with those elected before, ``exhausted``:
    votes that rank nobody who is left; with the standings they sum to all valid ballots, exactly. ``tie``: who else had as
    many votes, where the order of the question decided. ``moved``: to whom how many votes go; ``lost``: how many rank
    nobody more; ``kept``: how many stay with those elected in this round. Long numbers are `Rounded`.
    """

    standings: tuple[tuple[int, Fraction], ...]
    held: Fraction
    exhausted: Fraction
    verdict: Verdict
    candidates: tuple[int, ...]
    tie: tuple[int, ...]
    kept: Fraction
    moved: tuple[tuple[int, Fraction], ...]
    lost: Fraction

    def to_value(self) -> dict[str, Any]:
        """The round as a value for JSON; votes are texts: ``"7"``, ``"10/3"`` or, where that is long, ``"≈3.333333333"``."""
        return {
            "standings": [[one, text_of(votes)] for one, votes in self.standings], "held": text_of(self.held),
            "exhausted": text_of(self.exhausted), "verdict": self.verdict.value, "candidates": list(self.candidates),
            "tie": list(self.tie), "kept": text_of(self.kept), "lost": text_of(self.lost),
            "moved": [[one, text_of(votes)] for one, votes in self.moved],
        }  # fmt: skip


def text_of(votes: Fraction) -> str:
    """A number of votes as text, rounded where the exact fraction has more than about forty digits."""
    bits = votes.numerator.bit_length() + votes.denominator.bit_length()
    return rounded(votes) if bits > LONGEST_TEXT and not isinstance(votes, Rounded) else str(votes)


@dataclass(frozen=True, slots=True)
class StvCount:
    """Who is elected, in the order of election, and every round; ``unranked`` are those whom no valid ballot ranks.

    ``invalid`` are the invalid ballots, sorted. Fewer are elected than there are seats only where fewer are ranked.
    """

    seats: int
    valid: int
    blank: int | None
    invalid: tuple[Ballot, ...]
    quota: int
    unranked: tuple[int, ...]
    rounds: tuple[Round, ...]
    elected: tuple[int, ...]

    def to_value(self) -> dict[str, Any]:
        """The count as a value for JSON."""
        return {
            "method": "stv", "seats": self.seats, "valid": self.valid, "blank": self.blank,
            "invalid": [list(ballot) for ballot in self.invalid], "quota": self.quota, "unranked": list(self.unranked),
            "rounds": [each.to_value() for each in self.rounds], "elected": list(self.elected),
        }  # fmt: skip


def stv(ballots: Iterable[Sequence[int]], n: int, seats: int, *, blank: bool = False) -> StvCount:
    """Count rankings of ``n`` candidates for ``seats`` seats; see the module for what a ballot means.

    The quota is ⌊valid / (seats + 1)⌋ + 1 and stays. In each round: if no more candidates are left than seats, all of
    them are elected. Else, if the first has the quota, it alone is elected, and each of its ballots goes on with
    (votes − quota) / votes of its value to the next that is left, or is exhausted. Else the last is excluded and its ballots
    go on whole. Of equals, the earlier in the question is elected first, the later excluded first. Candidates whom no
    valid ballot ranks are not in the count. Raises FormatError ``count-shape``, ``count-seats``, UnsupportedError ``count-close``.
    """
    if seats < 1:
        raise FormatError("count-seats", f"{seats} is no number of seats", section=SECTION)
    cast = collect(ballots, n)
    invalid, orders = list[Ballot](), Counter[Ballot]()
    for ballot, times in cast.items():
        order = preferences(ballot)
        if order is None:
            invalid += [ballot] * times
        else:
            orders[order] += times
    valid = orders.total()
    count = _Counting(orders, seats, valid // (seats + 1) + 1)
    rounds = tuple(count.rounds())
    return StvCount(
        seats=seats,
        valid=valid,
        blank=orders[()] if blank else None,
        invalid=tuple(sorted(invalid)),
        quota=count.quota,
        unranked=tuple(one for one in range(n) if one not in count.ranked),
        rounds=rounds,
        elected=tuple(one for each in rounds if each.verdict is not Verdict.EXCLUDED for one in each.candidates),
    )


def preferences(ballot: Ballot) -> Ballot | None:
    """The candidates in the order in which a ballot ranks them; None where a rank is given twice or skipped."""
    ranked = sorted((rank, one) for one, rank in enumerate(ballot) if rank)
    if [rank for rank, _ in ranked] != list(range(1, len(ranked) + 1)):
        return None
    return tuple(one for _, one in ranked)


class _Counting:
    """The state of a count: for each candidate left, its ballots by value and by what they rank from there on, and its votes.

    Invariant: votes of all candidates + held + exhausted = valid ballots.
    """

    def __init__(self, orders: Counter[Ballot], seats: int, quota: int) -> None:
        self.quota = quota
        self.ranked = frozenset(one for order in orders for one in order)
        self._seats = seats
        self._values = [ONE]  # what a ballot is worth, by number, so that equal ones are added as integers
        self._piles: _Piles = {one: Counter() for one in sorted(self.ranked)}
        self._held, self._exhausted = ZERO, Amount.of(orders[()])
        for order, times in orders.items():
            if order:
                self._piles[order[0]][0, order] += times
        self._votes = {one: Amount.of(pile.total()) for one, pile in self._piles.items()}

    def rounds(self) -> Iterable[Round]:
        """The rounds, until the seats or the candidates run out."""
        while self._seats and self._piles:
            yield self._round(sorted(self._piles, key=cmp_to_key(self._before)))

    def _before(self, one: int, other: int) -> int:
        """Below 0 where a candidate stands before another: more votes, or as many and earlier in the question."""
        return self._compare(other, one) or one - other

    def _compare(self, one: int, other: int) -> int:
        """1, 0 or -1, as one candidate has more votes than another, as many or fewer."""
        try:
            return self._votes[one].compare(self._votes[other])
        except UnsupportedError:
            if self._worths(one) == self._worths(other):
                return 0
            raise

    def _worths(self, one: int) -> Counter[int]:
        """How many ballots of each value a candidate has."""
        counted = Counter[int]()
        for (number, _), times in self._piles[one].items():
            counted[number] += times
        return counted

    def _round(self, standing: list[int]) -> Round:
        standings = tuple((one, self._votes[one].told()) for one in standing)
        held, exhausted, first, last = self._held, self._exhausted, standing[0], standing[-1]
        tie, kept, moved, lost = tuple[int, ...](), ZERO, dict[int, Amount](), ZERO
        if len(standing) <= self._seats:
            verdict, chosen = Verdict.REST, tuple(sorted(self._piles))
            kept = sum((self._votes[one] for one in standing), ZERO)
            self._piles.clear()
        elif self._votes[first].compare(Amount.of(self.quota)) >= 0:
            verdict, chosen, kept = Verdict.ELECTED, (first,), Amount.of(self.quota)
            tie = tuple(one for one in standing if one != first and self._compare(one, first) == 0)
            moved, lost = self._pass_on(first, self._votes[first].beyond(self.quota))
        else:
            verdict, chosen = Verdict.EXCLUDED, (last,)
            tie = tuple(one for one in standing if one != last and self._compare(one, last) == 0)
            moved, lost = self._pass_on(last, ONE)
        self._held, self._exhausted = self._held + kept, self._exhausted + lost
        self._seats -= 0 if verdict is Verdict.EXCLUDED else len(chosen)
        told = tuple((one, votes.told()) for one, votes in sorted(moved.items()))
        return Round(
            standings, held.told(), exhausted.told(), verdict, chosen, tie, kept.told(), told, lost.told()
        )  # fmt: skip

    def _pass_on(self, one: int, factor: Amount) -> tuple[dict[int, Amount], Amount]:
        """Take a candidate out; its ballots, worth ``factor`` of before, go to the next left. Returns who gets what, and what is lost."""
        moved: dict[int, Counter[int]] = {}
        numbers: dict[int, int] = {}
        for (number, order), times in self._piles.pop(one).items():
            if number not in numbers:
                numbers[number] = self._number(number, factor)
            rest = tuple(other for other in order if other in self._piles)
            if rest:
                self._piles[rest[0]][numbers[number], rest] += times
            moved.setdefault(rest[0] if rest else -1, Counter())[numbers[number]] += times
        votes = {other: self._worth(counted) for other, counted in moved.items()}
        lost = votes.pop(-1, ZERO)
        for other, more in votes.items():
            self._votes[other] = self._votes[other] + more
        return votes, lost

    def _number(self, number: int, factor: Amount) -> int:
        """The number of a value ``factor`` times the one of that number."""
        if factor is ONE:
            return number
        self._values.append(self._values[number].part(factor))
        return len(self._values) - 1

    def _worth(self, counted: Counter[int]) -> Amount:
        return sum((self._values[number].times(times) for number, times in counted.items()), ZERO)
