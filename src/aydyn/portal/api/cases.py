"""Cases as the public sees them, with the salts of what was published, so that anyone can compare.

The same cases stand at ``/api/cases`` (for monitors, which have asked there from the start) and at ``/api/v1/cases``
(with filters, and both ways of time).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import Router, Schema
from pydantic import BeforeValidator, Field

from aydyn.cases import queries as cases
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import RegisterFilter
from aydyn.portal.api.problems import PUBLIC_LIST, PUBLIC_ONE, BadCursor, outcomes
from aydyn.record import queries as record

MOST = 100
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many at most")]
Cursor = Annotated[str, Field(max_length=40, description="`next` of the page before")]
Code = Annotated[str, Field(max_length=64)]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_written(given: Any) -> Any:
    """A day as 2026-11-21 and nothing else: seconds since 1970 would be taken for days otherwise."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("a day is written as 2026-11-21")
    return given


Day = Annotated[date, BeforeValidator(_as_written)]

first, router = Router(), Router()


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


class Events(Schema):
    """The timeline of a case."""

    items: list[EventOut]


@first.get(
    "/cases", response=outcomes({200: Page}, *PUBLIC_LIST), operation_id="list_cases", summary="Cases, oldest first"
)
def list_cases(request: HttpRequest, cursor: str = "", limit: Limit = 50) -> Any:
    """All cases that the register shows, in the order in which they were filed."""
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise BadCursor
    rows = cases.public_cases_after(int(cursor or 0), limit + 1)
    more = len(rows) > limit
    shown = rows[:limit]
    return {"items": present(shown), "next": str(shown[-1].pk) if more else None}


@first.get(
    "/cases/{number}", response=outcomes({200: CaseOut}, *PUBLIC_ONE), operation_id="get_case", summary="One case"
)
def get_case(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """One case by its number; what is not public does not exist here."""
    case = _public_case(number, response)
    return present([case])[0]


# ---------------------------------------------------------------------------------------------- /api/v1


@router.get(
    "/cases", response=outcomes({200: Page}, *PUBLIC_LIST), operation_id="find_cases", summary="Cases, filtered"
)
def find_cases(
    request: HttpRequest,
    office: Annotated[Code, Field(description="Code of an office; cases of those below it count in")] = "",
    procedure: Annotated[Code, Field(description="Code of a procedure")] = "",
    state: Literal["waiting", "overdue", "answered", "refused", "withdrawn"] | None = None,
    since: Annotated[Day | None, Field(description="Filed on this day or later")] = None,
    order: Literal["oldest", "newest"] = "oldest",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """Cases that the register shows, by the day of filing, either way of time."""
    rows = cases.register(RegisterFilter(office=office, kind=procedure, state=state or "")).order_by()
    if since is not None:
        rows = rows.filter(filed_on__gte=since)
    if cursor:
        rows = rows.filter(_beyond(cursor, "gt" if order == "oldest" else "lt"))
    rows = rows.order_by("filed_on", "pk") if order == "oldest" else rows.order_by("-filed_on", "-pk")
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return {
        "items": present(shown),
        "next": f"{shown[-1].filed_on.isoformat()}.{shown[-1].pk}" if len(found) > limit else None,
    }


def _beyond(cursor: str, way: str) -> Q:
    found = CURSOR.fullmatch(cursor)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise BadCursor
    # The first condition is implied by the second, and is what an index can begin at.
    return Q(**{f"filed_on__{way}e": day}) & (
        Q(**{f"filed_on__{way}": day}) | Q(**{"filed_on": day, f"pk__{way}": int(found[2])})
    )


@router.get(
    "/cases/{number}", response=outcomes({200: CaseOut}, *PUBLIC_ONE), operation_id="read_case", summary="One case"
)
def read_case(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """One case by its number; what is not public does not exist here."""
    case = _public_case(number, response)
    return present([case])[0]


@router.get(
    "/cases/{number}/events", response=outcomes({200: Events}, *PUBLIC_ONE), operation_id="read_events",
    summary="What happened in a case",
)  # fmt: skip
def read_events(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """The timeline of a case as it stands on the ledger, oldest first."""
    case = _public_case(number, response)
    return {"items": present([case])[0]["events"]}


def _public_case(number: str, response: HttpResponse) -> Case:
    """A case that strangers may see, and the day of its newest event for the headers. Raises NoSuchCase."""
    case = cases.by_number(number)
    cases.view_of(case, None, None, ())
    newest = cases.newest_events([case.pk])
    if case.pk in newest:
        response["Last-Modified"] = http_date(newest[case.pk].timestamp())
    return case


# ---------------------------------------------------------------------------------------------- as JSON


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
