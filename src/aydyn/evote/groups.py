"""The three groups of Belenios elections (docs/spec/election-archive.md §2; Belenios specification 3.1, "Groups").

An element is a Python integer in every group: the residue in a finite field; for Ed25519 the little-endian integer of the 32 bytes of
RFC 8032, ``y | (x mod 2) << 255``. A scalar is an integer ``0 <= s < q``. A group knows texts, parsing and its arithmetic on single
elements in plain integers; batches go through an engine (`aydyn.evote.engines`).
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cache

from aydyn.evote import randomness
from aydyn.evote.errors import FormatError, UnsupportedError, quoted

_SPELLED = re.compile(r"(-?)\+?(?:0([xXoObB]))?((?:[0-9a-fA-F][0-9a-fA-F_]*)?)", re.ASCII)
_BASES = {"x": 16, "o": 8, "b": 2}
MAX_DIGITS = 2100
"""Most digits of a number, zeros before it not counted: none has more than 2048 bits."""


def sha256_int(text: str) -> int:
    """The SHA-256 of a text as a big-endian integer; of one that was no UTF-8, of its bytes (`aydyn.evote.wire.encode`)."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest(), "big")


def number(value: object, below: int, what: str) -> int:
    """Read a number that JSON carries as a string, ``0 <= n < below``.

    Makers write plain decimal. Readers in the field also take zeros before it, a sign, the prefixes 0x, 0o and 0b, underscores between
    digits, and no digits at all for zero, so that a ballot with such a number is on real boards: it is read here too, for else one
    voter could make a genuine election look refuted.

    Raises:
        FormatError: not a string, not a number, or out of range.
    """
    if not isinstance(value, str):
        raise FormatError("number", f"{what} is not a number in a string", section="§1.2")
    usual = len(value) <= MAX_DIGITS and value.isascii() and value.isdigit()
    result = int(value) if usual else _spelled(value, what)
    if not 0 <= result < below:
        raise FormatError("number-range", f"{what} is out of range", section="§1.2")
    return result


def _spelled(text: str, what: str) -> int:
    """A number that is spelled unusually; -1 for all below zero and all that are too long."""
    found = _SPELLED.fullmatch(text)
    if found is None:
        raise FormatError("number", f"{what} is not a number in a string", section="§1.2")
    digits = found[3].replace("_", "").lstrip("0") or "0"
    if len(digits) > MAX_DIGITS:
        return -1
    try:
        result = int(digits, _BASES[found[2].lower()] if found[2] else 10)
    except ValueError:
        raise FormatError("number", f"{what} is not a number in a string", section="§1.2") from None
    return -1 if found[1] and result else result


class Group(ABC):
    """A group of prime order ``q`` with generator ``g``, written multiplicatively."""

    name: str
    q: int
    g: int
    one: int
    size: int
    """Bytes of an element."""
    padding: int
    bits_per_int: int
    max_ints: int
    """How many small integers one element can carry (`of_ints`); 0 where the group has no embedding."""

    # --- texts

    @abstractmethod
    def text(self, element: int) -> str:
        """The text form of an element, as it is hashed and stands in JSON."""

    @abstractmethod
    def parse(self, value: object, what: str = "an element") -> int:
        """Read the text form. Whether the element lies in the group, or on the curve at all, is asked by `contains` or an engine's `members`.

        Raises:
            FormatError: not a text of an element.
        """

    def names_point(self, element: int) -> bool:  # noqa: ARG002
        """Whether a parsed element can be computed with at all; in a finite field each can."""
        return True

    def scalar(self, value: object, what: str = "a scalar") -> int:
        """Read a scalar ``0 <= s < q`` (raises `FormatError`)."""
        return number(value, self.q, what)

    def hash(self, text: str) -> int:
        """``H(text)``: SHA-256 as an integer, modulo q."""
        return sha256_int(text) % self.q

    def random_scalar(self) -> int:
        """A uniform scalar from the operating system's generator."""
        return randomness.below(self.q)

    # --- arithmetic on single elements, in plain integers

    @abstractmethod
    def mul(self, a: int, b: int) -> int:
        """The product of two elements."""

    @abstractmethod
    def inverse(self, a: int) -> int:
        """The inverse of an element."""

    @abstractmethod
    def power(self, a: int, exponent: int) -> int:
        """``a^exponent`` for any integer ``exponent >= 0`` (not reduced: `a` may lie outside the group)."""

    def product(self, elements: Iterable[int]) -> int:
        """The product of elements; the neutral element for none."""
        result = self.one
        for element in elements:
            result = self.mul(result, element)
        return result

    @abstractmethod
    def contains(self, element: int) -> bool:
        """Whether a parsed element lies in the subgroup of order q (the neutral element does)."""

    @abstractmethod
    def vanishes(self, element: int) -> bool:
        """Whether an element has no part in the subgroup: its power by the cofactor is neutral, or it has no inverse.

        Of an element that does not, powers to different exponents modulo q differ, though it may lie outside the subgroup.
        """

    # --- the embedding of small integers, and generators nobody knows logarithms between

    @abstractmethod
    def of_ints(self, values: Sequence[int]) -> int:
        """One element that carries small integers, each below ``2^bits_per_int`` (raises `UnsupportedError` where impossible)."""

    @abstractmethod
    def to_ints(self, count: int, element: int) -> list[int]:
        """Read `count` small integers out of an element; any element has some."""

    @abstractmethod
    def generator(self, index: int) -> int:
        """The index-th independent generator of shuffles (index -1 is ``h``)."""

    @abstractmethod
    def order_key(self, element: int) -> int | bytes:
        """What elements are sorted by (docs/spec/election-archive.md §2.4)."""

    def _pack(self, values: Sequence[int]) -> int:
        if not self.max_ints or len(values) > self.max_ints:
            raise UnsupportedError(
                "embedding", f"{self.name} cannot carry {len(values)} numbers in one element", section="§2"
            )
        packed = 0
        for value in values:
            if not 0 <= value < 1 << self.bits_per_int:
                raise FormatError("embedding-range", f"{value} is no number of {self.bits_per_int} bits", section="§2")
            packed = packed << self.bits_per_int | value
        return packed << self.padding

    def _unpack(self, count: int, number: int) -> list[int]:
        number >>= self.padding
        values: list[int] = []
        for _ in range(count):
            values.append(number & ((1 << self.bits_per_int) - 1))
            number >>= self.bits_per_int
        return values[::-1]


@cache
def by_name(name: str) -> Group:
    """The group of that name.

    Raises:
        UnsupportedError: another group.
    """
    from aydyn.evote.ed25519 import Ed25519
    from aydyn.evote.finite_field import belenios_2048, rfc_3526_2048

    if name == "Ed25519":
        return Ed25519()
    if name == "BELENIOS-2048":
        return belenios_2048()
    if name == "RFC-3526-2048":
        return rfc_3526_2048()
    raise UnsupportedError("group", f"the group {quoted(name)} is not known here", section="§2")


NAMES = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
