"""Feeds: any list of the register, one case, one office, the log of moderation. Only what everybody sees anyway."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, procedures, queries
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter, View
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal import atom
from aydyn.portal.atom import Item
from aydyn.portal.errors import NoSuchOffice
from aydyn.portal.filters import in_words, query_of, wanted_of
from aydyn.portal.views.moderation import told

FEED = 30
STRANGER = View(holder=False, staff=False)


@require_safe
@same_for_strangers
def register(request: HttpRequest) -> HttpResponse:
    """The first cases that fit the filters, in their order."""
    wanted = wanted_of(request)
    words = in_words(wanted)
    title = _("Public register") + (f": {words}" if words else "")
    query = query_of(wanted)
    return _of_cases(request, wanted, f"register{query}", title, reverse("portal:register") + query)


@require_safe
@same_for_strangers
def office(request: HttpRequest, code: str) -> HttpResponse:
    """The newest cases of an office and all below it."""
    found = queries.office_of_code(code)
    if found is None:
        raise NoSuchOffice
    link = reverse("portal:office", args=[code])
    return _of_cases(request, RegisterFilter(office=code), f"office:{code}", found.name, link)


def _of_cases(request: HttpRequest, wanted: RegisterFilter, name: str, title: str, link: str) -> HttpResponse:
    cases = list(queries.register(wanted)[:FEED])
    times = queries.newest_events([case.pk for case in cases])
    items = [_item(case, times.get(case.pk, case.filed_on)) for case in cases]
    return atom.feed(request, name=name, title=title, link=link, items=items)


def _item(case: Case, updated: datetime | date) -> Item:
    line = pieces.line(case, public=True)
    status = line.status.word if line.status else ""
    return Item(f"case:{case.number}", f"{case.number}: {line.title}", line.url, updated, f"{status} · {line.office}")


@require_safe
@same_for_strangers
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case as everybody sees it: its steps, the newest first. Raises NoSuchCase for what the public does not see."""
    found = queries.by_number(number)
    queries.view_of(found, None, None, ())
    rules = procedures.parsed(found.procedure_id)
    events = queries.events_of(found)
    # What a stranger's page does not tell, the feed does not tell either.
    states = pieces.record_statuses(events)
    link = reverse("cases:case", args=[found.number])
    shown = pieces.timeline(found, events, {}, states, {}, STRANGER)
    items = [
        Item(f"case:{found.number}:{event.receipt_url.rstrip('/').rsplit('/', 1)[-1]}", event.what, f"{link}#timeline", event.when, f"{event.who}. {event.note}".strip(". "))
        for event in shown
        if event.when is not None
    ]  # fmt: skip
    title = f"{found.number}: {procedures.words(rules.title)}"
    return atom.feed(request, name=f"case:{found.number}", title=title, link=link, items=items[::-1])


@require_safe
@same_for_strangers
def moderation(request: HttpRequest) -> HttpResponse:
    """What was hidden or erased last."""
    rows, _next = queries.moderation_page(None, FEED)
    items = [
        Item(f"moderation:{row.position if row.position is not None else row.key}", f"{row.what}: {row.number or row.office}", row.url, row.day, f"{row.office} · {row.ground}")
        for row in told(rows)
    ]  # fmt: skip
    title = _("What was hidden or erased")
    return atom.feed(request, name="moderation", title=title, link=reverse("portal:moderation"), items=items)
