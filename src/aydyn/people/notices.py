"""Notices: that something happened, to people who want to know it, by e-mail and SMS.

A notice is put down and its task enqueued inside the transaction of what it tells of; sending happens afterwards, in
the worker, so that no gateway can hold up, undo or lose an act. A notice never holds what was written in a case.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id
from aydyn.people import gateways, phones, queries
from aydyn.people.errors import BadLink, BadPhone
from aydyn.people.models import Channel, MutedAddress, Notice, NoticeKind, NoticeState, Person
from aydyn.people.texts import one_line

log = logging.getLogger("aydyn.people.notices")

LONGEST_SUBJECT = 150
LONGEST_TEXT = 4000
LONGEST_SMS = 300
LONGEST_ADDRESS = 254
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))
"""How long to wait after each failed try; after the last one a notice has failed for good."""

CODE_LIVES = timedelta(minutes=10)
"""How long a code that confirms a telephone is good, so that it is not sent later either."""

_SALT = "people.unsubscribe"


@transaction.atomic
def tell(
    *, person: Person | None = None, address: str = "", phone: str = "", kind: str, language: str, subject: str,
    text: str, key: str = "",
) -> list[Notice]:  # fmt: skip
    """Tell a person (by whatever she wants), an address or a telephone that something happened; in the caller's transaction.

    ``subject`` and ``text`` are in ``language`` already, and hold a number and that something happened, never what was
    written. An SMS has the subject alone. ``key``: the same notice told twice is sent once. Whoever wants no such
    notice, and an address that is none, gets none; nothing is raised, and nothing is told of what a demonstration simulates.
    """
    if clock.is_simulated():
        return []
    name = key or public_id()
    languages = {code for code, _name in settings.LANGUAGES}
    spoken = language if language in languages else settings.LANGUAGE_CODE
    made: list[Notice | None] = []
    for channel, to in _ways(person, address, phone, kind):
        words = (one_line(subject)[:LONGEST_SMS], "") if channel == Channel.SMS else (one_line(subject), text)
        made.append(
            _put_down(
                key=f"{name[:110]}:{channel}", channel=channel, kind=NoticeKind(kind), person=person, to=to,
                language=spoken, subject=words[0][: LONGEST_SMS if channel == Channel.SMS else LONGEST_SUBJECT],
                text=words[1][:LONGEST_TEXT],
            )
        )  # fmt: skip
    return [notice for notice in made if notice is not None]


def forget(key_prefix: str) -> None:
    """Drop what is still to be told under keys that begin so, addresses and all: what it was about is erased."""
    Notice.objects.filter(key__startswith=key_prefix).delete()


def _ways(person: Person | None, address: str, phone: str, kind: str) -> list[tuple[Channel, str]]:
    """The channels a notice takes, with the address of each; of a person the address is looked up when it is sent."""
    ways: list[tuple[Channel, str]] = []
    if person is not None:
        if queries.wants_mail(person, kind):
            ways.append((Channel.EMAIL, ""))
        if queries.wants_sms(person):
            ways.append((Channel.SMS, ""))
    if address and _is_address(address) and not queries.is_muted(address, kind):
        ways.append((Channel.EMAIL, address.strip()))
    if phone:
        try:
            ways.append((Channel.SMS, phones.normal(phone)))
        except BadPhone:
            log.info("a notice had a telephone number that is none")
    return ways


def _is_address(address: str) -> bool:
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return len(address) <= LONGEST_ADDRESS


def _put_down(**fields: object) -> Notice | None:
    from aydyn.people import tasks

    try:
        with transaction.atomic():
            notice = Notice.objects.create(**fields)
    except IntegrityError:
        return None  # told already
    tasks.deliver.enqueue(notice=notice.pk)
    return notice


def deliver(number: int) -> None:
    """Send a notice that waits; on failure put the next try into the queue, and after the last one give up and say so."""
    notice = Notice.objects.select_related("person").filter(pk=number, state=NoticeState.WAITING).first()
    if notice is None:
        return
    to = _address_now(notice)
    stale = notice.kind == NoticeKind.CODE and clock.now() - notice.created > CODE_LIVES
    if not to or stale:
        _finish(notice, NoticeState.DROPPED)
        return
    try:
        _send(notice, to)
    except gateways.GatewayRefused as refused:
        log.warning("a notice was refused: %s", refused)
        _finish(notice, NoticeState.FAILED)
    except Exception as error:  # noqa: BLE001  # gateways are anybody's code, and a notice must not be lost by any of its faults
        _try_later(notice, error)
    else:
        _finish(notice, NoticeState.SENT)


def _address_now(notice: Notice) -> str:
    """Where a notice goes, or nowhere if it is no longer wanted."""
    person, sms = notice.person, notice.channel == Channel.SMS
    if notice.to:
        return "" if not sms and queries.is_muted(notice.to, notice.kind) else notice.to
    if person is None:
        return ""
    if sms:
        return person.phone if queries.wants_sms(person) else ""
    return person.email if queries.wants_mail(person, notice.kind) else ""


def _send(notice: Notice, to: str) -> None:
    if notice.channel == Channel.SMS:
        gateways.sms_gateway().send(identifier=notice.public_id, phone=to, text=notice.subject)
        return
    link = unsubscribe_link(notice, to)
    with translation.override(notice.language):
        foot = _("If you want no more letters of this kind, open this page. No account is needed.")
    EmailMessage(
        notice.subject, f"{notice.text}\n\n-- \n{foot}\n{link}\n", None, [to],
        headers={"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    ).send()  # fmt: skip


def _try_later(notice: Notice, error: Exception) -> None:
    from aydyn.people import tasks

    tries = notice.tries + 1
    # Only what kind of failure it was: messages of libraries may hold addresses and keys.
    log.warning("a notice could not be sent (try %d): %s", tries, type(error).__name__)
    if tries > len(WAITS):
        _finish(notice, NoticeState.FAILED)
        return
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(tries=tries)
        tasks.deliver.using(run_after=clock.now() + WAITS[tries - 1]).enqueue(notice=notice.pk)


def _finish(notice: Notice, state: NoticeState) -> None:
    """Note what became of a notice and take out to whom it went and what it said."""
    Notice.objects.filter(pk=notice.pk).update(
        state=state, finished=clock.now(), person=None, to="", subject="", text="", tries=notice.tries + 1
    )


def unsubscribe_link(notice: Notice, to: str) -> str:
    """A signed address on which one click ends letters of a kind; it holds no address, only an account's number or a digest."""
    subject = [notice.person_id, ""] if notice.person_id and not notice.to else [None, queries.address_digest(to)]
    token = signing.dumps([*subject, notice.kind], salt=_SALT)
    with translation.override(notice.language):
        path = reverse("people:unsubscribe", args=[token])
    return f"{settings.AYDYN.site_url.rstrip('/')}{path}"


def read_link(token: str) -> tuple[int | None, str, NoticeKind]:
    """What a link is for: account, or digest of an address; and kind. Raises BadLink."""
    try:
        person, digest, kind = signing.loads(token, salt=_SALT)
        return person, digest, NoticeKind(kind)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadLink from None


@transaction.atomic
def unsubscribe(token: str) -> NoticeKind:
    """End letters of the kind that a link names, for whom it names; safe to repeat. Raises BadLink."""
    person, digest, kind = read_link(token)
    field = queries.MAIL_FIELDS.get(kind)
    if person is not None and field is not None:
        Person.objects.filter(pk=person).update(**{field: False})
    elif person is None:
        MutedAddress.objects.get_or_create(digest=digest, kind=kind)
    return kind
