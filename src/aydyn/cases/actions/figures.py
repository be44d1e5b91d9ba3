"""Keeping figures that pages show: called by the worker, never by a page."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from aydyn.cases import queries
from aydyn.cases.models import Case, Figure, HeldDay
from aydyn.cases.queries.figures import LEAGUE, REGISTER, figure_data, league_data
from aydyn.kernel import clock

LEAGUE_EVERY = timedelta(minutes=10)
MOST_HELD = 100_000
"""How many held filings one count takes in; the rest come with the next."""


def refresh_figures() -> None:
    """Count the figures of the home page anew, the league of offices where it is ten minutes old, and held filings."""
    _keep(REGISTER, figure_data(queries.count_figures()))
    league = Figure.objects.filter(key=LEAGUE).first()
    if league is None or not timedelta(0) <= clock.now() - league.at < LEAGUE_EVERY:
        _keep(LEAGUE, league_data(queries.count_league()))
    count_held()


def _keep(key: str, data: dict[str, object]) -> None:
    Figure.objects.update_or_create(key=key, defaults={"data": data, "at": clock.now()})


@transaction.atomic
def count_held() -> int:
    """Count filings that were held for triage since the last count, by day; returns how many.

    They stay counted when an office takes them up: that there was a flood is part of the log of moderation.
    """
    newest = HeldDay.objects.order_by("-last").first()
    rows = Case.objects.filter(held=True, pk__gt=newest.last if newest else 0).order_by("pk")
    found = list(rows.values_list("pk", "filed_on")[:MOST_HELD])
    for day in {day for _pk, day in found}:
        of_day = [pk for pk, filed_on in found if filed_on == day]
        row, _made = HeldDay.objects.get_or_create(day=day)
        HeldDay.objects.filter(pk=row.pk).update(count=row.count + len(of_day), last=max(row.last, *of_day, 0))
    return len(found)
