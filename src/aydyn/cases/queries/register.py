"""Reads of the public register: every case that the law lets all see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries.cases import known_cases
from aydyn.cases.queries.texts import fold_text
from aydyn.kernel import clock
from aydyn.people.models import Office


@dataclass(frozen=True)
class RegisterFilter:
    """What the public register shows; comes from the address."""

    words: str = ""
    office: str = ""
    state: str = ""
    sort: str = "newest"


SORTS = {"newest": ("-filed_on", "-pk"), "oldest": ("filed_on", "pk"), "due": ("due", "pk")}


def register(wanted: RegisterFilter) -> QuerySet[Case]:
    """Cases as the public sees them: number, office, dates and state always; words only once published."""
    rows = known_cases().filter(held=False, listed=True)
    rows = rows.select_related("office", "public_text", "procedure")
    for word in fold_text(wanted.words).split()[:8]:
        rows = rows.filter(Q(public_text__folded__contains=word) | Q(number__icontains=word))
    if wanted.office:
        rows = rows.filter(office__code=wanted.office)
    rows = _in_state(rows, wanted.state)
    order = SORTS.get(wanted.sort, SORTS["newest"])
    if wanted.sort == "due":
        rows = rows.filter(due__isnull=False)
    return rows.order_by(*order)


def _in_state(rows: QuerySet[Case], state: str) -> QuerySet[Case]:
    today = clock.today()
    wanted = {
        "waiting": Q(due__gte=today),
        "overdue": Q(due__lt=today),
        "answered": Q(answered_on__isnull=False, result="answered"),
        "refused": Q(result="refused"),
        "withdrawn": Q(result="withdrawn"),
    }
    return rows.filter(wanted[state]) if state in wanted else rows


@dataclass(frozen=True)
class Figures:
    """Live figures for the home page."""

    waiting: int
    overdue: int
    answered: int
    published: int
    median_days: int | None


def figures() -> Figures:
    """Counts over all cases, and the median of the days that answers took."""
    today = clock.today()
    counts = known_cases().aggregate(
        waiting=Count("pk", filter=Q(due__gte=today)),
        overdue=Count("pk", filter=Q(due__lt=today)),
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        published=Count("pk", filter=Q(published=True)),
    )
    rows = Case.objects.filter(answered_on__isnull=False).order_by("-pk").values_list("filed_on", "answered_on")[:2000]
    days = sorted((done - start).days for start, done in rows if done)
    return Figures(**counts, median_days=days[len(days) // 2] if days else None)


def offices_with_cases() -> list[Office]:
    """Offices that have ever had a case, for the register's filter."""
    return list(Office.objects.filter(pk__in=Case.objects.order_by().values("office").distinct()))


def public_cases_after(pk: int, count: int) -> list[Case]:
    """The next cases of the register in the order of filing, for paging by a cursor."""
    rows = known_cases().filter(pk__gt=pk, held=False, listed=True)
    return list(rows.select_related("office", "procedure").order_by("pk")[:count])


def events_of_all(case_ids: Collection[int]) -> dict[int, list[CaseEvent]]:
    """The timelines of several cases."""
    found: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(case_id__in=case_ids).select_related("entry").order_by("case_id", "seq"):
        found.setdefault(event.case_id, []).append(event)
    return found


def similar(text: str, most: int = 3) -> list[Case]:
    """Published cases that have the rarer words of a text in common, for somebody who is about to file it."""
    words = sorted({word for word in fold_text(text).split() if len(word) >= 5}, key=len, reverse=True)[:3]
    if len(words) < 2:
        return []
    rows = known_cases().filter(held=False, listed=True)
    for word in words[:2]:
        rows = rows.filter(public_text__folded__contains=word)
    return list(rows.select_related("office", "public_text", "procedure").order_by("-pk")[:most])
