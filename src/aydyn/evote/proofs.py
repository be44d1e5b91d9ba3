"""Proofs of knowledge, checked in batches (docs/spec/election-archive.md §3; Belenios specification 3.1, "Proofs").

Every proof of this format is of Schnorr's kind with the challenge subtracted: it is checked by computing its commitments again from
challenge and response and hashing them. All commitments of many proofs are of one shape, ``g^r y^s X^c``: `Batch` collects them,
has an engine compute them together and then tests every hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aydyn.evote import wire
from aydyn.evote.engines import Engine, Products, checked_products
from aydyn.evote.errors import EvoteError, FormatError, ProofError, RuleError
from aydyn.evote.groups import Group, sha256_int


def not_a_member(group: Group, element: int, what: str, section: str = "§2") -> EvoteError:
    """The refusal of an element outside the group: there may be no such point at all."""
    if not group.names_point(element):
        return FormatError("element-off-curve", f"{what} is no point of the curve", section="§2.3")
    return RuleError("membership", f"{what} is not in the group", section=section)


class Proof(NamedTuple):
    """``{"challenge": …, "response": …}``."""

    challenge: int
    response: int

    @classmethod
    def parse(cls, group: Group, value: Any, what: str) -> Proof:
        """Read a proof, both numbers below q (raises `FormatError`)."""
        fields = wire.obj(value, what)
        return cls(
            group.scalar(wire.field(fields, "challenge", what), f"the challenge of {what}"),
            group.scalar(wire.field(fields, "response", what), f"the response of {what}"),
        )

    def to_value(self) -> dict[str, str]:
        """As JSON."""
        return {"challenge": str(self.challenge), "response": str(self.response)}


def parse_proofs(group: Group, value: Any, count: int, what: str) -> list[Proof]:
    """Read a list of so many proofs (raises `FormatError`)."""
    return [Proof.parse(group, one, what) for one in wire.items(value, what, count)]


class Branch(NamedTuple):
    """One branch of an OR proof: that ``(a, b)``, two bases of the batch, encrypts `message`."""

    a: int
    b: int
    message: int


class Reason(NamedTuple):
    """What it means when a check fails."""

    rule: str
    words: str
    section: str


Slot = int | tuple[int, int]
"""An output of the batch, or the product of two."""


@dataclass(slots=True)
class _Expectation:
    subject: int
    prefix: str
    quoted: Sequence[int]
    slots: Sequence[Slot]
    challenge: int
    reason: Reason


class Batch:
    """Proofs about one election key, collected, computed together and tested.

    A `subject` is the number of the ballot (or anything else) that a check is about; the first check that fails is what it is refused for.
    """

    def __init__(self, engine: Engine, election_key: int | None = None) -> None:
        self.engine = engine
        self.group = engine.group
        self._election_key = election_key
        fixed = (self.group.g,) if election_key is None else (self.group.g, election_key)
        self._job = Products(fixed, fixed_exponents=[[] for _ in fixed])
        self._members: list[tuple[int, int, str]] = []
        self._expectations: list[_Expectation] = []
        self._sums: list[Sequence[int]] = []
        self._outputs: list[int] = []

    @property
    def election_key(self) -> int:
        """The election key that this batch is about."""
        if self._election_key is None:
            raise ValueError("a batch without an election key")
        return self._election_key

    def base(self, element: int) -> int:
        """Register an element; its number in this batch."""
        self._job.bases.append(element)
        return len(self._job.bases) - 1

    def product(self, bases: Sequence[int]) -> int:
        """Register the product of registered elements; its number in this batch."""
        if len(bases) == 1:
            return bases[0]
        self._sums.append(bases)
        return -1 - len(self._sums)

    def member(self, subject: int, base: int, what: str) -> None:
        """Ask that a registered element lies in the group."""
        self._members.append((subject, base, what))

    def commit(self, base: int, exponent: int, g: int = 0, y: int = 0) -> int:
        """Ask for ``g^g y^y base^exponent``; the number of the output."""
        job = self._job
        job.which.append(base)
        job.exponents.append(exponent)
        job.fixed_exponents[0].append(g)
        if len(job.fixed) > 1:
            job.fixed_exponents[1].append(y)
        return len(job.which) - 1

    def expect(
        self,
        subject: int,
        prefix: str,
        slots: Sequence[Slot],
        challenge: int,
        reason: Reason,
        quoted: Sequence[int] = (),
    ) -> None:
        """Ask that ``H(prefix || outputs joined by commas)`` is the challenge modulo q; `quoted` outputs and ``|`` may stand between."""
        self._expectations.append(_Expectation(subject, prefix, quoted, slots, challenge, reason))

    def either(
        self,
        subject: int,
        prefix: str,
        branches: Sequence[Branch],
        proofs: Sequence[Proof],
        reason: Reason,
        *,
        quoted: Sequence[int] = (),
    ) -> None:
        """Ask for an OR proof: that one of the branches is true (``iprove`` and its relatives, §3.3)."""
        q, slots, total = self.group.q, list[Slot](), 0
        for (a, b, message), (challenge, response) in zip(branches, proofs, strict=True):
            total += challenge
            slots.append(self.commit(a, challenge, response))
            slots.append(self.commit(b, challenge, -message * challenge % q, response))
        self.expect(subject, prefix, slots, total, reason, quoted)

    def knows(self, subject: int, prefix: str, base: int, proof: Proof, reason: Reason) -> None:
        """Ask for Schnorr's proof of the logarithm of a registered element (§3.2)."""
        slot = self.commit(base, proof.challenge, proof.response)
        self.expect(subject, prefix, [slot], proof.challenge, reason)

    def element(self, base: int) -> int:
        """A registered element."""
        return self._job.bases[base]

    def output(self, slot: int) -> int:
        """An output, after `run`."""
        return self._outputs[slot]

    def run(self) -> dict[int, EvoteError]:
        """Compute and test everything; the first failure of each subject."""
        failures: dict[int, EvoteError] = {}
        job, count = self._job, len(self._job.bases)
        job.sums = self._sums
        job.which = [index if index >= -1 else count - 2 - index for index in job.which]
        elements = list(job.bases)
        inside, self._outputs = checked_products(self.engine, job, [base for _, base, _ in self._members])
        for (subject, base, what), fine in zip(self._members, inside, strict=True):
            if not fine:
                failures.setdefault(subject, not_a_member(self.group, elements[base], what))
        texts = [self.group.text(output) for output in self._outputs]
        q = self.group.q
        for one in self._expectations:
            if one.subject in failures:
                continue
            found = ",".join([texts[slot] if isinstance(slot, int) else self._joined(slot) for slot in one.slots])
            if one.quoted:
                found = ",".join([texts[slot] for slot in one.quoted]) + "|" + found
            if (sha256_int(one.prefix + found) - one.challenge) % q:
                failures[one.subject] = ProofError(one.reason.rule, one.reason.words, section=one.reason.section)
        return failures

    def _joined(self, slot: tuple[int, int]) -> str:
        return self.group.text(self.group.mul(self._outputs[slot[0]], self._outputs[slot[1]]))


def check_alone(engine: Engine, prefix: str, key: int, proof: Proof, reason: Reason) -> None:
    """Check one Schnorr proof by itself (raises `ProofError`); the membership of `key` is checked elsewhere."""
    batch = Batch(engine)
    batch.knows(0, prefix, batch.base(key), proof, reason)
    raise_first(batch.run().values())


def prove_log(engine: Engine, prefix: str, secret: int) -> Proof:
    """Prove knowledge of ``secret = log_g X`` under a prefix that names X (§3.2)."""
    group, w = engine.group, engine.group.random_scalar()
    commitment = engine.products(Products((group.g,), [], [], [-1], [0], [[w]]))[0]
    challenge = group.hash(prefix + group.text(commitment))
    return Proof(challenge, (w - secret * challenge) % group.q)


def raise_first(errors: Iterable[EvoteError]) -> None:
    """Raise the first error, if there is one."""
    for error in errors:
        raise error
