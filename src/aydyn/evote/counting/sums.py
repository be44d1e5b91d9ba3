"""Plurality and approval: the sums that a homomorphic question decrypts to, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote.counting.votes import SECTION, Ranking, in_places
from aydyn.evote.errors import FormatError


@dataclass(frozen=True, slots=True)
class Sums:
    """Weight of the votes for each answer, of the blank ballots where there can be any, and the answers in their order."""

    names: tuple[str, ...]
    votes: tuple[int, ...]
    blank: int | None
    ranking: Ranking

    def to_value(self) -> dict[str, Any]:
        """The count as a value for JSON."""
        return {
            "method": "sums", "names": list(self.names), "votes": list(self.votes), "blank": self.blank,
            "ranking": [list(place) for place in self.ranking],
        }  # fmt: skip


def approval(names: Sequence[str], result: Sequence[int], *, blank: bool = False) -> Sums:
    """The sums of a homomorphic question, whose ballots name any number of the answers ``names``.

    ``result`` is what the question decrypts to: one sum per answer, and before them the number of blank ballots where
    the question allows blank. Sums are of weights, where voters have weights. Raises FormatError ``count-shape``.
    """
    first = 1 if blank else 0
    if len(result) != len(names) + first or min(result, default=0) < 0:
        raise FormatError("count-shape", f"The result is not {len(names) + first} sums from 0 up", section=SECTION)
    votes = tuple(result[first:])
    places = in_places(len(votes), lambda one, other: votes[one] > votes[other])
    return Sums(tuple(names), votes, result[0] if blank else None, places)


def plurality(names: Sequence[str], result: Sequence[int], *, blank: bool = False) -> Sums:
    """The sums of a question whose ballots name at most one answer: the same sums, see :func:`approval`."""
    return approval(names, result, blank=blank)
