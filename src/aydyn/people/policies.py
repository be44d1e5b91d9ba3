"""Who may do what with mandates: pure predicates."""

from __future__ import annotations

from aydyn.people import queries
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Office, Person, Role


def may_grant(mandate: Mandate, office: Office) -> bool:
    """The head of an office grants mandates of it, and of the offices right below it."""
    if mandate.role != Role.HEAD:
        return False
    return office.pk == mandate.office_id or office.parent_id == mandate.office_id


def may_prove(person: Person, mandate: Mandate) -> bool:
    """Its holder, and whoever could grant it now, may take the receipts of a mandate."""
    if mandate.person_id == person.pk:
        return True
    return any(may_grant(own, mandate.office) for own in queries.active_mandates(person))


def require(allowed: bool) -> None:
    """Raise NoMandate unless ``allowed``."""
    if not allowed:
        raise NoMandate
