"""SMS that come in: off by default, only with the operator's secret, counted, answered by whoever registered."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.test import Client
from tests.nodes import TestNode

from aydyn.kernel.errors import NotFound
from aydyn.people import inbound

PATH = "/en/sms/in"
SECRET = {"X-Aydyn-Secret": "shared"}
MESSAGE = {"from": "+993 65 123456", "text": "CEC-2026-000001\u202e 1234"}


@pytest.fixture(autouse=True)
def door(node: TestNode, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "_handlers", [])
    settings.AYDYN = dataclasses.replace(settings.AYDYN, sms_in_secret="shared")


def echo(phone: str, text: str) -> str:
    return f"{phone} asked: {text}"


def send(data: Any = MESSAGE, headers: dict[str, str] = SECRET) -> Any:
    return Client(enforce_csrf_checks=True).post(PATH, data, headers=headers)


def test_the_reply_is_the_handlers_for_a_form_and_for_json() -> None:
    inbound.register_sms_handler(echo)
    as_json = Client().post(PATH, json.dumps(MESSAGE), content_type="application/json", headers=SECRET)
    for answer in (send(), as_json):
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert answer.content.decode() == "+99365123456 asked: CEC-2026-000001 1234"


def test_without_the_secret_and_while_off_nothing_is_taken(settings: Any) -> None:
    inbound.register_sms_handler(echo)
    for headers in ({}, {"X-Aydyn-Secret": "wrong"}, {"X-Aydyn-Secret": "sharedd"}):
        assert send(headers=headers).status_code == 403
    assert Client().get(PATH).status_code == 405
    settings.AYDYN = dataclasses.replace(settings.AYDYN, sms_in_secret="")
    for headers in ({}, {"X-Aydyn-Secret": ""}, SECRET):
        assert send(headers=headers).status_code == 404


def test_rubbish_is_refused_in_words() -> None:
    inbound.register_sms_handler(echo)
    for data in ({}, {"from": "x", "text": "y"}, {"from": "+1 900 1234567", "text": "y"}):
        assert send(data).status_code == 422
    for body in ("", "{", "[]", "null", '{"from": 1, "text": 2}', "[" * 5000, "\xff"):
        answer = Client().post(PATH, body, content_type="application/json", headers=SECRET)
        assert answer.status_code == 422, body[:9]


def test_a_telephone_asks_ten_times_an_hour() -> None:
    inbound.register_sms_handler(echo)
    assert [send().status_code for _ in range(11)] == [200] * 10 + [429]
    assert send({**MESSAGE, "from": "65 000000"}).status_code == 200


def test_a_refusal_is_the_reply_and_silence_is_one_too() -> None:
    def refuse(_phone: str, _text: str) -> str:
        raise NotFound("No such case.", next_step="Check the number.")

    assert send().content.decode() == "This number answers no messages."
    inbound.register_sms_handler(refuse)
    assert (send().status_code, send().content.decode()) == (200, "No such case. Check the number.")
    with pytest.raises(RuntimeError):
        inbound.register_sms_handler(echo)
    inbound._handlers[:] = [lambda _phone, _text: ""]
    assert send().status_code == 204


def test_a_long_message_is_cut() -> None:
    inbound.register_sms_handler(lambda _phone, text: str(len(text)))
    assert send({**MESSAGE, "text": "x" * 100_000}).content.decode() == str(inbound.LONGEST_TEXT)
