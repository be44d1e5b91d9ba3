"""The subgroup of prime order of edwards25519 in plain integers (docs/spec/election-archive.md §2.3; RFC 8032 section 5.1).

The reference that every engine is held to. Points on the inside are extended coordinates ``(X, Y, Z, T)`` with ``x = X/Z, y = Y/Z,
xy = T/Z``; formulas from Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited", sections 3.1 and 3.3, for ``a = -1``. They are
complete: no input on the curve is an exception.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from aydyn.evote.errors import FormatError
from aydyn.evote.groups import Group

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
"""A point of order eight, as an element; its square has order four and its fourth power order two."""
_Y_BITS = (1 << 255) - 1
_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)

Point = tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def decompress(element: int) -> Point | None:
    """The point of a 256-bit integer, y reduced modulo p; None where no point of the curve has that y (RFC 8032 5.1.3)."""
    sign, y = element >> 255, (element & _Y_BITS) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * x * x % P
    if check != u:
        if check != P - u and u:
            return None
        x = x * SQRT_MINUS_1 % P
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def reduced(element: int) -> int:
    """The canonical spelling of an integer of 256 bits: y reduced modulo p, no sign where x is 0."""
    y = element & _Y_BITS
    if 1 < y < P - 1:
        return element
    y %= P
    return y if y in (1, P - 1) else y | element >> 255 << 255


def compress(point: Point) -> int:
    """The canonical integer of a point."""
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return y * inverse % P | (x * inverse % P & 1) << 255


def add(a: Point, b: Point) -> Point:
    """The sum of two points (Hisil et al., 3.1, with ``k = 2d``)."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    p, q = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = q - p, d - c, d + c, q + p
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(a: Point) -> Point:
    """Twice a point (Hisil et al., 3.3)."""
    x, y, z, _ = a
    xx, yy, zz = x * x % P, y * y % P, 2 * z * z % P
    h = xx + yy
    e, g = h - (x + y) * (x + y) % P, xx - yy
    f = zz + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def negate(a: Point) -> Point:
    """Minus a point."""
    x, y, z, t = a
    return -x % P, y, z, -t % P


def times(a: Point, exponent: int) -> Point:
    """A multiple of a point by an integer ``>= 0``, four bits at a time."""
    table = [IDENTITY, a]
    for _ in range(14):
        table.append(add(table[-1], a))
    result = IDENTITY
    for digit in f"{exponent:x}":
        result = double(double(double(double(result))))
        result = add(result, table[int(digit, 16)])
    return result


def is_identity(a: Point) -> bool:
    """Whether this is the neutral point."""
    return a[0] % P == 0 and (a[1] - a[2]) % P == 0


class Ed25519(Group):
    """The prime-order subgroup with the base point of RFC 8032."""

    name = "Ed25519"
    q = Q
    g = 4 * pow(5, -1, P) % P
    one = 1
    size = 32
    padding = 14
    bits_per_int = 8
    max_ints = 30

    def text(self, element: int) -> str:
        """64 hexadecimal digits: the byte-reversed form of the encoding of RFC 8032."""
        return f"{element:064x}"

    def parse(self, value: object, what: str = "an element") -> int:
        """Read 64 hexadecimal digits, whatever point they name, or none (`names_point`). Raises `FormatError`.

        A y of p or more and a sign where x is 0 are kept: what is hashed is what was written, as the tool that runs real boards (it works
        on libsodium's bytes) hashes it. In the subgroup only the neutral element has such spellings.
        """
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise FormatError("element", f"{what} is not 64 hexadecimal digits", section="§2.3")
        return int(value, 16)

    def canonical(self, element: int) -> int:
        """The canonical integer of a point. Raises `FormatError` off the curve."""
        if not self.names_point(element):
            raise FormatError("element-off-curve", "an element is no point of the curve", section="§2.3")
        return reduced(element)

    def names_point(self, element: int) -> bool:
        """Whether an integer of 256 bits names a point of the curve: ``u/v`` is a square iff ``uv`` is (Euler's criterion)."""
        y = element & _Y_BITS
        u, v = (y * y - 1) % P, (D * y * y + 1) % P
        return pow(u * v % P, (P - 1) // 2, P) != P - 1

    def mul(self, a: int, b: int) -> int:
        """The product of two elements."""
        return compress(add(self.point(a), self.point(b)))

    def inverse(self, a: int) -> int:
        """The inverse of an element."""
        return compress(negate(self.point(a)))

    def power(self, a: int, exponent: int) -> int:
        """``a^exponent``, the exponent not reduced."""
        return compress(times(self.point(a), exponent))

    def point(self, element: int) -> Point:
        """The point of an element. Raises `FormatError` off the curve."""
        point = decompress(element)
        if point is None:
            raise FormatError("element-off-curve", "an element is no point of the curve", section="§2.3")
        return point

    def contains(self, element: int) -> bool:
        """Whether the q-fold of the point is neutral."""
        point = decompress(element)
        return point is not None and is_identity(times(point, Q))

    def vanishes(self, element: int) -> bool:
        """Whether eight times the point is neutral. Raises `FormatError` off the curve."""
        return is_identity(double(double(double(self.point(element)))))

    def of_ints(self, values: Sequence[int]) -> int:
        """The first point of the subgroup at or after the packed number."""
        packed = self._pack(values)
        for candidate in range(packed, packed + (1 << self.padding)):
            if self.contains(candidate):
                return candidate
        raise FormatError("embedding-range", "no element carries these numbers", section="§2.5")

    def to_ints(self, count: int, element: int) -> list[int]:
        """Read small integers out of an element."""
        return self._unpack(count, element)

    def generator_seed(self, index: int) -> int:
        """The first point at or after the top 254 bits of a hash; eight times it is the generator."""
        candidate = int(hashlib.sha256(f"ggen|{index}".encode()).hexdigest(), 16) >> 2
        while not self.names_point(candidate):
            candidate += 1
        return candidate

    def generator(self, index: int) -> int:
        """Eight times the seed."""
        return self.power(self.generator_seed(index), 8)

    def order_key(self, element: int) -> int | bytes:
        """The 32 bytes of RFC 8032 in lexicographic order."""
        return element.to_bytes(32, "little")
