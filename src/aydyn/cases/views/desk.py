"""The officers' desk: the worklist, and the forms of the steps that the procedure allows now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from aydyn.cases import actions, pieces, policies, procedures, queries
from aydyn.cases.errors import BadForm, NoSuchCase, NotYourCase, StepRefused
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import WorklistFilter
from aydyn.cases.visitors import CHOSEN, staff_of
from aydyn.casework.procedures import Procedure, Step
from aydyn.kernel.errors import Refusal
from aydyn.people import queries as people

MOST_AT_ONCE = 100


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The worklist of the chosen mandate's office; every filter stands in the address."""
    mandate = staff_of(request)
    wanted = WorklistFilter(
        state=request.GET.get("state", "")[:40],
        mine=request.GET.get("mine") == "1",
        overdue=request.GET.get("overdue") == "1",
        held=request.GET.get("held") == "1",
        words=request.GET.get("q", "")[:100],
    )
    page = Paginator(queries.worklist(mandate, wanted), queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "mandate": mandate,
        "mandates": list(people.active_mandates(mandate.person)),
        "page": page,
        "lines": [pieces.line(case, public=False) for case in page.object_list],
        "counts": queries.worklist_counts(mandate),
        "wanted": wanted,
        "officers": list(people.colleagues(mandate.office, policies.OFFICERS))
        if mandate.role in ("registrar", "head")
        else [],
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
def assign_marked(request: HttpRequest) -> HttpResponse:
    """Give all marked cases to one officer; those that cannot be given are named."""
    mandate = staff_of(request)
    officer = people.mandate_by_id(request.POST.get("officer", ""))
    numbers = request.POST.getlist("case")[:MOST_AT_ONCE]
    done, left = 0, list[str]()
    for number in numbers:
        try:
            case = queries.by_number(number)
            actions.take_step(case=case, step="assign", mandate=mandate, data=actions.StepData(officer=officer))
            done += 1
        except (NoSuchCase, NotYourCase, StepRefused, BadForm):
            left.append(number[:60])
    if done:
        messages.success(request, ngettext("%(n)s case assigned.", "%(n)s cases assigned.", done) % {"n": done})
    if left:
        messages.warning(
            request, _("Not assigned: %(numbers)s. Check the officer and each case.") % {"numbers": ", ".join(left)}
        )
    if not numbers:
        messages.warning(request, _("Mark at least one case first."))
    return redirect("cases:desk")


class StepForm(django_forms.Form):
    """The fields that one step asks for."""

    def __init__(
        self,
        rules: Procedure,
        step: Step,
        case: Case,
        suggested: Mapping[str, str],
        data: Any,
        problems: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(suggested), auto_id=f"{step.code}-%s", use_required_attribute=False)
        self.step = step
        self.label = procedures.words(step.label)
        self.problems = problems
        for name, field in _fields(rules, step, case):
            self.fields[name] = field

    def full_clean(self) -> None:
        """Show the problems that the action found."""
        self._errors = django_forms.utils.ErrorDict()
        self.cleaned_data = {}
        for name, message in self.problems.items():
            for field in (name, f"public_{name}"):
                if field in self.fields:
                    self._errors[field] = self.error_class([message])


def _fields(rules: Procedure, step: Step, case: Case) -> Iterable[tuple[str, django_forms.Field]]:
    if "officer" in step.asks:
        colleagues = people.colleagues(case.office, policies.OFFICERS)
        yield (
            "officer",
            _choice(_("Officer"), [(one.public_id, f"{one.person} ({one.get_role_display()})") for one in colleagues]),
        )
    if "office" in step.asks:
        others = [(one.code, one.name) for one in people.offices() if one.pk != case.office_id]
        yield "office", _choice(_("Office in charge"), others)
    if "ground" in step.asks:
        yield "ground", _choice(_("Ground"), [(one.code, procedures.words(one.label)) for one in rules.grounds])
    if "reason" in step.asks:
        yield "reason", _area(_("Reason, for who filed the case"), 3)
    if "answer" in step.asks:
        yield "answer", _area(_("Answer"), 8)
    if "publish" in step.effect:
        hint = _("Take out names, addresses, telephone and document numbers. Exactly this text becomes public.")
        yield "public_question", _area(_("Question, as the public will read it"), 6, hint)
        yield "public_answer", _area(_("Answer, as the public will read it"), 8, hint)


def _choice(label: str, choices: list[tuple[str, str]]) -> django_forms.Field:
    return django_forms.ChoiceField(label=label, choices=[("", "–"), *choices])


def _area(label: str, rows: int, hint: str = "") -> django_forms.Field:
    return django_forms.CharField(label=label, widget=django_forms.Textarea(attrs={"rows": rows}), help_text=hint)


def step_forms(
    case: Case, steps: Iterable[Step], rules: Procedure, words: Mapping[int, Mapping[str, Any]], events: list[CaseEvent],
    refused: Refusal | None, typed: Mapping[str, Any] | None,
) -> list[StepForm]:  # fmt: skip
    """One form for each step that is allowed now; a refused one comes back with what was typed."""
    question = str(words.get(events[0].pk, {}).get("question", ""))
    answers = [str(words[event.pk]["answer"]) for event in events if "answer" in words.get(event.pk, {})]
    suggested = {"public_question": question, "public_answer": answers[-1] if answers else ""}
    made: list[StepForm] = []
    for step in steps:
        mine = typed is not None and typed.get("step") == step.code
        problems = refused.problems if mine and isinstance(refused, BadForm) else {}
        made.append(StepForm(rules, step, case, suggested, typed if mine else None, problems))
    return made
