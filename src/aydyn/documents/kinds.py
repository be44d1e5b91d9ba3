"""Kinds of official documents in words; a pack may issue others, which are shown by their code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "answer": _("Answer"),
    "partial-answer": _("Partial answer"),
    "refusal": _("Refusal"),
    "transfer": _("Notice of transfer"),
    "decision": _("Decision"),
    "correction": _("Correction"),
    "certificate": _("Certificate"),
}


def words_of(kind: str) -> str:
    """What a kind is called in the reader's language."""
    return str(WORDS.get(kind, kind))
