"""What holds after every test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.nodes import TestNode

from aydyn.cases import timelines
from aydyn.cases.models import Case, Result


@pytest.fixture
def every_case_is_what_its_timeline_says(node: TestNode) -> Iterator[None]:
    """Whatever a test did: folding the events anew gives the columns that lists and pages are made from."""
    yield
    for case in Case.objects.all():
        state = timelines.state_of(case)
        kept = (case.state, case.open, case.due, case.result, case.answered_on, case.published, case.owed, case.since)
        assert kept == (
            state.state, state.open, state.due, state.result or "", state.answered, state.published, max(state.owed, 0),
            state.since,
        ), case.number  # fmt: skip
        assert case.office.code == state.office
        assert case.open or Result.objects.filter(case=case).exists()
