"""Opening a case with its number and access code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aydyn.cases import queries
from aydyn.cases.errors import BadCode, NoSuchCase, TooManyTries
from aydyn.cases.visitors import remember_opened
from aydyn.kernel.errors import Refusal
from aydyn.kernel.limits import limits, visitor

TRIES, SECONDS = 10, 600


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Number and code open a case; a number alone leads to its public page, if it has one."""
    number = request.POST.get("number", request.GET.get("number", ""))[:80]
    if request.method == "GET":
        return render(request, "cases/follow.html", {"number": number, "section": "follow"})
    code = request.POST.get("code", "")[:80]
    try:
        if not code.strip():
            return _public_page(number)
        if not limits.allow("code", visitor(request), times=TRIES, seconds=SECONDS):
            raise TooManyTries
        case = queries.by_code(number, code)
    except (BadCode, TooManyTries, NoSuchCase) as refused:
        return _again(request, number, refused)
    remember_opened(request, case.number)
    return redirect("cases:case", case.number)


def _public_page(number: str) -> HttpResponse:
    return redirect("cases:case", queries.by_number(number).number)


def _again(request: HttpRequest, number: str, refused: Refusal) -> HttpResponse:
    context = {"number": number, "problem": refused, "section": "follow"}
    return render(request, "cases/follow.html", context, status=refused.status)
