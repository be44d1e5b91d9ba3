"""The open API: cases as the public sees them, with the salts of what was published, so that anyone can compare.

Stable under ``/api/``; described by ``/api/openapi.json``; lists are paged by a cursor.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from pydantic import Field

from aydyn import __version__
from aydyn.cases import queries as cases
from aydyn.cases.models import Case, CaseEvent
from aydyn.kernel.errors import Invalid, Refusal
from aydyn.record import queries as record

MOST = 100
api = NinjaAPI(
    title="Aýdyň", version=__version__, urls_namespace="api", docs_url=None,
    description="Public reads need no key. Compare what you read here with the ledger at /ledger/.",
)  # fmt: skip


class Opened(Schema):
    """A part shown: salt (hexadecimal, 32 bytes) and value."""

    salt: str
    value: Any


class EventOut(Schema):
    """One event of a case: which entry it is on the ledger, and what is open of its content."""

    seq: int
    act: str
    at: str
    by: str
    position: int | None
    leaf: str
    public: dict[str, Any]
    commitments: dict[str, str]
    parts: dict[str, Opened]


class CaseOut(Schema):
    """A case as everybody sees it."""

    number: str
    office: str
    procedure: str
    version: int
    state: str
    open: bool
    result: str
    filed: date
    due: date | None
    published: bool
    events: list[EventOut]


class Page(Schema):
    """One page of cases; ``next`` is the cursor of the following one."""

    items: list[CaseOut]
    next: str | None


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
    code: str


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Any) -> Any:
    return _problem(request, refusal.status, str(refusal.message), str(refusal.next_step), refusal.code)


def _problem(request: HttpRequest, status: int, title: str, detail: str, code: str) -> Any:
    body = {"title": title, "status": status, "detail": detail, "code": code}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.get("/cases", response={200: Page, 422: Problem}, operation_id="list_cases", summary="Cases, oldest first")
def list_cases(request: HttpRequest, cursor: str = "", limit: Annotated[int, Field(ge=1, le=MOST)] = 50) -> Any:
    """All cases that the register shows, in the order in which they were filed."""
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise Invalid("The cursor is not one that this list gave.", next_step="Begin without a cursor.")
    rows = cases.public_cases_after(int(cursor or 0), limit + 1)
    more = len(rows) > limit
    shown = rows[:limit]
    return {"items": present(shown), "next": str(shown[-1].pk) if more else None}


@api.get("/cases/{number}", response={200: CaseOut, 404: Problem}, operation_id="get_case", summary="One case")
def get_case(request: HttpRequest, number: str) -> Any:
    """One case by its number; what is not public does not exist here."""
    case = cases.by_number(number)
    cases.view_of(case, None, None, ())
    return present([case])[0]


def present(rows: list[Case]) -> list[dict[str, Any]]:
    """Cases with their events, in a number of queries that does not grow with their number."""
    events = cases.events_of_all([case.pk for case in rows])
    every = [event for one in events.values() for event in one]
    positions = record.positions_of([event.entry_id for event in every])
    contents = record.contents_of([event.entry_id for event in every])
    return [
        {
            "number": case.number,
            "office": case.office.code,
            "procedure": case.procedure.code,
            "version": case.procedure.version,
            "state": case.state,
            "open": case.open,
            "result": case.result,
            "filed": case.filed_on,
            "due": case.due,
            "published": case.published,
            "events": _events(events.get(case.pk, []), positions, contents),
        }
        for case in rows
    ]


def _events(
    events: list[CaseEvent], positions: dict[int, int], contents: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    opened = {event.pk for event in cases.open_events(events)}
    return [_event(event, positions, contents, opened=event.pk in opened) for event in events]


def _event(
    event: CaseEvent, positions: dict[int, int], contents: dict[int, dict[str, Any]], *, opened: bool
) -> dict[str, Any]:
    entry = record.parsed(event.entry)
    parts = contents.get(event.entry_id, {})
    shown = parts if opened else {}
    return {
        "seq": event.seq,
        "act": entry.act,
        "at": entry.at,
        "by": entry.by,
        "position": positions.get(event.entry_id),
        "leaf": bytes(event.entry.hash).hex(),
        "public": dict(entry.public),
        "commitments": record.commitments(parts),
        "parts": {name: {"salt": part.salt.hex(), "value": part.value} for name, part in shown.items()},
    }
