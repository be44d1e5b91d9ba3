"""Programs of people, as they talk to the API."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aydyn.people import actions as people
from aydyn.people.models import Person

QUESTION = "How many polling stations of Mary velayat can be reached with a wheelchair?"
PROBLEM = "application/problem+json"
BODY: dict[str, Any] = {"procedure": "information-request", "answers": {"question": QUESTION, "scope": "national"}}


class Program:
    """A program with a key of somebody's."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = ("file", "follow"), name: str = "program") -> None:
        self.person = person
        self.key, self.raw = people.make_token(person=person, name=name, scopes=scopes, days=30)
        self.client = Client(headers={"authorization": f"Bearer {self.raw}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def file(self, body: Any = None, key: str = "one") -> Any:
        return self.post("cases", body or BODY, **{"idempotency-key": key})

    def send(self, data: bytes, name: str = "plan.jpg") -> Any:
        return self.client.post("/api/v1/files", {"file": SimpleUploadedFile(name, data)})


def somebody(name: str) -> Person:
    return people.create_person(email=f"{name}@example.com", name=name, language="en")[0]


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["code"]
    return told
