"""Ed25519 with libsodium (PyNaCl): constant time, so the engine for secrets.

libsodium multiplies canonical points of the subgroup of order q other than the neutral one, by numbers other than zero, into results other
than the neutral one, and gives an error otherwise (https://doc.libsodium.org/advanced/point-arithmetic). What it refuses, the reference
answers, so that results are the same for every input; such inputs come from the public board, never from secrets.

libsodium up to 1.0.20 takes a member times the point of order two for a member (CVE-2025-69277). `refuses_outsiders` tries the one that
is installed, and where it does, the reference says who is a member.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from nacl import bindings, exceptions

from aydyn.evote import ed25519
from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.engines import Products
from aydyn.evote.engines.checks import check_exponents, check_job
from aydyn.evote.engines.python import PythonCurve

_ONE = (1).to_bytes(32, "little")
_FEW = 32
"""Up to so many powers are multiplied one by one; the reference's buckets are faster for more."""


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _multiplied(base: bytes, exponent: int, off: bytes | None = None) -> bytes | None:
    """``base^exponent`` or ``(base/off)^exponent``, or None where libsodium refuses to."""
    try:
        base = base if off is None else bindings.crypto_core_ed25519_sub(base, off)
        return bindings.crypto_scalarmult_ed25519_noclamp(_bytes(exponent), base)
    except exceptions.RuntimeError:
        return None


@cache
def refuses_outsiders(group: Ed25519) -> bool:
    """Whether this libsodium refuses g times a point of order 2, 4 and 8, when it is asked and when it multiplies."""
    outside = [_bytes(group.mul(group.g, group.power(ed25519.ORDER_EIGHT, times))) for times in (1, 2, 4)]
    asked = [bindings.crypto_core_ed25519_is_valid_point(one) for one in outside]
    return not any(asked) and all(_multiplied(one, exponent) is None for one in outside for exponent in (1, 8))


class SodiumCurve:
    """Ed25519 in libsodium."""

    name = "sodium"

    def __init__(self, group: Ed25519) -> None:
        self.group = group
        self._reference = PythonCurve(group)
        self._trusted = refuses_outsiders(group)

    def members(self, elements: Sequence[int]) -> list[bool]:
        """Whether each lies in the subgroup: libsodium's word, except for what it refuses by the way it is written."""
        if not self._trusted:
            return self._reference.members(elements)
        valid, contains = bindings.crypto_core_ed25519_is_valid_point, self.group.contains
        return [valid(_bytes(element)) or (_odd(element) and contains(element)) for element in elements]

    def products(self, job: Products) -> list[int]:
        """The outputs of a job.

        Raises:
            FormatError: a base off the curve.
            ValueError: a job out of bounds.
        """
        return self.checked_products(job, ())[1]

    def checked_products(self, job: Products, asked: Sequence[int]) -> tuple[list[bool], list[int]]:
        """See `CheckingEngine`: whatever libsodium multiplies lies in the subgroup, so that only the rest is looked at."""
        if self._trusted or not asked:
            return self._computed(job, asked)
        inside = self.members([job.bases[index] for index in asked])
        for index, fine in zip(asked, inside, strict=True):
            if not fine:
                job.bases[index] = self.group.one
        return inside, self._computed(job, ())[1]

    def _computed(self, job: Products, asked: Sequence[int]) -> tuple[list[bool], list[int]]:
        check_job(job, self.group)
        count, outputs = len(job.bases), [_ONE] * len(job.which)
        bases, proven, left = [_bytes(base) for base in job.bases], set[int](), list[int]()
        columns = [list(column) for column in job.fixed_exponents]
        divisible = self._divisible(job)
        for place, (index, exponent) in enumerate(zip(job.which, job.exponents, strict=True)):
            if index < 0 or not exponent:
                continue
            column, off = divisible.get(place, (None, None))
            if index >= count or (output := _multiplied(bases[index], exponent, off)) is None:
                left.append(place)
                continue
            outputs[place] = output
            proven.add(index)
            if column is not None:
                columns[column][place] = 0
        inside = {index: index in proven or self.members([job.bases[index]])[0] for index in asked}
        for index in set(range(count)) - proven:
            bases[index] = _bytes(self.group.canonical(job.bases[index])) if inside.get(index, True) else _ONE
        bases += [self._sum(bases, chosen) for chosen in job.sums]
        for place in left:
            outputs[place] = self._power(bases[job.which[place]], job.exponents[place])
        return [inside[index] for index in asked], self._with_fixed(job.fixed, columns, outputs)

    def _divisible(self, job: Products) -> dict[int, tuple[int, bytes]]:
        """Place of an output ``x^e g^-e`` → the column of g, and g: it is ``(x/g)^e``, two operations instead of three."""
        if self.group.g not in job.fixed:
            return {}
        column, g, q = job.fixed.index(self.group.g), _bytes(self.group.g), self.group.q
        usual = [not _odd(base) for base in job.bases] + [False] * len(
            job.sums
        )  # libsodium divides what it would not multiply
        rows = zip(job.which, job.exponents, job.fixed_exponents[column], strict=True)
        return {
            place: (column, g) for place, (x, e, other) in enumerate(rows) if e + other == q and x >= 0 and usual[x]
        }

    def _with_fixed(
        self, fixed_bases: Sequence[int], columns: Sequence[Sequence[int]], outputs: list[bytes]
    ) -> list[int]:
        for fixed, column in zip(fixed_bases, columns, strict=True):
            power = self._fixed(fixed)
            outputs = [_times(output, power(e)) if e else output for output, e in zip(outputs, column, strict=True)]
        return [int.from_bytes(output, "little") for output in outputs]

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """A product of powers.

        Raises:
            FormatError: a base off the curve.
            ValueError: an exponent out of range.
        """
        check_exponents(exponents, self.group.q)
        if len(bases) > _FEW:
            return self._reference.multiexp(bases, exponents)
        total = _ONE
        for base, exponent in zip(bases, exponents, strict=True):
            if exponent > 1:
                total = _times(total, self._power(_bytes(base), exponent))
                continue
            once = self.group.canonical(base)
            total = _times(total, _bytes(once)) if exponent else total
        return int.from_bytes(total, "little")

    def _sum(self, bases: Sequence[bytes], chosen: Sequence[int]) -> bytes:
        total = _ONE
        for index in chosen:
            total = _times(total, bases[index])
        return total

    def _power(self, base: bytes, exponent: int) -> bytes:
        if exponent == 1:
            return base
        output = _multiplied(base, exponent)
        return _bytes(self.group.power(int.from_bytes(base, "little"), exponent)) if output is None else output

    def _fixed(self, base: int) -> Callable[[int], bytes]:
        encoded = _bytes(self.group.canonical(base))
        if base == self.group.g:
            return lambda exponent: bindings.crypto_scalarmult_ed25519_base_noclamp(_bytes(exponent))
        return lambda exponent: self._power(encoded, exponent)


def _times(a: bytes, b: bytes) -> bytes:
    """The product of two elements that lie on the curve: of these libsodium refuses none."""
    return b if a == _ONE else bindings.crypto_core_ed25519_add(a, b)


def _odd(element: int) -> bool:
    """Whether libsodium may refuse a member: the neutral element, or a y of p or more (where -1, 0, 1 are written a second way)."""
    return element & ((1 << 255) - 1) >= ed25519.P or element & ((1 << 255) - 1) == 1
