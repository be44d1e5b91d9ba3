"""The procedures of the example pack: what all of them have, what fits together, and what each one promises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from aydyn.casework.clocks import load_calendar
from aydyn.casework.errors import StepError
from aydyn.casework.fields import Question, clean_all
from aydyn.casework.procedures import Procedure, Role, Step, load
from aydyn.casework.procedures.words import load_words
from aydyn.casework.shapes import LANGUAGES
from aydyn.casework.transitions import CaseState, Event, allowed_steps, due_steps, fold
from aydyn.kernel.packs import load_offices, load_pack, pack_file, procedure_files

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = load_calendar(pack_file("tm", "calendar.toml").data, "calendar.toml")
WORDS = load_words(pack_file("tm", "words.toml").data, "words.toml")
PROCEDURES = {each.code: each for each in (load(f.data, f.name, common=WORDS) for f in procedure_files("tm"))}
OWN = sorted(set(PROCEDURES) - {"information-request"})
ACTS = tomllib.loads((ROOT / "src/aydyn/cases/acts.toml").read_text("utf-8"))["acts"]
SUB_PROCEDURE = "office-request"
DAY = date(2026, 11, 2)
REGIONS = {region.code for region in load_pack("tm").region}

every = pytest.mark.parametrize("code", sorted(PROCEDURES))
own = pytest.mark.parametrize("code", OWN)


def test_the_pack_has_these_procedures() -> None:
    assert set(PROCEDURES) >= {
        "suggestion", "application", "complaint", "information-request", "commission-complaint", "voter-list",
        "residence-certificate", "observer-organisation", "office-request",
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------- what all of them have

USUAL = {"file", "register", "assign", "transfer", "ask-back", "supplement", "resume", "add", "extend", "correct"} | {
    "withdraw", "reopen", "appeal", "appeal-silence", "rate", "close", "close-by-time",
}  # fmt: skip


@every
def test_the_usual_steps_are_there(code: str) -> None:
    procedure = PROCEDURES[code]
    steps = {step.code for step in procedure.steps}
    assert steps >= USUAL
    assert ({"join", "contribute"} <= steps) == (code != SUB_PROCEDURE)
    assert ({"publish", "hide"} <= steps) == (procedure.public != "never")
    assert procedure.clock.reopened_within is not None


@own
def test_the_catalogue_says_all_of_it(code: str) -> None:
    procedure = PROCEDURES[code]
    assert procedure.need
    assert procedure.decided_by
    assert procedure.appeal is not None
    assert procedure.appeal.procedure in PROCEDURES
    assert procedure.appeal.within == procedure.step("appeal").within
    assert procedure.life_events or procedure.category == "internal"
    assert set(procedure.life_events) <= set(WORDS.life_event)
    assert procedure.clock.citation
    assert procedure.clock.valid_from


@every
def test_no_time_limit_is_called_confirmed(code: str) -> None:
    clock = PROCEDURES[code].clock
    assert not clock.confirmed  # no text of a law that sets one could be read; see SOURCES.md
    assert clock.note is not None
    assert PROCEDURES[code].fee is None or not PROCEDURES[code].fee.confirmed  # type: ignore[union-attr]  # just asked


@own
def test_there_are_offices_to_send_it_to(code: str) -> None:
    addressed, offices = PROCEDURES[code].addressed, load_offices("tm")
    assert addressed.kinds or addressed.offices
    assert set(addressed.kinds) <= {office.kind for office in offices}
    assert set(addressed.offices) <= {office.code for office in offices}


@every
def test_who_asks_and_what_is_enclosed_is_never_public(code: str) -> None:
    procedure = PROCEDURES[code]
    assert all(question.private for question in procedure.asker)
    assert all(
        question.private
        for question in procedure.questions
        if question.kind in ("file", "files", "person", "table") and question.name != "observers"
    )
    title = procedure.titled_by
    assert (
        title is None
        or procedure.public == "never"
        or not next(q for q in procedure.questions if q.name == title).private
    )
    names = {question.name for question in procedure.questions}
    assert not names & {"asker", "language"}  # the record's own names beside the answers


@every
def test_no_ground_and_no_result_stands_there_for_nothing(code: str) -> None:
    procedure = PROCEDURES[code]
    asking = [step for step in procedure.steps if "ground" in step.asks]
    assert all(step.grounds for step in asking)
    assert {ground.code for ground in procedure.grounds} == {ground for step in asking for ground in step.grounds}
    assert {result.code for result in procedure.results} == {step.result for step in procedure.steps if step.result}
    assert all(result.kind is not None for result in procedure.results)


@every
def test_each_step_can_say_what_its_act_puts_on_the_record(code: str) -> None:
    procedure = PROCEDURES[code]
    given = {"ground": "asks", "office": "asks", "to": "officer", "result": "result", "decision": "decide"}
    for step in procedure.steps:
        public = ACTS[step.act]["public"]
        for name in set(public) & set(given) if step.origin else ():
            if not public[name].get("optional"):
                assert _says(step, name), (step.code, name)
        assert ("decide" in step.effect) == (step.act == "case.decided"), step.code
        assert "ground" not in step.asks or "ground" in public, step.code
        assert ("amount" in public) == bool({"pay", "refund", "charge"} & set(step.effect)), step.code
        assert (
            step.result is None
            or "answer" in step.asks
            or step.template
            or step.act in ("case.withdrawn", "case.closed")
        )


def _says(step: Step, name: str) -> bool:
    return {
        "ground": "ground" in step.asks,
        "office": "office" in step.asks,
        "to": "officer" in step.asks,
        "result": step.result is not None,
        "decision": "decide" in step.effect,
    }[name]


@every
def test_an_end_waits_for_other_offices(code: str) -> None:
    procedure = PROCEDURES[code]
    for step in procedure.steps:
        if code != SUB_PROCEDURE and step.result is not None and "answer" in step.asks:
            assert "no-open-subs" in step.needs, step.code


@pytest.mark.parametrize("name", ["words.toml", "redaction.toml", *(file.name for file in procedure_files("tm"))])
def test_each_text_is_in_its_own_script(name: str) -> None:
    for words in _texts(tomllib.loads(pack_file("tm", name).data.decode())):
        assert set(words) == set(LANGUAGES)
        for language, text in words.items():
            assert bool(re.search("[а-яё]", text, re.IGNORECASE)) == (language == "ru"), text


def _texts(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES):
            yield value
        else:
            for each in value.values():
                yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def test_the_pack_has_no_words_that_nothing_uses() -> None:
    used = {
        "state": {s.code for p in PROCEDURES.values() for s in p.states},
        "step": {s.code for p in PROCEDURES.values() for s in p.steps},
        "ground": {g.code for p in PROCEDURES.values() for g in p.grounds},
        "life_event": {event for p in PROCEDURES.values() for event in p.life_events},
    }
    for table, codes in used.items():
        assert set(getattr(WORDS, table)) - codes == set(), table


# ---------------------------------------------------------------------------------------------- what is filed under what

TARGETS = sorted({p.appeal.procedure for p in PROCEDURES.values() if p.appeal and p.appeal.procedure} | {SUB_PROCEDURE})


@pytest.mark.parametrize("code", TARGETS)
def test_an_appeal_or_a_contribution_can_be_filed_with_words_and_a_number_alone(code: str) -> None:
    procedure = PROCEDURES[code]
    references = [question.name for question in procedure.questions if question.kind == "document"]
    assert procedure.titled_by is not None
    assert references
    answers = clean_all(
        procedure.questions,
        {procedure.titled_by: "Möhletinde jogap gelmedi", **dict.fromkeys(references, "CEC-2026-000123")},
        regions=REGIONS,
    )
    assert answers.problems == ()
    assert not any(question.required and not question.when for question in _others(procedure))


def _others(procedure: Procedure) -> list[Question]:
    return [question for question in procedure.questions if question.name != procedure.titled_by]


def test_appeals_about_elections_go_the_way_of_the_electoral_code() -> None:
    for code in ("voter-list", "observer-organisation", "commission-complaint"):
        appeal = PROCEDURES[code].appeal
        assert appeal is not None
        assert appeal.procedure == "commission-complaint"


# ---------------------------------------------------------------------------------------------- what each one promises


def event(
    days: int,
    step: str,
    role: Role,
    *,
    officer: str | None = None,
    ground: str | None = None,
    amount: int | None = None,
    clock: str | None = None,
) -> Event:
    return Event(
        step, DAY + timedelta(days), role, office="o1", officer=officer, ground=ground, amount=amount, clock=clock
    )


def folded(code: str, *events: Event) -> CaseState:
    return fold(PROCEDURES[code], events, CALENDAR)


def offered(code: str, case: CaseState, role: Role, days: int) -> set[str]:
    return {step.code for step in allowed_steps(PROCEDURES[code], case, role, DAY + timedelta(days), CALENDAR)}


ASSIGNED = event(1, "assign", "registrar", officer="a")


def test_a_suggestion_may_be_opened_before_it_is_answered() -> None:
    case = folded("suggestion", event(0, "file", "asker"), event(0, "register", "registrar"))
    assert "publish" in offered("suggestion", case, "publisher", 1)
    assert "publish" not in offered("complaint", folded("complaint", event(0, "file", "asker")), "publisher", 1)


def test_on_the_eve_of_the_vote_a_commission_has_one_day() -> None:
    usual = folded("commission-complaint", event(0, "file", "asker"))
    eve = folded("commission-complaint", event(0, "file", "asker", clock="eve"))
    assert usual.due == DAY + timedelta(3)
    assert eve.due == DAY + timedelta(1)
    assert PROCEDURES["commission-complaint"].clock.variant_for({"vote_soon": True}) == "eve"
    assert PROCEDURES["commission-complaint"].clock.variant_for({"vote_soon": False}) is None


def test_a_commission_cannot_wait_out_the_vote_by_asking_back() -> None:
    asked = folded("commission-complaint", event(0, "file", "asker"), ASSIGNED, event(1, "ask-back", "officer"))
    procedure = PROCEDURES["commission-complaint"]
    assert [step.code for step in due_steps(procedure, asked, DAY + timedelta(2), CALENDAR)] == ["resume"]


def test_a_complaint_is_decided_formally() -> None:
    for code in ("commission-complaint", "voter-list", "application"):
        assert any("decide" in step.effect for step in PROCEDURES[code].steps)


def test_only_a_court_case_stops_an_application_or_a_complaint() -> None:
    for code in ("application", "complaint"):
        paused = folded(
            code, event(0, "file", "asker"), ASSIGNED, event(2, "pause", "head", ground="court-proceedings")
        )
        assert (paused.state, paused.due) == ("paused", None)
        assert folded(
            code, event(0, "file", "asker"), ASSIGNED, event(2, "pause", "head", ground="court-proceedings"), event(30, "continue", "head")
        ).due is not None  # fmt: skip
        assert "pause" not in offered(code, folded(code, event(0, "file", "asker"), ASSIGNED), "officer", 2)


def test_the_voter_list_asks_for_one_s_own_record_and_is_closed_to_all() -> None:
    procedure = PROCEDURES["voter-list"]
    assert procedure.public == "never"
    assert {each.name for each in procedure.asker if each.required} == {"person", "birth_date", "identity_document"}


def test_the_time_for_a_certificate_begins_with_the_fee_and_ends_with_the_document() -> None:
    code = "residence-certificate"
    fee = PROCEDURES[code].fee
    assert fee is not None
    filed = event(0, "file", "asker", amount=fee.amount)
    unpaid = folded(code, filed)
    assert (unpaid.state, unpaid.due, unpaid.owed) == ("awaiting-payment", None, fee.amount)
    paid = folded(code, filed, event(10, "pay", "node", amount=fee.amount))
    assert paid.due is not None
    assert paid.due > DAY + timedelta(14)
    with pytest.raises(StepError):
        folded(code, filed, event(1, "pay-at-counter", "registrar", amount=fee.amount - 1))
    at_counter = (filed, event(1, "pay-at-counter", "registrar", amount=fee.amount))
    case = folded(code, *at_counter, event(2, "assign", "registrar", officer="a"), event(3, "issue", "officer"))
    assert (case.state, case.result) == ("issued", "granted")
    assert "refund" not in offered(code, case, "registrar", 4)


def test_a_fee_is_paid_back_after_a_refusal_or_a_withdrawal() -> None:
    code = "residence-certificate"
    paid = (event(0, "file", "asker", amount=1000), event(0, "pay", "node", amount=1000))
    refused = folded(code, *paid, event(1, "register", "registrar"), event(2, "refuse", "officer", ground="not-proved"))
    assert "refund" in offered(code, refused, "registrar", 3)
    withdrawn = folded(code, *paid, event(1, "withdraw", "asker"))
    assert "refund" in offered(code, withdrawn, "registrar", 3)
    assert not withdrawn.open


def test_what_is_never_paid_closes_by_itself_and_counts_as_no_answer() -> None:
    code = "residence-certificate"
    unpaid = folded(code, event(0, "file", "asker", amount=1000))
    ready = CALENDAR.deadline(DAY, PROCEDURES[code].step("close-unpaid").after).due  # type: ignore[arg-type]  # it has one
    assert [step.code for step in due_steps(PROCEDURES[code], unpaid, ready, CALENDAR)] == ["close-unpaid"]
    closed = folded(code, event(0, "file", "asker", amount=1000), Event("close-unpaid", ready, "node"))
    assert (closed.open, closed.answered) == (False, None)
    assert offered(code, closed, "asker", 40) == set()


def test_an_organisation_registers_by_numbers_and_no_names() -> None:
    procedure = PROCEDURES["observer-organisation"]
    assert procedure.open_to == ("organisation",)
    table = next(question for question in procedure.questions if question.kind == "table")
    assert {column.kind for column in table.column} == {"choice", "number"}


def test_offices_ask_each_other_and_nobody_else_reads_it() -> None:
    procedure = PROCEDURES[SUB_PROCEDURE]
    assert procedure.open_to == ("office",)
    assert (procedure.public, procedure.category) == ("never", "internal")
    assert procedure.filing.by == ("asker",)
