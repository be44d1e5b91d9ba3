"""Telling people: who filed a case, the officer it was given to, the office that asked. Never what was written."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.cases import queries
from aydyn.cases.models import Case, CaseEvent
from aydyn.kernel import clock
from aydyn.people import actions as people
from aydyn.people.models import NoticeKind

NEWS = frozenset(
    {
        "case.registered", "case.assigned", "case.answered", "case.refused", "case.decided", "case.transferred",
        "case.extended", "case.paused", "case.resumed", "case.corrected", "case.closed", "case.joined", "fee.paid", "fee.refunded",
        "case.overdue",
    }
)  # fmt: skip
"""Acts that who filed the case is told of; where something is asked of her, the notice says so."""


def tell_about(event: CaseEvent) -> None:
    """Put down the notices of an act, inside its transaction; sending them comes later and can fail without harm."""
    if clock.is_simulated():
        return
    if event.act == "case.asked-back":
        _tell_asker(event, NoticeKind.ASKED)
    elif event.act in NEWS:
        _tell_asker(event, NoticeKind.NEWS)
    if event.act == "case.assigned" and event.officer is not None:
        _tell_officer(event)


def _tell_asker(event: CaseEvent, kind: str) -> None:
    case = event.case
    with translation.override(case.language):
        words = {
            NoticeKind.ASKED: _("Something is asked of you in case %(number)s"),
            NoticeKind.NEWS: _("News about your case %(number)s"),
        }[NoticeKind(kind)]
        subject = words % {"number": case.number}
        text = _(
            "%(what)s.\n\n"
            "Open it with your number and access code, or with your account:\n%(url)s\n\n"
            "The answer itself is never sent by e-mail."
        ) % {"what": subject, "url": f"{settings.AYDYN.site_url}/{case.language}/follow/"}
    key = f"case:{case.number}:{event.seq}"
    if case.person is not None:
        people.tell(person=case.person, kind=kind, language=case.language, subject=subject, text=text, key=key)
        return
    address, phone = contact_of(case)
    if address or phone:
        people.tell(
            address=address, phone=phone, kind=kind, language=case.language, subject=subject, text=text, key=key
        )  # fmt: skip


def _tell_officer(event: CaseEvent) -> None:
    assert event.officer is not None
    person = event.officer.person
    with translation.override(person.language):
        subject = _("Case %(number)s was given to you") % {"number": event.case.number}
        text = _("%(what)s.\n\n%(url)s") % {
            "what": subject,
            "url": f"{settings.AYDYN.site_url}/{person.language}/cases/{event.case.number}/",
        }
    people.tell(
        person=person, kind=NoticeKind.DEADLINES, language=person.language, subject=subject, text=text,
        key=f"officer:{event.case.number}:{event.seq}",
    )  # fmt: skip


def contact_of(case: Case) -> tuple[str, str]:
    """E-mail address and telephone that somebody gave with a case filed without an account; each may be empty."""
    asker = queries.values_of_filing(case).get("asker")
    if not isinstance(asker, dict):
        return "", ""
    return str(asker.get("email", "")), str(asker.get("phone", ""))
