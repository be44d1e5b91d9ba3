"""The forms of the steps that a procedure allows now, for officers and for who filed the case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from aydyn.cases import actions, policies, procedures, publishing
from aydyn.cases.actions.steps import MOST_OFFICES
from aydyn.cases.errors import BadForm
from aydyn.cases.forms import VERDICTS
from aydyn.cases.models import AnswerDraft, Case, CaseEvent
from aydyn.casework.procedures import Procedure, Step
from aydyn.documents import actions as documents
from aydyn.documents.bounds import MAX_FILES
from aydyn.documents.models import File
from aydyn.face.widgets import KeptFiles, LongSelect, LongSelectMultiple
from aydyn.kernel.errors import Refusal
from aydyn.kernel.limits import limits, visitor
from aydyn.people import queries as people
from aydyn.people.models import Mandate

KEYS = {
    "register": "r", "assign": "s", "ask-back": "q", "transfer": "t", "extend": "e", "publish": "u", "close": "c",
}  # fmt: skip
"""Letters that unfold the most usual steps; the help of the page lists them."""

HOUR = 3600
UPLOADS_PER_HOUR = 120
"""Files from one place that is no office, in forms and steps together."""

WRITTEN = ("answer", "reason", "question", "words", "public_question", "public_answer")


def step_data(request: HttpRequest, kept: list[File], *, staff: bool) -> actions.StepData:
    """What a step's form handed in; files that were kept stand in ``kept``, also where a later one is not taken.

    Raises BadFile or NoRoom for a file that is not taken, BadForm where too many came from one place that is no office.
    """
    post = request.POST
    officer = post.get("officer", "")
    offices = [people.office_by_code(code) for code in dict.fromkeys(post.getlist("offices")[:MOST_OFFICES])]
    for upload in request.FILES.getlist("files")[:MAX_FILES]:
        if not staff and not limits.allow("upload", visitor(request), times=UPLOADS_PER_HOUR, seconds=HOUR):
            raise BadForm({"files": _("Too many files came from here. Wait an hour; what you typed is kept.")})
        kept.append(documents.keep_upload(upload=upload))
    return actions.StepData(
        answer=post.get("answer", ""),
        reason=post.get("reason", ""),
        ground=post.get("ground", ""),
        question=post.get("question", ""),
        words=post.get("words", ""),
        officer=people.mandate_by_id(officer) if officer else None,
        office=people.office_by_code(post.get("office", "")),
        offices=[office for office in offices if office is not None],
        verdict=post.get("verdict", ""),
        amount=_amount(post.get("amount", "")),
        files=kept,
        public_question=post.get("public_question", ""),
        public_answer=post.get("public_answer", ""),
    )


def _amount(typed: str) -> int | None:
    """A sum as people write it, in the smallest unit; None if it is none."""
    whole, _point, cents = typed.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".").partition(".")
    if (
        not whole.isascii()
        or not whole.isdecimal()
        or len(whole) > 7
        or len(cents) > 2
        or (cents and not cents.isdecimal())
    ):
        return None
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def kept_words(typed: Mapping[str, Any] | None, open_steps: Collection[str]) -> list[str]:
    """What somebody had written for a step that is not open any more, so that there is no form to keep it."""
    if typed is None or typed.get("step") in open_steps:
        return []
    return [str(typed[name]) for name in WRITTEN if typed.get(name)]


class StepForm(django_forms.Form):
    """The fields that one step asks for."""

    def __init__(
        self, step: Step, fields: Iterable[tuple[str, django_forms.Field]], suggested: Mapping[str, str],
        typed: Mapping[str, Any] | None, problems: Mapping[str, Any],
    ) -> None:  # fmt: skip
        super().__init__(
            initial={**suggested, **(typed or {})}, auto_id=f"{step.code}-%s", use_required_attribute=False
        )
        self.step = step
        self.label = procedures.words(step.label)
        self.problems = problems
        self.suggestions: list[publishing.Shown] = []
        self.is_open = typed is not None
        self.leads = False
        """Whether it is the first step by which the case can be answered."""
        for name, field in fields:
            self.fields[name] = field
        self.is_bound = bool(problems)

    def full_clean(self) -> None:
        """Show the problems that the action found."""
        self._errors = django_forms.utils.ErrorDict()
        self.cleaned_data = {}
        for name, message in self.problems.items():
            for field in (name, f"public_{name}"):
                if field in self.fields:
                    self._errors[field] = self.error_class([message])

    def _widget_data_value(self, _widget: Any, html_name: str) -> Any:
        """A form that comes back shows what was typed, which is handed in as it was read."""
        return self.initial.get(html_name)

    @property
    def key(self) -> str:
        """The letter on the keyboard that unfolds it."""
        return KEYS.get(self.step.code, "") or ("a" if self.leads else "")

    @property
    def takes_files(self) -> bool:
        """Whether the form has to be sent in several parts."""
        return "files" in self.fields

    @property
    def is_answer(self) -> bool:
        """Whether it holds an answer that can be put aside as a draft, or begun from a template."""
        return "answer" in self.fields


def office_forms(
    case: Case, steps: Iterable[Step], rules: Procedure, words: Mapping[int, Mapping[str, Any]], events: list[CaseEvent],
    refused: Refusal | None, typed: Mapping[str, Any] | None, mandate: Mandate, begin_with: str = "",
) -> list[StepForm]:  # fmt: skip
    """One form for each step that the office can take now; a refused one comes back with what was typed.

    ``begin_with``: a text that answers are begun with.
    """
    draft = AnswerDraft.objects.filter(case=case, mandate=mandate).first()
    made: list[StepForm] = []
    for step in steps:
        suggested: dict[str, str] = {"answer": begin_with} if begin_with else {}
        if draft and draft.step == step.code and not begin_with:
            suggested = {"answer": draft.text}
        suggestions: list[publishing.Shown] = []
        if "publish" in step.effect:
            suggested, suggestions = publishing.suggested_version(case, rules, words, events)
        if "amount" in step.asks:
            suggested["amount"] = f"{case.owed / 100:.2f}" if case.owed else ""
        form = _form(step, _office_fields(rules, step, case), suggested, refused, typed)
        form.suggestions = suggestions
        form.is_open = form.is_open or bool(form.is_answer and suggested.get("answer"))
        form.leads = form.is_answer and not any(each.leads for each in made)
        made.append(form)
    return made


def asker_forms(
    case: Case, steps: Iterable[Step], rules: Procedure, refused: Refusal | None, typed: Mapping[str, Any] | None
) -> list[StepForm]:
    """One form for each step that who filed the case can take now."""
    return [_form(step, _asker_fields(rules, step), {}, refused, typed) for step in steps]


def _form(
    step: Step, fields: Iterable[tuple[str, django_forms.Field]], suggested: Mapping[str, str],
    refused: Refusal | None, typed: Mapping[str, Any] | None,
) -> StepForm:  # fmt: skip
    mine = typed is not None and typed.get("step") == step.code
    problems = refused.problems if mine and isinstance(refused, BadForm) else {}
    return StepForm(step, fields, suggested, typed if mine else None, problems)


def _office_fields(rules: Procedure, step: Step, case: Case) -> Iterable[tuple[str, django_forms.Field]]:
    if "officer" in step.asks:
        colleagues = people.colleagues(case.office, policies.OFFICERS)
        yield (
            "officer",
            _choice(_("Officer"), [(one.public_id, f"{one.person} ({one.get_role_display()})") for one in colleagues]),
        )
    others = _other_offices(case) if {"office", "offices"} & set(step.asks) else []
    if "office" in step.asks:
        yield "office", _choice(_("Office in charge"), others)
    if "offices" in step.asks:
        widget = LongSelectMultiple(attrs={"size": 6, "multiple": True})
        hint = _("Up to %(n)s. Each gets a case of its own with a clock of its own.") % {"n": MOST_OFFICES}
        yield (
            "offices",
            django_forms.MultipleChoiceField(label=_("Other offices"), choices=others, widget=widget, help_text=hint),
        )
    if "ground" in step.asks:
        grounds = [(one.code, procedures.words(one.label)) for one in rules.grounds_of(step)]
        yield "ground", _choice(_("Ground"), grounds)
    if "reason" in step.asks:
        yield "reason", _area(_("Reason, for who filed the case"), 3)
    if "question" in step.asks:
        yield "question", _area(_("Your question"), 4)
    if "amount" in step.asks:
        yield "amount", django_forms.CharField(label=_("Sum"), help_text=rules.fee.currency if rules.fee else "")
    if "answer" in step.asks:
        yield "answer", _area(_("Answer"), 8)
    if "files" in step.asks:
        yield "files", _files()
    if "publish" in step.effect:
        hint = _("Take out names, addresses, telephone and document numbers. Exactly this text becomes public.")
        yield "public_question", _area(_("Question, as the public will read it"), 6, hint)
        required = rules.public == "with-answer"
        yield "public_answer", _area(_("Answer, as the public will read it"), 8, hint, required=required)


def _other_offices(case: Case) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in people.offices() if one.pk != case.office_id]


def _asker_fields(rules: Procedure, step: Step) -> Iterable[tuple[str, django_forms.Field]]:
    if "rating" in step.asks:
        yield (
            "verdict",
            django_forms.ChoiceField(
                label=_("Does the answer answer your question?"), choices=VERDICTS, widget=django_forms.RadioSelect
            ),
        )
        yield "words", _area(_("Anything you would like to say about it"), 3, _("Not published."), required=False)
    if "reason" in step.asks:
        yield "reason", _area(_("Your reason"), 5)
    if "words" in step.asks:
        yield "words", _area(_("What you would like to say"), 5)
    if "files" in step.asks:
        yield "files", _files()


def _files() -> django_forms.Field:
    hint = _("PDF, photos, Word or Excel; up to 20 MB each.")
    return django_forms.Field(
        label=_("Files"), widget=KeptFiles((), most=MAX_FILES, by_itself=False), required=False, help_text=hint
    )


def _choice(label: str, choices: list[tuple[str, str]]) -> django_forms.Field:
    return django_forms.ChoiceField(label=label, choices=[("", "–"), *choices], widget=LongSelect)


def _area(label: str, rows: int, hint: str = "", *, required: bool = True) -> django_forms.Field:
    return django_forms.CharField(
        label=label, widget=django_forms.Textarea(attrs={"rows": rows}), help_text=hint, required=required
    )
