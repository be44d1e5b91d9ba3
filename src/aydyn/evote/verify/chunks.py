"""Chunks of ballots: the unit of work for processes and for a cluster. Tasks and results are plain values that can be pickled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from aydyn.evote.answers import Registered
from aydyn.evote.ballots import Ballot, register_ballot, try_parse
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.proofs import Batch
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question

CHUNK = 128
"""Ballots of a chunk: enough for an engine to work on many at once, few enough for memory to stay flat."""
CHUNK_BYTES = 8_000_000
"""A chunk is closed when its ballots have so many bytes, however few they are."""


@dataclass(frozen=True)
class Item:
    """One ballot of a chunk."""

    number: int
    """Its place among the ballots of the archive, from 0."""
    raw: bytes
    check: bool
    """Whether it must be checked; a former check may have done so."""
    weight: int
    """What it counts in the tally; 0 where a later ballot of the same credential counts instead, or no tally is asked for."""


@dataclass(frozen=True)
class Chunk:
    """A task: some ballots of an election."""

    election: bytes
    """``election.json``, or its skeleton (`aydyn.evote.elections.skeleton`), which is sent with every chunk and must be short."""
    items: tuple[Item, ...]
    work: int
    """How many products the whole check will need, for the choice of the engine."""
    fingerprint: str = ""
    """The election's fingerprint, where `election` is a skeleton."""


@dataclass
class Counted:
    """What a chunk adds to the encrypted tally of one question: sums for each choice, or the ciphertexts themselves."""

    sums: list[Ciphertext] = field(default_factory=list[Ciphertext])
    each: list[Ciphertext] = field(default_factory=list[Ciphertext])


@dataclass
class Checked:
    """The result of a chunk."""

    count: int
    failures: list[tuple[int, EvoteError]]
    unusual: list[int]
    counted: list[Counted]


@lru_cache(maxsize=4)
def _election(raw: bytes, fingerprint: str) -> Election:
    election = Election.parse(raw)
    return replace(election, fingerprint=fingerprint) if fingerprint else election


def products_per_ballot(questions: Sequence[Question]) -> int:
    """How many products one ballot's check needs, about: ``8n + 7`` for a question of n answers of which one is chosen."""
    total = 2
    for question in questions:
        if isinstance(question, Homomorphic):
            total += 4 * question.width + 2 * (question.maximum - question.minimum + 4)
        elif isinstance(question, Lists):
            total += 4 * question.width + 4 * len(question.lists) + 7
        else:
            total += 2
    return total


def check_chunk(chunk: Chunk) -> Checked:
    """Check the ballots of a chunk and add up those that count. Never raises for what stands in a ballot."""
    election = _election(chunk.election, chunk.fingerprint)
    engine = engine_for(election.group, work=chunk.work)
    batch = Batch(engine, election.public_key)
    failures: list[tuple[int, EvoteError]] = []
    unusual: list[int] = []
    registered: list[tuple[int, list[Registered]]] = []
    for item in chunk.items:
        ballot = try_parse(election, item.raw)
        if isinstance(ballot, EvoteError):
            failures.append((item.number, ballot))
            continue
        if ballot.unusual and item.check:
            unusual.append(item.number)
        try:
            registered.append((item.weight, _register(batch, item, election, ballot)))
        except EvoteError as error:
            failures.append((item.number, error))
    tally = _Tally(batch, election, registered)
    failures.extend(batch.run().items())
    failures.sort(key=lambda failure: failure[0])
    return Checked(len(chunk.items), failures, unusual, tally.counted())


def _register(batch: Batch, item: Item, election: Election, ballot: Ballot) -> list[Registered]:
    if item.check:
        return register_ballot(batch, item.number, election, ballot)
    return [
        Registered([(batch.base(one.alpha), batch.base(one.beta)) for one in answer.ciphertexts()])
        for answer in ballot.answers
    ]


class _Tally:
    """The sums of the ballots that count, asked of the same batch that checks them."""

    def __init__(self, batch: Batch, election: Election, registered: Sequence[tuple[int, list[Registered]]]) -> None:
        self._batch, self._election = batch, election
        self._rows: dict[int, list[list[Registered]]] = {}
        for weight, answers in registered:
            if weight:
                self._rows.setdefault(weight, []).append(answers)
        self._slots: list[list[tuple[int, int, int]]] = []
        for place, question in enumerate(election.questions):
            self._slots.append([] if isinstance(question, NonHomomorphic) else self._ask(place, question.width))

    def _ask(self, place: int, width: int) -> list[tuple[int, int, int]]:
        asked: list[tuple[int, int, int]] = []
        for weight, rows in self._rows.items():
            for slot in range(width):
                pairs = [row[place].pairs[slot] for row in rows]
                alpha = self._batch.commit(
                    self._batch.product([pair[0] for pair in pairs]), weight % self._batch.group.q
                )
                beta = self._batch.commit(
                    self._batch.product([pair[1] for pair in pairs]), weight % self._batch.group.q
                )
                asked.append((slot, alpha, beta))
        return asked

    def counted(self) -> list[Counted]:
        """What the chunk adds, after the batch has run."""
        group, batch = self._election.group, self._batch
        found: list[Counted] = []
        for place, question in enumerate(self._election.questions):
            if isinstance(question, NonHomomorphic):
                pairs = [row[place].pairs[0] for rows in self._rows.values() for row in rows]
                found.append(Counted(each=[Ciphertext(batch.element(a), batch.element(b)) for a, b in pairs]))
                continue
            sums = [Ciphertext(group.one, group.one)] * question.width
            for slot, a, b in self._slots[place]:
                alpha, beta = batch.output(a), batch.output(b)
                sums[slot] = Ciphertext(group.mul(sums[slot].alpha, alpha), group.mul(sums[slot].beta, beta))
            found.append(Counted(sums=sums))
        return found


def add_counted(engine: Engine, total: list[Counted], more: Sequence[Counted]) -> None:
    """Add what a chunk counted to the total, in place."""
    group = engine.group
    for own, other in zip(total, more, strict=True):
        own.each.extend(other.each)
        own.sums = (
            [
                Ciphertext(group.mul(a.alpha, b.alpha), group.mul(a.beta, b.beta))
                for a, b in zip(own.sums, other.sums, strict=True)
            ]
            if own.sums
            else list(other.sums)
        )
