"""Background work of cases: letters to askers, and what time does to deadlines."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from aydyn.cases.models import Case, CaseEvent
from aydyn.kernel import clock
from aydyn.record import queries as record

TOLD = frozenset({"case.assigned", "case.answered", "case.refused", "case.transferred", "case.extended", "case.closed"})


def tell_asker_about(event: CaseEvent) -> None:
    """Enqueue a letter to who filed the case, inside the transaction of the act itself; never of what a
    demonstration simulates."""
    if event.act in TOLD and not clock.is_simulated():
        send_notice.enqueue(event_id=event.pk)


@task()
def send_notice(event_id: int) -> None:
    """Send one letter: that something happened, and where to look; never what was written."""
    event = CaseEvent.objects.select_related("case__person").get(pk=event_id)
    address = _address_of(event.case)
    if address is None:
        return
    with translation.override(event.case.language):
        send_mail(
            _("News about your case %(number)s") % {"number": event.case.number},
            _(
                "Something happened with your case %(number)s.\n\n"
                "Open it with your number and access code, or with your account:\n%(url)s\n\n"
                "The answer itself is never sent by e-mail."
            )
            % {"number": event.case.number, "url": f"{settings.AYDYN.site_url}/{event.case.language}/follow/"},
            None,
            [address],
        )


def _address_of(case: Case) -> str | None:
    if case.person is not None:
        return case.person.email
    first = case.events.select_related("entry").order_by("seq").first()
    asker = record.values_of(first.entry).get("asker") if first else None
    return asker.get("email") if isinstance(asker, dict) else None
