"""The questions of a procedure, and what counts as an answer to each kind.

`clean` takes what a form or the API handed in and returns a value that can stand in JSON (texts, whole numbers, yes/no,
lists and tables of them; never a float), or raises a `Rejected` with a code that pages put into words. Text is kept as
typed, but for line ends and Unicode normal form C, so that what is recorded is what the person will see again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from aydyn.casework.shapes import Code, Many, Strict, Texts

Kind = Literal[
    "text", "longtext", "number", "money", "date", "choice", "choices", "yesno", "region", "email", "phone", "address",
    "person", "organisation",
]  # fmt: skip
_LATER = ("file", "files", "document", "table")
Value = str | int | bool | list[str] | dict[str, str]
Raw = str | Sequence[str] | Mapping[str, str] | int | bool | None

ErrorCode = Literal[
    "required", "wrong_shape", "control_characters", "too_long", "too_short", "not_a_number", "too_small", "too_large",
    "not_a_date", "too_early", "too_late", "not_a_choice", "bad_email", "bad_phone", "not_a_region", "incomplete", "unknown",
]  # fmt: skip

COMPOUND: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "money": (("amount", True), ("currency", True)),
    "address": (("region", False), ("place", True), ("street", True), ("postcode", False)),
    "person": (("family_name", True), ("given_name", True), ("patronymic", False)),
    "organisation": (("name", True), ("number", False)),
}
"""The parts of the kinds that have several, in the order of the form, and whether each must be filled in."""

_LENGTHS = {"text": 300, "longtext": 4000}
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Rejected(Exception):
    """A submitted value is refused: a code for the page's words, and the figures that belong in them."""

    def __init__(self, code: ErrorCode, **figures: int | str) -> None:
        """Keep the code and its figures."""
        self.code: ErrorCode = code
        self.figures = figures
        super().__init__(f"{code} {figures}" if figures else code)


class Choice(Strict):
    """One answer among those offered."""

    code: Code
    label: Texts


def _known_kind(kind: object) -> object:
    if kind in _LATER:
        raise ValueError(f"fields of the kind “{kind}” are not yet supported; leave the question out or ask it as text")
    return kind


class Question(Strict):
    """One field of a procedure's form."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    kind: Kind
    label: Texts
    hint: Texts | None = None
    required: bool = False
    min: int | None = None
    max: int | None = None
    earliest: date | None = None
    latest: date | None = None
    choice: Many[Choice] = ()
    when: dict[str, str | bool | list[str]] | None = None
    private: bool = False
    """A private answer is never published, whatever the procedure opens."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_kinds_of_later(cls, raw: object) -> object:
        if isinstance(raw, dict):
            _known_kind(raw.get("kind"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        return raw  # pyright: ignore[reportUnknownVariableType]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Question:
        if (self.kind in ("choice", "choices")) != bool(self.choice):
            raise ValueError(
                "choices go with the kinds “choice” and “choices”; give [[field.choice]] tables there and only there"
            )
        codes = [choice.code for choice in self.choice]
        if len(codes) != len(set(codes)):
            raise ValueError("two choices have the same code; give each its own")
        if (self.earliest or self.latest) and self.kind != "date":
            raise ValueError("earliest and latest go with the kind “date”; remove them")
        return self

    @property
    def longest(self) -> int:
        """Return how many characters a text may have."""
        return self.max if self.max is not None else _LENGTHS.get(self.kind, 300)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: the field, a code, and the figures that belong in the words."""

    field: str
    code: ErrorCode
    figures: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Answers:
    """A whole form, checked: the values that count, and what is wrong with the others."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]


def applies(question: Question, values: Mapping[str, Value]) -> bool:
    """Say whether a question is asked at all, given the answers to earlier ones."""
    for name, wanted in (question.when or {}).items():
        got = values.get(name)
        accepted = wanted if isinstance(wanted, list) else [wanted]
        if isinstance(got, list):
            if not set(got) & {each for each in accepted if isinstance(each, str)}:
                return False
        elif got is None or got not in accepted:
            return False
    return True


def clean(question: Question, raw: Raw, *, regions: Collection[str] = ()) -> Value | None:
    """Return the value that counts for one answer, or None for an empty one that may be empty; else raise Rejected."""
    if _empty(raw):
        if question.required:
            raise Rejected("required")
        return None
    value = _CLEANERS[question.kind](question, raw, regions)
    if question.required and value == []:
        raise Rejected("required")
    return value


def clean_all(questions: Sequence[Question], submitted: Mapping[str, Raw], *, regions: Collection[str] = ()) -> Answers:
    """Check a whole form in order; answers to questions that are not asked are dropped, unknown names are a problem."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for question in questions:
        if not applies(question, values):
            continue
        try:
            value = clean(question, submitted.get(question.name), regions=regions)
        except Rejected as refusal:
            problems.append(Problem(question.name, refusal.code, refusal.figures))
        else:
            if value is not None:
                values[question.name] = value
    known = {question.name for question in questions}
    problems.extend(Problem(name, "unknown", {}) for name in submitted if name not in known)
    return Answers(values, tuple(problems))


def clean_text(raw: str, *, longest: int, shortest: int = 0, lines: bool = False) -> str:
    """Tidy a typed text and refuse control and direction-changing characters, which could make it read otherwise."""
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", raw)).strip()
    if _FORBIDDEN.search(text) or (not lines and ("\n" in text or "\t" in text)):
        raise Rejected("control_characters")
    if len(text) > longest:
        raise Rejected("too_long", max=longest, length=len(text))
    if len(text) < shortest:
        raise Rejected("too_short", min=shortest, length=len(text))
    return text


def _empty(raw: Raw) -> bool:
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, Mapping):
        return not any(str(part).strip() for part in raw.values())
    return raw is None or (not isinstance(raw, int) and not raw)


def _string(raw: Raw) -> str:
    if not isinstance(raw, str):
        raise Rejected("wrong_shape")
    return raw


def _text(question: Question, raw: Raw, _: Collection[str]) -> Value:
    return clean_text(
        _string(raw), longest=question.longest, shortest=question.min or 0, lines=question.kind == "longtext"
    )


def _number(question: Question, raw: Raw, _: Collection[str]) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise Rejected("wrong_shape")
    digits = re.sub(r"[\s\u00a0\u202f]", "", str(raw)) if len(str(raw)) < 40 else ""
    # Whole numbers beyond 2**53 are not safe in JSON everywhere.
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", digits):
        raise Rejected("not_a_number")
    number = int(digits)
    if question.min is not None and number < question.min:
        raise Rejected("too_small", min=question.min)
    if question.max is not None and number > question.max:
        raise Rejected("too_large", max=question.max)
    return number


def _money(question: Question, raw: Raw, _: Collection[str]) -> Value:
    parts = _parts(question, raw)
    try:
        amount = Decimal(re.sub(r"[\s\u00a0\u202f]", "", parts["amount"]).replace(",", "."))
    except InvalidOperation:
        raise Rejected("not_a_number") from None
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or not isinstance(exponent, int) or exponent < -2 or amount.adjusted() > 15:
        raise Rejected("not_a_number")
    if amount < (question.min or 0):
        raise Rejected("too_small", min=question.min or 0)
    if question.max is not None and amount > question.max:
        raise Rejected("too_large", max=question.max)
    if not _CURRENCY.fullmatch(parts["currency"]):
        raise Rejected("not_a_choice")
    return {"amount": f"{amount:.2f}", "currency": parts["currency"]}


def _date(question: Question, raw: Raw, _: Collection[str]) -> Value:
    try:
        if isinstance(raw, Mapping):
            day = date(*(int(raw.get(part, "")) for part in ("year", "month", "day")))
        else:
            text = _string(raw).strip()
            local = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text)
            day = date(int(local[3]), int(local[2]), int(local[1])) if local else date.fromisoformat(text)
    except (ValueError, TypeError, OverflowError):
        raise Rejected("not_a_date") from None
    if question.earliest is not None and day < question.earliest:
        raise Rejected("too_early", earliest=question.earliest.isoformat())
    if question.latest is not None and day > question.latest:
        raise Rejected("too_late", latest=question.latest.isoformat())
    return day.isoformat()


def _choice(question: Question, raw: Raw, _: Collection[str]) -> Value:
    code = _string(raw)
    if code not in {choice.code for choice in question.choice}:
        raise Rejected("not_a_choice")
    return code


def _choices(question: Question, raw: Raw, _: Collection[str]) -> Value:
    if not isinstance(raw, Sequence):
        raise Rejected("wrong_shape")
    chosen = {raw} if isinstance(raw, str) else {_string(each) for each in raw}
    known = [choice.code for choice in question.choice]
    if not chosen <= set(known):
        raise Rejected("not_a_choice")
    if question.max is not None and len(chosen) > question.max:
        raise Rejected("too_large", max=question.max)
    return [code for code in known if code in chosen]


def _yesno(_: Question, raw: Raw, __: Collection[str]) -> Value:
    if isinstance(raw, bool):
        return raw
    answers = {"yes": True, "true": True, "no": False, "false": False}
    if _string(raw) not in answers:
        raise Rejected("not_a_choice")
    return answers[_string(raw)]


def _region(_: Question, raw: Raw, regions: Collection[str]) -> Value:
    if _string(raw) not in regions:
        raise Rejected("not_a_region")
    return _string(raw)


def _email(_: Question, raw: Raw, __: Collection[str]) -> Value:
    address = clean_text(_string(raw), longest=254)
    if not _EMAIL.fullmatch(address):
        raise Rejected("bad_email")
    return address


def _phone(_: Question, raw: Raw, __: Collection[str]) -> Value:
    number = re.sub(r"[\s()./\u00a0\u2010-\u2015-]", "", _string(raw)[:60])
    number = "+" + number[2:] if number.startswith("00") else number
    if not _PHONE.fullmatch(number):
        raise Rejected("bad_phone")
    return number


def _compound(question: Question, raw: Raw, regions: Collection[str]) -> Value:
    parts = _parts(question, raw)
    if "region" in parts and parts["region"] not in regions:
        raise Rejected("not_a_region")
    return parts


def _parts(question: Question, raw: Raw) -> dict[str, str]:
    """Return the filled-in parts of a compound answer, tidied; Rejected when one that must be there is not."""
    if not isinstance(raw, Mapping) or not set(raw) <= {name for name, _ in COMPOUND[question.kind]}:
        raise Rejected("wrong_shape")
    parts: dict[str, str] = {}
    for name, needed in COMPOUND[question.kind]:
        text = clean_text(_string(raw.get(name, "")), longest=300)
        if text:
            parts[name] = text
        elif needed:
            raise Rejected("incomplete", part=name)
    return parts


_CLEANERS: Mapping[str, Callable[[Question, Raw, Collection[str]], Value]] = {
    "text": _text, "longtext": _text, "number": _number, "money": _money, "date": _date, "choice": _choice,
    "choices": _choices, "yesno": _yesno, "region": _region, "email": _email, "phone": _phone, "address": _compound,
    "person": _compound, "organisation": _compound,
}  # fmt: skip
