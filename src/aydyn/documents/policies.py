"""Who may do what with official documents: pure predicates."""

from __future__ import annotations

from aydyn.documents.errors import NotYourDocument
from aydyn.documents.models import Document
from aydyn.people.models import Mandate, Office, Role

ISSUERS = (Role.REGISTRAR, Role.OFFICER, Role.HEAD)
"""Roles whose holders may put a document of their office into force."""
CANCELLERS = (Role.OFFICER, Role.HEAD)
"""Roles whose holders may put it out of force."""


def may_issue(mandate: Mandate, office: Office) -> bool:
    """Whoever works on cases of an office issues its documents; what a procedure demands beyond is the procedure's."""
    return mandate.office_id == office.pk and mandate.role in ISSUERS


def may_cancel(mandate: Mandate, document: Document) -> bool:
    """Whoever decides cases of the office that issued the document."""
    return mandate.office_id == document.office_id and mandate.role in CANCELLERS


def may_erase(mandate: Mandate) -> bool:
    """Only a head erases by order of law; of which case's documents, is checked by who calls."""
    return mandate.role == Role.HEAD


def require(allowed: bool) -> None:
    """Raise NotYourDocument unless ``allowed``."""
    if not allowed:
        raise NotYourDocument
