"""Who may do what with mandates: pure predicates."""

from __future__ import annotations

from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Office, Role


def may_grant(mandate: Mandate, office: Office) -> bool:
    """The head of an office grants mandates of it, and of the offices right below it."""
    if mandate.role != Role.HEAD:
        return False
    return office.pk == mandate.office_id or office.parent_id == mandate.office_id


def require(allowed: bool) -> None:
    """Raise NoMandate unless ``allowed``."""
    if not allowed:
        raise NoMandate
