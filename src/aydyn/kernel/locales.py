"""Compiles translations when they changed, so that no compiled file is committed and none needs a tool to be made."""

from __future__ import annotations

import os
from pathlib import Path


def compiled(source: Path, cache: Path) -> list[str]:
    """Compile every ``<language>/LC_MESSAGES/django.po`` under ``source`` into ``cache`` where it is older.

    Returns the paths for Django's ``LOCALE_PATHS``.
    """
    for po in sorted(source.glob("*/LC_MESSAGES/*.po")):
        mo = cache / po.relative_to(source).with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            _compile(po, mo)
    return [str(cache)]


def _compile(po: Path, mo: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as stream:
        catalog = read_po(stream)
    mo.parent.mkdir(parents=True, exist_ok=True)
    beside = mo.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("wb") as stream:
        write_mo(stream, catalog)
    beside.replace(mo)
