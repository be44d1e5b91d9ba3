"""How the node is doing, for operators and their monitoring."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aydyn.people import queries as people
from aydyn.record import queries as record

STALE = 3600


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while acts are taken and published, 503 with the reason when not."""
    try:
        health = record.health()
    except DatabaseError:
        return JsonResponse({"ok": False, "why": "the database does not answer"}, status=503)
    why = health.halted
    if (
        not why
        and health.newest_final
        and (datetime.now(UTC) - health.newest_final).total_seconds() > STALE
        and health.waiting
    ):
        why = "no checkpoint has been witnessed for an hour"
    body = {
        "ok": not why,
        "why": why,
        "entries": health.entries,
        "waiting": health.waiting,
        "published": health.published,
        "notices": people.notice_figures(),
    }
    return JsonResponse(body, status=503 if why else 200)
