"""Whatever goes wrong with the machine that checks an election, the exit code is 2: 1 is for what is wrong with the election."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.evote.workshop import Scene, run_plan, simulated

from aydyn.cli.election import checking, runners
from aydyn.evote.verify import archives
from aydyn.evote.verify.chunks import Checked, Chunk

OWN = os.getpid()
SCENE = Scene(kinds="H", trustees="single:1", voters=3)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small election with its result."""
    path = tmp_path / "small.bel"
    path.write_bytes(simulated(SCENE)[1])
    return path


def dying(_: Chunk) -> Checked:
    if os.getpid() != OWN:
        os._exit(9)
    raise AssertionError("not in a process of its own")


def starving(_: Chunk) -> Checked:
    raise MemoryError


def stumbling(_: Chunk) -> Checked:
    raise ZeroDivisionError("two\nlines")


def ending(_: Chunk) -> Checked:
    raise SystemExit(0)


@pytest.mark.parametrize(
    ("work", "words"),
    [(dying, "fewer --jobs"), (ending, "fewer --jobs"), (starving, "memory"), (stumbling, "unforeseen")],
)
@pytest.mark.parametrize("diff", [False, True])
def test_a_process_that_dies_is_2_and_one_sentence(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Chunk], Checked], words: str, diff: bool
) -> None:
    monkeypatch.setattr(archives, "check_chunk", work)
    monkeypatch.setattr(archives, "CHUNK", 1)
    state = archive.with_name("state")
    if diff:
        result = run("election", "verify-diff", archive, archive, "--jobs", 2)
    else:
        result = run("verify", "election", archive, "--jobs", 2, "--state", state)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert not state.exists()


@pytest.mark.parametrize("option", ["--report", "--state"])
def test_a_folder_that_is_missing_is_said_before_the_long_work(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr(checking.archives, "verify_archive", lambda *_, **__: pytest.fail("the work began"))
    result = run("verify", "election", archive, option, archive.parent / "none" / "file")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not there" in result.stderr


def test_a_report_that_cannot_be_written_leaves_the_verdict_said(run: Run, archive: Path, tmp_path: Path) -> None:
    words = ("--jobs", 1, "--report", tmp_path / ("x" * 300))
    result = run("verify", "election", archive, *words)
    assert (result.exit_code, "verified" in result.stdout) == (2, True)
    assert result.stderr.startswith("Error: ")
    archive.write_bytes(archive.read_bytes()[:-1])
    assert run("verify", "election", archive, *words).exit_code == 1  # what is refuted stays so
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.bel"]


def test_a_state_file_is_its_owners_and_replaces_what_was_there(run: Run, archive: Path, tmp_path: Path) -> None:
    victim, state = tmp_path / "victim", tmp_path / "state"
    victim.write_text("kept", "utf-8")
    (tmp_path / "state.new").symlink_to(victim)  # the name that was once written through
    assert run("verify", "election", archive, "--jobs", 1, "--state", state).exit_code == 0
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert victim.read_text("utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.bel", "state", "state.new", "victim"]


def forgetful(_: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Takes all tasks and brings nothing back."""
    list(tasks)
    return iter(())


def idle(_: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Does not even take them."""
    del tasks
    return iter(())


def early(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Stops after the first."""
    for task in tasks:
        yield work(task)
        return


def short(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Leaves a ballot of each chunk out."""
    for task in tasks:
        yield work(replace(task, items=task.items[1:]))


def twice(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Brings each result twice."""
    for task in tasks:
        yield work(task)
        yield work(task)


@pytest.mark.parametrize("run_badly", [forgetful, idle, early, short, twice])
def test_ballots_that_never_come_back_are_not_checked(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch, run_badly: archives.Run
) -> None:
    monkeypatch.setattr(archives, "CHUNK", 2)

    @contextmanager
    def badly(*_: Any) -> Iterator[archives.Run]:
        yield run_badly

    monkeypatch.setattr(checking, "runner", badly)
    result = run("verify", "election", archive)
    assert result.exit_code == 2
    assert "[ballots-lost]" in result.stdout


def test_a_task_that_a_cluster_cancels_is_2(run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cancelled(BaseException):
        pass

    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"one": 1}

        def submit(self, *_: Any, **__: Any) -> Any:
            return self

        def result(self) -> Any:
            raise Cancelled

    @contextmanager
    def cluster(*_: Any) -> Iterator[archives.Run]:
        yield runners._spread(Client())

    monkeypatch.setattr(checking, "runner", cluster)
    result = run("verify", "election", archive)
    assert (result.exit_code, "lost a task" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("error", "words"),
    [(KeyboardInterrupt(), "interrupted"), (BrokenPipeError(32, "Broken pipe"), "Broken pipe"),
     (RecursionError(), "RecursionError"), (GeneratorExit(), "GeneratorExit"), (OSError(28, "No space left", "/x"), "/x")],
)  # fmt: skip
def test_anything_else_is_2_for_every_word(run: Run, monkeypatch: pytest.MonkeyPatch, error: Any, words: str) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("aydyn.cli.verify.open_ledger", fail)
    result = run("verify", "log", "somewhere")
    assert (result.exit_code, words in result.stderr) == (2, True)


def test_what_an_operator_runs_leaves_the_whole_story(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aydyn.cli.node._enter", lambda _: 1 / 0)
    result = run("ledger", "status", "--data", tmp_path)
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert "ZeroDivisionError" in result.stderr.split("\n")[-2]


def test_the_dev_mode_shows_where(archive: Path) -> None:
    code = (
        "import aydyn.cli.election.checking as c\nc.archives.verify_archive = None\nfrom aydyn.cli import main\nmain()"
    )
    words = [sys.executable, "-X", "dev", "-c", code, "verify", "election", str(archive)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    result = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 2
    assert "Traceback" in result.stderr


ESCAPES = "A\x1b[2K\r\n        7  Mallory\u202e"


def test_names_command_no_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.evote.workshop.template", lambda _: NAMED)
    archive = tmp_path / "named.bel"
    archive.write_bytes(run_plan(SCENE.plan())[1])
    for words in (("verify", "election"), ("verify", "election", "--json"), ("election", "inspect")):
        result = run(*words, archive)
        assert result.exit_code == 0
        assert all(line.isprintable() for line in result.stdout.rstrip("\n").split("\n"))
        assert "\\u001b" in result.stdout
    assert json.loads(run("verify", "election", "--json", archive).stdout)["facts"]["name"] == ESCAPES


NAMED = {
    "name": ESCAPES, "description": ESCAPES, "administrator": ESCAPES,
    "questions": [{"answers": [ESCAPES, "B"], "min": 1, "max": 1, "question": ESCAPES}],
}  # fmt: skip


def test_what_a_terminal_is_told_elsewhere_is_escaped_too(run: Run, tmp_path: Path) -> None:
    result = run("verify", "election", tmp_path / "none\x1b[2Jsuch")
    assert (result.exit_code, "\x1b" in result.stderr) == (2, False)


def test_what_is_written_never_replaces_what_is_read(run: Run, archive: Path, tmp_path: Path) -> None:
    before, state = archive.read_bytes(), tmp_path / "state"
    copy = tmp_path / "copy.bel"
    copy.write_bytes(before)
    link = tmp_path / "link.html"
    link.symlink_to(archive)
    for words in (
        ("verify", "election", archive, "--report", archive),
        ("verify", "election", archive, "--report", link),
        ("verify", "election", archive, "--state", archive),
        ("verify", "election", archive, "--state", state, "--report", state),
        ("election", "verify-diff", archive, copy, "--report", archive),
        ("election", "verify-diff", archive, copy, "--report", copy),
    ):
        result = run(*words, "--jobs", 1)
        assert (result.exit_code, "would replace it" in result.output) == (2, True), words
    assert archive.read_bytes() == copy.read_bytes() == before
    assert not state.exists()
