"""Whole lives of cases through actions: questions back, joint answers, appeals, fees, certificates, counters, absences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cases.worlds import at_office, days_later, file_under, fresh, office_with_staff, person_with
from tests.nodes import TestNode

from aydyn.cases import actions, inbound, letters, queries, timelines
from aydyn.cases.actions import StepData
from aydyn.cases.errors import BadCode, BadForm, NotOpenToYou, OthersDraft, StepRefused
from aydyn.cases.models import Case, CaseEvent, Channel, Decision, Payment, Result
from aydyn.documents import actions as documents
from aydyn.documents import queries as kept
from aydyn.kernel import clock
from aydyn.people import actions as people
from aydyn.people.models import Mandate, Notice
from aydyn.record import queries as record

pytestmark = pytest.mark.usefixtures("every_case_is_what_its_timeline_says")

QUESTION = "information-request"
GOOD_END = {
    "suggestion": "take-up", "application": "grant", "complaint": "uphold", "information-request": "answer",
    "commission-complaint": "uphold", "voter-list": "grant",
}  # fmt: skip
"""The step by which each matter of a citizen ends well."""


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


def given_to_officer(case: Case, staff: dict[str, Mandate]) -> None:
    actions.take_step(case=case, step="register", mandate=staff["registrar"])
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))


def answered(case: Case, staff: dict[str, Mandate], step: str = "answer", **more: object) -> CaseEvent:
    data = StepData(answer="There are 549.\n\nA list is attached.", **more)  # type: ignore[arg-type]  # fields of StepData
    return actions.take_step(case=case, step=step, mandate=staff["officer"], data=data)


# ---------------------------------------------------------------------------------------------- asking back


def test_a_question_stops_the_clock_and_who_filed_it_is_told_and_answers(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION, asker={"email": "ayna@example.com"}).case
    given_to_officer(case, staff)
    actions.take_step(case=case, step="ask-back", mandate=staff["officer"], data=StepData(question="Which year?"))
    waiting = fresh(case)
    assert (waiting.state, waiting.waits_for, waiting.due) == ("waiting-for-you", "asker", None)
    assert Notice.objects.filter(kind="asked", to="ayna@example.com").count() == 1
    with days_later(4):
        actions.take_asker_step(case=case, step="supplement", data=StepData(words="2026"))
        again = fresh(case)
    assert (again.state, again.waits_for) == ("assigned", "office")
    assert again.due is not None
    assert again.due > waiting.last_due
    entry = record.parsed(queries.events_of(case)[-1].entry)
    assert entry.public["due"] == again.due.isoformat()


def test_who_does_not_answer_delays_it_for_thirty_days_and_no_more(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    actions.take_step(case=case, step="ask-back", mandate=staff["officer"], data=StepData(question="Which year?"))
    assert actions.take_due_steps() == 0
    with days_later(40):
        assert actions.take_due_steps() == 1
        assert actions.take_due_steps() == 0
    assert fresh(case).state == "assigned"
    assert queries.events_of(case)[-1].role == "node"


# ---------------------------------------------------------------------------------------------- answers are documents


def test_an_answer_is_a_letter_on_the_record_whose_digest_the_step_commits_to(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    event = answered(case, staff)
    document = event.documents.get()
    assert document.number == f"{case.number}/{event.seq}" == letters.number_of(case, event.seq)
    file = kept.official_file(document)
    assert record.values_of(event.entry)["document"] == {"number": document.number, "sha256": file.sha256}
    assert document.issued is not None
    assert record.parsed(document.issued).act == "document.issued"
    assert Result.objects.get(case=case).kind == "met"
    assert fresh(case).answered_on == clock.today()


def test_a_corrected_answer_stands_beside_the_old_one(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    answered(case, staff)
    actions.take_step(
        case=case, step="correct", mandate=staff["officer"], data=StepData(answer="There are 550.", reason="Miscounted")
    )  # fmt: skip
    texts = [record.values_of(event.entry).get("answer") for event in queries.events_of(case)]
    assert [text for text in texts if text] == ["There are 549.\n\nA list is attached.", "There are 550."]


def test_a_refusal_names_one_of_its_own_grounds(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    with pytest.raises(BadForm) as refused:
        answered(case, staff, "refuse", ground="large-volume")
    assert set(refused.value.problems) == {"ground"}
    answered(case, staff, "refuse", ground="not-held")
    assert (fresh(case).result, fresh(case).result_kind) == ("refused", "refused")


# ---------------------------------------------------------------------------------------------- joint answers


def test_a_joint_answer_waits_for_every_office_that_was_asked(staff: dict[str, Mandate]) -> None:
    mary = office_with_staff("tm.cec.mary")
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    actions.take_step(
        case=case, step="join", mandate=staff["officer"],
        data=StepData(offices=[mary["head"].office, at_office("tm.cec.ahal")], question="How many with you?"),
    )  # fmt: skip
    subs = list(case.subs.order_by("pk"))
    assert [sub.office.code for sub in subs] == ["tm.cec.mary", "tm.cec.ahal"]
    assert {sub.procedure.code for sub in subs} == {"office-request"}
    with pytest.raises(StepRefused):
        answered(case, staff)
    given_to_officer(subs[0], mary)
    answered(subs[0], mary)
    assert timelines.state_of(case).subs == {subs[1].number}
    with pytest.raises(StepRefused):
        answered(case, staff)
    actions.take_asker_step(case=subs[1], step="withdraw", mandate=staff["officer"])
    assert timelines.state_of(case).subs == frozenset()
    answered(case, staff)
    acts = [event.act for event in queries.events_of(case)]
    assert acts.count("case.joined") == acts.count("case.contributed") == 2


def test_an_office_asks_another_and_acts_as_who_asked(staff: dict[str, Mandate]) -> None:
    mary = office_with_staff("tm.cec.mary")
    case = file_under("office-request", "tm.cec.mary", mandate=staff["officer"], channel=Channel.OFFICE).case
    assert case.from_office == staff["officer"].office
    entry = record.parsed(queries.events_of(case)[0].entry)
    assert (entry.by, entry.public["from"]) == ("office:tm.cec", "tm.cec")
    assert queries.view_of(case, None, staff["head"], ()).asks
    assert queries.view_of(case, None, mary["officer"], ()).staff
    with pytest.raises(NotOpenToYou):
        file_under("office-request", "tm.cec.mary", person=person_with("anybody@example.com"))


# ---------------------------------------------------------------------------------------------- after the answer


def test_reopened_once_with_a_clock_of_its_own_then_appealed_with_the_same_code(staff: dict[str, Mandate]) -> None:
    filed = file_under(QUESTION)
    case, code = filed.case, filed.code
    assert code is not None
    given_to_officer(case, staff)
    answered(case, staff)
    actions.take_asker_step(case=case, step="reopen", data=StepData(reason="You have not said which."))
    opened = fresh(case)
    assert (opened.state, opened.result, opened.open) == ("registered", "", True)
    assert opened.due is not None
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    answered(case, staff)
    with pytest.raises(StepRefused):
        actions.take_asker_step(case=case, step="reopen", data=StepData(reason="Again"))
    event = actions.take_asker_step(case=case, step="appeal", data=StepData(reason="The answer is wrong."))
    appeal = event.sub
    assert appeal is not None
    assert (appeal.procedure.code, appeal.appeal_of) == ("complaint", case)
    assert queries.by_code(appeal.number, code).pk == appeal.pk
    assert "The answer is wrong." in record.values_of(queries.events_of(appeal)[0].entry).values()
    assert Result.objects.filter(case=case).count() == 2


def test_silence_is_appealed_to_the_office_above(node: TestNode) -> None:
    mary = office_with_staff("tm.cec.mary")
    person = person_with("who@example.com")
    case = file_under(QUESTION, "tm.cec.mary", person=person).case
    with pytest.raises(StepRefused):
        actions.take_asker_step(case=case, step="appeal-silence", data=StepData(reason="Nobody answers."))
    with days_later(60):
        assert actions.note_overdue() == 1
        event = actions.take_asker_step(case=case, step="appeal-silence", data=StepData(reason="Nobody answers."))
    assert event.sub is not None
    assert event.sub.office.code == "tm.cec"
    assert event.sub.person == person
    assert mary["head"].office_id == case.office_id


def test_the_verdict_of_who_asked_is_apart_from_the_result(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    answered(case, staff)
    with pytest.raises(BadForm):
        actions.take_asker_step(case=case, step="rate", data=StepData(verdict="splendid"))
    event = actions.take_asker_step(case=case, step="rate", data=StepData(verdict="no", words="It says nothing."))
    assert (fresh(case).verdict, fresh(case).result) == ("no", "answered")
    assert record.parsed(event.entry).public["verdict"] == "no"
    assert "nothing" not in bytes(event.entry.data).decode()
    with pytest.raises(StepRefused):
        actions.take_asker_step(case=case, step="rate", data=StepData(verdict="yes"))


def test_an_answered_case_closes_by_itself_after_its_time(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    answered(case, staff)
    with days_later(45):
        assert actions.take_due_steps() == 1
    assert (fresh(case).state, fresh(case).open) == ("closed", False)


# ---------------------------------------------------------------------------------------------- services with fees and documents


def certificate() -> Case:
    return file_under("residence-certificate", person=person_with("resident@example.com")).case


def test_a_certificate_is_paid_for_once_issued_and_checked_by_anybody(node: TestNode) -> None:
    case = certificate()
    office = office_with_staff(case.office.code)
    assert (case.state, case.owed > 0, case.due) == ("awaiting-payment", True, None)
    payment = actions.begin_payment(case=case)
    assert actions.begin_payment(case=case).pk == payment.pk
    actions.confirm_payment(reference=payment.reference, amount=payment.amount)
    actions.confirm_payment(reference=payment.reference, amount=payment.amount)
    paid = fresh(case)
    assert (paid.owed, paid.state, paid.due is not None) == (0, "received", True)
    assert CaseEvent.objects.filter(case=case, act="fee.paid").count() == 1
    given_to_officer(case, office)
    event = answered(case, office, "issue")
    document = event.documents.get()
    decision = Decision.objects.get(case=case)
    assert decision.document == document
    assert decision.appeal_until is not None
    pdf = kept.official_file(document)
    assert pdf.media_type == "application/pdf"
    assert record.parsed(event.entry).public["decision"] == decision.number


def test_a_fee_is_paid_whole_at_the_counter_and_paid_back_no_more_than_it_was(node: TestNode) -> None:
    case = certificate()
    office = office_with_staff(case.office.code)
    for wrong in (case.owed - 1, case.owed + 1, 0, None):
        with pytest.raises(BadForm):
            actions.take_step(
                case=case, step="pay-at-counter", mandate=office["registrar"], data=StepData(amount=wrong)
            )  # fmt: skip
    owed = case.owed
    actions.take_step(case=case, step="pay-at-counter", mandate=office["registrar"], data=StepData(amount=owed))
    given_to_officer(case, office)
    answered(case, office, "refuse", ground="requirements-not-met")
    with pytest.raises(StepRefused):
        actions.take_step(case=case, step="refund", mandate=office["registrar"], data=StepData(amount=owed + 1))
    actions.take_step(case=case, step="refund", mandate=office["registrar"], data=StepData(amount=owed))
    with pytest.raises(StepRefused):
        actions.take_step(case=case, step="refund", mandate=office["registrar"], data=StepData(amount=1))
    assert timelines.state_of(case).refunded == owed


def test_a_payment_nobody_began_or_of_another_sum_is_none(node: TestNode) -> None:
    case = certificate()
    payment = actions.begin_payment(case=case)
    for reference, amount in (("F-NOTHING", payment.amount), (payment.reference, payment.amount + 1)):
        with pytest.raises(Exception, match=r".") as refused:
            actions.confirm_payment(reference=reference, amount=amount)
        assert refused.value.code == "no-such-payment"  # type: ignore[attr-defined]  # a refusal
    assert Payment.objects.get().paid is None


# ---------------------------------------------------------------------------------------------- for others


def test_an_organisation_files_through_its_confirmed_representative_alone(node: TestNode) -> None:
    central = office_with_staff()
    person = person_with("observer@example.com")
    with pytest.raises(NotOpenToYou):
        file_under("observer-organisation", person=person)
    request = people.ask_to_represent(person=person, name="Ýaşlar guramasy", number="TM-12-345", kind="association")
    mandate = people.confirm_representation(under=central["head"], request=request)
    file = documents.keep_upload(upload=b"The charter of the organisation.", name="charter.txt")
    case = file_under("observer-organisation", person=person, mandate=mandate, files={"charter": [file]}).case
    assert case.organisation == mandate.organisation
    entry = record.parsed(queries.events_of(case)[0].entry)
    assert entry.by == "person"
    assert "Ýaşlar" not in bytes(queries.events_of(case)[0].entry.data).decode()
    colleague = person_with("colleague@example.com")
    assert not queries.view_of(case, colleague, None, ()).inside
    people.grant_representative(under=mandate, person=colleague)
    assert queries.view_of(case, colleague, None, ()).holder


def test_an_officer_files_at_the_counter_for_somebody_who_gets_the_code(staff: dict[str, Mandate]) -> None:
    with pytest.raises(NotOpenToYou):
        file_under(QUESTION, channel=Channel.PAPER, mandate=staff["officer"])
    filed = file_under(QUESTION, channel=Channel.PAPER, mandate=staff["registrar"])
    assert filed.code is not None
    entry = record.parsed(queries.events_of(filed.case)[0].entry)
    assert (entry.by, entry.public["channel"]) == ("office:tm.cec", "paper")
    assert queries.by_code(filed.case.number, filed.code) == filed.case


def test_an_office_that_a_procedure_does_not_go_to_is_refused_in_words(node: TestNode) -> None:
    with pytest.raises(BadForm) as refused:
        file_under("residence-certificate", "tm.cec")
    assert set(refused.value.problems) == {"office"}


def test_status_by_sms_needs_number_and_code_and_says_no_word_of_the_case(node: TestNode) -> None:
    filed = file_under(QUESTION)
    reply = inbound.status_by_sms("+99312345678", f"{filed.case.number} {filed.code}")
    assert filed.case.number in reply
    assert "wheelchairs" not in reply
    for wrong in (f"{filed.case.number} 0000 0000 0000 0000", filed.case.number, "hello", ""):
        with pytest.raises(BadCode):
            inbound.status_by_sms("+99312345678", wrong)


# ---------------------------------------------------------------------------------------------- inside the office


def test_a_colleagues_unfinished_answer_stops_the_end_until_it_is_thrown_away(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    actions.begin_answer(case=case, mandate=staff["officer"], step="answer", text="We have 5…")
    with pytest.raises(OthersDraft):
        actions.take_step(case=case, step="answer", mandate=staff["head"], data=StepData(answer="549"))
    with pytest.raises(OthersDraft):
        actions.begin_answer(case=case, mandate=staff["head"], step="answer", text="mine")
    actions.discard_answer(case=case, mandate=staff["head"])
    actions.take_step(case=case, step="answer", mandate=staff["head"], data=StepData(answer="549"))


def test_ones_own_draft_ends_with_the_answer(staff: dict[str, Mandate]) -> None:
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    actions.begin_answer(case=case, mandate=staff["officer"], step="answer", text="We have 5…")
    answered(case, staff)
    assert not hasattr(fresh(case), "answer_draft")


def test_a_substitute_sees_the_absent_officers_cases_as_hers(staff: dict[str, Mandate]) -> None:
    second, _ = people.create_person(email="second@tm.cec", name="Second", language="ru", password="x" * 12)
    other = people.grant_mandate(under=staff["head"], office=staff["head"].office, person=second, role="officer")
    case = file_under(QUESTION).case
    given_to_officer(case, staff)
    mine = queries.WorklistFilter(view="mine")
    assert not queries.worklist(other, mine).exists()
    today = clock.today()
    people.state_absence(
        under=staff["officer"], mandate=staff["officer"], substitute=other, starts=today, ends=today + timedelta(days=9)
    )  # fmt: skip
    assert [one.pk for one in queries.worklist(other, mine)] == [case.pk]


def test_the_head_sees_who_has_how_much_and_what_will_be_late(staff: dict[str, Mandate]) -> None:
    for _ in range(3):
        given_to_officer(file_under(QUESTION).case, staff)
    file_under(QUESTION)
    with days_later(26):
        loads, _until = queries.load_of_office(staff["head"])
    found = {load.officer.pk if load.officer else None: (load.open, load.late, load.this_week) for load in loads}
    assert found[staff["officer"].pk][0] == 3
    assert found[None][0] == 1
    assert sum(load.late + load.this_week for load in loads) == 4


# ---------------------------------------------------------------------------------------------- every procedure of the pack


@pytest.mark.parametrize("code", GOOD_END)
def test_every_matter_of_a_citizen_goes_from_filing_to_an_answer(node: TestNode, code: str) -> None:
    case = file_under(code).case
    office = office_with_staff(case.office.code)
    given_to_officer(case, office)
    rules_steps = {event.step for event in queries.events_of(case)}
    assert {"register", "assign"} <= rules_steps
    event = answered(case, office, GOOD_END[code])
    assert event.documents.exists()
    assert fresh(case).answered_on is not None
    size = node.sequence()
    assert size > 0
    assert record.receipt_for(queries.events_of(case)[-1].entry).to_bytes()
