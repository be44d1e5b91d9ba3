"""``python -m bench.portal``: pages and filings a second of a whole node on PostgreSQL, and the weight of a journey.

The node is `aydyn up` with its demonstration, as anybody starts it: web server, worker, sequencer and two witnesses
share the machine with PostgreSQL and the load generator.
"""

from __future__ import annotations

import gzip
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench import databases
from bench.load import Answer, Visitor, run
from bench.report import Report

SECONDS = 6.0
VISITORS = (1, 8)
SERVICE = "/en/file/information-request/"
FORM = f"{SERVICE}form/"
FILING = {
    "question": {"question": "Which polling stations can be reached with a wheelchair?", "office": "tm.cec"},
    "about": {"scope": "national"},
    "about-you": {},
}
"""The pages of the form and what is typed on each."""
BUDGET = 40_000


@contextmanager
def running_node(database: str) -> Iterator[int]:
    """A whole node with its demonstration on a port of its own."""
    folder, port = Path(tempfile.mkdtemp(prefix="aydyn-bench-node-")), databases.free_port()
    environment = databases.environment(folder, database) | {
        "AYDYN_FILINGS_PER_HOUR": "100000000",
        "AYDYN_WEB_WORKERS": "2",
    }
    command = [sys.executable, "-m", "aydyn.cli", "up", "--port", str(port), "--data", str(folder)]
    node = subprocess.Popen(command, env=environment, cwd=databases.ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert node.stdout is not None
        for line in node.stdout:
            if "is running" in line:
                break
        else:
            raise SystemExit("the node did not start")
        yield port
    finally:
        node.send_signal(signal.SIGTERM)
        node.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def look(path: str) -> object:
    """A visit that loads one page."""

    def visit(visitor: Visitor, _count: int) -> None:
        assert visitor.ask("GET", path).status == 200, path

    return visit


def look_elsewhere(visitor: Visitor, count: int) -> None:
    """A visit to a page that nobody else asks for, so that nothing kept for strangers helps."""
    assert visitor.ask("GET", f"/en/register/?q=the&at={count}").status == 200


def file_one(visitor: Visitor, _count: int) -> None:
    """A visit of a new person who sends a filled-in form and sees number, code and receipt."""
    visitor.cookies = {name: value for name, value in visitor.cookies.items() if name == "csrftoken"}
    if "csrftoken" not in visitor.cookies:
        visitor.ask("GET", f"{FORM}question/")
    sent = fill_in_and_send(visitor)
    assert sent.status == 302, f"{sent.status} for a filing"
    assert visitor.ask("GET", sent.headers["Location"]).status == 200


def fill_in_and_send(visitor: Visitor) -> Answer:
    """Every page of the form with what is typed there, then the last check: five requests, as a browser makes them."""
    token = {"csrfmiddlewaretoken": visitor.cookies["csrftoken"], "do": "next"}
    for page, typed in FILING.items():
        answer = visitor.ask("POST", f"{FORM}{page}/", urlencode(typed | token))
        assert answer.status == 302, (page, answer.status)
    return visitor.ask("POST", f"{FORM}check/", urlencode(token))


def page_of_a_case(port: int) -> str:
    """The address of a published case."""
    found = re.search(rb'href="(/en/cases/[^"/]+/)"', _plain(Visitor(port).ask("GET", "/en/register/?state=answered")))
    assert found is not None
    return found[1].decode()


def _plain(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body


def speeds(report: Report, port: int) -> None:
    """Requests a second of the pages that most people open, then filings."""
    pages = {"home": "/en/", "register": "/en/register/", "search": "/en/register/?q=the", "case": page_of_a_case(port)}
    for visitors in VISITORS:
        for name, path in pages.items():
            found = run(look(path), port=port, visitors=visitors, seconds=SECONDS)  # type: ignore[arg-type]
            aim = (
                {"aim": "≥ 200/s", "met": found.per_second >= 200}
                if visitors == VISITORS[-1] and name != "search"
                else {}
            )
            report.add(f"Pages, {visitors} at a time", name, **aim, **vars(found))
        found = run(look_elsewhere, port=port, visitors=visitors, seconds=SECONDS)
        report.add(f"Pages, {visitors} at a time", "search, each visit another address", **vars(found))
        found = run(file_one, port=port, visitors=visitors, seconds=SECONDS)
        aim = {"aim": "≥ 60/s", "met": found.per_second >= 60} if visitors == VISITORS[-1] else {}
        report.add(f"Filings with the page of the receipt, {visitors} at a time", "filing", **aim, **vars(found))


def receipt_times(report: Report, port: int) -> None:
    """How long after filing the receipt can be downloaded, on an idle node."""
    times: list[float] = []
    for count in range(5):
        visitor = Visitor(port)
        visitor.ask("GET", f"{FORM}question/")
        number = fill_in_and_send(visitor).headers["Location"].split("/")[-3]
        started = time.perf_counter()
        while visitor.ask("GET", f"/en/cases/{number}/receipts/1/usual.tlog-proof").status != 200:
            assert time.perf_counter() - started < 20, f"no receipt for {number} ({count})"
            time.sleep(0.02)
        times.append(time.perf_counter() - started)
    report.add(
        "From filing to receipt",
        "median of 5",
        aim="< 2 s",
        met=sorted(times)[2] < 2,
        seconds=sorted(times)[2],
        slowest_s=max(times),
    )


def weights(report: Report, port: int) -> None:
    """Bytes on the wire of the journey “file a request” with a cold cache: pages, and everything they load."""
    visitor, loaded, total = Visitor(port), dict[str, int](), 0
    for name, path in (("home", "/en/"), ("choose", "/en/file/"), ("the service", SERVICE)):
        total += _weigh(report, visitor, name, visitor.ask("GET", path), loaded)
    for page, typed in FILING.items():
        total += _weigh(report, visitor, f"form, {page}", visitor.ask("GET", f"{FORM}{page}/"), loaded)
        token = {"csrfmiddlewaretoken": visitor.cookies["csrftoken"], "do": "next"}
        total += visitor.ask("POST", f"{FORM}{page}/", urlencode(typed | token)).wire_bytes
    total += _weigh(report, visitor, "check your answers", visitor.ask("GET", f"{FORM}check/"), loaded)
    sent = visitor.ask("POST", f"{FORM}check/", urlencode(token))
    total += sent.wire_bytes
    total += _weigh(report, visitor, "filed", visitor.ask("GET", sent.headers["Location"]), loaded)
    report.add(
        "Weight of the journey “file a request”, cold cache", "whole journey", bytes=total, assets=sum(loaded.values())
    )


def _weigh(report: Report, visitor: Visitor, name: str, page: Answer, loaded: dict[str, int]) -> int:
    """Bytes of a page alone with a cold cache (that is its budget), and what it adds to the journey (returned)."""
    assert page.status == 200, f"{name}: {page.status}"
    alone = fresh = page.wire_bytes
    for found in re.findall(rb'<(?:link|script|img)[^>]+(?:href|src)="(/static/[^"]+)"', _plain(page)):
        path = found.decode()
        if path not in loaded:
            loaded[path] = visitor.ask("GET", path).wire_bytes
            fresh += loaded[path]
        alone += loaded[path]
    report.add(
        "Weight of the journey “file a request”, cold cache", name, aim=f"≤ {BUDGET:,} bytes", met=alone <= BUDGET,
        bytes_alone=alone, html=page.wire_bytes, added=fresh,
    )  # fmt: skip
    return fresh


def main() -> None:
    """Measure everything."""
    report = Report("portal")
    with databases.private_postgres() as address, running_node(address) as port:
        weights(report, port)
        receipt_times(report, port)
        speeds(report, port)
    report.save()
    for line in report.missed():
        print(f"aim missed: {line}")


if __name__ == "__main__":
    main()
