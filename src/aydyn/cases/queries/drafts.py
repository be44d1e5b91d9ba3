"""Reads of forms that are not sent yet."""

from __future__ import annotations

from hashlib import sha256

from aydyn.cases import codes
from aydyn.cases.errors import BadCode
from aydyn.cases.models import FilingDraft
from aydyn.cases.queries.procedures import default_office
from aydyn.casework.procedures import Procedure
from aydyn.documents.models import File
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Office, Person


def draft_hash(secret: str) -> str:
    """What is kept of a draft's secret; 192 random bits need no slow hash."""
    return sha256(secret.encode()).hexdigest()


def draft_by_key(secret: str) -> FilingDraft | None:
    """The draft that a secret opens, while it is kept."""
    rows = FilingDraft.objects.select_related("procedure__file", "person", "mandate__office", "mandate__organisation")
    return rows.defer("procedure__file__data").filter(key_hash=draft_hash(secret), expires__gt=clock.now()).first()


def draft_by_code(name: str, code: str) -> FilingDraft:
    """The draft that name and code open. Raises BadCode, after the same time whatever was wrong."""
    row = FilingDraft.objects.filter(name=name.strip().upper()[:20], expires__gt=clock.now()).first()
    if row is None or row.code_hash is None:
        codes.waste_time(code)
        raise BadCode
    if not codes.matches(code, bytes(row.code_hash)):
        raise BadCode
    return row


def drafts_of(person: Person) -> list[FilingDraft]:
    """A person's forms that are not sent yet, the newest first."""
    return list(FilingDraft.objects.filter(person=person, expires__gt=clock.now()).order_by("-touched")[:50])


def draft_files(draft: FilingDraft) -> dict[str, list[File]]:
    """Field → files that were uploaded for it, in their order."""
    found: dict[str, list[File]] = {}
    for each in draft.draft_files.select_related("file"):
        found.setdefault(each.field, []).append(each.file)
    return found


def office_of_draft(rules: Procedure, draft: FilingDraft) -> Office:
    """The office that a draft goes to: the chosen one, else the one that the form offers first."""
    return people.office_by_code(draft.answers.get("office", "")) or default_office(rules)
