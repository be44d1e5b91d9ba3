"""What is counted for the report, and what is left to others: whatever stands in an archive, the count ends."""

from __future__ import annotations

import json
import random  # noqa: TID251  # seeded: the same votes every time
import time
from typing import Any

import pytest
from tests.evote.workshop import EXTRA, QUESTIONS, Bench, Scene, verify

from aydyn.evote.counting import amounts
from aydyn.evote.elections import make_election
from aydyn.evote.errors import UnsupportedError
from aydyn.evote.groups import by_name
from aydyn.evote.report import values
from aydyn.evote.report.pages import LANGUAGES, render
from aydyn.evote.report.texts import lines
from aydyn.evote.report.values import report_of
from aydyn.evote.verify.verdicts import Outcome, Stage, Verdict


def ranking(answers: int, method: str) -> dict[str, Any]:
    names = [f"C{i}" for i in range(answers)]
    extra = {"method": method, "blank": False, "seats": 22, "grades": ["good", "bad"]}
    return {"type": "NonHomomorphic", "value": {"answers": names, "question": "Council"}, "extra": extra}


def verdict_of(questions: list[dict[str, Any]], result: list[Any]) -> Verdict:
    """The verdict of an archive that was verified with these questions and this result."""
    verdict = verify(Bench(Scene()).raw)
    assert verdict.outcome is Outcome.VERIFIED
    verdict.facts["questions"], verdict.result = questions, result
    return verdict


def told(verdict: Verdict) -> dict[str, Any]:
    """The report, told in every form there is."""
    report = report_of(verdict, "some.bel")
    json.dumps(report)
    "\n".join(lines(report)).encode()
    for language in LANGUAGES:
        render(report, language).encode()
    return report


def crowd(voters: int) -> list[list[int]]:
    source = random.Random("a council")  # the same every time
    return [source.sample(range(1, 31), 30) for _ in range(voters)]


def test_a_council_of_many_seats_is_counted_and_its_long_numbers_are_rounded() -> None:
    report = told(verdict_of([ranking(30, "STV")], [crowd(1000)]))
    count = report["result"][0]["count"]
    assert len(count["elected"]) == 22
    page = render(report, "ru")
    assert "≈" in page
    assert max(map(len, page.split())) < 200


def test_numbers_of_votes_that_cannot_be_told_apart_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amounts, "LONGEST", 1)
    monkeypatch.setattr(amounts, "POINT", 1)
    report = told(verdict_of([ranking(30, "STV")], [crowd(30)]))
    assert "too close" in report["result"][0]["uncounted"]
    assert "verified, for another program" in report["result"][0]["uncounted"]
    assert any("not counted here" in line for line in lines(report))


@pytest.mark.parametrize("method", ["Schulze", "STV", "MajorityJudgment"])
def test_questions_with_many_answers_are_counted_up_to_a_bound(method: str) -> None:
    source = random.Random("many answers")  # the same every time
    votes = [[source.randrange(1, 3) for _ in range(255)] for _ in range(5)]
    began = time.monotonic()
    report = told(verdict_of([ranking(255, method)] * 20, [votes] * 20))
    assert time.monotonic() - began < 30
    counted = ["count" in one for one in report["result"]]
    assert counted == [True] * counted.count(True) + [False] * counted.count(False)
    assert "too many answers" in report["result"][-1]["uncounted"]
    assert values.MOST_STEPS < 2 * 255**3


def test_a_ranking_that_no_element_can_carry_is_never_made_and_never_counted() -> None:
    group = by_name("Ed25519")
    template = {"name": "Wide", "questions": [ranking(31, "Schulze")]}
    with pytest.raises(UnsupportedError, match="question 1 has 31 answers"):
        make_election(template, group, group.g)
    with pytest.raises(UnsupportedError, match="carries 0 numbers"):
        make_election({"name": "None", "questions": [ranking(2, "STV")]}, by_name("BELENIOS-2048"), 2)
    assert make_election({"name": "Most", "questions": [ranking(30, "STV")]}, group, group.g)
    bench = Bench(Scene(kinds="R", trustees="single:1", shuffles=1))
    wide = QUESTIONS["R"] | EXTRA["R"] | {"value": {"answers": ["a"] * 31, "question": "Wide"}}
    bench.edit(0, lambda value: value.update(questions=[wide]))
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.UNCHECKED
    assert [(one.rule, one.section, one.stage) for one in verdict.problems] == [
        ("question-answers", "§2.5", Stage.ELECTION)
    ]
