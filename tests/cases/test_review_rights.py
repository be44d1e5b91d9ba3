"""What a hostile reader of the rooms tried: words that pay, values smuggled past a step, files of strangers, borrowed drafts."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cases.test_doors import BACKEND, FORM_AT, picture, signed_in
from tests.cases.test_http import FORM, file_over_http, fill_in
from tests.cases.test_one_request import ANSWER, QUESTION, file, office_with_staff
from tests.cases.worlds import file_under, person_with
from tests.nodes import TestNode

from aydyn.cases import actions, letters, procedures, queries
from aydyn.cases import payments as gateways
from aydyn.cases.actions import StepData
from aydyn.cases.errors import NoSuchDraft
from aydyn.cases.models import Case, CaseEvent, FilingDraft
from aydyn.documents.models import File
from aydyn.people import actions as people
from aydyn.people.models import Mandate
from aydyn.record.models import Pending


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


def test_the_address_that_leads_to_the_payment_page_does_not_pay(node: TestNode, client: Client, settings: Any) -> None:
    settings.AYDYN = dataclasses.replace(
        settings.AYDYN, payment_key="a key of the operator", payment_url="https://pay.example/",
        payment_gateway="aydyn.cases.payments.HttpGateway",
    )  # fmt: skip
    person = person_with()
    case = file_under("residence-certificate", person=person).case
    client.force_login(person, BACKEND)
    sent = client.post(f"/en/cases/{case.number}/pay/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent["Location"]).query).items()}
    assert asked["signature"] == gateways.signature(asked["reference"], int(asked["amount"]), gateways.ASK)
    assert client.post("/payments/in", asked).status_code == 403
    assert queries.by_number(case.number).owed > 0


# ---------------------------------------------------------------------------------------------- what a step does not ask for


def test_an_officer_cannot_say_what_who_asked_thinks_of_the_answer(staff: dict[str, Mandate]) -> None:
    case = file().case
    post = {"officer": staff["officer"].public_id, "verdict": "yes", "amount": "5"}
    assert signed_in(staff["registrar"]).post(f"/en/cases/{case.number}/steps/assign/", post).status_code == 302
    event = CaseEvent.objects.get(case=case, seq=2)
    assert (event.ground, event.amount) == ("", None)
    assert queries.by_number(case.number).verdict == ""


def test_words_sent_along_with_a_step_do_not_become_public(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    name = "Ogulgerek Annaýewa, 8 65 12 34 56"
    assert client.post(f"/en/cases/{case.number}/steps/add/", {"words": "more", "verdict": name}).status_code == 302
    assert name not in Client().get(f"/en/cases/{case.number}/").content.decode()
    assert not CaseEvent.objects.exclude(ground="").exists()


@pytest.mark.parametrize("odd", ["a/b", "..", "//evil.example", "https://evil.example/", "\x00", "ş" * 300])
def test_an_odd_address_to_go_on_to_leads_back_to_the_case(staff: dict[str, Mandate], odd: str) -> None:
    case = file().case
    sent = signed_in(staff["registrar"]).post(f"/en/cases/{case.number}/steps/register/", {"then": odd})
    assert sent.status_code == 302
    assert sent["Location"] == f"/en/cases/{case.number}/"


def test_the_same_office_named_twice_is_asked_once(staff: dict[str, Mandate]) -> None:
    case = file().case
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    post = {"offices": ["tm.cec.mary", "tm.cec.mary"], "question": "How many in Mary?"}
    assert signed_in(staff["officer"]).post(f"/en/cases/{case.number}/steps/join/", post).status_code == 302
    assert Case.objects.filter(parent=case).count() == 1


# ---------------------------------------------------------------------------------------------- files of a step


def photos(count: int = 2) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{at}.jpg", picture()) for at in range(count)]


def test_a_stranger_leaves_no_file_in_somebody_elses_case(node: TestNode, client: Client) -> None:
    case = file().case
    assert client.post(f"/en/cases/{case.number}/steps/add/", {"files": photos()}).status_code == 404
    assert not File.objects.exists()


def test_files_of_a_step_that_was_refused_stay_nowhere(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    address = f"/en/cases/{case.number}/steps"
    assert client.post(f"{address}/reopen/", {"reason": "It is not closed yet.", "files": photos()}).status_code == 409
    broken = [*photos(1), SimpleUploadedFile("b.jpg", b"MZ\x00\x00")]
    assert client.post(f"{address}/add/", {"words": "more", "files": broken}).status_code == 422
    assert not File.objects.exists()
    assert client.post(f"{address}/add/", {"words": "more", "files": photos()}).status_code == 302
    assert File.objects.filter(version__isnull=False).count() == 2


def test_files_of_steps_are_counted_as_those_of_forms(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aydyn.cases.views.steps.UPLOADS_PER_HOUR", 1)
    case = file_over_http(client)
    sent = client.post(f"/en/cases/{case.number}/steps/add/", {"words": "kept words", "files": photos()})
    assert sent.status_code == 422
    assert "kept words" in sent.content.decode()
    assert not File.objects.exists()


def shown_by(visitor: Client, receipt: str) -> str:
    """What a receipt opens."""
    lines = visitor.get(receipt).content.decode().splitlines()
    return base64.b64decode(next(line for line in lines if line.startswith("extra "))[6:]).decode()


def test_what_only_staff_are_told_is_in_no_receipt_and_no_file_of_who_asked(
    staff: dict[str, Mandate], node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file_over_http(client)
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    said = StepData(question="Words for staff alone", files=())
    actions.take_step(case=case, step="ask-back", mandate=staff["officer"], data=said)
    node.sequence()
    receipt = f"/en/cases/{case.number}/receipts/3/usual.tlog-proof"
    assert "Words for staff alone" in shown_by(client, receipt)
    rules = procedures.parsed(case.procedure_id)
    steps = tuple(
        each.model_copy(update={"visible": "staff"}) if each.code == "ask-back" else each for each in rules.steps
    )
    changed = rules.model_copy(update={"steps": steps})
    monkeypatch.setattr(procedures, "parsed", lambda _version: changed)
    assert "Words for staff alone" not in shown_by(client, receipt)
    assert "Words for staff alone" in shown_by(signed_in(staff["officer"]), receipt)


# ---------------------------------------------------------------------------------------------- drafts


def test_nobody_files_under_the_mandate_of_who_left_the_counter(staff: dict[str, Mandate]) -> None:
    counter = signed_in(staff["registrar"])
    counter.post("/en/file/information-request/start/", {"as": "counter:paper"})
    counter.post(f"{FORM_AT}/question/", FORM)
    named = counter.post(f"{FORM_AT}/saved/").context
    for visitor in (Client(), signed_in(staff["officer"])):
        visitor.cookies["draft-information-request"] = counter.cookies["draft-information-request"].value
        assert visitor.get(f"{FORM_AT}/check/").status_code == 302
        assert visitor.post(f"{FORM_AT}/check/").status_code == 302
        opened = visitor.post("/en/file/saved/", {"name": named["draft"].name, "code": named["code"]})
        assert opened.status_code == 422
    assert not Case.objects.exists()
    assert FORM["question"] in counter.get(f"{FORM_AT}/question/").content.decode()


def test_a_draft_that_two_browsers_hold_is_filed_by_one(node: TestNode, client: Client) -> None:
    fill_in(client)
    draft = FilingDraft.objects.get()
    late = queries.draft_by_key(actions.reopen_draft(draft=draft))
    assert late is not None
    first = actions.reopen_draft(draft=draft)
    with pytest.raises(NoSuchDraft):  # its secret was another one when the request came in
        actions.file_draft(draft=late, secret="x" * 32)
    case = actions.file_draft(draft=late, secret=first).case
    assert actions.file_draft(draft=late, secret=first).case == case
    assert Case.objects.count() == 1


def test_a_robot_does_not_fill_the_disk_with_forms(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aydyn.cases.views.drafts.BEGUN_PER_HOUR", 2)
    answers = [Client().post(f"{FORM_AT}/question/", FORM).status_code for _ in range(3)]
    answers.append(Client().post("/en/file/information-request/start/").status_code)
    assert answers == [302, 302, 429, 429]
    assert FilingDraft.objects.count() == 2


# ---------------------------------------------------------------------------------------------- who sees what


def test_who_represented_an_organisation_yesterday_opens_its_cases_no_more(staff: dict[str, Mandate]) -> None:
    person = person_with("maral@example.com")
    request = people.ask_to_represent(person=person, name="Ýaşlar", number="123456", kind="association")
    mandate = people.confirm_representation(under=staff["head"], request=request)
    case = file(person=person, mandate=mandate).case
    browser = Client()
    browser.force_login(person, BACKEND)
    assert QUESTION in browser.get(f"/en/cases/{case.number}/").content.decode()
    people.end_representative(person=person, mandate=mandate)
    assert QUESTION not in browser.get(f"/en/cases/{case.number}/").content.decode()
    assert browser.post(f"/en/cases/{case.number}/withdraw/").status_code == 404
    assert case.number not in browser.get("/en/my/").content.decode()


def test_a_number_alone_says_nothing_of_a_case_that_is_not_there_for_all(node: TestNode, client: Client) -> None:
    held = file(held=True).case
    unknown = client.post("/en/follow/", {"number": "CEC-2026-999999"})
    answer = client.post("/en/follow/", {"number": held.number})
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert client.post("/en/follow/", {"number": file().case.number}).status_code == 302


def test_an_office_does_nothing_with_a_case_that_waits_for_the_hour(staff: dict[str, Mandate]) -> None:
    case = file().case
    Pending.objects.filter(entry__case_event__case=case).update(release_at=case.filed_at)
    post = {"do": "register", "case": [case.number]}
    assert signed_in(staff["registrar"]).post("/en/desk/marked/", post).status_code == 302
    assert case.events.count() == 1


def test_a_letter_says_all_that_the_answer_says() -> None:
    text = "\n\n".join(f"{ANSWER} {number}" for number in range(300))
    pieces = letters._paragraphs(text)
    assert len(pieces) == letters.MOST_PARAGRAPHS
    assert "\n".join(pieces).split("\n") == text.split("\n\n")
