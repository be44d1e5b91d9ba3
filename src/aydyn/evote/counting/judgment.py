"""Majority Judgment (M. Balinski, R. Laraki, "A theory of measuring, electing, and ranking", PNAS 104, 2007).

A ballot gives each candidate a grade, 1 the best. A ballot of zeros only is blank where the question allows blank. Any
other ballot with a grade missing (0) or beyond the last grade is invalid as a whole, for no candidate.

Of an even number of grades there are two in the middle. Balinski and Laraki take the worse of them; the peer takes the
better, so that is what a published result has to be compared with, and the default here. Where the choice changes the
ranking, the count says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aydyn.evote.counting.votes import SECTION, Ballot, Ranking, collect, in_places
from aydyn.evote.errors import FormatError

MOST_GRADES = 255


class Middle(StrEnum):
    """Which of the two middle grades counts, where there are two."""

    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class JudgmentCount:
    """The ranking, and what it follows from.

    ``distribution[c][g − 1]`` ballots give candidate c the grade g; ``grades[c]`` is c's middle grade (0 where there is
    no valid ballot); ``invalid`` are the invalid ballots, sorted. ``contested``: with the other ``middle``, the ranking
    would be another.
    """

    valid: int
    blank: int | None
    invalid: tuple[Ballot, ...]
    distribution: tuple[tuple[int, ...], ...]
    grades: tuple[int, ...]
    ranking: Ranking
    middle: Middle
    contested: bool

    def to_value(self) -> dict[str, Any]:
        """The count as a value for JSON."""
        return {
            "method": "majority-judgment", "valid": self.valid, "blank": self.blank,
            "invalid": [list(ballot) for ballot in self.invalid],
            "distribution": [list(row) for row in self.distribution], "grades": list(self.grades),
            "ranking": [list(place) for place in self.ranking], "middle": self.middle.value, "contested": self.contested,
        }  # fmt: skip


def majority_judgment(
    ballots: Iterable[Sequence[int]], n: int, grades: int, *, blank: bool = False, middle: Middle = Middle.BETTER
) -> JudgmentCount:
    """Count ballots that give each of ``n`` candidates one of ``grades`` grades; see the module for what they mean.

    Candidates are compared by their middle grade; where it is equal, one such grade is taken away from each and they
    are compared by the middle grade of the rest, and so on. Only those with the same grades as often are equal. Takes
    time and memory in proportion to n times the ballots. Raises FormatError ``count-shape``, ``count-grades``.
    """
    if not 1 <= grades <= MOST_GRADES:
        raise FormatError("count-grades", f"{grades} is no number of grades from 1 to {MOST_GRADES}", section=SECTION)
    cast = collect(ballots, n)
    none = cast.pop((0,) * n, 0) if blank else 0
    wrong = [ballot for ballot in cast if not all(1 <= grade <= grades for grade in ballot)]
    invalid = [ballot for ballot in sorted(wrong) for _ in range(cast.pop(ballot))]
    distribution = [[0] * grades for _ in range(n)]
    for ballot, times in cast.items():
        for row, grade in zip(distribution, ballot, strict=True):
            row[grade - 1] += times
    sequences = {each: [middle_grades(row, each) for row in distribution] for each in Middle}
    rankings = {each: _ranking(found) for each, found in sequences.items()}
    return JudgmentCount(
        valid=cast.total(),
        blank=none if blank else None,
        invalid=tuple(invalid),
        distribution=tuple(map(tuple, distribution)),
        grades=tuple(found[0] if found else 0 for found in sequences[middle]),
        ranking=rankings[middle],
        middle=middle,
        contested=len(set(rankings.values())) > 1,
    )


def middle_grades(row: Sequence[int], middle: Middle) -> bytes:
    """The middle grade, the middle grade of the rest, and so on, of ``row[g − 1]`` times each grade g; one byte each.

    The grades stand from best to worst. The first taken is in the middle; from there the rest is taken by turns from
    both sides: first from the worse side where the number is even and the better middle counts, or it is odd and the
    worse counts; first from the better side otherwise.
    """
    best_first = b"".join(bytes([grade]) * times for grade, times in enumerate(row, 1))
    line = best_first if middle is Middle.BETTER else best_first[::-1]
    if not line:
        return b""
    centre = (len(line) - 1) // 2
    before, after = line[:centre][::-1], line[centre + 1 :]
    first, second = (before, after) if len(line) % 2 else (after, before)
    taken = bytearray(len(line))
    taken[0] = line[centre]
    taken[1::2] = first
    taken[2::2] = second
    return bytes(taken)


def _ranking(sequences: Sequence[bytes]) -> Ranking:
    return in_places(len(sequences), lambda one, other: sequences[one] < sequences[other])
