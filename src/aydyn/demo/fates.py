"""What becomes of a case: which steps the office takes and after how many days. Pure chance, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed

Delay = tuple[str, float, float]
"""A step, and the least and most days after the step before."""


@dataclass(frozen=True)
class Fate:
    """One way a case can go, with how often it does (of a hundred) and how often its words are published."""

    name: str
    weight: int
    steps: tuple[Delay, ...]
    published: float = 0.0


ASSIGN: Delay = ("assign", 0.05, 2.0)
IN_TIME = Fate("answered in time", 47, (ASSIGN, ("answer", 1.0, 21.0)), published=0.9)
WAITING = Fate("left unanswered", 7, (ASSIGN,))
FATES = (
    IN_TIME,
    Fate("answered late", 13, (ASSIGN, ("answer", 29.0, 70.0)), published=0.9),
    Fate("answered after more time", 8, (ASSIGN, ("extend", 8.0, 20.0), ("answer", 2.0, 14.0)), published=0.9),
    Fate("answered by another office", 8, (("transfer", 0.2, 3.0), ASSIGN, ("answer", 2.0, 16.0)), published=0.9),
    Fate("refused", 9, (ASSIGN, ("refuse", 1.0, 20.0)), published=0.6),
    Fate("withdrawn", 5, (ASSIGN, ("withdraw", 0.5, 10.0))),
    WAITING,
    Fate("never looked at", 3, ()),
)
PUBLISH: Delay = ("publish", 0.3, 6.0)
CLOSE: Delay = ("close", 0.1, 3.0)
WHOLE_SPAN = 60.0
"""Days in which most cases find their end; in a shorter span everything goes faster."""


def draw(chance: Random) -> Fate:
    """One fate by weight."""
    return chance.choices(FATES, [fate.weight for fate in FATES])[0]


def steps_of(fate: Fate, chance: Random) -> list[Delay]:
    """The steps of a fate, with publication and closing where an answer is among them."""
    steps = list(fate.steps)
    if steps and steps[-1][0] in ("answer", "refuse"):
        if chance.random() < fate.published:
            steps.append(PUBLISH)
        steps.append(CLOSE)
    return steps


@dataclass(frozen=True)
class Pace:
    """How time goes in the demonstration: the span it fills, and where the office's clocks stand."""

    start: datetime
    end: datetime
    zone: tzinfo

    @property
    def scale(self) -> float:
        """1 for a long span; less if the ends of cases have to be found in a shorter one."""
        return min(1.0, (self.end - self.start).total_seconds() / 86_400 / WHOLE_SPAN)

    def after(self, moment: datetime, delay: Delay, chance: Random) -> datetime:
        """When the step is taken; an office's steps fall into its working hours where there is room for that."""
        step, least, most = delay
        later = moment + timedelta(days=chance.uniform(least, most) * self.scale)
        if step == "withdraw" or self.scale < 1.0:
            return later
        return max(moment, self._in_working_hours(later, chance))

    def _in_working_hours(self, moment: datetime, chance: Random) -> datetime:
        local = moment.astimezone(self.zone)
        if local.weekday() < 5 and 9 <= local.hour < 18:
            return moment
        if local.hour >= 18 or local.weekday() >= 5:
            local += timedelta(days=1)
        while local.weekday() >= 5:
            local += timedelta(days=1)
        return local.replace(hour=9, minute=0, second=0) + timedelta(minutes=chance.uniform(0, 500))

    def filing_moments(self, count: int, times: list[tuple[int, int] | None], chance: Random) -> list[datetime]:
        """``count`` moments in the span, in order; each at its own hour and minute, where it has them."""
        span = self.end - self.start
        moments: list[datetime] = []
        for place in range(count):
            moment = self.start + span * chance.random()
            at = times[place]
            if at is not None and self.scale >= 1.0:
                moment = moment.replace(hour=at[0], minute=at[1])
            moments.append(min(max(moment, self.start), self.end))
        return sorted(moments)
