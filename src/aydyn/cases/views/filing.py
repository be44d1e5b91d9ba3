"""Filing: the pages of a form one after the other, check your answers, send, hold the receipt."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from aydyn.cases import actions, forms, pieces, policies, procedures, queries
from aydyn.cases.errors import BadForm, NoSuchDraft, TooManyDraftFiles
from aydyn.cases.models import FilingDraft, ProcedureVersion
from aydyn.cases.views.drafts import count_draft
from aydyn.cases.views.steps import HOUR, UPLOADS_PER_HOUR
from aydyn.cases.views.walk import CHECK, YOU, Page, Walk
from aydyn.cases.visitors import (
    CODE_COOKIE,
    draft_secret_of,
    forget_draft,
    open_draft_of,
    remember_draft,
    remember_opened,
    visitor_of,
)
from aydyn.documents import actions as documents
from aydyn.documents.bounds import MAX_UPLOAD_BODY, admits
from aydyn.documents.errors import BadFile, NoRoom
from aydyn.face.pieces import Fact
from aydyn.kernel.limits import limits, visitor

CODE_SECONDS = 1800


@never_cache
@require_safe
def first_page(request: HttpRequest, code: str) -> HttpResponse:
    """The form begins: at its first page, or where a draft was left."""
    procedure = queries.procedure_or_404(code)
    return redirect("cases:file-page", code, Walk(procedures.parsed(procedure.pk), {}).first)


@admits(MAX_UPLOAD_BODY)
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of the form. What is typed is kept first and checked then, so that nothing is lost on the way."""
    draft, secret = open_draft_of(request, code)
    procedure = draft.procedure if draft else queries.procedure_or_404(code)
    walk = Walk(procedures.parsed(procedure.pk), draft.answers.get("answers", {}) if draft else {})
    here = walk.page(page)
    if here is None:
        return redirect("cases:file-page", code, walk.first)
    if request.method == "GET":
        return _show(request, procedure, draft, walk, here, {})
    new = draft is None
    if draft is None:
        count_draft(request)
        person = visitor_of(request).person
        draft, secret = actions.open_draft(procedure=procedure, language=get_language() or "tk", person=person)
    response = _post(request, draft, walk, here)
    if new:
        remember_draft(response, code, secret)
    return response


def _post(request: HttpRequest, draft: FilingDraft, walk: Walk, here: Page) -> HttpResponse:
    typed = forms.split(here.questions, request.POST, prefix=here.prefix)
    kind = "asker" if here.slug == YOU else "answers"
    draft = actions.save_answers(
        draft=draft, person=visitor_of(request).person, office=request.POST.get("office", "")[:64], **{kind: typed}
    )
    problems = _take_files(request, draft, here)
    code, do = draft.procedure.code, request.POST.get("do", "next")
    walk = Walk(walk.rules, draft.answers.get("answers", {}))
    if problems:
        return _show(request, draft.procedure, draft, walk, here, problems, status=422)
    if do == "save":
        return redirect("cases:file-saved", code)
    if do in ("upload", "more-rows") or "remove" in request.POST:
        return redirect(f"{reverse('cases:file-page', args=[code, here.slug])}?{request.GET.urlencode()}#content")
    problems = walk.problems_of(here, draft.answers, queries.draft_files(draft))
    if problems:
        return _show(request, draft.procedure, draft, walk, here, problems, status=422)
    if request.GET.get("change") == "1":
        return redirect("cases:file-check", code)
    following = walk.after(here)
    return redirect("cases:file-check", code) if following == CHECK else redirect("cases:file-page", code, following)


def _take_files(request: HttpRequest, draft: FilingDraft, here: Page) -> dict[str, Any]:
    """Keep what was uploaded with a page and take out what was taken out; what was refused comes back with its reason."""
    problems: dict[str, Any] = {}
    if gone := request.POST.get("remove"):
        actions.detach(draft=draft, file_public_id=gone[:40])
    for question in here.questions:
        for upload in request.FILES.getlist(question.name):
            try:
                if not limits.allow("upload", visitor(request), times=UPLOADS_PER_HOUR, seconds=HOUR):
                    raise BadForm(
                        {question.name: _("Too many files came from here. Wait an hour; what you typed is kept.")}
                    )
                actions.attach(draft=draft, field=question.name, file=documents.keep_upload(upload=upload))
            except BadForm as refused:
                problems |= refused.problems
            except (BadFile, NoRoom, TooManyDraftFiles) as refused:
                problems[question.name] = f"{upload.name}: {refused.message} {refused.next_step}".strip()
    return problems


def _show(
    request: HttpRequest, procedure: ProcedureVersion, draft: FilingDraft | None, walk: Walk, here: Page,
    problems: dict[str, Any], status: int = 200,
) -> HttpResponse:  # fmt: skip
    rules = walk.rules
    kept = queries.draft_files(draft) if draft else {}
    typed = (draft.answers if draft else {}).get("asker" if here.slug == YOU else "answers", {})
    form = forms.PageForm(here.questions, typed, problems, kept, prefix=here.prefix)
    offices = queries.addressed_offices(rules) if here.slug == walk.first else []
    context = {
        "form": form,
        "rules": rules,
        "draft": draft,
        "title": procedures.words(rules.title),
        "page_title": procedures.words(here.group.title) if here.group else _about(here, rules),
        "page_hint": procedures.words(here.group.hint) if here.group and here.group.hint else "",
        "summary": procedures.words(rules.summary) if here.slug == walk.first else "",
        "progress": walk.progress(here),
        "you": here.slug == YOU,
        "all_optional": not any(question.required for question in here.questions),
        "offices": offices if len(offices) > 1 else [],
        "office": (queries.office_of_draft(rules, draft) if draft else queries.default_office(rules)).code
        if offices
        else "",
        "office_problem": problems.get("office"),
        "capacity": pieces.capacity_of(draft),
        "back_url": _back(procedure.code, walk, here),
        "exit_button": rules.exit_button,
        "multipart": any(question.kind in ("file", "files") for question in here.questions),
        "section": "file",
    }
    return render(request, "cases/form.html", context, status=status)


def _about(here: Page, rules: Any) -> str:
    return _("About you") if here.slug == YOU else procedures.words(rules.title)


def _back(code: str, walk: Walk, here: Page) -> str:
    before = walk.before(here)
    return reverse("cases:file-page", args=[code, before]) if before else reverse("cases:service", args=[code])


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that was answered, to be read once more; sending it files the case."""
    draft, secret = open_draft_of(request, code)
    if draft is None:
        return _sent_already(request, code)
    rules = procedures.parsed(draft.procedure_id)
    walk = Walk(rules, draft.answers.get("answers", {}))
    files = queries.draft_files(draft)
    for here in walk.pages:
        problems = walk.problems_of(here, draft.answers, files)
        if problems:
            return _show(request, draft.procedure, draft, walk, here, problems, status=422)
    if request.method == "POST":
        return _send(request, draft, secret)
    values, identity = actions.check_answers(
        rules, draft.answers.get("answers", {}), draft.answers.get("asker", {}), files
    )
    asked = procedures.main_question(rules)
    fee = rules.fee_for(values)
    context = {
        "title": procedures.words(rules.title),
        "facts": _facts(draft, walk, values, identity),
        "anonymous": not identity and draft.person is None and draft.mandate is None,
        "capacity": pieces.capacity_of(draft),
        "similar": [
            pieces.line(case, public=True)
            for case in (queries.similar(str(values.get(asked.name, ""))) if asked and rules.public != "never" else [])
        ],
        "fee": pieces.money(fee.amount, fee.currency) if fee else "",
        "draft": draft,
        "exit_button": rules.exit_button,
        "back_url": reverse("cases:file-page", args=[code, walk.pages[-1].slug]),
        "section": "file",
    }
    return render(request, "cases/check_answers.html", context)


def _facts(draft: FilingDraft, walk: Walk, values: dict[str, Any], identity: dict[str, Any]) -> list[Fact]:
    code = draft.procedure.code

    def change(slug: str) -> str:
        return f"{reverse('cases:file-page', args=[code, slug])}?change=1"

    facts: list[Fact] = []
    if len(queries.addressed_offices(walk.rules)) > 1:
        office = queries.office_of_draft(walk.rules, draft)
        facts.append(Fact(_("To"), office.name, change_url=change(walk.first)))
    return facts + [
        Fact(label, value, typed=True, change_url=change(walk.slug_of(question)))
        for question, label, value in forms.summary(walk.rules, values, identity)
    ]


def _send(request: HttpRequest, draft: FilingDraft, secret: str) -> HttpResponse:
    counter = draft.channel in policies.COUNTER
    held = not counter and not limits.allow(
        "file", visitor(request), times=settings.AYDYN.filings_per_hour, seconds=HOUR
    )
    filed = actions.file_draft(draft=draft, secret=secret, held=held)
    return _hand_over(request, filed, draft.procedure.code, counter=counter)


def _sent_already(request: HttpRequest, code: str) -> HttpResponse:
    """A form that was sent and whose answer was lost on the way: its case, while the browser still holds its secret."""
    secret = draft_secret_of(request, code)
    filed = actions.filed_with(secret=secret, person=visitor_of(request).person) if secret else None
    if filed is None:
        return redirect("cases:service", code)
    return _hand_over(request, filed, code, counter=False)


def _hand_over(request: HttpRequest, filed: actions.Filed, code: str, *, counter: bool) -> HttpResponse:
    """Lead to what was filed, with what opens it in this browser."""
    response = redirect("cases:filed", filed.case.number)
    forget_draft(response, code)
    if filed.case.person_id is None and not filed.case.from_office_id and not counter:
        remember_opened(request, response, filed.case.number)  # an account opens its cases by itself
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
    code = request.get_signed_cookie(CODE_COOKIE + case.number, default="", salt="access-code", max_age=CODE_SECONDS)
    counter = view.staff and bool(code)
    if not view.asks and not counter:
        return redirect("cases:case", case.number)
    event = queries.events_of(case)[0]
    status = pieces.record_statuses([event])[event.entry_id]
    rules = procedures.parsed(case.procedure_id)
    context = {
        "case": case,
        "receipt": pieces.receipt_card(case, event, status, inside=True, named=view.holder),
        "access_code": code,
        "counter": counter,
        "fee": pieces.money(case.owed, rules.fee.currency) if rules.fee and case.owed else "",
        "next": procedures.words(rules.state(case.state).next),
        "refresh_after": None if status.final else 2,
        "section": "file",
    }
    return render(request, "cases/filed.html", context)


# ---------------------------------------------------------------------------------------------- save, return, throw away


@never_cache
@require_http_methods(["GET", "POST"])
def saved(request: HttpRequest, code: str) -> HttpResponse:
    """The answers are saved; with a code they can be taken up on another device."""
    draft, _secret = open_draft_of(request, code)
    if draft is None:
        raise NoSuchDraft
    context = {
        "draft": draft,
        "title": procedures.words(procedures.parsed(draft.procedure_id).title),
        "code": actions.give_code(draft=draft) if request.method == "POST" else "",
        "continue_url": reverse("cases:file-form", args=[code]),
        "section": "file",
    }
    return render(request, "cases/draft_saved.html", context)


@never_cache
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away, wherever one is in the form."""
    draft, _secret = open_draft_of(request, code)
    if draft is not None:
        actions.discard_draft(draft=draft)
    response = redirect("cases:service", code)
    forget_draft(response, code)
    return response
