"""Opening a case with its number and access code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aydyn.cases import queries
from aydyn.cases.errors import BadCode, NoSuchCase, TooManyTries
from aydyn.cases.visitors import forget_opened, opened_of, remember_opened, visitor_of
from aydyn.kernel.errors import Refusal
from aydyn.kernel.limits import limits, visitor

TRIES, SECONDS = 10, 600


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Number and code open a case; a number alone leads to its public page, if it has one."""
    number = request.POST.get("number", request.GET.get("number", ""))[:80]
    if request.method == "GET":
        return render(request, "cases/follow.html", _page(request, number))
    code = request.POST.get("code", "")[:80]
    try:
        if not code.strip():
            return _public_page(request, number)
        if not limits.allow("code", visitor(request), times=TRIES, seconds=SECONDS):
            raise TooManyTries
        case = queries.by_code(number, code)
    except (BadCode, TooManyTries, NoSuchCase) as refused:
        return _again(request, number, refused)
    response = redirect("cases:case", case.number)
    remember_opened(request, response, case.number)
    return response


@never_cache
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take every opened case out of this browser, on a phone that others use."""
    messages.success(request, _("This device shows your cases no more. You need number and code to open them again."))
    response = redirect("cases:follow")
    forget_opened(request, response)
    return response


def _public_page(request: HttpRequest, number: str) -> HttpResponse:
    case, who = queries.by_number(number), visitor_of(request)
    queries.view_of(case, who.person, who.mandate, who.opened)  # what is not there for her is not led to either
    return redirect("cases:case", case.number)


def _again(request: HttpRequest, number: str, refused: Refusal) -> HttpResponse:
    context = _page(request, number) | {"problem": refused}
    return render(request, "cases/follow.html", context, status=refused.status)


def _page(request: HttpRequest, number: str) -> dict[str, Any]:
    return {"number": number, "opened": opened_of(request), "section": "follow"}
