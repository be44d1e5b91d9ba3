"""The HTTP API by hand: what the public reads, how a program files and follows, and what it is refused."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from tests.cases.test_one_request import ANSWER, office_with_staff
from tests.cases.worlds import enough_for
from tests.documents.samples import photo
from tests.nodes import TestNode

from aydyn.cases import actions, procedures, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, Channel
from aydyn.casework.fields import COMPOUND
from aydyn.kernel import clock
from aydyn.ledger.receipts import Receipt
from aydyn.people import actions as people
from aydyn.people.models import ApiToken, Person
from aydyn.portal.api import keys, offices, questions
from aydyn.record.models import Look

QUESTION = "How many polling stations of Mary velayat can be reached with a wheelchair?"
PROBLEM = "application/problem+json"
BODY: dict[str, Any] = {"procedure": "information-request", "answers": {"question": QUESTION, "scope": "national"}}


class Program:
    """A program with a key of somebody's."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = ("file", "follow"), name: str = "program") -> None:
        self.person = person
        self.key, self.raw = people.make_token(person=person, name=name, scopes=scopes, days=30)
        self.client = Client(headers={"authorization": f"Bearer {self.raw}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def file(self, body: Any = None, key: str = "one") -> Any:
        return self.post("cases", body or BODY, **{"idempotency-key": key})

    def send(self, data: bytes, name: str = "plan.jpg") -> Any:
        return self.client.post("/api/v1/files", {"file": SimpleUploadedFile(name, data)})


def somebody(name: str) -> Person:
    return people.create_person(email=f"{name}@example.com", name=name, language="en")[0]


@pytest.fixture
def maral(node: TestNode) -> Program:
    return Program(somebody("maral"))


@pytest.fixture
def other(node: TestNode) -> Program:
    return Program(somebody("oguljan"))


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["code"]
    return told


# ---------------------------------------------------------------------------------------------- for all


def test_every_procedure_says_as_json_schema_what_it_wants_and_takes_what_fits(node: TestNode, client: Client) -> None:
    listed = client.get("/api/v1/procedures").json()["items"]
    assert [each["code"] for each in listed] == sorted(each["code"] for each in listed)
    assert "information-request" in {each["code"] for each in listed}
    assert "office-request" not in {each["code"] for each in listed}
    for each in listed:
        whole = client.get(f"/api/v1/procedures/{each['code']}").json()
        jsonschema_rs.meta.validate(whole["answers"])
        jsonschema_rs.meta.validate(whole["asker"])
        answers, asker = enough_for(each["code"])
        for name, asked in whole["answers"]["properties"].items():
            if asked["x-kind"] in ("file", "files"):
                answers[name] = ["id"]
            elif name in answers and asked["x-kind"] in ("yesno", "number"):
                answers[name] = True if answers[name] == "yes" else int(answers[name])
        assert list(jsonschema_rs.iter_errors(whole["answers"], answers)) == [], each["code"]
        assert list(jsonschema_rs.iter_errors(whole["asker"], asker)) == [], each["code"]
        assert not jsonschema_rs.is_valid(whole["answers"], {"nonsense": 1})
        assert whole["clock"]["answer_within"].endswith(("days", "day", "month", "months"))
        assert {"tk", "ru", "en"} <= set(whole["title"])
        assert whole["offices"]
    problem(client.get("/api/v1/procedures/nonsense"), 404)


def test_a_condition_of_a_form_is_a_condition_of_its_schema(node: TestNode, client: Client) -> None:
    schema = client.get("/api/v1/procedures/information-request").json()["answers"]
    assert jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "national"})
    assert not jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "local"})
    assert jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "local", "region": "TM-M"})


def test_the_parts_of_compound_answers_are_those_of_the_engine() -> None:
    assert dict(questions.COMPOUND) == dict(COMPOUND)


def test_offices_their_figures_and_the_calendar_are_read_without_a_key(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = client.get("/api/v1/offices").json()["items"]
    assert "tm.cec" in {each["code"] for each in every}
    one = client.get("/api/v1/offices/tm.cec").json()
    assert "information-request" in one["procedures"]
    assert client.get("/api/v1/offices/tm.cec/figures").json()["received"] == 0
    assert client.get("/api/v1/offices/tm.cec/figures?year=2026").json()["since"] == "2026-01-01"
    year = client.get("/api/v1/calendar/2026").json()
    assert year["working_days"] + len(year["days_off"]) == 365
    assert any(day["names"].get("en") for day in year["days_off"])
    for path in ("offices/nonsense", "offices/nonsense/figures"):
        assert problem(client.get(f"/api/v1/{path}"), 404)["code"] == "no-such-office"
    for path in ("calendar/1066", "calendar/x", "offices/tm.cec/figures?year=99999"):
        problem(client.get(f"/api/v1/{path}"), 422)
    monkeypatch.setattr(offices, "FIGURES", 0)
    assert problem(client.get("/api/v1/offices/tm.cec/figures"), 429)
    assert client.get("/api/v1/offices/tm.cec/figures")["Retry-After"] == "60"


def test_cases_are_found_by_filters_and_paged_both_ways(node: TestNode, client: Client, maral: Program) -> None:
    numbers = [maral.file(key=str(n)).json()["number"] for n in range(5)]

    def walk(query: str) -> list[str]:
        found, cursor = list[str](), ""
        while cursor is not None:
            page = client.get(f"/api/v1/cases?limit=2&{query}&cursor={cursor}").json()
            found += [each["number"] for each in page["items"]]
            cursor = page["next"]
        return found

    assert walk("") == numbers
    assert walk("order=newest") == numbers[::-1]
    assert walk("office=tm.cec&procedure=information-request&state=waiting") == numbers
    assert walk("state=answered") == walk("office=nonsense") == walk("procedure=nonsense") == []
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert walk(f"since={clock.today().isoformat()}") == numbers
    assert walk(f"since={tomorrow}") == []
    for query in ("cursor=x", "cursor=2026-99-99.1", "limit=0", "limit=101", "state=x", "since=x", "office=%00"):
        problem(client.get(f"/api/v1/cases?{query}"), 422)
    one = client.get(f"/api/v1/cases/{numbers[0]}").json()
    assert one == client.get(f"/api/cases/{numbers[0]}").json()
    assert client.get(f"/api/v1/cases/{numbers[0]}/events").json()["items"] == one["events"]
    assert QUESTION not in json.dumps(one)


def test_what_somebody_has_already_is_not_sent_again(node: TestNode, client: Client, maral: Program) -> None:
    number = maral.file().json()["number"]
    for path in (f"cases/{number}", "procedures/information-request", "offices/tm.cec", "calendar/2026"):
        first = client.get(f"/api/v1/{path}")
        again = client.get(f"/api/v1/{path}", headers={"if-none-match": f'W/{first["ETag"]}, "x"'})
        assert (again.status_code, again.content) == (304, b""), path
        assert client.get(f"/api/v1/{path}", headers={"if-none-match": '"x"'}).status_code == 200
    answer = client.get(f"/api/v1/cases/{number}")
    assert "00:00:00" in answer["Last-Modified"], "of what a person did only the day is public"
    assert maral.get("my/cases")["Cache-Control"] == "private, no-store"
    assert "ETag" not in maral.get("my/cases")


# ---------------------------------------------------------------------------------------------- filing and following


def test_a_program_files_follows_and_proves_a_case(node: TestNode, maral: Program) -> None:
    staff = office_with_staff()
    sent = maral.send(photo())
    assert sent.status_code == 201, sent.content
    assert b"GPS" not in sent.content
    answers = {**BODY["answers"], "attachments": [sent.json()["id"]]}
    body = {**BODY, "answers": answers, "asker": {"name": "Maral"}, "language": "ru"}
    filed = maral.file(body)
    assert filed.status_code == 201, filed.content
    number = filed.json()["number"]
    assert filed["Location"] == filed.json()["links"]["case"] == f"/api/v1/my/cases/{number}"
    assert filed.json()["position"] is None
    assert filed.json()["links"]["page"] == f"/ru/cases/{number}/"
    problem(maral.get(f"my/cases/{number}/receipts/1"), 404)
    case = queries.by_number(number)
    assert (case.channel, case.person, case.language) == (Channel.API, maral.person, "ru")
    node.sequence()
    inside = maral.get(f"my/cases/{number}").json()
    assert inside["answers"]["question"] == QUESTION
    assert inside["asker"]["name"] == "Maral"
    assert inside["timeline"][0]["position"] is not None
    [file] = inside["timeline"][0]["files"]
    got = maral.client.get(file["link"])
    assert b"".join(got.streaming_content)[:2] == b"\xff\xd8"
    assert "attachment" in got["Content-Disposition"]
    for kind, shows in (("usual", "question"), ("name", "asker"), ("bare", None)):
        receipt = Receipt.parse(maral.get(f"my/cases/{number}/receipts/1?kind={kind}").content)
        assert (shows in receipt.opened) if shows else receipt.opened == {}, kind
        assert ("asker" in receipt.opened) == (kind == "name")
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="ask-back", mandate=staff["officer"], data=StepData(question="Which of them?"))
    assert maral.get("my/cases").json()["items"][0]["asked"] is True
    taken = maral.post(f"my/cases/{number}/steps/supplement", {"words": "Those of Baýramaly."})
    assert taken.status_code == 201, taken.content
    assert taken.json()["state"] == "assigned"
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    told = maral.get(f"my/cases/{number}").json()["timeline"]
    assert [each["words"] for each in told[-2:]] == [{"words": "Those of Baýramaly."}, {"answer": ANSWER}]
    assert maral.post(f"my/cases/{number}/steps/rate", {"verdict": "partly", "words": "Thank you."}).status_code == 201
    appeal = maral.post(f"my/cases/{number}/steps/appeal", {"reason": "Half of it is missing."})
    assert appeal.status_code == 201, appeal.content
    assert len(maral.get("my/cases").json()["items"]) == 2


def test_reading_ones_own_case_is_no_look_of_staff(node: TestNode) -> None:
    registrar = Program(office_with_staff()["registrar"].person)
    number = registrar.file().json()["number"]
    for path in ("", "/receipts/1", "/looks"):
        registrar.get(f"my/cases/{number}{path}")
    assert not Look.objects.exists()
    assert registrar.get(f"my/cases/{number}/looks").json() == {"items": []}


def test_a_key_opens_no_desk(node: TestNode, maral: Program) -> None:
    staff = Program(office_with_staff()["head"].person)
    number = maral.file().json()["number"]
    assert problem(staff.get(f"my/cases/{number}"), 404)["code"] == "no-such-case"
    answer = staff.post(f"my/cases/{number}/steps/register", {})
    assert problem(answer, 404)["code"] == "no-such-case"
    assert staff.get("my/cases").json()["items"] == []


def test_the_same_key_files_once_and_another_body_under_it_is_refused(node: TestNode, maral: Program, other: Program) -> None:
    first = maral.file()
    again = maral.file({**BODY, "answers": {"scope": "national", "question": f"  {QUESTION}\r\n"}})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["number"] == first.json()["number"]
    for changed in (
        {"answers": {"question": "Something else entirely?", "scope": "national"}},
        {"answers": {**BODY["answers"], "form": "paper"}}, {"asker": {"name": "Maral"}}, {"language": "ru"},
        {"office": "tm.cec.mary"}, {"answers": {}}, {"procedure": "suggestion"},
        {"answers": {**BODY["answers"], "attachments": ["x"]}},
    ):  # fmt: skip
        assert problem(maral.file({**BODY, **changed}), 409)["code"] == "other-body", changed
    assert Case.objects.count() == 1
    assert other.file().status_code == 201, "somebody else's key of the same name is another one"
    assert maral.file(key="two").status_code == 201
    with clock.simulate(clock.now() + timedelta(hours=1)):
        assert problem(maral.file(), 409)["code"] == "already-sent"


def test_the_same_files_sent_again_are_the_same_request(node: TestNode, maral: Program) -> None:
    ids = [maral.send(photo()).json()["id"], maral.send(b"a plain text", "x.txt").json()["id"]]
    body = {**BODY, "answers": {**BODY["answers"], "attachments": ids}}
    first, again = maral.file(body), maral.file(body)
    assert (first.status_code, again.status_code) == (201, 200)
    fewer = {**BODY, "answers": {**BODY["answers"], "attachments": ids[:1]}}
    assert problem(maral.file(fewer), 409)
    assert "answers.attachments" not in problem(maral.file(fewer, key="two"), 422)["problems"]


def test_whoever_comes_second_in_a_race_gets_the_case_of_the_first(
    node: TestNode, maral: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = maral.file()
    real, asked = actions.filed_with, list[str]()

    def not_yet(**given: Any) -> Any:
        asked.append(given["secret"])
        return None

    monkeypatch.setattr("aydyn.portal.api.sending.actions.filed_with", not_yet)
    again = maral.file()
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    assert problem(maral.file({**BODY, "asker": {"name": "Maral"}}), 409)["code"] == "other-body"
    assert asked
    assert real
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_threads_with_one_key_file_one_case(tmp_path: Any, settings: Any) -> None:
    from aydyn.node import establishing

    establishing.load_rules()
    TestNode.make(tmp_path, settings)
    program = Program(somebody("maral"))
    found, start = list[tuple[int, str]](), threading.Barrier(2)

    def file() -> None:
        client = Client(headers={"authorization": f"Bearer {program.raw}", "idempotency-key": "one"})
        start.wait(10)
        try:
            answer = client.post("/api/v1/cases", BODY, content_type="application/json")
            while answer.status_code == 503:  # as a program does when the database is busy
                answer = client.post("/api/v1/cases", BODY, content_type="application/json")
            found.append((answer.status_code, answer.json()["number"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(status for status, _ in found) == [200, 201]
    assert len({number for _, number in found}) == 1
    assert Case.objects.count() == 1


# ---------------------------------------------------------------------------------------------- what is refused


def test_somebody_elses_case_is_not_there_in_the_same_words_as_none(node: TestNode, maral: Program, other: Program) -> None:
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


def test_an_organisation_that_one_does_not_represent_is_not_there(node: TestNode, maral: Program, other: Program) -> None:
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
    told = problem(maral.file({**BODY, "answers": {"question": "x", "scope": "moon", "more": 1}, "asker": {"email": "x"}}), 422)
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


def test_limits_are_said_before_they_are_reached(node: TestNode, maral: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert maral.get("my/cases")["RateLimit-Policy"] == '"requests";q=300;w=60'
    monkeypatch.setattr(keys, "REQUESTS", 1)
    answer = maral.get("my/cases")
    assert problem(answer, 429)["code"] == "too-often"
    assert answer["Retry-After"] == "60"
    second = Program(maral.person, name="another")
    assert second.get("my/cases").status_code == 200


def test_a_robot_is_answered_and_its_filings_wait_for_triage(node: TestNode, maral: Program, settings: Any) -> None:
    import dataclasses

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
    assert procedures.calendar().is_working
