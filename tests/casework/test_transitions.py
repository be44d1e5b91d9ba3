"""Folding a timeline, and refusing what the procedure does not allow."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.casework.clocks import load_calendar
from aydyn.casework.errors import StepError
from aydyn.casework.procedures import Role, load
from aydyn.casework.transitions import CaseState, Event, advance, allowed_steps, begin, fold
from aydyn.kernel.packs import PackFile, pack_file

CALENDAR = load_calendar(pack_file("tm", "calendar.toml").data, "calendar.toml")
FILE = PackFile("information-request-1.toml", (Path(__file__).parent / "data/information-request-1.toml").read_bytes())
REQUEST = load(FILE.data, FILE.name)
ROLES: tuple[Role, ...] = ("asker", "registrar", "officer", "head", "publisher")
DAY = date(2026, 11, 2)
FILED = Event("file", DAY, "asker", office="tm.cec")
ASSIGNED = Event("assign", DAY + timedelta(1), "registrar", officer="a")
ANSWERED = Event("answer", DAY + timedelta(9), "officer")


def folded(*events: Event) -> CaseState:
    return fold(REQUEST, events, CALENDAR)


def test_the_usual_way_from_question_to_publication() -> None:
    case = folded(
        FILED,
        ASSIGNED,
        ANSWERED,
        Event("publish", DAY + timedelta(10), "publisher"),
        Event("close", DAY + timedelta(10), "officer"),
    )
    assert (case.state, case.open, case.result, case.published) == ("closed", False, "answered", True)
    assert (case.office, case.officer, case.due, case.stopped) == ("tm.cec", "a", None, ANSWERED.day)


def test_the_clock_starts_on_the_day_of_filing() -> None:
    assert folded(FILED).due == CALENDAR.deadline(DAY, REQUEST.clock.answer_within).due == date(2026, 11, 30)


def test_the_time_is_extended_once_from_the_due_date() -> None:
    extend = Event("extend", DAY + timedelta(5), "officer")
    case = folded(FILED, ASSIGNED, extend)
    assert case.due == date(2026, 12, 14)
    assert [more.start for more in case.extensions] == [date(2026, 11, 30)]
    with pytest.raises(StepError, match="allowed: answer, refuse"):
        folded(FILED, ASSIGNED, extend, extend)


def test_a_transfer_changes_the_office_and_frees_the_officer_but_not_the_clock() -> None:
    case = folded(FILED, ASSIGNED, Event("transfer", DAY + timedelta(2), "registrar", office="tm.health"))
    assert (case.state, case.office, case.officer) == ("registered", "tm.health", None)
    assert case.due == folded(FILED).due


def test_a_refusal_needs_a_ground_that_the_procedure_knows() -> None:
    assert folded(FILED, Event("refuse", DAY, "officer", ground="not-held")).result == "refused"
    with pytest.raises(StepError, match="must name the ground"):
        folded(FILED, Event("refuse", DAY, "officer"))
    with pytest.raises(StepError, match="no ground of this step"):
        folded(FILED, Event("refuse", DAY, "officer", ground="busy"))


def test_an_answered_request_cannot_be_withdrawn_and_the_error_says_what_can_be_done() -> None:
    with pytest.raises(StepError) as refusal:
        folded(FILED, ASSIGNED, ANSWERED, Event("withdraw", DAY, "asker"))
    assert refusal.value.allowed == ()
    with pytest.raises(StepError) as refusal:
        folded(FILED, ASSIGNED, ANSWERED, Event("assign", DAY, "head", officer="b"))
    assert refusal.value.allowed == ("close", "publish")


def test_a_head_may_do_what_the_office_may_but_not_withdraw_for_the_asker() -> None:
    codes = [step.code for step in allowed_steps(REQUEST, folded(FILED, ASSIGNED), "head", DAY, CALENDAR)]
    assert codes == ["assign", "answer", "refuse", "transfer", "extend"]


def test_a_case_begins_with_its_filing() -> None:
    for events in ([], [ASSIGNED], [Event("file", DAY, "publisher")]):
        with pytest.raises(StepError, match="begins with its filing"):
            folded(*events)


def test_what_is_published_is_not_published_again() -> None:
    publish = Event("publish", DAY, "publisher")
    with pytest.raises(StepError):
        folded(FILED, ASSIGNED, ANSWERED, publish, publish)


PAUSING = FILE.data.replace(
    b"# ---------------------------------------------------------------- what can be done with it, by whom",
    b"""
[[state]]
code = "waiting"
clock = "paused"
label = { tk = "a", ru = "a", en = "a" }

[[step]]
code = "ask"
from = ["assigned"]
to = "waiting"
by = ["officer"]
act = "case.clarification-asked"
label = { tk = "a", ru = "a", en = "a" }
said = { tk = "a", ru = "a", en = "a" }

[[step]]
code = "clarify"
from = ["waiting"]
to = "assigned"
by = ["asker"]
act = "case.clarified"
label = { tk = "a", ru = "a", en = "a" }
said = { tk = "a", ru = "a", en = "a" }
""",
)


def test_a_state_with_a_paused_clock_moves_the_deadline_by_the_working_days_it_lasted() -> None:
    procedure = load(PAUSING, "pausing.toml")
    asked = [FILED, ASSIGNED, Event("ask", date(2026, 11, 9), "officer")]
    assert fold(procedure, asked, CALENDAR).due is None
    case = fold(procedure, [*asked, Event("clarify", date(2026, 11, 16), "asker")], CALENDAR)
    assert case.due == CALENDAR.deadline(date(2026, 11, 30), procedure.clock.answer_within).due - timedelta(21)
    assert case.due == date(2026, 12, 7)


@given(st.data())
def test_any_walk_through_allowed_steps_keeps_the_invariants(data: st.DataObject) -> None:
    case = begin(REQUEST, FILED, CALENDAR)
    events = [FILED]
    for _ in range(data.draw(st.integers(0, 12))):
        role = data.draw(st.sampled_from(ROLES))
        steps = allowed_steps(REQUEST, case, role, DAY, CALENDAR)
        if not steps:
            continue
        step = data.draw(st.sampled_from(steps))
        day = events[-1].day + timedelta(data.draw(st.integers(0, 9)))
        events.append(Event(step.code, day, role, office="tm.health", officer="b", ground="unclear"))
        case = advance(REQUEST, case, events[-1], CALENDAR)
        assert case.open == REQUEST.state(case.state).open
        assert (case.due is not None) == (REQUEST.state(case.state).clock == "running")
        assert case.last_due >= case.deadline.due
        assert len(case.extensions) <= 1
    assert fold(REQUEST, events, CALENDAR) == case


@given(st.lists(st.tuples(st.sampled_from([step.code for step in REQUEST.steps]), st.sampled_from(ROLES)), max_size=8))
def test_any_timeline_is_folded_or_refused(walk: list[tuple[str, Role]]) -> None:
    events = [FILED, *(Event(step, DAY, role, office="tm.cec", officer="a", ground="unclear") for step, role in walk)]
    try:
        case = fold(REQUEST, events, CALENDAR)
    except StepError as refusal:
        assert refusal.step in {step for step, _ in walk}
    else:
        assert len(case.steps) == len(events)
