"""Making ballots, and challenging one instead of casting it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED, RANKED_FIELD
from tests.evote.workshop import Bench, lying

from aydyn.evote import wire
from aydyn.evote.ballots import check_ballot
from aydyn.evote.casting import Prepared, cast, check_challenge, prepare, prepare_all, sign_all
from aydyn.evote.elections import Election
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError, RuleError
from aydyn.evote.simulation import random_vote

SCENES = (PLAIN, LISTS, RANKED, FIELD, RANKED_FIELD)


@pytest.fixture(params=SCENES, ids=str)
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


def prepared(bench: Bench, votes: list[Any] | None = None) -> Prepared:
    engine = engine_for(bench.group, secret=True)
    return prepare(bench.election, engine, bench.publics[0], bench.valid_votes() if votes is None else votes)


def test_random_valid_votes_make_valid_ballots(bench: Bench) -> None:
    for _ in range(4):
        votes = [random_vote(question) for question in bench.election.questions]
        raw = cast(bench.election, bench.engine, bench.publics[0], bench.privates[0], votes)
        assert check_ballot(bench.election, raw, bench.engine).credential == bench.publics[0]


def test_the_hash_is_known_before_the_decision_and_stands_in_the_ballot(bench: Bench) -> None:
    one = prepared(bench)
    raw = sign_all(bench.engine, [one], [bench.privates[0]])[0]
    assert json.loads(raw)["signature"]["hash"] == one.hash == wire.fingerprint(one.text.encode())


def test_ballots_made_together_are_each_their_own(bench: Bench) -> None:
    votes = bench.valid_votes()
    both = prepare_all(bench.election, bench.engine, [(bench.publics[0], votes), (bench.publics[1], votes)])
    assert both[0].hash != both[1].hash
    for raw in sign_all(bench.engine, both, bench.privates[:2]):
        check_ballot(bench.election, raw, bench.engine)


def test_a_vote_that_is_not_allowed_is_not_encrypted() -> None:
    bench = Bench(PLAIN)
    for votes in ([[1, 1, 1], [1, 0, 0]], [[1, 0, 0]], [[1, 0, 0], [1, 1, 0]]):
        with pytest.raises(RuleError) as caught:
            prepared(bench, votes)
        assert caught.value.rule == "vote"


# --- challenges


def test_an_honest_device_passes_its_challenge(bench: Bench) -> None:
    one = prepared(bench)
    found = check_challenge(bench.election, one.challenge(), bench.engine, f" {one.hash}\n")
    assert (found.hash, found.credential, found.votes) == (one.hash, bench.publics[0], bench.valid_votes())


def other_votes(bench: Bench) -> list[Any]:
    own = bench.valid_votes()
    while True:
        other = [random_vote(question) for question in bench.election.questions]
        if other != own:
            return other


def test_a_device_that_encrypts_other_votes_is_caught(bench: Bench) -> None:
    value = json.loads(prepared(bench, other_votes(bench)).challenge())
    value["votes"] = bench.valid_votes()
    assert refusal(bench, value) == "challenge-opening"


def refusal(bench: Bench, value: Any, noted: str | None = None) -> str:
    with pytest.raises(EvoteError) as caught:
        check_challenge(bench.election, wire.dump(value).encode(), bench.engine, noted)
    assert caught.value.section
    return caught.value.rule


def test_a_device_that_shows_another_ballot_is_caught(bench: Bench) -> None:
    shown, other = prepared(bench), prepared(bench)
    assert refusal(bench, json.loads(other.challenge()), shown.hash) == "challenge-hash"


def _opening(value: Any) -> None:
    value["openings"][0][0] = str(int(value["openings"][0][0]) + 1)


def _hash(value: Any) -> None:
    value["hash"] = "A" * 43


def _text(value: Any) -> None:
    value["ballot"] = value["ballot"].replace('"answers":', '"answers": ')


CHANGES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "another randomness": (_opening, "challenge-opening"),
    "another hash": (_hash, "challenge-hash"),
    "another text": (_text, "challenge-hash"),
    "another version": (lambda value: value.update(version=2), "challenge-version"),
    "an opening too few": (lambda value: value["openings"].pop(), "json-length"),
    "no votes": (lambda value: value.pop("votes"), "json-field"),
    "no vote of a question": (lambda value: value["votes"].pop(), "json-length"),
    "no ballot": (lambda value: value.update(ballot="{}"), "challenge-hash"),
    "a vote that is none": (lambda value: value["votes"].__setitem__(0, [9]), "vote"),
    "a vote that is no list": (lambda value: value["votes"].__setitem__(0, "x"), "json-shape"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_challenge_that_was_changed_is_refused(name: str) -> None:
    bench = Bench(PLAIN)
    change, rule = CHANGES[name]
    value = json.loads(prepared(bench).challenge())
    change(value)
    assert refusal(bench, value) == rule


def test_a_challenge_of_another_election_is_refused() -> None:
    bench = Bench(PLAIN)
    other = Election.parse(bench.election.raw.replace(b"For tests", b"To vote "))
    one = prepare(other, bench.engine, bench.publics[0], bench.valid_votes())
    assert refusal(bench, json.loads(one.challenge())) == "ballot-election"


def test_a_device_whose_proofs_do_not_hold_is_caught_though_it_opens_what_it_encrypted() -> None:
    bench = Bench(PLAIN)
    one = prepared(bench)
    value = json.loads(one.challenge())
    ballot = json.loads(one.text)
    proof = ballot["answers"][0]["overall_proof"][0]
    proof["response"] = str((int(proof["response"]) + 1) % bench.group.q)
    value["ballot"] = wire.dump(ballot)
    value["hash"] = wire.fingerprint(value["ballot"].encode())
    assert refusal(bench, value, value["hash"]) == "ballot-overall-proof"


def test_lying_needs_a_prover_that_lies() -> None:
    bench = Bench(PLAIN)
    with lying(), pytest.raises(RuleError):
        prepared(bench, [[2, 0, 0], [1, 0, 0]])
