"""Shuffles: the same votes in another order under other ciphertexts, and proofs that hold for nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.evote.workshop import outsider

from aydyn.evote import mixnet, wire
from aydyn.evote.elections import Election, make_election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import by_name
from aydyn.evote.mixnet import Shuffle, ShuffleProof, check_shuffle, generators, random_permutation, shuffle

KEY = 77
NAMES = ("Ed25519", "RFC-3526-2048")
QUESTION = {"type": "NonHomomorphic", "value": {"answers": ["A", "B"], "question": "?"}}
Mixed = tuple[list[Ciphertext], list[Ciphertext], ShuffleProof]


@cache
def election(name: str) -> Election:
    group = by_name(name)
    return Election.parse(make_election({"name": "Mixed", "questions": [QUESTION]}, group, group.power(group.g, KEY)))


def engine(name: str = "Ed25519") -> Engine:
    return engine_for(by_name(name))


@cache
def mixed(name: str, count: int) -> Mixed:
    """So many votes, encrypted and shuffled."""
    group = by_name(name)
    y = election(name).public_key
    before = [
        Ciphertext(group.power(group.g, r), group.mul(group.power(y, r), group.of_ints([r, 9])))
        for r in range(1, count + 1)
    ]
    return (before, *shuffle(election(name), engine(name), before))


def opened(name: str, row: list[Ciphertext]) -> list[list[int]]:
    group = by_name(name)
    return [group.to_ints(2, group.mul(one.beta, group.inverse(group.power(one.alpha, KEY)))) for one in row]


def refusal(before: list[Ciphertext], after: list[Ciphertext], proof: ShuffleProof, name: str = "Ed25519") -> str:
    with pytest.raises(EvoteError) as caught:
        check_shuffle(election(name), engine(name), before, after, proof)
    assert caught.value.section
    return caught.value.rule


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_shuffle_holds_keeps_every_vote_and_shows_none_of_the_old_ciphertexts(name: str, count: int) -> None:
    before, after, proof = mixed(name, count)
    check_shuffle(election(name), engine(name), before, after, proof)
    assert sorted(opened(name, after)) == sorted(opened(name, before)) == [[r, 9] for r in range(1, count + 1)]
    assert {part for one in before for part in one}.isdisjoint(part for one in after for part in one)


@pytest.mark.parametrize("count", [0, 3])
def test_a_shuffle_is_read_as_it_is_written_and_only_in_its_length(count: int) -> None:
    group = by_name("Ed25519")
    _, after, proof = mixed("Ed25519", count)
    made = Shuffle([after], [proof])
    raw = made.to_bytes(group)
    assert Shuffle.parse(group, raw, [count]) == made
    for counts in ([count + 1], [], [count, count]):
        with pytest.raises(EvoteError) as caught:
            Shuffle.parse(group, raw, counts)
        assert caught.value.rule == "json-length"


def test_ciphertexts_without_randomness_and_equal_ones_can_be_shuffled() -> None:
    one = by_name("Ed25519").one
    before = [Ciphertext(one, one)] * 3
    after, proof = shuffle(election("Ed25519"), engine(), before)
    check_shuffle(election("Ed25519"), engine(), before, after, proof)
    assert len({*before, *after}) == 4


def test_every_order_comes_up() -> None:
    assert {tuple(random_permutation(3)) for _ in range(300)} == {(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)}  # fmt: skip
    assert random_permutation(0) == []
    assert sorted(random_permutation(50)) == list(range(50))


@pytest.mark.parametrize("name", NAMES)
def test_generators_are_members_and_begin_alike_for_any_count(name: str) -> None:
    group, found = by_name(name), generators(engine(name), 4)
    assert len({*found, group.g, group.one}) == 7
    assert all(map(group.contains, found))
    assert generators(engine(name), 2) == found[:3]


# --- what a proof holds for


def test_a_proof_holds_for_its_ciphertexts_in_their_order_and_their_election() -> None:
    before, after, proof = mixed("Ed25519", 3)
    assert refusal(before[::-1], after, proof) == "shuffle-proof"
    assert refusal(before, after[::-1], proof) == "shuffle-proof"
    assert refusal(after, before, proof) == "shuffle-proof"
    assert refusal(before, before, proof) == "shuffle-proof"
    assert refusal(before, after, other_proof()) == "shuffle-proof"
    elsewhere = Election.parse(election("Ed25519").raw.replace(b"Mixed", b"Other"))
    with pytest.raises(EvoteError):
        check_shuffle(elsewhere, engine(), before, after, proof)


def other_proof() -> ShuffleProof:
    """An honest proof of another shuffle of the same votes."""
    return shuffle(election("Ed25519"), engine(), mixed("Ed25519", 3)[0])[1]


def _places(value: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    if isinstance(value, str):
        yield path
        return
    for i, one in enumerate(value):
        yield from _places(one, (*path, i))


def _changed(
    name: str, proof: ShuffleProof, path: tuple[int, ...], change: Callable[[str], str], count: int
) -> ShuffleProof:
    value = proof.to_value(by_name(name))
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = change(inner[path[-1]])
    return ShuffleProof.parse(by_name(name), json.loads(wire.dump(value)), count)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_each_piece_of_a_proof_matters(count: int) -> None:
    group = by_name("Ed25519")
    before, after, proof = mixed("Ed25519", count)

    def shift(text: str) -> str:
        return str((int(text) + 1) % group.q) if len(text) != 64 else group.text(group.mul(group.parse(text), group.g))

    places = list(_places(proof.to_value(group)))
    assert len(places) == 9 + 5 * count
    for path in places:
        assert refusal(before, after, _changed("Ed25519", proof, path, shift, count)) == "shuffle-proof", path


def test_each_element_of_a_proof_must_be_in_the_group() -> None:
    group = by_name("Ed25519")
    before, after, proof = mixed("Ed25519", 1)
    for path in _places(proof.to_value(group)):
        if path[0] != 1:
            other = _changed("Ed25519", proof, path, lambda text: group.text(outsider(group, group.parse(text))), 1)
            assert refusal(before, after, other) == "membership", path


def test_errors_that_cancel_each_other_are_seen_though_commitments_are_tested_together() -> None:
    """The responses are in no hash: only the random weights tell one wrong pair from none."""
    q = by_name("Ed25519").q
    before, after, proof = mixed("Ed25519", 3)
    first, second, third = proof.shat
    for shat in (
        [(first + 1) % q, (second - 1) % q, third],
        [(first + 1) % q, second, (third - 1) % q],
        [second, first, third],
    ):
        assert refusal(before, after, replace(proof, shat=shat)) == "shuffle-proof"


def test_a_prover_who_only_rotates_or_keeps_the_order_still_proves_what_is_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which order it was is the trustee's secret; that there was one is what is proved."""
    before = mixed("Ed25519", 3)[0]
    for order in ([0, 1, 2], [1, 2, 0]):
        monkeypatch.setattr(mixnet, "random_permutation", lambda _, order=order: list(order))
        after, proof = shuffle(election("Ed25519"), engine(), before)
        check_shuffle(election("Ed25519"), engine(), before, after, proof)


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"?", b'{"ciphertexts":[],"proofs":[]}', b'{"ciphertexts":[[]],"proofs":[[]]}', b'{"ciphertexts":[[]],"proofs":[[[],[],[],[]]]}'])  # fmt: skip
def test_what_is_no_shuffle_is_refused(raw: bytes) -> None:
    with pytest.raises(EvoteError) as caught:
        Shuffle.parse(by_name("Ed25519"), raw, [0])
    assert caught.value.rule.startswith("json")
