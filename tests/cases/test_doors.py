"""Forms, files, drafts, counters and steps at the doors people use: HTTP without scripts, and what leaks to nobody."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cases.test_http import FORM, file_over_http, fill_in
from tests.cases.test_one_request import ANSWER, QUESTION, office_with_staff
from tests.cases.worlds import person_with
from tests.nodes import TestNode

from aydyn.cases import actions, payments, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, FilingDraft, Note
from aydyn.documents.models import File
from aydyn.kernel import caching
from aydyn.people.models import Mandate
from aydyn.record.models import Look

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM_AT = "/en/file/information-request/form"
SECRET_NAME = "ogulgerek-diagnosis"


def signed_in(mandate: Mandate) -> Client:
    client = Client()
    client.force_login(mandate.person, BACKEND)
    return client


def picture() -> bytes:
    from PIL import Image

    data = io.BytesIO()
    image = Image.new("RGB", (40, 30), "red")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(data, "JPEG", exif=exif)
    return data.getvalue()


def upload(client: Client, name: str, data: bytes, field: str = "attachments") -> Any:
    file = SimpleUploadedFile(name, data, content_type="text/html")
    return client.post(f"{FORM_AT}/question/", {**FORM, "do": "upload", field: file})


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


# ---------------------------------------------------------------------------------------------- save and return


def test_answers_are_saved_and_opened_on_another_phone_with_name_and_code(node: TestNode, client: Client) -> None:
    client.post(f"{FORM_AT}/question/", {**FORM, "do": "save"})
    page = client.post(f"{FORM_AT}/saved/").content.decode()
    code = re.search(r'id="access-code">([0-9 ]+)<', page)
    name = re.search(r"D-[0-9A-Z]+", page)
    assert code is not None
    assert name is not None
    phone = Client()
    assert QUESTION not in phone.get(f"{FORM_AT}/question/").content.decode()
    wrong = phone.post("/en/file/saved/", {"name": name[0], "code": "0000 0000 0000 0000"})
    assert wrong.status_code == 422
    opened = phone.post("/en/file/saved/", {"name": name[0].lower(), "code": code[1]}, follow=True)
    assert QUESTION in opened.content.decode()
    assert QUESTION not in client.get(f"{FORM_AT}/question/").content.decode(), "taken along, not copied"


def test_a_draft_of_an_account_waits_on_its_page_and_opens_for_nobody_else(node: TestNode) -> None:
    owner, other = Client(), Client()
    owner.force_login(person_with(), BACKEND)
    other.force_login(person_with("other@example.com"), BACKEND)
    owner.post(f"{FORM_AT}/question/", {**FORM, "do": "next"})
    draft = FilingDraft.objects.get()
    assert draft.name in owner.get("/en/my/").content.decode()
    assert draft.name not in other.get("/en/my/").content.decode()
    assert other.post("/en/file/saved/", {"draft": draft.name}).status_code == 422
    stolen = Client()
    stolen.cookies["draft-information-request"] = owner.cookies["draft-information-request"].value
    assert QUESTION not in stolen.get(f"{FORM_AT}/question/").content.decode()


def test_a_draft_is_thrown_away_with_its_files_and_a_sent_one_is_gone(node: TestNode, client: Client) -> None:
    upload(client, "a.jpg", picture())
    client.post(f"{FORM_AT}/discard/")
    assert (FilingDraft.objects.count(), File.objects.count()) == (0, 0)
    fill_in(client)
    client.post(f"{FORM_AT}/check/")
    assert FilingDraft.objects.count() == 0


def test_a_page_that_does_not_apply_is_passed_over_and_asked_when_it_does(node: TestNode, client: Client) -> None:
    at = fill_in(client, scope="national")
    assert "Velayat" not in client.get(at).content.decode().split("</dl>")[0]
    client.post(f"{FORM_AT}/about/?change=1", {**FORM, "scope": "local", "region": "", "do": "next"})
    assert client.get(at).status_code == 422
    moved = client.post(f"{FORM_AT}/about/?change=1", {**FORM, "scope": "local", "region": "TM-M", "do": "next"})
    assert moved["Location"].endswith("/check/")


# ---------------------------------------------------------------------------------------------- files


def test_a_file_is_told_by_its_bytes_cleaned_and_handed_out_to_save_only(node: TestNode, client: Client) -> None:
    upload(client, f"../../{SECRET_NAME}.html", picture())
    client.post(f"{FORM_AT}/about/", {**FORM, "do": "next"})
    client.post(f"{FORM_AT}/about-you/", {"do": "next"})
    client.post(f"{FORM_AT}/check/")
    case = Case.objects.get()
    page = client.get(f"/en/cases/{case.number}/").content.decode()
    link = re.search(rf"/en/cases/{case.number}/files/[0-9a-z]+/", page)
    assert link is not None
    got = client.get(link[0])
    assert got["Content-Disposition"].startswith("attachment")
    assert got["Content-Type"] == "image/jpeg"
    assert "sandbox" in got["Content-Security-Policy"]
    assert b"taken at home" not in b"".join(got.streaming_content)  # type: ignore[attr-defined]  # it streams
    assert Client().get(link[0]).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("letter.docx", b"MZ\x90\x00 a program"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("nothing.pdf", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_the_answers_are_kept(
    node: TestNode, client: Client, name: str, data: bytes
) -> None:
    answer = upload(client, name, data)
    assert answer.status_code in (302, 422)
    assert File.objects.count() == 0
    assert QUESTION in client.get(f"{FORM_AT}/question/").content.decode()


def test_no_more_files_than_the_question_takes(node: TestNode, client: Client) -> None:
    for at in range(7):
        upload(client, f"{at}.jpg", picture())
    assert File.objects.count() == 5
    gone = File.objects.order_by("pk").first()
    assert gone is not None
    client.post(f"{FORM_AT}/question/", {**FORM, "remove": gone.public_id})
    assert File.objects.count() == 4


def test_neither_words_nor_names_of_files_reach_a_stranger_by_any_door(
    staff: dict[str, Mandate], node: TestNode, client: Client
) -> None:
    upload(client, f"{SECRET_NAME}.jpg", picture())
    client.post(f"{FORM_AT}/about/", {**FORM, "do": "next"})
    client.post(f"{FORM_AT}/about-you/", {"asker_name": "Aýna Secretova", "do": "next"})
    client.post(f"{FORM_AT}/check/")
    case = Case.objects.get()
    actions.take_step(case=case, step="register", mandate=staff["registrar"])
    actions.write_note(case=case, mandate=staff["registrar"], text="internal-note-words")
    node.sequence()
    stranger = Client()
    paths = [
        f"/en/cases/{case.number}/", f"/en/cases/{case.number}/receipts.zip", f"/en/cases/{case.number}/receipts/1/",
        f"/en/cases/{case.number}/receipts/1/usual.tlog-proof", f"/en/cases/{case.number}/receipts/1/name.tlog-proof",
        f"/en/cases/{case.number}/filed.pdf", f"/en/cases/{case.number}/looks/", f"/api/cases/{case.number}", "/api/cases",
        "/en/register/", "/en/register/table.csv", "/en/register/feed.atom", "/en/",
    ]  # fmt: skip
    for path in paths:
        answer = stranger.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        for word in (SECRET_NAME, QUESTION[:30], "Secretova", "internal-note-words"):
            assert word.encode() not in body, (path, word)


# ---------------------------------------------------------------------------------------------- what who filed it can do


def test_without_a_script_somebody_answers_reopens_appeals_and_rates(
    staff: dict[str, Mandate], node: TestNode, client: Client
) -> None:
    case = file_over_http(client, "en")
    at = f"/en/cases/{case.number}/"
    officer = signed_in(staff["officer"])
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    assert officer.post(f"{at}steps/ask-back/", {"question": "Which year do you mean?"}).status_code == 302
    page = client.get(at).content.decode()
    assert "It is your turn" in page
    assert "Which year do you mean?" in page
    empty = client.post(f"{at}steps/supplement/", {"words": ""})
    assert empty.status_code == 422
    answered = client.post(f"{at}steps/supplement/", {"words": "2026", "files": SimpleUploadedFile("a.jpg", picture())})
    assert answered.status_code == 302
    assert officer.post(f"{at}steps/answer/", {"answer": ANSWER}).status_code == 302
    assert client.post(f"{at}steps/rate/", {"verdict": "partly", "words": "So-so"}).status_code == 302
    assert client.post(f"{at}steps/appeal/", {"reason": "It is wrong."}).status_code == 302
    appeal = Case.objects.latest("pk")
    assert appeal.number in client.get(at).content.decode()
    assert client.post(f"{at}steps/reopen/", {"reason": "Look again."}).status_code == 302
    assert Client().post(f"{at}steps/add/", {"words": "x"}).status_code == 404


def test_who_filed_it_sees_who_of_the_staff_looked_and_nobody_else_does(
    staff: dict[str, Mandate], client: Client
) -> None:
    case = file_over_http(client, "en")
    signed_in(staff["officer"]).get(f"/en/cases/{case.number}/")
    page = client.get(f"/en/cases/{case.number}/looks/").content.decode()
    assert "officer" in page
    assert "officer@" not in page
    assert Client().get(f"/en/cases/{case.number}/looks/").status_code == 404
    assert signed_in(staff["head"]).get(f"/en/cases/{case.number}/looks/").status_code == 404
    assert Look.objects.filter(subject=f"case:{case.number}").count() == 2


def test_my_page_says_what_is_new_until_it_was_read(staff: dict[str, Mandate]) -> None:
    person = person_with()
    mine = Client()
    mine.force_login(person, BACKEND)
    case = file_over_http(mine, "en")
    actions.take_step(case=case, step="register", mandate=staff["registrar"])
    assert "1 new event" in mine.get("/en/my/").content.decode()
    mine.get(f"/en/cases/{case.number}/")
    assert "new event" not in mine.get("/en/my/").content.decode()


def test_all_receipts_of_a_person_come_in_one_file(node: TestNode) -> None:
    import zipfile

    mine = Client()
    mine.force_login(person_with(), BACKEND)
    cases = [file_over_http(mine, "en") for _ in range(2)]
    node.sequence()
    with zipfile.ZipFile(io.BytesIO(mine.get("/en/my/receipts.zip").content)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {case.number for case in cases}
    assert Client().get("/en/my/receipts.zip").status_code == 302


# ---------------------------------------------------------------------------------------------- the office


def test_at_the_counter_the_code_is_shown_once_to_the_office_and_opens_the_case(staff: dict[str, Mandate]) -> None:
    desk = signed_in(staff["registrar"])
    assert desk.post("/en/file/information-request/start/", {"as": "counter:paper"}).status_code == 302
    fill_in(desk)
    sent = desk.post(f"{FORM_AT}/check/", follow=True)
    code = re.search(r'id="access-code">([0-9 ]+)<', sent.content.decode())
    assert code is not None
    case = Case.objects.get()
    assert (case.channel, case.person, case.held) == ("paper", None, False)
    opened = Client().post("/en/follow/", {"number": case.number, "code": code[1]}, follow=True)
    assert QUESTION in opened.content.decode()
    officer = signed_in(staff["officer"])
    assert officer.post("/en/file/information-request/start/", {"as": "counter:paper"}).status_code == 403


def test_notes_are_for_the_office_and_never_for_who_filed_it(staff: dict[str, Mandate], client: Client) -> None:
    case = file_over_http(client, "en")
    desk = signed_in(staff["registrar"])
    desk.post(f"/en/cases/{case.number}/notes/", {"note": "Ask Maral about ramps"})
    assert "Maral" in desk.get(f"/en/cases/{case.number}/").content.decode()
    assert "Maral" not in client.get(f"/en/cases/{case.number}/").content.decode()
    assert client.post(f"/en/cases/{case.number}/notes/", {"note": "x"}).status_code in (302, 404)
    assert Note.objects.count() == 1


def test_an_answer_is_begun_with_a_text_of_the_office_put_aside_and_given(
    staff: dict[str, Mandate], client: Client
) -> None:
    case = file_over_http(client, "en")
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    desk = signed_in(staff["officer"])
    desk.post("/en/desk/texts/", {"title": "Greeting", "text": "Dear citizen, we have looked into it."})
    assert desk.post("/en/desk/texts/", {"title": "", "text": ""}).status_code == 422
    page = desk.get(f"/en/cases/{case.number}/").content.decode()
    key = re.search(r"\?text=(o-\d+)#", page)
    assert key is not None
    assert "Dear citizen" in desk.get(f"/en/cases/{case.number}/?text={key[1]}").content.decode()
    desk.post(f"/en/cases/{case.number}/draft/answer/", {"answer": "Dear citizen, 54"})
    assert "Dear citizen, 54" in desk.get(f"/en/cases/{case.number}/").content.decode()
    assert "Dear citizen, 54" not in client.get(f"/en/cases/{case.number}/").content.decode()
    assert desk.post(f"/en/cases/{case.number}/steps/answer/", {"answer": ANSWER}).status_code == 302


def test_what_the_rules_take_out_is_shown_and_decided_by_a_person(staff: dict[str, Mandate], client: Client) -> None:
    text = "My name is Aýna Annaýewa, call me at +993 65 12 34 56: how many stations have ramps?"
    case = file_over_http(client, "en", question=text, asker_name="Aýna Annaýewa")
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    publisher = signed_in(staff["publisher"])
    page = publisher.get(f"/en/cases/{case.number}/").content.decode()
    field = re.search(r'name="public_question"[^>]*>([^<]*)<', page)
    assert field is not None
    assert "65 12 34 56" not in field[1]
    assert "Annaýewa" not in field[1]
    assert "ramps" in field[1]
    published = {"public_question": "How many stations have ramps?", "public_answer": ANSWER}
    assert publisher.post(f"/en/cases/{case.number}/steps/publish/", published).status_code == 302
    assert "ramps" in Client().get(f"/en/cases/{case.number}/").content.decode()
    hide = publisher.post(f"/en/cases/{case.number}/steps/hide/", {"ground": "personal-data"})
    assert hide.status_code == 302
    caching._pages.clear()  # a stranger's page may be two seconds old (decision 9)
    hidden = Client().get(f"/en/cases/{case.number}/").content.decode()
    assert "How many stations have ramps" not in hidden
    assert "has been hidden" in hidden


def test_every_page_of_the_desk_asks_for_a_mandate(node: TestNode, client: Client) -> None:
    client.force_login(person_with(), BACKEND)
    for path in ("desk/", "desk/load/", "desk/texts/"):
        assert client.get(f"/en/{path}").status_code == 403, path
        assert Client().get(f"/en/{path}").status_code == 302, path
    assert client.post("/en/desk/marked/", {}).status_code == 403


def test_an_office_that_asked_sees_the_case_and_its_look_is_written_down(staff: dict[str, Mandate]) -> None:
    mary = office_with_staff("tm.cec.mary")
    desk = signed_in(staff["officer"])
    desk.post("/en/file/office-request/start/", {"as": "office"})
    case = file_over_http(desk, "en", "office-request", office="tm.cec.mary", question=QUESTION)
    assert case.from_office == staff["officer"].office
    assert QUESTION in desk.get(f"/en/cases/{case.number}/").content.decode()
    assert QUESTION in signed_in(mary["officer"]).get(f"/en/cases/{case.number}/").content.decode()
    elsewhere = office_with_staff("tm.cec.ahal")
    assert signed_in(elsewhere["officer"]).get(f"/en/cases/{case.number}/").status_code == 404
    assert Look.objects.filter(subject=f"case:{case.number}").count() >= 2


# ---------------------------------------------------------------------------------------------- money and messages from outside


def test_a_payment_is_confirmed_by_a_signed_word_alone(node: TestNode, client: Client, settings: Any) -> None:
    import dataclasses

    from tests.cases.worlds import file_under

    case = file_under("residence-certificate", person=person_with()).case
    payment = actions.begin_payment(case=case)
    fields = {"reference": payment.reference, "amount": str(payment.amount)}
    assert client.post("/payments/in", {**fields, "signature": ""}).status_code == 403
    settings.AYDYN = dataclasses.replace(settings.AYDYN, payment_key="a key of the operator")
    assert client.post("/payments/in", {**fields, "signature": "0" * 64}).status_code == 403
    signed = payments.signature(payment.reference, payment.amount, payments.PAID)
    assert client.post("/payments/in", {**fields, "amount": "1", "signature": signed}).status_code == 403
    assert client.post("/payments/in", {**fields, "signature": signed}).status_code == 200
    assert client.post("/payments/in", {**fields, "signature": signed}).status_code == 200
    assert queries.by_number(case.number).owed == 0


def test_the_play_gateway_pays_in_a_demonstration_and_nowhere_else(node: TestNode, client: Client) -> None:
    from tests.cases.worlds import file_under

    payment = actions.begin_payment(case=file_under("residence-certificate", person=person_with()).case)
    assert client.post(f"/en/pay/{payment.reference}/").status_code == 404


def test_the_first_page_of_every_procedure_is_there_in_every_language(node: TestNode, client: Client) -> None:
    for row in queries.current_procedures():
        for language in ("tk", "ru", "en"):
            assert client.get(f"/{language}/file/{row.code}/").status_code == 200
            first = client.get(f"/{language}/file/{row.code}/form/")["Location"]
            assert client.get(first).status_code == 200, first
