"""A log on disk with receipts and policies, and a runner of the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.observer.tinylog import TinyLog, both_kinds, sample, witnesses

from aydyn import cli
from aydyn.ledger.keys import SignatureType

Run = Callable[..., Result]


@dataclass
class Disk:
    """Files that a person has in hand."""

    log: TinyLog
    ledger: Path
    receipt: Path
    policy: Path
    policy_pq: Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``aydyn`` with words, in a home of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # Set and removed again, so that what a word puts there is gone after the test.
    monkeypatch.setenv("AYDYN_DATA", "")
    monkeypatch.delenv("AYDYN_DATA")
    return lambda *words: CliRunner().invoke(cli.command, [str(word) for word in words], prog_name="aydyn")


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """A log of three cases with a receipt and both policies."""
    log = sample(3)
    ledger = tmp_path / "ledger"
    log.publish(ledger, witnesses=both_kinds())
    files = Disk(log, ledger, tmp_path / "a.tlog-proof", tmp_path / "policy", tmp_path / "policy-pq")
    files.receipt.write_bytes(log.receipt(5, log.note(witnesses=both_kinds())).to_bytes())
    files.policy.write_bytes(log.policy(witnesses(), 2).to_bytes())
    post_quantum = log.policy(witnesses(SignatureType.ML_DSA_44), 2, post_quantum=True)
    files.policy_pq.write_bytes(post_quantum.to_bytes())
    return files
