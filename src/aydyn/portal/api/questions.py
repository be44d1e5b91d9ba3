"""Questions of a procedure as JSON Schema (2020-12): what a program has to send as answers.

Labels and hints stand in every language under ``x-label`` and ``x-hint``; ``title`` is the first of them. The server's own
check (aydyn.casework) decides: what this schema cannot say, such as characters that change the direction of writing, it
still refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aydyn.cases import queries as cases

DRAFT = "https://json-schema.org/draft/2020-12/schema"
COMPOUND: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "money": (("amount", True), ("currency", True)),
    "address": (("region", False), ("place", True), ("street", True), ("postcode", False)),
    "person": (("family_name", True), ("given_name", True), ("patronymic", False)),
    "organisation": (("name", True), ("number", False)),
}
"""Parts of the kinds that have several; a test holds it to the engine's own table, which is not ours to import."""

PART_LENGTH, FILE_ID_LENGTH = 300, 100


def schema_of(questions: Iterable[Any]) -> dict[str, Any]:
    """What may be answered to some questions, and what must be."""
    asked = list(questions)
    conditions = [_condition(each) for each in asked if each.when and each.required]
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": {each.name: _question(each) for each in asked},
        "required": [each.name for each in asked if each.required and not each.when],
        "additionalProperties": False,
        **({"allOf": conditions} if conditions else {}),
    }


def _condition(question: Any) -> dict[str, Any]:
    """A question that must be answered only if earlier answers are those that it waits for."""
    wanted = {name: _one_of(value) for name, value in question.when.items()}
    return {
        "if": {"properties": wanted, "required": list(wanted)},
        "then": {"required": [question.name]},
    }  # fmt: skip


def _one_of(value: Any) -> dict[str, Any]:
    accepted = {"enum": list(value) if isinstance(value, list | tuple) else [value]}
    return {"anyOf": [accepted, {"type": "array", "contains": accepted}]}


def _question(question: Any) -> dict[str, Any]:
    about = {"title": next(iter(question.label.values())), "x-kind": question.kind, "x-label": dict(question.label)}
    if question.hint:
        about["x-hint"] = dict(question.hint)
    if question.group:
        about["x-group"] = question.group
    if question.private:
        about["x-private"] = True
    if question.when:
        about["x-when"] = dict(question.when)
    return {**about, **_kind(question)}


def _kind(question: Any) -> dict[str, Any]:
    match question.kind:
        case "choices":
            most = {"maxItems": question.max} if question.max is not None else {}
            return {"type": "array", "items": _choices(question), "uniqueItems": True, **most, **_least(question)}
        case "money" | "address" | "person" | "organisation":
            return _compound(question.kind)
        case "file" | "files":
            one = {"type": "string", "maxLength": FILE_ID_LENGTH, "description": "`id` of a file sent to /api/v1/files"}
            return {"type": "array", "items": one, "maxItems": question.most, **_least(question)}
        case "table":
            return {"type": "array", "items": _row(question.column), "maxItems": question.most, **_least(question)}
        case _:
            return _single(question)


def _least(question: Any) -> dict[str, Any]:
    least = max(question.min or 0 if question.kind != "choices" else 0, 1 if question.required else 0)
    return {"minItems": least} if least else {}


def _single(question: Any) -> dict[str, Any]:
    """A question, or a cell of a table, whose answer is one value."""
    match question.kind:
        case "text" | "longtext":
            # An empty text is no answer, so where one may be left out the least length does not say so.
            least = {"minLength": max(question.min or 0, 1)} if question.required else {}
            return {"type": "string", "maxLength": _longest(question), **least}
        case "number":
            return {"type": "integer", **_bounds(question)}
        case "yesno":
            return {"type": "boolean"}
        case "choice":
            return _choices(question)
        case "region":
            return {"enum": list(cases.region_codes())}
        case "date":
            return {"type": "string", "format": "date", **_days(question)}
        case "email":
            return {"type": "string", "format": "email", "maxLength": 254}
        case "phone":
            return {"type": "string", "maxLength": 60, "description": "With the country code, such as +993 12 34 56 78"}
        case _:
            return {"type": "string", "maxLength": 80}


def _longest(question: Any) -> int:
    return int(getattr(question, "longest", None) or question.max or PART_LENGTH)


def _bounds(question: Any) -> dict[str, Any]:
    found = {"minimum": question.min, "maximum": question.max}
    return {name: value for name, value in found.items() if value is not None}


def _days(question: Any) -> dict[str, Any]:
    found = {"x-earliest": getattr(question, "earliest", None), "x-latest": getattr(question, "latest", None)}
    return {name: day.isoformat() for name, day in found.items() if day is not None}


def _choices(question: Any) -> dict[str, Any]:
    return {
        "oneOf": [
            {"const": each.code, "title": next(iter(each.label.values())), "x-label": dict(each.label)}
            for each in question.choice
        ]
    }


def _compound(kind: str) -> dict[str, Any]:
    parts: dict[str, Any] = {name: {"type": "string", "maxLength": PART_LENGTH} for name, _ in COMPOUND[kind]}
    if "region" in parts:
        parts["region"] = {"enum": list(cases.region_codes())}
    return {
        "type": "object",
        "properties": parts,
        "required": [name for name, needed in COMPOUND[kind] if needed],
        "additionalProperties": False,
    }


def _row(columns: Iterable[Any]) -> dict[str, Any]:
    cells = list(columns)
    return {
        "type": "object",
        "properties": {
            each.name: {"title": next(iter(each.label.values())), "x-label": dict(each.label), **_single(each)}
            for each in cells
        },
        "required": [each.name for each in cells if each.required],
        "additionalProperties": False,
    }
