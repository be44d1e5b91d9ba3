"""Whole logs: honest ones of every shape, and every kind of damage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.observer.tinylog import ACTS_DATA, NOON, TinyLog, both_kinds, sample, witnesses

from aydyn.audit.logs import Unreadable, verify_log
from aydyn.audit.verdicts import State
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.merkle import EMPTY_ROOT
from aydyn.ledger.notes import sign
from aydyn.ledger.policies import Policy

LOG = sample(200)
POLICY = LOG.policy(witnesses(), 2)
Files = dict[str, bytes]


def files_of(log: TinyLog, size: int | None = None) -> Files:
    note = log.note(size, witnesses=both_kinds(), at=NOON).to_bytes()
    return {**log.tiles(size), "checkpoint": note, "acts": ACTS_DATA}


def reader(files: Files) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path not in files:
            raise Unreadable(f"{path} is missing")
        return files[path]

    return read


@pytest.mark.parametrize("cases", [0, 1, 84, 85, 200])
@pytest.mark.parametrize("tree_only", [False, True])
def test_an_honest_log_is_verified(cases: int, tree_only: bool) -> None:
    log = sample(cases)
    told: list[tuple[int, int]] = []
    verdict = verify_log(
        reader(files_of(log)), [POLICY], tree_only=tree_only, progress=lambda done, of: told.append((done, of))
    )
    assert (verdict.state, verdict.reasons, verdict.breaches) == (State.VERIFIED, [], [])
    assert [one.code for one in verdict.proved] == ["signed", "tree", "rules"][: 2 if tree_only else 3]
    assert told[-1] == (len(log.entries), len(log.entries))


def test_an_empty_log_is_verified() -> None:
    text = Checkpoint(LOG.origin, 0, EMPTY_ROOT).text()
    note = sign(text, [*LOG.keys, *both_kinds()], NOON).to_bytes()
    assert verify_log(reader({"checkpoint": note}), [POLICY]).state is State.VERIFIED


def test_several_chunks_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aydyn.audit.logs.CHUNK", 256)
    assert verify_log(reader(files_of(LOG)), [POLICY]).state is State.VERIFIED


def test_a_full_tile_stands_in_for_a_partial_one_that_is_gone() -> None:
    files = files_of(LOG, 300)
    bigger = LOG.tiles()
    for path in [path for path in files if ".p/" in path and not path.startswith("tile/1")]:
        del files[path]
        files[path.partition(".p/")[0]] = bigger[path.partition(".p/")[0]]
    assert verify_log(reader(files), [POLICY]).state is State.VERIFIED


def spoil_entry(files: Files) -> None:
    files["tile/entries/001"] = files["tile/entries/001"].replace(b"2026-11-25", b"2026-11-24", 1)


def spoil_bundle(files: Files) -> None:
    files["tile/entries/001"] = files["tile/entries/001"][:-1]


def spoil_tile(files: Files) -> None:
    files["tile/0/000"] = bytes(32) + files["tile/0/000"][32:]


def spoil_upper_tile(files: Files) -> None:
    files["tile/1/000.p/2"] = files["tile/1/000.p/2"][:-1] + b"\0"


def spoil_signature(files: Files) -> None:
    files["checkpoint"] = TinyLog(LOG.origin, 66, LOG.entries).note(witnesses=both_kinds()).to_bytes()


def spoil_checkpoint(files: Files) -> None:
    files["checkpoint"] = b"nonsense"


def serve_other_acts(files: Files) -> None:
    files["acts"] = ACTS_DATA.replace(b'"about":""', b'"about":"x"', 1)


@pytest.mark.parametrize(
    "spoil",
    [spoil_entry, spoil_bundle, spoil_tile, spoil_upper_tile, spoil_signature, spoil_checkpoint, serve_other_acts],
)
def test_damage_is_refuted(spoil: Callable[[Files], None]) -> None:
    files = files_of(LOG)
    spoil(files)
    verdict = verify_log(reader(files), [POLICY])
    assert verdict.state is State.REFUTED
    assert verdict.breach_count or verdict.reasons


@pytest.mark.parametrize("path", ["checkpoint", "tile/entries/001", "tile/0/000", "tile/1/000.p/2"])
def test_a_missing_file_refutes_nothing(path: str) -> None:
    files = files_of(LOG)
    del files[path]
    verdict = verify_log(reader(files), [POLICY])
    assert verdict.state is State.UNCHECKED
    assert [one.code for one in verdict.reasons] == ["unreadable"]


def test_a_missing_table_of_acts_is_said() -> None:
    files = files_of(LOG)
    del files["acts"]
    verdict = verify_log(reader(files), [POLICY])
    assert verdict.state is State.VERIFIED
    assert [one.code for one in verdict.reasons] == ["no-act-table"]


@pytest.mark.parametrize(
    ("policies", "code"),
    [
        ([], "no-policy"),
        ([TinyLog("other.example").policy({}, 0)], "log-unknown"),
        ([LOG.policy(witnesses(count=3), 3)], "pending"),
    ],
)
def test_without_a_policy_that_holds_nothing_is_verified(policies: list[Policy], code: str) -> None:
    verdict = verify_log(reader(files_of(LOG)), policies)
    assert verdict.state is State.UNCHECKED
    assert [one.code for one in verdict.reasons] == [code]


def test_entries_that_break_rules_refute_a_log_whose_tree_holds() -> None:
    log = sample(3)
    log.add(
        "case.answered", "2026-11-25T11:00:00Z", "office:tm.cec", {"number": "CEC-2026-000009"}, mandate="nobody0001"
    )
    verdict = verify_log(reader(files_of(log)), [POLICY])
    assert verdict.state is State.REFUTED
    assert {breach.code for breach in verdict.breaches} == {"mandate-unknown", "case-unknown"}
    assert verify_log(reader(files_of(log)), [POLICY], tree_only=True).state is State.VERIFIED
