"""The instructions of each kind of limbs, followed one by one in plain integers: no sum overflows, however full the limbs are."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, the same numbers in every run
import struct
from collections.abc import Callable
from fractions import Fraction

import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed: no engine vector")

from aydyn.evote.ed25519 import D, P
from aydyn.evote.engines.vector.fields import Field
from aydyn.evote.engines.vector.fma import Fma, bits_of
from aydyn.evote.engines.vector.ifma import Ifma
from aydyn.evote.engines.vector.mul32 import Mul32

ALL = (1 << 64) - 1


def double(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


class OneLane:
    """What `Lanes` writes down, done at once in one lane. Where it is strict, an overflow is an error."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict

    def _whole(self, number: int) -> int:
        assert not self.strict or 0 <= number <= ALL, "overflow"
        return number & ALL

    def const(self, number: int) -> int:
        return number & ALL

    def add(self, a: int, b: int) -> int:
        return self._whole(a + b)

    def sub(self, a: int, b: int) -> int:
        return self._whole(a - b)

    def shl(self, a: int, bits: int) -> int:
        return a << bits & ALL  # to cut bits off is what it is for when words are put together

    def shr(self, a: int, bits: int) -> int:
        return a >> bits

    def mask(self, a: int, mask: int) -> int:
        return a & mask

    def either(self, a: int, b: int) -> int:
        return a | b

    def mul32(self, a: int, b: int) -> int:
        assert a < 1 << 32
        assert b < 1 << 32
        return a * b

    def times_19(self, a: int) -> int:
        return self._whole(19 * a)

    def equal(self, a: int, b: int) -> bool:
        return a == b

    def select(self, chosen: bool, a: int, b: int) -> int:
        return a if chosen else b

    def madd52(self, total: int, a: int, b: int, *, high: bool) -> int:
        assert a < 1 << 52
        assert b < 1 << 52
        result = total + (a * b >> 52 if high else a * b & (1 << 52) - 1)
        assert result <= ALL
        return result

    def fadd(self, a: int, b: int) -> int:
        return bits_of(double(a) + double(b)) & ALL

    def fsub(self, a: int, b: int) -> int:
        return bits_of(double(a) - double(b)) & ALL

    def fma(self, a: int, b: int, c: int) -> int:
        return bits_of(float(Fraction(double(a)) * Fraction(double(b)) + Fraction(double(c)))) & ALL


def the_field(kind: type[Field]) -> Field:
    return kind(OneLane(strict=kind is Mul32), None, inline=True)  # type: ignore[arg-type]


def ranges(kind: type[Field]) -> list[tuple[int, int]]:
    """The least and the largest value of each limb of a carried element."""
    if kind is Fma:
        return [(-(1 << 50) - (1 << 17), (1 << 50) + (1 << 17))] * 5
    return [(0, (1 << bits) + (1 << (17 if bits == 51 else 10))) for bits in kind.bits]


def encoded(kind: type[Field], limbs: list[int]) -> list[int]:
    return [bits_of(float(limb)) & ALL for limb in limbs] if kind is Fma else limbs


def decoded(kind: type[Field], limbs: list[int]) -> list[int]:
    return [int(double(limb)) for limb in limbs] if kind is Fma else limbs


def value(f: Field, limbs: list[int]) -> int:
    return sum(limb << at for limb, at in zip(decoded(type(f), limbs), f.positions, strict=True)) % P


def is_carried(kind: type[Field], limbs: list[int]) -> bool:
    return all(low <= limb <= high for limb, (low, high) in zip(decoded(kind, limbs), ranges(kind), strict=True))


def samples(kind: type[Field], count: int) -> list[list[int]]:
    """Carried elements: each limb the least, the largest, about none or any."""
    draw, bounds = random.Random(kind.__name__), ranges(kind)
    extremes = [[low for low, _ in bounds], [high for _, high in bounds]]
    drawn = [
        [draw.choice([low, high, draw.randint(-1, 1) if low else 0, draw.randint(low, high)]) for low, high in bounds]
        for _ in range(count)
    ]
    return [encoded(kind, limbs) for limbs in extremes + drawn]


KINDS = pytest.mark.parametrize("kind", [Mul32, Ifma, Fma])


@KINDS
def test_products_squares_sums_and_differences_are_right_and_carried(kind: type[Field]) -> None:
    f, elements = the_field(kind), samples(kind, 30)
    operations: list[tuple[Callable[..., list[int]], Callable[..., int]]] = [
        (f.mul, lambda x, y: x * y),
        (f.add, lambda x, y: x + y),
        (f.sub, lambda x, y: x - y),
        (lambda a, _: f.sq(a), lambda x, _: x * x),
    ]
    for a in elements[:8]:
        for b in elements:
            for operation, expected in operations:
                result = operation(a, b)
                assert value(f, result) == expected(value(f, a), value(f, b)) % P
                assert is_carried(kind, result)


@KINDS
def test_formulas_of_points_are_right_for_the_fullest_limbs(kind: type[Field]) -> None:
    f, elements = the_field(kind), samples(kind, 40)
    for i in range(len(elements) - 8):
        x, y, z, t, plus, minus, t2d, z2 = elements[i : i + 8] if i > 1 else [elements[i]] * 8
        vx, vy, vz, vt, vplus, vminus, vt2d, vz2 = (value(f, e) for e in (x, y, z, t, plus, minus, t2d, z2))
        xx, yy = vx * vx, vy * vy
        expected = [2 * vx * vy, 2 * vz * vz - yy + xx, yy - xx, yy + xx]
        _check_core(f, f.double_core(x, y, z), expected)
        a, b, c = (vy - vx) * vminus, (vy + vx) * vplus, vt * vt2d
        for sign, factor in ((1, t2d), (-1, f.negative(t2d))):
            for d, last in ((vz * vz2, z2), (2 * vz, None)):
                core = f.add_core([x, y, z, t], plus, minus, factor, last)
                _check_core(f, core, [b - a, d - sign * c, d + sign * c, b + a])


def _check_core(f: Field, core: tuple[list[int], ...], expected: list[int]) -> None:
    assert [value(f, e) for e in core] == [e % P for e in expected]
    e, f_, g, h = core
    for a, b in ((e, f_), (g, h), (f_, g), (e, h)):
        product = f.mul(a, b)
        assert value(f, product) == value(f, a) * value(f, b) % P
        assert is_carried(type(f), product)


@KINDS
def test_the_canonical_form_is_that_of_the_number_below_p(kind: type[Field]) -> None:
    f = the_field(kind)
    for a in samples(kind, 50):
        words = f.to_words(f.freeze(a))
        assert sum(word << 64 * i for i, word in enumerate(words)) == value(f, a)
        assert f.is_zero(a) == (value(f, a) == 0)


@KINDS
def test_words_of_any_number_below_2_255_are_read(kind: type[Field]) -> None:
    f = the_field(kind)
    for number in (0, 1, 18, 19, P - 1, P, P + 1, P + 18, 2**255 - 1, 2**254, D, (2**51 - 1) << 102):
        for top in (0, 1 << 255):
            limbs = f.from_words([(number | top) >> 64 * i & ALL for i in range(4)])
            assert value(f, limbs) == number % P
            assert is_carried(kind, limbs)
            words = f.to_words(f.freeze(limbs))
            assert sum(word << 64 * i for i, word in enumerate(words)) == number % P


@KINDS
def test_constants_and_rows_hold_their_number(kind: type[Field]) -> None:
    f = the_field(kind)
    for number in (0, 1, 2, D, P - 1, 2**255 - 1):
        constant = f.constant(number)
        assert value(f, constant) == number % P
        assert value(f, f.from_row(f.to_row(constant))) == number % P
    for a in samples(kind, 10):
        assert f.from_row(f.to_row(a)) == a
        assert value(f, f.negative(a)) == -value(f, a) % P


def test_a_product_past_the_range_of_exact_doubles_would_be_noticed() -> None:
    """The bound of the multiply-add is real: a sum times a sum is too much, and the formulas do not do that."""
    f = the_field(Fma)
    full = encoded(Fma, [high for _, high in ranges(Fma)])
    twice = [f.v.fadd(limb, limb) for limb in full]
    assert value(f, f.mul(twice, twice)) != value(f, twice) ** 2 % P
