"""What counts as an answer to each kind of question.

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
from typing import Any, Literal, TypeGuard

from aydyn.casework.fields.questions import COMPOUND, Column, Question, When

Cell = str | int | bool
Row = dict[str, Cell]
Value = str | int | bool | list[str] | dict[str, str] | list[Row]
Raw = Any
"""Whatever a form or a client handed in; nothing is believed of it."""

ErrorCode = Literal[
    "required", "wrong_shape", "control_characters", "too_long", "too_short", "not_a_number", "too_small", "too_large",
    "not_a_date", "too_early", "too_late", "not_a_choice", "bad_email", "bad_phone", "not_a_region", "incomplete", "too_many", "too_few", "not_accepted", "bad_reference", "unknown",
]  # fmt: skip

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
    return holds(question.when, values)


def holds(when: When | None, values: Mapping[str, Value]) -> bool:
    """Say whether a condition holds: every answer that it names is one of those it wants."""
    for name, wanted in (when or {}).items():
        got = values.get(name)
        accepted = wanted if isinstance(wanted, list) else [wanted]
        if isinstance(got, list):
            if not {each for each in got if isinstance(each, str)} & {
                each for each in accepted if isinstance(each, str)
            }:
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
    if _is_mapping(raw):
        return not any(str(part).strip() for part in raw.values())
    if _is_list(raw):
        return all(_empty(each) for each in raw)
    return raw is None or (not isinstance(raw, int) and not raw)


def _is_mapping(raw: Raw) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(raw, Mapping)


def _is_list(raw: Raw) -> TypeGuard[Sequence[Any]]:
    return isinstance(raw, Sequence) and not isinstance(raw, str | bytes)


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
        if _is_mapping(raw):
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
    if not isinstance(raw, str) and not _is_list(raw):
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
    if not _is_mapping(raw) or not set(raw) <= {name for name, _ in COMPOUND[question.kind]}:
        raise Rejected("wrong_shape")
    parts: dict[str, str] = {}
    for name, needed in COMPOUND[question.kind]:
        text = clean_text(_string(raw.get(name, "")), longest=300)
        if text:
            parts[name] = text
        elif needed:
            raise Rejected("incomplete", part=name)
    return parts


_FILE_KEYS = {"name": str, "type": str, "size": int, "sha256": str}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,38}[A-Z0-9](?:/[A-Z0-9]{1,8})?")


def _files(question: Question, raw: Raw, _: Collection[str]) -> Value:
    """Files are handed in as what was kept of them: name, type, size and digest; the bytes are not this room's."""
    if not _is_list(raw):
        raise Rejected("wrong_shape")
    kept: list[Row] = []
    for each in raw:
        if not _is_mapping(each) or set(each) != set(_FILE_KEYS):
            raise Rejected("wrong_shape")
        if not all(type(each[key]) is kind for key, kind in _FILE_KEYS.items()) or not _DIGEST.fullmatch(
            each["sha256"]
        ):
            raise Rejected("wrong_shape")
        name, media_type = clean_text(each["name"], longest=150, shortest=1), clean_text(each["type"], longest=100)
        kept.append({"name": name, "type": media_type, "size": each["size"], "sha256": each["sha256"]})
    if len(kept) > question.most:
        raise Rejected("too_many", max=question.most)
    if len(kept) < (question.min or 0):
        raise Rejected("too_few", min=question.min or 0)
    return kept


def _document(_: Question, raw: Raw, __: Collection[str]) -> Value:
    """The number of a document or a case, as people copy it."""
    number = re.sub(r"[\s\u00a0\u2010-\u2015-]+", "-", _string(raw)[:80].strip()).upper()
    if not _REFERENCE.fullmatch(number):
        raise Rejected("bad_reference")
    return number


def _table(question: Question, raw: Raw, regions: Collection[str]) -> Value:
    if not _is_list(raw):
        raise Rejected("wrong_shape")
    rows: list[Row] = []
    for given in raw:
        if not _is_mapping(given) or not set(given) <= {column.name for column in question.column}:
            raise Rejected("wrong_shape")
        if not _empty(given):
            rows.append(_row(question, given, len(rows) + 1, regions))
        if len(rows) > question.most:
            raise Rejected("too_many", max=question.most)
    if len(rows) < (question.min or 0):
        raise Rejected("too_few", min=question.min or 0)
    return rows


def _row(question: Question, given: Mapping[str, Any], number: int, regions: Collection[str]) -> Row:
    row: Row = {}
    for column in question.column:
        try:
            value = clean(_asked(column), given.get(column.name), regions=regions)
        except Rejected as refusal:
            raise Rejected(refusal.code, **{**refusal.figures, "row": number, "column": column.name}) from None
        if isinstance(value, str | int):
            row[column.name] = value
    return row


def _asked(column: Column) -> Question:
    """A cell is asked as a question of its own."""
    return Question(
        name=column.name, kind=column.kind, label=column.label, required=column.required, min=column.min, max=column.max,
        choice=column.choice,
    )  # fmt: skip


_CLEANERS: Mapping[str, Callable[[Question, Raw, Collection[str]], Value]] = {
    "text": _text, "longtext": _text, "number": _number, "money": _money, "date": _date, "choice": _choice,
    "choices": _choices, "yesno": _yesno, "region": _region, "email": _email, "phone": _phone, "address": _compound,
    "person": _compound, "organisation": _compound, "file": _files, "files": _files, "document": _document, "table": _table,
}  # fmt: skip
