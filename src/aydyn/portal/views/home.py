"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.cases import queries as cases
from aydyn.face.pieces import Stat
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal import acts
from aydyn.record import queries as record

LATEST = 8


@require_safe
@same_for_strangers
def home(request: HttpRequest) -> HttpResponse:
    """What people come for, live figures, and the last acts on the record."""
    figures = cases.figures()
    register = reverse("portal:register")
    doors = [
        {"url": reverse("cases:file"), "title": _("Send something"), "text": _("Requests, complaints, suggestions, services. For most of them you need no account and no name.")},
        {"url": reverse("cases:follow"), "title": _("Follow a case"), "text": _("With its number and access code, from any phone.")},
        {"url": reverse("portal:check"), "title": _("Check a receipt"), "text": _("Prove that an act is on the record, without trusting this site.")},
    ]  # fmt: skip
    stats = [
        Stat(_("waiting for an answer"), figures.waiting, url=f"{register}?state=waiting"),
        Stat(_("overdue"), figures.overdue, "overdue" if figures.overdue else "", f"{register}?state=overdue"),
        Stat(_("answered"), figures.answered, url=f"{register}?state=answered"),
        Stat(_("days to an answer, median"), "–" if figures.median_days is None else figures.median_days),
    ]
    context = {
        "doors": doors,
        "stats": stats,
        "counted": figures.at,
        "latest": [acts.told(index, entry) for index, entry in record.latest_entries(LATEST)],
        "size": record.published_size(),
    }
    return render(request, "portal/home.html", context)
