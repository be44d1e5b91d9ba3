"""Loads every room's ``acts.toml`` into one table: what may be entered, and what a monitor checks entries against."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.apps import apps

from aydyn.ledger import canonical
from aydyn.ledger.acts import ActTable


@cache
def table() -> ActTable:
    """The acts of all installed rooms. Raises FormatError if a table is malformed or an act stands twice."""
    whole = ActTable({})
    for app in apps.get_app_configs():
        file = Path(app.path) / "acts.toml"
        if file.is_file():
            whole = whole.merge(ActTable.from_value(tomllib.loads(file.read_text("utf-8")), f"{app.label}/acts.toml"))
    return whole


def table_bytes() -> bytes:
    """The table as it is served at ``/ledger/acts``: canonical JSON."""
    return canonical.encode(table().to_value())
