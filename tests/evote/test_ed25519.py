"""Ed25519 in plain integers, against RFC 8032 and against points that are none."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote.ed25519 import (
    IDENTITY,
    Ed25519,
    P,
    Q,
    add,
    compress,
    decompress,
    double,
    is_identity,
    negate,
    reduced,
    times,
)
from aydyn.evote.errors import FormatError

GROUP = Ed25519()
BASE = decompress(GROUP.g) or IDENTITY
SIGN = 1 << 255
SMALL = [one for y in (0, 1, P - 1) for one in (y, y | SIGN) if decompress(one) is not None]


def test_the_text_is_the_bytes_of_rfc_8032_reversed() -> None:
    # RFC 8032 section 7.1, test 1: the public key of a secret.
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    half = bytearray(hashlib.sha512(secret).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    key = GROUP.power(GROUP.g, int.from_bytes(half, "little"))
    assert bytes.fromhex(GROUP.text(key))[::-1].hex() == public


def test_the_neutral_element_is_a_member_and_its_text_is_one() -> None:
    assert GROUP.text(GROUP.one) == "1".zfill(64)
    assert GROUP.contains(GROUP.one)


@given(st.integers(0, 8 * Q), st.integers(0, 8 * Q))
def test_multiples_add_up(a: int, b: int) -> None:
    assert compress(add(times(BASE, a), times(BASE, b))) == compress(times(BASE, a + b))


def test_the_formulas_hold_where_others_have_exceptions() -> None:
    for element in [*SMALL, GROUP.g]:
        point = decompress(element)
        assert point is not None
        assert compress(double(point)) == compress(add(point, point))
        assert is_identity(add(point, negate(point)))
        assert compress(add(point, IDENTITY)) == compress(point)


def test_about_half_of_all_numbers_name_no_point() -> None:
    named = [n for n in range(1000) if GROUP.names_point(n)]
    assert 400 < len(named) < 600
    assert all((decompress(n) is not None) == GROUP.names_point(n) for n in range(100))
    missing = next(n for n in range(100) if n not in named)
    with pytest.raises(FormatError):
        GROUP.point(missing)
    with pytest.raises(FormatError):
        GROUP.canonical(missing)


def test_points_of_small_order_are_no_members() -> None:
    inside = [element for element in SMALL if GROUP.contains(element)]
    assert {reduced(element) for element in inside} == {1}
    eighth = times(decompress(GROUP.generator_seed(0)) or IDENTITY, Q)
    assert is_identity(times(eighth, 8))
    assert GROUP.contains(GROUP.one)


@pytest.mark.parametrize("element", [1, P + 1, 1 | SIGN, P + 1 | SIGN])
def test_the_neutral_element_has_four_spellings(element: int) -> None:
    assert GROUP.parse(f"{element:064X}") == element
    assert reduced(element) == GROUP.one
    assert GROUP.contains(element)
    assert GROUP.mul(element, GROUP.g) == GROUP.g


@given(st.integers(0, 2**256 - 1))
def test_reducing_changes_the_spelling_and_not_the_point(element: int) -> None:
    point = decompress(element)
    assert reduced(reduced(element)) == reduced(element)
    if point is not None:
        assert compress(point) == reduced(element) == GROUP.canonical(element)


@pytest.mark.parametrize("value", ["", "1", "g".zfill(64), "1".zfill(65), "+1".zfill(64), " 1".zfill(64), 1, None])
def test_other_texts_are_no_elements(value: object) -> None:
    with pytest.raises(FormatError) as caught:
        GROUP.parse(value)
    assert caught.value.rule == "element"


def test_elements_are_sorted_by_their_bytes() -> None:
    elements = [GROUP.power(GROUP.g, n) for n in range(1, 30)]
    assert sorted(elements, key=GROUP.order_key) == sorted(
        elements, key=lambda one: bytes.fromhex(GROUP.text(one))[::-1]
    )
