"""Offices, how they answer, and the days on which they work."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from aydyn.cases import procedures
from aydyn.cases import queries as cases
from aydyn.kernel.limits import limits, visitor
from aydyn.people import queries as people
from aydyn.people.models import Office
from aydyn.portal.api.problems import PUBLIC_LIST, PUBLIC_ONE, TooOften, outcomes
from aydyn.portal.errors import NoSuchOffice

router = Router()
Texts = dict[str, str]
Year = Annotated[int, Path(ge=1990, le=2100)]
FIGURES, SECONDS = 60, 60
"""Figures that one visitor may have counted in so many seconds: each reads many rows."""


class OfficeBrief(Schema):
    """An office; ``parent`` is the code of the one above."""

    code: str
    mark: str
    kind: str
    parent: str | None
    names: Texts
    region: str | None
    confirmed: bool


class OfficeOut(OfficeBrief):
    """An office, and the codes of what can be sent to it."""

    procedures: list[str]


class Offices(Schema):
    """All offices."""

    items: list[OfficeBrief]


class KindOut(Schema):
    """How fast one kind of case was answered."""

    procedure: str
    answers: int
    median_days: int | None


class DaysOut(Schema):
    """How many answers took so many days."""

    days: int
    answers: int


class FiguresOut(Schema):
    """What an office, with all below it, received and answered in a time; ``waiting`` and ``overdue`` are of now."""

    office: str
    since: date
    until: date
    received: int
    answered: int
    refused: int
    withdrawn: int
    waiting: int
    overdue: int
    answers: int
    median_days: int | None
    histogram: list[DaysOut]
    procedures: list[KindOut]
    verdicts: dict[str, int]


class DayOff(Schema):
    """A day on which offices do not work; a weekend has no name."""

    day: date
    weekend: bool
    names: Texts


class CalendarOut(Schema):
    """A year: every day that does not count; all others are working days."""

    year: int
    source: str
    working_days: int
    days_off: list[DayOff]


@router.get(
    "/offices", response=outcomes({200: Offices}, *PUBLIC_LIST), operation_id="list_offices", summary="All offices"
)
def list_offices(request: HttpRequest) -> Any:
    """Every office of this node, by code."""
    return {"items": [_office(each) for each in people.offices().select_related("parent")]}


@router.get(
    "/offices/{code}",
    response=outcomes({200: OfficeOut}, *PUBLIC_ONE),
    operation_id="read_office",
    summary="One office",
)
def read_office(request: HttpRequest, code: str) -> Any:
    """An office, and what can be sent to it."""
    office = _known(code)
    taken = [row.code for row, rules in cases.catalogue() if cases.is_addressed(rules, office)]
    return {**_office(office), "procedures": sorted(taken)}


@router.get(
    "/offices/{code}/figures", response=outcomes({200: FiguresOut}, *PUBLIC_ONE, 429), operation_id="read_figures",
    summary="How an office answers",
)  # fmt: skip
def read_figures(
    request: HttpRequest, code: str, year: Annotated[int | None, Field(ge=1990, le=2100, description="Else the last 365 days")] = None
) -> Any:  # fmt: skip
    """What came in with an office and all below it, and what became of it, from the public register."""
    office = _known(code)
    if not limits.allow("api-figures", visitor(request), times=FIGURES, seconds=SECONDS):
        raise TooOften(SECONDS)
    found = cases.office_figures(office, year)
    plain = (
        "since",
        "until",
        "received",
        "answered",
        "refused",
        "withdrawn",
        "waiting",
        "overdue",
        "answers",
        "verdicts",
    )
    return {
        "office": office.code,
        **{name: getattr(found, name) for name in plain},
        "median_days": found.median,
        "histogram": [{"days": days, "answers": count} for days, count in sorted(found.histogram.items())],
        "procedures": [
            {"procedure": each.kind, "answers": each.answers, "median_days": each.median} for each in found.kinds
        ],
    }


@router.get(
    "/calendar/{year}", response=outcomes({200: CalendarOut}, *PUBLIC_ONE), operation_id="read_calendar",
    summary="Working days of a year",
)  # fmt: skip
def read_calendar(request: HttpRequest, year: Year) -> Any:
    """Which days of a year do not count when a time limit in working days is reckoned, and why."""
    return _calendar(procedures.calendar(), year)


@lru_cache(maxsize=128)
def _calendar(calendar: Any, year: int) -> dict[str, Any]:
    """A year of a loaded calendar, which never changes."""
    day, off, working = date(year, 1, 1), list[dict[str, Any]](), 0
    while day.year == year:
        names = calendar.why_not(day)
        if names:
            weekend = set(names.values()) == {"weekend"}
            off.append({"day": day, "weekend": weekend, "names": {} if weekend else names})
        else:
            working += 1
        day += timedelta(days=1)
    return {"year": year, "source": calendar.version, "working_days": working, "days_off": off}


def _known(code: str) -> Office:
    office = cases.office_of_code(code)
    if office is None:
        raise NoSuchOffice
    return office


def _office(office: Office) -> dict[str, Any]:
    return {
        "code": office.code, "mark": office.mark, "kind": office.kind, "names": office.names,
        "parent": office.parent.code if office.parent else None, "region": office.region or None,
        "confirmed": office.confirmed,
    }  # fmt: skip
