"""The same rules the slow way: every path, every median, every ballot on its own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, permutations


def strongest_path(matrix: Sequence[Sequence[int]], start: int, end: int) -> tuple[int, int]:
    """The strongest of all simple paths, as (for, against) of its weakest step; (0, 0) where there is none."""
    others = [one for one in range(len(matrix)) if one not in (start, end)]
    best = (0, 0)
    for length in range(len(others) + 1):
        for between in permutations(others, length):
            path = [start, *between, end]
            steps = [(matrix[a][b], matrix[b][a]) for a, b in pairwise(path)]
            if all(more > fewer for more, fewer in steps):
                best = max(best, min(steps, key=_strength), key=_strength)
    return best


def _strength(step: tuple[int, int]) -> tuple[int, int]:
    return (step[0], -step[1])


def medians(grades: Sequence[int], *, worse: bool) -> list[int]:
    """Middle grade after middle grade, each taken out before the next is looked for."""
    left, taken = sorted(grades), list[int]()
    while left:
        taken.append(left.pop(len(left) // 2 if worse else (len(left) - 1) // 2))
    return taken


def elected(orders: Sequence[Sequence[int]], seats: int) -> list[int]:
    """Single transferable vote with one weight per ballot."""
    quota = len(orders) // (seats + 1) + 1
    weights = [Fraction(1)] * len(orders)
    left = sorted({one for order in orders for one in order})
    won: list[int] = []
    while left and len(won) < seats:
        if len(left) <= seats - len(won):
            return won + left
        tops = [next((one for one in order if one in left), None) for order in orders]
        votes = {one: sum((w for w, top in zip(weights, tops, strict=True) if top == one), Fraction(0)) for one in left}
        first = min(left, key=lambda one: (-votes[one], one))
        if votes[first] >= quota:
            factor = (votes[first] - quota) / votes[first]
            weights = [w * factor if top == first else w for w, top in zip(weights, tops, strict=True)]
            won.append(first)
            left.remove(first)
        else:
            left.remove(max(left, key=lambda one: (-votes[one], one)))
    return won
