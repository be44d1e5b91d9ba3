"""From rows to the pure engine and back: folds a case's events and writes the derived columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aydyn.cases import procedures
from aydyn.cases.models import Case, CaseEvent
from aydyn.casework import transitions
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.procedures import Procedure
from aydyn.casework.transitions import CaseState, Event

NODE_STEPS = frozenset({"overdue"})
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
    )


def fold(procedure: Procedure, rows: Iterable[CaseEvent], calendar: WorkingCalendar) -> CaseState:
    """Where a case stands after its events. Raises StepError for one that the procedure does not allow."""
    return transitions.fold(procedure, (as_event(row) for row in rows if row.step not in NODE_STEPS), calendar)


def state_of(case: Case) -> CaseState:
    """Fold a case from the database."""
    rows = case.events.select_related("office", "officer").order_by("seq")
    return fold(procedures.parsed(case.procedure_id), rows, procedures.calendar())


def cache_state(case: Case, state: CaseState, rows: Sequence[CaseEvent]) -> None:
    """Write what the timeline ``rows`` amounts to into the case's columns (not saved)."""
    case.state, case.open = state.state, state.open
    case.due, case.last_due = state.due, state.last_due
    case.result = state.result or ""
    case.published = state.published
    last = rows[-1]
    if last.office is not None and state.office == last.office.code:
        case.office = last.office
    officers = {row.officer.public_id: row.officer for row in rows if row.officer}
    case.officer = officers[state.officer] if state.officer else None
    if case.answered_on is None and state.stopped is not None:
        case.answered_on = state.stopped
