"""Alerts on searches: asked for, confirmed by the link in a letter, stopped by the same link. No account is needed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aydyn.kernel.errors import Refusal
from aydyn.kernel.limits import visitor
from aydyn.people import queries as people
from aydyn.people.models import Person
from aydyn.portal import actions, queries
from aydyn.portal.filters import in_words, query_of, wanted_of


class AddressForm(forms.Form):
    """Where the letters go."""

    email = forms.CharField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email", "spellcheck": "false"}),
    )


def _account_of(request: HttpRequest) -> Person | None:
    """The account that asks, if its address is known to be its owner's."""
    person = request.user if isinstance(request.user, Person) else None
    return person if person is not None and people.has_confirmed_address(person) else None


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to be told of new finds of the search that stands in the address."""
    wanted, person = wanted_of(request), _account_of(request)
    form = AddressForm(request.POST if request.method == "POST" else None)
    sent = False
    if request.method == "POST" and (person is not None or form.is_valid()):
        language = get_language() or "en"
        try:
            if person is not None:
                actions.make_alert(person=person, wanted=wanted, language=language)
                messages.success(request, _("You get a letter on every day that brings something new."))
                return redirect("portal:alerts")
            actions.ask_for_alert(
                address=form.cleaned_data["email"], wanted=wanted, language=language, visitor=visitor(request)
            )
            sent = True
        except Refusal as refused:
            form.errors.setdefault("email", form.error_class([f"{refused.message} {refused.next_step}"]))
    context = {
        "form": form,
        "account": person,
        "sent": sent,
        "search": in_words(wanted),
        "back": reverse("portal:register") + query_of(wanted),
        "alerts": _listed(person),
        "section": "register",
    }
    return render(request, "portal/alert_ask.html", context, status=422 if form.errors and not sent and request.method == "POST" else 200)  # fmt: skip


def _listed(person: Person | None) -> list[tuple[str, str]]:
    """An account's alerts: the search in words, and the page where it is stopped."""
    if person is None:
        return []
    return [
        (actions.search_words(alert), reverse("portal:alert", args=[queries.link_secret(alert.key)]))
        for alert in queries.alerts_of(person)
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm or stop an alert. A GET only shows the buttons: programs that look at links in letters change nothing."""
    found = queries.alert_by_secret(secret)
    done = ""
    if request.method == "POST":
        done = "stopped" if request.POST.get("do") == "stop" else "confirmed"
        if done == "stopped":
            actions.stop_alert(secret=secret)
        else:
            actions.confirm_alert(secret=secret)
    context = {"alert": found, "search": actions.search_words(found), "done": done, "section": "register"}
    return render(request, "portal/alert.html", context)
