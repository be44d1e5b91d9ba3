"""Reads of notices: who wants which, and how many are on their way or got stuck."""

from __future__ import annotations

from django.db.models import Count
from django.utils.crypto import salted_hmac

from aydyn.people.models import MutedAddress, Notice, NoticeKind, NoticeState, Person, PhoneCode

MAIL_FIELDS = {
    NoticeKind.NEWS: "mail_news",
    NoticeKind.ASKED: "mail_asked",
    NoticeKind.DEADLINES: "mail_deadlines",
    NoticeKind.ALERTS: "mail_alerts",
}
"""Where a person's wish for letters of a kind stands; a code that she asks for herself cannot be switched off."""


def wants_mail(person: Person, kind: str) -> bool:
    """Whether a person wants letters of a kind."""
    field = MAIL_FIELDS.get(NoticeKind(kind))
    return person.is_active and (field is None or bool(getattr(person, field)))


def wants_sms(person: Person) -> bool:
    """Whether a person wants SMS: she switched them on and confirmed her telephone."""
    return person.is_active and person.sms and bool(person.phone) and person.phone_confirmed is not None


def address_digest(address: str) -> str:
    """A keyed digest of an address: tells that it is the same, and not which."""
    return salted_hmac("people.muted", address.strip().casefold(), algorithm="sha256").hexdigest()


def is_muted(address: str, kind: str) -> bool:
    """Whether an address without an account wants no letters of a kind any more."""
    return MutedAddress.objects.filter(digest=address_digest(address), kind=kind).exists()


def phone_code_of(person: Person) -> PhoneCode | None:
    """The code that waits to be typed, if one was sent."""
    return PhoneCode.objects.filter(person=person).first()


def notice_figures() -> dict[str, int]:
    """How many notices wait, were sent, were no longer wanted, or failed for good; for the node's health."""
    counted = dict(Notice.objects.values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in NoticeState.values}
