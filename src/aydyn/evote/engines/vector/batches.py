"""What the engine calls: whole batches of points in and out, blocks of as many as there are lanes."""

from __future__ import annotations

from aydyn.evote.ed25519 import SQRT_MINUS_1, D
from aydyn.evote.engines.vector.fields import Field, Limbs
from aydyn.evote.engines.vector.kernel import (
    OFFSET_4,
    OFFSET_8,
    TABLE,
    Kernel,
    consecutive,
    define_numbers,
    define_points,
    gathered,
)
from aydyn.evote.engines.vector.ladders import (
    define_fixed_table,
    define_fixed_windows,
    define_ladders,
    define_tables,
)
from aydyn.evote.engines.vector.lanes import Lanes, Value
from aydyn.evote.engines.vector.rows import read_rows, write_rows

EXPORTED = {
    "decompress": "nppp",
    "sums": "npppn",
    "powers": "nppnnpnpppp",
    "encode": "npppp",
    "fixed_table": "ppp",
    "multiexp": "nppnpp",
}
"""Functions and their arguments: ``n`` a number, ``p`` a pointer."""


def build(kind: type[Field], width: int) -> str:
    """The kernel for one kind of limbs, as text of LLVM's language."""
    k = Kernel(kind, width)
    define_numbers(k)
    define_points(k)
    _define_invert_all(k)
    define_tables(k)
    define_ladders(k)
    define_fixed_windows(k)
    define_fixed_table(k)
    for name, body in (
        ("decompress", _decompress),
        ("sums", _sums),
        ("powers", _powers),
        ("encode", _encode),
        ("multiexp", _multiexp),
    ):
        with k.module.define(name, EXPORTED[name], exported=True) as (v, arguments):
            body(k, v, *arguments)
    return str(k.module.module)


def _define_invert_all(k: Kernel) -> None:
    """``invert_all`` (points, o, n): the inverses of the Zs of n points with one inversion for each lane (Montgomery's trick)."""
    with k.module.define("invert_all", "ppn") as (v, (points, o, n)):
        f = k.field(v)
        running = v.room(k.element)
        f.store(f.constant(1), running)
        with v.loop(n) as i:
            f.store(f.load(running), v.offset(o, i, k.element))
            k.call(v, "mul", running, running, v.offset(v.at(points, 2 * k.element), i, k.point))
        k.call(v, "invert", running, running)
        with v.loop(n, down=True) as i:
            own = v.offset(o, i, k.element)
            k.call(v, "mul", own, own, running)
            k.call(v, "mul", running, running, v.offset(v.at(points, 2 * k.element), i, k.point))


def _decompress(k: Kernel, v: Lanes, blocks: Value, elements: Value, rows: Value, good: Value) -> None:
    """The points of 32-byte elements, as rows, and for each a byte: 1 where it lies on the curve (`ed25519.decompress`)."""
    f = k.field(v)
    root, base, eleventh = v.room(k.element), v.room(k.element), v.room(k.element)
    with v.loop(blocks) as block:
        here = v.offset(elements, block, 32 * k.width)
        words = [v.const(0)] * 4
        for i in range(4):
            for lane in range(k.width):
                words[i] = v.with_lane(words[i], lane, v.load_word(here, 32 * lane + 8 * i))
        y, one = f.from_words(words), f.constant(1)
        yy = f.sq(y)
        above, below = f.sub(yy, one), f.add(f.mul(yy, f.constant(D)), one)
        third = f.mul(f.sq(below), below)
        f.store(f.mul(above, f.mul(f.sq(third), below)), base)
        k.call(v, "power_250", root, eleventh, base)
        k.call(v, "squares", root, root, 2)
        x = f.mul(f.mul(f.mul(f.load(root), f.load(base)), above), third)
        x, on_curve = _root(f, x, above, below)
        sign = v.equal(v.mask(f.freeze(x)[0], 1), v.shr(words[3], 63))
        x = f.choose(sign, x, f.sub(f.constant(0), x))
        write_rows(f, consecutive(k, v, v.offset(rows, block, k.width * k.row)), [x, y, one, f.mul(x, y)])
        for lane in range(k.width):
            v.store_bit(v.lane(on_curve, lane), v.offset(good, block, k.width), lane)


def _root(f: Field, x: Limbs, above: Limbs, below: Limbs) -> tuple[Limbs, Value]:
    """The root of ``above / below`` from its candidate, and whether there is one."""
    check = f.mul(below, f.sq(x))
    same, opposite = f.is_zero(f.sub(check, above)), f.is_zero(f.add(check, above))
    x = f.choose(same, x, f.mul(x, f.constant(SQRT_MINUS_1)))
    return x, f.v.builder.or_(same, opposite)


def _sums(k: Kernel, v: Lanes, blocks: Value, rows: Value, indices: Value, out: Value, count: Value) -> None:
    """Rows of sums of `count` points each; indices block by block, term by term, a number of 64 bits for each lane."""
    f = k.field(v)
    total, point, cached = v.room(k.point), v.room(k.point), v.room(k.point)
    with v.loop(blocks) as block:
        k.call(v, "neutral", total)
        with v.loop(count) as i:
            place = v.plus(v.times(block, count), i)
            k.store_point(f, gathered(k, f, rows, v.offset(indices, place, 8 * k.width)), point)
            k.call(v, "to_cached", cached, point)
            k.call(v, "add_cached", total, cached)
        write_rows(f, consecutive(k, v, v.offset(out, block, k.width * k.row)), k.load_point(f, total))


def _powers(k: Kernel, v: Lanes, *arguments: Value) -> None:
    """`count` powers of each base, times powers of fixed bases.

    Arguments: blocks; rows of points; the index of the base of each lane; count; split (pieces an exponent is cut into; 0 for no base at all);
    places of the outputs, block by block, output by output, lane by lane; a number of columns; pointers to columns of exponents, that of the
    bases first, then those of fixed bases, each to be read at a place; pointers to the tables of the fixed bases; points out; scratch.
    """
    blocks, rows, indices, count, split, places, columns, exponents, tables, out, scratch = arguments
    f, base, scalars = k.field(v), v.room(k.point), v.room(32 * k.width)
    some = v.builder.icmp_unsigned(">", split, v.number(0))
    pieces = v.builder.select(some, split, v.number(1))
    digits = v.builder.udiv(v.number(64), pieces)
    with v.loop(blocks) as block:
        k.store_point(f, gathered(k, f, rows, v.offset(indices, block, 8 * k.width)), base)
        with v.loop(split) as j:
            k.call(v, "table", v.offset(scratch, j, TABLE * k.width * k.row), base)
            with v.when(v.builder.icmp_unsigned("<", v.plus(j, 1), split)):
                with v.loop(v.plus(v.times(digits, 4), -1)):
                    k.call(v, "double", base, base)
                k.call(v, "double_t", base, base)
        with v.loop(count) as i:
            output = v.plus(v.times(block, count), i)
            acc, here = v.offset(out, output, k.point), v.offset(places, output, 8 * k.width)
            k.call(v, "neutral", acc)
            with v.when(some):
                _fetch(k, v, scalars, v.load_pointer(exponents), here, OFFSET_4)
                k.call(v, "ladder", acc, scratch, scalars, split, digits, v.number(0), digits)
            with v.loop(v.plus(columns, -1)) as j:
                _fetch(k, v, scalars, v.load_pointer(v.offset(v.at(exponents, 8), j, 8)), here, OFFSET_8)
                k.call(v, "fixed", acc, v.load_pointer(v.offset(tables, j, 8)), scalars)


def _fetch(k: Kernel, v: Lanes, scalars: Value, column: Value, places: Value, offset: int) -> None:
    """The exponents of a column at the places of all lanes, side by side."""
    for lane in range(k.width):
        place = v.offset(column, v.load_word(places, 8 * lane), 32)
        v.copy_256(place, v.at(scalars, 32 * lane), offset)


def _encode(k: Kernel, v: Lanes, blocks: Value, points: Value, places: Value, out: Value, scratch: Value) -> None:
    """The canonical 32 bytes of points, each written at its place."""
    f = k.field(v)
    k.call(v, "invert_all", points, scratch, blocks)
    with v.loop(blocks) as block:
        point, inverse = v.offset(points, block, k.point), f.load(v.offset(scratch, block, k.element))
        x, y = (f.freeze(f.mul(element, inverse)) for element in k.load_point(f, point, 2))
        words = f.to_words(y)
        words[3] = v.either(words[3], v.shl(x[0], 63))
        here = v.offset(places, block, 8 * k.width)
        for lane in range(k.width):
            target = v.offset(out, v.load_word(here, 8 * lane), 32)
            for i, word in enumerate(words):
                v.store_word(v.lane(word, lane), target, 8 * i)


def _multiexp(k: Kernel, v: Lanes, blocks: Value, rows: Value, exponents: Value, *arguments: Value) -> None:
    """The sum of powers of consecutive rows, one for each lane. Arguments: tables at a time; the point out; scratch."""
    count, out, scratch = arguments
    f, base, total = k.field(v), v.room(k.point), v.room(k.point)
    k.call(v, "neutral", out)
    with v.loop(blocks) as block:
        first = v.times(block, count)
        with v.loop(count) as j:
            here = v.offset(rows, v.plus(first, j), k.width * k.row)
            k.store_point(f, _consecutive_points(k, f, here), base)
            k.call(v, "table", v.offset(scratch, j, TABLE * k.width * k.row), base)
        apart = v.number(32 * k.width)
        here = v.offset(exponents, first, 32 * k.width)
        k.call(v, "ladder", total, scratch, here, count, v.number(64), apart, v.number(0))
        k.call(v, "to_cached", base, total)
        k.call(v, "add_cached", out, base)


def _consecutive_points(k: Kernel, f: Field, rows: Value) -> list[Limbs]:
    return read_rows(f, consecutive(k, f.v, rows), 4)
