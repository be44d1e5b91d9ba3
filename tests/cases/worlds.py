"""What tests of cases begin with: staff of offices, filings of every kind, days that pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.cases.test_one_request import office_with_staff

from aydyn.cases import actions, queries
from aydyn.cases.models import Case
from aydyn.kernel import clock
from aydyn.people import actions as people
from aydyn.people import queries as offices
from aydyn.people.models import Office, Person

__all__ = ["ANSWERS", "ASKERS", "at_office", "days_later", "file_under", "office_with_staff", "person_with"]

SOMEBODY = {"family_name": "Annaýewa", "given_name": "Ogulgerek", "patronymic": "Myradowna"}
ADDRESS = {"region": "TM-M", "place": "Mary", "street": "Magtymguly köçesi, 12"}

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "information-request": {"question": "How many stations have a ramp for wheelchairs?", "scope": "national"},
}
"""Answers that are enough, by procedure; where a procedure is not named they are made from its questions."""

ASKERS: Mapping[str, Any] = {
    "name": "Aýna Annaýewa",
    "email": "ayna@example.com",
    "person": SOMEBODY,
    "address": ADDRESS,
}


def at_office(code: str) -> Office:
    """An office of the pack."""
    found = offices.office_by_code(code)
    assert found is not None
    return found


def person_with(email: str = "ayna@example.com") -> Person:
    """A person with a confirmed account."""
    return people.create_person(email=email, name="Aýna", language="tk", password="x" * 12)[0]


def enough_for(code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers and identity that a procedure accepts, made from what it asks."""
    from aydyn.cases import procedures

    row = queries.procedure_or_404(code)
    rules = procedures.parsed(row.pk)
    answers = dict(ANSWERS.get(code) or {})
    if not answers:
        answers = {
            each.name: _answer(each)
            for each in rules.questions
            if each.required and not each.when and each.kind not in ("file", "files")
        }
        main = procedures.main_question(rules)
        if main is not None:
            answers[main.name] = "The list of voters at the station was not shown to anybody who asked."
    return answers, {each.name: _answer(each) for each in rules.asker if each.required}


def _answer(question: Any) -> Any:
    made = {
        "person": SOMEBODY, "address": ADDRESS, "organisation": {"name": "Ýaşlar", "number": "12"}, "date": "2001-05-17",
        "yesno": "yes", "region": "TM-M", "email": "ayna@example.com", "phone": "+993 12 34 56 78", "number": "7",
        "money": {"amount": "10", "currency": "TMT"}, "document": "CEC-2026-000001",
    }  # fmt: skip
    if question.kind == "date" and question.earliest:
        return question.earliest.isoformat()
    if question.kind in ("choice", "choices"):
        return question.choice[0].code if question.kind == "choice" else [question.choice[0].code]
    if question.kind == "table":
        return [{column.name: _answer(column) for column in question.column}]
    return made.get(question.kind, "I-AŞ 123456" if "document" in question.name else "Words that say enough about it")


def file_under(code: str, office: str | None = None, **more: Any) -> actions.Filed:
    """File something under a procedure, with answers that it accepts."""
    row = queries.procedure_or_404(code)
    from aydyn.cases import procedures

    rules = procedures.parsed(row.pk)
    answers, asker = enough_for(code)
    given: dict[str, Any] = {
        "procedure": row, "office": at_office(office) if office else queries.default_office(rules),
        "answers": answers, "asker": asker, "language": "tk",
    }  # fmt: skip
    return actions.file_case(**{**given, **more})


@contextmanager
def days_later(days: int) -> Iterator[None]:
    """Do something so many days from now."""
    with clock.simulate(clock.now() + timedelta(days=days)):
        yield


def fresh(case: Case) -> Case:
    """The case as it stands in the database."""
    return queries.by_number(case.number)
