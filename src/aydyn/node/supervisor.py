"""``aydyn up``: one foreground process tree of web server, worker, sequencer and two local witnesses.

The parent starts each child, passes on SIGTERM and SIGINT, and ends the others when one ends. A child ends when its
parent does, even by SIGKILL (:mod:`aydyn.observer.lifeline`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path

from aydyn.kernel.config import Config
from aydyn.kernel.errors import ConfigurationError
from aydyn.node import establishing
from aydyn.observer.lifeline import end_with_parent

GRACE = 8.0
DEMO_CASES = 200
DEFAULT_PORT = 8000
WEB_THREADS = 4


@dataclass
class Child:
    """A process of the tree."""

    name: str
    process: subprocess.Popen[bytes]


def up(*, data: Path, port: int, demo: bool) -> int:
    """Set up what is missing, run the node until it is told to stop; returns the exit code."""
    started = time.monotonic()
    _require_free(port)
    establishing.prepare_data(data, port=port, demo=demo)
    os.environ["AYDYN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aydyn.node.settings")
    config = _setup_django(port)
    for witness in establishing.local_witnesses(config):
        _require_free(witness.port)
    print("Setting up …", file=sys.stderr, flush=True)
    establishing.establish()
    tree = _Tree()
    try:
        tree.start_witnesses(config)
        fresh = config.is_demo and demo and not (data / "cache" / "demo-loaded").exists()
        if fresh:
            _load_demo(data)
        tree.start("sequencer", "manage", "run_sequencer")
        tree.start_worker()
        tree.start_web(port, config.web_workers)
        _wait_for_port(port, tree)
        _tell(config.site_url, time.monotonic() - started, demo=config.is_demo)
        return tree.watch()
    except KeyboardInterrupt:
        return 0  # told to stop while it was still setting up
    finally:
        tree.stop()


def _setup_django(port: int) -> Config:
    """Read the settings and load the apps; another port than the usual one is part of the address people use."""
    import django

    if port != DEFAULT_PORT:
        os.environ.setdefault("AYDYN_SITE_URL", f"http://localhost:{port}")
    django.setup()
    from django.conf import settings

    config: Config = settings.AYDYN
    return config


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ConfigurationError(
                f"port {port} is taken, perhaps by another node: stop it, or choose another with --port"
            ) from None


def _wait_for_port(port: int, tree: _Tree) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and not tree.ended():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def _load_demo(data: Path) -> None:
    from aydyn.demo import commands

    commands.load(cases=DEMO_CASES, receipts=None)
    (data / "cache" / "demo-loaded").write_text("", "ascii")


def _tell(site: str, seconds: float, *, demo: bool) -> None:
    lines = [
        "",
        f"  Aýdyň is running ({seconds:.1f} s). Open  {site}",
        f"  Ledger: {site}/ledger/checkpoint   Stop: Ctrl-C",
    ]
    if demo:
        from aydyn.demo import accounts

        lines += ["", "  Demonstration accounts (password for all: " + accounts.PASSWORD + ")"]
        lines += [f"    {account.email:<28} {account.what}" for account in accounts.ACCOUNTS]
    print("\n".join(lines), flush=True)


class _Tree:
    """The children, in the order in which they were started."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.told = self.watching = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)

    def _signalled(self, _number: int, _frame: types.FrameType | None) -> None:
        self.told = True
        if not self.watching:
            raise KeyboardInterrupt

    def start(self, name: str, *words: str) -> None:
        """Start ``aydyn <words>`` as a child."""
        self._spawn(name, [sys.executable, "-m", "aydyn.cli", *words])

    def start_witnesses(self, config: Config) -> None:
        """Start the local witnesses that the settings name, where the settings say; they know this one log."""
        from aydyn.record import keys

        logs = [option for key in keys.public_log_keys(config.keys) for option in ("--log", key.vkey)]
        for witness in establishing.local_witnesses(config):
            listen = f"127.0.0.1:{witness.port}"
            self.start(witness.folder.name, "witness", "--data", str(witness.folder), "--listen", listen, *logs)

    def start_worker(self) -> None:
        """Start the worker."""
        self._spawn("worker", [sys.executable, "-m", "aydyn.node.worker"])

    def start_web(self, port: int, workers: int) -> None:
        """Start the web server; it logs no request, so that no address of a visitor is ever written."""
        self._spawn(
            "web",
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
                "--blocking-threads", str(WEB_THREADS), "--backpressure", "64", "--no-ws", "--no-access-log", "--log-level", "warning",
                "--workers-kill-timeout", "5", "aydyn.node.wsgi:application",
            ],
        )  # fmt: skip

    def _spawn(self, name: str, command: list[str]) -> None:
        environment = {**os.environ, "AYDYN_SUPERVISED": "1"}
        process = subprocess.Popen(  # noqa: S603  # our own words
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509  # no thread runs in this process
        )
        self.children.append(Child(name, process))

    def ended(self) -> Child | None:
        """A child that has ended by itself."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def watch(self) -> int:
        """Wait until told to stop (0) or until a child ends by itself (1)."""
        self.watching = True
        while not self.told:
            if child := self.ended():
                print(
                    f"{child.name} ended by itself (exit code {child.process.returncode}); stopping the node",
                    file=sys.stderr,
                )
                return 1
            time.sleep(0.1)
        return 0

    def stop(self) -> None:
        """End all children, the web server first, and wait for them."""
        for child in reversed(self.children):
            if child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + GRACE
        for child in reversed(self.children):
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
