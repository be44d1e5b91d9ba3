"""SMS that come in: a higher room registers what answers them, such as the state of a case by number and code."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from aydyn.kernel.errors import NotFound, Refusal
from aydyn.kernel.limits import limits
from aydyn.people import phones
from aydyn.people.errors import NoInbound, TooManyAttempts
from aydyn.people.texts import one_line

SmsHandler = Callable[[str, str], str]
"""Takes the telephone and the text; returns the reply, empty for none. A Refusal becomes the reply in its own words."""

MOST_AN_HOUR = 10
LONGEST_TEXT = 500
_handlers: list[SmsHandler] = []


def register_sms_handler(handler: SmsHandler) -> None:
    """Say what answers an SMS, in ``AppConfig.ready()``. Raises RuntimeError if something does already."""
    if _handlers and _handlers[0] is not handler:
        raise RuntimeError("two rooms want to answer SMS")
    _handlers[:] = [handler]


def check_secret(given: str) -> None:
    """Raise NotFound while the door is off, NoInbound unless the secret is the operator's."""
    secret = settings.AYDYN.sms_in_secret
    if not secret:
        raise NotFound(_("This node takes no SMS."))
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise NoInbound


def answer(phone: str, text: str) -> str:
    """The reply to an SMS. Raises BadPhone, or TooManyAttempts after ten in an hour from one telephone."""
    number = phones.normal(phone)
    # Counted under a salted hash in memory; which telephone asked what is written nowhere.
    if not limits.allow("sms-in", number, times=MOST_AN_HOUR, seconds=3600):
        raise TooManyAttempts
    if not _handlers:
        return _("This number answers no messages.")
    try:
        return _handlers[0](number, one_line(text)[:LONGEST_TEXT])
    except Refusal as refused:
        return f"{refused.message} {refused.next_step}".strip()
