"""Working days and deadlines, with the arithmetic shown.

Day zero is the day of receipt: a span of one working day that starts on a Friday ends on Monday. Dates are the office's
local dates; this module has no clock of its own. The holidays come from the `holidays` library, plus what a decree
added (`calendar.toml` of the pack).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import metadata
from typing import Annotated, Literal

import holidays
from holidays.registry import COUNTRIES
from pydantic import Field, PlainValidator

from aydyn.casework.errors import CalendarError
from aydyn.casework.shapes import LANGUAGES, Many, Strict, Texts, read

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Unit = Literal["working days", "days", "months"]
Standing = Literal["waiting", "due_today", "overdue"]

_WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LIBRARY_LANGUAGES = {"en": "en_US"}
_LONGEST = 3660
MOST_KEPT = 10_000
"""Deadlines that a calendar remembers: most cases of a day have the same."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a law gives it."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Write the span as a procedure's file does."""
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"


def parse_span(value: object) -> Span:
    """Read “20 working days”, “1 month” or “30 days”; ValueError says what is right."""
    if isinstance(value, Span):
        return value
    found = re.fullmatch(r"([1-9]\d{0,3}) (working day|day|month)s?", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f"“{value}” is not a length of time; write for example “20 working days”, “30 days” or “1 month”"
        )
    units: dict[str, Unit] = {"working day": "working days", "day": "days", "month": "months"}
    return Span(int(found[1]), units[found[2]])


SpanText = Annotated[Span, PlainValidator(parse_span)]
"""A span in a data file."""


class DecreedDay(Strict):
    """A day that a decree made a day off, or a weekend day that it made a working day."""

    date: date
    working: bool
    name: Texts


class CalendarRules(Strict):
    """The pack's `calendar.toml`: the country whose holidays the library knows, the weekend, and decreed days."""

    source: str
    weekend: Many[Weekday]
    decreed: Many[DecreedDay] = Field(default=(), alias="day")


def load_calendar(data: bytes, name: str) -> WorkingCalendar:
    """Read a pack's calendar; a DataError names the key that is wrong."""
    return WorkingCalendar(read(CalendarRules, data, name))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that did not count, and why: “weekend”, or the names of its holiday."""

    day: date
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date and how it came about: from day zero, so many days counted, these days skipped."""

    start: date
    due: date
    span: Span
    counted: int
    skipped: tuple[Skipped, ...]


class WorkingCalendar:
    """The working days of one jurisdiction."""

    def __init__(self, rules: CalendarRules) -> None:
        """Prepare the library's calendars; years are worked out when they are first asked for."""
        if rules.source not in _known_countries():
            raise CalendarError(
                f"the holidays library does not know the country “{rules.source}”: use its ISO 3166 code"
            )
        self._weekend = frozenset(_WEEKDAYS.index(day) for day in rules.weekend)
        self._decreed = {day.date: day for day in rules.decreed}
        self._known = {
            language: holidays.country_holidays(rules.source, language=_LIBRARY_LANGUAGES.get(language, language))
            for language in LANGUAGES
        }
        self._any = self._known[LANGUAGES[0]]
        self._deadlines: dict[tuple[date, Span, bool], Deadline] = {}
        self.version = f"holidays {metadata.version('holidays')}"
        if len(self._weekend) == len(_WEEKDAYS):
            raise CalendarError("a week without a working day has no deadlines: take a day out of `weekend`")

    def is_working(self, day: date) -> bool:
        """Say whether offices work on `day`."""
        decreed = self._decreed.get(day)
        if decreed is not None:
            return decreed.working
        return day.weekday() not in self._weekend and day not in self._any

    def why_not(self, day: date) -> dict[str, str]:
        """Return the reason why `day` does not count, by language; empty for a working day.

        A weekend is said as the code “weekend”, which pages put in words themselves.
        """
        if self.is_working(day):
            return {}
        decreed = self._decreed.get(day)
        if decreed is not None:
            return dict(decreed.name)
        if day in self._any:
            return {language: str(known.get(day)) for language, known in self._known.items()}
        return dict.fromkeys(LANGUAGES, "weekend")

    def next_working(self, day: date) -> date:
        """Return `day` if it is a working day, else the next one."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def count(self, after: date, until: date) -> int:
        """Count the working days after `after`, up to and with `until`."""
        return sum(self.is_working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))

    def deadline(self, start: date, span: Span, *, moved: bool = True) -> Deadline:
        """Reckon a due date. Days and months that end on a day off end on the next working day, unless not ``moved``."""
        known = self._deadlines.get((start, span, moved))
        if known is not None:
            return known
        if len(self._deadlines) >= MOST_KEPT:
            self._deadlines.clear()
        made = self._reckon(start, span, moved=moved)
        self._deadlines[start, span, moved] = made
        return made

    def _reckon(self, start: date, span: Span, *, moved: bool) -> Deadline:
        if span.unit == "working days":
            due, left = start, span.amount
            while left:
                due += timedelta(days=1)
                left -= self.is_working(due)
                if (due - start).days > _LONGEST:
                    raise CalendarError(f"no {span} within ten years of {start}")
        else:
            plain = start + timedelta(days=span.amount) if span.unit == "days" else _months_later(start, span.amount)
            due = self.next_working(plain) if moved else plain
        return Deadline(start, due, span, span.amount, self._skipped(start, due, span))

    def _skipped(self, start: date, due: date, span: Span) -> tuple[Skipped, ...]:
        days = (start + timedelta(days=n) for n in range(1, (due - start).days + 1))
        if span.unit != "working days":
            first_end = (
                start + timedelta(days=span.amount) if span.unit == "days" else _months_later(start, span.amount)
            )
            days = (first_end + timedelta(days=n) for n in range((due - first_end).days))
        return tuple(Skipped(day, reasons) for day in days if (reasons := self.why_not(day)))

    def resumed(self, due: date, paused: date, again: date, unit: Unit, *, moved: bool = True) -> date:
        """Return the new due date of a clock that stood still from `paused` to `again` (day zero anew)."""
        if unit != "working days":
            later = due + (again - paused)
            return self.next_working(later) if moved else later
        left = self.count(paused, due)
        if due <= paused:
            return due
        return self.deadline(again, Span(left, unit)).due if left else self.next_working(again)

    def warning_day(self, deadline: Deadline, percent: int) -> date:
        """Return the day on which `percent` of the time between start and due date have passed."""
        return deadline.start + timedelta(days=(deadline.due - deadline.start).days * percent // 100)


def _known_countries() -> frozenset[str]:
    """Codes of the countries that the library knows, from its registry: its own list loads every country's rules."""
    return frozenset(code for names in COUNTRIES.values() for code in names[1:])


def _months_later(start: date, months: int) -> date:
    # From the 31st, a month ends on the last day of a shorter one.
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def classify(due: date, today: date) -> Standing:
    """Say how a matter that is due on `due` stands on `today`."""
    if today == due:
        return "due_today"
    return "overdue" if today > due else "waiting"
