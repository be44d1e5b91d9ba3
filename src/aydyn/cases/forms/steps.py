"""What a step was given, checked: words of the right length, an officer and an office that can take it, a known ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from aydyn.cases import policies
from aydyn.cases.errors import BadForm
from aydyn.cases.forms.wording import REQUIRED, say_rejected
from aydyn.cases.models import Case
from aydyn.casework.fields import Rejected, clean_text
from aydyn.casework.procedures import Procedure, Step
from aydyn.documents.models import File
from aydyn.kernel.errors import Message
from aydyn.people.models import Mandate, Office

ANSWER_LENGTH = 20_000
REASON_LENGTH = 2_000
QUESTION_LENGTH = 4_000
NOTE_LENGTH = 4_000

NOT_THIS_OFFICE = _("This kind of matter goes to another office. Choose one of those offered.")
NO_LETTER = _("This text does not fit into a letter: part it into paragraphs by empty lines, or put it into a file.")
TOO_MANY_TEMPLATES = _("Your office has 200 texts already. Take away one that nobody uses.")
VERDICTS = (
    ("yes", _("Yes, it answers my question")),
    ("partly", _("Partly")),
    ("no", _("No, it does not")),
)


@dataclass(frozen=True)
class StepData:
    """What a step was given: the words that go into its content, and whom or what it names."""

    answer: str = ""
    reason: str = ""
    ground: str = ""
    question: str = ""
    words: str = ""
    officer: Mandate | None = None
    office: Office | None = None
    offices: Sequence[Office] = ()
    verdict: str = ""
    amount: int | None = None
    files: Sequence[File] = ()
    public_question: str = ""
    public_answer: str = ""


def clean_words(name: str, typed: str, longest: int, *, empty: bool = False) -> str:
    """Tidy a text that somebody typed. Raises BadForm with what is wrong under ``name``."""
    try:
        return clean_text(typed, longest=longest, shortest=0 if empty else 1, lines=longest > 300)
    except Rejected as refused:
        message = REQUIRED if refused.code == "too_short" else say_rejected(refused.code, refused.figures)
        raise BadForm({name: message}) from None


def check_step(rules: Procedure, step: Step, data: StepData, case: Case) -> dict[str, Any]:
    """Check what a step was given; returns the parts of its content. Raises BadForm with every problem in it."""
    parts: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    for name, typed, longest, empty in _words_of(rules, step, data):
        try:
            text = clean_words(name, typed, longest, empty=empty)
        except BadForm as refused:
            problems |= refused.problems
        else:
            if text or not empty:
                parts[name] = text
    problems |= _choices_of(rules, step, data, case)
    if problems:
        raise BadForm(_as_fields(problems))
    if "publish" in step.effect:
        parts.setdefault("answer", "")
    return parts


def _words_of(rules: Procedure, step: Step, data: StepData) -> list[tuple[str, str, int, bool]]:
    """Part, what was typed, how long it may be, and whether it may be empty."""
    wanted = {
        "answer": (data.answer, ANSWER_LENGTH, False),
        "reason": (data.reason, REASON_LENGTH, False),
        "question": (data.question, QUESTION_LENGTH, False),
        "words": (data.words, QUESTION_LENGTH, bool(data.files)),
    }
    found: list[tuple[str, str, int, bool]] = [(name, *wanted[name]) for name in step.asks if name in wanted]
    if "rating" in step.asks:
        found.append(("comment", data.words, REASON_LENGTH, True))
    if "publish" in step.effect:
        found += [
            ("question", data.public_question, ANSWER_LENGTH, False),
            ("answer", data.public_answer, ANSWER_LENGTH, rules.public != "with-answer"),
        ]
    return found


def _choices_of(rules: Procedure, step: Step, data: StepData, case: Case) -> dict[str, Message]:
    problems: dict[str, Message] = {}
    if "officer" in step.asks and (data.officer is None or not policies.may_be_given(case, data.officer)):
        problems["officer"] = _("Choose who shall work on this.")
    if "office" in step.asks and (data.office is None or data.office.pk == case.office_id):
        problems["office"] = _("Choose the office that is in charge.")
    if "offices" in step.asks and (not data.offices or any(office.pk == case.office_id for office in data.offices)):
        problems["offices"] = _("Choose at least one other office.")
    if "ground" in step.asks and data.ground not in {ground.code for ground in rules.grounds_of(step)}:
        problems["ground"] = _("Choose the ground.")
    if "rating" in step.asks and data.verdict not in dict(VERDICTS):
        problems["verdict"] = _("Choose one of the answers.")
    if "amount" in step.asks and (data.amount is None or not 0 < data.amount <= 100_000_000):
        problems["amount"] = _("Write the sum in digits.")
    elif "pay" in step.effect and data.amount != case.owed:
        problems["amount"] = _("Write the whole sum that is owed; a part cannot be taken.")
    return problems


def _as_fields(problems: dict[str, Message]) -> dict[str, Message]:
    return {("words" if name == "comment" else name): message for name, message in problems.items()}
