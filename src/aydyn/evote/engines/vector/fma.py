"""51-bit limbs as floating-point numbers and exact products by fused multiply-add: fast wherever a processor multiplies these in vectors.

A limb is a double that holds a whole number, at most 2^50 and a little in size, of either sign. With ``C = 3·2^102``, the sum
``h = a·b + C``, rounded once, keeps a multiple of 2^51, for the last bit of numbers from 2^103 to 2^104 is worth that much. What rounding
dropped, ``a·b + (C - h)``, is exact and at most 2^50 in size. Both are read as integers from the bits of a double: neighbours in a binade
differ by one there. (After Emmart, Zheng, Weems, "Faster modular exponentiation using double precision floating point arithmetic on the
GPU", ARITH 2018, with rounding to nearest and signed limbs.) It holds while ``a·b`` is at most 2^102 in size: a carried limb with a sum or
a difference of two.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from typing_extensions import override

from aydyn.evote.engines.vector.fields import Limbs, multiple_of_p
from aydyn.evote.engines.vector.radix51 import MASK, MIXED, OWN, PAIRS, Radix51


def bits_of(number: float) -> int:
    """The 64 bits of a double."""
    return int(struct.unpack("<q", struct.pack("<d", number))[0])


HIGH = 3.0 * 2**102
LOW = 3.0 * 2**51
_BIAS = (1 << 62) + (1 << 50)
"""Makes columns positive, and the remainder of a carry lie around zero."""
_UNIT = 2.0**52


def _excess(pairs: Sequence[tuple[int, int]], *, signed: bool) -> list[int]:
    """What columns start from, modulo 2^64, so that the constants in the bits of the products of pairs are gone at the end.

    Where columns are not signed, the bias that a carry needs is left in them. All of these are even.
    """
    columns = [0] * 10 if signed else [_BIAS] * 5 + [0] * 5
    for i, j in pairs:
        columns[i + j] -= bits_of(LOW)
        columns[i + j + 1] -= bits_of(HIGH)
    return [column % 2**64 for column in columns]


class Fma(Radix51):
    """GF(2^255 - 19) in radix 2^51 on doubles."""

    width = 4

    @override
    def limbs_of(self, number: int) -> list[int]:
        limbs, carry = list[int](), 0
        for full in super().limbs_of(number):
            limb = full + carry
            carry = int(limb >= 1 << 50 and len(limbs) < 4)
            limbs.append(limb - (carry << 51))
        return [bits_of(float(limb)) % 2**64 for limb in limbs]

    @override
    def product_columns(self, a: Limbs, b: Limbs, *, signed: bool) -> Limbs:
        return self._summed(PAIRS, a, b, [self.v.const(constant) for constant in _excess(PAIRS, signed=signed)])

    @override
    def square_columns(self, a: Limbs, *, signed: bool) -> Limbs:
        v = self.v
        halves = [v.const(constant // 2) for constant in _excess(MIXED + MIXED + OWN, signed=signed)]
        mixed = self._summed(MIXED, a, a, halves)
        return self._summed(OWN, a, a, [v.add(column, column) for column in mixed])

    def _summed(self, pairs: Sequence[tuple[int, int]], a: Limbs, b: Limbs, columns: Limbs) -> Limbs:
        """Add products to columns, together with the constants that `_excess` tells."""
        v, columns = self.v, list(columns)
        high, both = v.const(bits_of(HIGH)), v.const(bits_of(HIGH + LOW))
        for i, j in pairs:
            top = v.fma(a[i], b[j], high)
            rest = v.fma(a[i], b[j], v.fsub(both, top))
            columns[i + j + 1] = v.add(columns[i + j + 1], top)
            columns[i + j] = v.add(columns[i + j], rest)
        return columns

    @override
    def carried(self, raw: Limbs, *, signed: bool = True) -> Limbs:
        v = self.v
        biased = [v.add(column, v.const(_BIAS)) for column in raw] if signed else raw
        low = [v.mask(column, MASK) for column in biased]
        high = [v.shr(column, 51) for column in biased]
        high = [v.mul32(high[4], v.const(19)), *high[:4]]
        wide = [v.either(v.add(x, y), v.const(bits_of(_UNIT))) for x, y in zip(low, high, strict=True)]
        centres = [_UNIT + 2**50 + 2**11 * (19 if k == 0 else 1) for k in range(5)]
        return [v.fsub(limb, v.const(bits_of(centre))) for limb, centre in zip(wide, centres, strict=True)]

    @override
    def as_raw(self, a: Limbs) -> Limbs:
        v, low = self.v, self.v.const(bits_of(LOW))
        return [v.sub(v.fadd(limb, low), low) for limb in a]

    @override
    def plus(self, a: Limbs, b: Limbs) -> Limbs:
        return [self.v.fadd(x, y) for x, y in zip(a, b, strict=True)]

    @override
    def minus(self, a: Limbs, b: Limbs) -> Limbs:
        return [self.v.fsub(x, y) for x, y in zip(a, b, strict=True)]

    @override
    def add(self, a: Limbs, b: Limbs) -> Limbs:
        return self._settled(self.plus(a, b))

    @override
    def sub(self, a: Limbs, b: Limbs) -> Limbs:
        return self._settled(self.minus(a, b))

    @override
    def negative(self, a: Limbs) -> Limbs:
        return [self.v.fsub(self.v.const(0), limb) for limb in a]

    @override
    def to_integers(self, a: Limbs) -> Limbs:
        v = self.v
        return [
            v.mask(v.fadd(limb, v.const(bits_of(_UNIT + p))), (1 << 52) - 1)
            for limb, p in zip(a, multiple_of_p(self.bits, 1), strict=True)
        ]

    @override
    def from_integers(self, a: Limbs) -> Limbs:
        v, unit = self.v, self.v.const(bits_of(_UNIT))
        return self._settled([v.fsub(v.either(limb, unit), unit) for limb in a])

    def _settled(self, a: Limbs) -> Limbs:
        """Carry limbs up to 2^52 in size: what rounds to a multiple of 2^51 moves on."""
        v, high = self.v, self.v.const(bits_of(HIGH))
        whole = [v.fsub(v.fadd(limb, high), high) for limb in a]
        units = [v.const(bits_of((19.0 if k == 0 else 1.0) / 2**51)) for k in range(5)]
        return [v.fma(whole[k - 1], units[k], v.fsub(a[k], whole[k])) for k in range(5)]
