"""A case is its timeline: folding its events gives its state, deadline, assignee and result.

The same fold serves the web, the API and a stranger who checks: it needs the procedure, the calendar and the events and
nothing else. An event that the procedure does not allow is refused with a StepError, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from aydyn.casework.clocks import Deadline, WorkingCalendar
from aydyn.casework.errors import StepError
from aydyn.casework.procedures import Procedure, Role, Step

ANY_ROLE = "head"
"""A head may do whatever the office's other roles may."""

_OFFICE_ROLES = frozenset({"registrar", "officer", "publisher", "head"})


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is folded: codes and dates only. `office` is where the step put the case, `officer` to whom."""

    step: str
    day: date
    role: Role
    office: str | None = None
    officer: str | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the timeline amounts to. `due` is None while no clock runs; `deadline` shows its first reckoning."""

    state: str
    open: bool
    filed: date
    office: str | None
    deadline: Deadline
    due: date | None
    last_due: date
    officer: str | None = None
    result: str | None = None
    ground: str | None = None
    stopped: date | None = None
    paused: date | None = None
    extensions: tuple[Deadline, ...] = ()
    published: bool = False
    steps: tuple[str, ...] = ()


def fold(procedure: Procedure, events: Iterable[Event], calendar: WorkingCalendar) -> CaseState:
    """Return where a case stands after its events, oldest first; StepError for the first one that is not allowed."""
    timeline = iter(events)
    first = next(timeline, None)
    if first is None:
        raise StepError("nothing", "not filed", "node", (procedure.filing.code,), "a case begins with its filing")
    case = begin(procedure, first, calendar)
    for event in timeline:
        case = advance(procedure, case, event, calendar)
    return case


def begin(procedure: Procedure, event: Event, calendar: WorkingCalendar) -> CaseState:
    """Return the state of a case that was just filed; its clock's day zero is that day."""
    filing = procedure.filing
    if event.step != filing.code or not may(filing, event.role):
        raise StepError(event.step, "not filed", event.role, (filing.code,), "a case begins with its filing")
    assert filing.to is not None  # the procedure was checked when it was loaded
    state = procedure.state(filing.to)
    deadline = calendar.deadline(event.day, procedure.clock.answer_within)
    return CaseState(
        state.code, state.open, event.day, event.office, deadline, deadline.due, deadline.due, steps=(filing.code,)
    )


def advance(procedure: Procedure, case: CaseState, event: Event, calendar: WorkingCalendar) -> CaseState:
    """Return the state after one more event, or raise a StepError that names what would be allowed."""
    step = _allowed(procedure, case, event)
    after = replace(
        case,
        steps=(*case.steps, step.code),
        office=event.office if "office" in step.asks else case.office,
        officer=event.officer if "officer" in step.asks else case.officer,
        result=step.result or case.result,
        ground=event.ground if "ground" in step.asks else case.ground,
        published=case.published or "publish" in step.effect,
    )
    if "end-assignment" in step.effect:
        after = replace(after, officer=None)
    if "extend" in step.effect:
        after = _extended(procedure, after, calendar)
    return _moved(procedure, after, step.to, event.day, calendar)


def allowed_steps(procedure: Procedure, case: CaseState, role: Role) -> tuple[Step, ...]:
    """Return the steps that `role` can take now, in the order of the procedure's file."""
    return tuple(
        step
        for step in procedure.steps
        if case.state in step.origin
        and may(step, role)
        and not (step.at_most is not None and case.steps.count(step.code) >= step.at_most)
        and not ("publish" in step.effect and case.published)
    )


def may(step: Step, role: Role) -> bool:
    """Say whether a step is open to a role."""
    return role in step.by or (role == ANY_ROLE and bool(_OFFICE_ROLES & set(step.by)))


def _allowed(procedure: Procedure, case: CaseState, event: Event) -> Step:
    allowed = allowed_steps(procedure, case, event.role)
    step = next((step for step in allowed if step.code == event.step), None)
    codes = tuple(step.code for step in allowed)
    if step is None:
        raise StepError(event.step, case.state, event.role, codes)
    for ask, given in (("office", event.office), ("officer", event.officer), ("ground", event.ground)):
        if ask in step.asks and given is None:
            raise StepError(event.step, case.state, event.role, codes, f"it must name the {ask}")
    if "ground" in step.asks and event.ground not in {ground.code for ground in procedure.grounds}:
        raise StepError(event.step, case.state, event.role, codes, f"“{event.ground}” is no ground of this procedure")
    return step


def _extended(procedure: Procedure, case: CaseState, calendar: WorkingCalendar) -> CaseState:
    span = procedure.clock.extend_once_by
    assert span is not None  # the procedure was checked when it was loaded
    more = calendar.deadline(case.last_due, span)
    return replace(
        case, extensions=(*case.extensions, more), last_due=more.due, due=None if case.due is None else more.due
    )


def _moved(procedure: Procedure, case: CaseState, to: str | None, day: date, calendar: WorkingCalendar) -> CaseState:
    """Enter the step's state and let its clock run, stand still or stop."""
    if to is None or to == case.state:
        return case
    state = procedure.state(to)
    case = replace(case, state=state.code, open=state.open)
    if case.paused is not None and state.clock != "paused":
        due = calendar.resumed(case.last_due, case.paused, day, procedure.clock.answer_within.unit)
        case = replace(case, paused=None, last_due=due, due=due)
    if state.clock == "paused" and case.paused is None and case.due is not None:
        return replace(case, paused=day, due=None)
    if state.clock == "stopped" and case.due is not None:
        return replace(case, due=None, stopped=day)
    if state.clock == "running" and case.due is None:
        return replace(case, due=case.last_due, stopped=None)  # reopened: the old deadline holds again
    return case
