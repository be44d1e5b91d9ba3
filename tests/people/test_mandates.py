"""Mandates: who grants, who ends, and what stands on the record of it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode

from aydyn.kernel.errors import Conflict
from aydyn.ledger.receipts import Receipt
from aydyn.people import actions, queries
from aydyn.people.errors import MandateEnded, NoMandate, OwnMandate, Unconfirmed
from aydyn.people.models import Mandate, Person
from aydyn.record import queries as record
from aydyn.record.keys import policies

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_first_mandate_is_the_nodes_and_there_is_only_one_first(
    node: TestNode, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("establish", "tm.cec", "head@example.com", name="Ogulgerek")
    mandate = Mandate.objects.get()
    assert record.parsed(mandate.granted).by == "node"
    assert "Ogulgerek" not in bytes(mandate.granted.data).decode()
    with pytest.raises(CommandError):
        call_command("establish", "tm.cec", "other@example.com")
    with pytest.raises(CommandError):
        call_command("establish", "tm.nowhere", "other@example.com")
    assert not Person.objects.filter(email="other@example.com").exists()


def test_a_head_grants_in_her_office_and_right_below_and_nobody_else_does(node: TestNode) -> None:
    staff = office_with_staff()
    person, _ = actions.create_person(email="new@example.com", name="New", language="tk")
    below, far = queries.office_by_code("tm.cec.mary"), queries.office_by_code("tm.justice")
    assert below is not None
    assert far is not None
    granted = actions.grant_mandate(under=staff["head"], office=below, person=person, role="head")
    entry = record.parsed(granted.granted)
    assert (entry.by, entry.mandate, entry.public["granted"]) == (
        "office:tm.cec",
        staff["head"].public_id,
        granted.public_id,
    )
    for under, office in ((staff["officer"], staff["officer"].office), (staff["head"], far)):
        with pytest.raises(NoMandate):
            actions.grant_mandate(under=under, office=office, person=person, role="officer")
    with pytest.raises(Conflict):
        actions.establish(office=below, person=person)


def test_an_ended_mandate_acts_no_more(node: TestNode) -> None:
    staff = office_with_staff()
    officer = staff["officer"].person
    actions.end_mandate(under=staff["head"], mandate=staff["officer"])
    with pytest.raises(NoMandate):
        queries.mandate_for(officer)
    with pytest.raises(MandateEnded):
        actions.end_mandate(under=staff["head"], mandate=staff["officer"])
    assert queries.mandate_by_id(staff["officer"].public_id) is None


def test_the_heads_page_grants_and_ends(node: TestNode) -> None:
    staff = office_with_staff()
    actions.create_person(email="new@example.com", name="New", language="tk")
    head, officer = Client(), Client()
    head.force_login(staff["head"].person, backend=BACKEND)
    officer.force_login(staff["officer"].person, backend=BACKEND)
    assert officer.get("/en/desk/mandates/").status_code == 403
    wrong = head.post("/en/desk/mandates/", {"email": "nobody@example.com", "office": "tm.cec", "role": "officer"})
    assert wrong.status_code == 422
    assert b"sign up first" in wrong.content
    assert (
        head.post("/en/desk/mandates/", {"email": "new@example.com", "office": "tm.cec", "role": "officer"}).status_code
        == 302
    )
    granted = Mandate.objects.latest("pk")
    assert officer.post(f"/en/desk/mandates/{granted.public_id}/end/").status_code == 403
    assert head.post(f"/en/desk/mandates/{granted.public_id}/end/").status_code == 302
    assert Mandate.objects.get(pk=granted.pk).ends is not None
    assert head.post("/en/desk/mandates/nonsense/end/").status_code == 403


def test_nobody_without_a_mandate_has_a_desk(node: TestNode) -> None:
    person, _ = actions.create_person(email="citizen@example.com", name="C", language="tk")
    citizen = Client()
    assert citizen.get("/en/desk/").status_code == 302
    citizen.force_login(person, backend=BACKEND)
    answer = citizen.get("/en/desk/")
    assert answer.status_code == 403
    assert b"You have no mandate" in answer.content


def test_an_address_that_nobody_confirmed_gets_no_mandate(node: TestNode, client: Client) -> None:
    squatted = Person.objects.create_user("boss@example.com", "x" * 12)
    with pytest.raises(CommandError):
        call_command("establish", "tm.cec", "boss@example.com")
    staff = office_with_staff()
    with pytest.raises(Unconfirmed):
        actions.grant_mandate(under=staff["head"], office=staff["head"].office, person=squatted, role="officer")
    client.force_login(staff["head"].person, BACKEND)
    answer = client.post("/en/desk/mandates/", {"email": "boss@example.com", "office": "tm.cec", "role": "officer"})
    assert answer.status_code == 422
    assert b"not been confirmed" in answer.content
    assert not squatted.mandates.exists()


def test_nobody_ends_the_mandate_she_acts_under(node: TestNode) -> None:
    head = office_with_staff()["head"]
    with pytest.raises(OwnMandate):
        actions.end_mandate(under=head, mandate=head)
    assert Mandate.objects.get(pk=head.pk).ends is None


def test_holder_and_head_take_the_receipts_of_a_mandate_and_nobody_else(node: TestNode) -> None:
    staff = office_with_staff()
    actions.end_mandate(under=staff["head"], mandate=staff["publisher"])
    node.sequence()
    people_of = {}
    for role in ("head", "officer", "publisher"):
        people_of[role] = Client()
        people_of[role].force_login(staff[role].person, backend=BACKEND)
    granted = f"/en/desk/mandates/{staff['publisher'].public_id}/granted.tlog-proof"
    ended = granted.replace("granted.", "ended.")
    for who in ("head", "publisher"):
        for path, act in ((granted, "mandate.granted"), (ended, "mandate.ended")):
            receipt = Receipt.parse(people_of[who].get(path).content)
            receipt.verify(policies()[0])
            assert receipt.entry.act == act
    assert people_of["officer"].get(granted).status_code == 403
    assert Client().get(granted).status_code == 302
    assert (
        people_of["head"].get(ended.replace(staff["publisher"].public_id, staff["officer"].public_id)).status_code
        == 404
    )
    assert granted in people_of["publisher"].get("/en/my/").content.decode()
