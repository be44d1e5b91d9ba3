"""Alerts on searches: confirmed by letter, at most one letter a day, stopped by a link, with nothing in them that is not public."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from tests.cases.test_one_request import file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import RegisterFilter
from aydyn.kernel import clock
from aydyn.kernel.limits import limits
from aydyn.people import actions as people
from aydyn.people.models import Notice
from aydyn.portal import actions, queries
from aydyn.portal.errors import BadAlert, TooManyAlerts, TooManyAsked
from aydyn.portal.models import Alert

ADDRESS = "reader@example.com"


def letters() -> list[Notice]:
    return list(Notice.objects.filter(kind="alerts").order_by("pk"))


def link_in(notice: Notice) -> str:
    found = re.search(r"/(?:tk|ru|en)/register/alerts/[0-9a-f]{40}/", notice.text)
    assert found is not None
    return found[0]


def settle() -> None:
    """As if two minutes had gone by since everything was written, and an hour since anything was looked at."""
    CaseEvent.objects.update(at=clock.now() - timedelta(minutes=3))
    Alert.objects.update(looked=None)


def tomorrow() -> None:
    Alert.objects.update(sent_on=clock.today() - timedelta(days=1), looked=None)


def test_an_alert_is_asked_for_confirmed_told_once_a_day_and_stopped(publish: Publish, client: Client) -> None:
    publish("An old question about ramps")
    settle()
    answer = client.post("/en/register/alerts/?q=ramps", {"email": ADDRESS})
    assert "Look into your mail" in answer.content.decode()
    link = link_in(letters()[0])
    assert "ramps" in client.get(link).content.decode()
    assert not Alert.objects.get().confirmed, "a look at the link changes nothing"
    assert "The alert is on" in client.post(link, {"do": "confirm"}).content.decode()
    new, other = publish("New ramps"), publish("Stairs", "None.")
    unpublished = file().case
    settle()
    assert actions.send_alerts() == 1
    told = letters()[1]
    assert new.number in told.text
    assert other.number not in told.text
    assert unpublished.number not in told.text
    assert "An old question" not in told.text
    publish("Still newer ramps")
    settle()
    assert actions.send_alerts() == 0, "one letter a day"
    tomorrow()
    assert actions.send_alerts() == 1
    assert "Still newer" in letters()[2].text
    assert new.number not in letters()[2].text
    tomorrow()
    assert actions.send_alerts() == 0, "nothing new"
    assert "stopped" in client.post(link_in(letters()[2]), {"do": "stop"}).content.decode()
    assert not Alert.objects.exists()
    assert client.get(link).status_code == 404


def test_a_letter_holds_nothing_that_is_not_public(node: TestNode) -> None:
    settle()
    actions.ask_for_alert(address=ADDRESS, wanted=RegisterFilter(), language="en", visitor="x")
    Alert.objects.update(confirmed=True)
    held, shown = file(held=True).case, file().case
    settle()
    actions.send_alerts()
    text = letters()[1].text
    assert shown.number in text
    assert held.number not in text
    for word in ("wheelchair", "Aýna", "ayna@example.com", "polling"):
        assert word not in text


def test_what_is_still_being_written_is_told_the_next_time(node: TestNode) -> None:
    actions.ask_for_alert(address=ADDRESS, wanted=RegisterFilter(), language="en", visitor="x")
    Alert.objects.update(confirmed=True)
    case = file().case
    assert actions.send_alerts() == 0, "younger than two minutes"
    settle()
    assert actions.send_alerts() == 1
    assert case.number in letters()[-1].text


def test_an_alert_on_what_is_overdue_tells_of_the_day_that_passed(node: TestNode) -> None:
    from aydyn.cases import actions as cases

    case = file().case
    settle()
    actions.ask_for_alert(address=ADDRESS, wanted=RegisterFilter(state="overdue"), language="ru", visitor="x")
    Alert.objects.update(confirmed=True)
    Case.objects.filter(pk=case.pk).update(due=clock.today() - timedelta(days=1))
    cases.note_overdue()
    settle()
    assert actions.send_alerts() == 1
    assert case.number in letters()[-1].text


def test_an_address_gets_ten_alerts_and_few_letters_an_hour_and_strangers_learn_nothing(
    node: TestNode, client: Client
) -> None:
    for number in range(12):
        limits.forget()
        actions.ask_for_alert(
            address=ADDRESS.upper(), wanted=RegisterFilter(words=str(number)), language="en", visitor="x"
        )
    assert Alert.objects.count() == actions.MOST_ALERTS
    before = Notice.objects.count()
    answer = client.post("/en/register/alerts/", {"email": ADDRESS})
    assert "Look into your mail" in answer.content.decode(), "the same words for everybody"
    assert Notice.objects.count() == before
    limits.forget()
    for _ in range(5):
        actions.ask_for_alert(address="other@example.com", wanted=RegisterFilter(), language="en", visitor="y")
    assert Alert.objects.filter(address="other@example.com").count() == actions.LETTERS_AN_HOUR
    for number in range(5):
        actions.ask_for_alert(address=f"a{number}@example.com", wanted=RegisterFilter(), language="en", visitor="y")
    with pytest.raises(TooManyAsked):
        actions.ask_for_alert(address="b@example.com", wanted=RegisterFilter(), language="en", visitor="y")


def test_what_is_no_address_is_refused_on_the_page(node: TestNode, client: Client) -> None:
    for wrong in (
        "",
        "nobody",
        "a@b",
        "x" * 300 + "@example.com",
        "a@example.com\nBcc: b@example.com",
        "\x00@example.com",
    ):
        answer = client.post("/en/register/alerts/", {"email": wrong})
        assert answer.status_code == 422, wrong
    with pytest.raises(BadAlert):
        actions.ask_for_alert(address="nobody", wanted=RegisterFilter(), language="en", visitor="x")
    assert not Alert.objects.exists()


def test_nobody_stops_somebody_elses_alert_by_guessing(node: TestNode, client: Client) -> None:
    actions.ask_for_alert(address=ADDRESS, wanted=RegisterFilter(), language="en", visitor="x")
    alert = Alert.objects.get()
    for guess in (alert.key, "0" * 40, alert.token_hash[:40]):
        assert client.post(f"/en/register/alerts/{guess}/", {"do": "stop"}).status_code == 404
    assert queries.link_secret(alert.key) not in (alert.key, alert.token_hash), "the table alone opens nothing"
    assert Alert.objects.exists()


def test_unconfirmed_alerts_are_forgotten_in_two_days(node: TestNode) -> None:
    actions.ask_for_alert(address=ADDRESS, wanted=RegisterFilter(), language="en", visitor="x")
    actions.forget_unconfirmed()
    assert Alert.objects.exists()
    Alert.objects.update(created=clock.now() - timedelta(days=2, minutes=1))
    actions.forget_unconfirmed()
    assert not Alert.objects.exists()


def test_an_account_with_a_confirmed_address_needs_no_letter(node: TestNode, client: Client) -> None:
    from allauth.account.models import EmailAddress

    person, _ = people.create_person(email=ADDRESS, name="Reader", language="en", password="x" * 12)
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    EmailAddress.objects.update_or_create(user=person, email=ADDRESS, defaults={"verified": False, "primary": True})
    assert client.post("/en/register/alerts/?state=waiting", {}).status_code == 422, (
        "not confirmed: an address is asked"
    )
    EmailAddress.objects.filter(user=person).update(verified=True)
    assert client.post("/en/register/alerts/?state=waiting", {}).status_code == 302
    alert = Alert.objects.get()
    assert (alert.person, alert.address, alert.confirmed) == (person, "", True)
    assert "Waiting for an answer" in client.get("/en/register/alerts/").content.decode()
    for _ in range(9):
        actions.make_alert(person=person, wanted=RegisterFilter(), language="en")
    with pytest.raises(TooManyAlerts):
        actions.make_alert(person=person, wanted=RegisterFilter(), language="en")
    assert mail.outbox == []
