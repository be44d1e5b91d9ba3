"""What a monitor remembers between rounds, in SQLite: the last head, every leaf hash, the entries of cases.

Invariant: a round's writes are one transaction; the head that is stored was verified, and the leaves are its leaves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aydyn.audit.pages import Recorded
from aydyn.audit.rules import Rules
from aydyn.ledger.merkle import HASH_BYTES
from aydyn.ledger.tiles import TileBuilder

FILE = "monitor.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS head (
  id INTEGER PRIMARY KEY CHECK (id = 1), origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
  note BLOB NOT NULL, edges TEXT NOT NULL, rules TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS leaf (position INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS leaf_hash ON leaf (hash);
CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS case_entry (
  position INTEGER PRIMARY KEY, number TEXT NOT NULL, leaf TEXT NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS case_entry_number ON case_entry (number, position);
CREATE TABLE IF NOT EXISTS case_seen (
  number TEXT PRIMARY KEY, shown INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE IF NOT EXISTS erased (leaf TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS place (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True)
class Head:
    """The last head that was verified."""

    origin: str
    size: int
    root: bytes
    note: bytes


class State:
    """The database, and (as the ``Seen`` of the rules) the set of all leaf hashes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.evidence = folder / "evidence"
        self._database = sqlite3.connect(folder / FILE, timeout=5, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = DELETE")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)
        self._next = self._one("SELECT COALESCE(MAX(position) + 1, 0) FROM leaf") or 0

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or nothing; also keeps a second monitor on the same state out."""
        self._database.execute("BEGIN IMMEDIATE")
        before = self._next
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            self._next = before
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _one(self, query: str, *values: object) -> int | None:
        row = self._database.execute(query, values).fetchone()
        return int(row[0]) if row else None

    def add(self, leaf: bytes) -> None:
        """Remember the hash of the next entry."""
        self._database.execute("INSERT INTO leaf VALUES (?, ?)", (self._next, leaf))
        self._next += 1

    def __contains__(self, leaf: bytes, /) -> bool:
        return self._one("SELECT 1 FROM leaf WHERE hash = ? LIMIT 1", leaf) is not None

    def leaves(self, start: int, end: int) -> bytes:
        """Leaf hashes at positions [start, end), joined."""
        rows = self._database.execute(
            "SELECT hash FROM leaf WHERE position >= ? AND position < ? ORDER BY position", (start, end)
        )
        return b"".join(row[0] for row in rows)

    def head(self) -> Head | None:
        """The last head that was verified; None before the first round."""
        row = self._database.execute("SELECT origin, size, root, note FROM head").fetchone()
        return Head(*row) if row else None

    def take_up(self, origin: str) -> tuple[TileBuilder, Rules]:
        """The right edge of the tree and the state of the rules at the last head."""
        row = self._database.execute("SELECT size, edges, rules FROM head").fetchone()
        if row is None:
            return TileBuilder(), Rules(origin, self)
        edges = [bytes.fromhex(edge) for edge in json.loads(row[1])]
        return TileBuilder(row[0], edges), Rules.from_value(origin, self, json.loads(row[2]))

    def move(self, head: Head, builder: TileBuilder, rules: Rules) -> None:
        """Store a new head that was verified."""
        edges = json.dumps([edge.hex() for edge in builder.edges])
        row = (head.origin, head.size, head.root, head.note, edges, json.dumps(rules.to_value()))
        self._database.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?, ?, ?)", row)
        self._database.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?)", (head.size, head.note))

    def sizes(self) -> list[int]:
        """Sizes of all checkpoints that were verified, ascending."""
        return [row[0] for row in self._database.execute("SELECT size FROM checkpoint ORDER BY size")]

    def add_case_entry(self, number: str, one: Recorded) -> None:
        """Remember an entry about a case; the case has to be compared."""
        row = (one.position, number, one.leaf, one.data)
        self._database.execute("INSERT INTO case_entry VALUES (?, ?, ?, ?)", row)
        self._database.execute(
            "INSERT INTO case_seen (number) VALUES (?) ON CONFLICT (number) DO UPDATE SET changed = 1", (number,)
        )

    def case_entries(self, number: str) -> list[Recorded]:
        """The entries about a case, in the order of the ledger."""
        rows = self._database.execute(
            "SELECT position, leaf, data FROM case_entry WHERE number = ? ORDER BY position", (number,)
        )
        return [Recorded(*row) for row in rows]

    def case_numbers(self, *, changed_only: bool) -> list[str]:
        """Numbers of the cases on the ledger; or of those with entries that were not compared yet."""
        query = "SELECT number FROM case_seen WHERE changed >= ? ORDER BY number"
        return [row[0] for row in self._database.execute(query, (int(changed_only),))]

    def was_shown(self, number: str) -> bool:
        """Whether the site has ever shown the case."""
        return bool(self._one("SELECT shown FROM case_seen WHERE number = ?", number))

    def note_shown(self, number: str, *, agrees: bool) -> None:
        """Note that the site shows a case; one that differs is compared again in every round."""
        row = (int(not agrees), number)
        self._database.execute("UPDATE case_seen SET shown = 1, changed = ? WHERE number = ?", row)

    def note_absent(self, number: str) -> None:
        """Note that the site does not show a case."""
        self._database.execute("UPDATE case_seen SET changed = 0 WHERE number = ?", (number,))

    def erase(self, leaf: str) -> None:
        """Note that an entry's content was erased by an act."""
        self._database.execute("INSERT OR IGNORE INTO erased VALUES (?)", (leaf,))

    def erased(self) -> set[str]:
        """Leaf hashes (hexadecimal) of entries whose content was erased."""
        return {row[0] for row in self._database.execute("SELECT leaf FROM erased")}

    def place(self, name: str) -> str:
        """Where a walk that is spread over rounds has come to; empty at its beginning."""
        row = self._database.execute("SELECT value FROM place WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_place(self, name: str, value: str) -> None:
        """Remember where a walk has come to."""
        self._database.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (name, value))

    def leaf_count(self) -> int:
        """How many leaf hashes are stored."""
        return self._next


def first_difference(stored: bytes, found: bytes) -> int:
    """Place of the first hash in which two joined lists differ; −1 if one begins like the other."""
    for at in range(0, min(len(stored), len(found)), HASH_BYTES):
        if stored[at : at + HASH_BYTES] != found[at : at + HASH_BYTES]:
            return at // HASH_BYTES
    return -1
