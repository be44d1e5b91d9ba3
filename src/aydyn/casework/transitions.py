"""A case is its timeline: folding its events gives its state, deadline, assignee, result, fee and sub-cases.

The same fold serves the web, the API and a stranger who checks: it needs the procedure, the calendar and the events and
nothing else. An event that the procedure does not allow is refused with a StepError, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from aydyn.casework.clocks import Deadline, Span, WorkingCalendar
from aydyn.casework.errors import StepError
from aydyn.casework.procedures import Procedure, Role, State, Step

ANY_ROLE = "head"
"""A head may do whatever the office's other roles may."""

_OFFICE_ROLES = frozenset({"registrar", "officer", "publisher", "head"})

Late = Literal["registration", "forwarding"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is folded: codes, dates and sums only.

    ``office``: where the step put the case; ``officer``: to whom; ``sub``: the number of another case that it opened or
    that answered; ``clock``: the variant of the time limit (filing only); ``amount``: of a fee, in the smallest unit.
    """

    step: str
    day: date
    role: Role
    office: str | None = None
    officer: str | None = None
    ground: str | None = None
    sub: str | None = None
    clock: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still, and the day that was due afterwards (None while it lasts)."""

    start: date
    end: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the timeline amounts to. `due` is None while no clock runs; `deadline` shows its latest whole reckoning."""

    state: str
    open: bool
    filed: date
    since: date
    """The day on which it came into its state."""
    office: str | None
    deadline: Deadline
    due: date | None
    last_due: date
    officer: str | None = None
    result: str | None = None
    ground: str | None = None
    stopped: date | None = None
    answered: date | None = None
    """The day of the first answer."""
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Deadline, ...] = ()
    subs: frozenset[str] = frozenset()
    """Other offices' cases that this one waits for."""
    charged: int = 0
    paid: int = 0
    refunded: int = 0
    published: bool = False
    hidden: bool = False
    appealed: bool = False
    rated: bool = False
    reopened: int = 0
    late: tuple[Late, ...] = ()
    """Duties towards who asked that were done, but after their time."""
    steps: tuple[str, ...] = ()

    @property
    def paused(self) -> date | None:
        """Since when the clock stands still, if it does."""
        return self.pauses[-1].start if self.pauses and self.pauses[-1].end is None else None

    @property
    def owed(self) -> int:
        """What is charged and not paid yet."""
        return self.charged - self.paid


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
    """Return the state of a case that was just filed; its clock's day zero is that day or the next working day."""
    filing = procedure.filing
    if event.step != filing.code or not may(filing, event.role):
        raise StepError(event.step, "not filed", event.role, (filing.code,), "a case begins with its filing")
    assert filing.to is not None  # the procedure was checked when it was loaded
    try:
        span = procedure.clock.span_for(event.clock)
    except KeyError:
        problem = f"the clock has no variant “{event.clock}”"
        raise StepError(event.step, "not filed", event.role, (filing.code,), problem) from None
    state = procedure.state(filing.to)
    deadline = calendar.deadline(_day_zero(procedure, event.day, calendar), span, moved=procedure.clock.moved)
    case = CaseState(
        state.code, state.open, event.day, event.day, event.office, deadline, deadline.due, deadline.due,
        charged=event.amount or 0, steps=(filing.code,),
    )  # fmt: skip
    return _run_clock(case, state, event.day, calendar, moved=procedure.clock.moved)


def _day_zero(procedure: Procedure, day: date, calendar: WorkingCalendar) -> date:
    return day if procedure.clock.day_zero == "receipt" else calendar.next_working(day)


def advance(procedure: Procedure, case: CaseState, event: Event, calendar: WorkingCalendar) -> CaseState:
    """Return the state after one more event, or raise a StepError that names what would be allowed."""
    step = _allowed(procedure, case, event, calendar)
    after = replace(
        case,
        steps=(*case.steps, step.code),
        office=event.office if "office" in step.asks else case.office,
        officer=event.officer if "officer" in step.asks else case.officer,
        result=step.result or case.result,
        ground=event.ground if "ground" in step.asks and step.result else case.ground,
        late=(*case.late, *_late(procedure, case, step, event, calendar)),
    )
    after = _with_effects(procedure, after, step, event, calendar)
    after = _moved(procedure, after, step, event.day, calendar)
    _refuse_bad_end(after, case, step, event, allowed_steps(procedure, case, event.role, event.day, calendar))
    return after


def allowed_steps(
    procedure: Procedure, case: CaseState, role: Role, day: date, calendar: WorkingCalendar
) -> tuple[Step, ...]:
    """Return the steps that `role` can take on `day`, in the order of the procedure's file."""
    return tuple(
        step
        for step in procedure.steps
        if case.state in step.origin and may(step, role) and _is_open(procedure, step, case, day, calendar)
    )


def due_steps(procedure: Procedure, case: CaseState, day: date, calendar: WorkingCalendar) -> tuple[Step, ...]:
    """Return the steps that the node takes by itself on `day`, because the case has stood long enough where it stands."""
    return tuple(
        step
        for step in allowed_steps(procedure, case, "node", day, calendar)
        if step.after is not None and calendar.deadline(case.since, step.after).due <= day
    )


def may(step: Step, role: Role) -> bool:
    """Say whether a step is open to a role."""
    return role in step.by or (role == ANY_ROLE and bool(_OFFICE_ROLES & set(step.by)))


def _is_open(procedure: Procedure, step: Step, case: CaseState, day: date, calendar: WorkingCalendar) -> bool:
    """Whether nothing in the case's own past forbids a step: how often, until when, and what must have been done."""
    effects = set(step.effect)
    if step.at_most is not None and case.steps.count(step.code) >= step.at_most:
        return False
    if step.within is not None and (case.stopped is None or calendar.deadline(case.stopped, step.within).due < day):
        return False
    closed = (
        ("extend" in effects and len(case.extensions) >= procedure.clock.extensions)
        or ("publish" in effects and not _has_news_to_publish(procedure, case))
        or ("hide" in effects and (not case.published or case.hidden))
        or ("rate" in effects and case.rated)
        or ("pay" in effects and case.owed <= 0)
        or ("refund" in effects and case.paid <= case.refunded)
        or ("close-sub" in effects and not case.subs)
        or ("fee-settled" in step.needs and case.owed > 0)
        or ("no-open-subs" in step.needs and bool(case.subs))
        or ("answered" in step.needs and case.answered is None)
        or ("overdue" in step.needs and (case.due is None or case.due >= day))
    )
    return not closed and not _pauses_are_used_up(procedure, step, case)


def _has_news_to_publish(procedure: Procedure, case: CaseState) -> bool:
    """Whether the public version lags behind: never made, hidden since, or older than the newest answer."""
    if not case.published or case.hidden:
        return True
    for code in reversed(case.steps):
        step = procedure.step(code)
        if "publish" in step.effect:
            return False
        if "answer" in step.asks:
            return True
    return False


def _pauses_are_used_up(procedure: Procedure, step: Step, case: CaseState) -> bool:
    limit = procedure.clock.pauses
    if limit is None or step.to is None or procedure.state(step.to).clock != "paused" or case.paused is not None:
        return False
    return len(case.pauses) >= limit


def _allowed(procedure: Procedure, case: CaseState, event: Event, calendar: WorkingCalendar) -> Step:
    allowed = allowed_steps(procedure, case, event.role, event.day, calendar)
    step = next((step for step in allowed if step.code == event.step), None)
    codes = tuple(step.code for step in allowed)
    if step is None:
        raise StepError(event.step, case.state, event.role, codes)
    for ask, given in (("office", event.office), ("officer", event.officer), ("ground", event.ground)):
        if ask in step.asks and given is None:
            raise StepError(event.step, case.state, event.role, codes, f"it must name the {ask}")
    if "ground" in step.asks and event.ground not in {ground.code for ground in procedure.grounds_of(step)}:
        raise StepError(event.step, case.state, event.role, codes, f"“{event.ground}” is no ground of this step")
    if set(step.effect) & {"open-sub", "close-sub", "appeal"} and event.sub is None:
        raise StepError(event.step, case.state, event.role, codes, "it must name the other case")
    if "close-sub" in step.effect and event.sub not in case.subs:
        raise StepError(event.step, case.state, event.role, codes, f"it does not wait for “{event.sub}”")
    if set(step.effect) & {"charge", "pay", "refund"} and (event.amount is None or event.amount <= 0):
        raise StepError(event.step, case.state, event.role, codes, "it must name a sum above nothing")
    if "refund" in step.effect and (event.amount or 0) > case.paid - case.refunded:
        raise StepError(event.step, case.state, event.role, codes, "more cannot be paid back than was paid")
    if "pay" in step.effect and event.amount != case.owed:
        raise StepError(event.step, case.state, event.role, codes, "the fee is paid whole, or not at all")
    if step.after is not None and step not in due_steps(procedure, case, event.day, calendar):
        raise StepError(event.step, case.state, event.role, codes, "its time has not come")
    return step


_MARKS: Mapping[str, Mapping[str, Any]] = {
    "end-assignment": {"officer": None},
    "publish": {"published": True, "hidden": False},
    "hide": {"hidden": True},
    "appeal": {"appealed": True},
    "rate": {"rated": True},
}
"""What an effect sets, whatever the event; documents and decisions stand in rows of their own."""


def _with_effects(
    procedure: Procedure, case: CaseState, step: Step, event: Event, calendar: WorkingCalendar
) -> CaseState:
    amount, sub = event.amount or 0, frozenset({event.sub} if event.sub else ())
    for effect in step.effect:
        case = replace(case, **_MARKS.get(effect, {}))
        match effect:
            case "extend":
                case = _extended(procedure, case, calendar)
            case "restart-clock":
                case = _restarted(procedure, case, event.day, calendar)
            case "charge":
                case = replace(case, charged=case.charged + amount)
            case "pay":
                case = replace(case, paid=case.paid + amount)
            case "refund":
                case = replace(case, refunded=case.refunded + amount)
            case "open-sub":
                case = replace(case, subs=case.subs | sub)
            case "close-sub":
                case = replace(case, subs=case.subs - sub)
            case _:
                pass
    return case


def _extended(procedure: Procedure, case: CaseState, calendar: WorkingCalendar) -> CaseState:
    span = procedure.clock.extend_once_by
    assert span is not None  # the procedure was checked when it was loaded
    more = calendar.deadline(case.last_due, span, moved=procedure.clock.moved)
    return replace(
        case, extensions=(*case.extensions, more), last_due=more.due, due=None if case.due is None else more.due
    )


def _restarted(procedure: Procedure, case: CaseState, day: date, calendar: WorkingCalendar) -> CaseState:
    """Begin a clock of its own, as after a reopening: what was extended or answered before counts no more."""
    span = procedure.clock.reopened_within or procedure.clock.answer_within
    deadline = calendar.deadline(_day_zero(procedure, day, calendar), span, moved=procedure.clock.moved)
    return replace(
        case, deadline=deadline, last_due=deadline.due, due=deadline.due, stopped=None, extensions=(), result=None,
        ground=None, reopened=case.reopened + 1,
    )  # fmt: skip


def _moved(procedure: Procedure, case: CaseState, step: Step, day: date, calendar: WorkingCalendar) -> CaseState:
    """Enter the step's state and let its clock run, stand still or stop."""
    if step.to is None or step.to == case.state:
        return case
    state = procedure.state(step.to)
    case = replace(case, state=state.code, open=state.open, since=day)
    return _run_clock(case, state, day, calendar, moved=procedure.clock.moved)


def _run_clock(case: CaseState, state: State, day: date, calendar: WorkingCalendar, *, moved: bool) -> CaseState:
    if case.paused is not None and state.clock != "paused":
        due = calendar.resumed(case.last_due, case.paused, day, case.deadline.span.unit, moved=moved)
        pause = replace(case.pauses[-1], end=day, due=due)
        case = replace(case, pauses=(*case.pauses[:-1], pause), last_due=due, due=due)
    if state.clock == "paused" and case.paused is None and case.due is not None:
        return replace(case, pauses=(*case.pauses, Pause(day)), due=None)
    if state.clock == "stopped" and case.due is not None:
        answered = case.answered or (day if case.result not in (None, "withdrawn") else None)
        return replace(case, due=None, stopped=day, answered=answered)
    if state.clock == "running" and case.due is None:
        return replace(case, due=case.last_due, stopped=None)  # taken up again: the old deadline holds
    return case


def _late(
    procedure: Procedure, case: CaseState, step: Step, event: Event, calendar: WorkingCalendar
) -> tuple[Late, ...]:
    """Name the duties that this step does too late; they are done all the same, or nobody ever would."""
    clock = procedure.clock
    duties: tuple[tuple[Late, str, Span | None], ...] = (
        ("registration", "case.registered", clock.register_within),
        ("forwarding", "case.transferred", clock.forward_within),
    )
    return tuple(
        name
        for name, act, span in duties
        if span is not None and step.act == act and calendar.deadline(case.filed, span).due < event.day
    )


def _refuse_bad_end(after: CaseState, before: CaseState, step: Step, event: Event, allowed: tuple[Step, ...]) -> None:
    """No case is closed without a result, or while other offices or a fee are still open."""
    if after.open or not before.open:
        return
    codes = tuple(step.code for step in allowed)
    if after.result is None:
        raise StepError(step.code, before.state, event.role, codes, "it would close the case without a result")
    if after.subs and after.result != "withdrawn":
        raise StepError(step.code, before.state, event.role, codes, "other offices have not answered yet")
