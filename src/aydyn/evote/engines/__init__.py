"""Group arithmetic in batches behind one interface, bit for bit the same results.

`aydyn.evote.engines.choice.engine_for` picks one. What they must agree on, also for elements outside the group:
exponents of variable bases are integers ``0 <= e <= q`` and are never reduced; exponents of fixed bases are scalars ``0 <= e < q``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class CheckingEngine(Protocol):
    """An engine that learns by the way, while it computes a job, which bases lie in the subgroup."""

    def checked_products(self, job: Products, asked: Sequence[int]) -> tuple[list[bool], list[int]]:
        """Whether each base of the job that is asked for (by index) lies in the subgroup, and the outputs.

        A base that is asked for and lies outside counts as neutral in the outputs. Raises as `Engine.products` does.
        """
        ...


def checked_products(engine: Engine, job: Products, asked: Sequence[int]) -> tuple[list[bool], list[int]]:
    """As `CheckingEngine.checked_products`, with any engine; bases outside become neutral in the job itself."""
    if isinstance(engine, CheckingEngine):
        return engine.checked_products(job, asked)
    inside = engine.members([job.bases[index] for index in asked])
    for index, fine in zip(asked, inside, strict=True):
        if not fine:
            job.bases[index] = engine.group.one
    return inside, engine.products(job)
