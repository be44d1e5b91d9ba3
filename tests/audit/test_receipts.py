"""The judgement on receipts: shared vectors, every byte altered, late and early times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.observer.tinylog import NOON, answer_case, both_kinds, file_case, sample, witnesses

from aydyn.audit.receipts import examine
from aydyn.audit.verdicts import State, worst
from aydyn.ledger.errors import FormatError
from aydyn.ledger.keys import SignatureType
from aydyn.ledger.policies import Policy

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "receipts" / "cases.json").read_text("utf-8"))
LOG = sample(2)
POLICY = LOG.policy(witnesses(), 2)


def judge(case: dict[str, Any]) -> State:
    """As the command does: a policy that cannot be read keeps the receipt from being checked."""
    try:
        policies = [Policy.parse(text.encode()) for text in case["policies"]]
    except FormatError:
        return State.UNCHECKED
    return examine(case["receipt"].encode(), policies).state


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_the_verdict_is_the_one_in_the_shared_vectors(case: dict[str, Any]) -> None:
    assert judge(case).value == case["verdict"]


def test_there_are_enough_shared_vectors_of_every_kind() -> None:
    found = [case["verdict"] for case in VECTORS]
    assert min(found.count(state.value) for state in State) >= 8


def test_a_changed_byte_is_refused_or_changes_no_fact() -> None:
    data = LOG.receipt(5, LOG.note(witnesses=list(witnesses().values())), opened=["text"]).to_bytes()
    facts = examine(data, [POLICY]).to_value()["facts"]
    for place in range(len(data)):
        for flip in (0x01, 0x20):
            changed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            verdict = examine(changed, [POLICY])
            if verdict.state is State.VERIFIED:
                assert verdict.to_value()["facts"] == facts, place


def test_a_verified_receipt_says_what_it_proves_and_what_not() -> None:
    verdict = examine(LOG.receipt(4, LOG.note(witnesses=both_kinds()), opened=["question"]).to_bytes(), [POLICY])
    assert [one.code for one in verdict.proved] == ["place", "witnesses", "time", "text"]
    assert [one.code for one in verdict.not_proved] == ["truth", "hidden", "later", "independence"]
    facts = verdict.to_value()["facts"]
    assert (facts["position"], facts["size"], facts["number"]) == (4, 10, "CEC-2026-000001")
    assert facts["opened"] == {"question": "How many polling stations? (1)"}
    assert facts["sealed_parts"] == ["asker"]
    assert facts["first_seen"] == "2026-11-25T12:00:00Z"


@pytest.mark.parametrize(
    ("origin", "at", "cosigned", "late"),
    [
        ("node.example/ledger", "2026-11-25T11:59:00Z", NOON, None),
        ("node.example/ledger", "2026-11-25T11:58:59Z", NOON, 61),
        ("node.example/ledger", "2026-11-24T12:00:00Z", NOON, 86_400),
        ("node.example/demo", "2026-11-24T12:00:00Z", NOON, None),
    ],
)
def test_an_office_act_is_recorded_late_beyond_a_minute(origin: str, at: str, cosigned: int, late: int | None) -> None:
    log = sample(1, origin)
    position = answer_case(log, 1, 4, at=at)
    note = log.note(witnesses=list(witnesses().values()), at=cosigned)
    verdict = examine(log.receipt(position, note).to_bytes(), [log.policy(witnesses(), 2)])
    assert verdict.state is State.VERIFIED
    assert verdict.facts is not None
    assert verdict.facts.late_by == late
    assert ("late" in [one.code for one in verdict.not_proved]) == (late is not None)


@pytest.mark.parametrize(
    ("day", "late", "early"),
    [("2026-11-25", None, None), ("2026-11-24", 43_201, None), ("2026-11-26", None, 43_200)],
)
def test_a_bare_date_is_judged_by_the_end_of_its_day(day: str, late: int | None, early: int | None) -> None:
    log = sample(1)
    position = file_case(log, 2, day)
    note = log.note(witnesses=list(witnesses().values()))
    facts = examine(log.receipt(position, note).to_bytes(), [log.policy(witnesses(), 2)]).facts
    assert facts is not None
    assert (facts.late_by, facts.early_by) == (late, early)


def test_the_earliest_cosignature_of_any_policy_counts() -> None:
    ed, pq = witnesses(), witnesses(SignatureType.ML_DSA_44)
    note = LOG.note(witnesses=list(ed.values()), at=NOON + 500)
    early = LOG.note(witnesses=list(pq.values()), at=NOON)
    both = note.with_signatures(line for line in early.signatures if line.name.startswith("witness"))
    policies = [LOG.policy(ed, 2), LOG.policy(pq, 2, post_quantum=True)]
    facts = examine(LOG.receipt(4, both).to_bytes(), policies).facts
    assert facts is not None
    assert facts.first_seal == NOON


def test_of_several_verdicts_the_worst_counts() -> None:
    assert worst([State.VERIFIED, State.UNCHECKED, State.REFUTED]) is State.REFUTED
    assert worst([State.VERIFIED, State.UNCHECKED]) is State.UNCHECKED
    assert worst([]) is State.UNCHECKED
    assert [state.exit_code for state in State] == [0, 1, 2]
