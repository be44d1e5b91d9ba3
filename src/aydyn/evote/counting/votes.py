"""Decrypted ballots of one question, checked for their shape and put together where they are equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from aydyn.evote.errors import FormatError

Ballot = tuple[int, ...]
Ranking = tuple[tuple[int, ...], ...]
"""Candidates from first to last; those in one place are equal."""

SECTION = "§15"


def collect(ballots: Iterable[Sequence[int]], n: int) -> Counter[Ballot]:
    """How often each ballot was cast; every ballot has ``n`` numbers from 0 up, one per candidate.

    Raises FormatError ``count-shape``: a result that has other ballots was not made from this question.
    """
    found = Counter(map(tuple, ballots))
    for ballot in found:
        if len(ballot) != n or min(ballot, default=0) < 0:
            raise FormatError("count-shape", f"A ballot is not {n} numbers from 0 up", section=SECTION)
    return found


def in_places(n: int, better: Callable[[int, int], bool]) -> Ranking:
    """Candidates 0 to n − 1 in places: in the first those that no other is better than, then the same among the rest.

    ``better`` must be a strict partial order, else there is no first place.
    """
    left: list[int] = list(range(n))
    places: list[tuple[int, ...]] = []
    while left:
        place = tuple(one for one in left if not any(better(other, one) for other in left))
        assert place
        places.append(place)
        left = [one for one in left if one not in place]
    return tuple(places)
