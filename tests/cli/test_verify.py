"""``aydyn verify``: exit codes, words, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import Disk, Run
from tests.observer.fakesite import serve_site
from tests.observer.tinylog import both_kinds


def test_a_good_receipt_is_0_and_says_what_it_proves(run: Run, disk: Disk) -> None:
    result = run("verify", "receipt", disk.receipt, "--policy", disk.policy, "--policy", disk.policy_pq)
    assert result.exit_code == 0
    for words in (
        "verified",
        "case.answered, CEC-2026-000001",
        "position 5 of 13",
        "2 of 2 witnesses",
        "does not prove",
    ):
        assert words in result.stdout


def test_an_altered_receipt_is_1(run: Run, disk: Disk) -> None:
    disk.receipt.write_bytes(disk.receipt.read_bytes().replace(b"index 5", b"index 6"))
    result = run("verify", "receipt", disk.receipt, "--policy", disk.policy)
    assert result.exit_code == 1
    assert "REFUTED" in result.stdout
    assert "position" not in result.stdout.split("REFUTED")[0]


def test_without_a_policy_it_is_2_and_says_what_to_do(run: Run, disk: Disk) -> None:
    result = run("verify", "receipt", disk.receipt)
    assert result.exit_code == 2
    assert "aydyn policy pin" in result.stdout


def test_a_missing_file_and_a_missing_or_wrong_policy_are_2(run: Run, disk: Disk, tmp_path: Path) -> None:
    assert run("verify", "receipt", tmp_path / "none", "--policy", disk.policy).exit_code == 2
    assert run("verify", "receipt", disk.receipt, "--policy", tmp_path / "none").exit_code == 2
    assert run("verify", "receipt", disk.receipt, "--policy", disk.receipt).exit_code == 2
    assert run("verify", "receipt").exit_code == 2


def test_of_several_receipts_the_worst_counts(run: Run, disk: Disk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tlog-proof"
    bad.write_bytes(disk.receipt.read_bytes().replace(b"index 5", b"index 6"))
    result = run("verify", "receipt", disk.receipt, tmp_path / "none", "--policy", disk.policy, "--json")
    assert result.exit_code == 2
    result = run("verify", "receipt", disk.receipt, bad, tmp_path / "none", "--policy", disk.policy, "--json")
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert value["verdict"] == "refuted"
    assert [row["verdict"] for row in value["receipts"]] == ["verified", "refuted", "unchecked"]


def test_what_keeps_it_from_being_checked_is_json_too(run: Run, disk: Disk, tmp_path: Path) -> None:
    result = run("verify", "receipt", disk.receipt, "--policy", tmp_path / "none", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["verdict"] == "unchecked"


def test_a_pinned_policy_is_found_by_the_origin(run: Run, disk: Disk) -> None:
    assert run("policy", "pin", disk.policy).exit_code == 0
    assert run("verify", "receipt", disk.receipt).exit_code == 0
    assert run("verify", "log", disk.ledger, "--jobs", 1).exit_code == 0


def test_a_log_in_a_directory_is_verified(run: Run, disk: Disk, tmp_path: Path) -> None:
    result = run("verify", "log", disk.ledger, "--policy", disk.policy, "--policy", disk.policy_pq, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["size"] == 13
    data = tmp_path / "data"
    shutil.copytree(disk.ledger, data / "tiles")
    assert run("verify", "log", data, "--policy", disk.policy, "--tree-only").exit_code == 0


def test_a_log_is_verified_in_several_processes(run: Run, disk: Disk, tmp_path: Path) -> None:
    for serial in range(9000):
        disk.log.add(
            "file.loaded",
            "2026-11-25T11:30:00Z",
            "node",
            {"kind": "x", "code": f"c{serial}", "file": "sha256:" + "0" * 64},
        )
    big = tmp_path / "big"
    disk.log.publish(big, witnesses=both_kinds())
    result = run("verify", "log", big, "--policy", disk.policy, "--jobs", 2)
    assert result.exit_code == 0, result.stdout
    assert "9,013 entries" in result.stdout


def test_a_log_by_its_address_or_its_prefix(run: Run, disk: Disk, tmp_path: Path) -> None:
    with serve_site(tmp_path) as site:
        for address in (site.address, f"{site.address}/", f"{site.address}/ledger"):
            assert run("verify", "log", address, "--policy", disk.policy, "--jobs", 1).exit_code == 0


def test_a_damaged_log_is_1_and_an_absent_one_2(run: Run, disk: Disk, tmp_path: Path) -> None:
    tile = disk.ledger / "tile/entries/000.p/13"
    tile.write_bytes(tile.read_bytes().replace(b"2026-11-25", b"2026-11-24", 1))
    result = run("verify", "log", disk.ledger, "--policy", disk.policy, "--jobs", 1)
    assert result.exit_code == 1
    assert "[tree]" in result.stdout
    assert run("verify", "log", tmp_path / "none", "--policy", disk.policy).exit_code == 2
    assert run("verify", "log", "http://127.0.0.1:9", "--policy", disk.policy).exit_code == 2
