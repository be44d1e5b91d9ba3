"""The same at the door people use: forms and pages, with and without account, in every language."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from tests.cases.test_one_request import ANSWER, QUESTION, office_with_staff
from tests.nodes import TestNode

from aydyn.cases.models import Case
from aydyn.ledger.receipts import Receipt
from aydyn.record.keys import policies
from aydyn.record.models import Look

FORM = {
    "office": "tm.cec",
    "question": QUESTION,
    "scope": "local",
    "region": "TM-M",
    "form": "page",
    "asker_name": "Aýna",
}


def file_over_http(client: Client, language: str = "tk", code: str = "information-request", **changes: str) -> Case:
    """Walk through every page of a form as a browser without scripts does, and send it."""
    address = fill_in(client, language, code, **changes)
    sent = client.post(address)
    assert sent.status_code == 302, sent.content.decode()
    return Case.objects.latest("pk")


def fill_in(client: Client, language: str = "en", code: str = "information-request", **changes: str) -> str:
    """Walk through every page of a form up to the last check; returns its address."""
    given = {**FORM, **changes}
    address = client.get(f"/{language}/file/{code}/form/")["Location"]
    for _ in range(12):
        if address.endswith("/check/"):
            break
        answer = client.post(address, {**given, "do": "next"})
        assert answer.status_code == 302, answer.content.decode()
        address = answer["Location"]
    assert client.get(address).status_code == 200
    return address


@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_every_page_of_the_portal_is_there_in_every_language(node: TestNode, client: Client, language: str) -> None:
    case = file_over_http(client, language)
    node.sequence()
    paths = [
        "",
        "file/",
        "file/information-request/",
        "follow/",
        "register/",
        "register/?q=mary&state=waiting&sort=due",
        "check/",
        "record/0/",
    ]
    paths += [f"cases/{case.number}/{rest}" for rest in ("", "filed/", "withdraw/", "receipts/1/", "receipts/1/paper/")]
    paths += ["account/login/", "account/signup/", "account/password/reset/"]
    for path in paths:
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200, path
        assert f'lang="{language}"' in answer.content.decode(), path
        assert "default-src 'none'" in answer["Content-Security-Policy"], path


def test_filing_without_an_account_gives_code_and_receipt(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    page = client.get(f"/tk/cases/{case.number}/filed/").content.decode()
    code = re.search(r'id="access-code">([0-9 ]+)<', page)
    assert code is not None
    stranger = Client()
    assert QUESTION not in stranger.get(f"/tk/cases/{case.number}/").content.decode()
    opened = stranger.post("/tk/follow/", {"number": case.number, "code": code[1]}, follow=True)
    assert QUESTION in opened.content.decode()
    assert "Aýna" in opened.content.decode()


def test_three_kinds_of_receipts_and_a_zip(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    assert client.get(f"/tk/cases/{case.number}/receipts/1/usual.tlog-proof").status_code == 404
    node.sequence()
    opened = {}
    for kind in ("usual", "bare", "name"):
        answer = client.get(f"/tk/cases/{case.number}/receipts/1/{kind}.tlog-proof")
        receipt = Receipt.parse(answer.content)
        for policy in policies():
            receipt.verify(policy)
        opened[kind] = set(receipt.opened)
    assert opened["bare"] == set()
    assert "asker" not in opened["usual"]
    assert "asker" in opened["name"]
    with zipfile.ZipFile(io.BytesIO(client.get(f"/tk/cases/{case.number}/receipts.zip").content)) as archive:
        assert len(archive.namelist()) == 1
    stranger = Receipt.parse(Client().get(f"/tk/cases/{case.number}/receipts/1/name.tlog-proof").content)
    assert stranger.opened == {}


def test_an_officer_works_through_the_desk(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    case = file_over_http(client)
    number = case.number
    desk = Client()
    desk.force_login(staff["registrar"].person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert number in desk.get("/ru/desk/").content.decode()
    desk.post("/ru/desk/marked/", {"case": [number], "officer": staff["officer"].public_id})
    officer = Client()
    officer.force_login(staff["officer"].person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert QUESTION in officer.get(f"/ru/cases/{number}/").content.decode()
    empty = officer.post(f"/ru/cases/{number}/steps/answer/", {"answer": ""})
    assert empty.status_code == 422
    assert officer.post(f"/ru/cases/{number}/steps/answer/", {"answer": ANSWER}).status_code == 302
    again = officer.post(f"/ru/cases/{number}/steps/answer/", {"answer": "kept words"})
    assert again.status_code == 409
    assert ANSWER in client.get(f"/tk/cases/{number}/").content.decode()
    assert Look.objects.filter(subject=f"case:{number}", mandate=staff["officer"].public_id).exists()
    publisher = Client()
    publisher.force_login(staff["publisher"].person, backend="allauth.account.auth_backends.AuthenticationBackend")
    publisher.post(
        f"/ru/cases/{number}/steps/publish/", {"public_question": "Stations in Mary?", "public_answer": ANSWER}
    )
    assert ANSWER in Client().get(f"/en/cases/{number}/").content.decode()
    assert number in Client().get("/en/register/?q=stations").content.decode()
    assert number not in Client().get("/en/register/?q=wheelchair").content.decode()


def test_the_open_api_shows_what_was_published_with_salts(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    case = file_over_http(client)
    from aydyn.cases import actions
    from aydyn.cases.actions import StepData

    actions.take_step(case=case, step="register", mandate=staff["head"])
    actions.take_step(case=case, step="refuse", mandate=staff["head"], data=StepData(answer=ANSWER, ground="not-held"))
    actions.take_step(
        case=case, step="publish", mandate=staff["head"], data=StepData(public_question="Q?", public_answer="A.")
    )
    node.sequence()
    shown: dict[str, Any] = Client().get(f"/api/cases/{case.number}").json()
    assert [event["act"] for event in shown["events"]] == [
        "case.filed",
        "case.registered",
        "case.refused",
        "case.published",
    ]
    assert shown["events"][0]["parts"] == {}
    assert shown["events"][3]["parts"]["answer"]["value"] == "A."
    assert Client().get("/api/cases").json()["items"][0] == shown
    assert Client().get("/api/cases/CEC-2026-999999").status_code == 404
    assert Client().get("/api/cases?cursor=x").status_code == 422
    assert Client().get("/api/openapi.json").json()["openapi"].startswith("3.1")


def test_the_ledger_is_served_as_the_specification_says(node: TestNode, client: Client) -> None:
    file_over_http(client)
    size = node.sequence()
    answer = client.get("/ledger/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "immutable" not in answer["Cache-Control"]
    tile = client.get(f"/ledger/tile/0/000.p/{size}")
    assert (tile.status_code, tile["Content-Type"], len(tile.content)) == (200, "application/octet-stream", 32 * size)
    assert "immutable" in tile["Cache-Control"]
    bundle = client.get(f"/ledger/tile/entries/000.p/{size}", headers={"accept-encoding": "gzip"})
    assert bundle["Content-Encoding"] == "gzip"
    for path in (
        "tile/0/001",
        f"tile/0/000.p/{size + 1}",
        "tile/0/000",
        "tile/00/000",
        "tile/../keys/log-ed25519.key",
        "x",
        "files/00",
    ):
        missing = client.get(f"/ledger/{path}")
        assert missing.status_code == 404, path
    assert b"witness one" in client.get("/ledger/policy").content
    assert client.get("/ledger/acts").json()["acts"]["case.filed"]["by"] == ["person", "office"]
    assert client.post("/ledger/checkpoint").status_code == 405


def test_wrong_forms_come_back_with_what_was_typed(node: TestNode, client: Client) -> None:
    at = "/en/file/information-request/form/question/"
    answer = client.post(at, {**FORM, "question": "\u202e reversed"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "direction of writing" in page
    assert "reversed" in page
    assert "reversed" in client.get(at).content.decode(), "what was typed is kept, right or wrong"
    assert client.post(at, {**FORM, "question": "a" * 3_000_000}).status_code == 400
    assert client.get("/en/file/information-request/form/check/").status_code == 422, "no way around the mistake"
    assert client.post("/en/file/information-request/form/check/").status_code == 422
    assert client.get("/en/file/nonsense/").status_code == 404
    assert not Case.objects.exists()


def test_a_form_without_its_token_is_refused_and_says_what_to_do(node: TestNode) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/en/file/information-request/form/question/", FORM)
    assert answer.status_code == 403
    assert b"Go back, copy your text" in answer.content


def test_a_robot_is_held_for_triage_and_loses_nothing(node: TestNode, client: Client, settings: Any) -> None:
    import dataclasses

    settings.AYDYN = dataclasses.replace(settings.AYDYN, filings_per_hour=2)
    cases = [file_over_http(client) for _ in range(4)]
    assert [Case.objects.get(pk=case.pk).held for case in cases] == [False, False, True, True]
    node.sequence()
    stranger = Client()
    assert stranger.get(f"/en/cases/{cases[3].number}/").status_code == 404
    assert client.get(f"/tk/cases/{cases[3].number}/receipts/1/usual.tlog-proof").status_code == 200


def test_guessing_codes_is_slowed_and_says_nothing(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    stranger = Client()
    answers = [
        stranger.post("/en/follow/", {"number": case.number, "code": "1234 5678 1234 5670"}).status_code
        for _ in range(12)
    ]
    assert answers[0] == 422
    assert answers[-1] == 429
    other = Client().post(
        "/en/follow/", {"number": "CEC-2026-999999", "code": "1234 5678 1234 5670"}, REMOTE_ADDR="10.0.0.9"
    )
    assert other.status_code == 422


def test_the_head_erases_by_order_of_law_and_nobody_else(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    case = file_over_http(client)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    head, officer = Client(), Client()
    head.force_login(staff["head"].person, backend=backend)
    officer.force_login(staff["officer"].person, backend=backend)
    assert officer.post(f"/en/cases/{case.number}/erase/", {"ground": "law"}).status_code == 404
    assert head.get(f"/en/cases/{case.number}/erase/").status_code == 200
    assert head.post(f"/en/cases/{case.number}/erase/", {"ground": "whim"}).status_code == 422
    assert QUESTION in head.get(f"/en/cases/{case.number}/").content.decode()
    assert head.post(f"/en/cases/{case.number}/erase/", {"ground": "law"}).status_code == 302
    node.sequence()
    for visitor in (head, client):
        page = visitor.get(f"/en/cases/{case.number}/").content.decode()
        assert QUESTION not in page
        assert "Aýna" not in page
    assert "Erased by order of law" in head.get("/en/desk/").content.decode()
    assert client.get(f"/tk/cases/{case.number}/receipts/1/usual.tlog-proof").status_code == 200


def test_a_browser_keeps_its_cases_itself_and_forgets_them_when_told(node: TestNode, client: Client) -> None:
    from django.contrib.sessions.models import Session

    case = file_over_http(client)
    assert not Session.objects.exists(), "a filing without an account leaves no session behind"
    assert case.number in client.get("/en/follow/").content.decode()
    forged = Client()
    forged.cookies["opened-cases"] = case.number
    assert QUESTION not in forged.get(f"/en/cases/{case.number}/").content.decode()
    client.post("/en/follow/forget/")
    assert QUESTION not in client.get(f"/en/cases/{case.number}/").content.decode()
    assert "access-code-" not in " ".join(name for name, cookie in client.cookies.items() if cookie.value)
