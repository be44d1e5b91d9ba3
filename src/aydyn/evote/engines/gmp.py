"""Finite fields with GMP (gmpy2): its modular powers, and tables of its numbers for fixed bases.

For public data: GMP's power takes a time that depends on the exponent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from aydyn.evote.engines import Products
from aydyn.evote.engines.checks import check_exponents, check_job
from aydyn.evote.engines.tables import Arithmetic, FixedBase, product_of_powers
from aydyn.evote.finite_field import FiniteField


class GmpField:
    """A finite field in GMP's numbers; what goes in and out are Python's.

    Raises `ImportError` where gmpy2 is missing.
    """

    name = "gmp"

    def __init__(self, group: FiniteField) -> None:
        # gmpy2 ships no types: these are what is used of it. Its numbers behave like integers and mix with them.
        gmpy2 = import_module("gmpy2")
        self._number: Callable[[int], int] = gmpy2.mpz
        self._powmod: Callable[[int, int, int], int] = gmpy2.powmod
        self._symbol: Callable[[int, int], int] = gmpy2.jacobi
        self.group = group
        self._p = p = self._number(group.p)
        self._safe = group.p == 2 * group.q + 1
        self._arithmetic = Arithmetic[int](self._number(1), lambda a, b: a * b % p, lambda a: a * a % p)
        self._tables: dict[int, FixedBase[int]] = {}

    def members(self, elements: Sequence[int]) -> list[bool]:
        """Whether each lies in the subgroup; for a safe prime these are the squares, which Jacobi's symbol tells (p is prime)."""
        p = self._p
        if self._safe:
            return [0 < element < p and self._symbol(element, p) == 1 for element in elements]
        return [0 < element < p and self._powmod(element, self.group.q, p) == 1 for element in elements]

    def products(self, job: Products) -> list[int]:
        """The outputs of a job. Raises `ValueError` for a job out of bounds."""
        check_job(job, self.group)
        p, bases = self._p, [self._number(base) % self._p for base in job.bases]
        bases += [self._product(bases, chosen) for chosen in job.sums]
        outputs = [
            self._powmod(bases[index], e, p) if index >= 0 else self._number(1)
            for index, e in zip(job.which, job.exponents, strict=True)
        ]
        for base, column in zip(job.fixed, job.fixed_exponents, strict=True):
            table = self._table(base)
            outputs = [output * table.power(e) % p if e else output for output, e in zip(outputs, column, strict=True)]
        return [int(output) for output in outputs]

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """A product of powers. Raises `ValueError` for an exponent out of range."""
        check_exponents(exponents, self.group.q)
        numbers = [self._number(base) % self._p for base in bases]
        return int(product_of_powers(self._arithmetic, numbers, exponents))

    def _product(self, bases: Sequence[int], chosen: Sequence[int]) -> int:
        total = self._number(1)
        for index in chosen:
            total = total * bases[index] % self._p
        return total

    def _table(self, base: int) -> FixedBase[int]:
        if base not in self._tables:
            self._tables[base] = FixedBase(
                self._arithmetic, self._number(base), self.group.q.bit_length(), width=6 if self._safe else 8
            )
        return self._tables[base]
