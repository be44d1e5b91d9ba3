"""The page of a case, for who filed it, for staff and for everybody; and what its holder can do there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aydyn.cases import actions, forms, letters, pieces, policies, procedures, queries, timelines
from aydyn.cases.errors import BadForm, NoSuchCase, OthersDraft, StepRefused
from aydyn.cases.models import AnswerDraft, Case, CaseEvent
from aydyn.cases.queries import View
from aydyn.cases.views.steps import StepForm, asker_forms, kept_words, office_forms, step_data
from aydyn.cases.visitors import Visitor, remember_opened, visitor_of
from aydyn.casework.errors import NumberError
from aydyn.casework.numbering import tidy_number
from aydyn.casework.procedures import Procedure
from aydyn.casework.transitions import CaseState, allowed_steps
from aydyn.documents import actions as documents_actions
from aydyn.documents import queries as documents
from aydyn.documents.bounds import MAX_UPLOAD_BODY, admits
from aydyn.documents.errors import BadFile, NoRoom, TooManyFiles
from aydyn.documents.models import File
from aydyn.documents.views import download
from aydyn.face.pieces import Fact
from aydyn.kernel import clock
from aydyn.kernel.caching import same_for_strangers
from aydyn.kernel.errors import Refusal
from aydyn.people.models import Mandate
from aydyn.record import actions as record_actions
from aydyn.record import queries as record


@never_cache
@require_safe
@same_for_strangers
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """A case: what was asked, its timeline with receipts, what comes next."""
    case, who, view = open_case(request, number)
    if who.person is not None and view.holder:
        actions.note_seen(case=case, person=who.person)
    return render_case(request, case, who, view)


def open_case(request: HttpRequest, number: str, reason: str = "case-page") -> tuple[Case, Visitor, View]:
    """The case, who asks, and in which capacity. Raises NoSuchCase. A look of staff is written down."""
    case = queries.by_number(number)
    who = visitor_of(request)
    view = queries.view_of(case, who.person, who.mandate, who.opened)
    if (view.staff or view.asking) and not view.holder and who.mandate is not None:
        record_actions.note_look(subject=f"case:{case.number}", mandate=who.mandate.public_id, reason=reason)
    return case, who, view


def render_case(
    request: HttpRequest,
    case: Case,
    who: Visitor,
    view: View,
    *,
    refused: Refusal | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Draw the page; ``refused`` and ``typed`` give back what somebody had written when a step was refused."""
    events = queries.events_of(case)
    states = pieces.record_statuses(events)
    words = words_for(events, view)
    rules = procedures.parsed(case.procedure_id)
    state = timelines.state_of(case)
    steps = _forms(case, rules, state, who, view, words, events, refused, typed, _begin_with(request, who, rules))
    context = {
        "case": case,
        "title": _title(case, rules, view),
        "chip": pieces.status_chip(case),
        "procedure_title": procedures.words(rules.title),
        "facts": case_facts(case, words.get(events[0].pk, {}), rules),
        "public_version": published_words(events, words),
        "timeline": pieces.timeline(
            case, events, words, states, queries.documents_of(events) if view.inside else {}, view
        ),
        **_about_time(rules, state),
        "fee": pieces.fee_words(rules, state) if view.inside else None,
        "view": view,
        "links": _links(case, view),
        **_about_steps(rules, steps, view),
        **(_for_office(case, rules, who) if view.staff else {}),
        "refused": refused,
        "kept": kept_words(typed, [form.step.code for form in steps]),
        "refresh_after": None if all(status.final for status in states.values()) or refused else 3,
        "exit_button": rules.exit_button and not view.staff,
        "section": _section(who, view),
    }
    return render(request, "cases/case.html", context, status=refused.status if refused else 200)


def _section(who: Visitor, view: View) -> str:
    """Under which word of the navigation the page stands for this visitor."""
    if view.staff or view.asking:
        return "desk"
    if view.holder:
        return "mine" if who.person is not None else "follow"
    return "register"


def _about_steps(rules: Procedure, steps: list[StepForm], view: View) -> dict[str, Any]:
    """What can be done now; taking back is a page of its own, and how to appeal is said where it can be done."""
    appealable = any("appeal" in form.step.effect for form in steps)
    return {
        "appeal": procedures.words(rules.appeal.words) if rules.appeal and appealable else "",
        "can_withdraw": view.asks and any(form.step.code == "withdraw" for form in steps),
        "steps": [form for form in steps if form.step.code != "withdraw"],
    }


def _about_time(rules: Procedure, state: CaseState) -> dict[str, Any]:
    """How the day that is due was reckoned, by which rule, and which duties came late."""
    return {
        "reckoning": pieces.reckoning(state),
        "clock": rules.clock,
        "clock_note": procedures.words(rules.clock.note),
        "citation": procedures.words(rules.clock.citation),
        "lateness": pieces.lateness(rules, state),
    }


def _for_office(case: Case, rules: Procedure, who: Visitor) -> dict[str, Any]:
    """What only staff see beside a case: notes, a draft of a colleague, texts to begin with, the neighbours in the list."""
    mandate = who.mandate if who.mandate is not None and policies.may_act(case, who.mandate) else None
    return {
        "notes": list(queries.notes_of(case, who.mandate)) if who.mandate else [],
        "can_note": mandate is not None,
        "answer_draft": AnswerDraft.objects.select_related("mandate__person").filter(case=case).first(),
        "texts": _texts(mandate, rules) if mandate else [],
        "can_erase": mandate is not None and policies.may_erase(case, mandate),
        "neighbours": queries.neighbours(mandate, case) if mandate else ("", ""),
    }


def _forms(
    case: Case, rules: Procedure, state: CaseState, who: Visitor, view: View, words: Mapping[int, Mapping[str, Any]],
    events: list[CaseEvent], refused: Refusal | None, typed: Mapping[str, Any] | None, begin_with: str,
) -> list[StepForm]:  # fmt: skip
    calendar, today = procedures.calendar(), clock.today()
    if view.staff and who.mandate is not None and policies.may_act(case, who.mandate):
        role: Any = who.mandate.role
        steps = allowed_steps(rules, state, role, today, calendar)
        return office_forms(case, steps, rules, words, events, refused, typed, who.mandate, begin_with)
    if view.asks:
        return asker_forms(case, allowed_steps(rules, state, "asker", today, calendar), rules, refused, typed)
    return []


def _texts(mandate: Mandate, rules: Procedure) -> list[tuple[str, str]]:
    """Texts that an answer can be begun with: the office's own, and the procedure's; key and title."""
    own = queries.templates_for(mandate)
    of_procedure = [(f"p-{each.code}", procedures.words(each.title)) for each in rules.answer_templates]
    return [(f"o-{each.pk}", each.title) for each in own] + of_procedure


def _begin_with(request: HttpRequest, who: Visitor, rules: Procedure) -> str:
    """The text that the address asks to begin with."""
    key = request.GET.get("text", "")[:80]
    if not key or who.mandate is None:
        return ""
    if key.startswith("p-"):
        found = next((each for each in rules.answer_templates if f"p-{each.code}" == key), None)
        return procedures.words(found.text) if found else ""
    return next((each.text for each in queries.templates_for(who.mandate) if f"o-{each.pk}" == key), "")


def _title(case: Case, rules: Procedure, view: View) -> str:
    text = getattr(case, "text" if view.inside else "public_text", None)
    return text.title if text and text.title else procedures.words(rules.title)


def words_for(events: list[CaseEvent], view: View) -> dict[int, dict[str, Any]]:
    """Event → values of the parts that this visitor may see."""
    allowed = events if view.inside else queries.open_events(events)
    contents = record.contents_of([event.entry_id for event in allowed])
    return {
        event.pk: {name: part.value for name, part in contents[event.entry_id].items()}
        for event in allowed
        if event.entry_id in contents
    }


def published_words(events: list[CaseEvent], words: Mapping[int, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """What the last publication committed to: read from the committed content, so that no other text can be shown."""
    shown = [words[event.pk] for event in queries.open_events(events) if event.pk in words]
    return shown[-1] if shown else None


def case_facts(case: Case, values: Mapping[str, Any], rules: Procedure) -> list[Fact]:
    """Office, dates and, for insiders, the answers to the form."""
    facts = [Fact(_("Office"), case.office.name)]
    if case.from_office is not None:
        facts.append(Fact(_("Asked by"), case.from_office.name))
    if case.organisation is not None and values:
        facts.append(Fact(_("For the organisation"), f"{case.organisation.name} ({case.organisation.register_number})"))
    identity = values.get("asker")
    answers = forms.summary(rules, values, identity if isinstance(identity, dict) else {})
    return facts + [Fact(label, value, typed=True) for _question, label, value in answers]


def _links(case: Case, view: View) -> list[tuple[str, Case]]:
    """Other cases that this one belongs with, in words; what a stranger may not see of them, their own pages keep."""
    found: list[tuple[str, Case]] = []
    if case.parent is not None:
        found.append((_("Contributes to"), case.parent))
    if case.appeal_of is not None:
        found.append((_("Appeals"), case.appeal_of))
    if view.inside:
        found += [(_("Contribution asked of another office"), sub) for sub in case.subs.select_related("office")]
        found += [(_("Appeal"), appeal) for appeal in case.appeals.select_related("office")]
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once more, then take the case back."""
    case, who, view = open_case(request, number)
    if not view.asks:
        raise NoSuchCase
    if request.method == "POST":
        actions.withdraw_case(case=case, mandate=_asking_mandate(who, view))
        messages.success(request, _("You have taken the case back. The receipt of this is in the timeline."))
        return redirect("cases:case", case.number)
    return render(request, "cases/withdraw.html", {"case": case})


def _asking_mandate(who: Visitor, view: View) -> Any:
    return who.mandate if view.asking and not view.holder else None


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


@admits(MAX_UPLOAD_BODY)
@never_cache
@require_POST
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """An officer, or who filed the case, does one step; a refusal gives back what was typed."""
    case, who, view = open_case(request, number)
    officer = who.mandate if view.staff and who.mandate is not None and policies.may_act(case, who.mandate) else None
    if officer is None and not view.asks:
        raise NoSuchCase  # before any file of a stranger is looked at
    kept: list[File] = []
    try:
        data = step_data(request, kept, staff=officer is not None)
        if officer is not None:
            event = actions.take_step(case=case, step=step, mandate=officer, data=data)
        else:
            event = actions.take_asker_step(case=case, step=step, data=data, mandate=_asking_mandate(who, view))
    except (BadForm, StepRefused, OthersDraft) as refused:
        fresh = queries.by_number(number)
        return render_case(request, fresh, who, view, refused=refused, typed={**_typed(request), "step": step})
    except (BadFile, NoRoom, TooManyFiles) as refused:
        problem = BadForm({"files": f"{refused.message} {refused.next_step}".strip()})
        return render_case(request, case, who, view, refused=problem, typed={**_typed(request), "step": step})
    finally:
        documents_actions.drop_unbound(files=kept)
    messages.success(request, _("Done, and on the record."))
    response = redirect("cases:case", _number(request.POST.get("then", "")) or case.number)
    if view.holder and who.person is None and event.sub is not None:
        remember_opened(request, response, event.sub.number)  # the appeal opens with the code of what it appeals
    return response


def _number(typed: str) -> str:
    """A case's number as it is written in addresses; empty for anything else, which would lead nowhere."""
    try:
        return tidy_number(typed)
    except NumberError:
        return ""


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {**request.POST.dict(), "offices": request.POST.getlist("offices")}


@never_cache
@require_safe
def attachment(request: HttpRequest, number: str, file: str) -> FileResponse:
    """A file of a case, to save: for who filed it and for staff, and written down as a look of theirs."""
    case, _who, view = open_case(request, number, reason="file")
    if not view.inside:
        raise NoSuchCase
    rules = procedures.parsed(case.procedure_id)
    events = [event for event in queries.events_of(case) if pieces.is_shown(rules, event, view)]
    for rows in queries.documents_of(events).values():
        for document, files in rows:
            if any(each.public_id == file for each in files):
                return download(request, documents.file_of(document, file))
    raise NoSuchCase


@never_cache
@require_safe
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """What was filed, as a PDF, for who filed it and for staff."""
    case, _who, view = open_case(request, number, reason="summary")
    if not view.inside:
        raise NoSuchCase
    response = HttpResponse(letters.summary_pdf(case), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    return response


@never_cache
@require_safe
def looks(request: HttpRequest, number: str) -> HttpResponse:
    """Which of the staff looked at the case: for who filed it."""
    case, _who, view = open_case(request, number)
    if not view.asks:
        raise NoSuchCase
    if request.GET.get("form") == "json":
        response = JsonResponse({"case": case.number, "looks": queries.look_proofs(case)})
        response["Content-Disposition"] = f'attachment; filename="{case.number}-looks.json"'
        return response
    context = {"case": case, "looks": queries.looks_at(case), "reasons": pieces.look_reasons(), "section": "mine"}
    return render(request, "cases/looks.html", context)
