"""Numbers modulo 2^255 - 19 in lanes: what all ways to hold them in limbs have in common.

An element is a list of vectors, limb by limb. *Carried* means: every limb has about the bits of its position, as products come out and as
they must be where nothing else is said. One more thing than a carried element may go into a product: see each class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from aydyn.evote.engines.vector.lanes import Lanes, Module, Value

Limbs = list[Value]
ROW = 5
"""Words of 64 bits that an element takes in a row of a table."""


class Field(ABC):
    """Arithmetic of one kind of limbs, in one function under construction."""

    bits: tuple[int, ...]
    """Bits of each limb."""
    width: int
    """Lanes."""
    calls: ClassVar[bool] = True
    """Whether the formulas of points call the functions of `operations`, or have their instructions in them."""
    operations: ClassVar[dict[str, int]] = {"mul": 2, "sq": 1}
    """What becomes a function of its own, with the number of its factors: code that is called again and again stays near the processor."""

    def __init__(self, lanes: Lanes, module: Module, *, inline: bool = False) -> None:
        self.v = lanes
        self.inline = inline or not self.calls
        self._homes: dict[int, tuple[Limbs, Value]] = {}
        self.module = module
        self.positions = [sum(self.bits[:i]) for i in range(len(self.bits))]

    # --- constants and memory

    def limbs_of(self, number: int) -> list[int]:
        """The limbs of a number."""
        return [number >> at & (1 << bits) - 1 for at, bits in zip(self.positions, self.bits, strict=True)]

    def constant(self, number: int) -> Limbs:
        """A number in every lane."""
        return [self.v.const(limb) for limb in self.limbs_of(number)]

    def load(self, pointer: Value) -> Limbs:
        """An element from memory."""
        limbs = [self.v.load(pointer, i * self.v.bytes) for i in range(len(self.bits))]
        self._homes[id(limbs)] = limbs, pointer
        return limbs

    def store(self, limbs: Limbs, pointer: Value) -> None:
        """An element into memory."""
        for i, limb in enumerate(limbs):
            self.v.store(limb, pointer, i * self.v.bytes)

    # --- arithmetic

    def mul(self, a: Limbs, b: Limbs) -> Limbs:
        """The carried product."""
        return self.done("mul", a, b)

    def sq(self, a: Limbs) -> Limbs:
        """The carried square."""
        return self.done("sq", a)

    def mul_to(self, pointer: Value, a: Limbs, b: Limbs) -> None:
        """Write the carried product."""
        if not self.inline:
            self.v.call(self.module.functions["mul"], pointer, self._home(a), self._home(b))
        else:
            self.store(self.product(a, b), pointer)

    def instructions(self, name: str, *factors: Limbs) -> Limbs:
        """The instructions of an operation."""
        return self.product(*factors) if name == "mul" else self.square(*factors)

    def done(self, name: str, *factors: Limbs) -> Limbs:
        """An operation, as a call of its function if there is one (see `operations`), else by its instructions."""
        if self.inline:
            return self.instructions(name, *factors)
        room = self.v.room(len(self.bits) * self.v.bytes)
        self.v.call(self.module.functions[name], room, *[self._home(factor) for factor in factors])
        return self.load(room)

    @abstractmethod
    def product(self, a: Limbs, b: Limbs) -> Limbs:
        """The instructions of a carried product."""

    @abstractmethod
    def square(self, a: Limbs) -> Limbs:
        """The instructions of a carried square."""

    @abstractmethod
    def add(self, a: Limbs, b: Limbs) -> Limbs:
        """The carried sum of carried elements."""

    @abstractmethod
    def sub(self, a: Limbs, b: Limbs) -> Limbs:
        """The carried difference of carried elements."""

    @abstractmethod
    def negative(self, a: Limbs) -> Limbs:
        """Minus a carried element, fit for a product."""

    @abstractmethod
    def double_core(self, x: Limbs, y: Limbs, z: Limbs) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        """``E, F, G, H`` of twice a point: ``H = y² + x², G = y² - x², E = (x + y)² - H, F = 2z² - G`` (Hisil et al., 3.3, all signs turned)."""

    @abstractmethod
    def add_core(
        self, point: Sequence[Limbs], plus: Limbs, minus: Limbs, t2d: Limbs, z2: Limbs | None
    ) -> tuple[Limbs, Limbs, Limbs, Limbs]:
        """``E, F, G, H`` of a sum with a point held as ``Y + X, Y - X, 2dT, 2Z`` (Hisil et al., 3.1); no 2Z where Z is one."""

    def choose(self, chosen: Value, a: Limbs, b: Limbs) -> Limbs:
        """a in the chosen lanes, b in the others."""
        return [self.v.select(chosen, x, y) for x, y in zip(a, b, strict=True)]

    def _home(self, limbs: Limbs) -> Value:
        """Where an element stands in memory: where it came from, or a new room."""
        if id(limbs) not in self._homes:
            room = self.v.room(len(self.bits) * self.v.bytes)
            self.store(limbs, room)
            self._homes[id(limbs)] = limbs, room
        return self._homes[id(limbs)][1]

    # --- to and from 64-bit words

    def to_integers(self, a: Limbs) -> Limbs:
        """A carried element as unsigned limbs."""
        return a

    def from_integers(self, a: Limbs) -> Limbs:
        """Unsigned limbs of no more than their bits as a carried element."""
        return a

    def to_row(self, a: Limbs) -> list[Value]:
        """A carried element packed into five words."""
        return a

    def from_row(self, words: Sequence[Value]) -> Limbs:
        """A carried element from five words."""
        return list(words)

    def from_words(self, words: Sequence[Value]) -> Limbs:
        """The low 255 bits of four words."""
        v, limbs = self.v, Limbs()
        for at, bits in zip(self.positions, self.bits, strict=True):
            word, shift = divmod(at, 64)
            limb = v.shr(words[word], shift)
            if shift + bits > 64:
                limb = v.either(limb, v.shl(words[word + 1], 64 - shift))
            limbs.append(v.mask(limb, (1 << bits) - 1))
        return self.from_integers(limbs)

    def to_words(self, frozen: Limbs) -> list[Value]:
        """Four words of a frozen element."""
        v, words = self.v, [self.v.const(0)] * 4
        for limb, at, bits in zip(frozen, self.positions, self.bits, strict=True):
            word, shift = divmod(at, 64)
            words[word] = v.either(words[word], v.shl(limb, shift))
            if shift + bits > 64:
                words[word + 1] = v.either(words[word + 1], v.shr(limb, 64 - shift))
        return words

    def freeze(self, a: Limbs) -> Limbs:
        """The one number below p, as unsigned limbs."""
        v, limbs = self.v, self._rippled(self._rippled(self.to_integers(a)))
        over = v.const(19)  # carries once more exactly where the number is p or more
        for limb, bits in zip(limbs, self.bits, strict=True):
            over = v.shr(v.add(limb, over), bits)
        limbs[0] = v.add(limbs[0], v.times_19(over))
        for i, bits in enumerate(self.bits[:-1]):
            limbs[i + 1] = v.add(limbs[i + 1], v.shr(limbs[i], bits))
            limbs[i] = v.mask(limbs[i], (1 << bits) - 1)
        limbs[-1] = v.mask(limbs[-1], (1 << self.bits[-1]) - 1)
        return limbs

    def is_zero(self, a: Limbs) -> Value:
        """One bit a lane: whether the element is 0 modulo p."""
        v, frozen = self.v, self.freeze(a)
        together = frozen[0]
        for limb in frozen[1:]:
            together = v.either(together, limb)
        return v.equal(together, v.const(0))

    def _rippled(self, limbs: Limbs) -> Limbs:
        v, limbs = self.v, list(limbs)
        for i, bits in enumerate(self.bits):
            carry, limbs[i] = v.shr(limbs[i], bits), v.mask(limbs[i], (1 << bits) - 1)
            if i + 1 < len(limbs):
                limbs[i + 1] = v.add(limbs[i + 1], carry)
            else:
                limbs[0] = v.add(limbs[0], v.times_19(carry))
        return limbs


def multiple_of_p(bits: Sequence[int], factor: int) -> list[int]:
    """A multiple of p whose limbs are each as large as that many times a full limb: what is added before limbs are subtracted."""
    limbs = [factor * ((1 << width) - 1) for width in bits]
    limbs[0] -= 18 * factor  # 2^255 - 1 - 18 = p
    return limbs
