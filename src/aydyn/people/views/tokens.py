"""Page of keys for programs: making one (shown once) and ending it."""

from __future__ import annotations

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
from aydyn.people import actions, queries
from aydyn.people.actions.tokens import DAYS
from aydyn.people.models import Person, Scope


class TokenForm(forms.Form):
    """What a key is called, may do, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=60, help_text=gettext_lazy("Such as “accounting program”.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How many days is it good?"), choices=[(days, str(days)) for days in DAYS], coerce=int
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List, and make one. The answer that shows a key is never stored, and sending the form again makes no second one."""
    assert isinstance(request.user, Person)
    form, raw = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, raw = actions.make_token(person=request.user, **form.cleaned_data)
            form = TokenForm()
        except (Invalid, Conflict) as refused:
            form.add_error(None, f"{refused.message} {refused.next_step}")
    moment = clock.now()
    labels = dict(Scope.choices)
    rows = [
        (token, ", ".join(str(labels[scope]) for scope in token.scopes if scope in labels), token.expires <= moment)
        for token in queries.tokens_of(request.user)
    ]
    context = {"form": form, "raw": raw, "rows": rows, "section": "mine"}
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_token(request: HttpRequest, number: int) -> HttpResponse:
    """End one of my keys."""
    assert isinstance(request.user, Person)
    actions.end_token(person=request.user, number=number)
    messages.success(request, _("The key has ended. Programs that use it are refused from now on."))
    return redirect("people:tokens")
