"""Page of absences: who is away, who stands in; stated by the holder of a mandate or the head."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aydyn.kernel import clock
from aydyn.kernel.errors import Conflict, Invalid
from aydyn.people import actions, policies, queries
from aydyn.people.models import Mandate, Person, Role


def _day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})
    return forms.DateField(
        label=label, help_text=hint, widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={"invalid": gettext_lazy("Write the day as 2026-11-25 or 25.11.2026.")},
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """Who, from when until when, and who stands in."""

    mandate = forms.ChoiceField(label=gettext_lazy("Who is away"))
    starts = _day(gettext_lazy("First day away"))
    ends = _day(gettext_lazy("Last day away"))
    substitute = forms.ChoiceField(
        label=gettext_lazy("Who stands in"),
        help_text=gettext_lazy("Somebody of the same office with the same role, or the head."),
    )

    def __init__(self, under: Mandate, data: Any = None) -> None:
        super().__init__(data, initial={"mandate": under.public_id})
        office = list(queries.office_mandates(under))
        away = [one for one in office if policies.may_state_absence(under, one)]
        self.known = {one.public_id: one for one in office}
        absent = {one.pk: one for one in away}
        fitting = [one for one in office if any(policies.may_stand_in(one, other) for other in absent.values())]
        self._choose("mandate", away)
        self._choose("substitute", fitting)

    def _choose(self, name: str, mandates: list[Mandate]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        choices = [(one.public_id, f"{one.person}, {one.get_role_display()}") for one in mandates]
        field.choices = choices if name == "mandate" else [("", "–"), *choices]

    def clean_mandate(self) -> Mandate:
        """The mandate itself."""
        return self.known[self.cleaned_data["mandate"]]

    def clean_substitute(self) -> Mandate:
        """The mandate itself."""
        return self.known[self.cleaned_data["substitute"]]


def acting(request: HttpRequest) -> Mandate:
    """The mandate at the desk that the visitor acts under. Raises NoMandate."""
    assert isinstance(request.user, Person)
    return queries.mandate_for(request.user, request.session.get(queries.CHOSEN))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """List, and state one."""
    under = acting(request)
    form = AbsenceForm(under, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_absence(under=under, **form.cleaned_data)
        except (Invalid, Conflict) as refused:
            form.add_error(None, f"{refused.message} {refused.next_step}")
        else:
            messages.success(request, _("The absence is stated, and on the record."))
            return redirect("people:absences")
    today = clock.today()
    whole = under.role == Role.HEAD
    rows = list(queries.absences_for(under, whole_office=whole))
    context = {
        "under": under,
        "form": form,
        "rows": [(row, policies.may_state_absence(under, row.mandate)) for row in rows],
        "stands_in_for": queries.substitutes_for(under, today),
        "confirms": policies.may_confirm(under),
        "section": "desk",
    }
    return render(request, "people/absences.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_absence(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that somebody is back."""
    actions.end_absence(under=acting(request), absence=queries.absence_by_id(public_id))
    messages.success(request, _("The absence has ended, and that is on the record."))
    return redirect("people:absences")
