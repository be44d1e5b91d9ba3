"""Who may do what with mandates: pure predicates."""

from __future__ import annotations

from django.conf import settings

from aydyn.people import queries
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Office, Person, RepresentationRequest, Role

CONFIRMERS = frozenset({Role.HEAD, Role.REGISTRAR})
"""Roles of the central office that decide who represents an organisation."""


def may_grant(mandate: Mandate, office: Office) -> bool:
    """The head of an office grants mandates of it, and of the offices right below it."""
    if mandate.role != Role.HEAD:
        return False
    return office.pk == mandate.office_id or office.parent_id == mandate.office_id


def may_prove(person: Person, mandate: Mandate) -> bool:
    """Its holder, and whoever could grant it now, may take the receipts of a mandate."""
    if mandate.person_id == person.pk:
        return True
    if mandate.organisation_id:
        fellow = any(own.organisation_id == mandate.organisation_id for own in queries.representations_of(person))
        return fellow or any(may_confirm(own) for own in queries.active_mandates(person))
    return any(may_grant(own, mandate.office) for own in queries.active_mandates(person))


def may_confirm(mandate: Mandate) -> bool:
    """Whether a mandate lets its holder decide who represents an organisation: head or registrar of the central office."""
    return mandate.office.code == settings.AYDYN.office and mandate.role in CONFIRMERS


def may_decide(mandate: Mandate, request: RepresentationRequest) -> bool:
    """Nobody decides her own request."""
    return may_confirm(mandate) and mandate.person_id != request.person_id


def may_end_representative(person: Person, under: Mandate | None, mandate: Mandate) -> bool:
    """A person ends her own; any representative of an organisation ends those of the others of the same."""
    if mandate.person_id == person.pk:
        return True
    return under is not None and under.person_id == person.pk and under.organisation_id == mandate.organisation_id


def may_state_absence(under: Mandate, mandate: Mandate) -> bool:
    """A mandate's holder, and the head who grants such mandates, say when she is away and who stands in."""
    return under.pk == mandate.pk or may_grant(under, mandate.office)


def may_stand_in(substitute: Mandate, absent: Mandate) -> bool:
    """Somebody else of the same office whose role may do the same: of the same role, or the head, who may do all."""
    if substitute.office_id != absent.office_id or substitute.person_id == absent.person_id:
        return False
    return substitute.role in (absent.role, Role.HEAD)


def require(allowed: bool) -> None:
    """Raise NoMandate unless ``allowed``."""
    if not allowed:
        raise NoMandate
