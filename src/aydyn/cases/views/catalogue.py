"""One window: every kind of matter by occasion of life, by office and by words; what each needs, costs and takes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aydyn.cases import actions, pieces, policies, procedures, queries
from aydyn.cases.errors import BadCode, NotOpenToYou, TooManyTries
from aydyn.cases.models import Channel, FilingDraft, ProcedureVersion
from aydyn.cases.views.drafts import count_draft
from aydyn.cases.views.following import SECONDS, TRIES
from aydyn.cases.visitors import is_draft_of, open_draft_of, remember_draft, staff_of, visitor_of
from aydyn.casework.procedures import Procedure
from aydyn.kernel.limits import limits, visitor
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Person


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What can be sent: by occasion of life, by office, by words; the filters stand in the address."""
    event, office, words = (request.GET.get(name, "")[:100].replace("\x00", "") for name in ("event", "office", "q"))
    found = queries.catalogue(event=event, office=office, words=words)
    groups = [
        {"title": title, "code": code, "doors": [_door(row, rules) for row, rules in rows]}
        for code, title, rows in queries.by_life_event(found, only=event)
    ]
    _say_once(groups)
    context = {
        "groups": groups,
        "count": len(found),
        "life_events": queries.life_events(),
        "offices": queries.offices_of_catalogue(),
        "wanted": {"event": event, "office": office, "q": words},
        "section": "file",
    }
    return render(request, "cases/choose.html", context)


def _say_once(groups: list[dict[str, Any]]) -> None:
    """What stands under several occasions is described under the first: a phone shows a list that ends."""
    told: set[str] = set()
    for group in groups:
        for door in group["doors"]:
            if door["url"] in told:
                door["again"] = True
            told.add(door["url"])


def _door(row: ProcedureVersion, rules: Procedure) -> dict[str, Any]:
    facts = [_("answer within %(span)s") % {"span": pieces.span_words(rules.clock.answer_within)}]
    facts.append(pieces.money(rules.fee.amount, rules.fee.currency) if rules.fee else _("free of charge"))
    return {
        "url": reverse("cases:service", args=[row.code]),
        "title": procedures.words(rules.title),
        "text": procedures.words(rules.summary),
        "facts": " · ".join(facts),
    }


@never_cache
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One kind of matter: what it is for, what one needs, how long, how much, who decides, how to appeal."""
    row = queries.procedure_or_404(code)
    rules = procedures.parsed(row.pk)
    draft, _secret = open_draft_of(request, code)
    context = {
        "code": code,
        "rules": rules,
        "title": procedures.words(rules.title),
        "summary": procedures.words(rules.summary),
        "needs": [procedures.words(each) for each in rules.need],
        "clock": pieces.span_words(rules.clock.answer_within),
        "variants": [
            (procedures.words(each.label), pieces.span_words(each.answer_within)) for each in rules.clock.variant
        ],
        "extension": pieces.span_words(rules.clock.extend_once_by) if rules.clock.extend_once_by else "",
        "clock_note": procedures.words(rules.clock.note),
        "citation": procedures.words(rules.clock.citation),
        "fee": pieces.money(rules.fee.amount, rules.fee.currency) if rules.fee else "",
        "fee_basis": procedures.words(rules.fee.basis) if rules.fee else "",
        "decided_by": procedures.words(rules.decided_by),
        "appeal": procedures.words(rules.appeal.words) if rules.appeal else "",
        "legal_basis": [(procedures.words(one.citation), one.confirmed) for one in rules.legal_basis],
        "publicity": pieces.publicity_words(rules),
        "offices": queries.addressed_offices(rules),
        "steps": [procedures.words(state.label) for state in rules.states],
        "draft": draft,
        "capacities": _capacities(request, rules),
        "plain": bool({"citizen", "anonymous"} & set(rules.open_to)),
        "exit_button": rules.exit_button,
        "section": "file",
    }
    return render(request, "cases/service.html", context)


def _capacities(request: HttpRequest, rules: Procedure) -> list[tuple[str, str]]:
    """As what else than oneself this visitor can file: for an organisation, at the counter, for her office."""
    if not isinstance(request.user, Person):
        return []
    found: list[tuple[str, str]] = []
    if "organisation" in rules.open_to:
        found += [
            (f"for:{mandate.public_id}", _("For the organisation %(name)s") % {"name": mandate.organisation})
            for mandate in people.representations_of(request.user)
        ]
    mandate = visitor_of(request).mandate
    if mandate is None:
        return found
    if "office" in rules.open_to:
        found.append(("office", _("For your office: %(name)s") % {"name": mandate.office}))
    if policies.may_file_at_counter(mandate) and {"citizen", "anonymous"} & set(rules.open_to):
        found += [
            (f"counter:{channel.value}", _("For somebody: %(how)s") % {"how": channel.label})
            for channel in policies.COUNTER
        ]
    return found


@never_cache
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the form as what was chosen. Raises NotOpenToYou."""
    row = queries.procedure_or_404(code)
    rules = procedures.parsed(row.pk)
    capacity = request.POST.get("as", "")[:60]
    person = visitor_of(request).person
    channel, mandate = _chosen(request, person, capacity)
    policies.require_open_to(rules, channel, mandate)
    count_draft(request)
    owner = person if channel == Channel.ONLINE else None
    draft, secret = actions.open_draft(
        procedure=row, language=get_language() or "tk", person=owner, mandate=mandate, channel=channel
    )  # fmt: skip
    response = redirect("cases:file-form", draft.procedure.code)
    remember_draft(response, code, secret)
    return response


def _chosen(request: HttpRequest, person: Person | None, capacity: str) -> tuple[str, Mandate | None]:
    if not capacity:
        return Channel.ONLINE, None
    if person is None:
        raise NotOpenToYou
    kind, _colon, rest = capacity.partition(":")
    if kind == "for":
        found = next((each for each in people.representations_of(person) if each.public_id == rest), None)
        if found is not None:
            return Channel.ONLINE, found
    elif kind == "office":
        return Channel.OFFICE, staff_of(request)
    elif kind == "counter" and rest in policies.COUNTER:
        return rest, staff_of(request)
    raise NotOpenToYou


@never_cache
@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """Go on with saved answers: opened by their name and code, or from one's account."""
    context: dict[str, Any] = {"section": "file", "name": request.POST.get("name", "")[:20]}
    if request.method == "GET":
        return render(request, "cases/come_back.html", context)
    try:
        draft = _opened(request)
    except (BadCode, TooManyTries) as refused:
        return render(request, "cases/come_back.html", context | {"problem": refused}, status=refused.status)
    secret = actions.reopen_draft(draft=draft)
    response = redirect("cases:file-form", draft.procedure.code)
    remember_draft(response, draft.procedure.code, secret)
    return response


def _opened(request: HttpRequest) -> FilingDraft:
    if own := request.POST.get("draft", "")[:20]:
        person = visitor_of(request).person
        found = next((each for each in queries.drafts_of(person) if each.name == own), None) if person else None
        if found is None:
            raise BadCode
        return found
    if not limits.allow("code", visitor(request), times=TRIES, seconds=SECONDS):
        raise TooManyTries
    draft = queries.draft_by_code(request.POST.get("name", "")[:20], request.POST.get("code", "")[:80])
    if not is_draft_of(draft, request):
        raise BadCode
    return draft
