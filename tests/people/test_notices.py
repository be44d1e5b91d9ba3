"""Notices: told inside the transaction, sent outside it, never lost by a gateway, switched off by one click."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode

from aydyn.kernel import clock
from aydyn.node import worker
from aydyn.people import actions, gateways, notices, queries
from aydyn.people.errors import BadPhone, BadPhoneCode, TooManyAttempts
from aydyn.people.models import MutedAddress, Notice, Person, PhoneCode
from aydyn.people.phones import normal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = "+99365123456"


class Sent:
    """A gateway that remembers, or fails as often as it is told to."""

    messages: list[tuple[str, str, str]] = []
    faults: list[Exception] = []

    def send(self, *, identifier: str, phone: str, text: str) -> None:
        if self.faults:
            raise self.faults.pop()
        self.messages.append((identifier, phone, text))


@pytest.fixture
def sms(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> type[Sent]:
    Sent.messages, Sent.faults = [], []
    monkeypatch.setattr(gateways, "sms_gateway", Sent)
    return Sent


@pytest.fixture
def maral(node: TestNode) -> Person:
    return actions.create_person(email="maral@example.com", name="Maral", language="en")[0]


def with_phone(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(phone=PHONE, phone_confirmed=clock.now(), sms=True)
    return Person.objects.get(pk=person.pk)


def told(**to: Any) -> list[Notice]:
    given = {"kind": "news", "language": "en", "subject": "News about your case A-1", "text": "Something happened."}
    return notices.tell(**{**given, **to})


def work() -> None:
    """Do what the worker does; the real one closes the connection behind it, with the test's transaction in it."""
    for row in list(DBTaskResult.objects.ready()):
        row.task.call(**row.args_kwargs["kwargs"])
        DBTaskResult.objects.filter(pk=row.pk).update(status="SUCCESSFUL")


def test_a_person_is_told_by_letter_and_sms_and_nothing_of_it_is_kept(maral: Person, sms: type[Sent]) -> None:
    told(person=with_phone(maral))
    assert (len(mail.outbox), sms.messages) == (0, [])
    work()
    letter = mail.outbox[0]
    assert letter.to == ["maral@example.com"]
    assert "Something happened." in letter.body
    assert [message[1:] for message in sms.messages] == [(PHONE, "News about your case A-1")]
    for notice in Notice.objects.all():
        assert (notice.state, notice.to, notice.subject, notice.text, notice.person) == ("sent", "", "", "", None)
    assert queries.notice_figures() == {"waiting": 0, "sent": 2, "dropped": 0, "failed": 0}


def test_an_act_that_is_undone_tells_nobody(maral: Person) -> None:
    with transaction.atomic():
        assert told(person=maral)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_the_same_is_told_once_and_sent_once(maral: Person) -> None:
    first = told(person=maral, key="case:A-1:3")
    assert told(person=maral, key="case:A-1:3") == []
    work()
    notices.deliver(first[0].pk)
    assert len(mail.outbox) == 1


def test_what_cannot_be_told_is_not_and_nothing_is_raised(maral: Person) -> None:
    assert told(address="nobody") == told(phone="911") == told(address="a@b.example\nBcc: x@y.example") == []
    Person.objects.filter(pk=maral.pk).update(mail_news=False)
    maral.refresh_from_db()
    assert told(person=maral) == []
    assert len(told(person=maral, kind="asked")) == 1
    with clock.simulate(clock.now()):
        assert told(person=maral, kind="asked") == []
    tricky = told(address="a@example.com", subject="one\r\nBcc: x@y.example", language="xx")[0]
    work()
    assert tricky.subject == "one Bcc: x@y.example"
    assert queries.notice_figures()["failed"] == 0


def test_who_switches_off_meanwhile_is_not_told(maral: Person) -> None:
    told(person=maral)
    actions.set_preferences(person=maral, mail={"news": False}, sms=False)
    work()
    assert mail.outbox == []
    assert queries.notice_figures()["dropped"] == 1


def test_a_gateway_that_fails_is_tried_again_later_and_then_counted(
    maral: Person, sms: type[Sent], caplog: Any
) -> None:
    secret = "key-of-the-gateway"
    sms.faults = [RuntimeError(secret) for _ in range(len(notices.WAITS) + 1)]
    notice = told(phone=PHONE)[0]
    work()
    task = DBTaskResult.objects.get(status="READY")
    assert task.run_after > clock.now() + timedelta(seconds=30)
    work()
    assert Notice.objects.get().tries == 1  # it waits
    for _ in notices.WAITS:
        DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
        work()
    notice.refresh_from_db()
    assert (notice.state, notice.to) == ("failed", "")
    assert not DBTaskResult.objects.filter(status="READY").exists()
    assert queries.notice_figures()["failed"] == 1
    assert secret not in caplog.text
    assert PHONE not in caplog.text


def test_one_fault_loses_nothing_and_a_refusal_is_final(maral: Person, sms: type[Sent]) -> None:
    sms.faults = [OSError()]
    told(phone=PHONE)
    work()
    DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
    work()
    assert len(sms.messages) == 1
    sms.faults = [gateways.GatewayRefused("no")]
    told(phone=PHONE)
    work()
    assert queries.notice_figures() == {"waiting": 0, "sent": 1, "dropped": 0, "failed": 1}


def link_in(letter: Any) -> str:
    found = re.search(r"http://localhost:8000(/en/notices/off/\S+)", letter.body)
    assert found
    assert letter.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{found[1]}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[1]


def test_one_click_ends_letters_of_a_kind_and_looking_at_the_link_does_not(maral: Person) -> None:
    told(person=maral)
    told(address="guest@example.com")
    work()
    machine = Client(enforce_csrf_checks=True)
    own, guest = link_in(mail.outbox[0]), link_in(mail.outbox[1])
    assert "guest" not in guest
    for link in (own, guest):
        assert machine.get(link).status_code == 200
        assert machine.head(link).status_code == 200
    assert Person.objects.get().mail_news
    for link in (own, guest, guest):
        answer = machine.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    person = Person.objects.get()
    assert (person.mail_news, person.mail_asked) == (False, True)
    assert told(person=person) == told(address="Guest@example.com") == []
    assert len(told(address="guest@example.com", kind="alerts")) == 1
    assert "guest" not in str(MutedAddress.objects.values().get())
    for wrong in (own[:-2] + "x/", "/en/notices/off/x/", "/en/notices/off/a:b:c/"):
        assert machine.post(wrong).status_code == 404


def test_phones_have_one_form_and_are_of_this_country() -> None:
    written = ("+993 65 123456", "8 65 12-34-56", "65123456", "00993 65 123456", "993(65)123456")
    assert {normal(one) for one in written} == {PHONE}
    for wrong in (
        "",
        "911",
        "+1 900 1234567",
        "+7 900 1234567",
        "65a23456",
        "6" * 40,
        "٦٥١٢٣٤٥٦",
        "+993",
        "--------",
        "+99300000000",
    ):
        with pytest.raises(BadPhone):
            normal(wrong)


def code_of(sms: type[Sent]) -> str:
    work()
    found = re.search(r"[0-9]{6}", sms.messages[-1][2])
    assert found
    return found[0]


def test_a_code_confirms_a_telephone_and_is_good_once(maral: Person, sms: type[Sent]) -> None:
    actions.send_phone_code(person=maral, phone="65 123456", language="ru")
    code = code_of(sms)
    with pytest.raises(BadPhoneCode):
        actions.confirm_phone(person=maral, code="000000" if code != "000000" else "1")
    actions.confirm_phone(person=maral, code=f" {code[:3]} {code[3:]} ")
    maral.refresh_from_db()
    assert (maral.phone, queries.wants_sms(maral)) == (PHONE, True)
    with pytest.raises(BadPhoneCode):
        actions.confirm_phone(person=maral, code=code)
    assert code not in str(list(PhoneCode.objects.values()) + list(Notice.objects.values()))
    actions.remove_phone(person=maral)
    assert not queries.wants_sms(Person.objects.get())


def test_codes_are_not_guessed_nor_used_late_nor_sent_without_end(maral: Person, sms: type[Sent]) -> None:
    actions.send_phone_code(person=maral, phone=PHONE, language="en")
    code = code_of(sms)
    for guess in range(5):
        with pytest.raises(BadPhoneCode):
            actions.confirm_phone(person=maral, code=f"x{guess}")
    with pytest.raises(BadPhoneCode):
        actions.confirm_phone(person=maral, code=code)
    actions.send_phone_code(person=maral, phone=PHONE, language="en")
    code = code_of(sms)
    with clock.simulate(clock.now() + timedelta(minutes=11)), pytest.raises(BadPhoneCode):
        actions.confirm_phone(person=maral, code=code)
    actions.send_phone_code(person=maral, phone="65 000001", language="en")
    with pytest.raises(TooManyAttempts):
        actions.send_phone_code(person=maral, phone="65 000002", language="en")
    other, _ = actions.create_person(email="other@example.com", name="", language="en")
    actions.send_phone_code(person=other, phone=PHONE, language="en")
    with pytest.raises(TooManyAttempts):
        actions.send_phone_code(person=other, phone=PHONE, language="en")


def test_the_page_keeps_wishes_and_confirms_a_telephone(maral: Person, sms: type[Sent]) -> None:
    client, page = Client(), "/en/my/notices/"
    assert client.get(page).status_code == 302
    client.force_login(maral, backend=BACKEND)
    before = client.get(page).content.decode()
    assert "No telephone is confirmed" in before
    assert "Deadlines of my work" not in before
    assert client.post(page, {"news": "on", "sms": "on"}).status_code == 302
    maral.refresh_from_db()
    assert (maral.mail_news, maral.mail_asked, maral.mail_deadlines, maral.sms) == (True, False, True, False)
    wrong = client.post(f"{page}phone/", {"phone": "+1 900 1234567"})
    assert wrong.status_code == 422
    assert "telephone number of this country" in wrong.content.decode()
    assert client.get(f"{page}phone/").status_code == client.get(f"{page}phone/confirm/").status_code == 302
    assert client.post(f"{page}phone/confirm/", {"code": "123456"}).status_code == 422
    assert client.post(f"{page}phone/", {"phone": PHONE}).status_code == 302
    code = code_of(sms)
    assert PHONE in client.get(page).content.decode()
    assert client.post(f"{page}phone/confirm/", {"code": ""}).status_code == 422
    assert client.post(f"{page}phone/confirm/", {"code": code}).status_code == 302
    assert Person.objects.get().sms
    assert client.post(page, {"news": "on"}).status_code == 302
    assert not Person.objects.get().sms
    assert client.post(f"{page}phone/remove/").status_code == 302
    assert Person.objects.get().phone == ""
    officer = Client()
    officer.force_login(office_with_staff()["officer"].person, backend=BACKEND)
    assert "Deadlines of my work" in officer.get(page).content.decode()


def test_what_is_over_is_forgotten(maral: Person, sms: type[Sent]) -> None:
    told(person=maral)
    actions.send_phone_code(person=maral, phone=PHONE, language="en")
    work()
    waiting = told(person=maral)[0]
    token, _raw = actions.make_token(person=maral, name="n", scopes=("file",), days=30)
    Notice.objects.exclude(pk=waiting.pk).update(finished=clock.now() - timedelta(days=31))
    PhoneCode.objects.update(sent=clock.now() - timedelta(hours=1))
    type(token).objects.update(expires=clock.now() - timedelta(days=91))
    worker.forget_what_is_over()
    assert list(Notice.objects.all()) == [waiting]
    assert not PhoneCode.objects.exists()
    assert not type(token).objects.exists()
