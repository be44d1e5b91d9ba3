"""The page of a case, for who filed it, for staff and for everybody; and what its holder can do there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aydyn.cases import actions, forms, pieces, policies, procedures, queries, timelines
from aydyn.cases.errors import BadForm, NoSuchCase, StepRefused
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import View
from aydyn.cases.views.desk import step_forms
from aydyn.cases.visitors import Visitor, visitor_of
from aydyn.casework.transitions import allowed_steps
from aydyn.face.pieces import Fact
from aydyn.kernel.caching import same_for_strangers
from aydyn.kernel.errors import Refusal
from aydyn.people import queries as people
from aydyn.record import actions as record_actions
from aydyn.record import queries as record

WRITTEN = ("answer", "reason", "public_question", "public_answer")


@never_cache
@require_safe
@same_for_strangers
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """A case: what was asked, its timeline with receipts, what comes next."""
    case, who, view = open_case(request, number)
    return render_case(request, case, who, view)


def open_case(request: HttpRequest, number: str) -> tuple[Case, Visitor, View]:
    """The case, who asks, and in which capacity. Raises NoSuchCase. A look of staff is written down."""
    case = queries.by_number(number)
    who = visitor_of(request)
    view = queries.view_of(case, who.person, who.mandate, who.opened)
    if view.staff and not view.holder and who.mandate is not None:
        record_actions.note_look(subject=f"case:{case.number}", mandate=who.mandate.public_id, reason="case-page")
    return case, who, view


def render_case(
    request: HttpRequest,
    case: Case,
    who: Visitor,
    view: View,
    *,
    refused: Refusal | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """Draw the page; ``refused`` and ``typed`` give back what an officer had written when a step was refused."""
    events = queries.events_of(case)
    states = pieces.record_statuses(events)
    words = words_for(events, view)
    rules = procedures.parsed(case.procedure_id)
    state = timelines.state_of(case)
    steps = allowed_steps(rules, state, who.mandate.role) if who.mandate and policies.may_act(case, who.mandate) else ()  # type: ignore[arg-type]  # roles of people are roles of procedures
    context = {
        "case": case,
        "title": _title(case, view),
        "chip": pieces.status_chip(case),
        "procedure_title": procedures.words(rules.title),
        "facts": case_facts(case, words.get(events[0].pk, {}), rules),
        "public_version": published_words(events, words),
        "timeline": pieces.timeline(case, events, words, states),
        "deadline": state.deadline,
        "span": pieces.span_words(state.deadline.span),
        "extensions": [(pieces.span_words(more.span), more.due) for more in state.extensions],
        "clock": rules.clock,
        "clock_note": procedures.words(rules.clock.note),
        "view": view,
        "can_erase": view.staff and who.mandate is not None and policies.may_erase(case, who.mandate),
        "can_withdraw": view.holder and any(step.code == "withdraw" for step in allowed_steps(rules, state, "asker")),
        "steps": step_forms(case, steps, rules, words, events, refused, typed) if steps else [],
        "refused": refused,
        "kept": _kept(typed, [step.code for step in steps]),
        "refresh_after": None if all(status.final for status in states.values()) or refused else 3,
        "section": "desk" if view.staff else "register",
    }
    return render(request, "cases/case.html", context, status=refused.status if refused else 200)


def _kept(typed: Mapping[str, Any] | None, open_steps: Collection[str]) -> list[str]:
    """What somebody had written for a step that is not open any more, so that there is no form to keep it."""
    if typed is None or typed.get("step") in open_steps:
        return []
    return [str(typed[name]) for name in WRITTEN if typed.get(name)]


def _title(case: Case, view: View) -> str:
    text = getattr(case, "text" if view.inside else "public_text", None)
    return text.title if text else case.number


def words_for(events: list[CaseEvent], view: View) -> dict[int, dict[str, Any]]:
    """Event → values of the parts that this visitor may see."""
    allowed = [event for event in events if view.inside or queries.open_to_public(event)]
    contents = record.contents_of([event.entry_id for event in allowed])
    return {
        event.pk: {name: part.value for name, part in contents[event.entry_id].items()}
        for event in allowed
        if event.entry_id in contents
    }


def published_words(events: list[CaseEvent], words: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """What the last publication committed to: read from the committed content, so that no other text can be shown."""
    shown = [words[event.pk] for event in events if queries.open_to_public(event) and event.pk in words]
    return shown[-1] if shown else None


def case_facts(case: Case, values: dict[str, Any], rules: Any) -> list[Fact]:
    """Office, dates and, for insiders, the answers to the form."""
    facts = [Fact(_("Office"), case.office.name)]
    identity = values.get("asker")
    answers = forms.summary(rules, values, identity if isinstance(identity, dict) else {})
    return facts + [Fact(label, value, typed=True) for label, value in answers]


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once more, then take the case back."""
    case, _who, view = open_case(request, number)
    if not view.holder:
        raise NoSuchCase
    if request.method == "POST":
        actions.withdraw_case(case=case)
        messages.success(request, _("You have taken the case back. The receipt of this is in the timeline."))
        return redirect("cases:case", case.number)
    return render(request, "cases/withdraw.html", {"case": case})


@never_cache
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """The head erases what people wrote in a case, by order of law; asked once more, since it cannot be undone."""
    case, who, view = open_case(request, number)
    if not view.staff or who.mandate is None or not policies.may_erase(case, who.mandate):
        raise NoSuchCase
    ground = request.POST.get("ground", "")
    known = dict(forms.ERASURE_GROUNDS)
    if request.method == "POST" and ground in known:
        actions.erase_case(case=case, mandate=who.mandate, ground=ground)
        messages.success(request, _("The content is erased, and the record says so."))
        return redirect("cases:case", case.number)
    missing = request.method == "POST"
    context = {"case": case, "grounds": forms.ERASURE_GROUNDS, "missing": missing}
    return render(request, "cases/erase.html", context, status=422 if missing else 200)


@never_cache
@require_http_methods(["POST"])
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """An officer does one step; a refusal gives back what was typed."""
    case, who, view = open_case(request, number)
    if not view.staff or who.mandate is None:
        raise NoSuchCase
    data = _step_data(request)
    try:
        actions.take_step(case=case, step=step, mandate=who.mandate, data=data)
    except (BadForm, StepRefused) as refused:
        fresh = queries.by_number(number)
        return render_case(request, fresh, who, view, refused=refused, typed={**request.POST.dict(), "step": step})
    messages.success(request, _("Done, and on the record."))
    return redirect("cases:case", case.number)


def _step_data(request: HttpRequest) -> actions.StepData:
    post = request.POST
    officer = post.get("officer", "")
    return actions.StepData(
        answer=post.get("answer", ""),
        reason=post.get("reason", ""),
        ground=post.get("ground", ""),
        officer=people.mandate_by_id(officer) if officer else None,
        office=people.office_by_code(post.get("office", "")),
        public_question=post.get("public_question", ""),
        public_answer=post.get("public_answer", ""),
    )
