"""A whole life of a case: asked back, joined, extended, answered, reopened, appealed; and what holds on every way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aydyn.casework.clocks import classify, load_calendar
from aydyn.casework.errors import StepError
from aydyn.casework.procedures import Procedure, Role, Step, load
from aydyn.casework.procedures.words import load_words
from aydyn.casework.transitions import CaseState, Event, advance, allowed_steps, begin, due_steps, fold
from aydyn.kernel.packs import pack_file, procedure_files

CALENDAR = load_calendar(pack_file("tm", "calendar.toml").data, "calendar.toml")
WORDS = load_words(pack_file("tm", "words.toml").data, "words.toml")
PROCEDURES = {file.name: load(file.data, file.name, common=WORDS) for file in procedure_files("tm")}
REQUEST = PROCEDURES["procedures/information-request.toml"]
ROLES: tuple[Role, ...] = ("asker", "registrar", "officer", "head", "publisher", "node")
DAY = date(2026, 11, 2)
FILED = Event("file", DAY, "asker", office="tm.cec")
ASSIGNED = Event("assign", DAY + timedelta(1), "registrar", officer="a")
ANSWERED = Event("answer", DAY + timedelta(9), "officer")


def folded(*events: Event) -> CaseState:
    return fold(REQUEST, events, CALENDAR)


def after(days: int, step: str, role: Role, **more: str) -> Event:
    return Event(step, DAY + timedelta(days), role, **more)


def test_a_question_to_the_asker_stops_the_clock_and_the_answer_lets_it_run_on() -> None:
    asked = folded(FILED, ASSIGNED, after(2, "ask-back", "officer"))
    assert (asked.state, asked.due, asked.paused) == ("waiting-for-you", None, DAY + timedelta(2))
    back = folded(FILED, ASSIGNED, after(2, "ask-back", "officer"), after(9, "supplement", "asker"))
    assert back.due == CALENDAR.resumed(folded(FILED).last_due, DAY + timedelta(2), DAY + timedelta(9), "working days")
    assert back.pauses[0].due == back.due


def test_an_unanswered_question_stops_the_clock_for_thirty_days_and_no_longer() -> None:
    asked = folded(FILED, ASSIGNED, after(2, "ask-back", "officer"))
    ready = CALENDAR.deadline(asked.since, REQUEST.step("resume").after).due  # type: ignore[arg-type]  # it has one
    assert due_steps(REQUEST, asked, ready - timedelta(1), CALENDAR) == ()
    assert [step.code for step in due_steps(REQUEST, asked, ready, CALENDAR)] == ["resume"]
    with pytest.raises(StepError, match="time has not come"):
        advance(REQUEST, asked, Event("resume", ready - timedelta(1), "node"), CALENDAR)
    assert advance(REQUEST, asked, Event("resume", ready, "node"), CALENDAR).due is not None


def test_the_clock_stands_still_only_as_often_as_the_rule_says() -> None:
    events = [FILED, ASSIGNED]
    for n in range(2):
        events += [after(2 + 2 * n, "ask-back", "officer"), after(3 + 2 * n, "supplement", "asker")]
    with pytest.raises(StepError):
        folded(*events, after(8, "ask-back", "officer"))


def test_no_answer_and_no_end_while_another_office_has_not_contributed() -> None:
    joined = (FILED, ASSIGNED, after(2, "join", "officer", sub="MOH-2026-000001"))
    with pytest.raises(StepError):
        folded(*joined, ANSWERED)
    with pytest.raises(StepError, match="does not wait for"):
        folded(*joined, after(3, "contribute", "node", sub="MOH-2026-000002"))
    case = folded(*joined, after(3, "contribute", "node", sub="MOH-2026-000001"), ANSWERED)
    assert (case.result, case.subs) == ("answered", frozenset())


def test_a_reopened_case_has_a_clock_of_its_own_and_no_result() -> None:
    case = folded(FILED, ASSIGNED, ANSWERED, after(12, "reopen", "asker"))
    assert (case.state, case.result, case.officer, case.reopened) == ("registered", None, None, 1)
    assert REQUEST.clock.reopened_within is not None
    assert case.due == CALENDAR.deadline(DAY + timedelta(12), REQUEST.clock.reopened_within).due
    assert case.answered == ANSWERED.day
    with pytest.raises(StepError):
        folded(FILED, ASSIGNED, ANSWERED, after(60, "reopen", "asker"))


def test_silence_can_be_complained_about_from_the_day_after_the_last_day() -> None:
    case = folded(FILED)
    assert case.due is not None
    codes = [step.code for step in allowed_steps(REQUEST, case, "asker", case.due, CALENDAR)]
    assert "appeal-silence" not in codes
    codes = [step.code for step in allowed_steps(REQUEST, case, "asker", case.due + timedelta(1), CALENDAR)]
    assert "appeal-silence" in codes


def test_a_late_forwarding_is_done_and_said_to_be_late() -> None:
    late = folded(FILED, after(20, "transfer", "registrar", office="tm.health"))
    assert (late.office, late.late) == ("tm.health", ("forwarding",))


def test_a_corrected_answer_can_be_published_anew_and_a_hidden_text_too() -> None:
    published = (FILED, ASSIGNED, ANSWERED, after(10, "publish", "publisher"))
    with pytest.raises(StepError):
        folded(*published, after(11, "publish", "publisher"))
    assert folded(*published, after(11, "correct", "officer"), after(12, "publish", "publisher")).published
    hidden = folded(*published, after(11, "hide", "publisher", ground="personal-data"))
    assert (hidden.published, hidden.hidden) == (True, True)
    assert not folded(
        *published, after(11, "hide", "publisher", ground="personal-data"), after(12, "publish", "publisher")
    ).hidden


def test_a_step_takes_only_grounds_of_its_own() -> None:
    with pytest.raises(StepError, match="no ground of this step"):
        folded(FILED, ASSIGNED, after(2, "refuse", "officer", ground="large-volume"))


class AnyLife(RuleBasedStateMachine):
    """Walks through a procedure of the pack at random, day by day, taking only steps that are offered."""

    procedure: Procedure
    events: list[Event]
    case: CaseState

    @initialize(name=st.sampled_from(sorted(PROCEDURES)), data=st.data())
    def file(self, name: str, data: st.DataObject) -> None:
        self.procedure = PROCEDURES[name]
        self.day = DAY
        codes = [None, *(each.code for each in self.procedure.clock.variant)]
        fee = self.procedure.fee
        role = data.draw(st.sampled_from(sorted(self.procedure.filing.by)))
        amount = fee.amount if fee is not None else None
        first = Event(
            self.procedure.filing.code, DAY, role, office="o1", clock=data.draw(st.sampled_from(codes)), amount=amount
        )
        self.events = [first]
        self.case = begin(self.procedure, first, CALENDAR)

    @rule(days=st.integers(0, 25))
    def wait(self, days: int) -> None:
        self.day += timedelta(days)

    @rule(data=st.data(), role=st.sampled_from(ROLES))
    def step(self, data: st.DataObject, role: Role) -> None:
        offered = allowed_steps(self.procedure, self.case, role, self.day, CALENDAR)
        if not offered:
            return
        step = data.draw(st.sampled_from(offered))
        event = self.event(step, role, data)
        before = self.case
        try:
            self.case = advance(self.procedure, before, event, CALENDAR)
        except StepError:
            assert step.after is not None or (step.to and not self.procedure.state(step.to).open) or not before.subs
            return
        self.events.append(event)
        moved = self.case.last_due != before.last_due
        pauses = before.paused is not None and self.case.paused is None
        assert not moved or pauses or set(step.effect) & {"extend", "restart-clock"}

    def event(self, step: Step, role: Role, data: st.DataObject) -> Event:
        grounds = [ground.code for ground in self.procedure.grounds_of(step)]
        subs = sorted(self.case.subs) if "close-sub" in step.effect else [f"SUB-2026-{len(self.events):06}"]
        return Event(
            step.code, self.day, role,
            office="o2" if "office" in step.asks else None,
            officer="a" if "officer" in step.asks else None,
            ground=data.draw(st.sampled_from(grounds)) if "ground" in step.asks else None,
            sub=subs[0] if set(step.effect) & {"open-sub", "close-sub", "appeal"} else None,
            amount=100 if set(step.effect) & {"charge", "pay", "refund"} else None,
        )  # fmt: skip

    @invariant()
    @precondition(lambda self: hasattr(self, "case"))
    def replaying_the_events_gives_the_state(self) -> None:
        assert fold(self.procedure, self.events, CALENDAR) == self.case

    @invariant()
    @precondition(lambda self: hasattr(self, "case"))
    def an_end_has_a_result_and_nobody_is_waited_for(self) -> None:
        case = self.case
        if not case.open:
            assert case.result is not None
            assert case.due is None
            assert not case.subs or case.result == "withdrawn"

    @invariant()
    @precondition(lambda self: hasattr(self, "case"))
    def it_stands_in_exactly_one_list(self) -> None:
        case = self.case
        if case.due is not None:
            lists = [case.due > self.day, case.due == self.day, case.due < self.day]
            assert sum(lists) == 1
            assert classify(case.due, self.day) == ("waiting", "due_today", "overdue")[lists.index(True)]
        assert case.open or case.due is None
        assert (case.due is None) or (case.paused is None and case.stopped is None)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
