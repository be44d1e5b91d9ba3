"""What time does to cases: days that pass without an answer, and steps that come by themselves."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from aydyn.cases import procedures, queries, telling, timelines
from aydyn.cases.actions.steps import take_node_step
from aydyn.cases.errors import StepRefused
from aydyn.cases.models import Case, CaseEvent, Figure, ProcedureVersion
from aydyn.casework.procedures import Step
from aydyn.casework.transitions import due_steps
from aydyn.kernel import clock
from aydyn.record import actions as record
from aydyn.record.models import ServedFile

MOST_AT_ONCE = 1000
FOLLOWED = "calendar"
"""Under which key is kept which calendar the days of all cases follow."""
_SHORTEST = {"working days": 1, "days": 1, "months": 28}
"""How many days the units of a span last at least."""


def note_overdue() -> int:
    """Write down every case whose day passed without an answer, once; returns how many."""
    today, count = clock.today(), 0
    late = Case.objects.filter(due__lt=today, overdue_told=False).order_by("due", "pk")
    for pk in list(late.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        with transaction.atomic():
            case = queries.lock(Case(pk=pk))
            if case.due is None or case.due >= today or case.overdue_told:
                continue
            _note_overdue(case)
            count += 1
    return count


def _note_overdue(case: Case) -> None:
    last = case.events.select_related("entry").latest("seq")
    assert case.due is not None
    entry = record.enter(
        "case.overdue", by="node", public={"number": case.number, "due": case.due.isoformat()}, cause=last.entry
    )
    row = CaseEvent.objects.create(
        case=case, seq=last.seq + 1, step="overdue", act="case.overdue", role="node", state=case.state, at=clock.now(),
        day=clock.today(), entry=entry,
    )  # fmt: skip
    case.overdue_told = True
    case.events_count = last.seq + 1
    case.save(update_fields=["overdue_told", "events_count"])
    telling.tell_about(row)


def follow_calendar() -> int:
    """When the calendar, or the library it rests on, was loaded anew: move the days that it moves, each by an act.

    Returns how many moved. Done once for each change, a thousand cases at a time.
    """
    newest = ServedFile.objects.filter(kind__in=("calendar", "calendar-source")).order_by("-pk").first()
    kept, _ = Figure.objects.get_or_create(key=FOLLOWED, defaults={"data": {}, "at": clock.now()})
    if newest is None or (kept.data.get("file") == newest.digest and kept.data.get("done")):
        return 0
    after = kept.data.get("after", 0) if kept.data.get("file") == newest.digest else 0
    piece = list(
        Case.objects.filter(due__isnull=False, pk__gt=after).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    moved = sum(_reschedule(pk, newest) for pk in piece)
    done = len(piece) < MOST_AT_ONCE
    kept.data, kept.at = {"file": newest.digest, "after": piece[-1] if piece else after, "done": done}, clock.now()
    kept.save()
    return moved


@transaction.atomic
def _reschedule(pk: int, file: ServedFile) -> bool:
    case = queries.lock(Case(pk=pk))
    rows = list(case.events.select_related("entry", "office", "officer", "sub").order_by("seq"))
    rules = procedures.parsed(case.procedure_id)
    state = timelines.fold(rules, rows, procedures.calendar())
    if state.due is None or state.due == case.due:
        return False
    entry = record.enter(
        "case.rescheduled", by="node", public={"number": case.number, "due": state.due.isoformat(), "file": file.digest},
        cause=rows[-1].entry,
    )  # fmt: skip
    row = CaseEvent.objects.create(
        case=case, seq=rows[-1].seq + 1, step="rescheduled", act="case.rescheduled", role="node", state=case.state,
        at=clock.now(), day=clock.today(), entry=entry,
    )  # fmt: skip
    case.overdue_told = False
    timelines.cache_state(case, rules, state, [*rows, row])
    case.save()
    return True


def take_due_steps() -> int:
    """Take every step that a procedure leaves to time (going on without an answer, closing); returns how many."""
    count = 0
    for version in ProcedureVersion.objects.only("pk"):
        for step in procedures.parsed(version.pk).steps:
            if step.after is not None:
                count += _take_everywhere(version.pk, step)
    return count


def _take_everywhere(version_id: int, step: Step) -> int:
    today, count, last = clock.today(), 0, 0
    assert step.after is not None
    at_least = timedelta(days=step.after.amount * _SHORTEST[step.after.unit])
    standing = Case.objects.filter(procedure_id=version_id, state__in=step.origin, since__lte=today - at_least)
    # All of them, a piece at a time: some that cannot be taken yet must not stand in the way of younger ones.
    while piece := list(standing.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        count += sum(_take_if_due(pk, version_id, step, today) for pk in piece)
        last = piece[-1]
    return count


@transaction.atomic
def _take_if_due(pk: int, version_id: int, step: Step, today: date) -> bool:
    case = queries.lock(Case(pk=pk))
    state = timelines.state_of(case)
    if step not in due_steps(procedures.parsed(version_id), state, today, procedures.calendar()):
        return False
    try:
        with transaction.atomic():
            take_node_step(case, step)
    except StepRefused:
        return False  # such as a close while another office has not answered: it comes again tomorrow
    return True
