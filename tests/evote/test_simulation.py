"""Simulated elections: the same from the same seed, and with the result that their votes come to."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import pytest
from tests.evote.workshop import Box, Scene, run_plan, simulated, template, verify

from aydyn.evote import simulation
from aydyn.evote.credentials import public_keys, public_list, secret_key
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError, FormatError
from aydyn.evote.questions import NonHomomorphic, parse_question
from aydyn.evote.simulation import (
    Making,
    Plan,
    Simulated,
    expected_result,
    parse_trustees_plan,
    random_vote,
    run_here,
    simulate,
)
from aydyn.evote.tally import Row
from aydyn.evote.trustees import owners, parse_trustees
from aydyn.evote.verify.verdicts import Outcome

SCENES = (
    Scene(kinds="HBL", trustees="single:1,threshold:2/3", voters=8, revotes=3, weights=True),
    Scene(kinds="HBRL", trustees="threshold:1/2,single:2,threshold:2/3", voters=5, revotes=5, shuffles=2),
    Scene(kinds="RR", trustees="threshold:3/4", voters=1, revotes=0, shuffles=9),
    Scene("BELENIOS-2048", "HBL", "threshold:2/3", voters=3, revotes=1, weights=True),
    Scene("BELENIOS-2048", "L", "single:3", voters=2, revotes=2),
    Scene("RFC-3526-2048", "HBRL", "threshold:1/2,single:1", voters=3, revotes=1, shuffles=1),
)


def counted(made: Simulated) -> list[Any]:
    """The votes counted as simply as can be."""
    final = dict(enumerate(made.secrets.votes)) | dict(made.secrets.revotes)
    result: list[Any] = []
    for place, question in enumerate(made.election.questions):
        if isinstance(question, NonHomomorphic):
            result.append(sorted(votes[place] for votes in final.values()))
            continue
        total: Any = None
        for voter, votes in final.items():
            total = _plus(total, votes[place], made.weights[voter])
        result.append(total)
    return result


def _plus(total: Any, vote: Any, weight: int) -> Any:
    if isinstance(vote, list):
        return [_plus(total and total[i], one, weight) for i, one in enumerate(vote)]
    return (total or 0) + weight * vote


def in_order(made: Simulated, result: list[Any] | None) -> list[Any]:
    """A result with the votes that were decrypted one by one sorted."""
    assert result is not None
    pairs = zip(made.election.questions, result, strict=True)
    return [sorted(own) if isinstance(question, NonHomomorphic) else own for question, own in pairs]


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_the_result_is_what_the_votes_come_to(scene: Scene) -> None:
    made, raw = simulated(scene)
    verdict = verify(raw)
    assert verdict.outcome is Outcome.VERIFIED
    assert in_order(made, verdict.result) == counted(made) == expected_result(made)
    assert verdict.facts["voted_weight"] == sum(made.weights)
    assert (verdict.facts["ballots"], verdict.facts["voted"]) == (scene.voters + scene.revotes, scene.voters)


def test_the_secrets_are_those_of_what_is_public() -> None:
    made, _ = simulated(SCENES[1])
    group, engine = made.election.group, engine_for(made.election.group)
    keys = [one.key for one in owners(parse_trustees(group, made.trustees))]
    assert public_keys(engine, [made.secrets.keys[i] for i in range(1, 8)]) == keys
    exponents = [secret_key(group, made.election.uuid, one) for one in made.secrets.credentials]
    assert public_list(group, dict.fromkeys(public_keys(engine, exponents), 1)) == made.credentials


SMALL = Plan("Ed25519", 5, template("HR"), 1, ((1, 2),), revotes=2, seed="a")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again = run_plan(SMALL), run_plan(SMALL)
    assert first == again
    other = run_plan(replace(SMALL, seed="b"))
    assert other[1] != first[1]
    assert set(other[0].secrets.credentials).isdisjoint(first[0].secrets.credentials)
    assert set(other[0].secrets.keys.values()).isdisjoint(first[0].secrets.keys.values())


def test_without_a_seed_every_election_is_another() -> None:
    first, second = (run_plan(replace(SMALL, seed=None)) for _ in range(2))
    assert first[0].election.uuid != second[0].election.uuid
    assert set(first[0].secrets.credentials).isdisjoint(second[0].secrets.credentials)
    assert verify(first[1]).outcome is Outcome.VERIFIED


def test_wherever_ballots_are_made_they_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CHUNK", 2)
    seen = list[tuple[int, int]]()

    def backwards(work: Callable[[Making], list[bytes]], tasks: Iterable[Making]) -> Iterator[list[bytes]]:
        made = [work(task) for task in list(tasks)[::-1]]
        assert len(made) == 4
        return iter(made[::-1])

    assert held(SMALL, run=backwards, progress=lambda done, total: seen.append((done, total))) == held(SMALL)
    assert seen == [(2, 7), (4, 7), (6, 7), (7, 7)]


class Closed(Exception):
    """The box is closed; what comes after it is not looked at."""


def held(
    plan: Plan, *, run: simulation.Run = run_here, progress: Callable[[int, int], None] = simulation.silent
) -> bytes:
    """The board of an election up to the end of voting."""
    box = Box()

    def count() -> tuple[list[Row], int, int]:
        raise Closed

    with pytest.raises(Closed):
        simulate(plan, lambda _: box, count, run=run, progress=progress)
    return box.getvalue()


def refusal(plan: Plan) -> str:
    def never(_: str) -> BinaryIO:
        raise AssertionError("a board was opened")

    with pytest.raises(EvoteError) as caught:
        simulate(plan, never, lambda: ([], 0, 0))
    return caught.value.rule


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"voters": 0, "revotes": 0}, "plan"),
        ({"voters": simulation.MAX_VOTERS + 1}, "plan"),
        ({"revotes": 6}, "plan"),
        ({"revotes": -1}, "plan"),
        ({"weights": True}, "plan"),
        ({"group": "P-256"}, "group"),
        ({"template": {"name": "None"}}, "json-field"),
        ({"template": {"name": "None", "questions": []}}, "questions"),
        ({"thresholds": ((3, 3),)}, "threshold"),
        ({"thresholds": ((0, 3),)}, "threshold"),
    ],
)
def test_a_plan_out_of_bounds_is_refused_before_anything_is_written(change: dict[str, Any], rule: str) -> None:
    assert refusal(replace(SMALL, **change)) == rule


def test_rankings_in_a_group_that_cannot_carry_them_are_refused() -> None:
    with pytest.raises(EvoteError) as caught:
        simulate(replace(SMALL, group="BELENIOS-2048"), lambda _: io.BytesIO(), lambda: ([], 0, 0))
    assert caught.value.rule == "question-answers"


def test_trustees_are_planned_in_words() -> None:
    assert parse_trustees_plan("single:2") == (2, ())
    assert parse_trustees_plan("threshold:2/3, single:1,threshold:1/2,single:2") == (3, ((2, 3), (1, 2)))


@pytest.mark.parametrize(
    "text",
    ["", "single", "single:", "single:-1", "single:x", "single:٣", "single:0", "single:101", "double:1", "threshold:2", "threshold:2/",
     "threshold:/3", "threshold:2/3/4", "threshold:50/101", "single:1,", "single:1;single:1"],
)  # fmt: skip
def test_a_plan_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_trustees_plan(text)
    assert caught.value.rule == "trustees-plan"


def test_grades_are_drawn_where_a_question_has_grades() -> None:
    question = parse_question(
        {
            "type": "NonHomomorphic",
            "value": {"answers": ["A", "B", "C"], "question": "?"},
            "extra": {"method": "MajorityJudgment", "grades": ["Good", "Bad"]},
        }
    )
    assert {number for _ in range(40) for number in random_vote(question)} == {1, 2}
