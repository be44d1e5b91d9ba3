"""Databases to measure on: a private PostgreSQL with its default (durable) settings, and data directories of nodes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def postgres_programs() -> Path | None:
    """Where PostgreSQL's server programs are, newest version first; None if they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    return found[-1].parent if found else None


def _as_postgres(command: list[str], folder: Path) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_postgres(*, as_advised: bool = False) -> Iterator[str]:
    """Run a cluster of its own, with fsync and synchronous_commit on; yields the address of its database.

    ``as_advised``: with a quarter of the memory for its buffers, as docs/operator/postgresql.md says, rather than its own defaults.
    """
    programs = postgres_programs()
    if programs is None:
        raise SystemExit("PostgreSQL's server programs are not installed: apt-get install postgresql")
    folder, port = Path(tempfile.mkdtemp(prefix="aydyn-bench-pg-")), free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, control = folder / "data", str(programs / "pg_ctl")
    try:
        _as_postgres(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            folder,
        )
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c max_connections=100"
        if as_advised:
            quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
            options += f" -c shared_buffers={quarter >> 20}MB"
        _as_postgres([control, "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start"], folder)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres([control, "-D", str(data), "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(data: Path, database: str) -> dict[str, str]:
    """The environment of a process that works on the node in ``data``."""
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "AYDYN_DATA": str(data),
        "AYDYN_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "aydyn.node.settings",
    }


def run_module(module: str, *words: str, data: Path, database: str) -> str:
    """Run one of our modules in a process of its own; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment(data, database),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
