"""Every write of the portal: alerts on searches (asked for, confirmed, sent, stopped), and the nightly file of open data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aydyn.cases import queries as cases
from aydyn.cases.models import Case
from aydyn.cases.pieces import line
from aydyn.cases.queries import RegisterFilter
from aydyn.kernel import clock
from aydyn.kernel.ids import public_id
from aydyn.kernel.limits import limits
from aydyn.people import actions as people
from aydyn.people.models import NoticeKind, Person
from aydyn.portal import filters, opendata, queries
from aydyn.portal.errors import BadAlert, TooManyAlerts, TooManyAsked
from aydyn.portal.models import Alert

MOST_ALERTS = 10
ASKED_AN_HOUR = 10
LETTERS_AN_HOUR = 3
LONGEST_ADDRESS = 254
UNCONFIRMED_LIVES = timedelta(days=2)
LOOKED_AT_ONCE = 50
TOLD = 20
"""How many cases a letter lists; of more it says that there are more."""


def ask_for_alert(*, address: str, wanted: RegisterFilter, language: str, visitor: str) -> None:
    """Ask for an alert to an address: nothing is sent to it but one letter that asks whether it is wanted.

    The answer is the same whether the address has alerts already or as many as it may have. ``visitor``: for whom it is
    counted how often this was asked. Raises BadAlert or TooManyAsked.
    """
    to = address.strip()
    try:
        validate_email(to)
    except ValidationError:
        raise BadAlert from None
    if len(to) > LONGEST_ADDRESS:
        raise BadAlert
    if not limits.allow("alert", visitor, times=ASKED_AN_HOUR, seconds=3600):
        raise TooManyAsked
    # Counted by address too, so that nobody is drowned in letters that strangers ask for.
    if not limits.allow("alert-to", to.casefold(), times=LETTERS_AN_HOUR, seconds=3600):
        return
    with transaction.atomic():
        if Alert.objects.filter(address__iexact=to).count() < MOST_ALERTS:
            _ask_whether_wanted(_make(wanted, language, address=to))


def _ask_whether_wanted(alert: Alert) -> None:
    with translation.override(alert.language):
        text = _(
            "Somebody, probably you, wants to be told by e-mail of new cases in the public register:\n%(search)s\n\n"
            "If you want it, open this page and say so:\n%(link)s\n\n"
            "If not, do nothing: you get no further letter, and this address is deleted in two days."
        ) % {"search": search_words(alert), "link": link_to(alert)}
        subject = _("Do you want alerts from the public register?")
    people.tell(
        address=alert.address, kind=NoticeKind.ALERTS, language=alert.language, subject=subject, text=text,
        key=f"alert:{alert.key}:ask",
    )  # fmt: skip


@transaction.atomic
def make_alert(*, person: Person, wanted: RegisterFilter, language: str) -> Alert:
    """Make an alert for an account, at once: whoever signed in has shown who it is. Raises TooManyAlerts."""
    if Alert.objects.filter(person=person).count() >= MOST_ALERTS:
        raise TooManyAlerts
    return _make(wanted, language, person=person)


def _make(wanted: RegisterFilter, language: str, *, address: str = "", person: Person | None = None) -> Alert:
    key = public_id()
    return Alert.objects.create(
        key=key, token_hash=queries.link_hash(queries.link_secret(key)), address=address, person=person,
        filter=filters.data_of(wanted), language=language, confirmed=person is not None,
        last_pk=queries.newest_settled_event(), created=clock.now(),
    )  # fmt: skip


def confirm_alert(*, secret: str) -> Alert:
    """Say that an alert is wanted; safe to repeat. Raises NoSuchAlert."""
    alert = queries.alert_by_secret(secret)
    Alert.objects.filter(pk=alert.pk).update(confirmed=True)
    return alert


def stop_alert(*, secret: str) -> None:
    """Stop an alert and forget its address. Raises NoSuchAlert."""
    queries.alert_by_secret(secret).delete()


def send_alerts() -> int:
    """Look at the searches whose turn it is and tell of what is new, at most once a day each; returns how many letters."""
    if clock.is_simulated():
        return 0
    sent, until = 0, queries.newest_settled_event()
    for alert in queries.alerts_to_look_at(LOOKED_AT_ONCE):
        found = queries.found_for(alert, until, TOLD + 1)
        with transaction.atomic():
            if found:
                _tell(alert, found, until)
                sent += 1
            # Whatever was found is told once, also where the worker dies in the middle of the list.
            Alert.objects.filter(pk=alert.pk).update(
                looked=clock.now(), last_pk=max(until, alert.last_pk), sent_on=clock.today() if found else F("sent_on")
            )
    return sent


def _tell(alert: Alert, found: list[Case], until: int) -> None:
    with translation.override(alert.language):
        lines = [_line(case) for case in found[:TOLD]]
        if len(found) > TOLD:
            lines.append(_("… and more. The register shows all."))
        text = _(
            "New in your search of the public register (%(search)s):\n\n%(lines)s\n\n"
            "The whole list:\n%(list)s\n\nTo stop this alert, open:\n%(link)s"
        ) % {
            "search": search_words(alert), "lines": "\n\n".join(lines), "link": link_to(alert),
            "list": f"{settings.AYDYN.site_url}{reverse('portal:register')}{filters.query_of(filters.wanted_from(alert.filter))}",
        }  # fmt: skip
        subject = _("New in the public register: %(search)s") % {"search": search_words(alert)}
    people.tell(
        person=alert.person, address=alert.address, kind=NoticeKind.ALERTS, language=alert.language, subject=subject,
        text=text, key=f"alert:{alert.key}:{until}",
    )  # fmt: skip


def _line(case: Case) -> str:
    """A case in a letter: number, public title, office, address; nothing that is not in the register."""
    shown = line(case, public=True)
    return f"{case.number} · {shown.title}\n{shown.office}\n{settings.AYDYN.site_url}{shown.url}"


def search_words(alert: Alert) -> str:
    """An alert's search in words."""
    return filters.in_words(filters.wanted_from(alert.filter)) or _("all cases")


def link_to(alert: Alert) -> str:
    """The address in the letters of an alert, where it is confirmed and stopped."""
    return f"{settings.AYDYN.site_url}{reverse('portal:alert', args=[queries.link_secret(alert.key)])}"


def forget_unconfirmed() -> None:
    """Delete alerts that nobody confirmed within two days, addresses and all."""
    Alert.objects.filter(confirmed=False, created__lt=clock.now() - UNCONFIRMED_LIVES).delete()


# ---------------------------------------------------------------------------------------------- open data


def make_open_data(*, even_so: bool = False) -> Path | None:
    """Write the whole register as a Parquet file for everybody, once a night; None if it is not time (``even_so``: now).

    The old file stands until the new one is whole.
    """
    now = timezone.localtime(clock.now())
    if not (even_so or queries.made_long_ago(now)):
        return None
    folder = queries.open_data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path, beside = folder / "cases.parquet", folder / "cases.parquet.new"
    digest, counted, moderated = hashlib.sha256(), _Counter(), cases.count_moderated()
    with beside.open("wb") as file:
        for data in opendata.parquet_pieces(counted.of(opendata.rows(RegisterFilter(), now.date()))):
            digest.update(data)
            file.write(data)
    said = {
        "file": path.name,
        "day": now.date().isoformat(),
        "sha256": digest.hexdigest(),
        "rows": counted.rows,
        "moderated": moderated,
    }
    beside.replace(path)
    (folder / "made.json").write_text(json.dumps(said), "utf-8")
    return path


class _Counter:
    """Counts the rows that pass."""

    def __init__(self) -> None:
        self.rows = 0

    def of(self, pieces: Iterable[list[opendata.Row]]) -> Iterator[list[opendata.Row]]:
        for piece in pieces:
            self.rows += len(piece)
            yield piece
