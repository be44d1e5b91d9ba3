"""Pages of organisations: which a person represents, who else does; and the central office's list of requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aydyn.kernel.errors import Conflict, Invalid
from aydyn.kernel.limits import limits
from aydyn.people import actions, policies, queries
from aydyn.people.errors import NoSuchOrganisation, TooManyAttempts
from aydyn.people.models import Mandate, OrganisationKind, Person
from aydyn.people.views.absences import acting

PAGE = 25
LOOKUPS_AN_HOUR = 10


class AskForm(forms.Form):
    """Which organisation somebody asks to represent."""

    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=200)
    number = forms.CharField(
        label=gettext_lazy("Number in the register of legal persons"), max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=OrganisationKind.choices)


class RepresentativeForm(forms.Form):
    """Who is to represent the organisation too."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the account"),
        help_text=gettext_lazy("The person signs up and confirms the address first; the account is hers alone."),
    )

    def clean_email(self) -> Person:
        """The account; one that is missing and one that nobody confirmed are told apart by nobody."""
        found = Person.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if found is None or not queries.has_confirmed_address(found):
            raise forms.ValidationError(_("There is no account with this address that was confirmed."))
        return found


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """Which organisations I represent, what I asked for, and asking for one more."""
    assert isinstance(request.user, Person)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_represent(person=request.user, **form.cleaned_data)
        except (Invalid, Conflict) as refused:
            form.add_error(None, f"{refused.message} {refused.next_step}")
        else:
            messages.success(request, _("Your request is on the record. You are told when it is decided."))
            return redirect("people:organisations")
    context = {
        "form": form,
        "mandates": list(queries.representations_of(request.user)),
        "past": list(queries.past_representations_of(request.user)[:PAGE]),
        "requests": list(queries.requests_of(request.user)[:PAGE]),
        "section": "mine",
    }
    return render(request, "people/organisations.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who represents one of my organisations; letting somebody else do so too."""
    assert isinstance(request.user, Person)
    under = queries.representative_mandate(request.user, public_id)
    if request.method == "POST":
        _count_lookup(request.user)
    form = RepresentativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_representative(under=under, person=form.cleaned_data["email"])
        except Conflict:
            form.add_error("email", _("This person represents the organisation already."))
        else:
            messages.success(request, _("The mandate is granted, and on the record."))
            return redirect("people:organisation", public_id)
    assert under.organisation is not None
    page = Paginator(queries.representatives_of(under.organisation), PAGE).get_page(request.GET.get("page"))
    context = {"under": under, "organisation": under.organisation, "form": form, "page": page, "section": "mine"}
    return render(request, "people/organisation.html", context, status=422 if form.errors else 200)


def _count_lookup(person: Person) -> None:
    """Addresses are not to be tried for accounts by whoever represents something."""
    if not limits.allow("representative-lookup", str(person.pk), times=LOOKUPS_AN_HOUR, seconds=3600):
        raise TooManyAttempts


@login_required
@require_POST
def end_representative(request: HttpRequest, public_id: str) -> HttpResponse:
    """End my own mandate for an organisation, or a fellow representative's."""
    assert isinstance(request.user, Person)
    mandate = queries.mandate_of_record(public_id)
    if mandate is None or mandate.organisation is None:
        raise NoSuchOrganisation
    actions.end_representative(person=request.user, mandate=mandate)
    messages.success(request, _("The mandate has ended, and that is on the record."))
    if mandate.person_id == request.user.pk:
        return redirect("people:organisations")
    return redirect("people:organisation", mandate.organisation.public_id)


class RefusalForm(forms.Form):
    """Why a request is refused."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for a refusal, for the person who asked"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def _confirming(request: HttpRequest) -> Mandate:
    under = acting(request)
    policies.require(policies.may_confirm(under))
    return under


@never_cache
@login_required
@require_http_methods(["GET"])
def representations(request: HttpRequest) -> HttpResponse:
    """The central office's list of requests, oldest first."""
    under = _confirming(request)
    page = Paginator(queries.waiting_requests(), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/representations.html", {"under": under, "page": page, "section": "desk"})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def representation(request: HttpRequest, public_id: str) -> HttpResponse:
    """One request: what is claimed, what is known; confirm or refuse."""
    under = _confirming(request)
    asked = queries.request_by_id(public_id)
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "confirm":
            actions.confirm_representation(under=under, request=asked)
            messages.success(request, _("Confirmed: the person represents the organisation from now on."))
            return redirect("people:representations")
        if form.cleaned_data["reason"].strip():
            actions.refuse_representation(under=under, request=asked, reason=form.cleaned_data["reason"])
            messages.success(request, _("Refused: the person reads your reason."))
            return redirect("people:representations")
        form.add_error("reason", _("Write the reason: the person reads it."))
    known = queries.confirmed_organisation(asked.organisation.register_number)
    context: dict[str, Any] = {
        "asked": asked, "known": known, "may_decide": policies.may_decide(under, asked), "form": form, "section": "desk",
    }  # fmt: skip
    return render(request, "people/representation.html", context, status=422 if form.errors else 200)
