"""Forms made from a procedure's file, and the words for what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from aydyn.cases import policies, procedures
from aydyn.cases.errors import BadForm
from aydyn.casework.fields import Problem, Question, Rejected, applies, clean_text
from aydyn.casework.procedures import Procedure, Step
from aydyn.kernel import packs
from aydyn.kernel.errors import Message

if TYPE_CHECKING:
    from aydyn.cases.actions import StepData
    from aydyn.cases.models import Case

ANSWER_LENGTH = 20_000
REASON_LENGTH = 2_000
ASKER_PREFIX = "asker_"

ERASURE_GROUNDS = (
    ("court-order", _("A court ordered it")),
    ("law", _("A law requires it")),
    ("wish-of-the-person", _("The person whose data it is asked for it, as the law allows")),
)

_WORDS: Mapping[str, Message] = {
    "required": _("Answer this question."),
    "wrong_shape": _("This answer came in a form that we cannot read. Type it again."),
    "control_characters": _(
        "Take out invisible control characters and characters that change the direction of writing; they often come from copying."
    ),
    "not_a_number": _("Write a whole number in digits."),
    "not_a_date": _("Write a date that exists, as day, month and year."),
    "too_early": _("This date is too early."),
    "too_late": _("This date is too late."),
    "not_a_choice": _("Choose one of the answers offered."),
    "bad_email": _("Write an e-mail address such as name@example.com."),
    "bad_phone": _("Write a telephone number with the country code, such as +993 12 34 56 78."),
    "not_a_region": _("Choose one of the regions offered."),
    "incomplete": _("Fill in every part of this answer."),
    "too_small": _("This number is too small."),
    "too_large": _("This number is too large."),
    "unknown": _("The form has no such question; load the page again."),
}


def say(problem: Problem) -> Message:
    """What to do about a refused answer, in words."""
    return say_rejected(problem.code, problem.figures)


def say_rejected(code: str, figures: Mapping[str, int | str]) -> Message:
    """Words for a code of the pure form engine."""
    if code == "too_long":
        return _("Shorten this to at most %(max)s characters; it has %(length)s.") % dict(figures)
    if code == "too_short":
        words = ngettext_lazy(
            "Write at least %(min)s character.", "Write at least %(min)s characters.", int(figures["min"])
        )
        return words % dict(figures)
    return _WORDS.get(code, _("Correct this answer."))


class ProcedureForm(forms.Form):
    """The form of a procedure: questions and, apart from them, who asks. Checking is the pure engine's."""

    def __init__(self, rules: Procedure, data: Any = None, problems: Mapping[str, Message] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.rules = rules
        self.problems = dict(problems or {})
        for question in rules.questions:
            self.fields[question.name] = _field(question)
        for question in rules.asker:
            self.fields[ASKER_PREFIX + question.name] = _field(question)

    def full_clean(self) -> None:
        """Take over the problems that the engine found; Django's own checks are not asked."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        askers = {question.name for question in self.rules.asker}
        for name, message in self.problems.items():
            field = ASKER_PREFIX + name if name in askers else name
            if field in self.fields:
                self._errors[field] = self.error_class([message])

    def questions(self) -> list[forms.BoundField]:
        """The fields of what is asked."""
        return [self[question.name] for question in self.rules.questions]

    def identity(self) -> list[forms.BoundField]:
        """The fields of who asks."""
        return [self[ASKER_PREFIX + question.name] for question in self.rules.asker]


def _field(question: Question) -> forms.Field:
    label, hint = procedures.words(question.label), procedures.words(question.hint)
    options: dict[str, Any] = {"label": label, "help_text": hint, "required": question.required}
    if question.kind == "longtext":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 8, "data-count": question.longest}), **options)
    if question.kind == "choice":
        choices = [(choice.code, procedures.words(choice.label)) for choice in question.choice]
        return forms.ChoiceField(widget=forms.RadioSelect, choices=choices, **options)
    if question.kind == "region":
        regions = [
            (region.code, procedures.words(dict(region.name))) for region in packs.load_pack(settings.AYDYN.pack).region
        ]
        return forms.ChoiceField(widget=forms.Select, choices=[("", "–"), *regions], **options)
    kind = {"email": "email", "phone": "tel"}.get(question.kind, "text")
    complete = {"email": "email", "phone": "tel", "name": "name"}.get(question.kind, "off")
    return forms.CharField(widget=forms.TextInput(attrs={"type": kind, "autocomplete": complete}), **options)


def split(rules: Procedure, data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """A submitted form as the engine takes it: answers, and who asks."""
    answers = {question.name: str(data.get(question.name, "")) for question in rules.questions}
    asker = {question.name: str(data.get(ASKER_PREFIX + question.name, "")) for question in rules.asker}
    return answers, asker


def summary(rules: Procedure, values: Mapping[str, Any], identity: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and answer of everything that was filled in, for “check your answers” and the case page."""
    rows = [(question, values.get(question.name)) for question in rules.questions if applies(question, dict(values))]
    rows += [(question, identity.get(question.name)) for question in rules.asker]
    return [(procedures.words(question.label), shown(question, value)) for question, value in rows if value is not None]


def shown(question: Question, value: Any) -> str:
    """An answer as a person reads it."""
    if question.kind == "choice":
        return next((procedures.words(choice.label) for choice in question.choice if choice.code == value), str(value))
    if question.kind == "region":
        regions = packs.load_pack(settings.AYDYN.pack).region
        return next((procedures.words(dict(region.name)) for region in regions if region.code == value), str(value))
    return str(value)


def check_step(rules: Procedure, step: Step, data: StepData, case: Case) -> dict[str, Any]:
    """Check the words a step was given; returns the parts of its content. Raises BadForm."""
    parts: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    wanted = [("answer", data.answer, ANSWER_LENGTH)] if "answer" in step.asks else []
    wanted += [("reason", data.reason, REASON_LENGTH)] if "reason" in step.asks else []
    if "publish" in step.effect:
        wanted += [("question", data.public_question, ANSWER_LENGTH), ("answer", data.public_answer, ANSWER_LENGTH)]
    for name, typed, longest in wanted:
        try:
            parts[name] = clean_text(typed, longest=longest, shortest=1, lines=True)
        except Rejected as refused:
            problems[name] = (
                _WORDS["required"] if refused.code == "too_short" else say_rejected(refused.code, refused.figures)
            )
    if "officer" in step.asks and (data.officer is None or not policies.may_be_given(case, data.officer)):
        problems["officer"] = _("Choose who shall work on this.")
    if "office" in step.asks and (data.office is None or data.office.pk == case.office_id):
        problems["office"] = _("Choose the office that is in charge.")
    if "ground" in step.asks and data.ground not in {ground.code for ground in rules.grounds}:
        problems["ground"] = _("Choose the ground of the refusal.")
    if problems:
        raise BadForm(problems)
    return parts
