"""The public version of a case in the making: what is suggested to stand there, and what the rules would take out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from aydyn.cases import procedures
from aydyn.cases.models import Case, CaseEvent
from aydyn.casework import redaction
from aydyn.casework.procedures import Procedure
from aydyn.kernel import packs


@dataclass(frozen=True)
class Shown:
    """One passage that the rules would take out: its words, and why."""

    text: str
    why: str


@cache
def _rules(pack: str) -> redaction.RedactionRules | None:
    file = packs.optional_file(pack, "redaction.toml")
    return redaction.load_rules(file.data, file.name) if file else None


def suggested_version(
    case: Case, rules: Procedure, words: Mapping[int, Mapping[str, Any]], events: list[CaseEvent]
) -> tuple[dict[str, str], list[Shown]]:
    """The texts that a publisher begins with: question and newest answer without what the rules would take out.

    Returns the fields of the form, and every passage that was taken out, so that a person decides and not a rule.
    """
    filed = words.get(events[0].pk, {})
    asked = procedures.main_question(rules)
    question = str(filed.get(asked.name, "")) if asked else ""
    answers = [
        str(words[event.pk]["answer"])
        for event in events
        if event.act != "case.published" and "answer" in words.get(event.pk, {})
    ]
    known = _known(filed)
    made, shown = {}, list[Shown]()
    for name, text in (("public_question", question), ("public_answer", answers[-1] if answers else "")):
        made[name], found = _without_personal_data(text, known, case.language)
        shown += found
    return made, list(dict.fromkeys(shown))


def _known(filed: Mapping[str, Any]) -> dict[str, str]:
    """What somebody said of herself, flat, so that it is found where it stands in a text."""
    asker = filed.get("asker")
    known: dict[str, str] = {}
    for name, value in (asker if isinstance(asker, dict) else {}).items():
        if isinstance(value, dict):
            known |= {f"{name}.{part}": str(text) for part, text in value.items()}
        else:
            known[name] = str(value)
    return known


def _without_personal_data(text: str, known: Mapping[str, str], language: str) -> tuple[str, list[Shown]]:
    rules = _rules(settings.AYDYN.pack)
    if rules is None or not text:
        return text, []
    found = redaction.suggest(text, rules, known)
    labels = [Shown(each.text, procedures.words(each.rule.label)) for each in found]
    return redaction.redacted(text, found, language), labels
