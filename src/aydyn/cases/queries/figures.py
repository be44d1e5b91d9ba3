"""Figures of the whole register, that a page must not count each time it is drawn: the worker keeps them.

A page takes what was kept while it is fresh, and counts by itself where no worker runs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from aydyn.cases.models import Case, Figure, HeldDay
from aydyn.cases.queries.cases import known_cases
from aydyn.cases.queries.offices import LeagueRow, median_of, rows_of_league
from aydyn.kernel import clock

FRESH = timedelta(minutes=5)
FRESH_LEAGUE = timedelta(minutes=30)
REGISTER, LEAGUE = "register", "league"
NEWEST_ANSWERS = 2000


@dataclass(frozen=True)
class Figures:
    """Live figures for the home page, and when they were counted."""

    waiting: int
    overdue: int
    answered: int
    published: int
    median_days: int | None
    at: datetime


def figures() -> Figures:
    """Counts over all cases, and the median of the days that the newest answers took; not older than five minutes."""
    kept = _kept(REGISTER, FRESH)
    return Figures(**kept.data, at=kept.at) if kept else count_figures()


def count_figures() -> Figures:
    """Count anew."""
    today = clock.today()
    counts = known_cases().aggregate(
        waiting=Count("pk", filter=Q(due__gte=today)),
        overdue=Count("pk", filter=Q(due__lt=today)),
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        published=Count("pk", filter=Q(published=True)),
    )
    rows = Case.objects.filter(answered_on__isnull=False).order_by("-pk").values_list("filed_on", "answered_on")
    histogram: dict[int, int] = {}
    for start, done in rows[:NEWEST_ANSWERS]:
        days = (done - start).days if done else 0
        histogram[days] = histogram.get(days, 0) + 1
    return Figures(**counts, median_days=median_of(histogram), at=clock.now())


def league() -> tuple[list[LeagueRow], datetime]:
    """Every office by its speed, and when that was counted; not older than half an hour."""
    kept = _kept(LEAGUE, FRESH_LEAGUE)
    if kept is None:
        return count_league(), clock.now()
    rows = [LeagueRow(**{**row, "oldest": _day(row["oldest"])}) for row in kept.data["rows"]]
    return rows, kept.at


def count_league() -> list[LeagueRow]:
    """Count every office anew: those that answered by median, then those without an answer."""
    rows = rows_of_league()
    return sorted(rows, key=lambda row: (row.median is None, row.median or 0, -row.answers, row.office))


def _kept(key: str, fresh: timedelta) -> Figure | None:
    """What was kept, if it is of today and not too old; a clock that was set back makes nothing fresh for ever."""
    row = Figure.objects.filter(key=key).first()
    if row is None or not timedelta(0) <= clock.now() - row.at <= fresh:
        return None
    return row


def figure_data(counted: Figures) -> dict[str, object]:
    """Figures as they are kept; the time stands beside them."""
    data = asdict(counted)
    del data["at"]
    return data


def league_data(rows: list[LeagueRow]) -> dict[str, object]:
    """The league as it is kept."""
    return {"rows": [{**asdict(row), "oldest": row.oldest.isoformat() if row.oldest else None} for row in rows]}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def held_days(most: int = 60) -> list[HeldDay]:
    """Days on which filings were held for triage, with how many, the newest first."""
    return list(HeldDay.objects.filter(count__gt=0).order_by("-day")[:most])
