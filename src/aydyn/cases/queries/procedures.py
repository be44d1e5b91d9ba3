"""Reads of procedures: the newest of each, which offices they go to, and the catalogue of everything that can be sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.conf import settings

from aydyn.cases import procedures
from aydyn.cases.errors import NoSuchProcedure
from aydyn.cases.models import ProcedureVersion
from aydyn.cases.queries.texts import fold_text
from aydyn.casework.procedures import Procedure
from aydyn.kernel import packs
from aydyn.people import queries as people
from aydyn.people.models import Office

INTERNAL = "internal"
OTHER = "other"

Offered = tuple[ProcedureVersion, Procedure]


@cache
def region_codes() -> tuple[str, ...]:
    """Codes of the pack's regions."""
    return tuple(region.code for region in packs.load_pack(settings.AYDYN.pack).region)


def current_procedure(code: str) -> ProcedureVersion | None:
    """The newest loaded version of a procedure."""
    return (
        ProcedureVersion.objects.filter(code=code)
        .select_related("file")
        .defer("file__data")
        .order_by("-version")
        .first()
    )


def current_procedures() -> list[ProcedureVersion]:
    """The newest loaded version of every procedure, by code."""
    newest: dict[str, ProcedureVersion] = {}
    for row in ProcedureVersion.objects.select_related("file").defer("file__data").order_by("code", "version"):
        newest[row.code] = row
    return list(newest.values())


def procedure_by_id(pk: int) -> ProcedureVersion:
    """A loaded version of a procedure, with its file's digest."""
    return ProcedureVersion.objects.select_related("file").defer("file__data").get(pk=pk)


def is_addressed(rules: Procedure, office: Office) -> bool:
    """Whether a procedure can be filed with an office."""
    if rules.addressed.offices:
        return office.code in rules.addressed.offices
    return not rules.addressed.kinds or office.kind in rules.addressed.kinds


def addressed_offices(rules: Procedure) -> list[Office]:
    """The offices that a procedure can be filed with, as the form offers them."""
    return [office for office in people.offices() if is_addressed(rules, office)]


def procedure_or_404(code: str) -> ProcedureVersion:
    """The newest version of a procedure. Raises NoSuchProcedure."""
    row = current_procedure(code)
    if row is None:
        raise NoSuchProcedure
    return row


def default_office(rules: Procedure) -> Office:
    """The office that a form offers first: the node's own where it can be asked, else the first that can."""
    own = people.office_by_code(settings.AYDYN.office)
    if own is not None and is_addressed(rules, own):
        return own
    return addressed_offices(rules)[0]


# ---------------------------------------------------------------------------------------------- the catalogue


def catalogue(*, event: str = "", office: str = "", words: str = "") -> list[Offered]:
    """What can be sent, by title; narrowed to an occasion of life, an office, and words in title and summary."""
    found = [(row, procedures.parsed(row.pk)) for row in current_procedures()]
    found = [(row, rules) for row, rules in found if rules.category != INTERNAL]
    if event:
        found = [(row, rules) for row, rules in found if event in rules.life_events]
    chosen = people.office_by_code(office) if office else None
    if chosen is not None:
        found = [(row, rules) for row, rules in found if is_addressed(rules, chosen)]
    for word in fold_text(words).split()[:8]:
        found = [(row, rules) for row, rules in found if word in _folded(rules)]
    return sorted(found, key=lambda each: procedures.words(each[1].title))


def _folded(rules: Procedure) -> str:
    texts = [*rules.title.values(), *rules.summary.values(), *(text for each in rules.need for text in each.values())]
    return fold_text(" ".join(texts))


def life_events() -> list[tuple[str, str]]:
    """Occasions of life for which something can be sent: code and label, in the order of the pack."""
    common = procedures.common_words()
    used = {event for _, rules in catalogue() for event in rules.life_events}
    known = common.life_event if common else {}
    return [(code, procedures.words(each.label)) for code, each in known.items() if code in used]


def by_life_event(found: Iterable[Offered], *, only: str = "") -> list[tuple[str, str, list[Offered]]]:
    """The catalogue under its occasions: code, label, what can be sent; something may stand under several."""
    rows = list(found)
    groups = [
        (code, label, [each for each in rows if code in each[1].life_events])
        for code, label in life_events()
        if only in ("", code)
    ]
    rest = [each for each in rows if not each[1].life_events]
    return [group for group in groups if group[2]] + ([(OTHER, "", rest)] if rest else [])


def offices_of_catalogue() -> list[Office]:
    """Offices to which anything in the catalogue can be sent."""
    every = [rules for _, rules in catalogue()]
    return [office for office in people.offices() if any(is_addressed(rules, office) for rules in every)]
