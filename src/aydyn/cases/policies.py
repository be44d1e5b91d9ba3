"""Who may see and do what with a case: pure predicates over rows that are already read."""

from __future__ import annotations

from collections.abc import Collection

from aydyn.cases.errors import NotOpenToYou
from aydyn.cases.models import Case, Channel
from aydyn.casework.procedures import Procedure
from aydyn.people.models import Mandate, Person

COUNTER = (Channel.PAPER, Channel.SPEECH, Channel.POST)
"""Channels by which an office files for somebody."""

OFFICERS = ("officer", "head")
"""Roles whose holders work on cases."""


def is_holder(case: Case, person: Person | None, opened: Collection[str]) -> bool:
    """Whether this is who filed the case: by account, or because number and code opened it in this session.

    A case of an organisation belongs to whoever represents it now, and to nobody who filed it and does so no more.
    """
    own = person is not None and case.person_id == person.pk and case.organisation_id is None
    return own or case.number in opened


def is_staff(case: Case, mandate: Mandate | None) -> bool:
    """Whether a mandate is one of the office that has the case now, or of the office right above it."""
    if mandate is None or mandate.office_id is None:
        return False
    return mandate.office_id in (case.office_id, case.office.parent_id)


def asks_for_office(case: Case, mandate: Mandate | None) -> bool:
    """Whether a mandate is one of the office that sent the case to another office: it acts as who asked."""
    return mandate is not None and mandate.office_id is not None and mandate.office_id == case.from_office_id


def may_act(case: Case, mandate: Mandate) -> bool:
    """Whether a mandate may act on the case at all; which steps, says the procedure."""
    return mandate.office_id is not None and mandate.office_id == case.office_id


def may_erase(case: Case, mandate: Mandate) -> bool:
    """Whether a mandate may erase the case's content by order of law: the head of the office that has it."""
    return may_act(case, mandate) and mandate.role == "head"


def may_be_given(case: Case, mandate: Mandate) -> bool:
    """Whether the case can be given to the holder of a mandate: somebody of its office who works on cases."""
    return mandate.office_id is not None and mandate.office_id == case.office_id and mandate.role in OFFICERS


def may_file_at_counter(mandate: Mandate) -> bool:
    """Whether a mandate may file what somebody brought on paper or told in person."""
    return mandate.office_id is not None and mandate.role in ("registrar", "head")


def openers(channel: str, mandate: Mandate | None) -> frozenset[str]:
    """As what somebody would file; a procedure that is open to none of these is closed to her."""
    if channel == Channel.OFFICE:
        return frozenset({"office"})
    if mandate is not None and mandate.office_id is None:
        return frozenset({"organisation"})
    return frozenset({"citizen", "anonymous"})


def require_open_to(rules: Procedure, channel: str, mandate: Mandate | None) -> None:
    """Raise NotOpenToYou unless a procedure is open to who files, in the capacity in which she does."""
    counter = channel in COUNTER
    if counter and (mandate is None or not may_file_at_counter(mandate)):
        raise NotOpenToYou
    if channel == Channel.OFFICE and (mandate is None or mandate.office_id is None):
        raise NotOpenToYou
    if not openers(channel, mandate) & set(rules.open_to):
        raise NotOpenToYou
