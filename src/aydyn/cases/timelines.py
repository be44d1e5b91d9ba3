"""From rows to the pure engine and back: folds a case's events and writes the derived columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aydyn.cases import procedures
from aydyn.cases.models import Case, CaseEvent
from aydyn.casework import transitions
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.procedures import Procedure
from aydyn.casework.transitions import CaseState, Event

NODE_STEPS = frozenset({"overdue", "rescheduled"})
"""Steps that the node itself writes down; they say what time did and change no state."""


def as_event(row: CaseEvent) -> Event:
    """A row as the engine folds it."""
    return Event(
        step=row.step,
        day=row.day,
        role=row.role,  # type: ignore[arg-type]  # the column holds what the engine gave
        office=row.office.code if row.office else None,
        officer=row.officer.public_id if row.officer else None,
        ground=row.ground or None,
        sub=row.sub.number if row.sub else None,
        clock=row.clock or None,
        amount=row.amount,
    )


def fold(procedure: Procedure, rows: Iterable[CaseEvent], calendar: WorkingCalendar) -> CaseState:
    """Where a case stands after its events. Raises StepError for one that the procedure does not allow."""
    return transitions.fold(procedure, (as_event(row) for row in rows if row.step not in NODE_STEPS), calendar)


def state_of(case: Case) -> CaseState:
    """Fold a case from the database."""
    rows = case.events.select_related("office", "officer", "sub").order_by("seq")
    return fold(procedures.parsed(case.procedure_id), rows, procedures.calendar())


def write_state(case: Case, rules: Procedure, state: CaseState) -> None:
    """Write what a timeline amounts to into the case's columns (not saved), but for office and officer."""
    case.state, case.open, case.since = state.state, state.open, state.since
    case.waits_for = rules.state(state.state).waits_for
    case.due, case.last_due = state.due, state.last_due
    case.warn_on = procedures.calendar().warning_day(state.deadline, rules.clock.warn_at) if state.due else None
    if case.warn_on is not None and state.extensions:
        case.warn_on = procedures.calendar().warning_day(state.extensions[-1], rules.clock.warn_at)
    case.result = state.result or ""
    case.result_kind = rules.result_kind(state.result) if state.result else ""
    case.answered_on = state.answered
    case.published, case.hidden = state.published, state.hidden
    case.owed = max(state.owed, 0)


def cache_state(case: Case, rules: Procedure, state: CaseState, rows: Sequence[CaseEvent]) -> None:
    """Write what the timeline ``rows`` amounts to into the case's columns (not saved)."""
    write_state(case, rules, state)
    last = rows[-1]
    if last.office is not None and state.office == last.office.code:
        case.office = last.office
    officers = {row.officer.public_id: row.officer for row in rows if row.officer}
    case.officer = officers[state.officer] if state.officer else None
    case.events_count = last.seq
