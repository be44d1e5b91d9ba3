"""Working days and deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.casework.clocks import CalendarRules, Span, WorkingCalendar, classify, load_calendar, parse_span
from aydyn.casework.errors import CalendarError, DataError
from aydyn.kernel.packs import pack_file

CALENDAR = load_calendar(pack_file("tm", "calendar.toml").data, "calendar.toml")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SPANS = st.builds(Span, st.integers(1, 60), st.sampled_from(["working days", "days", "months"]))


@given(DAYS, SPANS)
def test_a_deadline_falls_on_a_working_day_after_its_start(start: date, span: Span) -> None:
    deadline = CALENDAR.deadline(start, span)
    assert deadline.due > start
    assert CALENDAR.is_working(deadline.due)


@given(DAYS, st.integers(1, 60))
def test_the_arithmetic_of_working_days_adds_up(start: date, amount: int) -> None:
    deadline = CALENDAR.deadline(start, Span(amount, "working days"))
    assert (deadline.due - start).days == deadline.counted + len(deadline.skipped)
    assert CALENDAR.count(start, deadline.due) == amount
    assert all(skipped.reasons for skipped in deadline.skipped)


@given(DAYS, SPANS, st.integers(0, 40))
def test_a_later_start_never_makes_an_earlier_deadline(start: date, span: Span, later: int) -> None:
    assert CALENDAR.deadline(start + timedelta(later), span).due >= CALENDAR.deadline(start, span).due


@given(DAYS, st.integers(1, 40), st.integers(1, 40))
def test_spans_of_working_days_follow_each_other(start: date, first: int, second: int) -> None:
    middle = CALENDAR.deadline(start, Span(first, "working days")).due
    together = CALENDAR.deadline(start, Span(first + second, "working days")).due
    assert CALENDAR.deadline(middle, Span(second, "working days")).due == together


@given(DAYS, st.integers(2, 40), st.data())
def test_a_pause_costs_nobody_a_working_day(start: date, amount: int, data: st.DataObject) -> None:
    due = CALENDAR.deadline(start, Span(amount, "working days")).due
    paused = start + timedelta(data.draw(st.integers(0, (due - start).days - 1)))
    again = paused + timedelta(data.draw(st.integers(0, 60)))
    after = CALENDAR.resumed(due, paused, again, "working days")
    assert CALENDAR.count(start, paused) + CALENDAR.count(again, after) == amount


def test_day_zero_is_the_day_of_receipt() -> None:
    friday = date(2026, 11, 20)
    assert CALENDAR.deadline(friday, Span(1, "working days")).due == date(2026, 11, 23)
    assert CALENDAR.deadline(date(2026, 11, 21), Span(1, "working days")).due == date(2026, 11, 23)


def test_holidays_are_skipped_and_named_in_three_languages() -> None:
    deadline = CALENDAR.deadline(date(2026, 9, 25), Span(1, "working days"))
    assert deadline.due == date(2026, 9, 30)
    reasons = {skipped.day: skipped.reasons for skipped in deadline.skipped}
    assert reasons[date(2026, 9, 26)]["en"] == "weekend"
    assert reasons[date(2026, 9, 27)]["en"] == "Independence Day"
    assert reasons[date(2026, 9, 27)]["ru"] == "День независимости"


def test_a_month_from_the_31st_ends_with_a_shorter_month() -> None:
    assert CALENDAR.deadline(date(2027, 8, 31), Span(1, "months")).due == date(2027, 9, 30)


def test_a_month_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    deadline = CALENDAR.deadline(date(2026, 10, 14), Span(1, "months"))
    assert deadline.due == date(2026, 11, 16)
    assert [skipped.day for skipped in deadline.skipped] == [date(2026, 11, 14), date(2026, 11, 15)]


def test_a_decree_makes_a_day_off_and_a_working_day() -> None:
    name = {"tk": "Perman", "ru": "Указ", "en": "Decree"}
    rules = CalendarRules.model_validate(
        {
            "source": "TM",
            "weekend": ["saturday", "sunday"],
            "day": [
                {"date": date(2026, 11, 23), "working": False, "name": name},
                {"date": date(2026, 11, 28), "working": True, "name": name},
            ],
        }
    )
    calendar = WorkingCalendar(rules)
    assert calendar.why_not(date(2026, 11, 23)) == name
    assert calendar.is_working(date(2026, 11, 28))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("20 working days", Span(20, "working days")),
        ("1 working day", Span(1, "working days")),
        ("30 days", Span(30, "days")),
        ("6 months", Span(6, "months")),
    ],
)
def test_spans_are_read_as_written(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert str(span) == text


@pytest.mark.parametrize("text", ["", "0 days", "days", "-3 days", "20 workdays", "1.5 months", "20  days", 20, None])
def test_other_lengths_are_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="write for example"):
        parse_span(text)


def test_a_calendar_of_an_unknown_country_is_refused() -> None:
    with pytest.raises(CalendarError, match="ISO 3166"):
        load_calendar(b'source = "XX"\nweekend = []\n', "calendar.toml")


def test_a_week_without_working_days_is_refused() -> None:
    days = '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]'
    with pytest.raises(CalendarError, match="without a working day"):
        load_calendar(f'source = "TM"\nweekend = {days}\n'.encode(), "calendar.toml")


def test_a_misspelt_weekday_is_named() -> None:
    with pytest.raises(DataError, match=r"weekend\.1.*“sunnday”"):
        load_calendar(b'source = "TM"\nweekend = ["sunnday"]\n', "calendar.toml")


def test_due_today_is_not_overdue() -> None:
    due = date(2026, 11, 25)
    assert classify(due, due) == "due_today"
    assert classify(due, due - timedelta(1)) == "waiting"
    assert classify(due, due + timedelta(1)) == "overdue"


def test_the_warning_comes_after_its_share_of_the_time() -> None:
    deadline = CALENDAR.deadline(date(2026, 11, 2), Span(20, "working days"))
    assert deadline.start < CALENDAR.warning_day(deadline, 75) < deadline.due
