"""Reads of persons, offices and mandates of offices."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from aydyn.kernel import clock
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Office, Person

CHOSEN = "mandate"
"""Where a session keeps which mandate its owner acts under."""


def valid_now(prefix: str = "") -> Q:
    """The condition under which a mandate is valid now; ``prefix`` is the way to it, such as ``substitute__``."""
    moment = clock.now()
    starts, open_end, ends = f"{prefix}starts__lte", f"{prefix}ends", f"{prefix}ends__gt"
    return Q(**{starts: moment}) & (Q(**{open_end: None}) | Q(**{ends: moment}))


def active_mandates(person: Person) -> QuerySet[Mandate]:
    """The mandates of offices under which a person may act now, oldest first."""
    return Mandate.objects.filter(valid_now(), person=person).select_related("office").order_by("pk")


def mandate_for(person: Person, chosen: str | None = None) -> Mandate:
    """The mandate a person acts under at the desk: the chosen one, else her first. Raises NoMandate."""
    mandates = list(active_mandates(person))
    for mandate in mandates:
        if mandate.public_id == chosen:
            return mandate
    if not mandates:
        raise NoMandate
    return mandates[0]


def hold(mandate: Mandate) -> Mandate:
    """The office's mandate, locked until the transaction ends, so that it cannot end meanwhile. Raises NoMandate if it has."""
    rows = active_mandates(mandate.person).select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk=mandate.pk).first()
    if held is None:
        raise NoMandate
    return held


def has_confirmed_address(person: Person) -> bool:
    """Whether somebody has shown that the account's address is hers."""
    from allauth.account.models import EmailAddress

    confirmed: bool = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists()
    return confirmed


def colleagues(office: Office, roles: tuple[str, ...]) -> QuerySet[Mandate]:
    """Mandates of an office, in these roles, that are valid now."""
    return (
        Mandate.objects.filter(valid_now(), office=office, role__in=roles)
        .select_related("person")
        .order_by("person__name", "pk")
    )


def offices() -> QuerySet[Office]:
    """All offices, by code."""
    return Office.objects.all()


def office_by_code(code: str) -> Office | None:
    """One office."""
    return Office.objects.filter(code=code).first()


def mandate_by_id(public_id: str) -> Mandate | None:
    """A mandate of an office that is valid now, by its public identifier."""
    return Mandate.objects.filter(valid_now(), public_id=public_id).select_related("office", "person").first()


def offices_under(office: Office) -> QuerySet[Office]:
    """An office and those right below it."""
    return Office.objects.filter(Q(pk=office.pk) | Q(parent=office)).order_by("code")


def mandates_under(mandate: Mandate) -> QuerySet[Mandate]:
    """Mandates, ended ones too, that the holder of ``mandate`` may grant and end; valid ones first."""
    rows = Mandate.objects.filter(office__in=offices_under(mandate.office)).select_related("person", "office")
    return rows.order_by("ends", "office__code", "pk")


def mandate_of_record(public_id: str) -> Mandate | None:
    """A mandate, of an office or an organisation, by its public identifier, also one that has ended."""
    rows = Mandate.every.select_related("office", "organisation", "person", "granted", "ended")
    return rows.filter(public_id=public_id).first()


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """All mandates of offices that a person has or had, newest first."""
    return Mandate.objects.filter(person=person).select_related("office").order_by("-pk")


def mandates_of_record(public_ids: Collection[str]) -> dict[str, Mandate]:
    """Mandates by their public identifiers, ended ones too."""
    rows = Mandate.every.select_related("office", "organisation").filter(public_id__in=set(public_ids))
    return {mandate.public_id: mandate for mandate in rows}
