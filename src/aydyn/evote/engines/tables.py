"""Fixed-base tables and products of many powers, written once over any representation of elements.

`Arithmetic` is a multiplication and a neutral element on some inner form (points, integers, gmpy2's numbers). Windows of Brickell, Gordon,
McCurley, Wilson (fixed bases) and of Pippenger (products): see Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", 14.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

E = TypeVar("E")


@dataclass(frozen=True)
class Arithmetic(Generic[E]):
    """A commutative group on inner forms."""

    one: E
    mul: Callable[[E, E], E]
    square: Callable[[E], E]


class FixedBase(Generic[E]):
    """Powers of one base by a table of ``base^(digit * 2^(width * i))``."""

    def __init__(self, arithmetic: Arithmetic[E], base: E, bits: int, width: int = 6) -> None:
        self._mul, self._one, self._width = arithmetic.mul, arithmetic.one, width
        self._rows: list[list[E]] = []
        for _ in range(-(-bits // width)):
            row = [arithmetic.one]
            for _ in range((1 << width) - 1):
                row.append(arithmetic.mul(row[-1], base))
            self._rows.append(row)
            base = arithmetic.mul(row[-1], base)

    def power(self, exponent: int) -> E:
        """``base^exponent`` for ``0 <= exponent < 2^bits``."""
        result, mask, mul = self._one, (1 << self._width) - 1, self._mul
        for row in self._rows:
            digit = exponent & mask
            if digit:
                result = mul(result, row[digit])
            exponent >>= self._width
            if not exponent:
                break
        return result


def powers(arithmetic: Arithmetic[E], base: E, exponents: Sequence[int], width: int = 4) -> list[E]:
    """``base^e`` for several ``e`` of one base, its small table made once."""
    table = [arithmetic.one, base]
    for _ in range((1 << width) - 2):
        table.append(arithmetic.mul(table[-1], base))
    return [_power(arithmetic, table, exponent, width) for exponent in exponents]


def _power(arithmetic: Arithmetic[E], table: Sequence[E], exponent: int, width: int) -> E:
    result, mask = arithmetic.one, (1 << width) - 1
    for position in range(-(-exponent.bit_length() // width) - 1, -1, -1):
        for _ in range(width):
            result = arithmetic.square(result)
        digit = exponent >> position * width & mask
        if digit:
            result = arithmetic.mul(result, table[digit])
    return result


def product_of_powers(arithmetic: Arithmetic[E], bases: Sequence[E], exponents: Sequence[int]) -> E:
    """``prod bases[i]^exponents[i]`` by Pippenger's buckets."""
    bits = max((exponent.bit_length() for exponent in exponents), default=0)
    width = max(1, min(14, len(bases).bit_length() - 2))
    result, mask = arithmetic.one, (1 << width) - 1
    for position in range(-(-bits // width) - 1, -1, -1):
        for _ in range(width):
            result = arithmetic.square(result)
        buckets: list[E | None] = [None] * (mask + 1)
        for base, exponent in zip(bases, exponents, strict=True):
            digit = exponent >> position * width & mask
            if digit:
                held = buckets[digit]
                buckets[digit] = base if held is None else arithmetic.mul(held, base)
        running, total = arithmetic.one, arithmetic.one
        for held in reversed(buckets[1:]):
            if held is not None:
                running = arithmetic.mul(running, held)
            total = arithmetic.mul(total, running)
        result = arithmetic.mul(result, total)
    return result
