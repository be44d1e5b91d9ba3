"""Pages for everybody, and how the portal refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client
from tests.cases.test_http import fill_in
from tests.cases.test_one_request import ANSWER, QUESTION, file, office_with_staff
from tests.nodes import TestNode

from aydyn.cases import actions
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.record import sequencing
from aydyn.record.models import Position


def test_the_register_is_filtered_by_its_address_and_leaks_nothing(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    waiting, refused = file().case, file().case
    actions.take_step(case=refused, step="register", mandate=staff["head"])
    actions.take_step(
        case=refused, step="refuse", mandate=staff["head"], data=StepData(answer=ANSWER, ground="unclear")
    )
    page = client.get("/en/register/?state=waiting").content.decode()
    assert waiting.number in page
    assert refused.number not in page
    assert refused.number in client.get("/en/register/?state=refused").content.decode()
    found = client.get("/en/register/?q=wheelchair").content.decode()
    assert waiting.number not in found
    assert refused.number not in found
    assert "wheelchair" not in client.get("/en/register/").content.decode()
    for odd in ("?page=99999", "?page=x", "?state=%00", "?sort=;drop", "?q=%00%ff", "?office=" + "x" * 500):
        assert client.get(f"/en/register/{odd}").status_code == 200, odd


def test_a_printed_pointer_leads_to_the_position_and_says_it_is_no_proof(node: TestNode, client: Client) -> None:
    case = file().case
    node.sequence()
    entry = case.events.get().entry
    index = Position.objects.get(entry=entry).index
    leaf = bytes(entry.hash).hex()
    moved = client.get(f"/check/{index}/{leaf}")
    assert moved.status_code == 302
    page = client.get(moved["Location"])
    assert page.status_code == 200
    assert b"no proof" in page.content
    assert client.get(f"/en/check/{index}/{'0' * 64}/").status_code == 404
    assert client.get(f"/en/record/{index + 1_000}/").status_code == 404
    assert client.get("/en/record/99999999999999999999999/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "nonsense/",
        "cases/CEC-2026-999999/",
        "cases/%00/",
        "cases/x/receipts/1/usual.tlog-proof",
        "cases/CEC-2026-000001/steps/answer/",
    ],
)
def test_what_is_not_there_is_a_404_with_a_way_on(node: TestNode, client: Client, path: str) -> None:
    answer = client.post(f"/en/{path}") if "steps" in path else client.get(f"/en/{path}")
    assert answer.status_code == 404
    assert 'lang="en"' in answer.content.decode()


def test_a_halted_record_is_a_503_that_keeps_the_text(node: TestNode, client: Client) -> None:
    address = fill_in(client)
    sequencing.halt("look")
    answer = client.post(address)
    assert answer.status_code == 503
    assert b"keep your text" in answer.content
    assert client.get("/healthz").status_code == 503
    assert not Case.objects.exists()
    assert QUESTION in client.get(address).content.decode(), "the answers are kept on this side too"


def test_a_busy_database_is_a_503_that_says_when_to_come_back(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_: Any) -> None:
        raise OperationalError("database is locked")

    address = fill_in(client)
    monkeypatch.setattr(actions, "file_draft", busy)
    answer = client.post(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert b"It will not be filed twice" in answer.content


def test_the_verify_page_is_served_with_a_policy_by_hash_and_nothing_else(node: TestNode, client: Client) -> None:
    answer = client.get("/verify.html")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[^']+'", policy)
    assert "unsafe" not in policy
    assert "connect-src" not in policy


def test_no_page_asks_anything_of_a_third_party_or_sets_a_cookie_without_need(node: TestNode, client: Client) -> None:
    file()
    for path in ("/en/", "/en/register/", "/en/check/", "/ledger/policy"):
        answer = client.get(path)
        text = answer.content.decode()
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!localhost)', text), path
        assert answer.cookies == {}, path
    assert "sessionid" not in client.get("/en/follow/").cookies


def test_somebody_elses_case_is_not_there(node: TestNode, client: Client) -> None:
    case = file().case
    for path in (f"cases/{case.number}/withdraw/",):
        assert client.post(f"/en/{path}").status_code == 404
    assert "How many polling" not in client.get(f"/en/cases/{case.number}/").content.decode()
    assert client.get(f"/en/cases/{case.number}/filed/").status_code == 302
    assert Case.objects.get(pk=case.pk).open


def test_lists_cost_the_same_queries_for_three_cases_and_for_twenty(
    node: TestNode, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        file()
    with django_assert_max_num_queries(12):
        client.get("/en/register/")
    with django_assert_max_num_queries(8):
        client.get("/api/cases")
    for _ in range(17):
        file()
    with django_assert_max_num_queries(12):
        client.get("/en/register/")
    with django_assert_max_num_queries(8):
        client.get("/api/cases")


def test_a_stored_page_is_only_ever_a_strangers(node: TestNode) -> None:
    stranger = Client()
    assert "0 cases" in stranger.get("/en/register/").content.decode()
    case = file().case
    assert case.number not in stranger.get("/en/register/").content.decode(), "drawn less than two seconds ago"
    known = Client()
    known.cookies["sessionid"] = "whatever"
    assert case.number in known.get("/en/register/").content.decode()
    assert case.number in Client().get("/en/register/?sort=oldest").content.decode()
    assert case.number not in Client().get("/en/register/").content.decode()
    assert Client().head("/en/register/").status_code == 200


def test_the_register_is_a_table_and_a_feed_with_the_same_filters_and_no_more(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    waiting, published = file().case, file().case
    actions.take_step(case=published, step="register", mandate=staff["head"])
    actions.take_step(
        case=published, step="refuse", mandate=staff["head"], data=StepData(answer=ANSWER, ground="unclear")
    )
    words = StepData(public_question='=HYPERLINK("http://x")', public_answer="A <b>bold</b> answer")
    actions.take_step(case=published, step="publish", mandate=staff["head"], data=words)
    answer = client.get("/en/register/table.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    assert text.startswith("number,office,procedure,filed,due,")
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text
    assert "wheelchair" not in text
    only = b"".join(client.get("/en/register/table.csv?state=refused").streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    assert published.number in only
    assert waiting.number not in only
    feed = client.get("/ru/register/feed.atom?state=refused")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert published.number in feed.content.decode()
    assert waiting.number not in feed.content.decode()
    assert "wheelchair" not in client.get("/ru/register/feed.atom").content.decode()
    assert "register/feed.atom?state=refused" in client.get("/ru/register/?state=refused").content.decode()


def test_a_page_that_is_forbidden_says_so_in_the_readers_language(
    node: TestNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionDenied

    monkeypatch.setattr("aydyn.portal.views.home.cases.figures", forbidden)
    answer = Client().get("/ru/")
    assert answer.status_code == 403
    assert "Это вам недоступно" in answer.content.decode()
