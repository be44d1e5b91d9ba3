"""Reads of absences: who is away, and who stands in for whom."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from aydyn.kernel import clock
from aydyn.people.errors import NoSuchAbsence
from aydyn.people.models import Absence, Mandate
from aydyn.people.queries.mandates import valid_now


def _on(day: date) -> Q:
    """Absences that hold on a day: the day of a return is a day of work again."""
    return Q(starts__lte=day, ends__gte=day) & (Q(returned_on=None) | Q(returned_on__gt=day))


def substitutes_for(mandate: Mandate, day: date) -> list[Mandate]:
    """The mandates that ``mandate`` stands in for on a day. It acts for them under itself, in its own role."""
    rows = Absence.objects.filter(_on(day), valid_now("mandate__"), valid_now("substitute__"), substitute=mandate)
    rows = rows.select_related("mandate__person", "mandate__office").order_by("mandate__pk")
    return list({row.mandate_id: row.mandate for row in rows}.values())


def substitute_of(mandate: Mandate, day: date) -> Mandate | None:
    """The mandate that stands in for ``mandate`` on a day; None if its holder is there."""
    rows = Absence.objects.filter(_on(day), valid_now("substitute__"), mandate=mandate)
    found = rows.select_related("substitute__person", "substitute__office").first()
    return found.substitute if found else None


def absences_for(mandate: Mandate, *, whole_office: bool) -> QuerySet[Absence]:
    """Absences that are not over: of this mandate, those it stands in for, and, for a head, all of the office."""
    own = Q(mandate=mandate) | Q(substitute=mandate)
    if whole_office:
        own |= Q(mandate__office=mandate.office)
    rows = Absence.objects.filter(own, ends__gte=clock.today(), returned_on=None)
    return rows.select_related(
        "mandate__person", "mandate__office", "substitute__person", "substitute__office", "stated"
    )


def absence_by_id(public_id: str) -> Absence:
    """An absence by its identifier. Raises NoSuchAbsence."""
    rows = Absence.objects.select_related("mandate__office", "mandate__person", "substitute", "stated")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchAbsence
    return found


def overlapping(mandate: Mandate, starts: date, ends: date) -> QuerySet[Absence]:
    """Absences of a mandate that share a day with a span and have not been ended by a return."""
    return Absence.objects.filter(mandate=mandate, starts__lte=ends, ends__gte=starts, returned_on=None)


def office_mandates(mandate: Mandate) -> QuerySet[Mandate]:
    """All mandates of the mandate's own office that are valid now, by name."""
    rows = Mandate.objects.filter(valid_now(), office=mandate.office).select_related("person", "office")
    return rows.order_by("person__name", "pk")
