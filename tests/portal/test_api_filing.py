"""How a program files and follows through the API, once for each key it sends."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.cases.test_one_request import ANSWER, office_with_staff
from tests.documents.samples import photo
from tests.nodes import TestNode
from tests.portal.programs import BODY, QUESTION, Program, problem, somebody

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, Channel
from aydyn.kernel import clock
from aydyn.ledger.receipts import Receipt
from aydyn.record.models import Look


@pytest.fixture
def maral(node: TestNode) -> Program:
    return Program(somebody("maral"))


@pytest.fixture
def other(node: TestNode) -> Program:
    return Program(somebody("oguljan"))


def test_a_program_files_and_proves_a_case(node: TestNode, maral: Program) -> None:
    sent = maral.send(photo())
    assert sent.status_code == 201, sent.content
    answers = {**BODY["answers"], "attachments": [sent.json()["id"]]}
    filed = maral.file({**BODY, "answers": answers, "asker": {"name": "Maral"}, "language": "ru"})
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


def test_a_program_follows_a_case_to_its_end_and_beyond(node: TestNode, maral: Program) -> None:
    staff = office_with_staff()
    number = maral.file().json()["number"]
    case = queries.by_number(number)
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="ask-back", mandate=staff["officer"], data=StepData(question="Which of them?"))
    assert maral.get("my/cases").json()["items"][0]["asked"] is True
    plan = maral.send(b"a plan", "plan.txt").json()["id"]
    taken = maral.post(f"my/cases/{number}/steps/supplement", {"words": "Those of Baýramaly.", "files": [plan]})
    assert taken.status_code == 201, taken.content
    assert taken.json()["state"] == "assigned"
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    told = maral.get(f"my/cases/{number}").json()["timeline"]
    assert [each["words"] for each in told[-2:]] == [{"words": "Those of Baýramaly."}, {"answer": ANSWER}]
    assert [file["name"] for file in told[-2]["files"]] == ["plan.txt"]
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


def test_the_same_key_files_once_and_another_body_under_it_is_refused(
    node: TestNode, maral: Program, other: Program
) -> None:
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
        assert maral.file().json()["number"] == first.json()["number"], "her own account is told whenever it asks"


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

    def not_yet(**_: Any) -> None:
        """What somebody finds who looks a moment before the other's transaction ends."""

    monkeypatch.setattr("aydyn.portal.api.sending.actions.filed_with", not_yet)
    again = maral.file()
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    assert problem(maral.file({**BODY, "asker": {"name": "Maral"}}), 409)["code"] == "other-body"
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
