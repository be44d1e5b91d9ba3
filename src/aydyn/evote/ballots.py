"""Ballots: reading, checking in batches, tracking (docs/spec/election-archive.md §7).

A ballot is read twice over: its bytes must be the canonical form at the top level, while inside the answers any order of fields and any
spelling of numbers is a vote, as it is for the makers of the format (`Ballot.unusual` says that such a spelling was met).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote import wire
from aydyn.evote.answers import Answer, Registered, check_answer, parse_answer
from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine
from aydyn.evote.errors import EvoteError, FormatError, RuleError
from aydyn.evote.proofs import Batch, Proof, Reason, raise_first
from aydyn.evote.rewriting import check_compact
from aydyn.evote.shapes import shape_of

LARGEST = 64 * 1024 * 1024
"""Largest ballot read at all, in bytes."""
SIGNATURE = Reason("ballot-signature", "the signature of the ballot does not verify", "§7.4")


@dataclass(slots=True)
class Ballot:
    """A ballot as it was read; nothing of it is checked but its form and its hash."""

    raw: bytes
    credential: int
    credential_text: str
    answers: list[Answer]
    hash: str
    signature: Proof
    unusual: bool = False

    @property
    def tracker(self) -> str:
        """What the voter looks for on the board."""
        return wire.fingerprint(self.raw)


def unsigned_text(fields: Sequence[str]) -> str:
    """The JSON of a ballot without its signature, from its four fields as JSON texts (§7)."""
    return '{"election_uuid":%s,"election_hash":%s,"credential":%s,"answers":%s}' % tuple(fields)  # noqa: UP031


def parse_ballot(election: Election, raw: bytes) -> Ballot:
    """Read a ballot for an election.

    Raises:
        FormatError: not a ballot, or not in canonical form.
        RuleError: for another election, with another number of answers, or with a hash that is not its own.
    """
    if len(raw) > LARGEST:
        raise FormatError("ballot-size", f"a ballot has at most {LARGEST} bytes", section="§7")
    read = shape_of(election).read(raw)
    if read is None:
        return _parse_unusual(election, raw)
    credential, text, answers, claimed, proof, body = read
    _check_hash(body, claimed)
    return Ballot(raw, credential, text, answers, claimed, proof)


def _check_hash(body: bytes, claimed: str) -> None:
    if wire.fingerprint(body) != claimed:
        raise RuleError("ballot-hash", "the hash in the signature is not the hash of the ballot", section="§7.4")


def _parse_unusual(election: Election, raw: bytes) -> Ballot:
    """The general reader: any spelling that is a ballot, and the reason where it is none."""
    value = wire.obj(wire.load(raw, "the ballot"), "the ballot")
    signature = wire.obj(wire.field(value, "signature", "the ballot"), "the signature")
    group = election.group
    credential = group.parse(wire.field(value, "credential", "the ballot"), "the credential")
    proof = Proof.parse(group, wire.field(signature, "proof", "the signature"), "the proof of the signature")
    claimed = wire.string(wire.field(signature, "hash", "the signature"), "the hash of the signature")
    _check_own_election(election, value)
    text, answers = group.text(credential), wire.field(value, "answers", "the ballot")
    body = _check_canonical(election, raw, text, answers, wire.dump({"hash": claimed, "proof": proof.to_value()}))
    _check_hash(body, claimed)
    parsed = parse_answers(election, answers)
    usual = wire.dump([answer.to_value(group) for answer in parsed])
    unusual = not raw.startswith(f'"answers":{usual},'.encode(), raw.index(b'"answers":'))
    return Ballot(raw, credential, text, parsed, claimed, proof, unusual)


def parse_answers(election: Election, value: Any) -> list[Answer]:
    """Read the answers, one to each question (raises `FormatError` or `RuleError`)."""
    found = wire.items(value, "the list of answers")
    if len(found) != len(election.questions):
        raise RuleError("ballot-answers", f"{len(found)} answers to {len(election.questions)} questions", section="§7")
    pairs = zip(election.questions, found, strict=True)
    return [
        parse_answer(election.group, question, answer, f"answer {i}") for i, (question, answer) in enumerate(pairs, 1)
    ]


def _check_own_election(election: Election, value: dict[str, Any]) -> None:
    if wire.field(value, "election_uuid", "the ballot") != election.uuid:
        raise RuleError("ballot-election", "the ballot names another election", section="§7")
    if wire.field(value, "election_hash", "the ballot") != election.fingerprint:
        raise RuleError("ballot-election", "the ballot names another form of this election", section="§7")


def _check_canonical(election: Election, raw: bytes, credential: str, value: Any, signature: str) -> bytes:
    """The ballot without its signature, once its bytes are the canonical form (raises `FormatError`)."""
    uuid, fingerprint = wire.dump(election.uuid), wire.dump(election.fingerprint)
    head = f'{{"election_uuid":{uuid},"election_hash":{fingerprint},"credential":"{credential}","answers":'.encode()
    tail = f',"signature":{signature}}}'.encode()
    answers = raw[len(head) : len(raw) - len(tail)]
    if not (raw.startswith(head) and raw.endswith(tail)):
        raise FormatError("ballot-canonical", "the ballot is not in canonical form", section="§7")
    if not _is_usual(value, answers):
        check_compact(answers)
    return raw[: len(raw) - len(tail)] + b"}"


def _is_usual(value: Any, data: bytes) -> bool:
    """Whether this value is written just like that, which is quicker told than whether it is compact."""
    try:
        return b"\x7f" not in data and wire.dump(value).encode() == data
    except (ValueError, RecursionError):
        return False


def register_ballot(batch: Batch, subject: int, election: Election, ballot: Ballot) -> list[Registered]:
    """Ask a batch for everything a ballot must prove; the numbers of its ciphertexts in the batch.

    Raises:
        RuleError: what can be seen without arithmetic.
    """
    credential = batch.base(ballot.credential)
    batch.member(subject, credential, "the credential of the ballot")
    batch.knows(subject, f"sig|{ballot.hash}|", credential, ballot.signature, SIGNATURE)
    return register_answers(batch, subject, election, ballot.credential_text, ballot.answers)


def register_answers(
    batch: Batch, subject: int, election: Election, credential: str, answers: Sequence[Answer]
) -> list[Registered]:
    """Ask a batch for everything that answers under a credential must prove (raises `RuleError`)."""
    zero = f"{election.fingerprint}|{credential}"
    pairs = zip(election.questions, answers, strict=True)
    return [check_answer(batch, subject, zero, question, answer) for question, answer in pairs]


def check_ballot(election: Election, raw: bytes, engine: Engine) -> Ballot:
    """Check one ballot by itself; whether its credential is in the list and whether it stands on the board already is asked elsewhere.

    Raises:
        EvoteError: why it is no ballot of this election.
    """
    ballot = parse_ballot(election, raw)
    batch = Batch(engine, election.public_key)
    register_ballot(batch, 0, election, ballot)
    raise_first(batch.run().values())
    return ballot


def try_parse(election: Election, raw: bytes) -> Ballot | EvoteError:
    """A ballot, or why it is none."""
    try:
        return parse_ballot(election, raw)
    except EvoteError as error:
        return error
