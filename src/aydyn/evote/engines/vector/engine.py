"""Ed25519 on vectors, for public data only: what is computed depends on the exponents in time and in memory touched."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.engines import Products
from aydyn.evote.engines.checks import check_exponents, check_job
from aydyn.evote.engines.vector.kernel import FIXED, OFFSET_4, TABLE, WINDOWS
from aydyn.evote.engines.vector.kinds import Loaded, load, suitable
from aydyn.evote.engines.vector.memory import Block, Growing, addresses, integers, numbers, text
from aydyn.evote.engines.vector.schedule import portions

_TOGETHER = 64
"""Tables that a product of many powers goes through at a time."""


def vector_curve(group: Ed25519) -> VectorCurve:
    """Ed25519 on the fastest kernel that this machine has the instructions for and that is right about a few products."""
    kinds = suitable()
    for kind in kinds[:-1]:
        engine = VectorCurve(group, kind)
        if is_right(engine):
            return engine
        warnings.warn(f"the arithmetic {kind!r} is wrong on this machine; another one is used", stacklevel=2)
    return VectorCurve(group, kinds[-1])


def is_right(engine: VectorCurve) -> bool:
    """Whether a few products, different in every lane, are those of the reference."""
    group, count = engine.group, 9
    elements = [group.generator(i) for i in range(count)]
    exponents = [group.hash(str(i)) for i in range(count)]
    job = Products([group.g], elements, [[0, 1]], [*range(count), count], [*exponents, group.q], [[*exponents, 1]])
    fixed = [group.power(group.g, exponent) for exponent in exponents]
    expected = [group.mul(group.power(*pair), g) for *pair, g in zip(elements, exponents, fixed, strict=True)]
    return engine.products(job) == [*expected, group.g] and engine.multiexp(elements, exponents) == group.product(
        group.mul(output, group.inverse(g)) for output, g in zip(expected, fixed, strict=True)
    )


class VectorCurve:
    """Ed25519 on vectors."""

    name = "vector"

    def __init__(self, group: Ed25519, kind: str) -> None:
        self.group = group
        self._code: Loaded = load(kind)
        self._width = self._code.width
        self._fixed: dict[int, Block] = {}
        self._points, self._scratch = Growing(), Growing()

    def members(self, elements: Sequence[int]) -> list[bool]:
        """Whether each lies in the subgroup: the q-fold is neutral."""
        rows, good = self._decompressed(elements)
        count = len(elements)
        job = Products(bases=list(elements), which=list(range(count)), exponents=[self.group.q] * count)
        outputs = self._powers(job, rows, [i if good[i] else count for i in range(count)])
        return [good[i] == 1 and output == 1 for i, output in enumerate(outputs)]

    def products(self, job: Products) -> list[int]:
        """The outputs of a job.

        Raises:
            FormatError: a base off the curve.
            ValueError: a job out of bounds.
        """
        return self.checked_products(job, ())[1]

    def checked_products(self, job: Products, asked: Sequence[int]) -> tuple[list[bool], list[int]]:
        """See `CheckingEngine`: membership is one more exponent of a base, q, for which its tables are there already."""
        check_job(job, self.group)
        count, outputs_asked, q = len(job.bases), len(job.which), self.group.q
        rows, good = self._decompressed(job.bases, len(job.sums))
        if 0 in good:
            self._neutralize(job.bases, rows, good, set(asked))
        with_members = replace(
            job,
            which=[*job.which, *asked],
            exponents=[*job.exponents, *[q] * len(asked)],
            fixed_exponents=[[*column, *[0] * len(asked)] for column in job.fixed_exponents],
        )
        outputs = self._powers(with_members, rows, [*range(count), *self._add_sums(job, rows)])
        killed = [output == 1 for output in outputs[outputs_asked:]]
        inside = [fine and good[index] == 1 for index, fine in zip(asked, killed, strict=True)]
        if all(killed):
            return inside, outputs[:outputs_asked]
        outside = {index for index, fine in zip(asked, inside, strict=True) if not fine}
        bases = [self.group.one if index in outside else base for index, base in enumerate(job.bases)]
        return inside, self.products(replace(job, bases=bases))

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """A product of powers.

        Raises:
            FormatError: a base off the curve.
            ValueError: an exponent out of range.
        """
        check_exponents(exponents, self.group.q)
        together = max(1, min(_TOGETHER, -(-len(bases) // self._width)))
        step = together * self._width
        rows, good = self._decompressed(bases, multiple=step)
        self._refuse(bases, good)
        blocks = -(-len(bases) // step)
        scalars = text([e + OFFSET_4 for e in exponents] + [OFFSET_4] * (blocks * step - len(bases)))
        sums, scratch = Block(self._code.point), self._scratch.of(together * self._table_bytes)
        self._code.multiexp(blocks, rows, Block.of(scalars), together, sums, scratch)
        out = Block(32 * self._width)
        self._code.encode(1, sums, numbers(range(self._width)), out, self._scratch.of(self._code.element))
        return self.group.product(integers(out.read(out.size)))

    def _decompressed(self, elements: Sequence[int], more: int = 0, multiple: int = 1) -> tuple[Block, bytes]:
        """Rows of points and a byte for each: 1 where it lies on the curve. The row after the last is neutral; room for more follows."""
        width = self._width
        blocks = -(-(len(elements) + multiple) // width)
        rows = Block((blocks + more) * width * self._code.row)
        encoded = Block.of(text([*elements, *[1] * (blocks * width - len(elements))]))
        good = Block(blocks * width)
        self._code.decompress(blocks, encoded, rows, good)
        return rows, good.read(len(elements))

    def _refuse(self, elements: Sequence[int], good: bytes) -> None:
        """Let the reference refuse the first element off the curve in its own words."""
        bad = good.find(0)
        if bad >= 0:
            self.group.point(elements[bad])

    def _neutralize(self, elements: Sequence[int], rows: Block, good: bytes, asked: set[int]) -> None:
        """Put the neutral point in the place of elements off the curve that are asked for; refuse others."""
        neutral = rows.read(self._code.row, len(elements) * self._code.row)
        for index, fine in enumerate(good):
            if not fine and index not in asked:
                self.group.point(elements[index])
            if not fine:
                rows.put(neutral, index * self._code.row)

    def _add_sums(self, job: Products, rows: Block) -> list[int]:
        """Write the rows of the sums after those of the bases; where each of them stands."""
        width, neutral = self._width, len(job.bases)
        next_row, places = -(-(neutral + 1) // width) * width, [neutral] * len(job.sums)
        order = sorted(range(len(job.sums)), key=lambda i: len(job.sums[i]))
        for count, group in groupby(order, key=lambda i: len(job.sums[i])):
            chosen = list(group)
            columns = [job.sums[i] for i in chosen]
            columns += [[neutral] * count] * (-len(chosen) % width)
            terms = [
                term
                for first in range(0, len(columns), width)
                for row in zip(*columns[first : first + width], strict=True)
                for term in row
            ]
            out = rows.address + next_row * self._code.row
            self._code.sums(len(columns) // width, rows, numbers(terms), out, count)
            for i, place in enumerate(chosen, next_row):
                places[place] = i
            next_row += len(columns)
        return places

    def _powers(self, job: Products, rows: Block, row_of: Sequence[int]) -> list[int]:
        """The outputs of a job; `row_of` has the row of each base and sum."""
        code, width, row_of = self._code, self._width, [*row_of, len(job.bases)]
        tables = [self._table(base) for base in job.fixed]
        columns = [Block.of(text([*column, 0])) for column in (job.exponents, *job.fixed_exponents)]
        pointers, table_pointers = addresses(columns), addresses(tables)
        out = Block(32 * (len(job.which) + 1))
        for portion in portions(job.which, width, job.fixed_exponents):
            split = 0 if portion.baseless else _split(portion.count)
            lanes, blocks = len(portion.bases) // width, len(portion.places) // width
            indices, places = numbers([row_of[index] for index in portion.bases]), numbers(portion.places)
            points = self._points.of(blocks * code.point)
            scratch = self._scratch.of(max(split * self._table_bytes, blocks * code.element))
            sizes = portion.count, split
            code.powers(lanes, rows, indices, *sizes, places, len(columns), pointers, table_pointers, points, scratch)
            code.encode(blocks, points, places, out, scratch)
        return integers(out.read(32 * len(job.which)))

    def _table(self, base: int) -> Block:
        """The table of a fixed base, made once."""
        if base not in self._fixed:
            code = self._code
            rows, good = self._decompressed([base])
            self._refuse([base], good)
            table = Block(WINDOWS * FIXED * code.fixed_row)
            scratch = self._scratch.of(FIXED * (code.point + code.element) + WINDOWS * code.row)
            code.fixed_table(rows, table, scratch)
            self._fixed[base] = table
        return self._fixed[base]

    @property
    def _table_bytes(self) -> int:
        return TABLE * self._width * self._code.row


def _split(count: int) -> int:
    """Into how many pieces exponents are cut where a base has so many: fewer doublings for each, more tables for all."""
    return 1 if count == 1 else 4 if count < 4 else 8 if count < 9 else 16
