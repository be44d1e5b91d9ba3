"""Verdicts as they are told, and the state that is kept of a verified archive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.evote.manipulations.table import PLAIN
from tests.evote.workshop import simulated, verify

from aydyn.evote.errors import ArchiveError, EvoteError, FormatError, ProofError, RuleError, UnsupportedError
from aydyn.evote.verify.verdicts import Note, Outcome, Problem, Stage, State, Verdict

FALSE = Problem("tally", "words", "§10", Stage.TALLY, 6)
UNKNOWN = Problem("version", "words", "§4", Stage.ELECTION, 0, unsupported=True)


@pytest.mark.parametrize(
    ("problems", "outcome"),
    [
        ([], Outcome.VERIFIED),
        ([UNKNOWN], Outcome.UNCHECKED),
        ([FALSE], Outcome.REFUTED),
        ([UNKNOWN, FALSE], Outcome.REFUTED),
    ],
)
def test_what_is_false_outweighs_what_cannot_be_checked(problems: list[Problem], outcome: Outcome) -> None:
    verdict = Verdict()
    for problem in problems:
        verdict.add(problem)
    assert (verdict.outcome, verdict.problem_count) == (outcome, len(problems))
    assert verdict.to_value()["verdict"] == outcome.value


def test_notes_refute_nothing() -> None:
    verdict = Verdict(notes=[Note("not-shuffled", "words")])
    assert verdict.outcome is Outcome.VERIFIED
    assert verdict.to_value()["notes"] == [{"code": "not-shuffled", "words": "words"}]
    assert Note("x", "words", 3).to_value()["event"] == 3


@pytest.mark.parametrize(
    ("error", "height", "unsupported"),
    [
        (RuleError("x", "words", section="§1"), 5, False),
        (ProofError("x", "words", section="§1"), 5, False),
        (FormatError("x", "words", section="§1"), 5, False),
        (UnsupportedError("x", "words", section="§1"), 5, True),
        (ArchiveError("x", "words", height=7, section="§1"), 7, False),
        (ArchiveError("archive-version", "words", height=None, section="§1"), None, True),
    ],
)
def test_a_problem_says_what_was_raised_and_an_archive_where(error: EvoteError, height: int, unsupported: bool) -> None:
    problem = Problem.of(error, Stage.ARCHIVE, 5)
    assert (problem.rule, problem.words, problem.section) == (error.rule, "words", "§1")
    assert (problem.height, problem.unsupported) == (height, unsupported)
    assert ("event" in problem.to_value()) == (height is not None)
    assert "ballot" not in problem.to_value()
    assert Problem.of(error, Stage.BALLOTS, 5, "tracker").to_value()["ballot"] == "tracker"


def test_a_verdict_is_json_whatever_it_found() -> None:
    value = json.loads(json.dumps(verify(simulated(PLAIN)[1]).to_value()))
    assert value["checked"] == {
        "archive": 10, "election": 2, "trustees": 2, "credentials": 3, "ballots": 4, "tally": 1, "decryptions": 2, "result": 1,
    }  # fmt: skip
    assert (value["skipped"], value["problems"], value["problem_count"]) == (0, [], 0)


# --- the state file


def kept() -> dict[str, Any]:
    position = verify(simulated(PLAIN)[1]).position
    assert position is not None
    return json.loads(State("φ", position).to_bytes())


def test_a_state_is_one_line_of_json_and_read_as_it_was_written() -> None:
    value = kept()
    state = State.parse(json.dumps(value).encode())
    assert json.loads(state.to_bytes()) == value
    assert state.to_bytes().count(b"\n") == 1
    assert (state.election, state.position.ballots, state.position.height) == ("φ", 4, 9)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"version": 2}, "state-version"),
        ({"version": None}, "state-version"),
        ({"election": 5}, "json-shape"),
        ({"position": {}}, "position-form"),
        ({"position": None}, "position-form"),
    ],
)
def test_a_state_that_is_none_is_refused(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(FormatError) as caught:
        State.parse(json.dumps(kept() | change).encode())
    assert caught.value.rule == rule


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b"{}", b'{"version":1}', b'{"version":1,"election":"x"}'])
def test_a_file_that_holds_no_state_is_refused(raw: bytes) -> None:
    with pytest.raises(FormatError):
        State.parse(raw)
