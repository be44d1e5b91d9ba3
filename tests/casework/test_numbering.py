"""Case numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.casework.errors import NumberError
from aydyn.casework.numbering import check_pattern, format_number, parse_number, tidy_number
from aydyn.kernel.packs import load_offices

PATTERN = "{office}-{year}-{serial:06}"
MARKS = [office.mark for office in load_offices("tm")]


@given(st.sampled_from(MARKS), st.integers(2000, 2199), st.integers(1, 999_999_999))
def test_a_number_is_read_back_as_it_was_made(mark: str, year: int, serial: int) -> None:
    number = format_number(PATTERN, office=mark, year=year, serial=serial)
    assert parse_number(number) == (mark, year, serial)
    assert tidy_number(f" {number.lower().replace('-', ' – ')} ") == number


def test_the_pattern_of_the_design_makes_the_number_of_the_design() -> None:
    assert format_number(PATTERN, office="CEC", year=2026, serial=123) == "CEC-2026-000123"


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        parse_number(text)
    except NumberError as error:
        assert "CEC-2026-000123" in str(error)


@pytest.mark.parametrize(
    "pattern",
    ["", "{office}", "{office}-{year}", "{office}{year}{serial}", "{office.x}-{year}-{serial}", "{", "{0}-{1}-{2}",
     "{office}-{year}-{serial:06}-{serial:06}", "{office}-{year}-{serial:z}", "{office}-{year}-{serial}"],
)  # fmt: skip
def test_a_bad_pattern_is_refused_with_an_example(pattern: str) -> None:
    with pytest.raises(ValueError, match="write for example"):
        check_pattern(pattern)


@pytest.mark.parametrize(("mark", "serial"), [("cec", 1), ("", 1), ("C1", 1), ("CEC", 0), ("CEC", -1)])
def test_no_number_is_made_from_a_bad_mark_or_serial(mark: str, serial: int) -> None:
    with pytest.raises(NumberError):
        format_number(PATTERN, office=mark, year=2026, serial=serial)
