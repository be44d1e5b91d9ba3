"""The API against its own description: whatever is sent, no fault, no status and no shape that the description lacks.

The budget is fixed (examples an operation, derandomized), so that a red run is red again on the next machine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import CHECKS, load_all_checks
from tests.documents.samples import photo
from tests.nodes import TestNode

from aydyn.people import actions as people

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The live application; answers are closed as a web server closes them, the test's connection is not."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    answer = _django(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()
        for signal in signals:
            signal.connect(close_old_connections)


PLAIN = {"Accept-Encoding": "identity"}  # the client in the test's process does not unpack
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=PLAIN)
BUDGET = settings(
    max_examples=20, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
LEFT_OUT = {"positive_data_acceptance", "max_response_time"}
"""Answers are judged by a procedure's own schema, which the description of the API cannot name: 422 is right there."""

AUTH = "ignored_auth"
"""Asked of strangers alone: the good key is put in over a bad one that was made up, which this check would still see."""

ANSWERS = {"question": "How many stations have a ramp for wheelchairs?", "scope": "national"}


@dataclass(frozen=True)
class World:
    """A person's key, a case of hers on the ledger, and a file of it."""

    key: dict[str, str]
    known: dict[str, str]


@pytest.fixture
def world(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> World:
    for module, name in (("keys", "REQUESTS"), ("filing", "UPLOADS_AN_HOUR"), ("offices", "FIGURES")):
        monkeypatch.setattr(f"aydyn.portal.api.{module}.{name}", 1_000_000)
    person, _ = people.create_person(email="maral@example.com", name="Maral", language="en")
    _, raw = people.make_token(person=person, name="program", scopes=("file", "follow"), days=30)
    client = Client(headers={"authorization": f"Bearer {raw}", "idempotency-key": "known"})
    [file] = [client.post("/api/v1/files", {"file": open_photo()}).json()["id"]]
    body = {"procedure": "information-request", "answers": {**ANSWERS, "attachments": [file]}}
    number = client.post("/api/v1/cases", body, content_type="application/json").json()["number"]
    node.sequence()
    known = {"number": number, "file": file.partition(".")[0], "step": "add", "seq": "1"}
    return World({"Authorization": f"Bearer {raw}"}, known)


def open_photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("plan.jpg", photo())


def checks(*left_out: str) -> list[Any]:
    load_all_checks()
    return [check for check in CHECKS.get_all() if check.__name__ not in {*LEFT_OUT, *left_out}]


def checks_for(case: Any, known: dict[str, str]) -> list[Any]:
    """Let most examples name what is there (random words alone would try nothing but 404): wrong ones may be right then."""
    spoken = json.dumps(str(case.path_parameters) + str(case.query) + str(case.body))
    if len(spoken) % 4 == 0:
        return checks()
    code = "tm.cec" if "/offices/" in case.operation.path else "information-request"
    for name in case.path_parameters or {}:
        case.path_parameters[name] = {**known, "code": code}.get(name, case.path_parameters[name])
    if isinstance(case.body, dict) and "/steps/" in case.operation.path:
        case.body["words"] = "One more word about it."
    if isinstance(case.body, dict) and isinstance(case.body.get("procedure"), str):
        case.body["procedure"] = "information-request"
        if isinstance(case.body.get("answers"), dict):
            case.body["answers"] |= ANSWERS
    return checks("negative_data_rejection")


@schema.parametrize()
@BUDGET
def test_a_stranger_meets_nothing_that_is_not_described(case: Any, world: World) -> None:
    case.call_and_validate(checks=checks_for(case, world.known), headers=PLAIN)


@schema.parametrize()
@BUDGET
def test_the_holder_of_a_key_meets_nothing_that_is_not_described(case: Any, world: World) -> None:
    asked = [check for check in checks_for(case, world.known) if check.__name__ != AUTH]
    case.headers.update(world.key)  # in the case itself, so that what is judged is what was sent
    case.call_and_validate(checks=asked, headers=PLAIN)


def test_links_of_the_description_lead_to_what_is_there(world: World) -> None:
    class Journey(schema.as_state_machine()):  # type: ignore[misc]  # made from the description
        def before_call(self, case: Any) -> None:
            case.headers.update(world.key)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": PLAIN}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            case.validate_response(response, checks=checks(AUTH))

    run_state_machine_as_test(Journey, settings=settings(BUDGET, max_examples=5, stateful_step_count=6))
