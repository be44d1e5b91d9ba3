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

MASK = (1 << 51) - 1
PAIRS = sorted(((i, j) for i in range(5) for j in range(5)), key=sum, reverse=True)
"""The pairs of limbs of a product, the highest columns first: these are folded into the others."""
MIXED = [(i, j) for i, j in PAIRS if i < j]
OWN = [(i, j) for i, j in PAIRS if i == j]


class Radix51(Field):
    """GF(2^255 - 19) in radix 2^51."""

    bits = (51,) * 5
    operations: ClassVar[dict[str, int]] = {"mul": 2, "sq": 1, "raw_mul": 2, "raw_sq": 1}

    @abstractmethod
    def product_columns(self, a: Limbs, b: Limbs, *, signed: bool) -> Limbs:
        """Ten columns, the sums of products of limbs; where not signed, fit for `carried` so."""

    @abstractmethod
    def square_columns(self, a: Limbs, *, signed: bool) -> Limbs:
        """The columns of a square: each mixed product once, doubled with its column."""

    @abstractmethod
    def carried(self, raw: Limbs, *, signed: bool = True) -> Limbs:
        """A raw element carried; one that was made so is not signed: none of its columns is below zero."""

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
        return self.carried(self._folded(self.product_columns(a, b, signed=False)), signed=False)

    @override
    def square(self, a: Limbs) -> Limbs:
        return self.carried(self._folded(self.square_columns(a, signed=False)), signed=False)

    @override
    def instructions(self, name: str, *factors: Limbs) -> Limbs:
        if name == "raw_mul":
            return self._folded(self.product_columns(*factors, signed=True))
        if name == "raw_sq":
            return self._folded(self.square_columns(*factors, signed=True))
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
