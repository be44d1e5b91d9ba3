"""Page of what I am told, the telephone it goes to, and the link in every letter that ends letters of its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from aydyn.kernel.errors import Refusal
from aydyn.people import actions, notices, queries
from aydyn.people.models import NoticeKind, Person


class WishForm(forms.Form):
    """A box for each kind of letter, and one for SMS."""

    sms = forms.BooleanField(label=gettext_lazy("Short messages (SMS) to my confirmed telephone"), required=False)

    def __init__(self, person: Person, data: Any = None) -> None:
        kinds = [kind for kind in queries.MAIL_FIELDS if kind != NoticeKind.DEADLINES or _is_staff(person)]
        initial = {kind.value: getattr(person, queries.MAIL_FIELDS[kind]) for kind in kinds}
        super().__init__(data, initial={**initial, "sms": person.sms})
        for kind in kinds:
            self.fields[kind.value] = forms.BooleanField(label=kind.label, required=False)
        if person.phone_confirmed is None:
            del self.fields["sms"]
        self.order_fields([*(kind.value for kind in kinds), "sms"])
        self.kinds = kinds


def _is_staff(person: Person) -> bool:
    return queries.active_mandates(person).exists()


class PhoneForm(forms.Form):
    """A telephone to be confirmed."""

    phone = forms.CharField(
        label=gettext_lazy("Mobile telephone"), max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"), max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}
        ),
    )  # fmt: skip


def _page(request: HttpRequest, person: Person, **given: forms.Form) -> HttpResponse:
    sent = queries.phone_code_of(person)
    context: dict[str, Any] = {
        "person": person,
        "wishes": given.get("wishes") or WishForm(person),
        "phone_form": given.get("phone_form") or PhoneForm(),
        "code_form": given.get("code_form") or CodeForm(),
        "sent": sent,
        "section": "mine",
    }
    wrong = any(form.errors for form in given.values())
    return render(request, "people/notices.html", context, status=422 if wrong else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What I am told, and how."""
    assert isinstance(request.user, Person)
    if request.method == "GET":
        return _page(request, request.user)
    form = WishForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, request.user, wishes=form)
    mail = {kind.value: form.cleaned_data[kind.value] for kind in form.kinds}
    actions.set_preferences(person=request.user, mail=mail, sms=form.cleaned_data.get("sms", False))
    messages.success(request, _("Kept. It holds from the next notice on."))
    return redirect("people:notices")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Send a code to a telephone; whoever comes back to the address of a refused form finds the page."""
    assert isinstance(request.user, Person)
    if request.method == "GET":
        return redirect("people:notices")
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            actions.send_phone_code(
                person=request.user, phone=form.cleaned_data["phone"], language=get_language() or "en"
            )
        except Refusal as refused:
            form.add_error("phone", f"{refused.message} {refused.next_step}")
        else:
            messages.success(request, _("A code is on its way. Type it below within ten minutes."))
            return redirect("people:notices")
    return _page(request, request.user, phone_form=form)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def confirm_phone(request: HttpRequest) -> HttpResponse:
    """Take the code."""
    assert isinstance(request.user, Person)
    if request.method == "GET":
        return redirect("people:notices")
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            actions.confirm_phone(person=request.user, code=form.cleaned_data["code"])
        except Refusal as refused:
            form.add_error("code", f"{refused.message} {refused.next_step}")
        else:
            messages.success(request, _("Your telephone is confirmed."))
            return redirect("people:notices")
    return _page(request, request.user, code_form=form)


@login_required
@require_POST
def remove_phone(request: HttpRequest) -> HttpResponse:
    """Take my telephone out."""
    assert isinstance(request.user, Person)
    actions.remove_phone(person=request.user)
    messages.success(request, _("Your telephone is deleted."))
    return redirect("people:notices")


@never_cache
@csrf_exempt  # mail programs send it with one click, without our form; the signed link is the right to it
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET only shows the button: programs that look at links in letters must not switch anything off."""
    _person, _digest, kind = notices.read_link(token)
    if request.method == "POST":
        actions.unsubscribe(token)
    context = {"kind": kind.label, "done": request.method == "POST"}
    return render(request, "people/unsubscribe.html", context)
