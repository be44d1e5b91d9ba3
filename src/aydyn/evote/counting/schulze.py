"""The Schulze method (M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method", Social Choice and Welfare 36, 2011, sections 2.1 and 2.2), strength by winning votes.

A ballot gives each candidate a rank, 1 the best; equal ranks and gaps are allowed; 0 is no rank, which comes last. So
every ballot is valid. A ballot of zeros only is blank where the question allows blank; where it does not, it is valid
and prefers nobody (as the peer counts it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote.counting.votes import Ranking, collect, in_places

Matrix = tuple[tuple[int, ...], ...]
Strengths = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class SchulzeCount:
    """The ranking, and what it follows from.

    ``matrix[a][b]`` ballots prefer a to b. ``strongest[a][b]`` is the strength of the strongest path from a to b: how
    many prefer winner to loser in its weakest step, and how many the loser; (0, 0) where no path leads.
    """

    valid: int
    blank: int | None
    matrix: Matrix
    strongest: Strengths
    ranking: Ranking

    def to_value(self) -> dict[str, Any]:
        """The count as a value for JSON."""
        return {
            "method": "schulze", "valid": self.valid, "blank": self.blank, "matrix": [list(row) for row in self.matrix],
            "strongest": [[list(pair) for pair in row] for row in self.strongest],
            "ranking": [list(place) for place in self.ranking],
        }  # fmt: skip


def schulze(ballots: Iterable[Sequence[int]], n: int, *, blank: bool = False) -> SchulzeCount:
    """Count rankings of ``n`` candidates, one number per candidate and ballot; see the module for what they mean.

    A step from a to b exists where more prefer a to b than b to a, and is the stronger, the more prefer a; among
    equals, the fewer prefer b. A path is as strong as its weakest step; a is better than b where the strongest path
    from a to b is stronger than the strongest from b to a. In a place of the ranking stand those that none of the
    rest is better than. Takes n³ steps. Raises FormatError ``count-shape``.
    """
    cast = collect(ballots, n)
    none = cast.pop((0,) * n, 0)
    valid = cast.total() + (0 if blank else none)
    matrix = [[0] * n for _ in range(n)]
    for ballot, times in cast.items():
        ranks = [rank or max(ballot) + 1 for rank in ballot]
        for a, row in enumerate(matrix):
            for b in range(n):
                if ranks[a] < ranks[b]:
                    row[b] += times
    paths = _strongest(matrix, valid + 1)
    places = in_places(n, lambda one, other: paths[one][other] > paths[other][one])
    return SchulzeCount(
        valid=valid,
        blank=none if blank else None,
        matrix=tuple(map(tuple, matrix)),
        strongest=tuple(tuple(_pair(path, valid + 1) for path in row) for row in paths),
        ranking=places,
    )


def _strongest(matrix: Sequence[Sequence[int]], base: int) -> list[list[int]]:
    """Strongest paths by Floyd and Warshall, a strength (for, against) being the number for · base + base − 1 − against."""
    n = len(matrix)
    paths = [
        [ab * base + base - 1 - matrix[b][a] if ab > matrix[b][a] else 0 for b, ab in enumerate(row)]
        for a, row in enumerate(matrix)
    ]
    for via in range(n):
        onward = paths[via]
        for row in paths:
            if first := row[via]:
                row[:] = [
                    direct if direct >= first or direct >= second else min(first, second)
                    for direct, second in zip(row, onward, strict=True)
                ]
    for one in range(n):
        paths[one][one] = 0
    return paths


def _pair(strength: int, base: int) -> tuple[int, int]:
    return (strength // base, base - 1 - strength % base) if strength else (0, 0)
