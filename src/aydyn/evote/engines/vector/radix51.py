"""Five limbs of 51 bits: what the two ways to multiply them have in common.

A *raw* element is what comes out of a product before carries: five columns as signed numbers, below 2^61 in size. Sums and differences of
raw elements are carried once, where a way of 26 bits would carry each product; so E, F, G, H of the formulas come out carried.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from typing_extensions import override

from aydyn.evote.engines.vector.fields import Field, Limbs
from aydyn.evote.engines.vector.lanes import Value

MASK = (1 << 51) - 1


class Radix51(Field):
    """GF(2^255 - 19) in radix 2^51."""

    bits = (51,) * 5
    operations: ClassVar[dict[str, int]] = {"mul": 2, "sq": 1, "raw_mul": 2, "raw_sq": 1}

    @abstractmethod
    def columns(
        self, pairs: Sequence[tuple[int, int]], a: Limbs, b: Limbs, start: Sequence[Value] | None = None
    ) -> Limbs:
        """Ten columns, the sums of products of the limbs a[i], b[j] for the pairs (i, j), added to those of `start`."""

    @abstractmethod
    def carried(self, raw: Limbs, *, signed: bool = True) -> Limbs:
        """A raw element carried; where it is not signed, all of its columns are known not to be below zero."""

    @abstractmethod
    def as_raw(self, a: Limbs) -> Limbs:
        """A carried element as a raw one."""

    @abstractmethod
    def plus(self, a: Limbs, b: Limbs) -> Limbs:
        """A sum of carried elements that may be multiplied with a carried one."""

    @abstractmethod
    def minus(self, a: Limbs, b: Limbs) -> Limbs:
        """A difference of carried elements that may be multiplied with a carried one."""

    @override
    def product(self, a: Limbs, b: Limbs) -> Limbs:
        return self.carried(self.raw_product(a, b), signed=False)

    @override
    def square(self, a: Limbs) -> Limbs:
        return self.carried(self.raw_square(a), signed=False)

    def raw_product(self, a: Limbs, b: Limbs) -> Limbs:
        """The instructions of a raw product."""
        return self._folded(self.columns([(i, j) for i in range(5) for j in range(5)], a, b))

    def raw_square(self, a: Limbs) -> Limbs:
        """The instructions of a raw square: each mixed product once, doubled with its column."""
        mixed = self.columns([(i, j) for i in range(5) for j in range(i + 1, 5)], a, a)
        doubled = [self.v.add(column, column) for column in mixed]
        return self._folded(self.columns([(i, i) for i in range(5)], a, a, doubled))

    @override
    def instructions(self, name: str, *factors: Limbs) -> Limbs:
        if name == "raw_mul":
            return self.raw_product(*factors)
        if name == "raw_sq":
            return self.raw_square(*factors)
        return super().instructions(name, *factors)

    @override
    def double_core(self, x: Limbs, y: Limbs, z: Limbs) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        xx, yy, zz, xy = (
            self.done("raw_sq", x),
            self.done("raw_sq", y),
            self.done("raw_sq", z),
            self.done("raw_mul", x, y),
        )
        g = self._raw_minus(yy, xx)
        f = self._raw_minus(self._raw_plus(zz, zz), g)
        return (
            self.carried(self._raw_plus(xy, xy)),
            self.carried(f),
            self.carried(g),
            self.carried(self._raw_plus(yy, xx)),
        )

    @override
    def add_core(
        self, point: Sequence[Limbs], plus: Limbs, minus: Limbs, t2d: Limbs, z2: Limbs | None
    ) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        x, y, z, t = point
        a = self.done("raw_mul", self.minus(y, x), minus)
        b = self.done("raw_mul", self.plus(y, x), plus)
        c = self.done("raw_mul", t, t2d)
        d = self.done("raw_mul", z, z2) if z2 else self._raw_plus(self.as_raw(z), self.as_raw(z))
        return (
            self.carried(self._raw_minus(b, a)),
            self.carried(self._raw_minus(d, c)),
            self.carried(self._raw_plus(d, c)),
            self.carried(self._raw_plus(b, a)),
        )

    def _raw_plus(self, a: Limbs, b: Limbs) -> Limbs:
        return [self.v.add(x, y) for x, y in zip(a, b, strict=True)]

    def _raw_minus(self, a: Limbs, b: Limbs) -> Limbs:
        return [self.v.sub(x, y) for x, y in zip(a, b, strict=True)]

    def _folded(self, columns: Limbs) -> Limbs:
        """2^255 is 19."""
        return [self.v.add(columns[k], self.v.times_19(columns[k + 5])) for k in range(5)]
