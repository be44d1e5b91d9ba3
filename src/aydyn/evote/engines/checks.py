"""The bounds that every engine keeps to, checked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.evote.engines import Products
from aydyn.evote.groups import Group


def check_job(job: Products, group: Group) -> None:
    """Refuse a job out of bounds (`ValueError`): lists of unequal length, exponents or indices out of range."""
    count = len(job.which)
    if len(job.exponents) != count or len(job.fixed_exponents) != len(job.fixed):
        raise ValueError("lists of unequal length")
    if any(len(column) != count for column in job.fixed_exponents):
        raise ValueError("lists of unequal length")
    if count and (min(job.which) < -1 or max(job.which) >= len(job.bases) + len(job.sums)):
        raise ValueError("an index of no base")
    check_exponents(job.exponents, group.q)
    for column in job.fixed_exponents:
        check_exponents(column, group.q - 1)


def check_exponents(exponents: Sequence[int], largest: int) -> None:
    """Refuse an exponent outside ``0 … largest`` (`ValueError`)."""
    if exponents and (min(exponents) < 0 or max(exponents) > largest):
        raise ValueError("an exponent out of range")
