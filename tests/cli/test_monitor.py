"""``aydyn monitor``: exit codes and JSON."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Disk, Run
from tests.observer.fakesite import case_value, serve_site
from tests.observer.tinylog import both_kinds, number


def test_the_exit_code_says_what_was_found(run: Run, disk: Disk, tmp_path: Path) -> None:
    disk.log.publish(disk.ledger, witnesses=both_kinds(), at=int(time.time()))
    words = ("--policy", disk.policy, "--state", tmp_path / "state", "--once", "--json")
    with serve_site(tmp_path) as site:
        site.cases.update({number(serial): case_value(disk.log, serial) for serial in (1, 2, 3)})
        for address in (site.address, f"{site.address}/ledger/"):
            result = run("monitor", address, *words)
            assert result.exit_code == 0, result.stdout
            assert json.loads(result.stdout)["cases_compared"] == 3
        site.cases[number(1)]["events"][2]["parts"]["text"]["value"] = "2,605"
        result = run("monitor", site.address, *words)
        assert result.exit_code == 1
        [found] = json.loads(result.stdout)["evidence"]
        assert (found["code"], Path(found["file"]).exists()) == ("text-differs", True)
        assert run("monitor", site.address, *words[:-2], "--interval", 1).exit_code == 1
        assert run("monitor", site.address, *words, "--ledger-only").exit_code == 0
    assert run("monitor", site.address, *words).exit_code == 2


def test_without_a_policy_it_is_2(run: Run, disk: Disk, tmp_path: Path) -> None:
    result = run("monitor", disk.ledger, "--state", tmp_path / "state", "--once")
    assert result.exit_code == 2
    assert "policy" in result.stderr


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "ftp://example.org"])
def test_an_address_that_does_not_answer_is_2(run: Run, disk: Disk, tmp_path: Path, address: str) -> None:
    assert run("monitor", address, "--policy", disk.policy, "--state", tmp_path / "s", "--once").exit_code == 2
