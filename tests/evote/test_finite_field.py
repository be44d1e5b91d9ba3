"""The two finite fields: their numbers, and what is no element."""

from __future__ import annotations

import pytest

from aydyn.evote.errors import FormatError
from aydyn.evote.finite_field import FiniteField, belenios_2048, rfc_3526_2048


@pytest.fixture(params=[belenios_2048, rfc_3526_2048], ids=lambda make: make.__name__)
def group(request: pytest.FixtureRequest) -> FiniteField:
    return request.param()


def is_probable_prime(n: int) -> bool:
    """Fermat's test to a few bases: enough to tell a digit mistyped."""
    return all(pow(base, n - 1, n) == 1 for base in (2, 3, 5, 7, 11))


def test_p_and_q_are_primes_of_the_right_sizes(group: FiniteField) -> None:
    assert group.p.bit_length() == 2048
    assert is_probable_prime(group.p)
    assert is_probable_prime(group.q)
    assert (group.p - 1) % group.q == 0


def test_zero_and_numbers_beyond_are_no_members(group: FiniteField) -> None:
    assert not group.contains(0)
    assert not group.contains(group.p)
    assert not group.contains(group.p + 1)
    assert not group.contains(group.p - 1)
    assert group.parse("0") == 0
    with pytest.raises(FormatError):
        group.parse(str(group.p))


def test_elements_are_sorted_as_numbers(group: FiniteField) -> None:
    assert sorted([10, 9, 100], key=group.order_key) == [9, 10, 100]


def test_the_safe_prime_is_that_of_the_standard() -> None:
    group = rfc_3526_2048()
    # RFC 3526 section 3: 2^2048 - 2^1984 - 1 + 2^64 * { [2^1918 pi] + 124476 }
    top, bottom = group.p >> 1984, group.p & (2**64 - 1)
    assert top == bottom == 2**64 - 1
    assert group.q == (group.p - 1) // 2
    assert group.max_ints == 255
