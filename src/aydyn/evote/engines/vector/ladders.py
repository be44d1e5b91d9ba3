"""Tables of multiples and the ladders that walk over them: powers of variable bases and of fixed ones."""

from __future__ import annotations

from aydyn.evote.ed25519 import D, P
from aydyn.evote.engines.vector.fields import Field
from aydyn.evote.engines.vector.kernel import FIXED, TABLE, WINDOWS, Kernel, consecutive, finish
from aydyn.evote.engines.vector.lanes import Lanes, Value
from aydyn.evote.engines.vector.rows import read_rows, write_rows


def define_tables(k: Kernel) -> None:
    """``table`` (o, a): the cached multiples 0 … 8 of the points of a, one row for each lane."""
    with k.module.define("table", "pp") as (v, (o, a)):
        f = k.field(v)
        single, total, cached = v.room(k.point), v.room(k.point), v.room(k.point)
        write_rows(f, consecutive(k, v, o), [f.constant(1), f.constant(1), f.constant(0), f.constant(2)])
        k.call(v, "to_cached", single, a)
        k.call(v, "copy", total, a)
        with v.loop(TABLE - 1) as i:
            k.call(v, "to_cached", cached, total)
            row = v.offset(v.at(o, k.width * k.row), i, k.width * k.row)
            write_rows(f, consecutive(k, v, row), k.load_point(f, cached))
            with v.when(v.builder.icmp_unsigned("<", i, v.number(TABLE - 2))):
                k.call(v, "add_cached", total, single)


def define_ladders(k: Kernel) -> None:
    """``ladder`` (acc, tables, exponents, count, digits, bytes, step), ``add_digit``, ``add_digit_t``, ``add_fixed``, ``fixed``."""
    for name, product in (("add_digit", False), ("add_digit_t", True)):
        with k.module.define(name, "ppp") as (v, (acc, table, digits)):
            f = k.field(v)
            pointers = [v.offset(v.at(table, i * k.row), _size(v, digits, i), k.width * k.row) for i in range(k.width)]
            _add_row(k, f, acc, pointers, digits, 4, product=product)
    with k.module.define("add_fixed", "ppp") as (v, (acc, table, digits)):
        f = k.field(v)
        pointers = [v.offset(table, _size(v, digits, i), k.fixed_row) for i in range(k.width)]
        _add_row(k, f, acc, pointers, digits, 3, product=True)
    with k.module.define("ladder", "pppnnnn") as (v, arguments):
        _ladder(k, v, *arguments)
    with k.module.define("fixed", "ppp") as (v, (acc, table, exponents)):
        digits = v.room(8 * k.width)
        with v.loop(WINDOWS) as window:
            place = v.at(exponents, window)
            found = [v.builder.sub(v.load_byte(place, 32 * i), v.number(128)) for i in range(k.width)]
            with v.when(_store_digits(v, found, digits)):
                k.call(v, "add_fixed", acc, v.offset(table, window, FIXED * k.fixed_row), digits)


def _size(v: Lanes, digits: Value, lane: int) -> Value:
    digit = v.load_word(digits, 8 * lane)
    below = v.builder.icmp_signed("<", digit, v.number(0))
    return v.builder.select(below, v.builder.sub(v.number(0), digit), digit)


def _store_digits(v: Lanes, digits: list[Value], pointer: Value) -> Value:
    """Write a digit for each lane; one bit: whether any of them is not zero."""
    vector, together = v.const(0), digits[0]
    for i, digit in enumerate(digits):
        vector = v.with_lane(vector, i, digit)
        together = v.builder.or_(together, digit)
    v.store(vector, pointer)
    return v.builder.icmp_unsigned("!=", together, v.number(0))


def _add_row(
    k: Kernel, f: Field, acc: Value, pointers: list[Value], digits: Value, elements: int, *, product: bool
) -> None:
    """Add to a point, for each lane, its row of a table, or take it away where the digit is below zero."""
    v = f.v
    plus, minus, t2d, *z2 = read_rows(f, pointers, elements)
    below = v.negative(v.load(digits))
    core = f.add_core(
        k.load_point(f, acc),
        f.choose(below, minus, plus),
        f.choose(below, plus, minus),
        f.choose(below, f.negative(t2d), t2d),
        z2[0] if z2 else None,
    )
    finish(k, f, core, acc, product=product)


def _ladder(k: Kernel, v: Lanes, acc: Value, tables: Value, exponents: Value, count: Value, *sizes: Value) -> None:
    """``acc = sum_j e_j B_j`` over `count` tables of B_j, high digits first.

    `digits`: digits of each; `apart`: bytes from the exponents of one table to those of the next; `step`: digits from one to the next.
    """
    total, apart, step = sizes
    digits = v.room(8 * k.width)
    k.call(v, "neutral", acc)
    with v.loop(total, down=True) as window:
        with v.when(v.builder.icmp_unsigned("<", v.plus(window, 1), total)):
            for name in ("double", "double", "double", "double_t"):
                k.call(v, name, acc, acc)
        with v.loop(count) as j:
            digit = v.plus(v.times(j, step), window)
            place = v.at(exponents, v.plus(v.times(j, apart), v.builder.lshr(digit, v.number(1))))
            shift = v.builder.shl(v.builder.and_(digit, v.number(1)), v.number(2))
            found = [_nibble(v, place, 32 * i, shift) for i in range(k.width)]
            table = v.offset(tables, j, TABLE * k.width * k.row)
            some = _store_digits(v, found, digits)
            last = v.builder.icmp_unsigned("==", v.plus(j, 1), count)
            doubled = v.builder.and_(last, v.builder.icmp_unsigned(">", window, v.number(0)))
            with v.when(v.builder.and_(some, doubled)):
                k.call(v, "add_digit", acc, table, digits)  # a doubling follows: it needs no T
            with v.when(v.builder.and_(some, v.builder.not_(doubled))):
                k.call(v, "add_digit_t", acc, table, digits)


def _nibble(v: Lanes, place: Value, offset: int, shift: Value) -> Value:
    nibble = v.builder.and_(v.builder.lshr(v.load_byte(place, offset), shift), v.number(15))
    return v.builder.sub(nibble, v.number(8))


def define_fixed_table(k: Kernel) -> None:
    """``fixed_table`` (row, o, scratch): the rows ``y + x, y - x, 2dxy`` of the multiples ``0 … 128`` of ``256^w`` times a point."""
    with k.module.define("fixed_table", "ppp", exported=True) as (v, (row, o, scratch)):
        f = k.field(v)
        point = v.room(k.point)
        k.store_point(f, read_rows(f, [row] * k.width, 4), point)
        shifted = v.at(scratch, FIXED * (k.point + k.element))
        with v.loop(WINDOWS) as window:
            write_rows(f, [v.offset(shifted, window, k.row)] * k.width, k.load_point(f, point))
            with v.loop(8):
                k.call(v, "double_t", point, point)
        with v.loop(WINDOWS // k.width) as block:
            rows = v.offset(shifted, block, k.width * k.row)
            k.store_point(f, read_rows(f, consecutive(k, v, rows), 4), point)
            k.call(v, "fixed_windows", v.offset(o, block, k.width * FIXED * k.fixed_row), point, scratch)


def define_fixed_windows(k: Kernel) -> None:
    """``fixed_windows`` (o, point, scratch): the windows of a fixed base's table, one for each lane."""
    with k.module.define("fixed_windows", "ppp") as (v, (o, point, scratch)):
        f = k.field(v)
        single, x, y = v.room(k.point), v.room(k.element), v.room(k.element)
        rows = [v.at(o, i * FIXED * k.fixed_row) for i in range(k.width)]
        write_rows(f, rows, [f.constant(1), f.constant(1), f.constant(0)])
        k.call(v, "to_cached", single, point)
        with v.loop(FIXED - 1) as i:
            k.call(v, "copy", v.offset(scratch, i, k.point), point)
            k.call(v, "add_cached", point, single)
        k.call(v, "invert_all", scratch, v.at(scratch, FIXED * k.point), v.number(FIXED - 1))
        with v.loop(FIXED - 1) as i:
            at, inverse = v.offset(scratch, i, k.point), v.offset(v.at(scratch, FIXED * k.point), i, k.element)
            k.call(v, "mul", x, at, inverse)
            k.call(v, "mul", y, v.at(at, k.element), inverse)
            ax, ay = f.load(x), f.load(y)
            t2d = f.mul(f.mul(ax, ay), f.constant(2 * D % P))
            pointers = [v.offset(v.at(row, k.fixed_row), i, k.fixed_row) for row in rows]
            write_rows(f, pointers, [f.add(ay, ax), f.sub(ay, ax), t2d])
