"""The public register for machines: the same filters as the page, as a table (CSV) and as a feed (Atom)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, queries
from aydyn.cases.models import Case
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal.views.register import wanted_of

PAGE = 1000
FEED = 30
COLUMNS = (
    "number", "office", "procedure", "filed", "due", "state", "result", "answered", "published", "title",
)  # fmt: skip


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Every case that fits the filters, a page at a time, so that no long read holds up who writes."""
    rows = queries.register(wanted_of(request)).order_by("pk")
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="register.csv"'
    return response


def _lines(rows: QuerySet[Case]) -> Iterator[str]:
    yield _line(COLUMNS)
    last = 0
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield "".join(_line(_cells(case)) for case in page)
        last = page[-1].pk


def _cells(case: Case) -> tuple[object, ...]:
    text = getattr(case, "public_text", None)
    return (
        case.number, case.office.code, case.procedure.code, case.filed_on, case.due or "", case.state, case.result,
        case.answered_on or "", "yes" if case.published else "no", text.title if text else "",
    )  # fmt: skip


def _line(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(str(cell)) for cell in cells])
    return line.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236): a typed text may begin with = + - @."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@require_safe
@same_for_strangers
def feed(request: HttpRequest) -> HttpResponse:
    """The newest cases that fit the filters."""
    site = settings.AYDYN.site_url
    address = site + request.get_full_path()
    made = Atom1Feed(
        title=_("Public register"), link=site + reverse("portal:register"), description="", language=get_language(),
        feed_url=address, feed_guid=address,
    )  # fmt: skip
    for case in queries.register(wanted_of(request))[:FEED]:
        line = pieces.line(case, public=True)
        when = datetime.combine(case.answered_on or case.filed_on, time(), UTC)
        made.add_item(
            title=f"{case.number}: {line.title}", link=site + line.url, unique_id=site + line.url, updateddate=when,
            description=f"{line.status.word if line.status else ''} · {line.office}",
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
