"""Forms made from a procedure's file, the words for what is wrong with an answer, and the checks of what steps were given."""

from __future__ import annotations

from aydyn.cases.forms.filing import ASKER_PREFIX, PageForm, shown, split, summary
from aydyn.cases.forms.steps import (
    ANSWER_LENGTH,
    NO_LETTER,
    NOT_THIS_OFFICE,
    NOTE_LENGTH,
    REASON_LENGTH,
    TOO_MANY_TEMPLATES,
    VERDICTS,
    StepData,
    check_step,
    clean_words,
)
from aydyn.cases.forms.wording import ERASURE_GROUNDS, say, say_rejected

__all__ = [
    "ANSWER_LENGTH",
    "ASKER_PREFIX",
    "ERASURE_GROUNDS",
    "NOTE_LENGTH",
    "NOT_THIS_OFFICE",
    "NO_LETTER",
    "REASON_LENGTH",
    "TOO_MANY_TEMPLATES",
    "VERDICTS",
    "PageForm",
    "StepData",
    "check_step",
    "clean_words",
    "say",
    "say_rejected",
    "shown",
    "split",
    "summary",
]  # fmt: skip
