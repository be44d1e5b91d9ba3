"""The door for the operator's SMS gateway: one POST an SMS, answered with the text of the reply."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aydyn.kernel.errors import Refusal
from aydyn.people import inbound

SECRET_HEADER = "X-Aydyn-Secret"  # noqa: S105  # the header's name, no secret
MOST_BYTES = 4096


@never_cache
@csrf_exempt  # a machine with a secret of its own, not a browser
@require_POST
def sms_in(request: HttpRequest) -> HttpResponse:
    """Take ``from`` and ``text`` (JSON or a form) and answer with the reply as plain text; 204 if there is none."""
    try:
        inbound.check_secret(request.headers.get(SECRET_HEADER, ""))
        phone, text = _read(request)
        reply = inbound.answer(phone, text)
    except Refusal as refused:
        return _plain(f"{refused.message} {refused.next_step}".strip(), refused.status)
    return _plain(reply, 200) if reply else HttpResponse(status=204)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _read(request: HttpRequest) -> tuple[str, str]:
    """Telephone and text; what is missing or no text comes out empty and is refused as no telephone."""
    if request.content_type != "application/json":
        return request.POST.get("from", ""), request.POST.get("text", "")
    body = request.read(MOST_BYTES)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    phone, text = value.get("from"), value.get("text")
    return (phone, text) if isinstance(phone, str) and isinstance(text, str) else ("", "")
