"""Lists and pages ask the database as often for many rows as for few."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases.worlds import file_under, office_with_staff, person_with
from tests.nodes import TestNode

from aydyn.cases import actions
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUESTION = "information-request"


def asked(client: Client, path: str) -> int:
    """How many queries a page takes where all is there that the process keeps for seconds (which calendar counts, two): the fewest of some visits."""
    counts: list[int] = []
    for _ in range(4):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    return min(counts)


def test_desk_and_my_page_do_not_ask_more_for_more_cases(node: TestNode) -> None:
    staff, person = office_with_staff(), person_with()
    desk, mine = Client(), Client()
    desk.force_login(staff["head"].person, BACKEND)
    mine.force_login(person, BACKEND)
    before: dict[str, int] = {}
    for count in (2, 18):
        while Case.objects.count() < count:
            file_under(QUESTION, person=person)
        now = {
            "desk": asked(desk, "/en/desk/"), "late": asked(desk, "/en/desk/?view=late"), "load": asked(desk, "/en/desk/load/"),
            "mine": asked(mine, "/en/my/"),
        }  # fmt: skip
        assert before in ({}, now)
        before = now


def test_a_case_page_does_not_ask_more_for_more_events(node: TestNode) -> None:
    staff = office_with_staff()
    desk = Client()
    desk.force_login(staff["officer"].person, BACKEND)
    case = file_under(QUESTION).case
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    few = asked(desk, f"/en/cases/{case.number}/")
    for at in range(8):
        actions.take_asker_step(case=case, step="add", data=StepData(words=f"One thing more: {at}"))
    assert asked(desk, f"/en/cases/{case.number}/") == few
