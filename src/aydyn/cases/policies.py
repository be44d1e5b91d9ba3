"""Who may see and do what with a case: pure predicates over rows that are already read."""

from __future__ import annotations

from collections.abc import Collection

from aydyn.cases.models import Case
from aydyn.people.models import Mandate, Person

OFFICERS = ("officer", "head")
"""Roles whose holders work on cases."""


def is_holder(case: Case, person: Person | None, opened: Collection[str]) -> bool:
    """Whether this is who filed the case: by account, or because number and code opened it in this session."""
    return (person is not None and case.person_id == person.pk) or case.number in opened


def is_staff(case: Case, mandate: Mandate | None) -> bool:
    """Whether a mandate is one of the office that has the case now, or of the office right above it."""
    if mandate is None:
        return False
    return mandate.office_id in (case.office_id, case.office.parent_id)


def may_act(case: Case, mandate: Mandate) -> bool:
    """Whether a mandate may act on the case at all; which steps, says the procedure."""
    return mandate.office_id == case.office_id


def may_erase(case: Case, mandate: Mandate) -> bool:
    """Whether a mandate may erase the case's content by order of law: the head of the office that has it."""
    return may_act(case, mandate) and mandate.role == "head"


def may_be_given(case: Case, mandate: Mandate) -> bool:
    """Whether the case can be given to the holder of a mandate: somebody of its office who works on cases."""
    return mandate.office_id == case.office_id and mandate.role in OFFICERS
