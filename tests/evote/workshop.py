"""Small simulated elections to be changed: every later stage is done again with the real keys, so that only a proof or a rule can object."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from tests.evote.forging import Forged, forge, owned, read

from aydyn.evote import making, randomness, wire
from aydyn.evote.ballots import parse_answers, unsigned_text
from aydyn.evote.casting import Prepared, encoded_numbers, sign_all
from aydyn.evote.credentials import public_keys, secret_key
from aydyn.evote.decryption import PartialDecryption, combine, decrypt
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.groups import Group
from aydyn.evote.making import EitherProver, Setting, make_answer, run_makers
from aydyn.evote.messages import Keys
from aydyn.evote.mixnet import Shuffle, shuffle
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question
from aydyn.evote.simulation import Plan, Simulated, parse_trustees_plan, simulate
from aydyn.evote.tally import Row, messages, parse_tally, result_bytes, sort_ballots, tally_bytes
from aydyn.evote.trustees import Single, parse_trustees
from aydyn.evote.verify.archives import count_ballots, verify_archive
from aydyn.evote.verify.stages import tally_rows
from aydyn.evote.verify.verdicts import Verdict

QUESTIONS: dict[str, dict[str, Any]] = {
    "H": {"answers": ["A", "B", "C"], "min": 1, "max": 2, "question": "Two of three"},
    "B": {"answers": ["Yes", "No"], "blank": True, "min": 1, "max": 1, "question": "Yes, no or blank"},
    "R": {"type": "NonHomomorphic", "value": {"answers": ["A", "B", "C"], "question": "Rank"}},
    "L": {"type": "Lists", "value": {"answers": [["One", "a", "b"], ["Two", "c"]], "question": "A list"}},
}
EXTRA = {"R": {"extra": {"method": "Schulze", "blank": False}}}


class Box(io.BytesIO):
    """Bytes that stay after closing."""

    def close(self) -> None:
        pass


def run_plan(plan: Plan) -> tuple[Simulated, bytes]:
    """Simulate an election in memory; its archive."""
    box = Box()

    def count() -> tuple[list[Row], int, int]:
        verdict, board, totals = count_ballots(lambda: io.BytesIO(box.getvalue()), check=False)
        assert not verdict.problems
        return tally_rows(board.checked_election(), totals), board.tallied, board.total_weight

    return simulate(plan, lambda _: box, count), box.getvalue()


def template(kinds: str) -> dict[str, Any]:
    questions = [QUESTIONS[kind] | EXTRA.get(kind, {}) for kind in kinds]
    return {"name": "Small", "description": "For tests", "questions": questions}


@dataclass(frozen=True)
class Scene:
    """Which small election: group, kinds of questions by their letters, trustees, and the rest of the plan."""

    group: str = "Ed25519"
    kinds: str = "HB"
    trustees: str = "single:2"
    voters: int = 3
    revotes: int = 1
    weights: bool = False
    shuffles: int = 0

    def plan(self, seed: str | None = "small") -> Plan:
        singles, thresholds = parse_trustees_plan(self.trustees)
        return Plan(
            self.group, self.voters, template(self.kinds), singles, thresholds, self.revotes, self.weights, self.shuffles, seed
        )  # fmt: skip


@cache
def simulated(scene: Scene) -> tuple[Simulated, bytes]:
    return run_plan(scene.plan())


def verify(raw: bytes) -> Verdict:
    return verify_archive(lambda: io.BytesIO(raw))


class Bench:
    """An election on the work bench: its events, to be changed, and everything that is needed to do stages again."""

    def __init__(self, scene: Scene) -> None:
        self.made, self.raw = simulated(scene)
        self.scene = scene
        self.events = [Forged(entry.event.type.value, list(entry.data)) for entry in read(self.raw)]
        self.election: Election = self.made.election
        self.group: Group = self.election.group
        self.engine: Engine = engine_for(self.group)
        self.privates = [secret_key(self.group, self.election.uuid, one) for one in self.made.secrets.credentials]
        self.publics = public_keys(self.engine, self.privates)
        self.weights = dict(zip(self.publics, self.made.weights, strict=True))
        self.trustees = parse_trustees(self.group, self.made.trustees)
        self.secrets = dict(self.made.secrets.keys)
        self.members = [Keys.of_seed(self.group, seed) for seed in self.made.secrets.seeds]

    # --- events

    def bytes(self) -> bytes:
        return forge(self.events, timestamp=0)

    def place(self, kind: str, nth: int = 0) -> int:
        """The height of the nth event of a kind."""
        return [i for i, event in enumerate(self.events) if event.kind == kind][nth]

    def at(self, kind: str, nth: int = 0) -> Forged:
        return self.events[self.place(kind, nth)]

    @property
    def ballots(self) -> list[bytes]:
        return [event.data[0] for event in self.events if event.kind == "Ballot"]

    def set_up(
        self, *, election: bytes | None = None, trustees: bytes | None = None, credentials: bytes | None = None
    ) -> None:
        """Replace what Setup names, and nothing else."""
        parts = [new or old for new, old in zip((election, trustees, credentials), self.events[0].data, strict=False)]
        names = ("election", "trustees", "credentials")
        digests = {name: wire.hex_digest(part) for name, part in zip(names, parts, strict=True)}
        self.events[0] = Forged("Setup", [*parts, wire.dump(digests).encode()])

    def edit(self, part: int, change: Callable[[Any], Any]) -> None:
        """Change the JSON of election (0), trustees (1) or credentials (2)."""
        value = json.loads(self.events[0].data[part])
        changed = change(value)
        raw = wire.encode(wire.dump(value if changed is None else changed))
        self.set_up(**{("election", "trustees", "credentials")[part]: raw})

    def replace_owned(self, kind: str, nth: int, change: Callable[[Any], Any], owner: int | None = None) -> None:
        """Change the JSON that a trustee gave."""
        event = self.at(kind, nth)
        value = json.loads(event.data[0])
        changed = change(value)
        number = json.loads(event.data[1])["owner"] if owner is None else owner
        self.events[self.place(kind, nth)] = owned(
            kind, number, wire.dump(value if changed is None else changed).encode()
        )

    def replace_tally(self, payload: bytes | None = None, **sizes: Any) -> None:
        """Replace the tally, or what is said of its size."""
        event = self.at("EncryptedTally")
        raw = event.data[0] if payload is None else payload
        value = json.loads(event.data[1]) | {"encrypted_tally": wire.hex_digest(raw)} | sizes
        event.data = [raw, wire.dump(value).encode()]

    # --- ballots

    def voter_of(self, ballot: bytes) -> int:
        return [self.group.text(one) for one in self.publics].index(json.loads(ballot)["credential"])

    def sign(self, voter: int, answers: Any, *, key: int | None = None, election: Election | None = None) -> bytes:
        """A ballot of these answers (values for JSON, or JSON), signed by its voter."""
        own = election or self.election
        text = answers if isinstance(answers, str) else wire.dump(answers)
        fields = (
            wire.dump(own.uuid),
            wire.dump(own.fingerprint),
            wire.dump(self.group.text(self.publics[voter])),
            text,
        )
        body = unsigned_text(fields)
        prepared = Prepared(body, wire.fingerprint(wire.encode(body)), [], [])
        return sign_all(self.engine, [prepared], [self.privates[voter] if key is None else key])[0]

    def resign(self, place: int, change: Callable[[Any], Any]) -> bytes:
        """The ballot of an event with changed answers, its own hash and signature made again by the voter."""
        value = json.loads(self.events[place].data[0])
        answers = copy.deepcopy(value["answers"])
        changed = change(answers)
        return self.sign(self.voter_of(self.events[place].data[0]), answers if changed is None else changed)

    def answers(
        self, voter: int, votes: Sequence[Any], *, question: Callable[[Question], Question] = lambda one: one
    ) -> list[Any]:
        """The answers of any votes: proofs are made as well as they can be for what the question does not allow."""
        zero = f"{self.election.fingerprint}|{self.group.text(self.publics[voter])}"
        setting = Setting(self.group, self.election.public_key, zero)
        makers = [
            _maker(setting, question(asked), vote) for asked, vote in zip(self.election.questions, votes, strict=True)
        ]
        with lying():
            made = run_makers(self.engine, self.election.public_key, makers)
        return [one.answer.to_value(self.group) for one in made]

    def valid_votes(self) -> list[Any]:
        return copy.deepcopy(self.made.secrets.votes[0])

    # --- doing the end again

    def vote_instead(self, place: int, ballot: bytes) -> None:
        """Replace a ballot and do the end again."""
        self.events[place].data = [ballot]
        self.finish()

    def finish(self, *, rows: list[Row] | None = None, ballots: Sequence[bytes] | None = None) -> None:
        """Do everything after the last ballot again, with the real keys: tally, shuffles, decryptions, result."""
        cast = self.ballots if ballots is None else list(ballots)
        final = {json.loads(raw)["credential"]: raw for raw in cast}
        weights = {self.group.text(key): weight for key, weight in self.weights.items()}
        counted = {credential: weights.get(credential, 1) for credential in final}
        tallied = self.tally(final, counted) if rows is None else rows
        raw = tally_bytes(self.election, tallied)
        sized = {
            "num_tallied": len(final),
            "total_weight": sum(counted.values()),
            "encrypted_tally": wire.hex_digest(raw),
        }
        voting = [event for event in self.events if event.kind in ("Setup", "Ballot")]
        self.events = [*voting, Forged("EndBallots"), Forged("EncryptedTally", [raw, wire.dump(sized).encode()])]
        self.decide(tallied)

    def tally(self, final: dict[str, bytes], weights: dict[str, int]) -> list[Row]:
        """The product of ballots, whatever they are."""
        group, rows = self.group, list[Row]()
        parsed = {key: parse_answers(self.election, json.loads(raw)["answers"]) for key, raw in final.items()}
        for place, question in enumerate(self.election.questions):
            each = {key: answers[place].ciphertexts() for key, answers in parsed.items()}
            if isinstance(question, NonHomomorphic):
                rows.append(sort_ballots(group, [own[0] for own in each.values()]))
                continue
            row = [Ciphertext(group.one, group.one)] * question.width
            for key, own in each.items():
                row = [
                    Ciphertext(*(group.mul(a, group.power(b, weights[key])) for a, b in zip(total, one, strict=True)))
                    for total, one in zip(row, own, strict=True)
                ]
            rows.append(row)
        return rows

    def rows(self) -> list[Row]:
        """The published tally."""
        return parse_tally(self.election, self.at("EncryptedTally").data[0])

    def decide(self, rows: list[Row], *, shuffles: int | None = None) -> None:
        """Shuffle, decrypt and publish the result of these ciphertexts, after the events that are there."""
        rows = [list(row) for row in rows]
        places = [i for i, question in enumerate(self.election.questions) if isinstance(question, NonHomomorphic)]
        for owner in range(1, 1 + (self.scene.shuffles if shuffles is None else shuffles)):
            pairs = [shuffle(self.election, self.engine, rows[place]) for place in places]
            made = Shuffle([after for after, _ in pairs], [proof for _, proof in pairs])
            self.events.append(owned("Shuffle", owner, made.to_bytes(self.group)))
            for place, (after, _) in zip(places, pairs, strict=True):
                rows[place] = after
        self.open(rows)

    def open(self, rows: list[Row]) -> None:
        """Decrypt and publish the result, where it can be written at all."""
        partials: dict[int, PartialDecryption] = {}
        for owner in self.deciders():
            partials[owner] = decrypt(self.election, self.engine, rows, self.secrets[owner])
            self.events.append(owned("PartialDecryption", owner, partials[owner].to_bytes(self.election)))
        decrypted = messages(self.engine, rows, combine(self.election, self.engine, self.trustees, partials))
        value = self._result(decrypted)
        if value is not None:
            self.events.append(Forged("Result", [result_bytes(value)]))

    def deciders(self) -> list[int]:
        first, found = 1, list[int]()
        for trustee in self.trustees:
            size = 1 if isinstance(trustee, Single) else len(trustee.keys)
            found += range(first, first + (size if isinstance(trustee, Single) else trustee.threshold))
            first += size
        return found

    def _result(self, decrypted: Sequence[Sequence[int]]) -> list[Any] | None:
        powers = {self.group.power(self.group.g, n): n for n in range(100)}
        value: list[Any] = []
        for question, elements in zip(self.election.questions, decrypted, strict=True):
            if isinstance(question, NonHomomorphic):
                value.append([self.group.to_ints(question.width, one) for one in elements])
                continue
            numbers = [powers.get(one) for one in elements]
            if None in numbers:
                return None
            lengths = [len(one) for one in question.lists] if isinstance(question, Lists) else []
            starts = [sum(lengths[:i]) for i in range(len(lengths))]
            value.append([numbers[a : a + n] for a, n in zip(starts, lengths, strict=True)] if lengths else numbers)
        return value


# --- proofs of what is not true


class LyingHomomorphic(Homomorphic):
    """A question that takes any numbers for a vote."""

    def check_vote(self, vote: Any) -> Any:
        return vote


class LyingLists(Lists):
    """A question of lists that takes any numbers for a vote."""

    def check_vote(self, vote: Any) -> Any:
        return vote


def _maker(setting: Setting, question: Question, vote: Any) -> making.Maker:
    if isinstance(question, NonHomomorphic):
        return make_answer(setting, question, vote, encoded_numbers(setting.group.name, tuple(vote)))
    if isinstance(question, Lists):
        return make_answer(setting, LyingLists(question.question, question.lists), vote)
    fields = (question.question, question.answers, question.minimum, question.maximum, question.blank)
    return make_answer(setting, LyingHomomorphic(*fields), vote)


class _LyingProver(EitherProver):
    """Claims the nearest branch where none is true."""

    def __init__(self, group: Group, claims: Any, real: int) -> None:
        super().__init__(group, claims, min(max(real, 0), len(claims) - 1))


@contextmanager
def lying() -> Any:
    """Provers that do not mind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "EitherProver", _LyingProver)
        yield


@contextmanager
def drawing(source: Callable[[int], int]) -> Any:
    """Random numbers are what a function says."""
    token = randomness._source.set(source)
    try:
        yield
    finally:
        randomness._source.reset(token)


def zeros() -> AbstractContextManager[Any]:
    """Every random number is zero: ciphertexts without randomness, proofs of neutral commitments."""
    return drawing(lambda _: 0)


# --- elements outside the group


def outsider(group: Group, element: int) -> int:
    """An element times one of small order that lies outside the group."""
    if group.name == "Ed25519":
        return group.mul(element, (1 << 255) - 20)  # y = -1, the point of order two
    return element * -1 % group.p  # type: ignore[attr-defined]  # -1 has order two, and q is odd


def shifted(text: str, by: int = 1) -> str:
    """A number in a string, plus something."""
    return str(int(text) + by)
