"""Kinds of official documents in words; a pack may issue others, which are shown by their title."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aydyn.documents.models import Document

WORDS = {
    "answer": _("Answer"),
    "partial-answer": _("Partial answer"),
    "answer-partly": _("Partial answer"),
    "refusal": _("Refusal"),
    "refuse": _("Refusal"),
    "transfer": _("Notice of transfer"),
    "decision": _("Decision"),
    "correction": _("Correction"),
    "certificate": _("Certificate"),
}


def words_of(document: Document) -> str:
    """What kind of document it is, in the reader's language; its title where the kind is a pack's own."""
    return str(WORDS.get(document.kind) or document.title_here or document.kind)
