"""What time does: lists that a day stands in, days missed twice, and a calendar that changes openly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cases.worlds import days_later, file_under, fresh, office_with_staff
from tests.nodes import TestNode

from aydyn.audit.deadlines import due_now
from aydyn.cases import actions, procedures, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter, WorklistFilter
from aydyn.kernel import clock, packs
from aydyn.people.models import Mandate
from aydyn.record import actions as record_actions
from aydyn.record import queries as record

pytestmark = pytest.mark.usefixtures("every_case_is_what_its_timeline_says")
QUESTION = "information-request"


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_case_stands_in_exactly_one_list_whatever_the_day(staff: dict[str, Mandate], days: int) -> None:
    case = file_under(QUESTION).case
    assert case.due is not None
    with days_later((case.due - clock.today()).days + days):
        waiting, overdue = (queries.register(RegisterFilter(state=state)) for state in ("waiting", "overdue"))
        late = queries.worklist(staff["head"], WorklistFilter(view="late"))
        soon = queries.worklist(staff["head"], WorklistFilter(view="soon"))
        assert (waiting.exists(), overdue.exists()) == (days <= 0, days > 0)
        assert (soon.exists(), late.exists()) == (days <= 0, days > 0)
        assert queries.worklist_counts(staff["head"])["late"] == late.count()


def test_a_day_missed_again_after_reopening_is_told_again(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    with days_later(60):
        assert actions.note_overdue() == 1
        assert actions.note_overdue() == 0
        actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
        actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer="549"))
        actions.take_asker_step(case=case, step="reopen", data=StepData(reason="Which year?"))
    with days_later(100):
        assert actions.note_overdue() == 1
    assert [event.act for event in queries.events_of(case)].count("case.overdue") == 2


def test_a_changed_calendar_moves_days_openly_and_only_then(staff: dict[str, Mandate]) -> None:
    cases = [file_under(QUESTION).case for _ in range(2)]
    assert actions.follow_calendar() == 0
    before = fresh(cases[0]).due
    assert before is not None
    pack = packs.pack_file("tm", "calendar.toml").data.decode()
    name = 'name = { tk = "Perman", ru = "Указ", en = "Decree" }'
    changed = f"{pack}\n[[day]]\ndate = {before.isoformat()}\nworking = false\n{name}\n"
    file = record_actions.load_file(
        kind="calendar", code="tm.calendar", data=changed.encode(), media_type="application/toml"
    )
    procedures.forget_parsed()
    assert actions.follow_calendar() == 2
    assert actions.follow_calendar() == 0
    for case in cases:
        after = fresh(case)
        assert after.due == procedures.calendar().next_working(before + timedelta(1))
        entries = [record.parsed(event.entry) for event in queries.events_of(case)]
        assert entries[-1].act == "case.rescheduled"
        assert entries[-1].public["file"] == file.digest
        assert due_now((entry.act, entry.public) for entry in entries) == after.due.isoformat()
    assert Case.objects.filter(events_count=2).count() == 2
