"""What can be sent here: procedures with their questions, texts in every language, clock, fee, offices, states and steps."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from aydyn.cases import procedures
from aydyn.cases import queries as cases
from aydyn.cases.models import ProcedureVersion
from aydyn.portal.api import questions
from aydyn.portal.api.cases import Code
from aydyn.portal.api.problems import PUBLIC_LIST, PUBLIC_ONE, outcomes

router = Router()
Texts = dict[str, str]


class LegalBasisOut(Schema):
    """A provision that the procedure rests on; ``confirmed``: whether it was found in the law."""

    citation: Texts
    confirmed: bool


class VariantOut(Schema):
    """Another time limit, that holds for certain answers."""

    code: str
    answer_within: str
    when: dict[str, Any]
    label: Texts


class ClockOut(Schema):
    """Within what time the office has to answer; lengths as in “20 working days”."""

    answer_within: str
    day_zero: str
    variants: list[VariantOut]
    register_within: str | None
    forward_within: str | None
    extend_once_by: str | None
    extensions: int
    pauses: int | None
    longest_pause: str | None
    reopened_within: str | None
    silence: str
    citation: Texts | None
    valid_from: date | None
    valid_until: date | None
    confirmed: bool
    note: Texts | None


class FeeOut(Schema):
    """What it costs, in the smallest unit of the currency; ``when``: only with these answers."""

    amount: int
    currency: str
    basis: Texts
    confirmed: bool
    when: dict[str, Any] | None


class StateOut(Schema):
    """Where a case can stand."""

    code: str
    label: Texts
    open: bool
    clock: str
    waits_for: str


class StepOut(Schema):
    """What can be done with a case: by whom, from which states, to which, and what it asks for."""

    code: str
    label: Texts
    act: str
    by: list[str]
    origin: list[str]
    to: str | None
    asks: list[str]
    needs: list[str]
    within: str | None
    at_most: int | None
    result: str | None


class LabelOut(Schema):
    """A code and its words."""

    code: str
    label: Texts


class ResultOut(LabelOut):
    """How a case can end."""

    kind: str


class DocumentOut(Schema):
    """A document that is issued at the end."""

    code: str
    title: Texts
    valid_for: str | None


class AppealOut(Schema):
    """How an answer can be appealed."""

    words: Texts
    procedure: str | None
    within: str | None


class ProcedureBrief(Schema):
    """A procedure in a list."""

    code: str
    version: int
    title: Texts
    summary: Texts
    category: str
    life_events: list[str]
    open_to: list[str]
    public: str
    answer_within: str
    fee: FeeOut | None


class ProcedureOut(ProcedureBrief):
    """One procedure; ``answers`` and ``asker`` are JSON Schemas (2020-12) of what has to be sent."""

    file: str
    need: list[Texts]
    decided_by: Texts | None
    legal_basis: list[LegalBasisOut]
    enter: str
    clock: ClockOut
    offices: list[str]
    answers: dict[str, Any]
    asker: dict[str, Any]
    states: list[StateOut]
    steps: list[StepOut]
    results: list[ResultOut]
    grounds: list[LabelOut]
    documents: list[DocumentOut]
    appeal: AppealOut | None


class Procedures(Schema):
    """What can be sent here."""

    items: list[ProcedureBrief]


@router.get(
    "/procedures", response=outcomes({200: Procedures}, *PUBLIC_LIST), operation_id="list_procedures",
    summary="What can be sent here",
)  # fmt: skip
def list_procedures(
    request: HttpRequest,
    office: Annotated[Code, Field(description="Only what this office takes")] = "",
    life_event: Annotated[Code, Field(description="Only for this occasion of life")] = "",
) -> Any:
    """The newest version of every procedure under which people file, by code."""
    found = cases.catalogue(event=life_event, office=office)
    return {"items": sorted((_brief(row, rules) for row, rules in found), key=lambda each: str(each["code"]))}


@router.get(
    "/procedures/{code}", response=outcomes({200: ProcedureOut}, *PUBLIC_ONE), operation_id="read_procedure",
    summary="One procedure",
)  # fmt: skip
def read_procedure(request: HttpRequest, code: str) -> Any:
    """The newest version of a procedure, whole. Its file as it stands on the record is at /ledger/."""
    row = cases.procedure_or_404(code)
    rules: Any = procedures.parsed(row.pk)
    return {
        **_brief(row, rules),
        "file": row.file.digest,
        "need": [dict(each) for each in rules.need],
        "decided_by": rules.decided_by,
        "legal_basis": [{"citation": each.citation, "confirmed": each.confirmed} for each in rules.legal_basis],
        "enter": rules.enter,
        "clock": _clock(rules.clock),
        "offices": [each.code for each in cases.addressed_offices(rules)],
        "answers": questions.schema_of(rules.questions),
        "asker": questions.schema_of(rules.asker),
        "states": [
            {"code": each.code, "label": each.label, "open": each.open, "clock": each.clock, "waits_for": each.waits_for}
            for each in rules.states
        ],
        "steps": [_step(each) for each in rules.steps],
        "results": [
            {"code": each.code, "label": each.label, "kind": rules.result_kind(each.code)} for each in rules.results
        ],
        "grounds": [{"code": each.code, "label": each.label} for each in rules.grounds],
        "documents": [
            {"code": each.code, "title": each.title, "valid_for": _span(each.valid_for)} for each in rules.documents
        ],
        "appeal": _appeal(rules.appeal),
    }  # fmt: skip


def _brief(row: ProcedureVersion, rules: Any) -> dict[str, Any]:
    fee = rules.fee
    return {
        "code": row.code,
        "version": row.version,
        "title": rules.title,
        "summary": rules.summary,
        "category": rules.category,
        "life_events": list(rules.life_events),
        "open_to": list(rules.open_to),
        "public": rules.public,
        "answer_within": str(rules.clock.answer_within),
        "fee": None
        if fee is None
        else {
            "amount": fee.amount, "currency": fee.currency, "basis": fee.basis, "confirmed": fee.confirmed,
            "when": dict(fee.when) if fee.when else None,
        },
    }  # fmt: skip


def _span(span: Any) -> str | None:
    return None if span is None else str(span)


def _clock(clock: Any) -> dict[str, Any]:
    spans = ("register_within", "forward_within", "extend_once_by", "longest_pause", "reopened_within")
    plain = (
        "day_zero", "extensions", "pauses", "silence", "citation", "valid_from", "valid_until", "confirmed", "note",
    )  # fmt: skip
    return {
        "answer_within": str(clock.answer_within),
        **{name: _span(getattr(clock, name)) for name in spans},
        **{name: getattr(clock, name) for name in plain},
        "variants": [
            {
                "code": each.code, "answer_within": str(each.answer_within), "when": dict(each.when or {}),
                "label": each.label,
            }
            for each in clock.variant
        ],
    }  # fmt: skip


def _step(step: Any) -> dict[str, Any]:
    return {
        "code": step.code, "label": step.label, "act": step.act, "by": list(step.by), "origin": list(step.origin),
        "to": step.to, "asks": list(step.asks), "needs": list(step.needs), "within": _span(step.within),
        "at_most": step.at_most, "result": step.result,
    }  # fmt: skip


def _appeal(appeal: Any) -> dict[str, Any] | None:
    if appeal is None:
        return None
    return {"words": appeal.words, "procedure": appeal.procedure, "within": _span(appeal.within)}
