"""The table of manipulations: what is changed, in which election, and what it must be refused for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.evote.workshop import Bench, Scene

from aydyn.evote.verify.verdicts import Stage

PLAIN = Scene()
LISTS = Scene(kinds="L", trustees="single:1")
RANKED = Scene(kinds="R", trustees="single:2", shuffles=2)
RANKED_FIELD = Scene("RFC-3526-2048", "R", "single:1", voters=2, revotes=0, shuffles=1)
SHARED = Scene(kinds="H", trustees="threshold:2/3", revotes=0)
FIELD = Scene("BELENIOS-2048", "BL", "single:1", voters=2, weights=True)
WEIGHED = Scene(kinds="H", trustees="single:1", weights=True)
ABSTAINING = Scene(kinds="H", trustees="single:1", revotes=0)
"""The last voter's ballot is taken away, so that she has not voted."""

Change = Callable[[Bench], bytes | None]
Place = tuple[str, int] | int | None


@dataclass(frozen=True)
class Manipulation:
    """One row: `change` returns the archive, or changes the bench and returns nothing."""

    name: str
    scene: Scene
    change: Change
    rule: str
    stage: Stage
    event: Place

    def make(self) -> tuple[bytes, int | None]:
        """The manipulated archive, and the event that must be named."""
        bench = Bench(self.scene)
        raw = self.change(bench)
        event = bench.place(*self.event) if isinstance(self.event, tuple) else self.event
        return bench.bytes() if raw is None else raw, event


TABLE: list[Manipulation] = []


def refused(rule: str, stage: Stage, event: Place = None, *, scene: Scene = PLAIN) -> Callable[[Change], Change]:
    """Enter a change in the table, under its own name."""

    def enter(change: Change) -> Change:
        row(change.__name__.strip("_").replace("_", " "), change, rule, stage, event, scene=scene)
        return change

    return enter


def row(name: str, change: Change, rule: str, stage: Stage, event: Place = None, *, scene: Scene = PLAIN) -> None:
    """Enter a change in the table."""
    TABLE.append(Manipulation(name, scene, change, rule, stage, event))
