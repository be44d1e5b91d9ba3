"""What counts as an answer to each kind of question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.casework.fields import Question, Raw, Rejected, Value, applies, clean, clean_all

REGIONS = ("TM-A", "TM-S")
LABEL = {"tk": "a", "ru": "a", "en": "a"}
KINDS = [
    "text", "longtext", "number", "money", "date", "choice", "choices", "yesno", "region", "email", "phone", "address",
    "person", "organisation",
]  # fmt: skip


def question(kind: str, **more: object) -> Question:
    if kind in ("choice", "choices"):
        more.setdefault("choice", [{"code": "one", "label": LABEL}, {"code": "two", "label": LABEL}])
    return Question.model_validate({"name": "q", "kind": kind, "label": LABEL, **more})


def cleaned(kind: str, raw: Raw, **more: object) -> Value | None:
    return clean(question(kind, **more), raw, regions=REGIONS)


PARTS = ["amount", "currency", "year", "month", "day", "name", "place", "street", "family_name", "given_name"]
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=4),
    max_leaves=6,
)
ANYTHING = st.one_of(
    st.text(max_size=80),
    st.lists(st.text(max_size=10), max_size=4),
    st.dictionaries(st.sampled_from(PARTS), st.text(max_size=9)),
    JUNK,
)


@given(st.sampled_from(KINDS), ANYTHING)
def test_whatever_is_sent_is_cleaned_or_rejected(kind: str, raw: Raw) -> None:
    try:
        value = cleaned(kind, raw)
    except Rejected:
        return
    assert json.loads(json.dumps(value)) == value
    assert not isinstance(value, float)


@given(st.sampled_from(KINDS), ANYTHING)
def test_cleaning_twice_changes_nothing(kind: str, raw: Raw) -> None:
    try:
        value = cleaned(kind, raw)
    except Rejected:
        return
    assert cleaned(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  Aşgabat ", "Aşgabat"),
        ("text", "e\u0301", "é"),
        ("longtext", "a\r\nb\rc", "a\nb\nc"),
        ("number", "1 234", 1234),
        ("number", 7, 7),
        ("money", {"amount": "12,5", "currency": "TMT"}, {"amount": "12.50", "currency": "TMT"}),
        ("date", "2026-11-25", "2026-11-25"),
        ("date", "25.11.2026", "2026-11-25"),
        ("date", {"day": "25", "month": "11", "year": "2026"}, "2026-11-25"),
        ("choice", "one", "one"),
        ("choices", ["two", "one"], ["one", "two"]),
        ("yesno", "no", False),
        ("region", "TM-A", "TM-A"),
        ("email", " ogul@mysal.example ", "ogul@mysal.example"),
        ("phone", "+993 (12) 34-56-78", "+99312345678"),
        ("phone", "00993 12 34 56 78", "+99312345678"),
        (
            "person",
            {"family_name": "Annaýewa", "given_name": "Ogulgerek"},
            {"family_name": "Annaýewa", "given_name": "Ogulgerek"},
        ),
        ("text", "   ", None),
        ("choices", [], None),
    ],
)
def test_answers_as_people_type_them(kind: str, raw: Raw, value: Value | None) -> None:
    assert cleaned(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "more", "code"),
    [
        ("text", "", {"required": True}, "required"),
        ("text", "a\nb", {}, "control_characters"),
        ("longtext", "a\x00b", {}, "control_characters"),
        ("longtext", "abc\u202egnp.exe", {}, "control_characters"),
        ("longtext", "\ud800x", {}, "control_characters"),
        ("text", "x" * 301, {}, "too_long"),
        ("longtext", "x" * 1_000_000, {}, "too_long"),
        ("longtext", "short", {"min": 10}, "too_short"),
        ("number", "twelve", {}, "not_a_number"),
        ("number", "1.5", {}, "not_a_number"),
        ("number", "9" * 16, {}, "not_a_number"),
        ("number", "-1", {"min": 0}, "too_small"),
        ("number", "5", {"max": 4}, "too_large"),
        ("money", {"amount": "1.234", "currency": "TMT"}, {}, "not_a_number"),
        ("money", {"amount": "NaN", "currency": "TMT"}, {}, "not_a_number"),
        ("money", {"amount": "-1", "currency": "TMT"}, {}, "too_small"),
        ("date", "31.02.2026", {}, "not_a_date"),
        ("date", "2026-01-01", {"earliest": date(2026, 2, 1)}, "too_early"),
        ("date", "2026-03-01", {"latest": date(2026, 2, 1)}, "too_late"),
        ("choice", "three", {}, "not_a_choice"),
        ("choices", ["one", "three"], {}, "not_a_choice"),
        ("yesno", "maybe", {}, "not_a_choice"),
        ("region", "TM-X", {}, "not_a_region"),
        ("email", "ogul@", {}, "bad_email"),
        ("email", "a@b\u2028.example", {}, "control_characters"),
        ("phone", "12", {}, "bad_phone"),
        ("person", {"given_name": "Ogul"}, {}, "incomplete"),
        ("person", {"given_name": "Ogul", "height": "170"}, {}, "wrong_shape"),
        ("address", {"region": "TM-X", "place": "a", "street": "b"}, {}, "not_a_region"),
        ("text", ["a"], {}, "wrong_shape"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(kind: str, raw: Raw, more: Mapping[str, object], code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        cleaned(kind, raw, **more)
    assert refusal.value.code == code


SCOPE = question("choice", name="scope", required=True)
REGION = question("region", name="region", required=True, when={"scope": "two"})


def test_a_question_that_is_not_asked_is_neither_required_nor_kept() -> None:
    answers = clean_all([SCOPE, REGION], {"scope": "one", "region": "TM-A"}, regions=REGIONS)
    assert answers.values == {"scope": "one"}
    assert answers.problems == ()


def test_a_question_that_is_asked_is_required() -> None:
    answers = clean_all([SCOPE, REGION], {"scope": "two"}, regions=REGIONS)
    assert [(problem.field, problem.code) for problem in answers.problems] == [("region", "required")]


def test_an_unknown_name_is_a_problem() -> None:
    answers = clean_all([SCOPE], {"scope": "one", "extra": "x"})
    assert [(problem.field, problem.code) for problem in answers.problems] == [("extra", "unknown")]


def test_one_of_several_choices_is_enough_for_a_condition() -> None:
    asked = question("text", when={"ways": ["one"]})
    assert applies(asked, {"ways": ["one", "two"]})
    assert not applies(asked, {"ways": ["two"]})
    assert not applies(asked, {})
