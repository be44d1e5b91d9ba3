"""Runs the cases of a demonstration side by side on the simulated clock, each step through the action people use.

All that is to happen waits in one heap by its moment, so that the record's own times rise. Many acts share a
transaction, because a demonstration has thousands of them; each act is still whole or not there.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed

from django.db import transaction

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.demo import fates
from aydyn.demo.accounts import COMMISSION, VELAYAT
from aydyn.demo.fates import Delay, Pace
from aydyn.demo.matters import Matter, Replies
from aydyn.demo.staff import Staff
from aydyn.kernel import clock
from aydyn.kernel.errors import Refusal

BATCH = 50
PROCEDURE = "information-request"
OFFICES = (
    (COMMISSION, 58), (VELAYAT, 9), ("tm.education", 7), ("tm.health", 7), ("tm.labour", 6), ("tm.finance", 5),
    ("tm.justice", 4), ("tm.cec.ashgabat", 2), ("tm.cec.lebap", 2),
)  # fmt: skip
ASKERS = (
    "Aman Taganow",
    "Gülşat Işanowa",
    "Oraz Meredow",
    "Bahar Sapaýewa",
    "Виктор Ли",
    "Марина Белова",
    "Merdan Ataýew",
)
NAMED = 0.4


@dataclass
class Course:
    """One case on its way: what it asks, where it lies, and the steps that are still to come."""

    matter: Matter
    steps: list[Delay]
    of_citizen: bool = False
    case: Case | None = None
    office: str = ""
    officer: str = ""
    answer: str = ""


@dataclass
class Loaded:
    """What a load has done so far."""

    cases: list[int] = field(default_factory=list[int])
    acts: int = 0
    refused: int = 0


class Loading:
    """One load; `run` does it piece by piece and yields how far it is."""

    def __init__(self, pace: Pace, courses: list[tuple[datetime, Course]], chance: Random) -> None:
        self.pace = pace
        self.chance = chance
        self.replies = Replies(chance)
        self.staff = Staff()
        self.done = Loaded()
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = 0
        for moment, course in courses:
            self._at(moment, self._filing(course))
        day = pace.start + timedelta(days=1)
        while day < pace.end:
            self._at(day, self._note_overdue)
            day += timedelta(days=1)

    def _at(self, moment: datetime, work: Callable[[], None]) -> None:
        if moment <= self.pace.end:
            self._order += 1
            heapq.heappush(self._heap, (moment, self._order, work))

    def run(self, *, pause: float = 0.0) -> Iterator[Loaded]:
        """Do everything in the order of time; ``pause`` lets a node that runs have the database in between."""
        with clock.simulate(self.pace.start), transaction.atomic():
            self.staff.prepare()
        while self._heap:
            with transaction.atomic():
                for _ in range(min(BATCH, len(self._heap))):
                    moment, _, work = heapq.heappop(self._heap)
                    with clock.simulate(moment):
                        work()
            yield self.done
            time.sleep(pause)

    def _filing(self, course: Course) -> Callable[[], None]:
        return lambda: self._file(course)

    def _file(self, course: Course) -> None:
        matter, chance = course.matter, self.chance
        office = matter.office or chance.choices(*zip(*OFFICES, strict=True))[0]
        procedure = queries.current_procedure(PROCEDURE)
        assert procedure is not None  # the node loads its pack before it is filled
        named = not course.of_citizen and chance.random() < NAMED
        filed = actions.file_case(
            procedure=procedure,
            office=self.staff.office(office),
            answers={
                "question": matter.question,
                "scope": "local" if matter.region else "national",
                "region": matter.region,
                "form": chance.choice(("", "page", "copy", "paper")),
            },
            asker={"name": chance.choice(ASKERS)} if named else {},
            language=matter.language,
            person=self.staff.citizen() if course.of_citizen else None,
        )
        course.case, course.office = filed.case, office
        self.done.cases.append(filed.case.pk)
        self.done.acts += 1
        self._plan_next(course)

    def _plan_next(self, course: Course) -> None:
        if course.steps:
            delay = course.steps.pop(0)
            moment = self.pace.after(clock.now(), delay, self.chance)
            self._at(moment, lambda: self._step(course, delay[0]))

    def _step(self, course: Course, step: str) -> None:
        assert course.case is not None
        try:
            if step == "withdraw":
                actions.withdraw_case(case=course.case)
            else:
                self._office_step(course, course.case, step)
        except Refusal:
            # Somebody at the running node has taken the case another way meanwhile: it is theirs now.
            self.done.refused += 1
            return
        self.done.acts += 1
        self._plan_next(course)

    def _office_step(self, course: Course, case: Case, step: str) -> None:
        desk = self.staff.desk(course.office)
        officer = next((one for one in desk.officers if one.public_id == course.officer), desk.officers[0])
        by = {"assign": desk.registrar, "transfer": desk.registrar, "publish": desk.publisher}.get(step, officer)
        data = self._data(course, case, step)
        actions.take_step(case=case, step=step, mandate=by, data=data)
        if data.officer is not None:
            course.officer = data.officer.public_id
        if data.office is not None:
            course.office = data.office.code
        course.answer = data.answer or course.answer

    def _data(self, course: Course, case: Case, step: str) -> StepData:
        language = course.matter.language
        if step == "assign":
            return StepData(officer=self.staff.officer(course.office, self.chance))
        if step == "transfer":
            other = VELAYAT if course.office == COMMISSION else COMMISSION
            return StepData(office=self.staff.office(other), reason=self.replies.reason(step, language))
        if step == "extend":
            return StepData(ground="inquiry-needed", reason=self.replies.reason(step, language))
        if step in ("answer", "refuse"):
            names: dict[str, str] = self.staff.office(course.office).names
            result = "answered" if step == "answer" else "refused"
            reply = self.replies.answer(
                result, language=language, office=names.get(language) or names["en"], number=case.number
            )
            return StepData(answer=reply.text, ground=reply.ground)
        if step == "publish":
            return StepData(public_question=course.matter.question, public_answer=course.answer)
        return StepData()

    def _note_overdue(self) -> None:
        self.done.acts += actions.note_overdue()


def courses(
    count: int, *, first: int, pace: Pace, chance: Random, source: Iterator[Matter]
) -> list[tuple[datetime, Course]]:
    """Cases with their fates, spread over the span; the very first ones include the two of the citizen."""
    chosen = [next(source) for _ in range(count)]
    times = [(one.at.hour, one.at.minute) if one.at else None for one in chosen]
    moments = pace.filing_moments(count, times, chance)
    plan = [
        (moment, Course(matter, fates.steps_of(fates.draw(chance), chance)))
        for moment, matter in zip(moments, chosen, strict=True)
    ]
    if first == 0:
        plan += _of_citizen(pace, chance)
    return plan


def _of_citizen(pace: Pace, chance: Random) -> list[tuple[datetime, Course]]:
    long_ago, lately = pace.end - timedelta(days=40), pace.end - timedelta(days=4)
    answered = Matter("Obamyzda täze saýlaw uçastogy açylarmy we onuň salgysy nirede bolar?", "tk", COMMISSION)
    waiting = Matter("Saýlawçylaryň sanawynda ejemiň ady bar, ýöne salgysy köne. Ony kim düzedýär?", "tk", COMMISSION)
    return [
        (long_ago, Course(answered, fates.steps_of(fates.IN_TIME, chance), of_citizen=True)),
        (lately, Course(waiting, list(fates.WAITING.steps), of_citizen=True)),
    ]
