"""Which output is computed in which lane: bases with as many exponents stand side by side, and work comes in portions of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NOWHERE = -1
PORTION = 8192
"""About so many outputs are computed before their memory is used again."""
MOST = 48
"""Exponents of one base in one lane; more of them go to several lanes, each of which makes tables of the base for itself."""


@dataclass(slots=True)
class Portion:
    """Blocks of lanes that all compute equally many outputs a lane.

    `bases` has the index of a base for each lane (-1 for none), `places` the place of each output in the job (-1 for no output), block by
    block, then output by output, then lane by lane.
    """

    count: int
    baseless: bool
    bases: list[int]
    places: list[int]


def portions(which: Sequence[int], width: int, fixed: Sequence[Sequence[int]] = ()) -> Iterator[Portion]:
    """Split the outputs of a job over lanes.

    `which` tells the base of each output, `fixed` the exponents of fixed bases: bases that have the same of these zero stand side by side,
    for a window is passed over where it is zero in all lanes.
    """
    found: dict[int, list[int]] = {}
    for place, index in enumerate(which):
        if index in found:
            found[index].append(place)
        else:
            found[index] = [place]
    most = max(1, min(MOST, -(-len(which) // width)))
    pieces = [(index, places[i : i + most]) for index, places in found.items() for i in range(0, len(places), most)]
    pieces.sort(
        key=lambda piece: (piece[0] < 0, -len(piece[1]), [column[i] == 0 for i in piece[1] for column in fixed])
    )
    start = 0
    while start < len(pieces):
        baseless, count = pieces[start][0] < 0, len(pieces[start][1])
        end, most_pieces = start, max(1, PORTION // count // width) * width
        while end < len(pieces) and end < start + most_pieces and (pieces[end][0] < 0) == baseless:
            if (end - start) % width == 0 and len(pieces[end][1]) != count:
                break
            end += 1
        yield _portion(pieces[start:end], count, width, baseless=baseless)
        start = end


def _portion(pieces: Sequence[tuple[int, list[int]]], count: int, width: int, *, baseless: bool) -> Portion:
    blank = [NOWHERE] * count
    bases = [index for index, _ in pieces]
    columns = [places if len(places) == count else places + blank[len(places) :] for _, places in pieces]
    missing = -len(pieces) % width
    bases += [NOWHERE] * missing
    columns += [blank] * missing
    places = list[int]()
    for first in range(0, len(columns), width):
        for row in zip(*columns[first : first + width], strict=True):
            places += row
    return Portion(count, baseless, bases, places)
