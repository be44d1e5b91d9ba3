"""A node that serves a directory and the cases of a small log: what a monitor is pointed at in tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.observer.tinylog import TinyLog, number

from aydyn.ledger.entries import Entry, commit_part

SHOWN = "case.published"


def case_value(log: TinyLog, serial: int) -> dict[str, Any]:
    """A case as the API shows it."""
    events = [
        _event(log, position, entry, seq)
        for seq, (position, entry) in enumerate(
            (position, entry)
            for position, entry in enumerate(map(Entry.parse, log.entries))
            if entry.public.get("number") == number(serial)
        )
    ]
    return {"number": number(serial), "office": "tm.cec", "events": events}


def _event(log: TinyLog, position: int, entry: Entry, seq: int) -> dict[str, Any]:
    content = log.contents[position]
    shown = content if entry.act == SHOWN else {}
    return {
        "seq": seq,
        "act": entry.act,
        "at": entry.at,
        "by": entry.by,
        "position": position,
        "leaf": log.leaf(position),
        "public": dict(entry.public),
        "commitments": {name: commit_part(one.salt, one.value) for name, one in content.items()},
        "parts": {name: {"salt": one.salt.hex(), "value": one.value} for name, one in shown.items()},
    }


@dataclass
class Site:
    """Where the fake node is, its ledger's directory, and the cases that it shows (change them at will)."""

    address: str
    folder: Path
    cases: dict[str, Any] = field(default_factory=dict[str, Any])


class _Handler(SimpleHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/api/cases":
            self._list(int(parse_qs(parts.query).get("cursor", ["0"])[0]))
        elif parts.path.startswith("/api/cases/"):
            self._json(self.site.cases.get(parts.path.rpartition("/")[2]))
        else:
            super().do_GET()

    def _list(self, start: int) -> None:
        numbers = sorted(self.site.cases)
        page = [self.site.cases[one] for one in numbers[start : start + 2]]
        following = str(start + 2) if start + 2 < len(numbers) else None
        self._json({"items": page, "next": following})

    def _json(self, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(404 if value is None else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be silent."""


@contextmanager
def serve_site(folder: Path) -> Generator[Site]:
    """Serve ``folder``/ledger under /ledger, and the cases under /api."""
    (folder / "ledger").mkdir(parents=True, exist_ok=True)
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        site = Site(f"http://127.0.0.1:{server.server_address[1]}", folder / "ledger")
        handler.site = site
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
