"""Numbers of votes that stay exact while they are short, and that are surely enclosed once they are long.

Each surplus that is passed on multiplies what a ballot is worth by a fraction as long as all fractions before it together, so exact numbers
double in length with each candidate elected: with twenty seats they have millions of digits. What a count decides needs none of them, only
which of two numbers is the larger. So a long number is kept as two bounds, rounded outwards at every step: where the bounds of two
numbers are apart, the decision is that of exact fractions. Where they are not, nothing is decided (`UnsupportedError` ``count-close``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from aydyn.evote.errors import UnsupportedError

POINT = 1024
"""Bits behind the point of a bound."""
LONGEST = 2048
"""Bits of the numerator and denominator of an exact number, together."""
DIGITS = 9
"""Decimal digits behind the point of a rounded number."""


class Rounded(Fraction):
    """A number of votes that is too long to be told exactly; its text says so: ``≈3.141592654``."""

    def __str__(self) -> str:
        return rounded(self)


def rounded(number: Fraction, digits: int = DIGITS) -> str:
    """The text of a number rounded to so many digits behind the point, with ``≈`` before it."""
    whole, rest = divmod(round(number * 10**digits), 10**digits)
    return f"≈{whole}.{rest:0{digits}d}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number from 0 up: ``low`` ≤ number · 2^POINT ≤ ``high``, and the number itself while it is short."""

    low: int
    high: int
    exact: Fraction | None

    @classmethod
    def of(cls, number: Fraction | int) -> Self:
        """A number that is known exactly."""
        found = Fraction(number)
        scaled = found.numerator << POINT
        return cls(scaled // found.denominator, -(-scaled // found.denominator), found)

    def __add__(self, other: Amount) -> Amount:
        exact = None if self.exact is None or other.exact is None else _short(self.exact + other.exact)
        return Amount(self.low + other.low, self.high + other.high, exact)

    def times(self, count: int) -> Amount:
        """The number so many times."""
        return Amount(self.low * count, self.high * count, None if self.exact is None else _short(self.exact * count))

    def part(self, factor: Amount) -> Amount:
        """The number times another."""
        exact = None if self.exact is None or factor.exact is None else _short(self.exact * factor.exact)
        return Amount(self.low * factor.low >> POINT, -(-self.high * factor.high >> POINT), exact)

    def beyond(self, quota: int) -> Amount:
        """(number − quota) / number, for a number that is no smaller than the quota."""
        exact = None if self.exact is None else _short((self.exact - quota) / self.exact)
        scaled = quota << POINT  # (x − quota) / x grows with x
        low = (max(self.low - scaled, 0) << POINT) // self.low
        high = -(-((self.high - scaled) << POINT) // self.high)
        return Amount(low, high, exact)

    def compare(self, other: Amount) -> int:
        """1, 0 or -1, as the number is larger than the other, equal or smaller.

        Raises:
            UnsupportedError: ``count-close``, where long numbers are equal or too close to tell.
        """
        if self.exact is not None and other.exact is not None:
            return (self.exact > other.exact) - (self.exact < other.exact)
        if self.low > other.high or self.high < other.low:
            return 1 if self.low > other.high else -1
        words = "two numbers of votes are too close to be told apart here"
        raise UnsupportedError("count-close", words, section="§15")

    def told(self) -> Fraction:
        """The number, or, where it is long, a `Rounded` one next to it."""
        if self.exact is not None:
            return self.exact
        return Rounded(self.low + self.high, 2 << POINT)


ZERO = Amount(0, 0, Fraction(0))
ONE = Amount.of(1)


def _short(number: Fraction) -> Fraction | None:
    return number if number.numerator.bit_length() + number.denominator.bit_length() <= LONGEST else None
