"""A genuine election with one thing changed, everything else made to fit: refused, and for the right reason."""

from __future__ import annotations

import pytest
from tests.evote.manipulations import ballots, boards, ends, keys
from tests.evote.manipulations.table import TABLE, Manipulation
from tests.evote.workshop import Bench, verify

from aydyn.evote.verify.verdicts import Outcome

MODULES = (ballots, boards, ends, keys)  # each enters its rows as it is imported


@pytest.mark.parametrize("manipulation", TABLE, ids=lambda one: one.name)
def test_a_manipulation_is_refused_for_the_right_reason(manipulation: Manipulation) -> None:
    raw, event = manipulation.make()
    verdict = verify(raw)
    assert verdict.outcome is Outcome.REFUTED
    problem = verdict.problems[0]
    assert (problem.rule, problem.stage) == (manipulation.rule, manipulation.stage), problem
    assert manipulation.event is None or problem.height == event, problem
    assert problem.section
    assert problem.words


def test_the_table_is_wide_and_names_nothing_twice() -> None:
    names = [(one.name, one.scene) for one in TABLE]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("scene", sorted({one.scene for one in TABLE}, key=str), ids=str)
def test_what_is_manipulated_was_genuine_and_can_be_rebuilt(scene: object) -> None:
    bench = Bench(scene)  # type: ignore[arg-type]
    assert bench.bytes() == bench.raw
    assert verify(bench.raw).outcome is Outcome.VERIFIED
    bench.finish()
    assert verify(bench.bytes()).outcome is Outcome.VERIFIED
