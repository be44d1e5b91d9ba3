"""The load generator: threads with kept connections in a process of their own, whose share of the machine is told."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Visit = Callable[["Visitor", int], None]
"""One measured piece of work of one visitor; ``int`` counts up."""


@dataclass
class Answer:
    """What came back, and how many bytes of it went over the wire (headers by their text, body as it was encoded)."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def wire_bytes(self) -> int:
        """Bytes of headers and body."""
        return len(str(self.headers)) + len(self.body) + 17


class Visitor:
    """One browser's worth of connection and cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection("localhost", port, timeout=60)

    def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        """One request, not following redirects."""
        headers = {
            "Accept-Encoding": "gzip, br",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.HTTPException, OSError):
            self._connection.close()  # the server had closed the kept connection: once more, on a new one
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, answer.headers, answer.read())


@dataclass
class Measured:
    """What a run came to."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    generator_percent: float


def run(visit: Visit, *, port: int, visitors: int, seconds: float) -> Measured:
    """Let ``visitors`` repeat ``visit`` for ``seconds`` in another process; returns what it measured."""
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_generate, args=(theirs, visit, port, visitors, seconds)
    )
    process.start()
    times, failed, taken, cpu = ours.recv()
    process.join()
    times.sort()
    return Measured(
        len(times) / taken, 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)], failed,
        100 * cpu / taken / (os.cpu_count() or 1),
    )  # fmt: skip


def _generate(pipe: Any, visit: Visit, port: int, visitors: int, seconds: float) -> None:
    times: list[float] = []
    failed: Counter[str] = Counter()
    until = time.perf_counter() + seconds

    def work(place: int) -> None:
        visitor, count = Visitor(port), place
        while time.perf_counter() < until:
            started = time.perf_counter()
            try:
                visit(visitor, count)
                times.append(time.perf_counter() - started)
            except (AssertionError, http.client.HTTPException, OSError) as error:
                failed[str(error)[:80]] += 1
            count += visitors

    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if failed:
        print(f"    not answered as it should be: {dict(failed)}")
    pipe.send((times, sum(failed.values()), taken, cpu))
