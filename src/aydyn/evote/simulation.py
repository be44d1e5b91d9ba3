"""Complete elections with all their secrets, for tests, benches and teaching (``aydyn election simulate``).

Its secrets protect nobody: everything may be drawn from a seed, and engines that are for public data do the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from aydyn.evote import randomness, wire
from aydyn.evote.archive import Writer
from aydyn.evote.casting import prepare_all, sign_all
from aydyn.evote.credentials import public_keys, public_list, random_credential, secret_key
from aydyn.evote.decryption import PartialDecryption, combine, decrypt
from aydyn.evote.elections import Election, make_election, random_base58
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import FormatError, quoted
from aydyn.evote.groups import Group, by_name
from aydyn.evote.keygen import assemble, certify, collect, open_share, share_out, take_in
from aydyn.evote.messages import Keys, random_seed
from aydyn.evote.mixnet import Shuffle, shuffle
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question, parse_questions
from aydyn.evote.tally import Row, messages, result_bytes, result_value, tally_bytes
from aydyn.evote.trustees import Single, Trustee, make_public_key, owners, trustees_file

CHUNK = 128
MAX_VOTERS = 10_000_000
LARGEST_WEIGHT = 5


@dataclass(frozen=True)
class Plan:
    """What is simulated."""

    group: str
    voters: int
    template: dict[str, Any]
    singles: int = 1
    thresholds: tuple[tuple[int, int], ...] = ()
    """Pairs ``(k, n)`` of k-of-n key generations."""
    revotes: int = 0
    weights: bool = False
    shuffles: int = 1
    """How many trustees shuffle, where a question asks for it."""
    seed: str | None = None
    timestamp: int = 0


@dataclass
class Secrets:
    """Everything that would be secret in a real election."""

    credentials: list[str] = field(default_factory=list[str])
    votes: list[list[Any]] = field(default_factory=list[list[Any]])
    revotes: list[tuple[int, list[Any]]] = field(default_factory=list[tuple[int, list[Any]]])
    keys: dict[int, int] = field(default_factory=dict[int, int])
    """By owner number the exponent that decrypts."""
    seeds: list[str] = field(default_factory=list[str])


@dataclass
class Simulated:
    """A simulated election: what is public besides the archive, and its secrets."""

    election: Election
    trustees: bytes
    credentials: bytes
    secrets: Secrets
    weights: list[int]


@dataclass(frozen=True)
class Making:
    """A task: some voters' ballots."""

    election: bytes
    voters: tuple[tuple[int, int, list[Any]], ...]
    """Public credential, secret key and votes of each."""
    seed: str | None
    work: int


Run = Callable[[Callable[[Making], list[bytes]], Iterable[Making]], Iterator[list[bytes]]]
"""A map that keeps the order, wherever the work is done."""


def run_here(work: Callable[[Making], list[bytes]], tasks: Iterable[Making]) -> Iterator[list[bytes]]:
    """Do the work in this process."""
    return map(work, tasks)


def silent(done: int, total: int) -> None:
    """Tell nobody how far the work is."""
    del done, total


def parse_trustees_plan(text: str) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Read ``single:2,threshold:2/3``: how many single trustees, and the k-of-n generations (raises `FormatError`)."""
    singles, thresholds = 0, list[tuple[int, int]]()
    for piece in text.split(","):
        kind, _, number = piece.strip().partition(":")
        k, slash, n = number.partition("/")
        if kind == "single" and number.isascii() and number.isdigit():
            singles += int(number)
        elif kind == "threshold" and slash and k.isascii() and k.isdigit() and n.isascii() and n.isdigit():
            thresholds.append((int(k), int(n)))
        else:
            raise FormatError(
                "trustees-plan", f"{quoted(piece)} is neither single:N nor threshold:K/N", section="simulate"
            )
    if not 1 <= singles + sum(n for _, n in thresholds) <= 100:
        raise FormatError("trustees-plan", "an election has 1 to 100 trustees", section="simulate")
    return singles, tuple(thresholds)


def random_vote(question: Question) -> Any:
    """A valid vote at random."""
    if isinstance(question, Homomorphic):
        if question.blank and not randomness.below(8):
            return [1] + [0] * len(question.answers)
        chosen = question.minimum + randomness.below(question.maximum - question.minimum + 1)
        marked = _some(len(question.answers), chosen)
        return [0] * question.blank + [int(i in marked) for i in range(len(question.answers))]
    if isinstance(question, NonHomomorphic):
        return _random_numbers(question)
    chosen = randomness.below(len(question.lists))
    marked = _some(len(question.lists[chosen]) - 1, 1 + randomness.below(len(question.lists[chosen]) - 1))
    return [
        [1, *(int(j in marked) for j in range(len(one) - 1))] if i == chosen else [0] * len(one)
        for i, one in enumerate(question.lists)
    ]


def _random_numbers(question: NonHomomorphic) -> list[int]:
    grades = (question.extra or {}).get("grades")
    if question.method == "MajorityJudgment" and isinstance(grades, list) and grades:
        return [1 + randomness.below(len(wire.items(grades, "grades"))) for _ in question.answers]
    order = _some(question.width, question.width)
    return [1 + order.index(i) for i in range(question.width)]


def _some(count: int, chosen: int) -> list[int]:
    """So many of the first numbers, in random order."""
    left = list(range(count))
    return [left.pop(randomness.below(len(left))) for _ in range(chosen)]


def simulate(
    plan: Plan,
    open_board: Callable[[str], BinaryIO],
    count: Callable[[], tuple[Sequence[Row], int, int]],
    *,
    run: Run = run_here,
    progress: Callable[[int, int], None] = silent,
) -> Simulated:
    """Make an election and write its whole archive.

    Args:
        plan: what is made.
        open_board: given the uuid, opens the archive for writing.
        count: called when the box is closed and the archive flushed; gives the rows of the tally, how many count and their weight.
        run: where ballots are made.
        progress: told how many of how many ballots are made.

    Raises:
        FormatError: the plan is out of bounds.
    """
    if not 1 <= plan.voters <= MAX_VOTERS or not 0 <= plan.revotes <= plan.voters:
        raise FormatError("plan", f"1 to {MAX_VOTERS} voters, and no more revotes than voters", section="simulate")
    group = by_name(plan.group)
    questions = parse_questions(wire.field(plan.template, "questions", "the template"))
    if plan.weights and any(isinstance(question, NonHomomorphic) for question in questions):
        raise FormatError("plan", "votes that are decrypted one by one cannot have weights", section="simulate")
    if plan.seed is None:
        return _Simulation(plan, group, run, progress).go(open_board, count)
    with randomness.seeded(plan.seed):
        return _Simulation(plan, group, run, progress).go(open_board, count)


class _Simulation:
    def __init__(self, plan: Plan, group: Group, run: Run, progress: Callable[[int, int], None]) -> None:
        self.plan, self.group, self.run, self.progress = plan, group, run, progress
        self.engine: Engine = engine_for(group, work=plan.voters)
        self.secrets = Secrets()
        self.trustees: list[Trustee] = []

    def go(
        self, open_board: Callable[[str], BinaryIO], count: Callable[[], tuple[Sequence[Row], int, int]]
    ) -> Simulated:
        plan, uuid = self.plan, random_base58(14)
        key = self._generate_keys()
        election = Election.parse(make_election(plan.template, self.group, key, uuid))
        self.secrets.credentials = [random_credential() for _ in range(plan.voters)]
        exponents = [secret_key(self.group, uuid, credential) for credential in self.secrets.credentials]
        publics = public_keys(self.engine, exponents)
        weights = [1 + randomness.below(LARGEST_WEIGHT) if plan.weights else 1 for _ in publics]
        credentials = public_list(self.group, dict(zip(publics, weights, strict=True)))
        made = Simulated(election, trustees_file(self.group, self.trustees), credentials, self.secrets, weights)
        with open_board(uuid) as stream:
            writer = Writer(stream, timestamp=plan.timestamp)
            writer.setup(election.raw, made.trustees, credentials)
            self._vote(writer, election, list(zip(publics, exponents, strict=True)))
            writer.end_ballots()
            stream.flush()
            self._end(writer, election, *count())
        return made

    def _generate_keys(self) -> int:
        parts: list[int] = []
        for i in range(self.plan.singles):
            secret = self.group.random_scalar()
            self.secrets.keys[i + 1] = secret
            public = make_public_key(self.engine, secret, f"Trustee {i + 1}")
            self.trustees.append(Single(public))
            parts.append(public.key)
        for threshold, size in self.plan.thresholds:
            parts.append(self._generate_threshold(threshold, size))
        return self.group.product(parts)

    def _generate_threshold(self, threshold: int, size: int) -> int:
        engine, group, first = self.engine, self.group, len(owners(self.trustees)) + 1
        seeds = [random_seed() for _ in range(size)]
        self.secrets.seeds.extend(seeds)
        keys = [Keys.of_seed(group, seed) for seed in seeds]
        certificates = [certify(engine, one, size=size, threshold=threshold, index=i) for i, one in enumerate(keys, 1)]
        polynomials = [share_out(engine, one, certificates, threshold) for one in keys]
        intakes = collect(polynomials)
        outputs = [
            take_in(engine, one, certificates, threshold, intake) for one, intake in zip(keys, intakes, strict=True)
        ]
        generated = assemble(engine, certificates, threshold, polynomials, outputs)
        self.trustees.append(generated)
        for i, (one, output) in enumerate(zip(keys, outputs, strict=True)):
            self.secrets.keys[first + i] = open_share(engine, one, output.private_key)
        coefficients = [one.coefficients.message for one in polynomials]
        return group.product(group.parse(wire.load(message, "coefficients")["coefexps"][0]) for message in coefficients)

    def _vote(self, writer: Writer, election: Election, keys: Sequence[tuple[int, int]]) -> None:
        votes = [[random_vote(question) for question in election.questions] for _ in keys]
        again = _some(len(keys), self.plan.revotes)
        revotes = [(i, [random_vote(question) for question in election.questions]) for i in again]
        self.secrets.votes, self.secrets.revotes = votes, revotes
        everything = [*enumerate(votes), *revotes]
        tasks = self._tasks(election, keys, everything)
        done = 0
        for ballots in self.run(make_ballots, tasks):
            for ballot in ballots:
                writer.ballot(ballot)
            done += len(ballots)
            self.progress(done, len(everything))

    def _tasks(
        self, election: Election, keys: Sequence[tuple[int, int]], votes: Sequence[tuple[int, list[Any]]]
    ) -> Iterator[Making]:
        for start in range(0, len(votes), CHUNK):
            voters = tuple((*keys[i], vote) for i, vote in votes[start : start + CHUNK])
            seed = None if self.plan.seed is None else f"{self.plan.seed}|{start}"
            yield Making(election.raw, voters, seed, len(votes) * 20)

    def _end(self, writer: Writer, election: Election, rows: Sequence[Row], counted: int, weight: int) -> None:
        final = list(rows)
        writer.encrypted_tally(tally_bytes(election, final), counted, weight)
        final = self._shuffle(writer, election, final)
        partials: dict[int, PartialDecryption] = {}
        for trustee_first, trustee in self._numbered():
            for owner in self._deciders(trustee_first, trustee):
                partials[owner] = decrypt(election, self.engine, final, self.secrets.keys[owner])
                writer.partial_decryption(owner, partials[owner].to_bytes(election))
        factors = combine(election, self.engine, self.trustees, partials)
        decrypted = messages(self.engine, final, factors)
        writer.result(result_bytes(result_value(election, self.engine, decrypted, weight)))

    def _shuffle(self, writer: Writer, election: Election, rows: list[Row]) -> list[Row]:
        places = [i for i, question in enumerate(election.questions) if isinstance(question, NonHomomorphic)]
        if not places:
            return rows
        for owner in range(1, min(self.plan.shuffles, len(owners(self.trustees))) + 1):
            pairs = [shuffle(election, self.engine, rows[place]) for place in places]
            made = Shuffle([after for after, _ in pairs], [proof for _, proof in pairs])
            writer.shuffle(owner, made.to_bytes(self.group))
            for place, (after, _) in zip(places, pairs, strict=True):
                rows[place] = after
        writer.end_shuffles()
        return rows

    def _numbered(self) -> Iterator[tuple[int, Trustee]]:
        first = 1
        for trustee in self.trustees:
            yield first, trustee
            first += 1 if isinstance(trustee, Single) else len(trustee.keys)

    def _deciders(self, first: int, trustee: Trustee) -> list[int]:
        return [first] if isinstance(trustee, Single) else list(range(first, first + trustee.threshold))


def make_ballots(task: Making) -> list[bytes]:
    """Make and sign the ballots of a task."""
    if task.seed is None:
        return _make_ballots(task)
    with randomness.seeded(task.seed):
        return _make_ballots(task)


def _make_ballots(task: Making) -> list[bytes]:
    election = Election.parse(task.election)
    engine = engine_for(election.group, work=task.work)
    prepared = prepare_all(election, engine, [(public, votes) for public, _, votes in task.voters])
    return sign_all(engine, prepared, [secret for _, secret, _ in task.voters])


def expected_result(simulated: Simulated) -> list[Any]:
    """What the votes come to, counted in the clear; non-homomorphic questions as a sorted list of votes."""
    final = list(simulated.secrets.votes)
    for voter, votes in simulated.secrets.revotes:
        final[voter] = votes
    result: list[Any] = []
    for place, question in enumerate(simulated.election.questions):
        votes = [one[place] for one in final]
        if isinstance(question, NonHomomorphic):
            result.append(sorted(votes))
        elif isinstance(question, Lists):
            flat = [[bit for row in vote for bit in row] for vote in votes]
            sums, at, nested = _sums(flat, simulated.weights), 0, list[list[int]]()
            for one in question.lists:
                nested.append(sums[at : at + len(one)])
                at += len(one)
            result.append(nested)
        else:
            result.append(_sums(votes, simulated.weights))
    return result


def _sums(votes: Sequence[Sequence[int]], weights: Sequence[int]) -> list[int]:
    return [
        sum(bit * weight for bit, weight in zip(column, weights, strict=True)) for column in zip(*votes, strict=True)
    ]
