"""51-bit limbs as integers and the 52-bit multiply-add of AVX-512 IFMA, eight lanes.

``VPMADD52LUQ`` and ``VPMADD52HUQ`` add the low or the high 52 bits of a product of 52-bit numbers (Intel 64 and IA-32 Architectures Software
Developer's Manual, volume 2). A high half is worth 2^52, two of the next limb. Whatever is multiplied must be below 2^52: a carried element,
or minus one.
"""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from aydyn.evote.engines.vector.fields import Limbs, multiple_of_p
from aydyn.evote.engines.vector.lanes import Value
from aydyn.evote.engines.vector.radix51 import MASK, MIXED, OWN, PAIRS, Radix51


class Ifma(Radix51):
    """GF(2^255 - 19) in radix 2^51 on 52-bit products."""

    width = 8
    calls = False

    @override
    def product_columns(self, a: Limbs, b: Limbs, *, signed: bool) -> Limbs:
        high = self._summed(PAIRS, a, b, [self.v.const(0)] * 10, high=True)
        return self._summed(PAIRS, a, b, self._doubled(high), high=False)

    @override
    def square_columns(self, a: Limbs, *, signed: bool) -> Limbs:
        columns = [self.v.const(0)] * 10
        for high in (True, False):
            columns = self._doubled(self._summed(MIXED, a, a, columns, high=high))
            columns = self._summed(OWN, a, a, columns, high=high)
        return columns

    def _doubled(self, columns: Limbs) -> Limbs:
        return [self.v.add(column, column) for column in columns]

    def _summed(self, pairs: Sequence[tuple[int, int]], a: Limbs, b: Limbs, columns: Limbs, *, high: bool) -> Limbs:
        columns = list(columns)
        for i, j in pairs:
            k = i + j + high
            columns[k] = self.madd(columns[k], a[i], b[j], high=high)
        return columns

    def madd(self, total: Value, a: Value, b: Value, *, high: bool) -> Value:
        """A number plus one half of a product of 104 bits."""
        return self.v.madd52(total, a, b, high=high)

    @override
    def carried(self, raw: Limbs, *, signed: bool = True) -> Limbs:
        v = self.v
        if signed:
            raw = [v.add(x, v.const(p)) for x, p in zip(raw, multiple_of_p(self.bits, 1 << 11), strict=True)]
        high, low = [v.shr(column, 51) for column in raw], [v.mask(column, MASK) for column in raw]
        return [self.madd(low[0], high[4], v.const(19), high=False)] + [v.add(low[k], high[k - 1]) for k in range(1, 5)]

    @override
    def as_raw(self, a: Limbs) -> Limbs:
        return a

    @override
    def plus(self, a: Limbs, b: Limbs) -> Limbs:
        return self.add(a, b)

    @override
    def minus(self, a: Limbs, b: Limbs) -> Limbs:
        return self.sub(a, b)

    @override
    def add(self, a: Limbs, b: Limbs) -> Limbs:
        return self.carried([self.v.add(x, y) for x, y in zip(a, b, strict=True)], signed=False)

    @override
    def sub(self, a: Limbs, b: Limbs) -> Limbs:
        return self.carried([self.v.add(x, y) for x, y in zip(a, self.negative(b), strict=True)], signed=False)

    @override
    def negative(self, a: Limbs) -> Limbs:
        return [self.v.sub(self.v.const(p), limb) for p, limb in zip(multiple_of_p(self.bits, 2), a, strict=True)]


class EmulatedIfma(Ifma):
    """The same without the instructions: for tests on processors that have none."""

    calls = True

    @override
    def madd(self, total: Value, a: Value, b: Value, *, high: bool) -> Value:
        return self.v.add(total, self.v.half52(a, b, high=high))
