"""The official documents that steps bring with them: the letter of an answer, the document that a service ends with.

They are drawn before the step's transaction, since drawing takes some ten milliseconds; the number is that of the case
with the place of the event, so it is known beforehand, and a step that came in between makes the letter void.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.cases import forms, policies, procedures, queries
from aydyn.cases.errors import BadForm
from aydyn.cases.forms import StepData
from aydyn.cases.models import Case
from aydyn.casework.fields import Question
from aydyn.casework.procedures import DocumentKind, Procedure, Step
from aydyn.documents import actions as documents
from aydyn.documents import rendering
from aydyn.documents.errors import BadData
from aydyn.documents.models import Document
from aydyn.kernel import clock
from aydyn.people.models import Mandate, Office
from aydyn.record.models import Entry

MOST_PARAGRAPHS = 200


@dataclass(frozen=True)
class Letter:
    """A document that is drawn and not yet kept."""

    number: str
    kind: str
    title: Mapping[str, str]
    language: str
    pdf: bytes
    data: Mapping[str, Any]
    code: str

    @property
    def sha256(self) -> str:
        """The digest of the PDF, as the content of the step names it."""
        return sha256(self.pdf).hexdigest()


def number_of(case: Case, seq: int) -> str:
    """The number of a document that the event at a place of the timeline brings with it."""
    return f"{case.number}/{seq}"


def prepare(*, case: Case, step: str, mandate: Mandate, data: StepData) -> Letter | None:
    """Draw what a step will bring with it, or None: it brings nothing, or will be refused anyway."""
    rules = procedures.parsed(case.procedure_id)
    wanted = next((each for each in rules.steps if each.code == step and each.origin), None)
    if wanted is None or not policies.may_act(case, mandate):
        return None
    seq = case.events.count() + 1
    language = case.language
    with translation.override(language):
        if wanted.template is not None:
            kind = next(each for each in rules.documents if each.code == wanted.template)
            return _certificate(case, rules, kind, mandate, data, number_of(case, seq))
        if "answer" in wanted.asks and data.answer.strip():
            return _letter(case, rules, wanted, mandate, data, number_of(case, seq))
    return None


def keep(letter: Letter, *, office: Office, mandate: Mandate, cause: Entry) -> Document:
    """Keep a drawn letter and put it on the record, inside the step's transaction."""
    return documents.keep_issued(
        kind=letter.kind, office=office, number=letter.number, title=letter.title, language=letter.language,
        pdf=letter.pdf, data=letter.data, code=letter.code, mandate=mandate, cause=cause,
    )  # fmt: skip


def _letter(case: Case, rules: Procedure, step: Step, mandate: Mandate, data: StepData, number: str) -> Letter:
    pointer = documents.new_pointer(number, case.language)
    ground = next((each for each in rules.grounds if each.code == data.ground), None) if "ground" in step.asks else None
    given = {
        "kind": step.code,
        "office": dict(case.office.names),
        "number": number,
        "case": case.number,
        "title": f"{_said_title(step)}: {procedures.words(rules.title)}"[:300],
        "paragraphs": _paragraphs(data.answer),
        "ground": procedures.words(ground.label) if ground else "",
        "basis": [procedures.words(each.citation)[:300] for each in rules.legal_basis],
        "appeal": procedures.words(rules.appeal.words) if rules.appeal else "",
        "attachments": [file.name for file in data.files],
        "officer": _signed_by(mandate),
        "pointer": {"address": pointer.address, "code": pointer.code},
    }
    titles = {code: procedures.words_in(rules.title, code) for code in case.office.names}
    return _drawn("letter", step.code, number, titles, case.language, given, pointer.code)


def _said_title(step: Step) -> str:
    return procedures.words(step.said)


def _paragraphs(text: str) -> list[str]:
    pieces = [piece.strip() for piece in text.replace("\r\n", "\n").split("\n\n") if piece.strip()]
    if len(pieces) > MOST_PARAGRAPHS:  # put together: a letter says all that the answer says
        pieces[MOST_PARAGRAPHS - 1 :] = ["\n".join(pieces[MOST_PARAGRAPHS - 1 :])]
    return pieces


def _certificate(
    case: Case, rules: Procedure, kind: DocumentKind, mandate: Mandate, data: StepData, number: str
) -> Letter:
    values = queries.values_of_filing(case)
    asker = values.get("asker")
    identity = asker if isinstance(asker, dict) else {}
    pointer = documents.new_pointer(number, case.language)
    answers = {question.name: text for question, _label, text in forms.summary(rules, values, identity)}
    private = [
        (_of_holder(question, label), text)
        for question, label, text in forms.summary(rules, {}, identity)
        if question.kind not in ("email", "phone")
    ]
    until = procedures.calendar().deadline(clock.today(), kind.valid_for).due if kind.valid_for else None
    rows = [{"label": label, "value": text} for label, text in private if text]
    organisation = identity.get("organisation")
    if isinstance(organisation, dict):
        rows.insert(
            0,
            {"label": _("Organisation"), "value": f"{organisation.get('name', '')} ({organisation.get('number', '')})"},
        )
    statement = procedures.words(kind.statement).format_map(_Answers(answers)) if kind.statement else ""
    statements = [{"label": _("It is certified"), "value": statement}] if statement else []
    if data.answer.strip():
        statements.append({"label": _("Decision"), "value": data.answer.strip()})
    given = {
        "office": dict(case.office.names),
        "number": number,
        "case": case.number,
        "title": procedures.words(kind.title)[:300],
        "holder": rows or [{"label": _("Case"), "value": case.number}],
        "statements": statements or [{"label": _("Case"), "value": case.number}],
        "valid_until": until.isoformat() if until else None,
        "basis": [procedures.words(each.citation)[:300] for each in rules.legal_basis],
        "officer": _signed_by(mandate),
        "pointer": {"address": pointer.address, "code": pointer.code},
    }
    titles = {code: procedures.words_in(kind.title, code) for code in case.office.names}
    return _drawn("certificate", kind.code, number, titles, case.language, given, pointer.code)


def _signed_by(mandate: Mandate) -> str:
    """In which role, and for which office; a name is given by law or not at all."""
    return f"{mandate.get_role_display()}, {mandate.office.name}"[:300]


def _of_holder(question: Question, label: str) -> str:
    """What a paper calls something that the form asked its holder for in the second person."""
    known = {
        "person": _("Name"), "birth_date": _("Date of birth"), "identity_document": _("Identity document"),
        "address": _("Address"),
    }  # fmt: skip
    return known.get(question.name, label)


class _Answers(dict[str, str]):
    """Answers by name; one that was not given is a dash and no fault."""

    def __missing__(self, key: str) -> str:
        return "–"


def _drawn(
    template: str, kind: str, number: str, titles: Mapping[str, str], language: str, given: dict[str, Any], code: str
) -> Letter:
    try:
        pdf = rendering.render(template, language, given, clock.today())
    except BadData as error:
        raise BadForm({"answer": forms.NO_LETTER}) from error
    return Letter(number, kind, titles, language, pdf, given, code)


def summary_pdf(case: Case) -> bytes:
    """What was filed, as a PDF for who filed it. Raises BadData."""
    rules = procedures.parsed(case.procedure_id)
    values = queries.values_of_filing(case)
    asker = values.get("asker")
    identity = asker if isinstance(asker, dict) else {}
    with translation.override(case.language):
        rows = [
            {"label": label[:300], "value": text}
            for _question, label, text in forms.summary(rules, values, identity)
            if text
        ]
        given = {
            "office": dict(case.office.names),
            "number": case.number,
            "title": procedures.words(rules.title)[:300],
            "filed": case.filed_on.isoformat(),
            "due": case.due.isoformat() if case.due else None,
            "sections": [{"rows": rows or [{"label": _("Case"), "value": case.number}]}],
        }
        return rendering.render("case-summary", case.language, given, case.filed_on)
