"""The three groups at their door: numbers, texts, membership, small integers, generators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.workshop import outsider

from aydyn.evote.ed25519 import ORDER_EIGHT, P
from aydyn.evote.errors import FormatError, UnsupportedError
from aydyn.evote.groups import MAX_DIGITS, NAMES, Group, by_name, number

EMBEDDING = ("Ed25519", "RFC-3526-2048")
SPELLINGS = {
    "17": 17, "0017": 17, "+17": 17, "-+0": 0, "-0": 0, "": 0, "-": 0, "+": 0, "0x": 0, "0x11": 17, "0X1f": 31, "0o21": 17,
    "0B10001": 17, "1_7": 17, "1__7_": 17, "0x1_1": 17, "0" * 10_000 + "17": 17, "0b" + "0" * 10_000 + "1": 1,
}  # fmt: skip
REFUSED = ("_17", "0x_1", " 17", "17 ", "+-17", "17a", "0b2", "0o8", "0xg", "00x1", "1.0", "١٧", "\n17", "17\0")
OUT_OF_RANGE = ("100", "-1", "-0x1", "9" * MAX_DIGITS, "9" * 100_000, "0x" + "f" * 100_000)


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return by_name(request.param)


@pytest.mark.parametrize("text", SPELLINGS, ids=lambda text: repr(text[:12]))
def test_a_number_may_be_spelled_as_readers_in_the_field_take_it(text: str) -> None:
    assert number(text, 100, "n") == SPELLINGS[text]


@pytest.mark.parametrize("text", REFUSED, ids=repr)
def test_what_they_do_not_take_is_no_number(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        number(text, 100, "n")
    assert caught.value.rule == "number"


@pytest.mark.parametrize("text", OUT_OF_RANGE, ids=lambda text: repr(text[:12]))
def test_a_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        number(text, 100, "n")
    assert caught.value.rule == "number-range"


@pytest.mark.parametrize("value", [17, None, True, ["17"], 1.0])
def test_a_number_stands_in_a_string(value: object) -> None:
    with pytest.raises(FormatError):
        number(value, 100, "n")


@given(st.integers(0, 2**2048 - 1))
def test_every_number_is_read_as_it_is_written(n: int) -> None:
    for text in (str(n), f"{n:#x}", f"{n:#b}", f"{n:_}"):
        assert number(text, 2**2048, "n") == n


def test_another_group_is_not_known() -> None:
    with pytest.raises(UnsupportedError):
        by_name("P-256")


def test_a_name_is_one_object() -> None:
    assert by_name("Ed25519") is by_name("Ed25519")


def test_the_generator_has_order_q(group: Group) -> None:
    assert group.power(group.g, group.q) == group.one != group.g
    assert group.contains(group.g)
    assert group.contains(group.one)


def test_the_group_is_one(group: Group) -> None:
    a, b = group.power(group.g, 12345), group.power(group.g, group.q - 12345)
    assert group.mul(a, b) == group.one
    assert group.inverse(a) == b
    assert group.mul(a, group.one) == a
    assert group.product([a, a, b]) == a
    assert group.product([]) == group.one
    assert group.power(a, 0) == group.one
    assert group.power(a, group.q + 2) == group.mul(a, a)


def test_an_element_of_small_order_lies_outside(group: Group) -> None:
    assert not group.contains(outsider(group, group.one))
    assert not group.contains(outsider(group, group.g))


def test_an_element_is_read_as_it_is_written(group: Group) -> None:
    element = group.power(group.g, 99)
    assert group.parse(group.text(element)) == element


def test_a_scalar_lies_below_q(group: Group) -> None:
    assert group.scalar(str(group.q - 1)) == group.q - 1
    with pytest.raises(FormatError):
        group.scalar(str(group.q))
    assert 0 <= group.random_scalar() < group.q
    assert 0 <= group.hash("text") < group.q


@pytest.mark.parametrize("name", EMBEDDING)
@pytest.mark.parametrize("values", [[], [0], [255], [1, 2, 3, 4], [0, 0, 7], [255] * 30])
def test_an_element_carries_small_integers(name: str, values: list[int]) -> None:
    group = by_name(name)
    element = group.of_ints(values)
    assert group.contains(element)
    assert group.to_ints(len(values), element) == values


@pytest.mark.parametrize("name", EMBEDDING)
def test_too_many_or_too_large_integers_are_refused(name: str) -> None:
    group = by_name(name)
    with pytest.raises(UnsupportedError):
        group.of_ints([1] * (group.max_ints + 1))
    for wrong in ([256], [-1]):
        with pytest.raises(FormatError):
            group.of_ints(wrong)


def test_a_group_without_embedding_carries_nothing() -> None:
    group = by_name("BELENIOS-2048")
    with pytest.raises(UnsupportedError):
        group.of_ints([1])
    with pytest.raises(UnsupportedError):
        group.to_ints(1, group.g)


def test_generators_are_members_and_differ(group: Group) -> None:
    found = [group.generator(index) for index in range(-1, 3)]
    assert len({*found, group.g, group.one}) == len(found) + 2
    assert all(map(group.contains, found))


def test_nothing_is_left_of_what_is_neutral_but_for_small_orders(group: Group) -> None:
    small = [group.one, outsider(group, group.one)]
    if group.name == "Ed25519":
        small += [group.power(ORDER_EIGHT, times) for times in (1, 2, 3)] + [P + 1, P + 1 | 1 << 255]
    else:
        small += [0, group.power(3 if group.name == "BELENIOS-2048" else 5, group.q)]
    assert all(map(group.vanishes, small))
    for part in (group.g, group.power(group.g, group.q - 1)):
        assert not any(group.vanishes(group.mul(part, one)) for one in small if one)
