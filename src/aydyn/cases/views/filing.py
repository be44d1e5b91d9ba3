"""Filing: choose what to send, answer the questions, check the answers, send, hold the receipt."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from aydyn.cases import actions, forms, pieces, procedures, queries
from aydyn.cases.errors import BadForm
from aydyn.cases.models import ProcedureVersion
from aydyn.cases.visitors import CODE_COOKIE, remember_opened, visitor_of
from aydyn.face.pieces import Fact
from aydyn.kernel.limits import limits, visitor
from aydyn.people import queries as people
from aydyn.people.models import Office

CODE_SECONDS = 1800
HOUR = 3600
KEY = re.compile(r"[A-Za-z0-9_-]{32}")


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """What can be sent."""
    doors = [
        {
            "url": reverse("cases:file-form", args=[row.code]),
            "title": procedures.words(procedures.parsed(row.pk).title),
            "text": procedures.words(procedures.parsed(row.pk).summary),
        }
        for row in queries.current_procedures()
    ]
    return render(request, "cases/choose.html", {"doors": doors, "section": "file"})


@never_cache
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """The form; then the same answers to be checked; then the filing itself. Nothing typed is lost on the way."""
    procedure = queries.current_procedure(code)
    if procedure is None:
        raise Http404("no such procedure")
    if request.method == "GET":
        return _form(request, procedure, None, {})
    office = people.office_by_code(request.POST.get("office", "")) or people.office_by_code(settings.AYDYN.office)
    assert office is not None  # the node's own office is in its pack
    answers, asker = forms.split(procedures.parsed(procedure.pk), request.POST)
    try:
        if request.POST.get("do") == "send":
            return _send(request, procedure, office, answers, asker)
        values, identity = actions.check_answers(procedures.parsed(procedure.pk), answers, asker)
    except BadForm as refused:
        return _form(request, procedure, request.POST, refused.problems, status=422)
    if request.POST.get("do") == "change":
        return _form(request, procedure, request.POST, {})
    return _check(request, procedure, office, values, identity, {**answers, **_prefixed(asker)})


def _prefixed(asker: dict[str, str]) -> dict[str, str]:
    return {forms.ASKER_PREFIX + name: value for name, value in asker.items()}


def _form(
    request: HttpRequest, procedure: ProcedureVersion, data: Any, problems: dict[str, Any], status: int = 200
) -> HttpResponse:
    rules = procedures.parsed(procedure.pk)
    form = forms.ProcedureForm(rules, data, problems)
    context = {
        "form": form,
        "rules": rules,
        "title": procedures.words(rules.title),
        "summary": procedures.words(rules.summary),
        "legal_basis": [(procedures.words(one.citation), one.confirmed) for one in rules.legal_basis],
        "clock": pieces.span_words(rules.clock.answer_within),
        "clock_note": procedures.words(rules.clock.note),
        "offices": [office for office in people.offices() if office.kind.endswith("commission")],
        "office": (data.get("office") if data else "") or settings.AYDYN.office,
        "section": "file",
    }
    return render(request, "cases/form.html", context, status=status)


def _check(
    request: HttpRequest, procedure: ProcedureVersion, office: Office, values: dict[str, Any], identity: dict[str, Any],
    raw: dict[str, str],
) -> HttpResponse:  # fmt: skip
    rules = procedures.parsed(procedure.pk)
    facts = [Fact(label, value, typed=True) for label, value in forms.summary(rules, values, identity)]
    context = {
        "title": procedures.words(rules.title),
        "facts": [Fact(_("To"), office.name), *facts],
        "hidden": {**raw, "office": office.code, "key": secrets.token_urlsafe(24)},
        "anonymous": not identity and not request.user.is_authenticated,
        "section": "file",
    }
    return render(request, "cases/check_answers.html", context)


def _send(
    request: HttpRequest, procedure: ProcedureVersion, office: Office, answers: dict[str, str], asker: dict[str, str]
) -> HttpResponse:
    most = settings.AYDYN.filings_per_hour
    held = not limits.allow("file", visitor(request), times=most, seconds=HOUR)
    person = visitor_of(request).person
    key = request.POST.get("key", "")
    filed = actions.file_case(
        procedure=procedure, office=office, answers=answers, asker=asker, language=get_language() or "tk",
        person=person, key=key if KEY.fullmatch(key) else None, held=held,
    )  # fmt: skip
    response = redirect("cases:filed", filed.case.number)
    if person is None:  # an account opens its cases by itself; on a shared computer nothing stays after signing out
        remember_opened(request, response, filed.case.number)
    if filed.code:
        # The code is kept by the person's own browser for half an hour, signed, and nowhere in readable form here.
        response.set_signed_cookie(
            CODE_COOKIE + filed.case.number, filed.code, salt="access-code", max_age=CODE_SECONDS, httponly=True,
            samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


@never_cache
@require_GET
def filed(request: HttpRequest, number: str) -> HttpResponse:
    """What was just filed: number, code, receipt, and what happens next."""
    case = queries.by_number(number)
    who = visitor_of(request)
    view = queries.view_of(case, who.person, who.mandate, who.opened)
    if not view.holder:
        return redirect("cases:case", case.number)
    event = queries.events_of(case)[0]
    status = pieces.record_statuses([event])[event.entry_id]
    rules = procedures.parsed(case.procedure_id)
    context = {
        "case": case,
        "receipt": pieces.receipt_card(case, event, status, inside=True, named=True),
        "access_code": request.get_signed_cookie(
            CODE_COOKIE + case.number, default="", salt="access-code", max_age=CODE_SECONDS
        ),
        "next": procedures.words(rules.state(case.state).next),
        "refresh_after": None if status.final else 2,
        "section": "file",
    }
    return render(request, "cases/filed.html", context)
