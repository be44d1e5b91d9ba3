"""The officers' desk: the worklist, the office's load, its texts, and what an office writes for itself on a case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aydyn.cases import actions, pieces, policies, procedures, queries
from aydyn.cases.errors import BadForm, NoSuchCase, NotYourCase, OthersDraft, StepRefused
from aydyn.cases.queries import WorklistFilter
from aydyn.cases.views.case_pages import open_case, render_case
from aydyn.cases.visitors import CHOSEN, staff_of
from aydyn.face.paging import CappedPaginator
from aydyn.people import queries as people

MOST_AT_ONCE = 100
BULK_STEPS = ("assign", "register", "close")
"""What can be done to all marked cases at once."""


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The worklist of the chosen mandate's office; every filter stands in the address."""
    mandate = staff_of(request)
    wanted = WorklistFilter(
        view=request.GET.get("view", "open")[:12],
        procedure=request.GET.get("procedure", "")[:60],
        officer=request.GET.get("officer", "")[:40],
        words=request.GET.get("q", "")[:100].replace("\x00", ""),
        sort=request.GET.get("sort", "due")[:10],
    )
    found = CappedPaginator(queries.worklist(mandate, wanted), queries.PAGE, most=queries.COUNTED)
    page = found.get_page(request.GET.get("page"))
    colleagues = list(people.colleagues(mandate.office, policies.OFFICERS))
    context = {
        "mandate": mandate,
        "mandates": list(people.active_mandates(mandate.person)),
        "stands_in_for": people.substitutes_for(mandate, pieces.today()),
        "page": page,
        "more": found.there_are_more,
        "lines": [pieces.line(case, public=False) for case in page.object_list],
        "tabs": pieces.desk_tabs(queries.worklist_counts(mandate), wanted.view),
        "wanted": wanted,
        "procedures": [
            (row.code, procedures.words(procedures.parsed(row.pk).title)) for row in queries.current_procedures()
        ],
        "officers": colleagues,
        "may_assign": mandate.role in ("registrar", "head"),
        "section": "desk",
    }
    return render(request, "cases/desk.html", context)


@login_required
@require_POST
def choose_mandate(request: HttpRequest) -> HttpResponse:
    """Act under another of one's mandates from now on."""
    mandate = people.mandate_for(staff_of(request).person, request.POST.get("mandate"))
    request.session[CHOSEN] = mandate.public_id
    return redirect("cases:desk")


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take one step with all marked cases; those that it cannot be taken with are named."""
    mandate = staff_of(request)
    step = request.POST.get("do", "assign")
    if step not in BULK_STEPS:
        raise StepRefused
    data = actions.StepData(officer=people.mandate_by_id(request.POST.get("officer", "")) if step == "assign" else None)
    numbers = request.POST.getlist("case")[:MOST_AT_ONCE]
    done, left = 0, list[str]()
    for number in numbers:
        try:
            case = queries.by_number(number)
            queries.view_of(case, None, mandate, ())  # one that waits for the hour is there for no office
            actions.take_step(case=case, step=step, mandate=mandate, data=data)
            done += 1
        except (NoSuchCase, NotYourCase, StepRefused, OthersDraft, BadForm):
            left.append(number[:60])
    if done:
        messages.success(request, ngettext("Done with %(n)s case.", "Done with %(n)s cases.", done) % {"n": done})
    if left:
        messages.warning(
            request, _("Not done: %(numbers)s. Check the officer and each case.") % {"numbers": ", ".join(left)}
        )
    if not numbers:
        messages.warning(request, _("Mark at least one case first."))
    return redirect("cases:desk")


@never_cache
@login_required
@require_GET
def load(request: HttpRequest) -> HttpResponse:
    """How much everybody in the office has to do, what is late, and what will be this week."""
    mandate = staff_of(request)
    loads, until = queries.load_of_office(mandate)
    context = {"mandate": mandate, "loads": pieces.load_rows(loads), "until": until, "section": "desk"}
    return render(request, "cases/load.html", context)


# ---------------------------------------------------------------------------------------------- what an office writes for itself


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """The office's texts to begin answers with: read, add, replace, take away."""
    mandate = staff_of(request)
    problems: dict[str, object] = {}
    if request.method == "POST":
        try:
            if gone := request.POST.get("delete", ""):
                actions.delete_template(
                    mandate=mandate, template_id=int(gone) if gone.isdecimal() and len(gone) < 19 else 0
                )
            else:
                actions.save_template(
                    mandate=mandate, language=get_language() or "tk", title=request.POST.get("title", ""),
                    text=request.POST.get("text", ""),
                )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("cases:templates")
        except BadForm as refused:
            problems = dict(refused.problems)
    context = {
        "mandate": mandate,
        "templates": queries.templates_for(mandate),
        "problems": problems,
        "typed": {name: request.POST.get(name, "") for name in ("title", "text")},
        "section": "desk",
    }
    return render(request, "cases/templates.html", context, status=422 if problems else 200)


@never_cache
@login_required
@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write an internal note on a case."""
    case, who, view = open_case(request, number)
    if not view.staff or who.mandate is None:
        raise NoSuchCase
    try:
        actions.write_note(case=case, mandate=who.mandate, text=request.POST.get("note", ""))
    except BadForm as refused:
        return render_case(
            request, case, who, view, refused=refused, typed={"step": "", "words": request.POST.get("note", "")}
        )
    return redirect("cases:case", case.number)


@never_cache
@login_required
@require_POST
def put_aside(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Keep an answer that was begun, or throw it away."""
    case, who, view = open_case(request, number)
    if not view.staff or who.mandate is None:
        raise NoSuchCase
    try:
        if request.POST.get("do") == "discard":
            actions.discard_answer(case=case, mandate=who.mandate)
            messages.success(request, _("The draft is thrown away."))
        else:
            actions.begin_answer(case=case, mandate=who.mandate, step=step, text=request.POST.get("answer", ""))
            messages.success(request, _("Kept as a draft. Nobody outside the office sees it."))
    except (BadForm, OthersDraft) as refused:
        return render_case(request, case, who, view, refused=refused, typed={**request.POST.dict(), "step": step})
    return redirect("cases:case", case.number)
