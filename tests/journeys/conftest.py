"""A whole node as people run it, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.journeys.walking import AXE, Walk

CHROMIUM = os.environ.get("AYDYN_CHROMIUM") or shutil.which("chromium") or ""
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-long-password-2026"
LOCAL_AUTHORITY = "tm.hakimlik.ahal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@dataclass(frozen=True)
class LiveNode:
    """Address and data directory of the running node."""

    url: str
    data: Path
    environment: dict[str, str]

    def manage(self, *words: str) -> str:
        """Say a management command."""
        done = subprocess.run(
            [sys.executable, "-m", "aydyn.cli", "manage", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


STAFF = """
from aydyn.people import actions, queries
office = queries.office_by_code("tm.cec")
def person(role, language):
    return actions.create_person(email=f"{role}@example.com", name=role.title(), language=language, password="%s")[0]
head = actions.establish(office=office, person=person("head", "tk"))
for role, language in (("registrar", "ru"), ("officer", "ru"), ("publisher", "tk")):
    actions.grant_mandate(under=head, office=office, person=person(role, language), role=role)
for code, name in (("tm.cec.mary", "mary"), ("%s", "ahal")):
    actions.establish(office=queries.office_by_code(code), person=person(name, "ru"))
"""


def free_port() -> int:
    for _ in range(50):
        with socket.socket() as probe, socket.socket() as one, socket.socket() as two:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            try:
                one.bind(("127.0.0.1", port + 101))
                two.bind(("127.0.0.1", port + 102))
            except OSError:
                continue
            return port
    raise RuntimeError("no free ports")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """``aydyn up`` in a fresh directory, with the staff of one office."""
    data, port = tmp_path_factory.mktemp("live") / "var", free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AYDYN_", "DJANGO_"))}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"),
        "AYDYN_DATA": str(data),
        "AYDYN_SITE_URL": f"http://localhost:{port}",
        "AYDYN_FILINGS_PER_HOUR": "1000",
    }
    command = [sys.executable, "-m", "aydyn.cli", "up", "--data", str(data), "--port", str(port), "--no-demo"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        node = LiveNode(f"http://localhost:{port}", data, environment)
        try:
            _wait_until_it_answers(node.url, process)
            node.manage("shell", "-c", STAFF % (PASSWORD, LOCAL_AUTHORITY))
            yield node
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the node did not start")


def _lacking(what: str) -> None:
    """Skip on a person's machine; in CI nothing is ever skipped."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless."""
    if not CHROMIUM:
        _lacking("no Chromium here: apt-get install chromium brings it")
    if not AXE.is_file():
        _lacking("axe-core is not installed: (cd frontend && npm ci --ignore-scripts) brings it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def walk(browser: object, live: LiveNode) -> Iterator[Walk]:
    """A walk through pages on a phone in Turkmen; :meth:`Walk.again` makes others."""
    first = Walk.make(browser, live.url, width=360, language="tk")
    yield first
    first.close_all()
