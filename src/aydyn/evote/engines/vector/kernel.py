"""The functions of a kernel, for any kind of limbs: first numbers, then points, each on memory.

Memory: an *element* is its limbs, each a vector of lanes; a *point* is the elements X, Y, Z, T (extended coordinates as in
`aydyn.evote.ed25519`); a *cached* point is Y + X, Y - X, 2dT, 2Z. Formulas are in `fields` (the two cores) and complete for every point of
the curve. Exponents are 32 little-endian bytes; to walk over their digits, `OFFSET_4` or `OFFSET_8` is added: a digit is then its bits
minus a half.
"""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.evote.ed25519 import D, P
from aydyn.evote.engines.vector.fields import Field, Limbs
from aydyn.evote.engines.vector.lanes import Lanes, Module, Value
from aydyn.evote.engines.vector.rows import read_rows, row_bytes

OFFSET_4 = int("8" * 64, 16)
OFFSET_8 = int("80" * 32, 16)
TABLE = 9
"""Rows of a table of multiples 0 … 8."""
FIXED = 129
"""Rows of one window of a fixed base: multiples 0 … 128."""
WINDOWS = 32


class Kernel:
    """A module under construction for one kind of limbs."""

    def __init__(self, kind: type[Field], width: int) -> None:
        self.kind = kind
        self.width = width
        self.module = Module(width)
        self.element = len(kind.bits) * 8 * width
        self.point = 4 * self.element
        self.row = row_bytes(width, 4)
        self.fixed_row = row_bytes(width, 3)

    def field(self, lanes: Lanes) -> Field:
        """The arithmetic inside one function."""
        return self.kind(lanes, self.module)

    def call(self, lanes: Lanes, name: str, *arguments: Value) -> None:
        """Call a function of this kernel."""
        lanes.call(self.module.functions[name], *[lanes.number(argument) for argument in arguments])

    def load_point(self, field: Field, pointer: Value, elements: int = 4) -> list[Limbs]:
        """The first elements of a point."""
        return [field.load(field.v.at(pointer, i * self.element)) for i in range(elements)]

    def store_point(self, field: Field, elements: Sequence[Limbs], pointer: Value) -> None:
        """Write the first elements of a point."""
        for i, element in enumerate(elements):
            field.store(element, field.v.at(pointer, i * self.element))

    def neutral(self, field: Field) -> list[Limbs]:
        """The neutral point."""
        zero, one = field.constant(0), field.constant(1)
        return [zero, one, one, zero]


def define_numbers(k: Kernel) -> None:
    """``mul`` (o, a, b), ``sq`` (o, a), ``squares`` (o, a, n: n times), ``power_250`` and ``invert`` (o, a)."""
    for name, count in k.kind.operations.items():
        with k.module.define(name, "p" * (count + 1)) as (v, (o, *factors)):
            f = k.kind(v, k.module, inline=True)
            f.store(f.instructions(name, *[f.load(factor) for factor in factors]), o)
    with k.module.define("squares", "ppn") as (v, (o, a, n)):
        k.call(v, "sq", o, a)
        with v.loop(v.plus(n, -1)):
            k.call(v, "sq", o, o)
    with k.module.define("power_250", "ppp") as (v, (o, eleventh, z)):
        _power_250(k, v, o, eleventh, z)
    with k.module.define("invert", "pp") as (v, (o, a)):
        long, eleventh = v.room(k.element), v.room(k.element)
        k.call(v, "power_250", long, eleventh, a)
        k.call(v, "squares", long, long, 5)
        k.call(v, "mul", o, long, eleventh)


_CHAIN = ((10, 5, 5), (20, 10, 10), (40, 20, 20), (50, 40, 10), (100, 50, 50), (200, 100, 100), (250, 200, 50))
"""``z^(2^a - 1)`` from ``z^(2^b - 1)`` and ``z^(2^c - 1)``: a = b + c, c squarings."""


def _power_250(k: Kernel, v: Lanes, o: Value, eleventh: Value, z: Value) -> None:
    """``o = z^(2^250 - 1)`` and ``eleventh = z^11``."""
    rooms = {n: v.room(k.element) for n in (5, 10, 20, 40, 50, 100, 200)} | {250: o}
    second, ninth = v.room(k.element), v.room(k.element)
    k.call(v, "sq", second, z)
    k.call(v, "squares", ninth, second, 2)
    k.call(v, "mul", ninth, z, ninth)
    k.call(v, "mul", eleventh, second, ninth)
    k.call(v, "sq", second, eleventh)
    k.call(v, "mul", rooms[5], ninth, second)
    for result, first, count in _CHAIN:
        k.call(v, "squares", rooms[result], rooms[first], count)
        k.call(v, "mul", rooms[result], rooms[result], rooms[count])


def define_points(k: Kernel) -> None:
    """``double``, ``double_t`` (o, a), ``to_cached`` (o, a), ``add_cached`` (a += cached), ``neutral`` (o), ``copy`` (o, a)."""
    for name, elements in (("double", 3), ("double_t", 4)):
        with k.module.define(name, "pp") as (v, (o, a)):
            f = k.field(v)
            x, y, z = k.load_point(f, a, 3)
            finish(k, f, f.double_core(x, y, z), o, product=elements == 4)
    with k.module.define("to_cached", "pp") as (v, (o, a)):
        f = k.field(v)
        x, y, z, t = k.load_point(f, a)
        k.store_point(f, [f.add(y, x), f.sub(y, x), f.mul(t, f.constant(2 * D % P)), f.add(z, z)], o)
    with k.module.define("add_cached", "pp") as (v, (a, cached)):
        f = k.field(v)
        plus, minus, t2d, z2 = k.load_point(f, cached)
        finish(k, f, f.add_core(k.load_point(f, a), plus, minus, t2d, z2), a)
    with k.module.define("neutral", "p") as (v, (o,)):
        f = k.field(v)
        k.store_point(f, k.neutral(f), o)
    with k.module.define("copy", "pp") as (v, (o, a)):
        f = k.field(v)
        k.store_point(f, k.load_point(f, a), o)


def finish(
    k: Kernel, f: Field, core: tuple[Limbs, Limbs, Limbs, Limbs], pointer: Value, *, product: bool = True
) -> None:
    """Write X, Y, Z and, if asked, T of a sum from E, F, G, H."""
    e, f_, g, h = core
    pairs = [(e, f_), (g, h), (f_, g)] + ([(e, h)] if product else [])
    for i, (a, b) in enumerate(pairs):
        f.mul_to(f.v.at(pointer, i * k.element), a, b)


def gathered(k: Kernel, f: Field, rows: Value, indices: Value) -> list[Limbs]:
    """The points of rows, for each lane by its own index (64 bits each)."""
    v = f.v
    return read_rows(f, [v.offset(rows, v.load_word(indices, 8 * i), k.row) for i in range(k.width)], 4)


def consecutive(k: Kernel, v: Lanes, rows: Value) -> list[Value]:
    """Pointers to as many rows as there are lanes."""
    return [v.at(rows, i * k.row) for i in range(k.width)]
