"""The pages of a procedure's form: fields of every kind, what was typed, and the answers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aydyn.cases import procedures
from aydyn.casework.fields import COMPOUND, Question, applies
from aydyn.casework.fields.questions import Column
from aydyn.casework.procedures import Procedure
from aydyn.face import formats
from aydyn.face.widgets import KeptFiles, Part, Parts, Rows
from aydyn.kernel import packs
from aydyn.kernel.errors import Message

ASKER_PREFIX = "asker_"
FEW = 7
"""So many choices stand below each other; more go into a list to open."""


class PageForm(forms.Form):
    """One page of a form. Checking is the pure engine's; this shows fields, what was typed, and what is wrong."""

    def __init__(
        self,
        questions: Sequence[Question],
        typed: Mapping[str, Any] | None = None,
        problems: Mapping[str, Message] | None = None,
        kept: Mapping[str, Sequence[Any]] | None = None,
        *,
        prefix: str = "",
    ) -> None:
        super().__init__(
            use_required_attribute=False, initial={prefix + name: value for name, value in (typed or {}).items()}
        )
        self.problems = dict(problems or {})
        self.name_prefix = prefix
        for question in questions:
            field = _field(question, (kept or {}).get(question.name, ()))
            field.help_text = f"{_only_if(question, questions)} {field.help_text}".strip()
            self.fields[prefix + question.name] = field
        self.is_bound = bool(problems)

    def full_clean(self) -> None:
        """Take over the problems that the engine found; Django's own checks are not asked."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        for name, message in self.problems.items():
            field = self.name_prefix + name
            if field in self.fields:
                self._errors[field] = self.error_class([message])

    def _widget_data_value(self, _widget: Any, html_name: str) -> Any:
        """A form that comes back shows what was typed, which is handed in as it was read."""
        return self.initial.get(html_name)


def _only_if(question: Question, beside: Sequence[Question]) -> str:
    """When a question is to be answered at all, if another one on the same page decides that: without a script it cannot be hidden."""
    said: list[str] = []
    for other in beside:
        wanted = (question.when or {}).get(other.name)
        if wanted is None:
            continue
        answers = [shown(other, each) for each in (wanted if isinstance(wanted, list) else [wanted])]
        words = {"answer": " / ".join(answers), "question": procedures.words(other.label)}
        said.append(_("Only if you answered “%(answer)s” to “%(question)s”.") % words)
    return " ".join(said)


def split(questions: Sequence[Question], data: Any, *, prefix: str = "") -> dict[str, Any]:
    """What a submitted page answers, question → raw value; files are not among it."""
    typed: dict[str, Any] = {}
    for question in questions:
        if question.kind in ("file", "files"):
            continue
        widget = _field(question, ()).widget
        name = prefix + question.name
        value = widget.value_from_datadict(data, MultiValueDict(), name)
        typed[question.name] = "" if value is None else _without_nul(value)
    return typed


def _without_nul(value: Any) -> Any:
    """No database keeps a NUL character; whatever else was typed is kept as it came, to be judged and shown again."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    return {name: _without_nul(each) for name, each in value.items()} if isinstance(value, dict) else value


def _field(question: Question, kept: Sequence[Any]) -> forms.Field:
    label, hint = procedures.words(question.label), procedures.words(question.hint)
    options: dict[str, Any] = {"label": label, "help_text": hint, "required": question.required}
    match question.kind:
        case "longtext":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 8}), max_length=question.longest, **options)
        case "choice" if len(question.choice) <= FEW:
            return forms.ChoiceField(widget=forms.RadioSelect, choices=_choices(question), **options)
        case "choice":
            return forms.ChoiceField(choices=[("", "–"), *_choices(question)], **options)
        case "choices":
            return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=_choices(question), **options)
        case "yesno":
            return forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", _("Yes")), ("no", _("No"))], **options)
        case "region":
            return forms.ChoiceField(choices=regions(), **options)
        case "file" | "files":
            return forms.Field(widget=KeptFiles(kept, most=question.most), **options)
        case "table":
            columns = [_column(column) for column in question.column]
            return forms.Field(widget=Rows(columns, most=question.most), **options)
        case "date" | "money" | "address" | "person" | "organisation":
            return forms.Field(widget=_parts(question.kind), **options)
        case kind:
            return forms.CharField(widget=forms.TextInput(attrs=_attributes(kind)), **options)


def _attributes(kind: str) -> dict[str, str]:
    kinds = {"email": "email", "phone": "tel"}
    attributes = {"type": kinds.get(kind, "text"), "autocomplete": {"email": "email", "phone": "tel"}.get(kind, "off")}
    if kind == "number":
        attributes |= {"inputmode": "numeric", "class": "govuk-input--width-10"}
    if kind == "document":
        attributes |= {"autocapitalize": "characters", "spellcheck": "false", "class": "govuk-input--width-20"}
    return attributes


def _choices(question: Question | Column) -> list[tuple[str, str]]:
    return [(choice.code, procedures.words(choice.label)) for choice in question.choice]


def regions() -> list[tuple[str, str]]:
    """The regions of the pack, as a select offers them."""
    known = packs.load_pack(settings.AYDYN.pack).region
    return [("", "–"), *((region.code, procedures.words(dict(region.name))) for region in known)]


def _parts(kind: str) -> Parts:
    if kind == "date":
        words = (("day", _("Day"), "2"), ("month", _("Month"), "2"), ("year", _("Year"), "4"))
        return Parts([Part(name, label, kind="number", width=width) for name, label, width in words], inline=True)
    labels = {
        "amount": _("Amount"), "currency": _("Currency"), "region": _("Velayat or city"), "place": _("Town or village"),
        "street": _("Street, house, flat"), "postcode": _("Postcode"), "family_name": _("Family name"),
        "given_name": _("Given name"), "patronymic": _("Patronymic"), "name": _("Name of the organisation"),
        "number": _("Registration number"),
    }  # fmt: skip
    complete = {
        "family_name": "family-name",
        "given_name": "given-name",
        "street": "street-address",
        "postcode": "postal-code",
    }
    return Parts(
        [
            Part(
                name, labels[name], optional=not needed, choices=regions() if name == "region" else (),
                width={"amount": "10", "currency": "4", "postcode": "10"}.get(name, ""), autocomplete=complete.get(name, "off"),
            )
            for name, needed in COMPOUND[kind]
        ],
        inline=kind == "money",
    )  # fmt: skip


def _column(column: Column) -> Part:
    choices: Sequence[tuple[str, str]] = ()
    if column.kind == "choice":
        choices = [("", "–"), *_choices(column)]
    elif column.kind == "yesno":
        choices = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
    elif column.kind == "region":
        choices = regions()
    return Part(
        column.name, procedures.words(column.label), optional=not column.required, kind=column.kind, choices=choices
    )


# ---------------------------------------------------------------------------------------------- answers in words


def summary(
    rules: Procedure, values: Mapping[str, Any], identity: Mapping[str, Any]
) -> list[tuple[Question, str, str]]:
    """Question, label and answer of everything that was filled in, for “check your answers”, the case page and the PDF."""
    rows = [(question, values.get(question.name)) for question in rules.questions if applies(question, dict(values))]
    rows += [(question, identity.get(question.name)) for question in rules.asker]
    return [
        (question, procedures.words(question.label), shown(question, value))
        for question, value in rows
        if value is not None
    ]


def shown(question: Question | Column, value: Any) -> str:
    """An answer as a person reads it."""
    match question.kind:
        case "choice":
            return dict(_choices(question)).get(value, str(value))
        case "choices":
            return ", ".join(dict(_choices(question)).get(each, each) for each in value)
        case "yesno":
            return _("Yes") if value else _("No")
        case "region":
            return dict(regions()).get(value, str(value))
        case "date":
            return formats.day_of(value)
        case "money":
            return f"{value['amount']} {value['currency']}"
        case "file" | "files":
            count = ngettext("%(n)s file", "%(n)s files", len(value)) % {"n": len(value)}
            return count + ": " + ", ".join(str(each["name"]) for each in value)
        case "table":
            assert isinstance(question, Question)  # a table stands in no table
            return "\n".join(_row(question, row) for row in value)
        case "address" | "person" | "organisation":
            return _compound(question.kind, value)
        case _:
            return str(value)


def _row(question: Question, row: Mapping[str, Any]) -> str:
    cells = [(column, row.get(column.name)) for column in question.column]
    return "; ".join(
        f"{procedures.words(column.label)}: {shown(column, cell)}" for column, cell in cells if cell is not None
    )


def _compound(kind: str, value: Mapping[str, str]) -> str:
    parts = [
        dict(regions()).get(value[name], value[name]) if name == "region" else value[name]
        for name, _needed in COMPOUND[kind]
        if name in value
    ]
    return " ".join(parts) if kind == "person" else ", ".join(parts)
