"""Tallies and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED
from tests.evote.workshop import Bench, Scene

from aydyn.evote import wire
from aydyn.evote.decryption import combine, decrypt
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import NAMES, Group, by_name
from aydyn.evote.tally import (
    LARGEST_TOTAL,
    check_result,
    logarithms,
    messages,
    needs_shuffles,
    parse_tally,
    result_bytes,
    result_value,
    sort_ballots,
    tally_bytes,
)

SCENES = (PLAIN, LISTS, RANKED, FIELD, Scene("RFC-3526-2048", "R", "single:1", voters=2, revotes=0, shuffles=1))


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
    partials = {owner: decrypt(bench.election, bench.engine, rows, bench.secrets[owner]) for owner in bench.deciders()}
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
