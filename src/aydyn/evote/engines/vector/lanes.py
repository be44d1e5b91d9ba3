"""Instructions on vectors of 64-bit lanes, functions and loops: the little of LLVM's language that the kernels are written in.

llvmlite ships no types, so its values are `Any` here and nowhere is more of it visible than in this module and `compiling`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

ir: Any = import_module("llvmlite.ir")
Value = Any
I1, I8, I32, I64, POINTER = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.PointerType()
_LOW_32 = (1 << 32) - 1


class Lanes:
    """One function under construction, on vectors of `width` lanes. Offsets and sizes in memory are in bytes."""

    def __init__(self, function: Value, width: int) -> None:
        self.function = function
        self.builder: Value = ir.IRBuilder(function.append_basic_block("entry"))
        self.width = width
        self.type: Value = ir.VectorType(I64, width)
        self.bytes = 8 * width

    # --- lanewise

    def const(self, number: int) -> Value:
        """The same number in every lane."""
        return ir.Constant(self.type, [number] * self.width)

    def add(self, a: Value, b: Value) -> Value:
        """The sum modulo 2^64."""
        return self.builder.add(a, b)

    def sub(self, a: Value, b: Value) -> Value:
        """The difference modulo 2^64."""
        return self.builder.sub(a, b)

    def shl(self, a: Value, bits: int) -> Value:
        """Shifted to the left."""
        return self.builder.shl(a, self.const(bits)) if bits else a

    def shr(self, a: Value, bits: int) -> Value:
        """Shifted to the right, zeros coming in."""
        return self.builder.lshr(a, self.const(bits)) if bits else a

    def mask(self, a: Value, mask: int) -> Value:
        """The bits of a mask."""
        return self.builder.and_(a, self.const(mask))

    def either(self, a: Value, b: Value) -> Value:
        """The bits of one or the other."""
        return self.builder.or_(a, b)

    def mul32(self, a: Value, b: Value) -> Value:
        """The 64-bit product of the low 32 bits."""
        return self.builder.mul(self.mask(a, _LOW_32), self.mask(b, _LOW_32))

    def times_19(self, a: Value) -> Value:
        """Nineteen times, modulo 2^64."""
        return self.add(self.add(self.shl(a, 4), self.add(a, a)), a)

    def madd52(self, total: Value, a: Value, b: Value, *, high: bool) -> Value:
        """The instructions of AVX-512 IFMA."""
        name = f"llvm.x86.avx512.vpmadd52{'h' if high else 'l'}.uq.{64 * self.width}"
        function = intrinsic(self.function.module, name, self.type, [self.type] * 3)
        return self.builder.call(function, [total, a, b])

    def half52(self, a: Value, b: Value, *, high: bool) -> Value:
        """What these instructions add: 52 bits of the product of the low 52 bits of each factor."""
        wide, low = ir.VectorType(ir.IntType(128), self.width), (1 << 52) - 1
        product = self.builder.mul(
            self.builder.zext(self.mask(a, low), wide), self.builder.zext(self.mask(b, low), wide)
        )
        if high:
            product = self.builder.lshr(product, ir.Constant(wide, [52] * self.width))
        return self.mask(self.builder.trunc(product, self.type), low)

    def fadd(self, a: Value, b: Value) -> Value:
        """The sum of doubles, given and returned by their bits; so with the next two."""
        return self._bits(self.builder.fadd(self._doubles(a), self._doubles(b)))

    def fsub(self, a: Value, b: Value) -> Value:
        """The difference of doubles."""
        return self._bits(self.builder.fsub(self._doubles(a), self._doubles(b)))

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """``a·b + c``, rounded once."""
        doubles = ir.VectorType(ir.DoubleType(), self.width)
        function = intrinsic(self.function.module, f"llvm.fma.v{self.width}f64", doubles, [doubles] * 3)
        return self._bits(self.builder.call(function, [self._doubles(a), self._doubles(b), self._doubles(c)]))

    def equal(self, a: Value, b: Value) -> Value:
        """One bit a lane."""
        return self.builder.icmp_unsigned("==", a, b)

    def negative(self, a: Value) -> Value:
        """One bit a lane."""
        return self.builder.icmp_signed("<", a, self.const(0))

    def select(self, chosen: Value, a: Value, b: Value) -> Value:
        """a in the chosen lanes, b in the others."""
        return self.builder.select(chosen, a, b)

    def shuffle(self, a: Value, b: Value, lanes: Sequence[int]) -> Value:
        """Lanes of two vectors, by their number in both."""
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(I32, len(lanes)), list(lanes)))

    def lane(self, a: Value, lane: int) -> Value:
        """The number in one lane."""
        return self.builder.extract_element(a, ir.Constant(I32, lane))

    def with_lane(self, a: Value, lane: int, number: Value) -> Value:
        """The vector with another number in one lane."""
        return self.builder.insert_element(a, number, ir.Constant(I32, lane))

    def _doubles(self, a: Value) -> Value:
        return self.builder.bitcast(a, ir.VectorType(ir.DoubleType(), self.width))

    def _bits(self, a: Value) -> Value:
        return self.builder.bitcast(a, self.type)

    # --- memory

    def at(self, pointer: Value, offset: Value | int) -> Value:
        """A pointer further on."""
        return (
            self.builder.gep(pointer, [self.number(offset)], source_etype=I8)
            if not isinstance(offset, int) or offset
            else pointer
        )

    def load(self, pointer: Value, offset: int = 0, align: int | None = None) -> Value:
        """A vector from memory."""
        return self.builder.load(self.at(pointer, offset), typ=self.type, align=align or self.bytes)

    def store(self, value: Value, pointer: Value, offset: int = 0, align: int | None = None) -> None:
        """A vector into memory."""
        self.builder.store(value, self.at(pointer, offset), align=align or self.bytes)

    def load_word(self, pointer: Value, offset: Value | int = 0) -> Value:
        """64 bits from memory."""
        return self.builder.load(self.at(pointer, offset), typ=I64, align=8)

    def store_word(self, value: Value, pointer: Value, offset: Value | int = 0) -> None:
        """64 bits into memory."""
        self.builder.store(value, self.at(pointer, offset), align=8)

    def load_byte(self, pointer: Value, offset: Value | int = 0) -> Value:
        """A byte as a number of 64 bits."""
        return self.builder.zext(self.builder.load(self.at(pointer, offset), typ=I8, align=1), I64)

    def store_bit(self, bit: Value, pointer: Value, offset: int = 0) -> None:
        """One bit as a byte."""
        self.builder.store(self.builder.zext(bit, I8), self.at(pointer, offset), align=1)

    def copy_256(self, source: Value, target: Value, plus: int) -> None:
        """Copy a number of 256 bits and add another, modulo 2^256."""
        wide = ir.IntType(256)
        number = self.builder.load(source, typ=wide, align=8)
        self.builder.store(self.builder.add(number, ir.Constant(wide, plus)), target, align=8)

    def load_pointer(self, pointer: Value) -> Value:
        """A pointer from memory."""
        return self.builder.load(pointer, typ=POINTER, align=8)

    def room(self, size: int) -> Value:
        """Memory on the stack, for the whole function."""
        with self.builder.goto_entry_block():
            pointer = self.builder.alloca(ir.ArrayType(I8, size))
            pointer.align = 64
            pointer.type = POINTER  # without the type that llvmlite remembers
        return pointer

    # --- numbers and control

    def number(self, number: Value | int) -> Value:
        """A plain integer as a number of 64 bits."""
        return ir.Constant(I64, number) if isinstance(number, int) else number

    def plus(self, a: Value, b: Value | int) -> Value:
        """The sum of numbers."""
        return self.builder.add(a, self.number(b))

    def times(self, a: Value, b: Value | int) -> Value:
        """The product of numbers."""
        return self.builder.mul(a, self.number(b))

    def offset(self, pointer: Value, index: Value, size: int) -> Value:
        """The pointer to the index-th of things of a size."""
        return self.at(pointer, self.times(index, size))

    @contextmanager
    def loop(self, count: Value | int, down: bool = False) -> Generator[Value]:
        """A loop over ``0 … count - 1``, upwards or downwards; yields the index."""
        builder, function = self.builder, self.function
        total, before = self.number(count), builder.block
        head, body = function.append_basic_block("head"), function.append_basic_block("body")
        after = function.append_basic_block("after")
        builder.branch(head)
        builder.position_at_end(head)
        done = builder.phi(I64)
        done.add_incoming(ir.Constant(I64, 0), before)
        builder.cbranch(builder.icmp_unsigned("<", done, total), body, after)
        builder.position_at_end(body)
        yield builder.sub(builder.sub(total, ir.Constant(I64, 1)), done) if down else done
        done.add_incoming(self.plus(done, 1), builder.block)
        builder.branch(head)
        builder.position_at_end(after)

    @contextmanager
    def when(self, condition: Value) -> Generator[None]:
        """What is done only where a condition (one bit) holds."""
        body, after = self.function.append_basic_block("then"), self.function.append_basic_block("after")
        self.builder.cbranch(condition, body, after)
        self.builder.position_at_end(body)
        yield
        self.builder.branch(after)
        self.builder.position_at_end(after)

    def call(self, function: Value, *arguments: Value) -> None:
        """Call a function."""
        self.builder.call(function, arguments)


def intrinsic(module: Value, name: str, result: Value, arguments: Sequence[Value]) -> Value:
    """One of LLVM's own functions."""
    return module.globals.get(name) or ir.Function(module, ir.FunctionType(result, arguments), name)


class Module:
    """The functions of one kernel, all of them on the same number of lanes."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.module: Value = ir.Module("kernel")
        self.functions: dict[str, Value] = {}

    @contextmanager
    def define(self, name: str, arguments: str, *, exported: bool = False) -> Generator[tuple[Lanes, list[Value]]]:
        """A function without a result; `arguments` has a letter for each: ``p`` pointer, ``n`` number of 64 bits."""
        types = [POINTER if letter == "p" else I64 for letter in arguments]
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), types), name)
        if not exported:
            function.linkage = "internal"
            function.attributes.add("noinline")
        function.attributes.add("nounwind")
        function.attributes.alignstack = 64  # vectors that are spilled must not lie across cache lines
        self.functions[name] = function
        lanes = Lanes(function, self.width)
        yield lanes, list(function.args)
        lanes.builder.ret_void()
