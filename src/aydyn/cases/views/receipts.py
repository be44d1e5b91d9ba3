"""Receipts of a case's events: on the page, as files of three kinds, all together as a zip, and on paper."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, procedures, queries
from aydyn.cases.errors import NoSuchCase
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import View
from aydyn.cases.views.case_pages import open_case
from aydyn.record import queries as record
from aydyn.record.errors import NoReceipt

IDENTITY = "asker"
MEDIA_TYPE = "text/plain; charset=utf-8"
USUAL, BARE, NAMED = KINDS = ("usual", "bare", "name")


def _event(case: Case, seq: int) -> CaseEvent:
    found = case.events.select_related("entry", "mandate__office", "office").filter(seq=seq).first()
    if found is None:
        raise NoSuchCase
    return found


def _opened(event: CaseEvent, view: View, kind: str) -> tuple[Collection[str] | None, Collection[str]]:
    """Which parts a download opens, and which it never does: strangers get what is public and nothing else."""
    if kind == BARE:
        return (), ()
    inside = view.inside and pieces.is_shown(procedures.parsed(event.case.procedure_id), event, view)
    if not inside and event not in queries.open_events(queries.events_of(event.case)):
        return (), ()
    if kind == NAMED and view.holder:
        return None, ()
    return None, (IDENTITY,)


@never_cache
@require_safe
def receipt(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """The receipt of one event as a thing one can hold."""
    case, _who, view = open_case(request, number)
    event = _event(case, seq)
    status = pieces.record_statuses([event])[event.entry_id]
    context = {
        "case": case,
        "receipt": pieces.receipt_card(case, event, status, inside=view.inside, named=view.holder and seq == 1),
        "status": status,
        "refresh_after": None if status.final else 2,
    }
    return render(request, "cases/receipt.html", context)


@never_cache
@require_safe
def receipt_file(request: HttpRequest, number: str, seq: int, kind: str) -> HttpResponse:
    """The receipt as a file."""
    if kind not in KINDS:
        raise Http404("no such kind of receipt")
    case, _who, view = open_case(request, number)
    event = _event(case, seq)
    response = HttpResponse(_make(event, view, kind), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name(case, event, kind)}"'
    return response


def _make(event: CaseEvent, view: View, kind: str) -> bytes:
    opened, hidden = _opened(event, view, kind)
    return record.receipt_for(event.entry, opened=opened, hidden=hidden).to_bytes()


def file_name(case: Case, event: CaseEvent, kind: str = USUAL) -> str:
    """Name of a receipt's file: number, place in the timeline, act."""
    suffix = "" if kind == USUAL else f"-{kind}"
    return f"{case.number}-{event.seq:02d}-{event.act.split('.')[1]}{suffix}.tlog-proof"


def own_receipts(case: Case) -> Iterator[tuple[str, bytes]]:
    """File name and bytes of the usual receipt of every event of a case that can be given now, for who filed it."""
    yield from _receipts(case, View(holder=True, staff=False))


def _receipts(case: Case, view: View) -> Iterator[tuple[str, bytes]]:
    for event in queries.events_of(case):
        try:
            yield file_name(case, event), _make(event, view, USUAL)
        except NoReceipt:
            continue  # not on a published checkpoint yet: the page says so


@never_cache
@require_safe
def receipts_zip(request: HttpRequest, number: str) -> HttpResponse:
    """All receipts of a case that can be given now, in one file."""
    case, _who, view = open_case(request, number)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, made in _receipts(case, view):
            archive.writestr(name, made)
    response = HttpResponse(data.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.zip"'
    return response


@never_cache
@require_safe
def paper(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A sheet to print: the facts in words and a QR code, which is a pointer and no proof."""
    case, _who, view = open_case(request, number)
    event = _event(case, seq)
    status = pieces.record_statuses([event])[event.entry_id]
    if status.position is None:
        raise NoReceipt("this act is not on a published checkpoint yet")
    pointer = f"{settings.AYDYN.site_url}/check/{status.position}/{status.leaf}"
    picture = segno.make(pointer, error="m").svg_inline(scale=4, border=2, omitsize=True)
    context = {
        "case": case,
        "receipt": pieces.receipt_card(case, event, status, inside=view.inside, named=False),
        "status": status,
        "pointer": pointer,
        "qr": mark_safe(picture),  # noqa: S308  # made by segno from our own digits
    }
    return render(request, "cases/paper.html", context)
