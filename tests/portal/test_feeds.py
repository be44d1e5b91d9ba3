"""Feeds: stable names, nothing that is not public, nothing that is not escaped."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from tests.cases.test_one_request import ANSWER, file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases import actions
from aydyn.cases.models import Case, CaseEvent
from aydyn.people.models import Mandate

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: Client, path: str) -> ET.Element:
    answer = client.get(f"/en/{path}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)


def texts(feed: ET.Element, name: str) -> list[str]:
    return [entry.findtext(f"{ATOM}{name}") or "" for entry in feed.iter(f"{ATOM}entry")]


def test_the_register_an_office_and_a_case_are_feeds_with_names_that_stay(publish: Publish, client: Client) -> None:
    case = publish("Ramps?")
    for path in ("register/feed.atom", "offices/tm.cec/feed.atom", "register/feed.atom?q=ramps"):
        feed = read(client, path)
        assert texts(feed, "id") == [f"tag:localhost,2026:case:{case.number}"]
        assert (feed.findtext(f"{ATOM}id") or "").startswith("tag:localhost,2026:")
        assert feed.findtext(f"{ATOM}updated")
    steps = texts(read(client, f"register/cases/{case.number}/feed.atom"), "id")
    assert steps == [f"tag:localhost,2026:case:{case.number}:{seq}" for seq in (4, 3, 2, 1)]


def test_a_typed_text_is_text_in_a_feed(publish: Publish, client: Client) -> None:
    publish("<script>alert(1)</script> & ]]>")
    feed = client.get("/en/register/feed.atom").content.decode()
    assert "<script" not in feed
    assert "&lt;script&gt;" in feed


def test_what_a_person_did_is_told_by_the_day(publish: Publish, client: Client) -> None:
    case = publish("Ramps?")
    times = texts(read(client, f"register/cases/{case.number}/feed.atom"), "updated")
    assert times[-1].endswith("T00:00:00+00:00"), "filed by a person"
    assert case.filed_at.isoformat() not in " ".join(times)
    waiting = file().case
    assert CaseEvent.objects.filter(case=waiting).count() == 1
    assert f"{waiting.filed_at:%H:%M:%S}" not in "".join(
        texts(read(client, "register/feed.atom?state=waiting"), "updated")
    )


def test_a_case_that_nobody_sees_has_no_feed(node: TestNode, client: Client) -> None:
    held = file(held=True).case
    never = file().case
    Case.objects.filter(pk=never.pk).update(listed=False)
    for number in (held.number, never.number, "CEC-2026-999999", "nonsense"):
        assert client.get(f"/en/register/cases/{number}/feed.atom").status_code == 404


def test_the_feed_of_a_case_has_no_word_that_was_not_published(
    node: TestNode, staff: dict[str, Mandate], client: Client
) -> None:
    case = file().case
    step = actions.StepData(officer=staff["officer"])
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=step)
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=actions.StepData(answer=ANSWER))
    feed = client.get(f"/en/register/cases/{case.number}/feed.atom").content.decode()
    for word in ("wheelchair", "ramps", "Aýna", "officer@tm.cec"):
        assert word not in feed


@pytest.mark.parametrize("path", ["offices/nonsense/feed.atom", "offices/%00/feed.atom"])
def test_no_feed_of_what_is_not_there(node: TestNode, client: Client, path: str) -> None:
    assert client.get(f"/en/{path}").status_code == 404
