"""Reads of an officer's desk: what is to be done, in which order, and how much of it everybody has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from aydyn.cases.models import AnswerTemplate, Case
from aydyn.cases.queries.cases import known_cases
from aydyn.cases.queries.register import COUNTED
from aydyn.casework.errors import NumberError
from aydyn.casework.numbering import tidy_number
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate

UNASSIGNED = ("received", "registered")
"""States in which nobody works on a case yet."""

TABS = ("open", "new", "mine", "late", "soon", "asked", "answered", "held")


@dataclass(frozen=True)
class WorklistFilter:
    """What the worklist shows; comes from the address. ``view`` is one of the lists of :func:`worklist`."""

    view: str = "open"
    procedure: str = ""
    officer: str = ""
    words: str = ""
    sort: str = "due"


def worklist(mandate: Mandate, wanted: WorklistFilter) -> QuerySet[Case]:
    """Cases of a mandate's office, what is due first on top.

    ``view``: open, new (nobody's yet), mine (also of those one stands in for), late, soon (to be warned of), asked (one's
    own office waits for the asker), answered (to be closed or published), held, or sent (to other offices).
    """
    rows = known_cases().select_related("text", "officer__person", "procedure", "office")
    if wanted.view == "sent":
        rows = rows.filter(from_office=mandate.office, open=True)
    else:
        own = own_and_stood_in_for(mandate) if wanted.view == "mine" else []
        rows = rows.filter(_in_view(wanted.view, own), office=mandate.office)
    if wanted.procedure:
        rows = rows.filter(procedure__code=wanted.procedure)
    if wanted.officer:
        rows = rows.filter(officer__public_id=wanted.officer)
    if wanted.words:
        rows = rows.filter(_with_words(wanted.words))
    if wanted.sort == "newest":
        return rows.order_by("-pk")
    if wanted.view in ("late", "soon"):
        return rows.order_by("due", "pk")
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def _in_view(view: str, own: list[int]) -> Q:
    today = clock.today()
    views = {
        "new": Q(open=True, held=False, state__in=UNASSIGNED),
        "mine": Q(open=True, officer__in=own),
        "late": Q(open=True, due__lt=today),
        "soon": Q(open=True, due__gte=today, warn_on__lte=today),
        "asked": Q(open=True, waits_for="asker"),
        "answered": Q(open=True, waits_for="nobody"),
        "held": Q(open=True, held=True),
        "all": Q(),
    }
    # A flood waits in a list of its own, and nobody's day is lost in it: what is late shows everywhere.
    return views.get(view, Q(open=True, held=False))


def own_and_stood_in_for(mandate: Mandate) -> list[int]:
    """The mandate, and those of absent colleagues that it stands in for today."""
    return [mandate.pk, *(each.pk for each in people.substitutes_for(mandate, clock.today()))]


def _with_words(words: str) -> Q:
    try:
        return Q(number=tidy_number(words))
    except NumberError:
        return Q(text__title__icontains=words) | Q(number__icontains=words.upper())


def worklist_counts(mandate: Mandate) -> dict[str, int]:
    """How many cases of the office stand in each list, for the tabs; exact up to :data:`COUNTED`, one more beyond."""
    own = own_and_stood_in_for(mandate)
    rows = known_cases().filter(office=mandate.office)
    parts = [rows.filter(_in_view(view, own)).values("pk")[: COUNTED + 1].query.sql_with_params() for view in TABS]
    counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS counted_{at})" for at, (sql, _) in enumerate(parts))  # noqa: S608  # our own queries; every value is a parameter
    with connection.cursor() as cursor:  # one question instead of eight, each of which stops at the limit
        cursor.execute(f"SELECT {counts}", [value for _, given in parts for value in given])
        return dict(zip(TABS, cursor.fetchone(), strict=True))


def neighbours(mandate: Mandate, case: Case) -> tuple[str, str]:
    """Numbers of the case before and the one after in the open worklist, for going on without going back; empty if none."""
    if case.due is None:
        return "", ""
    rows = known_cases().filter(office=mandate.office, open=True).order_by("due", "pk").values_list("number", flat=True)
    # The first condition is implied by the second, and is what an index can begin at.
    before = rows.filter(Q(due__lte=case.due), Q(due__lt=case.due) | Q(pk__lt=case.pk)).reverse()
    after = rows.filter(Q(due__gte=case.due), Q(due__gt=case.due) | Q(pk__gt=case.pk))
    return next(iter(before[:1]), ""), next(iter(after[:1]), "")


@dataclass(frozen=True)
class Load:
    """What one officer has on the desk: open, late, and due within the next seven days."""

    officer: Mandate | None
    open: int
    late: int
    this_week: int


def load_of_office(mandate: Mandate) -> tuple[list[Load], date]:
    """The load of everybody in the office and of nobody yet, most late first; and the last day of the week that is meant."""
    today = clock.today()
    until = today + timedelta(days=7)
    rows = known_cases().filter(office=mandate.office, open=True).values("officer").order_by("officer")
    counted = rows.annotate(
        every=Count("pk"),
        late=Count("pk", filter=Q(due__lt=today)),
        week=Count("pk", filter=Q(due__gte=today, due__lte=until)),
    )
    found = list(counted)
    officers = Mandate.objects.select_related("person").in_bulk([row["officer"] for row in found if row["officer"]])
    loads = [Load(officers.get(row["officer"]), row["every"], row["late"], row["week"]) for row in found]
    return sorted(loads, key=lambda load: (-load.late, -load.this_week, -load.open)), until


def templates_for(mandate: Mandate) -> list[AnswerTemplate]:
    """The office's own texts to begin answers with."""
    return list(AnswerTemplate.objects.filter(office=mandate.office))
