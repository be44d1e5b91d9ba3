"""Pages for what was not done: what was wrong, what was kept, what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from aydyn.kernel.errors import Refusal


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks."""
    return request.path.startswith("/api/")


def show(request: HttpRequest, *, status: int, title: str, kept: str, todo: str) -> HttpResponse:
    """One error page."""
    context = {"heading": title, "kept": kept, "todo": todo}
    return render(request, "face/error.html", context, status=status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal."""
    kept = _("Nothing was changed.") if request.method == "POST" else ""
    return show(request, status=refusal.status, title=str(refusal.message), kept=kept, todo=str(refusal.next_step))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere."""
    return show(
        request,
        status=403,
        title=_("This form was open for too long, or it did not come from this site."),
        kept=_("Nothing was sent. Your browser may still have your text: go back one page."),
        todo=_("Go back, copy your text, load the form again and send it. Cookies have to be allowed for this site."),
    )


def not_allowed(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return show(
        request,
        status=403,
        title=_("This is not open to you"),
        kept="",
        todo=_("Sign in with the account that has the right, or ask the office that gave you the address."),
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return show(
        request,
        status=404,
        title=_("This page does not exist."),
        kept="",
        todo=_("Check the address, or begin at the home page."),
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return show(
        request,
        status=400,
        title=_("Your browser sent something that we cannot read."),
        kept=_("Nothing was changed."),
        todo=_("Go back and try again. A text may have at most 1 MB."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    if wants_json(request):
        return JsonResponse(
            {"title": "The request is too large.", "status": 413, "detail": "Send less.", "code": "too-large"},
            status=413, content_type="application/problem+json",
        )  # fmt: skip
    return show(
        request,
        status=413,
        title=_("Your browser sent something that we cannot read."),
        kept=_("Nothing was changed."),
        todo=_("Go back and try again. A text may have at most 1 MB."),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer in time."""
    if wants_json(request):
        body = {"title": "busy", "status": 503, "detail": "try again", "code": "busy"}
        response: HttpResponse = JsonResponse(body, status=503)
    else:
        response = _show_without_database(
            request,
            status=503,
            title=_("The office is very busy at this moment."),
            kept=_("Nothing was changed. Your text is still in your browser: go back one page."),
            todo=_("Wait ten seconds and send it again. It will not be filed twice."),
        )
    response["Retry-After"] = "10"
    return response


def _show_without_database(request: HttpRequest, **words: Any) -> HttpResponse:
    """An error page that asks no table: as for a visitor without account or session, who both stay as they are."""
    kept = {name: getattr(request, name) for name in ("user", "session") if hasattr(request, name)}
    request.user, request.session = AnonymousUser(), SessionStore()
    try:
        return show(request, **words)
    finally:
        for name, value in kept.items():
            setattr(request, name, value)


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; or a database that was too busy for what happens around a page, such as its session."""
    if isinstance(sys.exception(), OperationalError):
        return busy(request)
    return _show_without_database(
        request,
        status=500,
        title=_("We made a mistake, and the page could not be shown."),
        kept=_("What was on the record before is safe. An act of yours counts only once you hold its receipt."),
        todo=_("Go back and try again. If it happens again, tell the office what you did."),
    )
