"""What a program wants filed, made into a filing; and how a request that comes again is told from another one.

Nothing is kept beside the case to tell them apart: what was filed is on the record, and the answers that come again are
cleaned by the same rules and compared with it. So a lost answer and another order of the same words are no second case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aydyn.cases import actions, forms, procedures
from aydyn.cases import queries as cases
from aydyn.cases.errors import BadForm
from aydyn.cases.models import Case, Channel, ProcedureVersion
from aydyn.documents.models import File
from aydyn.kernel.limits import limits
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Office, Person
from aydyn.portal.api import uploads
from aydyn.portal.api.problems import OtherBody

HOUR = 3600
FILE_KINDS = ("file", "files")
NOT_A_LANGUAGE = _("This site does not speak that language.")
KNOWN_OF_ACCOUNT = ("account", "organisation")
"""What the filing itself adds to who asks."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A request to file, as it came."""

    person: Person
    procedure: str
    office: str | None
    answers: Mapping[str, Any]
    asker: Mapping[str, Any]
    organisation: str | None
    language: str
    key: str

    @property
    def secret(self) -> str:
        """What files only once: a program's key counts for its own person alone."""
        return f"api {self.person.pk} {self.key}"


def send(wanted: Wanted) -> tuple[Case, bool]:
    """File a case, or find the one that was filed with the same key; True if it is new.

    Raises NoSuchProcedure, NoSuchOrganisation, NotOpenToYou, BadForm, OtherBody, AlreadySent or Halted.
    """
    procedure = cases.procedure_or_404(wanted.procedure)
    mandate = people.representative_mandate(wanted.person, wanted.organisation) if wanted.organisation else None
    office = _office(wanted, procedure)
    if wanted.language not in dict(settings.LANGUAGES):
        raise BadForm({"language": NOT_A_LANGUAGE})
    if (before := _before(wanted, office, mandate)) is not None:
        return before, False
    try:
        files = uploads.files_of(wanted.person, _files_in(wanted, procedure.pk))
    except BadForm:
        # Its twin may have been filed just now, and have taken the files along.
        if (before := _before(wanted, office, mandate)) is not None:
            return before, False
        raise
    held = not limits.allow("file", f"person {wanted.person.pk}", times=settings.AYDYN.filings_per_hour, seconds=HOUR)
    filed = actions.file_case(
        procedure=procedure, office=office, answers=wanted.answers, asker=wanted.asker, language=wanted.language,
        person=wanted.person, key=wanted.secret, held=held, channel=Channel.API, mandate=mandate, files=files,
    )  # fmt: skip
    # A case that was made just now holds the very object that was handed in; one that its twin made was read anew.
    if filed.case.person is wanted.person:
        return filed.case, True
    return _same(wanted, filed.case, office, mandate), False


def _office(wanted: Wanted, procedure: ProcedureVersion) -> Office:
    rules = procedures.parsed(procedure.pk)
    office = people.office_by_code(wanted.office) if wanted.office else cases.default_office(rules)
    if office is None or not cases.is_addressed(rules, office):
        raise BadForm({"office": forms.NOT_THIS_OFFICE})
    return office


def _files_in(wanted: Wanted, procedure_id: int) -> dict[str, Any]:
    """The answers that name files."""
    asked = [each.name for each in procedures.parsed(procedure_id).questions if each.kind in FILE_KINDS]
    return {name: wanted.answers[name] for name in asked if wanted.answers.get(name)}


def _before(wanted: Wanted, office: Office, mandate: Mandate | None) -> Case | None:
    """The case that was filed with this key, if one was. Raises OtherBody."""
    found = actions.filed_with(secret=wanted.secret, person=wanted.person)
    return None if found is None else _same(wanted, found.case, office, mandate)


def _same(wanted: Wanted, case: Case, office: Office, mandate: Mandate | None) -> Case:
    """The case, if it is what is wanted now. Raises OtherBody, also if its content was erased since."""
    filed = cases.values_of_filing(case)
    first = cases.events_of(case)[0]
    asker = filed.pop("asker", {})
    language = filed.pop("language", None)
    try:
        files = _sent_with(wanted, case)
        values, identity = actions.check_answers(
            procedures.parsed(case.procedure_id), wanted.answers, wanted.asker, files
        )
    except BadForm:
        raise OtherBody from None
    same = (
        case.procedure.code == wanted.procedure
        and first.office == office
        and case.organisation == (mandate.organisation if mandate else None)
        and language == wanted.language
        and filed == values
        and {name: value for name, value in asker.items() if name not in KNOWN_OF_ACCOUNT} == identity
    )
    if not same:
        raise OtherBody
    return case


def _sent_with(wanted: Wanted, case: Case) -> dict[str, Sequence[File]]:
    """The files that a request names, out of those that the case was filed with. Raises BadForm for any other."""
    events = cases.events_of(case)[:1]
    kept = {
        file.public_id: file for rows in cases.documents_of(events).values() for _document, files in rows for file in files
    }  # fmt: skip
    found: dict[str, Sequence[File]] = {}
    for field, value in _files_in(wanted, case.procedure_id).items():
        names = [uploads.public_id_of(wanted.person, name) for name in uploads.names_in(field, value)]
        if any(name is None or name not in kept for name in names):
            raise BadForm({field: uploads.GONE})
        found[field] = [kept[name] for name in names if name is not None]
    return found
