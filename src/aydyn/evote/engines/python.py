"""The reference engine: plain integers, always there."""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.evote import ed25519
from aydyn.evote.ed25519 import Ed25519, Point
from aydyn.evote.engines import Products
from aydyn.evote.engines.checks import check_exponents, check_job
from aydyn.evote.engines.tables import Arithmetic, FixedBase, powers, product_of_powers
from aydyn.evote.finite_field import FiniteField

P = ed25519.P


def compress_all(points: Sequence[Point]) -> list[int]:
    """The canonical integers of points with one inversion for all (Montgomery's trick)."""
    running, partial = 1, list[int]()
    for _, _, z, _ in points:
        partial.append(running)
        running = running * z % P
    inverse, elements = pow(running, -1, P), [0] * len(points)
    for i in range(len(points) - 1, -1, -1):
        x, y, z, _ = points[i]
        own = inverse * partial[i] % P
        inverse = inverse * z % P
        elements[i] = y * own % P | (x * own % P & 1) << 255
    return elements


class PythonCurve:
    """Ed25519 in Python integers."""

    name = "python"

    def __init__(self, group: Ed25519) -> None:
        self.group = group
        self._arithmetic = Arithmetic[Point](ed25519.IDENTITY, ed25519.add, ed25519.double)
        self._tables: dict[int, FixedBase[Point]] = {}

    def members(self, elements: Sequence[int]) -> list[bool]:
        """Whether each lies in the subgroup."""
        return [self.group.contains(element) for element in elements]

    def products(self, job: Products) -> list[int]:
        """The outputs of a job."""
        check_job(job, self.group)
        points = [self.group.point(base) for base in job.bases]
        points += [self._sum(points, chosen) for chosen in job.sums]
        outputs = spread(self._arithmetic, points, job)
        for base, column in zip(job.fixed, job.fixed_exponents, strict=True):
            table = self._table(base)
            outputs = [
                ed25519.add(output, table.power(e)) if e else output for output, e in zip(outputs, column, strict=True)
            ]
        return compress_all(outputs)

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """A product of powers."""
        check_exponents(exponents, self.group.q)
        return ed25519.compress(
            product_of_powers(self._arithmetic, [self.group.point(base) for base in bases], exponents)
        )

    def _sum(self, points: Sequence[Point], chosen: Sequence[int]) -> Point:
        total = ed25519.IDENTITY
        for index in chosen:
            total = ed25519.add(total, points[index])
        return total

    def _table(self, base: int) -> FixedBase[Point]:
        if base not in self._tables:
            self._tables[base] = FixedBase(self._arithmetic, self.group.point(base), self.group.q.bit_length())
        return self._tables[base]


class PythonField:
    """A finite field in Python integers."""

    name = "python"

    def __init__(self, group: FiniteField) -> None:
        self.group = group
        p = group.p
        self._arithmetic = Arithmetic[int](1, lambda a, b: a * b % p, lambda a: a * a % p)
        self._tables: dict[int, FixedBase[int]] = {}

    def members(self, elements: Sequence[int]) -> list[bool]:
        """Whether each lies in the subgroup."""
        return [self.group.contains(element) for element in elements]

    def products(self, job: Products) -> list[int]:
        """The outputs of a job."""
        check_job(job, self.group)
        p = self.group.p
        bases = [base % p for base in job.bases]
        bases += [self.group.product(bases[index] for index in chosen) for chosen in job.sums]
        outputs = [
            pow(bases[index], e, p) if index >= 0 else 1 for index, e in zip(job.which, job.exponents, strict=True)
        ]
        for base, column in zip(job.fixed, job.fixed_exponents, strict=True):
            table = self._table(base)
            outputs = [output * table.power(e) % p if e else output for output, e in zip(outputs, column, strict=True)]
        return outputs

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """A product of powers."""
        check_exponents(exponents, self.group.q)
        return product_of_powers(self._arithmetic, [base % self.group.p for base in bases], exponents)

    def _table(self, base: int) -> FixedBase[int]:
        if base not in self._tables:
            self._tables[base] = FixedBase(self._arithmetic, base, self.group.q.bit_length(), width=5)
        return self._tables[base]


def spread(arithmetic: Arithmetic[Point], points: Sequence[Point], job: Products) -> list[Point]:
    """The variable parts of a job's outputs, all exponents of one base together."""
    places: dict[int, list[int]] = {}
    for place, index in enumerate(job.which):
        places.setdefault(index, []).append(place)
    outputs = [arithmetic.one] * len(job.which)
    for index, found in places.items():
        if index < 0:
            continue
        for place, power in zip(
            found, powers(arithmetic, points[index], [job.exponents[i] for i in found]), strict=True
        ):
            outputs[place] = power
    return outputs
