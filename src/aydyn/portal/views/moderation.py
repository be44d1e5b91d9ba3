"""The public log of moderation: a text may be hidden, the fact not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.cases import queries
from aydyn.cases.models import Moderation
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal import kinds
from aydyn.portal.opendata import csv_line
from aydyn.record import queries as record

PAGE = 50
COLUMNS = ("day", "what", "office", "ground", "number", "position", "acts")


@dataclass(frozen=True)
class Told:
    """One line of the log; ``number`` is empty for a case of a kind that is never public."""

    key: int
    day: date
    kind: str
    what: str
    office: str
    office_code: str
    ground: str
    ground_code: str
    number: str
    url: str
    position: int | None
    acts: int


def told(rows: Sequence[Moderation]) -> list[Told]:
    """Lines of the log in words, with the positions of their acts on the record."""
    places = record.positions_of([row.entry_id for row in rows])
    return [_told(row, places.get(row.entry_id)) for row in rows]


def _told(row: Moderation, position: int | None) -> Told:
    named = row.case.listed and not row.case.held
    return Told(
        key=row.pk, day=row.day, kind=row.kind, what=what_words(row.kind), office=row.office.name,
        office_code=row.office.code, ground=kinds.ground_words(row.case, row.ground), ground_code=row.ground,
        number=row.case.number if named else "",
        url=reverse("cases:case", args=[row.case.number]) if named else reverse("portal:moderation"),
        position=position, acts=row.entries,
    )  # fmt: skip


def what_words(kind: str) -> str:
    """What was done, in words."""
    return _("Erased by order of law") if kind == Moderation.ERASED else _("Published text hidden")


@require_safe
@same_for_strangers
def moderation(request: HttpRequest) -> HttpResponse:
    """Every hiding and every erasure, the newest first, with counts by ground; and days on which filings were held."""
    given = request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    rows, more = queries.moderation_page(after, PAGE)
    context = {
        "rows": told(rows),
        "next": more,
        "after": after,
        "grounds": [(what_words(each.kind), each.ground, each.count) for each in queries.moderation_by_ground()],
        "held": queries.held_days(),
        "crumbs": [(_("Public register"), reverse("portal:register")), (_("What was hidden or erased"), "")],
        "section": "register",
    }
    return render(request, "portal/moderation.html", context)


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """The whole log as a table, the oldest first."""
    response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    return response


def _lines() -> Iterator[str]:
    yield csv_line(COLUMNS)
    for piece in queries.all_moderation():
        yield "".join(
            csv_line((row.day, row.kind, row.office_code, row.ground_code, row.number, "" if row.position is None else row.position, row.acts))
            for row in told(piece)
        )  # fmt: skip
