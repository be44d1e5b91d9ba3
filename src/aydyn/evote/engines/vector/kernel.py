"""The functions of a kernel, for any kind of limbs: first numbers, then points, each on memory.

Memory: an *element* is its limbs, each a vector of lanes; a *point* is the elements X, Y, Z, T (extended coordinates as in
`aydyn.evote.ed25519`); a *cached* point is Y + X, Y - X, 2dT, 2Z. Formulas are in `fields` (the two cores) and complete for every point of
the curve. Exponents come as 32 little-endian bytes to which `OFFSET_4` or `OFFSET_8` was added: a digit is then its bits minus a half.
"""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.evote.ed25519 import D, P
from aydyn.evote.engines.vector.fields import Field, Limbs
from aydyn.evote.engines.vector.lanes import I8, I64, Lanes, Module, Value
from aydyn.evote.engines.vector.rows import read_rows, row_bytes, write_rows

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
    """``mul``, ``add``, ``sub`` (o, a, b), ``sq`` (o, a), ``squares`` (o, a, n: n times), ``power_250`` and ``invert`` (o, a)."""
    for name in ("mul", "add", "sub"):
        with k.module.define(name, "ppp") as (v, (o, a, b)):
            f = k.field(v)
            operation = {"mul": f.mul, "add": f.add, "sub": f.sub}[name]
            f.store(operation(f.load(a), f.load(b)), o)
    with k.module.define("sq", "pp") as (v, (o, a)):
        f = k.field(v)
        f.store(f.sq(f.load(a)), o)
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


def _power_250(k: Kernel, v: Lanes, o: Value, eleventh: Value, z: Value) -> None:
    """``o = z^(2^250 - 1)`` and ``eleventh = z^11``."""
    short, long = v.room(k.element), v.room(k.element)
    k.call(v, "sq", o, z)
    k.call(v, "squares", short, o, 2)
    k.call(v, "mul", short, z, short)
    k.call(v, "mul", eleventh, o, short)
    k.call(v, "sq", o, eleventh)
    k.call(v, "mul", o, short, o)
    for target, power in ((short, 5), (o, 10), (long, 20), (o, 10), (short, 50), (long, 100), (o, 50)):
        _chain(k, v, target, power, short, long, o)


def _chain(k: Kernel, v: Lanes, target: Value, power: int, *rooms: Value) -> None:
    raise NotImplementedError
