"""Writes to absences: who is away from when until when, who stands in, and that she is back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock
from aydyn.people import policies, queries
from aydyn.people.errors import AwayAlready, BackAlready, BadAbsence, NoSuchAbsence, SubstituteAway
from aydyn.people.models import Absence, Mandate
from aydyn.record import actions as record

LONGEST = timedelta(days=366)


@transaction.atomic
def state_absence(*, under: Mandate, mandate: Mandate, substitute: Mandate, starts: date, ends: date) -> Absence:
    """State that a mandate's holder is away from ``starts`` until ``ends`` (both included) and who stands in.

    Raises NoMandate, BadAbsence, AwayAlready or SubstituteAway.
    """
    _check_days(starts, ends)
    # Locked in one order, so that two who choose each other at the same moment wait for one another only once.
    wanted = {one.pk: one for one in (under, mandate, substitute)}
    locked = {number: queries.hold(wanted[number]) for number in sorted(wanted)}
    held, absent, stand_in = locked[under.pk], locked[mandate.pk], locked[substitute.pk]
    policies.require(policies.may_state_absence(held, absent))
    if not policies.may_stand_in(stand_in, absent):
        raise BadAbsence(_("Choose somebody else of the same office whose role may do the same."))
    if queries.overlapping(absent, starts, ends).exists():
        raise AwayAlready
    if queries.overlapping(stand_in, starts, ends).exists():
        raise SubstituteAway
    entry = record.enter(
        "mandate.substituted",
        by=held.by,
        mandate=held.public_id,
        public={
            "mandate": absent.public_id,
            "substitute": stand_in.public_id,
            "office": absent.office.code,
            "from": starts.isoformat(),
            "until": ends.isoformat(),
        },
    )
    return Absence.objects.create(mandate=absent, substitute=stand_in, starts=starts, ends=ends, stated=entry)


def _check_days(starts: date, ends: date) -> None:
    today = clock.today()
    if starts < today:
        raise BadAbsence(_("The first day cannot lie in the past."))
    if ends < starts:
        raise BadAbsence(_("The last day cannot come before the first."))
    if ends - starts > LONGEST or starts - today > LONGEST:
        raise BadAbsence(_("An absence begins within a year and lasts a year at most."))


@transaction.atomic
def end_absence(*, under: Mandate, absence: Absence) -> Absence:
    """Say that somebody is back, or will not go: from today on nobody stands in. Raises NoSuchAbsence or BackAlready."""
    held = queries.hold(under)
    row = Absence.objects.select_for_update(of=("self",)).select_related("mandate__office", "stated").get(pk=absence.pk)
    if not policies.may_state_absence(held, row.mandate):
        raise NoSuchAbsence
    today = clock.today()
    if row.returned_on is not None or row.ends < today:
        raise BackAlready
    row.returned_on = today
    row.returned = record.enter(
        "mandate.returned",
        by=held.by,
        mandate=held.public_id,
        public={"mandate": row.mandate.public_id, "office": row.mandate.office.code},
        cause=row.stated,
    )
    row.save(update_fields=["returned_on", "returned"])
    return row
