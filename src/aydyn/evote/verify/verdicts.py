"""What the check of an archive found, as data for text, JSON and the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aydyn.evote import wire
from aydyn.evote.errors import ArchiveError, EvoteError, FormatError, UnsupportedError
from aydyn.evote.positions import Position

STATE_VERSION = 1


class Outcome(StrEnum):
    """How a check ended."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"


class Stage(StrEnum):
    """The steps of a check, in order; their numbers stand in docs/spec/election-verification.md."""

    ARCHIVE = "archive"
    ELECTION = "election"
    TRUSTEES = "trustees"
    CREDENTIALS = "credentials"
    BALLOTS = "ballots"
    TALLY = "tally"
    SHUFFLES = "shuffles"
    DECRYPTIONS = "decryptions"
    RESULT = "result"


@dataclass(frozen=True)
class Problem:
    """Why an archive is refuted, or could not be checked."""

    rule: str
    words: str
    section: str
    stage: Stage
    height: int | None = None
    """The number of the event, from 0."""
    tracker: str | None = None
    """The ballot's tracker, where a ballot is refused."""
    unsupported: bool = False

    @classmethod
    def of(cls, error: EvoteError, stage: Stage, height: int | None = None, tracker: str | None = None) -> Problem:
        """A problem from what was raised."""
        if isinstance(error, ArchiveError):
            height = error.height
        unsupported = isinstance(error, UnsupportedError) or error.rule == "archive-version"
        return cls(error.rule, error.words, error.section, stage, height, tracker, unsupported)

    def to_value(self) -> dict[str, Any]:
        """As JSON; fields that do not apply are left out."""
        value: dict[str, Any] = {
            "rule": self.rule,
            "words": self.words,
            "section": self.section,
            "stage": self.stage.value,
        }
        value |= {name: one for name, one in (("event", self.height), ("ballot", self.tracker)) if one is not None}
        return value


@dataclass(frozen=True)
class Note:
    """Something that a reader should know and that refutes nothing."""

    code: str
    words: str
    height: int | None = None
    who: str | None = None
    """The trustee it speaks of, for reports in other languages."""

    def to_value(self) -> dict[str, Any]:
        """As JSON; fields that do not apply are left out."""
        value: dict[str, Any] = {"code": self.code, "words": self.words}
        return value | {name: one for name, one in (("event", self.height), ("who", self.who)) if one is not None}


@dataclass
class Verdict:
    """Everything that was found about an archive."""

    problems: list[Problem] = field(default_factory=list[Problem])
    problem_count: int = 0
    """All problems; `problems` holds the first of them."""
    notes: list[Note] = field(default_factory=list[Note])
    done: dict[Stage, int] = field(default_factory=dict[Stage, int])
    """For each stage that was checked, how many things were."""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the archive says of itself: names, counts, fingerprints (docs/spec/election-verification.md, "The JSON report")."""
    result: list[Any] | None = None
    position: Position | None = None
    skipped: int = 0
    """Ballots that a former check, kept in a state file, had verified already."""
    unbound: list[int] = field(default_factory=list[int])
    """The trustees whose decryptions the result rests on though no binding proof holds them (§12.1)."""

    LONGEST_LIST = 50

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it if there are not too many yet."""
        self.problem_count += 1
        if len(self.problems) < self.LONGEST_LIST:
            self.problems.append(problem)

    def require_binding(self) -> None:
        """Make a result that rests on unbound decryptions one that could not be checked."""
        if self.unbound:
            who = ", ".join(str(owner) for owner in self.unbound)
            words = f"the decryption of trustee {who} has no binding proof: the result rests on her word"
            self.add(Problem("decryption-unbound", words, "§12.1", Stage.DECRYPTIONS, unsupported=True))

    @property
    def outcome(self) -> Outcome:
        """Refuted if anything is, else unchecked if anything could not be, else verified."""
        if any(not problem.unsupported for problem in self.problems):
            return Outcome.REFUTED
        return Outcome.UNCHECKED if self.problems else Outcome.VERIFIED

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.outcome.value,
            "problems": [problem.to_value() for problem in self.problems],
            "problem_count": self.problem_count,
            "notes": [note.to_value() for note in self.notes],
            "checked": {stage.value: count for stage, count in self.done.items()},
            "skipped": self.skipped,
            "unbound": self.unbound,
            "facts": self.facts,
            "result": self.result,
        }


@dataclass(frozen=True)
class State:
    """What is kept of a verified archive, so that the next check takes up where this one ended."""

    election: str
    position: Position

    def to_bytes(self) -> bytes:
        """The state file."""
        value = {"version": STATE_VERSION, "election": self.election, "position": self.position.to_value()}
        return (wire.dump(value) + "\n").encode()

    @classmethod
    def parse(cls, raw: bytes) -> State:
        """Read a state file (raises `FormatError`)."""
        value = wire.obj(wire.load(raw, "the state file"), "the state file")
        if value.get("version") != STATE_VERSION:
            raise FormatError("state-version", "the state file is of another version", section="§14.5")
        election = wire.string(wire.field(value, "election", "the state file"), "the state file")
        return cls(election, Position.from_value(wire.field(value, "position", "the state file")))
