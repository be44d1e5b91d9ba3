"""Proofs collected in a batch: what is true passes, what is false names its own subject."""

from __future__ import annotations

import pytest
from tests.evote.workshop import outsider

from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import FormatError, ProofError, RuleError
from aydyn.evote.groups import NAMES, Group, by_name
from aydyn.evote.proofs import Batch, Proof, Reason, check_alone, parse_proofs, prove_log, raise_first

REASON = Reason("example", "an example does not verify", "§3.2")


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return by_name(request.param)


def test_a_proof_of_a_logarithm_verifies_for_its_key_and_prefix_only(group: Group) -> None:
    engine = engine_for(group)
    key = group.power(group.g, 77)
    proof = prove_log(engine, "for|this|", 77)
    check_alone(engine, "for|this|", key, proof, REASON)
    wrong = (
        Proof(proof.challenge, (proof.response + 1) % group.q),
        Proof((proof.challenge + 1) % group.q, proof.response),
    )
    for prefix, base, one in (
        ("for|that|", key, proof),
        ("for|this|", group.g, proof),
        ("for|this|", key, wrong[0]),
        ("for|this|", key, wrong[1]),
    ):
        with pytest.raises(ProofError) as caught:
            check_alone(engine, prefix, base, one, REASON)
        assert (caught.value.rule, caught.value.section) == ("example", "§3.2")


def test_two_proofs_of_one_secret_differ(group: Group) -> None:
    engine = engine_for(group)
    assert prove_log(engine, "x|", 5) != prove_log(engine, "x|", 5)


def test_a_batch_names_the_subjects_that_fail_and_no_others(group: Group) -> None:
    engine = engine_for(group)
    batch = Batch(engine)
    for subject in range(6):
        proof = prove_log(engine, f"{subject}|", subject + 2)
        challenge = proof.challenge if subject != 3 else (proof.challenge + 1) % group.q
        base = batch.base(group.power(group.g, subject + 2))
        batch.knows(subject, f"{subject}|", base, Proof(challenge, proof.response), REASON)
        batch.member(subject, base if subject != 4 else batch.base(outsider(group, group.g)), "the key")
    failures = batch.run()
    assert {subject: error.rule for subject, error in failures.items()} == {3: "example", 4: "membership"}
    with pytest.raises((ProofError, RuleError)):
        raise_first(failures.values())


def test_an_empty_batch_has_nothing_against_it(group: Group) -> None:
    assert Batch(engine_for(group)).run() == {}


def test_a_batch_about_no_election_has_no_key(group: Group) -> None:
    with pytest.raises(ValueError, match="election key"):
        _ = Batch(engine_for(group)).election_key


@pytest.mark.parametrize(
    "value", [None, [], {}, {"challenge": "1"}, {"challenge": "1", "response": 1}, {"challenge": "-1", "response": "1"}]
)
def test_what_is_no_proof_is_refused(value: object) -> None:
    with pytest.raises(FormatError):
        Proof.parse(by_name("Ed25519"), value, "a proof")


def test_proofs_are_counted_and_below_q(group: Group) -> None:
    fine = Proof(group.q - 1, 0).to_value()
    assert parse_proofs(group, [fine, fine], 2, "proofs") == [Proof(group.q - 1, 0)] * 2
    with pytest.raises(FormatError):
        parse_proofs(group, [fine], 2, "proofs")
    with pytest.raises(FormatError):
        Proof.parse(group, {"challenge": str(group.q), "response": "0"}, "a proof")
