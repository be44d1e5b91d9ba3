"""The encrypted answers of a ballot: reading them and asking for their proofs (docs/spec/election-archive.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from aydyn.evote import wire
from aydyn.evote.elgamal import Ciphertext, joined
from aydyn.evote.errors import FormatError, RuleError
from aydyn.evote.groups import Group
from aydyn.evote.proofs import Batch, Branch, Proof, Reason, Slot, parse_proofs
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question

INDIVIDUAL = Reason("ballot-individual-proof", "a proof that a choice is 0 or 1 does not verify", "§7.1")
OVERALL = Reason("ballot-overall-proof", "the proof of how many answers are chosen does not verify", "§7.1")
BLANK = Reason("ballot-blank-proof", "the proof that a blank vote chooses nothing does not verify", "§7.1")
RAW = Reason("ballot-raw-proof", "the proof that the voter knows her vote does not verify", "§7.2")
ONE_LIST = Reason("ballot-overall-proof", "the proof that exactly one list is chosen does not verify", "§7.3")
OWN_LIST = Reason(
    "ballot-list-proof", "the proof that only candidates of the chosen list are chosen does not verify", "§7.3"
)
SOMEBODY = Reason("ballot-nonzero-proof", "the proof that some candidate is chosen does not verify", "§7.3")


@dataclass(slots=True)
class HomomorphicAnswer:
    """One ciphertext a choice (the blank one first) and the proofs that they are a vote."""

    choices: list[Ciphertext]
    individual: list[list[Proof]]
    overall: list[Proof]
    blank: list[Proof] | None = None

    def ciphertexts(self) -> list[Ciphertext]:
        """All ciphertexts, in their order."""
        return self.choices

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        value: dict[str, Any] = {
            "choices": [one.to_value(group) for one in self.choices],
            "individual_proofs": [_values(pair) for pair in self.individual],
            "overall_proof": _values(self.overall),
        }
        return value if self.blank is None else value | {"blank_proof": _values(self.blank)}


@dataclass(slots=True)
class RawAnswer:
    """One ciphertext that carries all numbers of a non-homomorphic answer."""

    choices: Ciphertext
    proof: Proof

    def ciphertexts(self) -> list[Ciphertext]:
        """The one ciphertext."""
        return [self.choices]

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {"choices": self.choices.to_value(group), "proof": self.proof.to_value()}


@dataclass(slots=True)
class ListsAnswer:
    """For each list a ciphertext that says whether it is chosen and one for each of its candidates."""

    choices: list[list[Ciphertext]]
    individual: list[list[list[Proof]]]
    overall: Proof
    lists: list[list[Proof]]
    commitment: int
    challenge: int
    response: tuple[int, int]

    def ciphertexts(self) -> list[Ciphertext]:
        """All ciphertexts, list after list."""
        return list(chain.from_iterable(self.choices))

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {
            "choices": [[one.to_value(group) for one in row] for row in self.choices],
            "individual_proofs": [[_values(pair) for pair in row] for row in self.individual],
            "overall_proof": self.overall.to_value(),
            "list_proofs": [_values(pair) for pair in self.lists],
            "nonzero_proof": {
                "commitment": group.text(self.commitment),
                "challenge": str(self.challenge),
                "response": [str(one) for one in self.response],
            },
        }


Answer = HomomorphicAnswer | RawAnswer | ListsAnswer


def _values(proofs: Sequence[Proof]) -> list[dict[str, str]]:
    return [proof.to_value() for proof in proofs]


# --- reading


def parse_answer(group: Group, question: Question, value: Any, what: str) -> Answer:
    """Read the answer to a question, every list of the length that the question asks for (raises `FormatError`)."""
    fields = wire.obj(value, what)
    if isinstance(question, Homomorphic):
        return _parse_homomorphic(group, question, fields, what)
    if isinstance(question, NonHomomorphic):
        choices = Ciphertext.parse(group, wire.field(fields, "choices", what), f"the choices of {what}")
        return RawAnswer(choices, Proof.parse(group, wire.field(fields, "proof", what), f"the proof of {what}"))
    return _parse_lists(group, question, fields, what)


def _parse_row(group: Group, value: Any, count: int, what: str) -> list[Ciphertext]:
    return [
        Ciphertext.parse(group, one, f"a choice of {what}")
        for one in wire.items(value, f"the choices of {what}", count)
    ]


def _parse_pairs(group: Group, value: Any, count: int, what: str) -> list[list[Proof]]:
    return [
        parse_proofs(group, one, 2, f"a proof of {what}") for one in wire.items(value, f"the proofs of {what}", count)
    ]


def _parse_homomorphic(group: Group, question: Homomorphic, fields: dict[str, Any], what: str) -> HomomorphicAnswer:
    overall = question.maximum - question.minimum + (2 if question.blank else 1)
    if not question.blank and fields.get("blank_proof") is not None:
        raise FormatError(BLANK.rule, f"{what} proves something of a blank vote, which was not offered", section="§7.1")
    return HomomorphicAnswer(
        _parse_row(group, wire.field(fields, "choices", what), question.width, what),
        _parse_pairs(group, wire.field(fields, "individual_proofs", what), question.width, what),
        parse_proofs(group, wire.field(fields, "overall_proof", what), overall, f"the overall proof of {what}"),
        parse_proofs(group, wire.field(fields, "blank_proof", what), 2, f"the blank proof of {what}")
        if question.blank
        else None,
    )


def _parse_lists(group: Group, question: Lists, fields: dict[str, Any], what: str) -> ListsAnswer:
    count = len(question.lists)
    rows = wire.items(wire.field(fields, "choices", what), f"the lists of {what}", count)
    proofs = wire.items(wire.field(fields, "individual_proofs", what), f"the proofs of {what}", count)
    nonzero = wire.obj(wire.field(fields, "nonzero_proof", what), f"the nonzero proof of {what}")
    commitment = group.parse(wire.field(nonzero, "commitment", what), f"the commitment of {what}")
    if not group.names_point(commitment):
        raise FormatError("element-off-curve", f"the commitment of {what} is no point of the curve", section="§2.3")
    t1, t2 = wire.items(wire.field(nonzero, "response", what), f"the response of {what}", 2)
    return ListsAnswer(
        [_parse_row(group, row, len(one), what) for row, one in zip(rows, question.lists, strict=True)],
        [_parse_pairs(group, row, len(one), what) for row, one in zip(proofs, question.lists, strict=True)],
        Proof.parse(group, wire.field(fields, "overall_proof", what), f"the overall proof of {what}"),
        _parse_pairs(group, wire.field(fields, "list_proofs", what), count, what),
        commitment,
        group.scalar(wire.field(nonzero, "challenge", what), f"the challenge of {what}"),
        (group.scalar(t1, f"a response of {what}"), group.scalar(t2, f"a response of {what}")),
    )


# --- asking for the proofs


@dataclass(slots=True)
class Registered:
    """The numbers of an answer's ciphertexts in a batch, as pairs in the order of the answer."""

    pairs: list[tuple[int, int]]


def check_answer(batch: Batch, subject: int, zero: str, question: Question, answer: Answer) -> Registered:
    """Ask a batch for everything an answer must prove.

    Args:
        batch: a batch about the election's key.
        subject: the number of the ballot in the batch.
        zero: ``S0``, the election's fingerprint, ``|`` and the text of the credential (§7).
        question: what was asked.
        answer: what is checked.

    Raises:
        RuleError: what is seen without the batch (the commitment of a nonzero proof is neutral, or all but neutral).
    """
    if isinstance(question, Homomorphic) and isinstance(answer, HomomorphicAnswer):
        return _check_homomorphic(batch, subject, zero, question, answer)
    if isinstance(question, NonHomomorphic) and isinstance(answer, RawAnswer):
        return _check_raw(batch, subject, zero, answer)
    if isinstance(question, Lists) and isinstance(answer, ListsAnswer):
        return _check_lists(batch, subject, zero, answer)
    raise TypeError("an answer of another kind than its question")


def _register(batch: Batch, subject: int, ciphertexts: Sequence[Ciphertext]) -> list[tuple[int, int]]:
    pairs = [(batch.base(one.alpha), batch.base(one.beta)) for one in ciphertexts]
    for alpha, beta in pairs:
        batch.member(subject, alpha, "an alpha of the ballot")
        batch.member(subject, beta, "a beta of the ballot")
    return pairs


def _product(batch: Batch, pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return batch.product([alpha for alpha, _ in pairs]), batch.product([beta for _, beta in pairs])


def _check_bits(
    batch: Batch,
    subject: int,
    texts: Sequence[str],
    zero: str,
    pairs: Sequence[tuple[int, int]],
    proofs: Sequence[Sequence[Proof]],
) -> None:
    for text, (alpha, beta), pair in zip(texts, pairs, proofs, strict=True):
        branches = (Branch(alpha, beta, 0), Branch(alpha, beta, 1))
        batch.either(subject, f"prove|{zero}|{text}|", branches, pair, INDIVIDUAL)


def _quote(batch: Batch, a: int, b: int) -> list[int]:
    return [batch.commit(a, 1), batch.commit(b, 1)]


def _check_homomorphic(
    batch: Batch, subject: int, zero: str, question: Homomorphic, answer: HomomorphicAnswer
) -> Registered:
    group = batch.group
    texts = [one.text(group) for one in answer.choices]
    pairs = _register(batch, subject, answer.choices)
    _check_bits(batch, subject, texts, zero, pairs, answer.individual)
    whole = f"{zero}|{','.join(texts)}"
    counts = range(question.minimum, question.maximum + 1)
    if answer.blank is None:
        a, b = _product(batch, pairs)
        branches = [Branch(a, b, count) for count in counts]
        batch.either(subject, f"prove|{whole}|", branches, answer.overall, OVERALL, quoted=_quote(batch, a, b))
        return Registered(pairs)
    a0, b0 = pairs[0]
    a, b = _product(batch, pairs[1:])
    batch.either(subject, f"bproof0|{whole}|", (Branch(a0, b0, 0), Branch(a, b, 0)), answer.blank, BLANK)
    branches = [Branch(a0, b0, 1), *(Branch(a, b, count) for count in counts)]
    batch.either(subject, f"bproof1|{whole}|", branches, answer.overall, OVERALL)
    return Registered(pairs)


def _check_raw(batch: Batch, subject: int, zero: str, answer: RawAnswer) -> Registered:
    group = batch.group
    pairs = _register(batch, subject, [answer.choices])
    key = group.text(batch.election_key)
    batch.knows(subject, f"raweg|{zero}|{key},{answer.choices.text(group)}|", pairs[0][0], answer.proof, RAW)
    return Registered(pairs)


def _check_lists(batch: Batch, subject: int, zero: str, answer: ListsAnswer) -> Registered:
    group = batch.group
    flat = list(chain.from_iterable(answer.choices))
    pairs = _register(batch, subject, flat)
    _check_bits(
        batch, subject, [one.text(group) for one in flat], zero, pairs, list(chain.from_iterable(answer.individual))
    )
    whole = f"{zero}|{joined(group, flat)}"
    rows, at = list[list[tuple[int, int]]](), 0
    for choices in answer.choices:
        rows.append(pairs[at : at + len(choices)])
        at += len(choices)
    a, b = _product(batch, [row[0] for row in rows])
    batch.either(subject, f"prove|{whole}|", [Branch(a, b, 1)], [answer.overall], ONE_LIST, quoted=_quote(batch, a, b))
    for row, proofs in zip(rows, answer.lists, strict=True):
        a, b = _product(batch, row[1:])
        batch.either(subject, f"lproof|{whole}|", (Branch(*row[0], 1), Branch(a, b, 0)), proofs, OWN_LIST)
    _check_somebody(batch, subject, whole, answer, list(chain.from_iterable(row[1:] for row in rows)))
    return Registered(pairs)


def _check_somebody(
    batch: Batch, subject: int, whole: str, answer: ListsAnswer, candidates: Sequence[tuple[int, int]]
) -> None:
    """``A1 = a^t1 g^t2; A2 = b^t1 y^t2 A0^c`` (§7.3).

    A0 need not be a member: whoever multiplies it by an element of small order still has the equations hold for some challenges, and
    others take that. What the proof needs is that A0 has a part in the subgroup. If (a, b) encrypts 0, then ``b^t1 y^t2 = A1^x``, and of
    ``A2 = A1^x A0^c`` the parts in the subgroup determine c before it is drawn by hashing, however A0 and A2 look outside. Engines
    compute with elements outside exactly, so that the equations are tested as they stand.
    """
    if batch.group.vanishes(answer.commitment):
        raise RuleError(
            "ballot-nonzero-proof", "the proof that some candidate is chosen has a neutral commitment", section="§7.3"
        )
    a, b = _product(batch, candidates)
    t1, t2 = answer.response
    commitment = batch.base(answer.commitment)
    first = batch.commit(a, t1, t2)
    second: Slot = (batch.commit(b, t1, 0, t2), batch.commit(commitment, answer.challenge))
    prefix = f"nonzero|{whole}|{batch.group.text(answer.commitment)},"
    batch.expect(subject, prefix, [first, second], answer.challenge, SOMEBODY)
