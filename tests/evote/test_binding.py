"""A trustee who bends the format's own proof of decryption, and the binding proof that stops her (docs/spec/election-archive.md §12.1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.evote.forging import Forged, owned
from tests.evote.workshop import Bench, Scene, shifted, verify

from aydyn.evote import wire
from aydyn.evote.binding import bind
from aydyn.evote.decryption import PartialDecryption, combine, decrypt
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.mixnet import Shuffle
from aydyn.evote.proofs import Proof
from aydyn.evote.report.values import report_of
from aydyn.evote.tally import Row, messages, result_bytes
from aydyn.evote.verify.verdicts import Outcome, Stage

RANKED = Scene(kinds="R", trustees="single:2", voters=4, revotes=0, shuffles=1)
RANKED_FIELD = replace(RANKED, group="RFC-3526-2048")
CHEAT = 2
"""The trustee who decrypts last."""

Bend = Callable[[PartialDecryption], PartialDecryption]


def reversed_ranking(vote: Sequence[int]) -> bool:
    """What she wants every ballot to say."""
    return 0 < vote[2] < vote[1] < vote[0]


def bent(
    bench: Bench, ciphertext: Ciphertext, plain: int, wanted: Callable[[Sequence[int]], bool]
) -> tuple[int, Proof]:
    """A factor that decrypts to a vote that is wanted, with a proof that the format takes.

    Commitments come first, ``A = g^w`` and ``B = alpha^w g^e``; their hash is c, and ``f = alpha^x g^(e/c)`` fits them.
    """
    group, secret = bench.group, bench.secrets[CHEAT]
    nonce = group.random_scalar()
    a, b, e = group.power(group.g, nonce), group.power(ciphertext.alpha, nonce), 0
    prefix = f"decrypt|{bench.election.fingerprint}|{group.text(group.power(group.g, secret))}|"
    while True:
        e, b = e + 1, group.mul(b, group.g)
        challenge = group.hash(f"{prefix}{group.text(a)},{group.text(b)}")
        shift = group.power(group.g, e * pow(challenge, -1, group.q) % group.q)
        if wanted(group.to_ints(3, group.mul(plain, group.inverse(shift)))):
            factor = group.mul(group.power(ciphertext.alpha, secret), shift)
            return factor, Proof(challenge, (nonce - secret * challenge) % group.q)


def cheated(scene: Scene, honest: Bend, cheat: Bend) -> Bench:
    """An election in which the last trustee turns every ranking round."""
    bench = Bench(scene)
    rows = [Shuffle.parse(bench.group, bench.at("Shuffle").data[0], [scene.voters]).rows[0]]
    partials = {owner: decrypt(bench.election, bench.engine, rows, bench.secrets[owner]) for owner in bench.deciders()}
    plain = messages(bench.engine, rows, combine(bench.election, bench.engine, bench.trustees, partials))[0]
    pairs = [bent(bench, one, element, reversed_ranking) for one, element in zip(rows[0], plain, strict=True)]
    partials[1] = honest(partials[1])
    partials[CHEAT] = cheat(PartialDecryption([[f for f, _ in pairs]], [[proof for _, proof in pairs]]))
    return published(bench, rows, partials)


def published(bench: Bench, rows: Sequence[Row], partials: dict[int, PartialDecryption]) -> Bench:
    """The election with these decryptions and the result that follows."""
    bench.events = bench.events[: bench.place("PartialDecryption")]
    bench.events += [owned("PartialDecryption", o, one.to_bytes(bench.election)) for o, one in partials.items()]
    factors = combine(bench.election, bench.engine, bench.trustees, partials)
    found = [[bench.group.to_ints(3, one) for one in messages(bench.engine, rows, factors)[0]]]
    bench.events.append(Forged("Result", [result_bytes(found)]))
    return bench


def as_made(partial: PartialDecryption) -> PartialDecryption:
    return partial


def unbound(partial: PartialDecryption) -> PartialDecryption:
    return replace(partial, binding=None)


@pytest.mark.parametrize("scene", [RANKED, RANKED_FIELD], ids=["Ed25519", "RFC-3526"])
def test_the_proof_of_the_format_is_bent_and_the_report_says_that_it_could_be(scene: Scene) -> None:
    verdict = verify(cheated(scene, unbound, as_made).bytes())
    assert verdict.outcome is Outcome.VERIFIED
    assert verdict.result is not None
    assert all(reversed_ranking(vote) for vote in verdict.result[0])
    assert verdict.unbound == [1, CHEAT]
    assert "decryption-unbound" in [note.code for note in verdict.notes]
    report = report_of(verdict, "x.bel")
    assert "result" not in report["proved"]
    assert report["not_proved"][0] == "decryption"
    verdict.require_binding()
    assert verdict.outcome is Outcome.UNCHECKED


def test_one_who_leaves_her_binding_out_while_others_give_theirs_is_not_believed() -> None:
    verdict = verify(cheated(RANKED, as_made, as_made).bytes())
    assert verdict.outcome is Outcome.UNCHECKED
    assert (verdict.problems[0].rule, verdict.problems[0].stage) == ("decryption-unbound", Stage.RESULT)
    assert f"trustee {CHEAT} " in verdict.problems[0].words
    assert report_of(verdict, "x.bel")["result"] is None


def test_a_bound_decryption_published_again_without_its_proof_frees_nobody() -> None:
    """Whoever may append to the board needs no secret for that."""
    places = [("PartialDecryption", 1), ("Result", 0)]
    for kind, nth in places:
        bench = cheated(RANKED, as_made, as_made)
        bound = json.loads(bench.at("PartialDecryption").data[0])
        bare = {name: value for name, value in bound.items() if name != "binding_proof"}
        bench.events.insert(bench.place(kind, nth), owned("PartialDecryption", 1, wire.dump(bare).encode()))
        verdict = verify(bench.bytes())
        assert (verdict.outcome, verdict.problems[0].rule) == (Outcome.UNCHECKED, "decryption-unbound")


def test_binding_is_known_from_a_decryption_that_does_not_count() -> None:
    bench = cheated(RANKED, unbound, as_made)
    spoiled = json.loads(bench.at("PartialDecryption").data[0]) | {"binding_proof": None}
    bench.events.insert(bench.place("PartialDecryption"), owned("PartialDecryption", 1, wire.dump(spoiled).encode()))
    verdict = verify(bench.bytes())
    assert (verdict.outcome, verdict.problems[0].rule) == (Outcome.UNCHECKED, "decryption-unbound")


PLAIN = Scene(kinds="HB", revotes=0)
SHARED = Scene(kinds="H", trustees="threshold:2/3", revotes=0)


@pytest.mark.parametrize("scene", [PLAIN, replace(PLAIN, group="BELENIOS-2048"), RANKED, SHARED], ids=str)
@pytest.mark.parametrize("what", ["altered", "null", "empty", "of numbers that are none"])
def test_a_binding_proof_that_does_not_hold_leaves_the_result_unproved(scene: Scene, what: str) -> None:
    """Others read over the field: it makes nothing false, and nothing that came with it is believed."""
    bench = Bench(scene)

    def change(value: Any) -> None:
        proof = value["binding_proof"]
        value["binding_proof"] = {
            "altered": proof | {"response": shifted(proof["response"])},
            "null": None,
            "empty": {},
            "of numbers that are none": {"challenge": "x", "response": "1"},
        }[what]

    bench.replace_owned("PartialDecryption", 0, change)
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.UNCHECKED
    found = verdict.problems[0]
    assert (found.rule, found.stage) == ("decryption-binding", Stage.DECRYPTIONS)
    assert found.height == bench.place("PartialDecryption")
    assert verdict.result is None


def test_no_binding_proof_holds_for_bent_factors() -> None:
    bench = Bench(RANKED)

    def bound(partial: PartialDecryption) -> PartialDecryption:
        rows = Shuffle.parse(bench.group, bench.at("Shuffle").data[0], [RANKED.voters]).rows
        secret = bench.secrets[CHEAT]
        key, alphas = bench.group.power(bench.group.g, secret), [one.alpha for one in rows[0]]
        proof = bind(bench.election, bench.engine, key, alphas, partial.factors[0], secret)
        return replace(partial, binding=proof)

    verdict = verify(cheated(RANKED, as_made, bound).bytes())
    assert verdict.outcome is Outcome.UNCHECKED, "checkers that do not know the field take it"
    assert (verdict.problems[0].rule, verdict.problems[0].stage) == ("decryption-binding", Stage.DECRYPTIONS)
    assert verdict.result is None


@pytest.mark.parametrize("kinds", ["H", "B", "L", "R"])
@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_what_we_decrypt_is_bound(group: str, kinds: str) -> None:
    if (group, kinds) == ("BELENIOS-2048", "R"):
        group = "RFC-3526-2048"
    verdict = verify(Bench(Scene(group, kinds, "single:1,threshold:2/3", revotes=0)).raw)
    assert (verdict.outcome, verdict.unbound) == (Outcome.VERIFIED, [])
    assert "result" in report_of(verdict, "x.bel")["proved"]


def test_members_who_bound_theirs_are_asked_first() -> None:
    bench = Bench(Scene(kinds="H", trustees="threshold:2/3", revotes=0))
    rows = bench.rows()
    partials = {owner: decrypt(bench.election, bench.engine, rows, bench.secrets[owner]) for owner in (1, 2, 3)}
    partials[1] = unbound(partials[1])
    place = bench.place("PartialDecryption")
    del bench.events[place : bench.place("Result")]
    bench.events[place:place] = [owned("PartialDecryption", o, p.to_bytes(bench.election)) for o, p in partials.items()]
    verdict = verify(bench.bytes())
    assert (verdict.outcome, verdict.unbound) == (Outcome.VERIFIED, [])
