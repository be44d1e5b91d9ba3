"""The head's page of mandates: who may act for the office, granting and ending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aydyn.people import actions, policies, queries
from aydyn.people.errors import Unconfirmed
from aydyn.people.models import OFFICE_ROLES, Mandate, Office, Person
from aydyn.record import queries as record


class GrantForm(forms.Form):
    """Whom to grant what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the account"),
        help_text=gettext_lazy("The person signs up first; the account is hers alone."),
    )
    office = forms.ChoiceField(label=gettext_lazy("Office"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(one.value, one.label) for one in OFFICE_ROLES])

    def __init__(self, under: Mandate, data: Any = None) -> None:
        super().__init__(data)
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)
        office.choices = [(one.code, one.name) for one in queries.offices_under(under.office)]

    def clean_email(self) -> Person:
        """The account of that address."""
        person = Person.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("There is no account with this address. Ask the person to sign up first."))
        if not queries.has_confirmed_address(person):
            raise forms.ValidationError(Unconfirmed().message)
        return person


def acting(request: HttpRequest) -> Mandate:
    """The mandate that the visitor acts under, if it lets her grant others. Raises NoMandate."""
    assert isinstance(request.user, Person)
    mandate = queries.mandate_for(request.user, request.session.get(queries.CHOSEN))
    policies.require(policies.may_grant(mandate, mandate.office))
    return mandate


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """List and grant."""
    under = acting(request)
    form = GrantForm(under, request.POST or None)
    if request.method == "POST" and form.is_valid():
        office = Office.objects.get(code=form.cleaned_data["office"])
        actions.grant_mandate(
            under=under, office=office, person=form.cleaned_data["email"], role=form.cleaned_data["role"]
        )
        messages.success(request, _("The mandate is granted, and on the record."))
        return redirect("people:mandates")
    context = {
        "under": under,
        "form": form,
        "granted": list(queries.mandates_under(under)),
        "confirms": policies.may_confirm(under),
        "section": "desk",
    }
    return render(request, "people/mandates.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def receipt(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """The receipt of a mandate's grant or end, for its holder and for who may grant such mandates; shows everything."""
    assert isinstance(request.user, Person)
    found = queries.mandate_of_record(public_id)
    policies.require(found is not None and policies.may_prove(request.user, found))
    assert found is not None
    entry = found.granted if what == "granted" else found.ended
    if entry is None:
        raise Http404("this mandate has not ended")
    data = record.receipt_for(entry).to_bytes()
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mandate-{found.public_id}-{what}.tlog-proof"'
    return response


@login_required
@require_POST
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a mandate from this moment on."""
    under = acting(request)
    mandate = queries.mandate_by_id(public_id)
    policies.require(mandate is not None)
    assert mandate is not None
    actions.end_mandate(under=under, mandate=mandate)
    messages.success(request, _("The mandate has ended, and that is on the record."))
    return redirect("people:mandates")
