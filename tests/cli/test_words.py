"""The words of the command: all that are promised, and the base ones without Django."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli import make_reference
from tests.cli.conftest import Disk, Run

ROOT = Path(__file__).parents[2]
WORDS = [
    ("up",), ("demo", "load"), ("verify", "receipt"), ("verify", "log"), ("monitor",), ("witness",), ("ledger", "check"),
    ("ledger", "rebuild"), ("ledger", "keygen"), ("ledger", "status"), ("policy", "pin"), ("policy", "list"),
]  # fmt: skip
WITHOUT_DJANGO = """
import sys
sys.modules["django"] = None
from aydyn import cli
sys.argv = ["aydyn", *sys.argv[1:]]
cli.main()
"""


def without_django(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_DJANGO, *map(str, words)]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_word_explains_itself(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert f"Usage: aydyn {' '.join(words)}" in result.stdout


def test_the_list_of_words_imports_no_django() -> None:
    result = without_django("--help")
    assert result.returncode == 0
    for words in WORDS:
        assert words[0] in result.stdout


@pytest.mark.parametrize("words", [("up",), ("demo", "load"), ("ledger", "status"), ("manage", "check")], ids=" ".join)
def test_a_word_of_a_node_says_in_one_sentence_what_is_missing(words: tuple[str, ...]) -> None:
    result = without_django(*words)
    assert result.returncode == 2
    assert "aydyn[node]" in result.stderr
    assert len(result.stderr.strip().split("\n")) == 1


def test_base_words_work_without_django(disk: Disk, tmp_path: Path) -> None:
    assert without_django("verify", "receipt", disk.receipt, "--policy", disk.policy).returncode == 0
    assert without_django("verify", "log", disk.ledger, "--policy", disk.policy).returncode == 0
    state = tmp_path / "state"
    assert without_django("monitor", disk.ledger, "--policy", disk.policy, "--state", state, "--once").returncode in (
        0,
        1,
    )
    result = without_django("witness", "--data", tmp_path / "w", "--listen", "nowhere")
    assert "HOST:PORT" in result.stderr


@pytest.mark.parametrize("word", ["check", "rebuild", "keygen", "status"])
def test_the_operators_words_say_where_there_is_no_node(run: Run, tmp_path: Path, word: str) -> None:
    for words in (("--data", tmp_path, "ledger", word), ("ledger", word, "--data", tmp_path)):
        result = run(*words)
        assert result.exit_code == 2
        assert f"there is no node in {tmp_path}" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_unknown_words_and_options_are_2(run: Run) -> None:
    assert run("nonsense").exit_code == 2
    assert run("verify", "log").exit_code == 2
    assert run("witness", "--listen", "127.0.0.1:0").exit_code == 2
    assert run("test").exit_code == 2


def test_the_reference_in_the_docs_is_up_to_date() -> None:
    assert make_reference.FILE.read_text("utf-8") == make_reference.reference()
