"""The public register for machines: tables, lines and files of any list of it, what their columns mean, the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.kernel import clock
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal import opendata, queries
from aydyn.portal.catalogue import catalogue
from aydyn.portal.filters import wanted_of

PARQUET = "application/vnd.apache.parquet"


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Every case that fits the filters as CSV, a page at a time."""
    pieces = opendata.rows(wanted_of(request), clock.today())
    return _stream(opendata.csv_pieces(pieces), "text/csv; charset=utf-8", "register.csv")


@require_safe
def lines(request: HttpRequest) -> StreamingHttpResponse:
    """Every case that fits the filters as JSON Lines."""
    pieces = opendata.rows(wanted_of(request), clock.today())
    return _stream(opendata.json_pieces(pieces), "application/jsonl; charset=utf-8", "register.jsonl")


@require_safe
def parquet(request: HttpRequest) -> StreamingHttpResponse:
    """Every case that fits the filters as a Parquet file."""
    pieces = opendata.rows(wanted_of(request), clock.today())
    return _stream(opendata.parquet_pieces(pieces), PARQUET, "register.parquet")


def _stream(pieces: Iterator[str] | Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def whole(request: HttpRequest) -> HttpResponseBase:
    """The nightly Parquet file of the whole register; where none was made yet, one is made while it is sent."""
    made = queries.made_file()
    if made is None:
        return parquet(request)
    response = FileResponse(
        made.path.open("rb"),
        as_attachment=True,
        filename=f"register-{made.day.isoformat()}.parquet",
        content_type=PARQUET,
    )
    response["X-Content-SHA256"] = made.sha256
    return response


@require_safe
@same_for_strangers
def about(request: HttpRequest) -> HttpResponse:
    """What there is, what it means, and how it is made."""
    context: dict[str, Any] = {
        "columns": [(column.name, opendata.TYPES[column.kind], column.meaning) for column in opendata.COLUMNS],
        "made": queries.made_file(),
        "crumbs": [(_("Public register"), reverse("portal:register")), (_("Open data"), "")],
        "section": "register",
    }
    return render(request, "portal/data.html", context)


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """The data dictionary as JSON."""
    return JsonResponse(opendata.dictionary(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def dcat(request: HttpRequest) -> HttpResponse:
    """The catalogue as JSON-LD (DCAT-AP)."""
    response = JsonResponse(catalogue(settings.AYDYN.site_url), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Type"] = "application/ld+json"
    return response
