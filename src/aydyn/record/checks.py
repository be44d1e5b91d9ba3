"""Refuses databases that could lose a transaction which the log has signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def database_is_durable(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Both engines must write through: SQLite with synchronous=FULL, PostgreSQL with fsync and synchronous_commit."""
    if not databases:
        return []
    return unsafe_settings()


def unsafe_settings() -> list[CheckMessage]:
    """What about the database connection is not durable."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            full = cursor.fetchone()[0] >= 2
            return [] if full else [Error("SQLite runs without synchronous=FULL", id="record.E001")]
        wrong: list[CheckMessage] = []
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                wrong.append(
                    Error(f"PostgreSQL runs with {name} = off: after a crash the log could contradict itself",
                          hint=f"Set {name} = on for this database.", id="record.E002")
                )  # fmt: skip
        return wrong
