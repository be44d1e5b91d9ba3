"""Group arithmetic in batches behind one interface, bit for bit the same results.

`aydyn.evote.engines.choice.engine_for` picks one. What they must agree on, also for elements outside the group:
exponents of variable bases are integers ``0 <= e <= q`` and are never reduced; exponents of fixed bases are scalars ``0 <= e < q``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aydyn.evote.groups import Group


@dataclass(slots=True)
class Products:
    """Many outputs ``prod_k fixed[k]^fixed_exponents[k][i] * base^exponents[i]`` with ``base = bases[which[i]]``.

    A base is an element or, from index ``len(bases)`` on, the product of elements listed in `sums` (indices of `bases`); ``-1`` is none
    (the neutral element). All exponents of one base stand together for the engine to share its work: `which` need not be sorted.
    """

    fixed: Sequence[int] = ()
    bases: list[int] = field(default_factory=list[int])
    sums: list[Sequence[int]] = field(default_factory=list[Sequence[int]])
    which: list[int] = field(default_factory=list[int])
    exponents: list[int] = field(default_factory=list[int])
    fixed_exponents: list[list[int]] = field(default_factory=list[list[int]])


class Engine(Protocol):
    """Batches of group arithmetic for one group."""

    name: str
    group: Group

    def members(self, elements: Sequence[int]) -> list[bool]:
        """For each parsed element whether it lies in the subgroup (an integer off the curve does not)."""
        ...

    def products(self, job: Products) -> list[int]:
        """The outputs of a job, in order.

        Raises:
            FormatError: a base is no element at all (off the curve).
            ValueError: an exponent out of range, or lists of unequal length.
        """
        ...

    def multiexp(self, bases: Sequence[int], exponents: Sequence[int]) -> int:
        """``prod bases[i]^exponents[i]``, ``0 <= exponents[i] <= q``; the neutral element for none."""
        ...
