"""``aydyn register export DIR``: what it says, and when it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cases.test_one_request import file
from tests.nodes import TestNode

from aydyn import cli


@pytest.fixture
def kept_mask() -> Iterator[None]:
    """The command narrows the process's mask for files; a test gives it back."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def run(node: TestNode, kept_mask: None, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("AYDYN_ORIGIN", "test.example/ledger")
    monkeypatch.setenv("AYDYN_DATA", str(node.data))
    return CliRunner()


def test_it_says_what_it_wrote_in_one_object(run: CliRunner, node: TestNode, tmp_path: Path) -> None:
    file()
    node.sequence()
    done = run.invoke(cli.command, ["register", "export", str(tmp_path / "site"), "--data", str(node.data), "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["cases"], said["receipts"], said["folder"]) == (1, 1, str(tmp_path / "site"))
    assert (tmp_path / "site" / "index.html").stat().st_mode & 0o777 == 0o644
    again = run.invoke(cli.command, ["register", "export", str(tmp_path / "site"), "--data", str(node.data)])
    assert again.exit_code == 0
    assert "1 cases" in again.stderr
    assert again.stdout == ""


def test_a_folder_of_others_is_refused_in_one_sentence(run: CliRunner, node: TestNode, tmp_path: Path) -> None:
    node.sequence()
    (tmp_path / "mine.txt").write_text("mine")
    done = run.invoke(cli.command, ["register", "export", str(tmp_path), "--data", str(node.data)])
    assert done.exit_code == 2
    assert "no export made" in done.stderr


def test_where_there_is_no_node_it_says_so(kept_mask: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AYDYN_ORIGIN", raising=False)
    monkeypatch.setenv("AYDYN_DATA", str(tmp_path))
    done = CliRunner().invoke(
        cli.command, ["register", "export", str(tmp_path / "site"), "--data", str(tmp_path / "no")]
    )
    assert done.exit_code == 2
    assert "there is no node" in done.stderr
