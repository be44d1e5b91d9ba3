"""What everybody reads through the API: procedures as JSON Schema, offices, calendar, cases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from tests.cases.worlds import enough_for
from tests.nodes import TestNode
from tests.portal.programs import QUESTION, Program, problem, somebody

from aydyn.casework.fields import COMPOUND
from aydyn.kernel import clock
from aydyn.portal.api import offices, questions


@pytest.fixture
def maral(node: TestNode) -> Program:
    return Program(somebody("maral"))


def as_a_program_writes(typed: Any) -> Any:
    """Answers with numbers and truth instead of what a form has of them."""
    if isinstance(typed, dict):
        return {name: as_a_program_writes(each) for name, each in typed.items()}
    if isinstance(typed, list):
        return [as_a_program_writes(each) for each in typed]
    return True if typed == "yes" else int(typed) if typed == "7" else typed


def test_every_procedure_says_as_json_schema_what_it_wants_and_takes_what_fits(node: TestNode, client: Client) -> None:
    listed = client.get("/api/v1/procedures").json()["items"]
    assert [each["code"] for each in listed] == sorted(each["code"] for each in listed)
    assert "information-request" in {each["code"] for each in listed}
    assert "office-request" not in {each["code"] for each in listed}
    for each in listed:
        whole = client.get(f"/api/v1/procedures/{each['code']}").json()
        jsonschema_rs.meta.validate(whole["answers"])
        jsonschema_rs.meta.validate(whole["asker"])
        answers, asker = enough_for(each["code"])
        for name, asked in whole["answers"]["properties"].items():
            if asked["x-kind"] in ("file", "files"):
                answers[name] = ["id"]
        answers = as_a_program_writes(answers)
        assert list(jsonschema_rs.iter_errors(whole["answers"], answers)) == [], each["code"]
        assert list(jsonschema_rs.iter_errors(whole["asker"], asker)) == [], each["code"]
        assert not jsonschema_rs.is_valid(whole["answers"], {"nonsense": 1})
        assert whole["clock"]["answer_within"].endswith(("days", "day", "month", "months"))
        assert {"tk", "ru", "en"} <= set(whole["title"])
        assert whole["offices"]
    problem(client.get("/api/v1/procedures/nonsense"), 404)


def test_a_condition_of_a_form_is_a_condition_of_its_schema(node: TestNode, client: Client) -> None:
    schema = client.get("/api/v1/procedures/information-request").json()["answers"]
    assert jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "national"})
    assert not jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "local"})
    assert jsonschema_rs.is_valid(schema, {"question": QUESTION, "scope": "local", "region": "TM-M"})


def test_the_parts_of_compound_answers_are_those_of_the_engine() -> None:
    assert dict(questions.COMPOUND) == dict(COMPOUND)


def test_offices_their_figures_and_the_calendar_are_read_without_a_key(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = client.get("/api/v1/offices").json()["items"]
    assert "tm.cec" in {each["code"] for each in every}
    one = client.get("/api/v1/offices/tm.cec").json()
    assert "information-request" in one["procedures"]
    assert client.get("/api/v1/offices/tm.cec/figures").json()["received"] == 0
    assert client.get("/api/v1/offices/tm.cec/figures?year=2026").json()["since"] == "2026-01-01"
    year = client.get("/api/v1/calendar/2026").json()
    assert year["working_days"] + len(year["days_off"]) == 365
    assert any(day["names"].get("en") for day in year["days_off"])
    for path in ("offices/nonsense", "offices/nonsense/figures"):
        assert problem(client.get(f"/api/v1/{path}"), 404)["code"] == "no-such-office"
    for path in ("calendar/1066", "calendar/x", "offices/tm.cec/figures?year=99999"):
        problem(client.get(f"/api/v1/{path}"), 422)
    monkeypatch.setattr(offices, "FIGURES", 0)
    assert problem(client.get("/api/v1/offices/tm.cec/figures"), 429)
    assert client.get("/api/v1/offices/tm.cec/figures")["Retry-After"] == "60"


def test_cases_are_found_by_filters_and_paged_both_ways(node: TestNode, client: Client, maral: Program) -> None:
    numbers = [maral.file(key=str(n)).json()["number"] for n in range(5)]

    def walk(query: str) -> list[str]:
        found, cursor = list[str](), ""
        while cursor is not None:
            page = client.get(f"/api/v1/cases?limit=2&{query}&cursor={cursor}").json()
            found += [each["number"] for each in page["items"]]
            cursor = page["next"]
        return found

    assert walk("") == numbers
    assert walk("order=newest") == numbers[::-1]
    assert walk("office=tm.cec&procedure=information-request&state=waiting") == numbers
    assert walk("state=answered") == walk("office=nonsense") == walk("procedure=nonsense") == []
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert walk(f"since={clock.today().isoformat()}") == numbers
    assert walk(f"since={tomorrow}") == []
    for query in ("cursor=x", "cursor=2026-99-99.1", "limit=0", "limit=101", "state=x", "since=x", "office=%00"):
        problem(client.get(f"/api/v1/cases?{query}"), 422)
    one = client.get(f"/api/v1/cases/{numbers[0]}").json()
    assert one == client.get(f"/api/cases/{numbers[0]}").json()
    assert client.get(f"/api/v1/cases/{numbers[0]}/events").json()["items"] == one["events"]
    assert QUESTION not in json.dumps(one)


def test_what_somebody_has_already_is_not_sent_again(node: TestNode, client: Client, maral: Program) -> None:
    number = maral.file().json()["number"]
    for path in (f"cases/{number}", "procedures/information-request", "offices/tm.cec", "calendar/2026"):
        first = client.get(f"/api/v1/{path}")
        again = client.get(f"/api/v1/{path}", headers={"if-none-match": f'W/{first["ETag"]}, "x"'})
        assert (again.status_code, again.content) == (304, b""), path
        assert client.get(f"/api/v1/{path}", headers={"if-none-match": '"x"'}).status_code == 200
    answer = client.get(f"/api/v1/cases/{number}")
    assert "00:00:00" in answer["Last-Modified"], "of what a person did only the day is public"
    assert maral.get("my/cases")["Cache-Control"] == "private, no-store"
    assert "ETag" not in maral.get("my/cases")
