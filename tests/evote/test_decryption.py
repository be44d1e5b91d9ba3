"""What trustees decrypt, some of them or all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED, SHARED
from tests.evote.workshop import Bench, Scene

from aydyn.evote.decryption import PartialDecryption, check_decryption, combine, decrypt, key_of, lagrange
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import by_name
from aydyn.evote.tally import (
    messages,
    result_bytes,
    result_value,
)

Q = by_name("Ed25519").q
SCENES = (PLAIN, LISTS, RANKED, FIELD, Scene("RFC-3526-2048", "R", "single:1", voters=2, revotes=0, shuffles=1))
MIXED = Scene(kinds="HL", trustees="single:2,threshold:2/4", revotes=0)


@pytest.fixture(params=SCENES, ids=str)
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(EvoteError) as caught:
        act()
    assert caught.value.section
    return caught.value.rule


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
