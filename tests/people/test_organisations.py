"""Organisations: asking, confirming, refusing, representing; and nobody of theirs at an office's desk."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode

from aydyn.kernel import clock
from aydyn.ledger.receipts import Receipt
from aydyn.people import actions, policies, queries
from aydyn.people.errors import (
    AlreadyAsked,
    AlreadyDecided,
    BadOrganisation,
    MandateEnded,
    NoMandate,
    NoSuchOrganisation,
    Unconfirmed,
)
from aydyn.people.models import Mandate, Notice, Organisation, Person, RepresentationRequest
from aydyn.record import keys
from aydyn.record import queries as record

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NAME, NUMBER = "Ak Altyn Observers", "TM 1234-5"


def somebody(name: str) -> Person:
    return actions.create_person(email=f"{name}@example.com", name=name, language="en")[0]


def ask(person: Person, number: str = NUMBER, name: str = NAME) -> RepresentationRequest:
    return actions.ask_to_represent(person=person, name=name, number=number, kind="association")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


@pytest.fixture
def represented(staff: dict[str, Mandate]) -> Mandate:
    return actions.confirm_representation(under=staff["registrar"], request=ask(somebody("maral")))


def test_a_confirmed_representative_stands_on_the_record_without_any_name(represented: Mandate) -> None:
    maral = represented.person
    entry = record.parsed(represented.granted)
    assert entry.act == "representation.confirmed"
    assert entry.public["organisation"] == queries.organisations_of(maral)[0].public_id
    asked = RepresentationRequest.objects.get()
    for row in (represented.granted, asked.asked):
        text = bytes(row.data).decode()
        assert not any(word in text for word in ("maral", "Altyn", "1234"))
    assert record.values_of(asked.asked)["organisation"]["name"] == NAME
    assert queries.representative_mandate(maral, entry.public["organisation"]) == represented
    assert Notice.objects.filter(person=maral, kind="news").count() == 1


def test_a_representative_has_no_desk(represented: Mandate, staff: dict[str, Mandate]) -> None:
    maral = represented.person
    assert not queries.active_mandates(maral).exists()
    assert queries.mandate_by_id(represented.public_id) is None
    assert not maral.mandates.exists()
    assert represented.pk not in {one.pk for one in queries.mandates_under(staff["head"])}
    with pytest.raises(NoMandate):
        queries.mandate_for(maral, represented.public_id)
    with pytest.raises(NoMandate):
        queries.hold(represented)
    client = signed_in(maral)
    for page in ("desk/", "desk/mandates/", "desk/absences/", "desk/representations/"):
        answer = client.get(f"/en/{page}")
        assert answer.status_code == 403, page
    with pytest.raises(NoMandate):
        actions.grant_mandate(under=staff["head"], office=staff["head"].office, person=maral, role="representative")


def test_the_database_itself_takes_no_mandate_of_both_or_of_none(
    represented: Mandate, staff: dict[str, Mandate]
) -> None:
    wrong: list[dict[str, object]] = [
        {"office": staff["head"].office, "role": "representative"},
        {"organisation": None},
        {"role": "officer"},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.every.filter(pk=represented.pk).update(**change)


def test_only_head_and_registrar_of_the_central_office_decide_and_never_their_own(staff: dict[str, Mandate]) -> None:
    request = ask(somebody("maral"))
    elsewhere = office_with_staff("tm.cec.mary")
    for under in (staff["officer"], staff["publisher"], elsewhere["head"]):
        with pytest.raises(NoMandate):
            actions.confirm_representation(under=under, request=request)
        with pytest.raises(NoMandate):
            actions.refuse_representation(under=under, request=request, reason="No.")
    own = ask(staff["registrar"].person, "TM-99-99")
    with pytest.raises(NoMandate):
        actions.confirm_representation(under=staff["registrar"], request=own)
    actions.confirm_representation(under=staff["head"], request=own)


def test_a_request_is_decided_once_and_a_refusal_has_a_reason(staff: dict[str, Mandate]) -> None:
    request = ask(somebody("maral"))
    with pytest.raises(BadOrganisation):
        actions.refuse_representation(under=staff["head"], request=request, reason="  ")
    actions.refuse_representation(under=staff["head"], request=request, reason="Not in the register.")
    with pytest.raises(AlreadyDecided):
        actions.confirm_representation(under=staff["head"], request=request)
    page = signed_in(request.person).get("/en/my/organisations/").content.decode()
    assert "Not in the register." in page
    assert not queries.organisations_of(request.person)


def test_two_requests_for_one_number_become_one_organisation(staff: dict[str, Mandate]) -> None:
    first, second = ask(somebody("maral")), ask(somebody("oraz"), "tm1234-5", "Ak altyn")
    for request in (first, second):
        actions.confirm_representation(under=staff["head"], request=request)
    assert Organisation.objects.filter(confirmed__isnull=False).count() == 1
    assert queries.organisations_of(first.person) == queries.organisations_of(second.person)


def test_what_cannot_be_asked(staff: dict[str, Mandate]) -> None:
    maral = somebody("maral")
    for name, number in (
        ("", NUMBER),
        ("x", NUMBER),
        (NAME, ""),
        (NAME, "1"),
        (NAME, "<b>1234</b>"),
        ("\u202e", NUMBER),
    ):
        with pytest.raises(BadOrganisation):
            ask(maral, number, name)
    with pytest.raises(BadOrganisation):
        actions.ask_to_represent(person=maral, name=NAME, number=NUMBER, kind="empire")
    ask(maral)
    with pytest.raises(AlreadyAsked):
        ask(maral, "tm 1234-5")
    for serial in range(4):
        ask(maral, f"TM-000{serial}")
    with pytest.raises(AlreadyAsked):
        ask(maral, "TM-0009")
    with pytest.raises(Unconfirmed):
        ask(Person.objects.create_user("squatter@example.com", "x" * 12))


def test_representatives_grant_and_end_each_other_and_the_last_may_go(represented: Mandate) -> None:
    maral, oraz = represented.person, somebody("oraz")
    second = actions.grant_representative(under=represented, person=oraz)
    entry = record.parsed(second.granted)
    assert (entry.by, entry.mandate) == ("person", represented.public_id)
    with pytest.raises(AlreadyAsked):
        actions.grant_representative(under=second, person=maral)
    actions.end_representative(person=oraz, mandate=represented)
    with pytest.raises(MandateEnded):
        actions.end_representative(person=maral, mandate=represented)
    with pytest.raises(NoSuchOrganisation):
        actions.grant_representative(under=represented, person=somebody("third"))
    actions.end_representative(person=oraz, mandate=second)
    assert queries.organisations_of(oraz) == []


def test_somebody_elses_organisation_is_not_there(represented: Mandate, staff: dict[str, Mandate]) -> None:
    stranger = somebody("stranger")
    other = actions.confirm_representation(under=staff["head"], request=ask(somebody("oraz"), "TM-7777"))
    assert represented.organisation is not None
    client = signed_in(stranger)
    known = client.get(f"/en/my/organisations/{represented.organisation.public_id}/")
    unknown = client.get("/en/my/organisations/0123456789abcdefghjk/")
    assert known.status_code == unknown.status_code == 404
    words = "There is no organisation here that you may act for."
    assert words in known.content.decode()
    assert words in unknown.content.decode()
    for person in (stranger, other.person, staff["head"].person):
        answer = signed_in(person).post(f"/en/my/organisations/mandates/{represented.public_id}/end/")
        assert answer.status_code == 404
    assert client.post("/en/my/organisations/mandates/nonsense/end/").status_code == 404
    assert client.post(f"/en/my/organisations/mandates/{staff['officer'].public_id}/end/").status_code == 404
    assert Mandate.representatives.filter(ends=None).count() == 2
    assert Mandate.objects.get(pk=staff["officer"].pk).ends is None


def test_the_whole_way_over_http(staff: dict[str, Mandate], node: TestNode) -> None:
    maral, registrar = signed_in(somebody("maral")), signed_in(staff["registrar"].person)
    somebody("oraz")
    form = {"name": NAME, "number": NUMBER, "kind": "association"}
    assert "no organisation yet" in maral.get("/en/my/organisations/").content.decode()
    assert maral.post("/en/my/organisations/", {**form, "number": "!"}).status_code == 422
    assert maral.post("/en/my/organisations/", form).status_code == 302
    assert maral.post("/en/my/organisations/", form).status_code == 422
    request = RepresentationRequest.objects.get()
    at = f"/en/desk/representations/{request.public_id}/"
    assert NAME in registrar.get("/en/desk/representations/").content.decode()
    assert NUMBER.replace(" ", "") in registrar.get(at).content.decode()
    assert signed_in(staff["officer"].person).get(at).status_code == 403
    assert registrar.get("/en/desk/representations/nonsense/").status_code == 404
    assert registrar.post(at, {"do": "refuse", "reason": ""}).status_code == 422
    assert registrar.post(at, {"do": "confirm"}).status_code == 302
    assert registrar.post(at, {"do": "confirm"}).status_code == 409
    mandate = Mandate.representatives.get()
    assert mandate.organisation is not None
    page = f"/en/my/organisations/{mandate.organisation.public_id}/"
    assert maral.post(page, {"email": "nobody@example.com"}).status_code == 422
    assert maral.post(page, {"email": "oraz@example.com"}).status_code == 302
    assert "oraz" in maral.get(page).content.decode()
    node.sequence()
    proof = f"/en/desk/mandates/{mandate.public_id}/granted.tlog-proof"
    for client in (maral, registrar):
        Receipt.parse(client.get(proof).content).verify(keys.policies()[0])
    assert signed_in(staff["officer"].person).get(proof).status_code == 403
    assert maral.post(f"/en/my/organisations/mandates/{mandate.public_id}/end/").status_code == 302
    assert "You represented" in maral.get("/en/my/organisations/").content.decode()


def test_addresses_are_not_tried_for_accounts_without_end(represented: Mandate) -> None:
    client = signed_in(represented.person)
    assert represented.organisation is not None
    Person.objects.create_user("squatter@example.com", "x" * 12)
    page = f"/en/my/organisations/{represented.organisation.public_id}/"
    answers = [client.post(page, {"email": email}) for email in ("no@example.com", "squatter@example.com")]
    assert all("no account with this address that was confirmed" in answer.content.decode() for answer in answers)
    codes = [client.post(page, {"email": f"{n}@example.com"}).status_code for n in range(9)]
    assert codes == [422] * 8 + [429]


def test_a_mandate_that_has_not_begun_or_has_ended_represents_nobody(represented: Mandate) -> None:
    Mandate.representatives.filter(pk=represented.pk).update(ends=clock.now())
    assert queries.organisations_of(represented.person) == []
    assert policies.may_end_representative(represented.person, None, represented)
