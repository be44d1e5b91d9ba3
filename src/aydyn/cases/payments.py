"""Gateways that take fees online. Which one a node has is a setting; without one, fees are paid at the counter.

A gateway only brings a person to where money is paid, and brings back a signed word that it was. That word becomes an act
(`fee.paid`) through :func:`aydyn.cases.actions.confirm_payment`, once, whatever is sent twice.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from aydyn.audit.receipts import DEMO
from aydyn.cases.models import Payment

ASK, PAID = "ask", "paid"
"""What a signature says. The payer's browser carries the one of a request, so it must never do as the word that she paid."""


class Gateway(Protocol):
    """What takes fees."""

    name: str

    def begin(self, payment: Payment, back: str, /) -> str:
        """The address to which the payer is sent; ``back``: where she returns to. Empty if nothing is paid online."""
        ...


class CounterGateway:
    """Nothing online: the fee is paid at the office's counter, with the reference."""

    name = "counter"

    def begin(self, _payment: Payment, _back: str) -> str:
        """Nobody is sent anywhere."""
        return ""


class HttpGateway:
    """The operator's payment page. The request and the confirmation are signed with the node's key."""

    name = "http"

    def begin(self, payment: Payment, back: str) -> str:
        """The operator's address with reference, sum, return address and signature."""
        fields = {"reference": payment.reference, "amount": str(payment.amount), "back": back}
        return f"{settings.AYDYN.payment_url}?{urlencode({**fields, 'signature': signature(payment.reference, payment.amount, ASK)})}"


class PlayGateway:
    """A page of this node where a press of a button pays; only in a demonstration, whose money is none."""

    name = "play"

    def begin(self, payment: Payment, _back: str) -> str:
        """The play page."""
        return reverse("cases:play-payment", args=[payment.reference])


def gateway() -> Gateway:
    """The gateway of this node."""
    path = settings.AYDYN.payment_gateway
    if path:
        chosen: Gateway = import_string(path)()
        return chosen
    return PlayGateway() if is_play() else CounterGateway()


def is_play() -> bool:
    """Whether this node is a demonstration, where a fee may be paid with a press of a button."""
    return bool(settings.AYDYN.origin.endswith(DEMO) and not settings.AYDYN.payment_gateway)


def signature(reference: str, amount: int, said: str) -> str:
    """HMAC-SHA256 over ``said:reference:amount`` under the node's payment key, hexadecimal; ``said``: ASK or PAID."""
    return hmac.new(settings.AYDYN.payment_key.encode(), f"{said}:{reference}:{amount}".encode(), sha256).hexdigest()


def is_signed(reference: str, amount: int, given: str) -> bool:
    """Whether a confirmation is signed with the node's key; never, while it has none."""
    return bool(settings.AYDYN.payment_key) and hmac.compare_digest(
        signature(reference, amount, PAID).encode(), given.encode()
    )
