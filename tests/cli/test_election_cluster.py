"""``aydyn verify election --scheduler``: the same check on a Dask cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cli.conftest import Run

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a cluster of one worker on this machine."""
    try:
        import distributed
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("the packages of aydyn[cluster] are missing")
        pytest.skip("no Dask here: pip install 'aydyn[cluster]' brings it")
    del distributed
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, "utf-8")
    process = subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.stdout.close()
    process.wait(30)


def test_a_cluster_gives_the_same_verdict(run: Run, tmp_path: Path, scheduler: str) -> None:
    words = ("--voters", 300, "--revotes", 5, "--out", tmp_path / "election")
    assert run("election", "simulate", *words, "--jobs", 1).exit_code == 0
    file = next((tmp_path / "election").glob("*.bel"))
    command = [sys.executable, "-m", "aydyn.cli", "verify", "election", str(file), "--json"]
    there = subprocess.run([*command, "--scheduler", scheduler], capture_output=True, text=True, check=False)
    assert there.returncode == 0, there.stderr
    here = subprocess.run([*command, "--jobs", "1"], capture_output=True, text=True, check=True)
    assert json.loads(there.stdout) == json.loads(here.stdout)


def test_no_scheduler_there_is_2(run: Run, tmp_path: Path) -> None:
    assert run("election", "simulate", "--voters", 1, "--out", tmp_path / "election", "--jobs", 1).exit_code == 0
    file = next((tmp_path / "election").glob("*.bel"))
    command = [sys.executable, "-m", "aydyn.cli", "verify", "election", str(file), "--scheduler", "tcp://127.0.0.1:1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 2
    assert ("scheduler" if find_spec("distributed") else "aydyn[cluster]") in result.stderr
