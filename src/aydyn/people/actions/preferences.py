"""Writes to what a person wants to be told, and to the telephone that she confirmed with a code."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from aydyn.kernel import clock
from aydyn.kernel.limits import limits
from aydyn.people import notices, phones, queries
from aydyn.people.errors import BadPhoneCode, TooManyAttempts
from aydyn.people.models import ApiToken, Notice, NoticeKind, NoticeState, Person, PhoneCode
from aydyn.people.notices import CODE_LIVES

MOST_TRIES = 5
CODES_AN_HOUR = 3
KEPT_NOTICES = timedelta(days=30)
KEPT_TOKENS = timedelta(days=90)


def set_preferences(*, person: Person, mail: Mapping[str, bool], sms: bool) -> None:
    """Say which letters (kind → whether) and whether SMS are wanted; SMS only with a confirmed telephone."""
    fields = {queries.MAIL_FIELDS[NoticeKind(kind)]: wanted for kind, wanted in mail.items()}
    confirmed = person.phone_confirmed is not None
    Person.objects.filter(pk=person.pk).update(**fields, sms=sms and confirmed)


@transaction.atomic
def send_phone_code(*, person: Person, phone: str, language: str) -> PhoneCode:
    """Send a code to a telephone that a person says is hers. Raises BadPhone or TooManyAttempts."""
    number = phones.normal(phone)
    mine = limits.allow("phone-code", str(person.pk), times=CODES_AN_HOUR, seconds=3600)
    # Counted by telephone too: nobody is woken by codes that many accounts ask for.
    if not mine or not limits.allow("phone-code-to", number, times=CODES_AN_HOUR, seconds=3600):
        raise TooManyAttempts
    code = f"{secrets.randbelow(10**6):06}"
    row, _made = PhoneCode.objects.update_or_create(
        person=person,
        defaults={"phone": number, "digest": _digest(person, number, code), "sent": clock.now(), "tries": 0},
    )
    with translation.override(language):
        words = _("Your code: %(code)s. It is good for ten minutes. Tell it to nobody.") % {"code": code}
    notices.tell(phone=number, kind=NoticeKind.CODE, language=language, subject=words, text="")
    return row


def confirm_phone(*, person: Person, code: str) -> None:
    """Confirm the telephone that a code was sent to, and switch SMS on. Raises BadPhoneCode; five tries a code."""
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(person=person).first()
        good = row is not None and row.tries < MOST_TRIES and clock.now() - row.sent <= CODE_LIVES
        digits = "".join(letter for letter in code if letter.isascii() and letter.isdigit())
        if row is not None and good and hmac.compare_digest(row.digest, _digest(person, row.phone, digits)):
            Person.objects.filter(pk=person.pk).update(phone=row.phone, phone_confirmed=clock.now(), sms=True)
            row.delete()
            return
        if row is not None:
            row.tries += 1
            row.save(update_fields=["tries"])
    # Raised outside, so that the try is counted.
    raise BadPhoneCode


def _digest(person: Person, phone: str, code: str) -> str:
    return salted_hmac("people.phone-code", f"{person.pk} {phone} {code}", algorithm="sha256").hexdigest()


@transaction.atomic
def remove_phone(*, person: Person) -> None:
    """Take out a person's telephone; no more SMS."""
    PhoneCode.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(phone="", phone_confirmed=None, sms=False)


def forget_what_is_over() -> None:
    """Delete codes that are too old, notices that were done with a month ago, keys that have been over for long."""
    moment = clock.now()
    PhoneCode.objects.filter(sent__lt=moment - CODE_LIVES).delete()
    Notice.objects.exclude(state=NoticeState.WAITING).filter(finished__lt=moment - KEPT_NOTICES).delete()
    ApiToken.objects.filter(expires__lt=moment - KEPT_TOKENS).delete()
    ApiToken.objects.filter(ended__lt=moment - KEPT_TOKENS).delete()
