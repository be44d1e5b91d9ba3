"""What a witness must never forget: the last checkpoint of every log, in SQLite, durable before it is answered.

Invariant: one row a log, changed only by a compare-and-swap on its size inside one immediate transaction.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from aydyn.observer.witness.protocol import Refused, Seen

FILE = "witness.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  origin TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
) STRICT
"""


class State:
    """The database; one connection, one user at a time (other processes are kept out by SQLite's own lock)."""

    def __init__(self, folder: Path) -> None:
        self._turn = threading.Lock()
        self._database = sqlite3.connect(folder / FILE, timeout=5, isolation_level=None, check_same_thread=False)
        # A rollback journal and full synchronisation: a commit that returned survives the loss of power.
        self._database.execute("PRAGMA journal_mode = DELETE")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA fullfsync = ON")
        self._database.execute(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        with self._turn:
            self._database.close()

    def swap(self, origin: str, name: str, decide: Callable[[Seen | None], tuple[Seen, bytes]]) -> bytes:
        """Let ``decide`` look at the last checkpoint, keep the new one durably, then return its answer.

        ``decide`` raises Refused to change nothing. Raises sqlite3.Error if it could not be made durable.
        """
        with self._transaction():
            last = self._last("origin", origin)
            seen, answer = decide(last)
            if last is None:
                row = (origin, name, seen.size, seen.root, seen.note)
                changed = self._database.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?)", row).rowcount
            else:
                changed = self._database.execute(
                    "UPDATE log SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ?",
                    (seen.size, seen.root, seen.note, origin, last.size),
                ).rowcount
            if changed != 1:
                raise Refused(503, "the state changed meanwhile\n")
        return answer

    def last(self, name: str) -> Seen | None:
        """The last checkpoint of the log whose origin has the hexadecimal SHA-256 ``name``."""
        with self._turn:
            return self._last("name", name)

    def _last(self, column: str, value: str) -> Seen | None:
        query = {"origin": "SELECT size, root, note FROM log WHERE origin = ?"}.get(
            column, "SELECT size, root, note FROM log WHERE name = ?"
        )
        row = self._database.execute(query, (value,)).fetchone()
        return Seen(*row) if row else None

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._turn:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
