"""Erasing what people wrote, by order of law."""

from __future__ import annotations

from django.db import transaction

from aydyn.cases import moderation, policies, queries, searching
from aydyn.cases.errors import NotYourCase
from aydyn.cases.models import AnswerDraft, Case, CaseText, Note, PublicText
from aydyn.documents import actions as documents
from aydyn.documents.models import Document
from aydyn.people import actions as people_actions
from aydyn.people import queries as people
from aydyn.people.models import Mandate
from aydyn.record import actions as record
from aydyn.record.models import Entry


@transaction.atomic
def erase_case(*, case: Case, mandate: Mandate, ground: str) -> list[Entry]:
    """Erase everything that people wrote or attached in a case; each erasure is an act. Head of the office only."""
    locked = queries.lock(case)
    if not policies.may_erase(locked, people.hold(mandate)):
        raise NotYourCase
    for rows in (CaseText, PublicText, Note, AnswerDraft):
        rows.objects.filter(case=locked).delete()
    searching.remove(locked)
    people_actions.forget(f"case:{locked.number}:")
    erased: list[Entry] = []
    for document in Document.objects.filter(case_events__case=locked).distinct():
        erased += documents.erase(document=document, mandate=mandate, ground=ground)
    entries = Entry.objects.filter(case_event__case=locked, content__isnull=False).order_by("pk")
    office = mandate.office.code
    erased += [
        record.erase_content(entry=entry, office=office, mandate=mandate.public_id, ground=ground) for entry in entries
    ]
    moderation.note_erased(locked, erased, office=mandate.office, ground=ground)
    return erased
