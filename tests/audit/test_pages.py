"""What a site shows of a case, held against the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.observer.fakesite import case_value
from tests.observer.tinylog import number, sample

from aydyn.audit.pages import Recorded, compare_case

LOG = sample(2)
SIZE = len(LOG.entries)
RECORDED = [Recorded(place, LOG.leaf(place), LOG.entries[place]) for place in (4, 5, 6)]


def compare(shown: Any, *, size: int = SIZE, erased: tuple[str, ...] = ()) -> list[str]:
    return [breach.code for breach in compare_case(shown, number(1), RECORDED, size=size, erased=erased)]


def test_an_honest_page_agrees() -> None:
    assert compare(case_value(LOG, 1)) == []


def change_text(case: Any) -> None:
    case["events"][2]["parts"]["text"]["value"] = "2,605"


def change_salt(case: Any) -> None:
    case["events"][2]["parts"]["text"]["salt"] = "00" * 32


def change_commitment(case: Any) -> None:
    case["events"][0]["commitments"]["asker"] = "00" * 32


def hide_text(case: Any) -> None:
    case["events"][2]["parts"] = {}


def hide_all_content(case: Any) -> None:
    case["events"][2]["parts"] = case["events"][2]["commitments"] = {}


def drop_event(case: Any) -> None:
    del case["events"][1]


def swap_events(case: Any) -> None:
    case["events"][1:] = case["events"][:0:-1]


def double_event(case: Any) -> None:
    case["events"].append(case["events"][2])


def invent_event(case: Any) -> None:
    case["events"].append({"leaf": "00" * 32, "position": 7, "act": "case.answered"})


def invent_unplaced_leaf(case: Any) -> None:
    case["events"].append({"position": 7})


def move_event(case: Any) -> None:
    case["events"][1]["position"] = 9


def change_time(case: Any) -> None:
    case["events"][1]["at"] = "2026-11-24T11:00:00Z"


def change_public(case: Any) -> None:
    case["events"][0]["public"]["office"] = "tm.other"


def change_number(case: Any) -> None:
    case["number"] = "CEC-2026-000002"


def lose_events(case: Any) -> None:
    del case["events"]


def spoil_part(case: Any) -> None:
    case["events"][2]["parts"]["text"] = "2,604"


def fraction(case: Any) -> None:
    case["events"][2]["parts"]["text"]["value"] = 1.5


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (change_text, "text-differs"), (change_salt, "text-differs"), (change_commitment, "text-differs"),
        (hide_text, "text-hidden"), (hide_all_content, "text-hidden"), (drop_event, "event-missing"),
        (swap_events, "event-order"), (double_event, "event-order"), (invent_event, "event-invented"),
        (invent_unplaced_leaf, "page-format"), (move_event, "event-position"), (change_time, "event-differs"),
        (change_public, "event-differs"), (change_number, "page-format"), (lose_events, "page-format"),
        (spoil_part, "page-format"), (fraction, "page-format"),
    ],
)  # fmt: skip
def test_every_difference_is_named(spoil: Callable[[Any], None], code: str) -> None:
    case = case_value(LOG, 1)
    spoil(case)
    assert compare(case) == [code]


@pytest.mark.parametrize("shown", [None, [], "x", {}, {"number": number(1), "events": {}}])
def test_an_answer_of_another_shape_is_named(shown: Any) -> None:
    assert compare(shown) == ["page-format"]


def test_events_newer_than_what_was_read_are_left_for_the_next_time() -> None:
    case = case_value(LOG, 1)
    case["events"] += [{"leaf": "00" * 32, "position": None}, {"leaf": "11" * 32, "position": SIZE}]
    assert compare(case) == []


def test_content_erased_by_an_act_need_not_be_shown() -> None:
    case = case_value(LOG, 1)
    hide_all_content(case)
    assert compare(case, erased=(LOG.leaf(6),)) == []
