"""Absences: who states them, who stands in, and that they give nobody a right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode

from aydyn.kernel import clock
from aydyn.people import actions, queries
from aydyn.people.errors import AwayAlready, BackAlready, BadAbsence, NoMandate, NoSuchAbsence, SubstituteAway
from aydyn.people.models import Absence, Mandate
from aydyn.record import queries as record

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Staff = dict[str, Mandate]


@pytest.fixture
def staff(node: TestNode) -> Staff:
    staff = office_with_staff()
    person, _ = actions.create_person(email="second@example.com", name="Second", language="tk")
    office = staff["head"].office
    staff["second"] = actions.grant_mandate(under=staff["head"], office=office, person=person, role="officer")
    return staff


def day(number: int) -> date:
    return clock.today() + timedelta(days=number)


def away(
    staff: Staff, who: str = "officer", by: str = "officer", instead: str = "second", span: tuple[int, int] = (1, 5)
) -> Absence:
    return actions.state_absence(
        under=staff[by], mandate=staff[who], substitute=staff[instead], starts=day(span[0]), ends=day(span[1])
    )


def signed_in(mandate: Mandate) -> Client:
    client = Client()
    client.force_login(mandate.person, backend=BACKEND)
    return client


def test_an_absence_is_an_act_and_holds_on_its_days_only(staff: Staff) -> None:
    absence = away(staff)
    entry = record.parsed(absence.stated)
    assert entry.act == "mandate.substituted"
    assert entry.public == {
        "mandate": staff["officer"].public_id, "substitute": staff["second"].public_id, "office": "tm.cec",
        "from": day(1).isoformat(), "until": day(5).isoformat(),
    }  # fmt: skip
    held = [number for number in range(8) if queries.substitutes_for(staff["second"], day(number))]
    assert held == [1, 2, 3, 4, 5]
    assert queries.substitutes_for(staff["second"], day(2)) == [staff["officer"]]
    assert queries.substitute_of(staff["officer"], day(2)) == staff["second"]
    assert queries.substitute_of(staff["officer"], day(6)) is None
    assert queries.substitutes_for(staff["head"], day(2)) == []


def test_a_return_ends_it_from_that_day_on(staff: Staff) -> None:
    absence = away(staff, by="head", span=(0, 5))
    noon = timezone.make_aware(datetime.combine(day(2), time(12)))
    with clock.simulate(noon):
        actions.end_absence(under=staff["officer"], absence=absence)
        with pytest.raises(BackAlready):
            actions.end_absence(under=staff["head"], absence=absence)
    returned = Absence.objects.get().returned
    assert returned is not None
    assert record.parsed(returned).cause == bytes(absence.stated.hash).hex()
    assert [bool(queries.substitutes_for(staff["second"], day(number))) for number in range(4)] == [
        True, True, False, False,
    ]  # fmt: skip
    away(staff, span=(4, 5))


@pytest.mark.parametrize("span", [(-1, 3), (3, 2), (0, 400), (400, 401)])
def test_days_that_cannot_be(staff: Staff, span: tuple[int, int]) -> None:
    with pytest.raises(BadAbsence):
        away(staff, span=span)
    assert not Absence.objects.exists()


def test_who_may_not_stand_in(staff: Staff) -> None:
    elsewhere = office_with_staff("tm.cec.mary")["officer"]
    for wrong in (staff["registrar"], staff["publisher"], elsewhere, staff["officer"]):
        with pytest.raises(BadAbsence):
            actions.state_absence(
                under=staff["officer"], mandate=staff["officer"], substitute=wrong, starts=day(1), ends=day(2)
            )
    away(staff, instead="head", span=(1, 1))
    with pytest.raises(BadAbsence):
        away(staff, who="head", by="head", instead="officer", span=(1, 1))


def test_who_may_not_state_it(staff: Staff) -> None:
    elsewhere = office_with_staff("tm.cec.mary")
    for under in (staff["second"], staff["registrar"], elsewhere["head"]):
        with pytest.raises(NoMandate):
            actions.state_absence(
                under=under, mandate=staff["officer"], substitute=staff["second"], starts=day(1), ends=day(2)
            )
    absence = away(staff)
    for under in (staff["second"], staff["registrar"], elsewhere["head"]):
        with pytest.raises(NoSuchAbsence):
            actions.end_absence(under=under, absence=absence)


def test_absences_do_not_cross(staff: Staff) -> None:
    away(staff)
    with pytest.raises(AwayAlready):
        away(staff, span=(5, 6))
    with pytest.raises(SubstituteAway):
        away(staff, who="second", by="second", instead="officer", span=(5, 9))
    away(staff, who="second", by="second", instead="officer", span=(6, 9))


def test_an_ended_mandate_neither_stands_in_nor_is_stood_in_for(staff: Staff) -> None:
    away(staff)
    actions.end_mandate(under=staff["head"], mandate=staff["officer"])
    assert queries.substitutes_for(staff["second"], day(2)) == []
    with pytest.raises(NoMandate):
        away(staff, who="second", by="second", instead="officer", span=(7, 8))


def test_the_page_states_and_ends(staff: Staff) -> None:
    officer, second, head = (signed_in(staff[role]) for role in ("officer", "second", "head"))
    page, own = "/en/desk/absences/", staff["officer"].public_id
    form = {
        "mandate": own,
        "substitute": staff["second"].public_id,
        "starts": day(0).isoformat(),
        "ends": day(3).isoformat(),
    }
    assert "Nobody is away" in officer.get(page).content.decode()
    assert second.post(page, form).status_code == 422  # the officer is none of her choices
    for wrong in (
        {"starts": ""},
        {"ends": "tomorrow"},
        {"ends": day(-2).isoformat()},
        {"substitute": ""},
        {"mandate": "x"},
    ):
        assert officer.post(page, {**form, **wrong}).status_code == 422, wrong
    assert officer.post(page, form).status_code == 302
    assert officer.post(page, form).status_code == 422
    assert "Today you stand in for" in second.get(page).content.decode()
    end = f"{page}{Absence.objects.get().public_id}/end/"
    assert end not in second.get(page).content.decode()
    assert second.post(end).status_code == 404
    assert signed_in(office_with_staff("tm.cec.mary")["head"]).post(end).status_code == 404
    assert officer.post(f"{page}nonsense/end/").status_code == 404
    assert head.post(end).status_code == 302
    assert officer.post(end).status_code == 409
    assert Client().get(page).status_code == 302
