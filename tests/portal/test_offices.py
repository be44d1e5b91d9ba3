"""Pages of offices: what they say is what the register holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.cases.test_one_request import file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, Figure
from aydyn.kernel import caching, clock
from aydyn.portal import charts


def test_a_median_is_the_day_within_which_half_had_come() -> None:
    assert queries.median_of({}) is None
    assert queries.median_of({3: 1}) == 3
    assert queries.median_of({1: 2, 5: 1, 9: 1}) == 1
    assert queries.median_of({1: 1, 5: 2, 90: 1}) == 5


def test_a_chart_shows_every_answer_once() -> None:
    histogram = {0: 1, 5: 2000, 60: 3, 61: 4, 500: 1, -1: 1}
    chart = charts.speed_chart(histogram, 5)
    assert chart is not None
    assert all(bar.height >= 2 for bar in chart.bars)
    assert [bar.late for bar in chart.bars] == [False, False, False, True]
    assert sum(count for _days, count in charts.buckets(histogram)) == sum(histogram.values())
    assert charts.speed_chart({}, None) is None


def test_an_office_shows_what_it_received_answered_and_owes(publish: Publish, client: Client) -> None:
    answered, withdrawn, late = publish("Ramps?"), file().case, file().case
    actions.withdraw_case(case=withdrawn)
    actions.take_asker_step(case=answered, step="rate", data=StepData(verdict="partly"))
    today = clock.today()
    Case.objects.filter(pk=late.pk).update(due=today - timedelta(days=3))
    Case.objects.filter(pk=answered.pk).update(filed_on=today - timedelta(days=12))
    office = queries.office_of_code("tm.cec")
    assert office is not None
    figures = queries.office_figures(office)
    assert (figures.received, figures.answered, figures.withdrawn, figures.overdue, figures.waiting) == (3, 1, 1, 1, 0)
    assert (figures.median, figures.answers, figures.histogram) == (12, 1, {12: 1})
    assert figures.verdicts == {"partly": 1}
    page = client.get("/en/offices/tm.cec/").content.decode()
    assert 'role="img"' in page
    assert "<title id=" in page
    assert late.number in page
    assert answered.number not in page
    assert "Fewer than 10 answers" in page
    assert "closed, not solved" in page


def test_the_league_names_who_stayed_silent_and_warns_of_small_numbers(publish: Publish, client: Client) -> None:
    publish("Ramps?")
    late = file().case
    Case.objects.filter(pk=late.pk).update(due=clock.today() - timedelta(days=3))
    page = client.get("/en/offices/").content.decode()
    assert "Silent beyond their day" in page
    assert "Below 10 answers" in page
    row = next(row for row in queries.count_league() if row.office == "tm.cec")
    assert (row.answers, row.overdue, row.oldest) == (1, 1, clock.today() - timedelta(days=3))


def test_cases_that_nobody_sees_count_nowhere(node: TestNode) -> None:
    for column in ({"held": True}, {"listed": False}):
        Case.objects.filter(pk=file().case.pk).update(**column)
    office = queries.office_of_code("tm.cec")
    assert office is not None
    assert queries.office_figures(office).received == 0
    assert queries.count_league() == []


@pytest.mark.parametrize("path", ["nonsense/", "%00/", "tm.cec/?year=99999", "tm.cec/?year=%00", "tm.cec/?year=0000"])
def test_odd_addresses_are_no_fault(node: TestNode, client: Client, path: str) -> None:
    answer = client.get(f"/en/offices/{path}")
    assert answer.status_code == (200 if path.startswith("tm") else 404)


def test_kept_figures_are_shown_while_fresh_and_counted_anew_then(node: TestNode, client: Client) -> None:
    actions.refresh_figures()
    file()
    assert queries.figures().waiting == 0, "kept by the worker a moment ago"
    Figure.objects.update(at=clock.now() - timedelta(minutes=6))
    assert queries.figures().waiting == 1, "no worker runs: the page counts by itself"
    Figure.objects.update(at=clock.now() + timedelta(hours=1))
    assert queries.figures().waiting == 1
    caching.forget()
    actions.refresh_figures()
    assert queries.league()[0] == queries.count_league()
