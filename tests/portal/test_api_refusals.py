"""What the API refuses: in the same words for what is not there and what is not yours, and always as a problem."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from tests.cases.test_one_request import office_with_staff
from tests.documents.samples import photo
from tests.nodes import TestNode
from tests.portal.programs import BODY, Program, problem, somebody

from aydyn.cases.models import Case
from aydyn.kernel import clock
from aydyn.people import actions as people
from aydyn.people.models import ApiToken
from aydyn.portal.api import keys


@pytest.fixture
def maral(node: TestNode) -> Program:
    return Program(somebody("maral"))


@pytest.fixture
def other(node: TestNode) -> Program:
    return Program(somebody("oguljan"))


def test_somebody_elses_case_is_not_there_in_the_same_words_as_none(
    node: TestNode, maral: Program, other: Program
) -> None:
    number = maral.file().json()["number"]
    said = set[bytes]()
    for path in ("", "/receipts/1", "/looks", "/files/abc"):
        for which in (number, "CEC-2026-999999", "nonsense"):
            answer = other.get(f"my/cases/{which}{path}")
            problem(answer, 404)
            said.add(answer.content)
    for which in (number, "CEC-2026-999999"):
        said.add(other.post(f"my/cases/{which}/steps/withdraw", {}).content)
    assert len(said) == 1
    assert Case.objects.get(number=number).open


def test_somebody_elses_file_is_neither_sent_in_nor_read(node: TestNode, maral: Program, other: Program) -> None:
    sent = maral.send(photo()).json()["id"]
    taken = {**BODY, "answers": {**BODY["answers"], "attachments": [sent]}}
    assert set(problem(other.file(taken), 422)["problems"]) == {"attachments"}
    bare = {**BODY, "answers": {**BODY["answers"], "attachments": [sent.partition(".")[0]]}}
    problem(maral.file(bare), 422)
    number = maral.file(taken).json()["number"]
    file = maral.get(f"my/cases/{number}").json()["timeline"][0]["files"][0]["id"]
    own = other.file().json()["number"]
    for path in (f"my/cases/{number}/files/{file}", f"my/cases/{own}/files/{file}"):
        assert problem(other.get(path), 404)["code"] == "no-such-case"
    for wrong in (7, [7], {"a": 1}, [None], "x" * 300, [sent, sent], ["\ud800"]):
        problem(maral.file({**BODY, "answers": {**BODY["answers"], "attachments": wrong}}, key="two"), 422)


def test_an_organisation_that_one_does_not_represent_is_not_there(
    node: TestNode, maral: Program, other: Program
) -> None:
    staff = office_with_staff()
    asked = people.ask_to_represent(person=maral.person, name="Ak Altyn", number="TM 1234-5", kind="association")
    organisation = people.confirm_representation(under=staff["registrar"], request=asked).organisation
    assert organisation is not None
    body = {**BODY, "organisation": organisation.public_id}
    assert problem(other.file(body), 404) == problem(other.file({**BODY, "organisation": "nonsense"}), 404)
    filed = maral.file(body)
    assert filed.status_code == 201
    assert maral.file(body).status_code == 200
    assert problem(maral.file(BODY), 409)
    number = filed.json()["number"]
    problem(other.get(f"my/cases/{number}"), 404)
    assert maral.get(f"my/cases/{number}").json()["organisation"] == organisation.public_id
    assert "Ak Altyn" not in json.dumps(Client().get(f"/api/v1/cases/{number}").json())


def test_a_key_that_is_not_good_any_more_opens_nothing(node: TestNode, maral: Program) -> None:
    number = maral.file().json()["number"]
    path = f"my/cases/{number}"
    said = list[bytes]()
    with clock.simulate(maral.key.expires + timedelta(seconds=1)):
        said.append(maral.get(path).content)
    people.end_token(person=maral.person, number=maral.key.pk)
    answer = maral.get(path)
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    said.append(answer.content)
    maral.client = Client(headers={"authorization": f"Bearer aydyn_{'x' * 43}"})
    said.append(maral.get(path).content)
    assert len(set(said)) == 1
    for header in ("", "Bearer", "Bearer ", "Basic eDp5", "Bearer \xff", "bearer " + "x" * 9000):
        assert problem(Client(headers={"authorization": header}).get(f"/api/v1/{path}"), 401)
    assert problem(Client().get(f"/api/v1/{path}"), 401)["code"] == "no-token"


def test_a_key_does_only_what_it_may(node: TestNode) -> None:
    person = somebody("maral")
    files, follows = Program(person, ("file",), "files"), Program(person, ("follow",), "follows")
    number = files.file().json()["number"]
    for answer in (
        files.get("my/cases"), files.get(f"my/cases/{number}"), files.get(f"my/cases/{number}/receipts/1"),
        follows.file(key="two"), follows.send(b"words"), follows.post(f"my/cases/{number}/steps/withdraw", {}),
    ):  # fmt: skip
        assert problem(answer, 403)["code"] == "token-scope"
        assert "insufficient_scope" in answer["WWW-Authenticate"]
    assert follows.get(f"my/cases/{number}").status_code == 200


def test_cookies_open_nothing_and_no_token_of_a_form_is_asked_for(node: TestNode, maral: Program) -> None:
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(maral.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    problem(signed_in.get("/api/v1/my/cases"), 401)
    answer = signed_in.post("/api/v1/cases", BODY, content_type="application/json", headers={"idempotency-key": "one"})
    assert problem(answer, 401)["code"] == "no-token"
    with_key = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {maral.raw}"})
    answer = with_key.post("/api/v1/cases", BODY, content_type="application/json", headers={"idempotency-key": "one"})
    assert answer.status_code == 201
    assert not answer.cookies
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_what_the_form_refuses_the_api_refuses_field_by_field(node: TestNode, maral: Program) -> None:
    told = problem(
        maral.file({**BODY, "answers": {"question": "x", "scope": "moon", "more": 1}, "asker": {"email": "x"}}), 422
    )
    assert set(told["problems"]) == {"question", "scope", "more", "email"}
    assert set(problem(maral.file({**BODY, "office": "nonsense"}), 422)["problems"]) == {"office"}
    assert set(problem(maral.file({**BODY, "language": "xx"}), 422)["problems"]) == {"language"}
    assert problem(maral.file({**BODY, "procedure": "nonsense"}), 404)["code"] == "no-such-procedure"
    assert problem(maral.file({**BODY, "procedure": "office-request"}), 403)["code"] == "not-open-to-you"
    assert "body.body.more" in problem(maral.file({**BODY, "more": 1}), 422)["problems"]
    number = maral.file().json()["number"]
    for step in ("reopen", "appeal", "rate", "nonsense", "register", "file", "publish"):
        answer = maral.post(f"my/cases/{number}/steps/{step}", {"reason": "A reason.", "verdict": "yes"})
        assert answer.status_code in (409, 422), (step, answer.content)
    assert maral.post(f"my/cases/{number}/steps/withdraw", {}).status_code == 201
    assert problem(maral.post(f"my/cases/{number}/steps/withdraw", {}), 409)["code"] == "step-refused"


def test_whatever_is_sent_the_answer_is_a_problem_and_no_fault(node: TestNode, maral: Program) -> None:
    head = {"idempotency-key": "one"}
    for body, status in (
        (b"", 422), (b"{", 400), (b"\xff", 400), (b"[]", 422), (b"7", 422), (b"null", 422), (b'{"a": NaN}', 400),
        (b'{"procedure": "a", "procedure": "b"}', 400), (b"[" * 100_000, 400), (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        (b'{"answers": ' + b"[" * 40 + b"]" * 40 + b"}", 422), (b'{"procedure": "\\u0000", "answers": {}}', 422),
        (b'{"procedure": "x", "answers": {"question": "\\ud800"}}', 422), (b'{"\\udfff": 1}', 422),
        (b'{"a": ' + b"9" * 5000 + b"}", 400), (b'{"a": 1e999}', 422),
    ):  # fmt: skip
        answer = maral.client.post("/api/v1/cases", body, content_type="application/json", headers=head)
        assert answer.status_code == status or (status == 400 and answer.status_code == 422), body[:40]
        problem(answer, answer.status_code)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x"):
        answer = maral.client.post("/api/v1/cases", b"{}", content_type=kind, headers=head)
        assert problem(answer, 415)["code"] == "media-type", kind
    big = b'{"procedure": "' + b"x" * 1_100_000 + b'"}'
    assert problem(maral.client.post("/api/v1/cases", big, content_type="application/json", headers=head), 413)
    for key in (None, "", "x" * 65, "ключ", "a b"):
        answer = maral.post("cases", BODY, **({"idempotency-key": key} if key is not None else {}))
        problem(answer, 422)


def test_files_that_are_not_taken_are_said_to_be(node: TestNode, maral: Program) -> None:
    assert problem(maral.client.post("/api/v1/files", b"x", content_type="application/json"), 415)
    assert problem(maral.client.post("/api/v1/files", {"other": SimpleUploadedFile("x", b"x")}), 422)
    assert problem(maral.client.post("/api/v1/files", {"file": "text"}), 422)
    assert problem(maral.client.post("/api/v1/files", b"x", content_type="multipart/form-data; boundary=x"), 422)
    assert problem(maral.client.post("/api/v1/files", b"x", content_type="multipart/form-data"), 400)
    assert problem(maral.send(b""), 422)["code"] == "file-empty"
    assert problem(maral.send(b"MZ\x90\x00" * 40, "x.exe"), 422)
    many = {f"f{n}": SimpleUploadedFile("x", b"x") for n in range(30)}
    assert problem(maral.client.post("/api/v1/files", many), 400)
    answer = maral.client.generic(
        "POST", "/api/v1/files", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(23 * 1024 * 1024)
    )  # fmt: skip
    assert problem(answer, 413)


def test_an_unknown_address_and_a_wrong_method_are_problems_too(node: TestNode, client: Client, maral: Program) -> None:
    for path in ("", "nonsense", "v1", "v1/", "v1/nonsense", "v2/cases", "cases/", "cases/a/b", "v1/cases/%00", "%0a"):
        for method in ("get", "post", "delete", "head"):
            answer = getattr(client, method)(f"/api/{path}")
            assert answer.status_code in (404, 405), (method, path)
            if method != "head":
                problem(answer, answer.status_code)
    for method, path, allowed in (
        ("post", "cases", "GET, HEAD"), ("delete", "v1/my/cases", "GET, HEAD"), ("get", "v1/files", "POST"),
        ("put", "v1/cases", "GET, HEAD, POST"), ("options", "v1/offices", "GET, HEAD"), ("trace", "openapi.json", "GET, HEAD"),
    ):  # fmt: skip
        answer = getattr(client, method)(f"/api/{path}")
        assert problem(answer, 405)["code"] == "method"
        assert answer["Allow"] == allowed
    assert client.head("/api/v1/offices").status_code == 200


def test_limits_are_said_before_they_are_reached(
    node: TestNode, maral: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert maral.get("my/cases")["RateLimit-Policy"] == '"requests";q=300;w=60'
    monkeypatch.setattr(keys, "REQUESTS", 1)
    answer = maral.get("my/cases")
    assert problem(answer, 429)["code"] == "too-often"
    assert answer["Retry-After"] == "60"
    second = Program(maral.person, name="another")
    assert second.get("my/cases").status_code == 200


def test_a_robot_is_answered_and_its_filings_wait_for_triage(node: TestNode, maral: Program, settings: Any) -> None:
    settings.AYDYN = dataclasses.replace(settings.AYDYN, filings_per_hour=2)
    held = [maral.file(key=str(n)).json()["held"] for n in range(4)]
    assert held == [False, False, True, True]
    assert len(Client().get("/api/v1/cases").json()["items"]) == 2
    assert len(maral.get("my/cases").json()["items"]) == 4


def test_a_busy_database_is_said_to_be_and_a_fault_is_one(
    node: TestNode, maral: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("secret words")

    monkeypatch.setattr("aydyn.portal.api.following.cases.of_person", busy)
    answer = maral.get("my/cases")
    assert problem(answer, 503)["code"] == "busy"
    assert answer["Retry-After"] == "10"
    monkeypatch.setattr("aydyn.portal.api.following.cases.of_person", broken)
    maral.client.raise_request_exception = False
    answer = maral.get("my/cases")
    assert problem(answer, 500)["code"] == "fault"
    assert b"secret" not in answer.content


def test_lists_cost_the_same_queries_whatever_their_length(
    node: TestNode, maral: Program, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 9):
        for n in range(count):
            maral.file(key=f"{count}-{n}")
        with django_assert_max_num_queries(8):
            assert maral.get("my/cases").status_code == 200
        with django_assert_max_num_queries(8):
            assert Client().get("/api/v1/cases").status_code == 200


def test_the_day_of_use_of_a_key_is_noted(node: TestNode, maral: Program) -> None:
    maral.get("my/cases")
    assert ApiToken.objects.get(pk=maral.key.pk).last_used_on == clock.today()
