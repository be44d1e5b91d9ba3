"""Tallies, their decryption by some of the trustees or all, and the result."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED, SHARED
from tests.evote.workshop import Bench, Scene

from aydyn.evote import wire
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import NAMES, Group, by_name
from aydyn.evote.tally import (
    LARGEST_TOTAL,
    PartialDecryption,
    check_decryption,
    check_result,
    combine,
    decrypt,
    key_of,
    lagrange,
    logarithms,
    messages,
    needs_shuffles,
    parse_tally,
    result_bytes,
    result_value,
    sort_ballots,
    tally_bytes,
)

Q = by_name("Ed25519").q
SCENES = (PLAIN, LISTS, RANKED, FIELD, Scene("RFC-3526-2048", "R", "single:1", voters=2, revotes=0, shuffles=1))
MIXED = Scene(kinds="HL", trustees="single:2,threshold:2/4", revotes=0)


@pytest.fixture(params=SCENES, ids=str)
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return by_name(request.param)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(EvoteError) as caught:
        act()
    assert caught.value.section
    return caught.value.rule


# --- reading and writing


def test_a_tally_is_read_as_it_is_written(bench: Bench) -> None:
    raw = bench.at("EncryptedTally").data[0]
    assert tally_bytes(bench.election, parse_tally(bench.election, raw)) == raw


def test_a_tally_of_another_form_is_none() -> None:
    bench = Bench(LISTS)
    for raw, rule in ((b"{}", "json-shape"), (b"[]", "json-length"), (b"[[]]", "json-length"), (b"[[[],[]]]", "json-length"), (b"[5]", "json-shape")):  # fmt: skip
        assert refusal(lambda raw=raw: parse_tally(bench.election, raw)) == rule


def test_the_order_of_casting_is_not_in_the_tally(group: Group) -> None:
    made = [Ciphertext(group.power(group.g, a), group.power(group.g, b)) for a, b in ((9, 1), (3, 5), (3, 2), (7, 7))]
    assert sort_ballots(group, made) == sort_ballots(group, made[::-1])
    assert sorted(made) == sorted(sort_ballots(group, made))


def test_only_what_is_decrypted_ballot_by_ballot_needs_shuffles() -> None:
    assert [needs_shuffles(Bench(scene).election) for scene in (PLAIN, LISTS, RANKED)] == [False, False, True]


# --- decryptions


def decryption(bench: Bench, owner: int = 1) -> PartialDecryption:
    return decrypt(bench.election, bench.engine, bench.rows(), bench.secrets[owner])


def test_a_decryption_holds_for_its_key_its_tally_and_its_election_and_for_nothing_else(bench: Bench) -> None:
    election, engine, rows, made = bench.election, bench.engine, bench.rows(), decryption(bench)
    assert PartialDecryption.parse(election, rows, made.to_bytes(election)) == made
    key = key_of(bench.trustees, 1)
    check_decryption(election, engine, rows, key, made)
    other = Election.parse(election.raw.replace(b"For tests", b"To vote "))
    assert refusal(lambda: check_decryption(other, engine, rows, key, made)) == "decryption-proof"
    assert refusal(lambda: check_decryption(election, engine, rows, bench.group.g, made)) == "decryption-proof"
    rows[0][0] = Ciphertext(bench.group.mul(rows[0][0].alpha, bench.group.g), rows[0][0].beta)
    assert refusal(lambda: check_decryption(election, engine, rows, key, made)) == "decryption-proof"


def test_every_single_factor_is_proved() -> None:
    bench = Bench(PLAIN)
    rows, key = bench.rows(), key_of(bench.trustees, 1)
    for place, row in enumerate(rows):
        for slot in range(len(row)):
            made = decryption(bench)
            made.factors[place][slot] = bench.group.mul(made.factors[place][slot], bench.group.g)
            act = lambda made=made: check_decryption(bench.election, bench.engine, rows, key, made)  # noqa: E731
            assert refusal(act) == "decryption-proof"


def test_many_decryptions_are_checked_to_the_last() -> None:
    """More than fit into one batch."""
    bench = Bench(Scene(kinds="H", trustees="single:1", revotes=0))
    row = [Ciphertext(bench.group.g, bench.group.one)] * 4098
    made = decrypt(bench.election, bench.engine, [row], bench.secrets[1])
    key = key_of(bench.trustees, 1)
    check_decryption(bench.election, bench.engine, [row], key, made)
    made.factors[0][-1] = bench.group.one
    assert refusal(lambda: check_decryption(bench.election, bench.engine, [row], key, made)) == "decryption-proof"


def test_owners_are_numbers_of_trustees() -> None:
    trustees = Bench(MIXED).trustees
    assert len({key_of(trustees, owner) for owner in range(1, 7)}) == 6
    for owner in (0, -1, 7):
        assert refusal(lambda owner=owner: key_of(trustees, owner)) == "decryption-owner"


# --- together


@given(st.lists(st.integers(0, Q - 1), min_size=1, max_size=5), st.permutations(range(1, 9)))
def test_enough_points_give_a_polynomial_back(coefficients: list[int], indices: list[int]) -> None:
    chosen = indices[: len(coefficients)]
    values = [sum(a * pow(i, t, Q) for t, a in enumerate(coefficients)) % Q for i in chosen]
    weights = lagrange(Q, chosen)
    assert sum(weight * value for weight, value in zip(weights, values, strict=True)) % Q == coefficients[0]


def test_any_two_of_four_come_to_the_same_with_all_single_trustees() -> None:
    bench = Bench(MIXED)
    election, engine, rows = bench.election, bench.engine, bench.rows()
    partials = {owner: decryption(bench, owner) for owner in range(1, 7)}
    whole = combine(election, engine, bench.trustees, partials)
    value = result_value(election, engine, messages(engine, rows, whole), 3)
    assert result_bytes(value) == bench.at("Result").data[0]
    for pair in combinations((3, 4, 5, 6), 2):
        chosen = {owner: partials[owner] for owner in (2, *pair[::-1], 1)}
        assert combine(election, engine, bench.trustees, chosen) == whole


@pytest.mark.parametrize("missing", [(1,), (2,), (3, 4, 5), (4, 5, 6), (1, 2, 3, 4, 5, 6)])
def test_a_decryption_that_is_missing_is_missed(missing: tuple[int, ...]) -> None:
    bench = Bench(MIXED)
    partials = {owner: decryption(bench, owner) for owner in range(1, 7) if owner not in missing}
    assert refusal(lambda: combine(bench.election, bench.engine, bench.trustees, partials)) == "decryption-missing"


def test_one_share_twice_is_not_two_shares() -> None:
    bench = Bench(SHARED)
    made = decryption(bench, 1)
    factors = combine(bench.election, bench.engine, bench.trustees, {1: made, 2: made})
    decrypted = messages(bench.engine, bench.rows(), factors)
    assert refusal(lambda: result_value(bench.election, bench.engine, decrypted, 3)) == "result-range"


# --- the result


def test_every_number_of_votes_is_found_and_none_beyond(group: Group) -> None:
    engine = engine_for(group)
    for largest in (0, 1, 2, 3, 8, 9, 10, 24):
        elements = [group.power(group.g, n) for n in range(largest + 1)]
        assert logarithms(engine, elements, largest) == list(range(largest + 1))
        beyond = group.mul(elements[-1], group.g)
        for element in (beyond, group.mul(beyond, group.g), group.inverse(group.g)):
            assert refusal(lambda element=element, n=largest: logarithms(engine, [element], n)) == "result-range"


def test_a_large_total_is_searched_and_one_too_large_is_not() -> None:
    group = by_name("Ed25519")
    engine = engine_for(group)
    assert logarithms(engine, [group.power(group.g, 12_345_678)], 20_000_000) == [12_345_678]
    assert refusal(lambda: logarithms(engine, [group.one], LARGEST_TOTAL + 1)) == "weight"


def decrypted(bench: Bench) -> list[list[int]]:
    rows = bench.rows()
    partials = {owner: decryption(bench, owner) for owner in bench.deciders()}
    return messages(bench.engine, rows, combine(bench.election, bench.engine, bench.trustees, partials))


def test_a_result_is_checked_as_it_was_made(bench: Bench) -> None:
    found, weight = decrypted(bench), sum(bench.weights.values())
    value = result_value(bench.election, bench.engine, found, weight)
    assert check_result(bench.election, bench.engine, found, weight, result_bytes(value)) == value


def test_a_large_number_may_be_a_text_as_weights_are() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", revotes=0))
    group, numbers = bench.group, [3_000_000_000, 0, 1 << 64]
    found = [[group.power(group.g, n) for n in numbers]]

    def check(value: list[Any], weight: int) -> list[Any]:
        return check_result(bench.election, bench.engine, found, weight, wire.dump({"result": [value]}).encode())

    check([str(n) for n in numbers], 1 << 64)
    check(["3000000000", 0, str(1 << 64)], 1 << 64)
    assert refusal(lambda: check([str(n) for n in numbers], (1 << 64) - 1)) == "result"
    for value in ([numbers[0], 0, "18446744073709551616"], ["3000000000", "-0", "18446744073709551616"]):
        assert refusal(lambda value=value: check(value, 1 << 64)) == "json-shape"
