"""The three answers that a check can have, and the sentences that explain one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended; the value is what ``--json`` shows."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"

    @property
    def exit_code(self) -> int:
        """0 verified, 1 refuted, 2 could not be checked."""
        return list(State).index(self)


def worst(states: list[State]) -> State:
    """Of several checks: refuted if any is, else unchecked if any is (or there is none), else verified."""
    if State.REFUTED in states:
        return State.REFUTED
    return State.UNCHECKED if State.UNCHECKED in states or not states else State.VERIFIED


@dataclass(frozen=True)
class Statement:
    """One thing that was found: a code for programs, a sentence for people."""

    code: str
    words: str

    def to_value(self) -> dict[str, str]:
        """As JSON."""
        return {"code": self.code, "words": self.words}
