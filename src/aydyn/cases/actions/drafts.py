"""Forms that are not sent yet: kept for thirty days, opened by a secret in the browser, by a code, or by the account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from aydyn.cases import codes, procedures, queries
from aydyn.cases.actions.filing import Filed, file_case, filed_with
from aydyn.cases.errors import AnswersTooLong, NoSuchDraft, TooManyDraftFiles
from aydyn.cases.models import Channel, DraftFile, FilingDraft, ProcedureVersion
from aydyn.documents import actions as documents
from aydyn.documents.bounds import MAX_FILES, MAX_TOTAL
from aydyn.documents.models import File
from aydyn.kernel import clock
from aydyn.kernel.ids import public_id
from aydyn.people.models import Mandate, Person

KEPT = timedelta(days=30)
MOST_ANSWERS = 400_000
"""Characters that all answers of a draft have together, as JSON."""
MOST_AT_ONCE = 500
NAME_LETTERS = 10


def open_draft(
    *, procedure: ProcedureVersion, language: str, person: Person | None = None, mandate: Mandate | None = None,
    channel: str = Channel.ONLINE,
) -> tuple[FilingDraft, str]:  # fmt: skip
    """Begin a draft; returns it with the secret that opens it, of which only the hash is kept."""
    secret = secrets.token_urlsafe(24)
    moment = clock.now()
    draft = FilingDraft.objects.create(
        key_hash=queries.draft_hash(secret), name=f"D-{public_id(NAME_LETTERS).upper()}", procedure=procedure, person=person,
        mandate=mandate, channel=channel, language=language, touched=moment, expires=moment + KEPT,
    )  # fmt: skip
    return draft, secret


@transaction.atomic
def save_answers(
    *, draft: FilingDraft, answers: Mapping[str, Any] | None = None, asker: Mapping[str, Any] | None = None, office: str = "",
    person: Person | None = None,
) -> FilingDraft:  # fmt: skip
    """Keep what was typed on one page, whether it is right or not. Raises NoSuchDraft or AnswersTooLong.

    ``person``: who has signed in meanwhile; a draft begun without an account is hers from then on.
    """
    row = _lock(draft)
    if row.person_id is None and row.mandate_id is None and person is not None:
        row.person = person
    known = dict(row.answers)
    known["answers"] = {**known.get("answers", {}), **(answers or {})}
    known["asker"] = {**known.get("asker", {}), **(asker or {})}
    if office:
        known["office"] = office
    if len(str(known)) > MOST_ANSWERS:
        raise AnswersTooLong
    row.answers = known
    row.touched, row.expires = clock.now(), clock.now() + KEPT
    row.save(update_fields=["answers", "touched", "expires", "person"])
    return row


def attach(*, draft: FilingDraft, field: str, file: File) -> DraftFile:
    """Attach an upload to a question of the draft. Raises NoSuchDraft or TooManyDraftFiles; then the upload is thrown away."""
    try:
        return _attach(draft, field, file)
    except (NoSuchDraft, TooManyDraftFiles):
        documents.discard_upload(file=file)
        raise


@transaction.atomic
def _attach(draft: FilingDraft, field: str, file: File) -> DraftFile:
    row = _lock(draft)
    rules = procedures.parsed(row.procedure_id)
    question = next((each for each in rules.questions if each.name == field and each.kind in ("file", "files")), None)
    known = list(row.draft_files.select_related("file"))
    here = sum(each.field == field for each in known)
    size = sum(each.file.size for each in known) + file.size
    if question is None or here >= question.most or len(known) >= MAX_FILES or size > MAX_TOTAL:
        raise TooManyDraftFiles
    return DraftFile.objects.create(draft=row, file=file, field=field)


@transaction.atomic
def detach(*, draft: FilingDraft, file_public_id: str) -> None:
    """Take a file out of the draft and delete it. One that is not there is gone already."""
    row = _lock(draft)
    found = row.draft_files.select_related("file").filter(file__public_id=file_public_id).first()
    if found is not None:
        file = found.file
        found.delete()
        documents.discard_upload(file=file)


@transaction.atomic
def give_code(*, draft: FilingDraft) -> str:
    """A new access code that opens the draft together with its name; the one before opens it no more."""
    row = _lock(draft)
    code = codes.code_for(secrets.token_urlsafe(24))
    row.code_hash = codes.hash_code(code)
    row.save(update_fields=["code_hash"])
    return code


@transaction.atomic
def reopen_draft(*, draft: FilingDraft) -> str:
    """A new secret for a draft that its code or account has opened; the browser that had the old one needs it no more."""
    row = _lock(draft)
    secret = secrets.token_urlsafe(24)
    row.key_hash = queries.draft_hash(secret)
    row.save(update_fields=["key_hash"])
    return secret


@transaction.atomic
def discard_draft(*, draft: FilingDraft) -> None:
    """Throw a draft and its files away."""
    _delete(_lock(draft))


def file_draft(*, draft: FilingDraft, secret: str, held: bool = False) -> Filed:
    """File what a draft holds; sent twice it is filed once. The draft goes only when the case stands.

    Raises NoSuchDraft if the draft was taken up with another secret meanwhile, and what :func:`file_case` raises; then the
    draft is kept as it was.
    """
    rules = procedures.parsed(draft.procedure_id)
    person = draft.person if draft.channel in (Channel.ONLINE, Channel.API) else None
    with transaction.atomic():
        # Locked: what two browsers hold is filed by one of them, and no file is taken out while it is being filed.
        row = FilingDraft.objects.select_for_update().filter(pk=draft.pk, key_hash=queries.draft_hash(secret)).first()
        if row is None:
            again = filed_with(secret=secret, person=person)
            if again is None:
                raise NoSuchDraft
            return again
        filed = file_case(
            procedure=draft.procedure, office=queries.office_of_draft(rules, row), answers=row.answers.get("answers", {}),
            asker=row.answers.get("asker", {}), language=row.language, person=person, key=secret, held=held,
            channel=row.channel, mandate=draft.mandate, files=queries.draft_files(row),
        )  # fmt: skip
        row.delete()  # the files are the case's now
    return filed


def sweep_drafts() -> int:
    """Delete drafts whose time is over; returns how many."""
    count = 0
    for pk in list(FilingDraft.objects.filter(expires__lte=clock.now()).values_list("pk", flat=True)[:MOST_AT_ONCE]):
        with transaction.atomic():
            row = FilingDraft.objects.select_for_update().filter(pk=pk, expires__lte=clock.now()).first()
            if row is not None:
                _delete(row)
                count += 1
    return count


def _lock(draft: FilingDraft) -> FilingDraft:
    row = FilingDraft.objects.select_for_update().filter(pk=draft.pk, expires__gt=clock.now()).first()
    if row is None:
        raise NoSuchDraft
    return row


def _delete(row: FilingDraft) -> None:
    files = [each.file for each in row.draft_files.select_related("file") if each.file.version_id is None]
    row.delete()
    for file in files:
        documents.discard_upload(file=file)
