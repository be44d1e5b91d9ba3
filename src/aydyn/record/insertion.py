"""Inserts entries with their content in few statements, whatever their number: the hot path of the record.

Django's own bulk insert costs several times the database's work here; the two statements below are all that differs
between engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.base import ModelState

from aydyn.record.models import Content, Entry, Pending


class Row(NamedTuple):
    """What one act leaves in the database."""

    data: bytes
    hash: bytes
    act: str
    created: datetime
    content: bytes | None
    release_at: datetime | None


def insert(rows: Sequence[Row]) -> list[Entry]:
    """Insert entries, contents and pending marks in the caller's transaction; returns the entries with their ids."""
    with connection.cursor() as cursor:
        ids = _reserve(cursor, len(rows))
        _many(
            cursor, Entry, "id,data,hash,act,created", "int8,bytea,bytea,text,timestamptz",
            [(pk, row.data, row.hash, row.act, row.created) for pk, row in zip(ids, rows, strict=True)],
        )  # fmt: skip
        contents = [(pk, row.content) for pk, row in zip(ids, rows, strict=True) if row.content is not None]
        _many(cursor, Content, "entry_id,data", "int8,bytea", contents)
        _many(
            cursor, Pending, "entry_id,release_at", "int8,timestamptz",
            [(pk, row.release_at) for pk, row in zip(ids, rows, strict=True)],
        )  # fmt: skip
    return [_entry(pk, row) for pk, row in zip(ids, rows, strict=True)]


def insert_rows(model: type[Any], columns: str, types: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert plain rows of a table of the record."""
    with connection.cursor() as cursor:
        _many(cursor, model, columns, types, rows)


def _entry(pk: int, row: Row) -> Entry:
    # What Entry(…) would make, without Django's general constructor, which costs as much as the insertion itself.
    entry = Entry.__new__(Entry)
    entry.__dict__.update(_state=ModelState(), id=pk, data=row.data, hash=row.hash, act=row.act, created=row.created)
    entry._state.adding, entry._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # the row is there
    return entry


def _reserve(cursor: Any, count: int) -> list[int]:
    """Ids for ``count`` new entries."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Entry._meta.db_table, count],  # noqa: SLF001
        )
        return [row[0] for row in cursor.fetchall()]
    # SQLite: the transaction has the write lock already (IMMEDIATE), so nobody else can take these.
    cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {Entry._meta.db_table}")  # noqa: S608, SLF001
    last = cursor.fetchone()[0]
    return list(range(last + 1, last + count + 1))


def _many(cursor: Any, model: type[Any], columns: str, types: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    table = model._meta.db_table  # noqa: SLF001
    columns = ", ".join(connection.ops.quote_name(name) for name in columns.split(","))
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types.split(","))
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
