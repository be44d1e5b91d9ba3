"""Which output is computed in which lane: bases with as many exponents stand side by side, and work comes in portions of bounded size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

NO_BASE = -1
PORTION = 8192
"""About so many outputs are computed before their memory is used again."""
MOST = 48
"""Exponents of one base in one lane; more of them go to several lanes, each of which makes tables of the base for itself."""


@dataclass(slots=True)
class Portion:
    """Blocks of lanes that all compute equally many outputs a lane.

    `bases` has the index of a base for each lane (-1 for none), `places` the place of each output in the job, block by block, then output by
    output, then lane by lane; the place after the last one where there is nothing to compute.
    """

    count: int
    baseless: bool
    bases: list[int]
    places: list[int]


def portions(which: Sequence[int], width: int, fixed: Sequence[Sequence[int]] = ()) -> Iterator[Portion]:
    """Split the outputs of a job over lanes.

    `which` tells the base of each output, `fixed` the exponents of fixed bases: bases that begin with zeros for the same of these stand side
    by side, for a window is passed over where it is zero in all lanes.
    """
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place, index in enumerate(which):
        found[index].append(place)
    most = max(1, min(MOST, -(-len(which) // width)))
    without = found.pop(NO_BASE, [])
    pieces = _pieces(found, most, fixed)
    yield from _grouped(pieces, width, len(which))
    alone = _pieces({NO_BASE: without}, most, fixed) if without else []
    yield from _grouped(alone, width, len(which))


def _pieces(
    found: Mapping[int, list[int]], most: int, fixed: Sequence[Sequence[int]]
) -> list[tuple[int, int, list[int]]]:
    """A sorting key, the index of a base and the places of its outputs, most places first."""
    pieces = list[tuple[int, int, list[int]]]()
    for index, whole in found.items():
        for start in range(0, len(whole), most):
            places = whole[start : start + most]
            key, first = -len(places), places[0]
            for column in fixed:
                key = 2 * key + (not column[first])
            pieces.append((key, index, places))
    pieces.sort(key=itemgetter(0))
    return pieces


def _grouped(pieces: Sequence[tuple[int, int, list[int]]], width: int, nowhere: int) -> Iterator[Portion]:
    """Whole blocks whose first pieces have equally many places: no other piece of a block has more."""
    start = 0
    while start < len(pieces):
        count, end = len(pieces[start][2]), start
        stop = start + max(1, PORTION // count // width) * width
        while end < min(stop, len(pieces)) and len(pieces[end][2]) == count:
            end += width
        chosen = pieces[start:end]
        bases, columns = [index for _, index, _ in chosen], [places for _, _, places in chosen]
        yield _portion(bases, columns, width, count, nowhere)
        start = end


def _portion(bases: list[int], columns: list[list[int]], width: int, count: int, nowhere: int) -> Portion:
    blank = [nowhere] * count
    if len(columns[-1]) < count:
        columns = [places + blank[len(places) :] for places in columns]
    missing = -len(columns) % width
    columns += [blank] * missing
    blocks = [zip(*columns[first : first + width], strict=True) for first in range(0, len(columns), width)]
    places = list(chain.from_iterable(chain.from_iterable(blocks)))
    return Portion(count, bases[0] == NO_BASE, bases + [NO_BASE] * missing, places)
