"""Numbers that are exact while they are short: whatever is done with them, the bounds hold the exact number."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote.counting import amounts
from aydyn.evote.counting.amounts import POINT, Amount, Rounded, rounded
from aydyn.evote.errors import UnsupportedError

numbers = st.fractions(min_value=0, max_value=1000)


def check(amount: Amount, exact: Fraction) -> None:
    """The bounds hold the number, and lie close."""
    assert Fraction(amount.low, 1 << POINT) <= exact <= Fraction(amount.high, 1 << POINT)
    assert amount.high - amount.low < 1 << 64
    assert amount.exact in (None, exact)
    assert abs(amount.told() - exact) < Fraction(1, 1 << 900)


@given(numbers, numbers, st.integers(0, 99), st.integers(1, 50), st.booleans())
def test_the_bounds_hold_the_exact_number_after_every_step(
    a: Fraction, b: Fraction, times: int, quota: int, short: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amounts, "LONGEST", 2048 if short else 0)
        one, other = Amount.of(a), Amount.of(b)
        total, exact = one + other.times(times), a + b * times
        check(total, exact)
        check(one.part(other), a * b)
        if exact >= quota:
            factor, fraction = total.beyond(quota), (exact - quota) / exact
            check(factor, fraction)
            check(other.part(factor), b * fraction)
            assert (factor.exact is None) is (not short)


@given(numbers, numbers)
def test_long_numbers_are_compared_where_they_are_apart(a: Fraction, b: Fraction) -> None:
    one, other = (Amount(found.low, found.high, None) for found in map(Amount.of, (a, b)))
    if a == b:
        with pytest.raises(UnsupportedError, match="count-close"):
            one.compare(other)
    else:
        assert one.compare(other) == (a > b) - (a < b) == Amount.of(a).compare(Amount.of(b))


def test_a_rounded_number_says_so() -> None:
    third = Amount.of(Fraction(10, 3))
    assert str(third.told()) == "10/3"
    told = Amount(third.low, third.high, None).told()
    assert isinstance(told, Rounded)
    assert str(told) == "≈3.333333333"
    assert rounded(Fraction(1999, 1000), 2) == "≈2.00"
