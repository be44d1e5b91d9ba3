"""Paying a fee: to the gateway and back; the gateway's word; and the play page of a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from aydyn.cases import actions, payments, pieces, procedures, queries
from aydyn.cases.errors import NoSuchCase, NoSuchPayment
from aydyn.cases.models import Payment
from aydyn.cases.views.case_pages import open_case
from aydyn.kernel.errors import Refusal

WORDS_LENGTH = 80


@never_cache
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to pay: to the gateway's page, or to the words that say how to pay at the counter."""
    case, _who, view = open_case(request, number)
    if not view.asks:
        raise NoSuchCase
    payment = actions.begin_payment(case=case)
    back = settings.AYDYN.site_url + reverse("cases:case", args=[case.number])
    address = payments.gateway().begin(payment, back)
    if address:
        return redirect(address)
    rules = procedures.parsed(case.procedure_id)
    context = {
        "case": case,
        "payment": payment,
        "sum": pieces.money(payment.amount, rules.fee.currency if rules.fee else ""),
    }
    return render(request, "cases/pay_at_counter.html", context)


@csrf_exempt
@never_cache
@require_POST
def confirmed(request: HttpRequest) -> HttpResponse:
    """The gateway says that a payment was made: ``reference``, ``amount`` and ``signature``, as a form."""
    reference, typed = request.POST.get("reference", "")[:WORDS_LENGTH], request.POST.get("amount", "")[:12]
    amount = int(typed) if typed.isascii() and typed.isdecimal() else -1
    if not payments.is_signed(reference, amount, request.POST.get("signature", "")[:WORDS_LENGTH]):
        return JsonResponse({"code": "not-signed"}, status=403)
    try:
        actions.confirm_payment(reference=reference, amount=amount)
    except Refusal as refused:
        return JsonResponse({"code": refused.code}, status=refused.status)
    return JsonResponse({"code": "taken"})


@never_cache
@require_http_methods(["GET", "POST"])
def play(request: HttpRequest, reference: str) -> HttpResponse:
    """The play page: a button that pays, in a demonstration and nowhere else."""
    if not payments.is_play():
        raise Http404("no play money here")
    payment = Payment.objects.select_related("case").filter(reference=reference[:40]).first()
    if payment is None:
        raise NoSuchPayment
    case = queries.by_number(payment.case.number)
    if request.method == "POST":
        actions.confirm_payment(reference=payment.reference, amount=payment.amount)
        messages.success(request, _("Paid, and on the record."))
        return redirect("cases:case", case.number)
    rules = procedures.parsed(case.procedure_id)
    context = {
        "case": case,
        "payment": payment,
        "sum": pieces.money(payment.amount, rules.fee.currency if rules.fee else ""),
    }
    return render(request, "cases/pay_play.html", context)
