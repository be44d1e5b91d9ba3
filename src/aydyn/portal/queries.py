"""Every read of the portal's own: alerts by their links, and the file of open data that was made last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from aydyn.cases import queries as cases
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import RegisterFilter
from aydyn.kernel import clock
from aydyn.people.models import Person
from aydyn.portal.errors import NoSuchAlert
from aydyn.portal.filters import wanted_from
from aydyn.portal.models import Alert

SETTLED = timedelta(minutes=2)
"""So long an act's transaction may take: what is younger is looked at the next time, so that nothing is passed over."""

LOOK_EVERY = timedelta(hours=1)
FILED, PUBLISHED, LATE = ("case.filed",), ("case.published",), ("case.overdue",)
ENDED = ("case.answered", "case.refused", "case.decided", "case.withdrawn", "case.closed")


def link_secret(key: str) -> str:
    """The secret in the links of an alert: only who knows the node's own secret, or got the letter, can make it."""
    return salted_hmac("portal.alert", key, algorithm="sha256").hexdigest()[:40]


def link_hash(secret: str) -> str:
    """What is kept of it."""
    return sha256(secret.encode()).hexdigest()


def alert_by_secret(secret: str) -> Alert:
    """The alert whose link this is. Raises NoSuchAlert."""
    found = Alert.objects.select_related("person").filter(token_hash=link_hash(secret)).first()
    if found is None:
        raise NoSuchAlert
    return found


def alerts_of(person: Person) -> list[Alert]:
    """An account's alerts, the newest first."""
    return list(Alert.objects.filter(person=person).order_by("-pk"))


def alerts_to_look_at(most: int) -> list[Alert]:
    """Alerts whose turn it is: confirmed, no letter today, not looked at within the last hour."""
    due = Q(looked__isnull=True) | Q(looked__lt=clock.now() - LOOK_EVERY)
    unsent = Q(sent_on__isnull=True) | Q(sent_on__lt=clock.today())
    rows = Alert.objects.filter(due, unsent, confirmed=True).select_related("person")
    return list(rows.order_by("looked", "pk")[:most])


def newest_settled_event() -> int:
    """The newest event up to which all are there for everybody: nothing still being written, nothing waiting for the hour."""
    settled = CaseEvent.objects.filter(at__lte=clock.now() - SETTLED).order_by("-pk").values_list("pk", flat=True)
    waiting = cases.until_the_hour().order_by("pk").values_list("pk", flat=True).first()
    newest = settled.first() or 0
    return min(newest, waiting - 1) if waiting else newest


def found_for(alert: Alert, until: int, most: int) -> list[Case]:
    """Cases that fit an alert's search because of something that happened since it was looked at last, the newest first."""
    wanted = wanted_from(alert.filter)
    events = CaseEvent.objects.filter(pk__gt=alert.last_pk, pk__lte=until, act__in=acts_that_matter(wanted))
    return list(cases.register(wanted).filter(pk__in=events.values("case")).order_by("-pk")[:most])


def acts_that_matter(wanted: RegisterFilter) -> tuple[str, ...]:
    """What makes a case new to a search: words are there once published, lateness once the day has passed."""
    if wanted.words:
        return PUBLISHED
    if wanted.state == "overdue" or wanted.order == "overdue":
        return LATE
    return ENDED if wanted.state in ("answered", "refused", "withdrawn") else FILED


# ---------------------------------------------------------------------------------------------- open data


@dataclass(frozen=True)
class MadeFile:
    """The file of open data that was made last: its day, digest and size."""

    path: Path
    day: date
    sha256: str
    size: int
    rows: int


def open_data_folder() -> Path:
    """Where the nightly files stand."""
    folder: Path = settings.AYDYN.data / "open-data"
    return folder


def made_file() -> MadeFile | None:
    """The newest nightly file; None while none was made, or something was hidden or erased since: a new one follows soon."""
    folder = open_data_folder()
    try:
        said = json.loads((folder / "made.json").read_text("utf-8"))
        if said["moderated"] != cases.count_moderated():
            return None
        path = folder / str(said["file"])
        size = path.stat().st_size
        return MadeFile(path, date.fromisoformat(said["day"]), said["sha256"], size, said["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def made_long_ago(now: datetime) -> bool:
    """Whether a new file is wanted: there is none, or the last is of an earlier day and it is night."""
    made = made_file()
    return made is None or (made.day < now.date() and now.hour >= 2)
