"""The portable way: ten limbs of 26 and 25 bits in turn, products of 32 by 32 bits (Bernstein, "Curve25519", section 4, in integers).

A first factor may have limbs up to three times a carried one's, a second factor too, as long as 19 times its limbs stay below 2^32.
"""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from aydyn.evote.engines.vector.fields import Field, Limbs, multiple_of_p
from aydyn.evote.engines.vector.lanes import Value


class Mul32(Field):
    """GF(2^255 - 19) in radix 2^25.5."""

    bits = (26, 25) * 5
    width = 4

    @override
    def product(self, a: Limbs, b: Limbs) -> Limbs:
        v = self.v
        b19 = [b[0]] + [v.mul32(limb, v.const(19)) for limb in b[1:]]
        a2 = [v.add(limb, limb) if i % 2 else limb for i, limb in enumerate(a)]
        columns = Limbs()
        for k in range(10):
            column = None
            for i in range(10):
                j = k - i
                product = v.mul32(a2[i] if j % 2 else a[i], b[j] if j >= 0 else b19[j])
                column = product if column is None else v.add(column, product)
            columns.append(column)
        return self._reduced(columns)

    @override
    def square(self, a: Limbs) -> Limbs:
        v = self.v
        a2 = [v.add(limb, limb) for limb in a]
        a19 = {i: v.mul32(a[i], v.const(19)) for i in range(5, 10)}
        a38 = {i: v.add(a19[i], a19[i]) for i in (5, 7, 9)}
        columns = Limbs()
        for k in range(10):
            column = None
            for i in range(10):
                j = (k - i) % 10
                if j < i:
                    continue
                odd, wraps = i % 2 and j % 2, k < i
                left = a2[i] if i != j or odd else a[i]
                right = (a38[j] if wraps else a2[j]) if i != j and odd else (a19[j] if wraps else a[j])
                product = v.mul32(left, right)
                column = product if column is None else v.add(column, product)
            columns.append(column)
        return self._reduced(columns)

    @override
    def add(self, a: Limbs, b: Limbs) -> Limbs:
        return self._carried(self._plus(a, b))

    @override
    def sub(self, a: Limbs, b: Limbs) -> Limbs:
        return self._carried(self._minus(a, b, 2))

    @override
    def negative(self, a: Limbs) -> Limbs:
        return [self.v.sub(self.v.const(p), limb) for p, limb in zip(multiple_of_p(self.bits, 2), a, strict=True)]

    @override
    def double_core(self, x: Limbs, y: Limbs, z: Limbs) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        xx, yy, both, zz = self.sq(x), self.sq(y), self.sq(self._plus(x, y)), self.sq(z)
        h, g = self._plus(yy, xx), self._minus(yy, xx, 2)
        return self._carried(self._minus(both, h, 4)), self._carried(self._minus(self._plus(zz, zz), g, 4)), g, h

    @override
    def add_core(
        self, point: Sequence[Limbs], plus: Limbs, minus: Limbs, t2d: Limbs, z2: Limbs | None
    ) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        x, y, z, t = point
        a, b = self.mul(self._minus(y, x, 2), minus), self.mul(self._plus(y, x), plus)
        c, d = self.mul(t, t2d), self.mul(z, z2) if z2 else self._plus(z, z)
        return (
            self._minus(b, a, 2),
            self._carried(self._minus(d, c, 2)),
            self._carried(self._plus(d, c)),
            self._plus(b, a),
        )

    @override
    def to_row(self, a: Limbs) -> list[Value]:
        return [self.v.either(a[i], self.v.shl(a[i + 1], 32)) for i in range(0, 10, 2)]

    @override
    def from_row(self, words: Sequence[Value]) -> Limbs:
        v = self.v
        return [half for word in words for half in (v.mask(word, (1 << 32) - 1), v.shr(word, 32))]

    def _plus(self, a: Limbs, b: Limbs) -> Limbs:
        return [self.v.add(x, y) for x, y in zip(a, b, strict=True)]

    def _minus(self, a: Limbs, b: Limbs, factor: int) -> Limbs:
        """A difference with a multiple of p added, so that no limb is negative as long as b's are below `factor` full ones."""
        v = self.v
        return [v.add(x, v.sub(v.const(p), y)) for x, y, p in zip(a, b, multiple_of_p(self.bits, factor), strict=True)]

    def _carried(self, a: Limbs) -> Limbs:
        v = self.v
        carries = [v.shr(limb, bits) for limb, bits in zip(a, self.bits, strict=True)]
        low = [v.mask(limb, (1 << bits) - 1) for limb, bits in zip(a, self.bits, strict=True)]
        return [v.add(low[0], v.mul32(carries[9], v.const(19)))] + [v.add(low[i], carries[i - 1]) for i in range(1, 10)]

    def _reduced(self, columns: Limbs) -> Limbs:
        v, columns = self.v, list(columns)
        for i in (0, 4, 1, 5, 2, 6, 3, 7, 4, 8):
            self._carry(columns, i)
        carry, columns[9] = v.shr(columns[9], 25), v.mask(columns[9], (1 << 25) - 1)
        columns[0] = v.add(columns[0], v.mul32(v.mask(carry, (1 << 26) - 1), v.const(19)))
        columns[1] = v.add(columns[1], v.mul32(v.shr(carry, 26), v.const(19)))
        self._carry(columns, 0)
        return columns

    def _carry(self, columns: Limbs, i: int) -> None:
        v = self.v
        carry, columns[i] = v.shr(columns[i], self.bits[i]), v.mask(columns[i], (1 << self.bits[i]) - 1)
        columns[i + 1] = v.add(columns[i + 1], carry)
