"""Making ballots, and challenging one instead of casting it (docs/spec/election-archive.md §7, docs/spec/challenge.md).

A ballot is made in two steps. `prepare` encrypts the votes and proves everything, all but the signature: its `hash` is what the voter
writes down. Then she either casts (`sign`) or challenges (`Prepared.challenge`): the device reveals the randomness, and any other device
encrypts again and compares (Benaloh, EVT 2007). A challenged ballot reveals its votes, so its hash must never be accepted on a board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aydyn.evote import wire
from aydyn.evote.answers import Answer
from aydyn.evote.ballots import parse_answers, register_answers, unsigned_text
from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import FormatError, ProofError, RuleError
from aydyn.evote.groups import Group, by_name, number
from aydyn.evote.making import Maker, Setting, Wanted, compute, make_answer, run_makers
from aydyn.evote.proofs import Batch, Proof, raise_first
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question

CHALLENGE_VERSION = 1


@dataclass(frozen=True)
class Prepared:
    """A ballot without its signature, and what only the voter's device knows of it."""

    text: str
    """The JSON of the ballot without the field ``signature``."""
    hash: str
    """What the voter writes down before she decides."""
    votes: list[Any]
    openings: list[list[int]]
    """For each answer the randomness of its ciphertexts, in their order."""

    def challenge(self) -> bytes:
        """The challenge file: it reveals the votes, and this ballot must never be cast."""
        value = {
            "version": CHALLENGE_VERSION,
            "hash": self.hash,
            "ballot": self.text,
            "votes": self.votes,
            "openings": [[str(one) for one in row] for row in self.openings],
        }
        return wire.dump(value).encode()

    def signed(self, proof: Proof) -> bytes:
        """The bytes of the whole ballot."""
        signature = wire.dump({"hash": self.hash, "proof": proof.to_value()})
        return wire.encode(f'{self.text[:-1]},"signature":{signature}}}')


@lru_cache(maxsize=65536)
def encoded_numbers(group_name: str, numbers: tuple[int, ...]) -> int:
    """The element that carries small numbers (`Group.of_ints`), kept: finding it takes some tries."""
    return by_name(group_name).of_ints(numbers)


def prepare(election: Election, engine: Engine, credential: int, votes: Sequence[Any]) -> Prepared:
    """Encrypt one voter's votes; see `prepare_all`."""
    return prepare_all(election, engine, [(credential, votes)])[0]


def prepare_all(election: Election, engine: Engine, voters: Sequence[tuple[int, Sequence[Any]]]) -> list[Prepared]:
    """Encrypt the votes of several voters together.

    Args:
        election: what they vote in.
        engine: where secret exponents go; for a real voter ``engine_for(group, secret=True)``.
        voters: public credential and votes, one vote to each question.

    Raises:
        RuleError: a vote that the question does not allow.
    """
    makers: list[Maker] = []
    for credential, votes in voters:
        if len(votes) != len(election.questions):
            raise RuleError("vote", f"{len(votes)} votes for {len(election.questions)} questions", section="§7")
        zero = f"{election.fingerprint}|{election.group.text(credential)}"
        setting = Setting(election.group, election.public_key, zero)
        makers.extend(_maker(setting, question, vote) for question, vote in zip(election.questions, votes, strict=True))
    made = run_makers(engine, election.public_key, makers)
    width = len(election.questions)
    prepared: list[Prepared] = []
    for i, (credential, votes) in enumerate(voters):
        own = made[i * width : (i + 1) * width]
        text = _text(election, credential, [one.answer for one in own])
        prepared.append(Prepared(text, wire.fingerprint(text.encode()), list(votes), [one.openings for one in own]))
    return prepared


def _maker(setting: Setting, question: Question, vote: Any) -> Maker:
    if isinstance(question, NonHomomorphic):
        encoded = encoded_numbers(setting.group.name, tuple(question.check_vote(vote)))
        return make_answer(setting, question, vote, encoded)
    return make_answer(setting, question, vote)


def _text(election: Election, credential: int, answers: Sequence[Answer]) -> str:
    group = election.group
    fields = (
        election.uuid,
        election.fingerprint,
        group.text(credential),
        [answer.to_value(group) for answer in answers],
    )
    return unsigned_text([wire.dump(field) for field in fields])


def sign_all(engine: Engine, prepared: Sequence[Prepared], keys: Sequence[int]) -> list[bytes]:
    """Sign prepared ballots with the secret keys of their credentials; the bytes to cast."""
    group = engine.group
    nonces = [group.random_scalar() for _ in prepared]
    count = len(nonces)
    commitments = engine.products(Products((group.g,), [], [], [-1] * count, [0] * count, [nonces]))
    ballots: list[bytes] = []
    for one, key, nonce, commitment in zip(prepared, keys, nonces, commitments, strict=True):
        challenge = group.hash(f"sig|{one.hash}|{group.text(commitment)}")
        ballots.append(one.signed(Proof(challenge, (nonce - key * challenge) % group.q)))
    return ballots


def cast(election: Election, engine: Engine, credential: int, key: int, votes: Sequence[Any]) -> bytes:
    """Prepare and sign one ballot."""
    return sign_all(engine, [prepare(election, engine, credential, votes)], [key])[0]


# --- checking a challenge on another device


@dataclass(frozen=True)
class Challenge:
    """What a challenge reveals, once it is checked."""

    hash: str
    credential: int
    votes: list[Any]


def check_challenge(election: Election, raw: bytes, engine: Engine, noted: str | None = None) -> Challenge:
    """Check that a challenged ballot holds the votes that it says.

    Args:
        election: the voter's own copy of the election.
        raw: the challenge file.
        engine: nothing here is secret any more.
        noted: the hash that the voter wrote down before she challenged; without it only the file itself is checked.

    Raises:
        FormatError: not a challenge file.
        RuleError: for another election, or not the ballot that was noted.
        ProofError: the device encrypted other votes than it says, or its proofs do not hold.
    """
    value = wire.obj(wire.load(raw, "the challenge"), "the challenge")
    if value.get("version") != CHALLENGE_VERSION:
        raise FormatError("challenge-version", "the challenge is of another version", section="challenge.md")
    text = wire.string(wire.field(value, "ballot", "the challenge"), "the ballot of the challenge")
    own = wire.fingerprint(text.encode())
    if own != wire.field(value, "hash", "the challenge") or (noted is not None and own != noted.strip()):
        raise RuleError("challenge-hash", "this is not the ballot whose code was written down", section="challenge.md")
    ballot = wire.obj(wire.load(text, "the ballot of the challenge"), "the ballot of the challenge")
    if ballot.get("election_uuid") != election.uuid or ballot.get("election_hash") != election.fingerprint:
        raise RuleError("ballot-election", "the challenged ballot is for another election", section="challenge.md")
    credential = election.group.parse(wire.field(ballot, "credential", "the ballot"), "the credential")
    answers = parse_answers(election, wire.field(ballot, "answers", "the ballot"))
    batch = Batch(engine, election.public_key)
    register_answers(batch, 0, election, election.group.text(credential), answers)
    raise_first(batch.run().values())
    votes = wire.items(wire.field(value, "votes", "the challenge"), "the votes", len(answers))
    openings = wire.items(wire.field(value, "openings", "the challenge"), "the openings", len(answers))
    for question, answer, vote, opening in zip(election.questions, answers, votes, openings, strict=True):
        _check_opening(election, engine, question, answer, vote, opening)
    return Challenge(own, credential, votes)


def _check_opening(
    election: Election, engine: Engine, question: Question, answer: Answer, vote: Any, opening: Any
) -> None:
    group = election.group
    expected = _expected(group, question, vote)
    found = answer.ciphertexts()
    scalars = [number(one, group.q, "an opening") for one in wire.items(opening, "the openings", len(found))]
    wanted: list[Wanted] = []
    for r, (exponent, element) in zip(scalars, expected, strict=True):
        wanted += [Wanted(r, 0), Wanted(exponent, r, element)]
    elements = compute(engine, election.public_key, wanted)
    if elements != [part for ciphertext in found for part in ciphertext]:
        raise ProofError(
            "challenge-opening", "the device encrypted something else than these votes", section="challenge.md"
        )


def _expected(group: Group, question: Question, vote: Any) -> list[tuple[int, int | None]]:
    """What each ciphertext must encrypt: an exponent of g and, for a non-homomorphic answer, an element."""
    rows = wire.items(vote, "a vote")
    if isinstance(question, Homomorphic):
        return [(bit, None) for bit in question.check_vote(rows)]
    if isinstance(question, Lists):
        checked = question.check_vote([wire.items(row, "a vote") for row in rows])
        return [(bit, None) for row in checked for bit in row]
    return [(0, encoded_numbers(group.name, tuple(question.check_vote(rows))))]
