"""``aydyn policy``: pinned once, never silently replaced."""

from __future__ import annotations

import json

from tests.cli.conftest import Disk, Run
from tests.observer.tinylog import TinyLog, witnesses

from aydyn.cli import pins


def test_pinning_twice_is_the_same(run: Run, disk: Disk) -> None:
    for file in (disk.policy, disk.policy_pq, disk.policy):
        assert run("policy", "pin", file).exit_code == 0
    assert len(pins.pinned(disk.log.origin)) == 2
    assert pins.pinned("other.example") == []


def test_another_key_is_not_silently_pinned(run: Run, disk: Disk) -> None:
    run("policy", "pin", disk.policy)
    disk.policy.write_bytes(TinyLog(disk.log.origin, 66).policy(witnesses(), 2).to_bytes())
    result = run("policy", "pin", disk.policy)
    assert result.exit_code == 2
    assert "no longer: log" in result.stderr
    assert "--replace" in result.stderr
    assert run("verify", "receipt", disk.receipt).exit_code == 0
    assert run("policy", "pin", disk.policy, "--replace").exit_code == 0
    assert run("verify", "receipt", disk.receipt).exit_code == 1


def test_what_is_trusted_is_listed(run: Run, disk: Disk) -> None:
    assert "no log is trusted" in run("policy", "list").stdout
    run("policy", "pin", disk.policy)
    assert disk.log.origin in run("policy", "list").stdout
    rows = json.loads(run("policy", "list", "--json").stdout)["policies"]
    assert [row["witnesses"] for row in rows] == [["w1", "w2"]]


def test_a_file_that_is_no_policy_is_2(run: Run, disk: Disk) -> None:
    assert run("policy", "pin", disk.receipt).exit_code == 2
    assert run("policy", "pin", disk.receipt.with_name("none")).exit_code == 2
