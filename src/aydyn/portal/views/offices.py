"""How offices answer: one page for each, and all of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, queries
from aydyn.cases.queries import LeagueRow, OfficeFigures
from aydyn.face.pieces import Bar, CaseLine, Stat
from aydyn.kernel import clock
from aydyn.kernel.caching import same_for_strangers
from aydyn.people import queries as people
from aydyn.people.models import Office
from aydyn.portal import charts, kinds
from aydyn.portal.errors import NoSuchOffice

KEPT = 60
"""For how many seconds figures of an office are shown again before they are counted anew."""

FEW = 10
"""Below so many answers a median says little, and the page says so."""

SILENT_SHOWN = 20


@dataclass(frozen=True)
class OfficeRow:
    """One office of the league, with its name."""

    name: str
    url: str
    row: LeagueRow
    few: bool


@require_safe
@same_for_strangers
def offices(request: HttpRequest) -> HttpResponse:
    """Every office by how fast it answers, and those that stayed silent."""
    rows, counted = queries.league()
    names = {office.code: office.name for office in people.offices()}
    told = [
        OfficeRow(
            names.get(row.office, row.office), reverse("portal:office", args=[row.office]), row, row.answers < FEW
        )
        for row in rows
    ]
    silent = sorted((one for one in told if one.row.overdue), key=lambda one: (one.row.oldest or date.max, one.name))
    context = {
        "answering": sorted((one for one in told if one.row.answers), key=lambda one: one.few),
        "without": [one for one in told if not one.row.answers],
        "silent": silent[:SILENT_SHOWN],
        "silent_more": max(0, len(silent) - SILENT_SHOWN),
        "counted": counted,
        "few": FEW,
        "crumbs": [(_("Public register"), reverse("portal:register")), (_("Offices"), "")],
        "section": "register",
    }
    return render(request, "portal/offices.html", context)


@require_safe
@same_for_strangers
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: what came in, what became of it, how fast, and what is overdue."""
    found = queries.office_of_code(code)
    if found is None:
        raise NoSuchOffice
    year = _year_of(request)
    figures = _figures(found, year)
    context = {
        "office": found,
        "above": found.parent,
        "below": _below(found),
        "year": year,
        "years": queries.years_of_register(),
        "figures": figures,
        "stats": _stats(found, figures, year),
        "chart": charts.speed_chart(figures.histogram, figures.median),
        "buckets": charts.buckets(figures.histogram),
        "few": figures.answers < FEW,
        "least": FEW,
        "kinds": _kinds(figures),
        "verdicts": _verdicts(figures),
        "overdue": _overdue(found, figures),
        "crumbs": [(_("Public register"), reverse("portal:register")), (_("Offices"), reverse("portal:offices")), (found.name, "")],
        "section": "register",
    }  # fmt: skip
    return render(request, "portal/office.html", context)


def _year_of(request: HttpRequest) -> int | None:
    given = request.GET.get("year", "")
    year = int(given) if len(given) == 4 and given.isascii() and given.isdecimal() else 0
    return year if year in queries.years_of_register() else None


def _figures(office: Office, year: int | None) -> OfficeFigures:
    key = f"office-figures:{office.pk}:{year}:{clock.today().isoformat()}"
    figures: OfficeFigures = cache.get_or_set(key, lambda: queries.office_figures(office, year), KEPT)  # type: ignore[assignment]  # the cache knows no types
    return figures


def _below(office: Office) -> list[tuple[str, str]]:
    return [
        (one.name, reverse("portal:office", args=[one.code])) for one in people.offices_under(office) if one != office
    ]


def _stats(office: Office, figures: OfficeFigures, year: int | None) -> list[Stat]:
    base = f"{reverse('portal:register')}?office={office.code}"
    of_year = f"{base}&year={year}" if year else base
    late = "overdue" if figures.overdue else ""
    return [
        Stat(_("received"), figures.received, url=of_year),
        Stat(_("answered"), figures.answered, url=f"{of_year}&state=answered"),
        Stat(_("refused"), figures.refused, url=f"{of_year}&state=refused"),
        Stat(_("withdrawn by who filed"), figures.withdrawn, url=f"{of_year}&state=withdrawn"),
        Stat(_("waiting now"), figures.waiting, url=f"{base}&state=waiting"),
        Stat(_("overdue now"), figures.overdue, late, f"{base}&state=overdue&sort=overdue"),  # type: ignore[arg-type]  # one of the two
    ]


def _kinds(figures: OfficeFigures) -> list[tuple[str, int, int | None, bool]]:
    titles = kinds.titles()
    return [
        (titles.get(one.kind, one.kind), one.answers, one.median, one.answers < FEW)
        for one in sorted(figures.kinds, key=lambda one: -one.answers)
    ]


def _verdicts(figures: OfficeFigures) -> list[Bar]:
    """What citizens said of the answers; nothing while nobody has."""
    if not figures.verdicts:
        return []
    words = {"yes": _("Yes, it answers my question"), "partly": _("Partly"), "no": _("No")}
    return [Bar(label, figures.verdicts.get(code, 0)) for code, label in words.items()]


def _overdue(office: Office, figures: OfficeFigures) -> list[CaseLine]:
    if not figures.overdue:
        return []
    return [pieces.line(case, public=True) for case in queries.overdue_of(office)]
