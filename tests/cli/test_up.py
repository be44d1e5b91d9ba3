"""``aydyn up`` as a process tree: it starts from nothing, ends when told to, and leaves nothing running when killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aydyn.observer import http

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def free_port() -> int:
    """A port that is free, as are those of the witnesses beside it."""
    for port in range(21_000 + os.getpid() % 1000 * 10, 40_000, 7):
        if all(is_free(each) for each in (port, port + 101, port + 102)):
            return port
    raise AssertionError("no free ports")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def node(data: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    """A node without a demonstration that answers."""
    command = [sys.executable, "-m", "aydyn.cli", "up", "--no-demo", "--port", str(port), "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AYDYN", "DJANGO"))}
    environment["PYTHONPATH"] = str(ROOT / "src")
    process = subprocess.Popen(command, env=environment, umask=0)
    try:
        until = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None, "the node ended"
            assert time.monotonic() < until, "the node does not answer"
            time.sleep(0.2)
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        return http.get(f"http://127.0.0.1:{port}/healthz").status == 200
    except http.HTTPError:
        return False


def all_end(data: Path, port: int) -> bool:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if all(map(is_free, (port, port + 101, port + 102))) and not running(data):
            return True
        time.sleep(0.2)
    return False


def running(data: Path) -> list[str]:
    """Processes whose command or environment names the data directory."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if str(data).encode() in text:
            found.append(folder.name)
    return found


def test_it_ends_when_told_to_and_leaves_nothing_running(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with node(data, port) as process:
        second = subprocess.run(
            process.args,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )  # type: ignore[call-overload]
        assert second.returncode == 2
        assert f"port {port} is taken" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert all_end(data, port)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_killed_outright_it_leaves_nothing_running_and_starts_again(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    for _ in range(2):
        with node(data, port) as process:
            assert len(running(data)) >= 5
            process.kill()
        assert all_end(data, port), running(data)


def test_what_it_writes_is_for_its_own_account_alone(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with node(data, port) as process:
        written = [file for file in (data, *data.rglob("*")) if data / "cache" / "static" not in file.parents]
        open_to_others = [str(file) for file in written if file.stat().st_mode & 0o077]
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    assert open_to_others == []
