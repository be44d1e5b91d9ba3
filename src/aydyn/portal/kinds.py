"""Kinds of cases, grounds and results in the reader's language, for pages that show many cases at once."""

from __future__ import annotations

from aydyn.cases import procedures, queries
from aydyn.cases.models import Case


def titles() -> dict[str, str]:
    """Code of a procedure → its title, for kinds that the register may show."""
    rows = [(row.code, procedures.parsed(row.pk)) for row in queries.current_procedures()]
    return {code: procedures.words(rules.title) for code, rules in rows if rules.public != "never"}


def title_of_kind(case: Case) -> str:
    """What kind of case it is."""
    return procedures.words(procedures.parsed(case.procedure_id).title)


def ground_words(case: Case, ground: str) -> str:
    """A ground of a case's procedure in words; its code where the procedure does not know it."""
    found = next((each for each in procedures.parsed(case.procedure_id).grounds if each.code == ground), None)
    return procedures.words(found.label) if found else ground


def result_words(case: Case) -> str:
    """How a case ended, in words; empty while it has not."""
    return procedures.words(procedures.parsed(case.procedure_id).result(case.result).label) if case.result else ""


def state_words(case: Case) -> str:
    """Where a case stands, in words."""
    return procedures.words(procedures.parsed(case.procedure_id).state(case.state).label)
