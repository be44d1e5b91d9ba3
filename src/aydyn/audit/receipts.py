"""Judges one receipt: verified, refuted, or could not be checked, and in plain words what that proves and what not.

Invariant: no stated fact comes from a byte that the judgement did not cover; what the proof does not bind (unknown
signature lines) never changes a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aydyn.audit.verdicts import State, Statement, worst
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import Entry
from aydyn.ledger.errors import ContentError, FormatError, LedgerError, ProofError, QuorumError
from aydyn.ledger.merkle import verify_inclusion
from aydyn.ledger.policies import Opened, Policy
from aydyn.ledger.proofs import HEADER, MAX_BYTES
from aydyn.ledger.receipts import Receipt

DEMO = "/demo"
TOLERANCE = 60


@dataclass(frozen=True)
class Seals:
    """What one policy found under the checkpoint: who of its witnesses cosigned and when (POSIX seconds)."""

    cosigned: dict[str, int]
    of: int
    post_quantum: bool


@dataclass(frozen=True)
class Facts:
    """What a receipt states, once content and inclusion fit together."""

    entry: Entry
    leaf: str
    position: int
    size: int
    origin: str
    opened: dict[str, Any]
    hidden: tuple[str, ...]
    seals: tuple[Seals, ...] = ()

    @property
    def first_seal(self) -> int | None:
        """When a witness saw it first, POSIX seconds; None without witnesses."""
        return min((at for seals in self.seals for at in seals.cosigned.values()), default=None)

    @property
    def late_by(self) -> int | None:
        """Seconds between the stated time and the first cosignature if that is “recorded late”; else None."""
        return late_by(self.entry, self.first_seal, self.origin)

    @property
    def early_by(self) -> int | None:
        """Seconds by which the stated time lies after the first cosignature; None if it does not."""
        return early_by(self.entry, self.first_seal, self.origin)

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        entry = self.entry
        return {
            "act": entry.act,
            "at": entry.at,
            "by": entry.by,
            "mandate": entry.mandate,
            "cause": entry.cause,
            "public": dict(entry.public),
            "number": entry.public.get("number"),
            "leaf": self.leaf,
            "position": self.position,
            "size": self.size,
            "origin": self.origin,
            "opened": self.opened,
            "sealed_parts": list(self.hidden),
            "first_seen": moment(self.first_seal),
            "late_by_seconds": self.late_by,
            "witnesses": [
                {
                    "keys": "ML-DSA-44" if seals.post_quantum else "Ed25519",
                    "of": seals.of,
                    "cosigned": {name: moment(at) for name, at in seals.cosigned.items()},
                }
                for seals in self.seals
            ],
        }


@dataclass(frozen=True)
class Verdict:
    """The judgement: its state, why (empty when verified), what is proved and what is not, and the facts."""

    state: State
    reasons: tuple[Statement, ...] = ()
    proved: tuple[Statement, ...] = ()
    not_proved: tuple[Statement, ...] = ()
    facts: Facts | None = None

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.state.value,
            "reasons": [one.to_value() for one in self.reasons],
            "proved": [one.to_value() for one in self.proved],
            "not_proved": [one.to_value() for one in self.not_proved],
            "facts": self.facts.to_value() if self.facts else None,
        }


@dataclass
class _Judged:
    """What the policies said, collected one after the other."""

    states: list[State] = field(default_factory=list[State])
    reasons: list[Statement] = field(default_factory=list[Statement])
    seals: list[Seals] = field(default_factory=list[Seals])


def examine(data: bytes, policies: Sequence[Policy]) -> Verdict:
    """Judge a receipt; every policy must hold, and without one the answer is “could not be checked”."""
    if strange := _strange(data):
        return Verdict(State.UNCHECKED, (strange,))
    try:
        receipt = Receipt.parse(data)
        receipt.check_content()
        checkpoint = Checkpoint.parse(receipt.proof.checkpoint.text)
        verify_inclusion(
            leaf=receipt.leaf,
            index=receipt.proof.index,
            size=checkpoint.size,
            root=checkpoint.root,
            path=receipt.proof.path,
        )
    except LedgerError as error:
        return Verdict(State.REFUTED, (_reason(error),))
    judged = _Judged()
    for policy in policies:
        _judge(receipt, policy, checkpoint, judged)
    if not policies:
        words = "no policy was given, so nobody's signature can be trusted; what can be checked without keys fits"
        judged.reasons.append(Statement("no-policy", words))
    facts = _facts(receipt, checkpoint, judged.seals)
    state = worst(judged.states)
    proved = proofs_of(facts) if state is State.VERIFIED else ()
    return Verdict(state, tuple(judged.reasons), proved, limits_of(facts) if proved else (), facts)


def _strange(data: bytes) -> Statement | None:
    """What a file is instead of a receipt, if it does not even begin like one."""
    if not data:
        return Statement("empty", "the file is empty")
    if len(data) > MAX_BYTES:
        return Statement("too-large", f"the file is larger than {MAX_BYTES} bytes; a receipt has a few kilobytes")
    if not data.startswith(HEADER.encode() + b"\n"):
        return Statement("other", f"the file does not begin like a receipt, with the line {HEADER}")
    return None


def _judge(receipt: Receipt, policy: Policy, checkpoint: Checkpoint, judged: _Judged) -> None:
    if not any(log.key.name == checkpoint.origin for log in policy.logs):
        judged.states.append(State.UNCHECKED)
        words = f"the policy does not name the log {checkpoint.origin}"
        judged.reasons.append(Statement("log-unknown", words))
        return
    try:
        opened = policy.open(receipt.proof.checkpoint, need_quorum=False)
    except LedgerError as error:
        judged.states.append(State.REFUTED)
        judged.reasons.append(_reason(error))
        return
    judged.seals.append(_seals(opened))
    try:
        policy.require_quorum(opened)
        judged.states.append(State.VERIFIED)
    except QuorumError as error:
        judged.states.append(State.UNCHECKED)
        judged.reasons.append(Statement("pending", f"on the log, but not witnessed yet: {error}"))


def _seals(opened: Opened) -> Seals:
    return Seals(dict(opened.cosigned), opened.of, opened.log.kind.post_quantum)


def _reason(error: LedgerError) -> Statement:
    codes: dict[type[LedgerError], str] = {ContentError: "content", ProofError: "inclusion", FormatError: "format"}
    return Statement(codes.get(type(error), "signature"), str(error))


def _facts(receipt: Receipt, checkpoint: Checkpoint, seals: list[Seals]) -> Facts:
    return Facts(
        entry=receipt.entry,
        leaf=receipt.leaf.hex(),
        position=receipt.proof.index,
        size=checkpoint.size,
        origin=checkpoint.origin,
        opened={name: part.value for name, part in receipt.opened.items()},
        hidden=tuple(sorted(set(receipt.parts) - set(receipt.opened))),
        seals=tuple(seals),
    )


def late_by(entry: Entry, first_seal: int | None, origin: str) -> int | None:
    """Seconds by which an act was recorded late: over 60 between the end of its stated time and the first cosignature.

    A bare date is judged by the end of its day; a demonstration's openly simulated clock waives the rule.
    """
    if first_seal is None or origin.endswith(DEMO):
        return None
    gap = first_seal - int(entry.latest().timestamp())
    return gap if gap > TOLERANCE else None


def early_by(entry: Entry, first_seal: int | None, origin: str) -> int | None:
    """Seconds by which the stated time lies after the first cosignature, if over 60; a bare date counts from its start."""
    if first_seal is None or origin.endswith(DEMO):
        return None
    gap = int(entry.earliest().timestamp()) - first_seal
    return gap if gap > TOLERANCE else None


def moment(seconds: int | None) -> str | None:
    """POSIX seconds as RFC 3339 in UTC; a time beyond the calendar as the bare number."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def proofs_of(facts: Facts) -> tuple[Statement, ...]:
    """What a verified receipt proves, in plain words."""
    found = [
        Statement(
            "place",
            f"the act stands on the record {facts.origin} at position {facts.position:,}; it cannot be changed, moved or "
            "taken out without being caught",
        )
    ]
    for seals in facts.seals:
        kind = "keys that outlive quantum computers" if seals.post_quantum else "Ed25519 keys"
        found.append(Statement("witnesses", f"seen by {len(seals.cosigned)} of {seals.of} witnesses ({kind})"))
    if facts.first_seal is not None:
        found.append(Statement("time", f"it was there at the latest at {moment(facts.first_seal)}"))
    if facts.opened:
        found.append(Statement("text", "the text you hold is the text recorded, letter by letter"))
    return tuple(found)


def limits_of(facts: Facts) -> tuple[Statement, ...]:
    """What a verified receipt does not prove, in plain words."""
    found = [Statement("truth", "that the text is true or the decision right")]
    if facts.late_by is not None:
        words = f"that it was recorded in time: recorded late, {facts.late_by:,} seconds after the time stated"
        found.append(Statement("late", words))
    if facts.early_by is not None:
        words = f"the time stated: it lies {facts.early_by:,} seconds after a witness had seen the act"
        found.append(Statement("early", words))
    if facts.hidden and facts.opened:
        found.append(Statement("hidden", f"what the parts not shown say: {', '.join(facts.hidden)}"))
    if not facts.opened:
        found.append(Statement("bare", "what was said or decided: this receipt shows no content"))
    found.append(Statement("later", "that nothing happened later in the same matter"))
    found.append(Statement("independence", "that the witnesses are independent: ask who runs them"))
    if facts.origin.endswith(DEMO):
        found.append(Statement("demo", "anything real: this log is a demonstration, on a simulated clock"))
    return tuple(found)
