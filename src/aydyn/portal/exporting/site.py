"""Writing the site: beside the place where it goes, then put there in one step."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from aydyn import __version__
from aydyn.cases import queries
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter
from aydyn.kernel import clock
from aydyn.kernel.errors import AydynError
from aydyn.portal import opendata
from aydyn.portal.exporting.pages import Pages
from aydyn.portal.exporting.receipts import write_ledger
from aydyn.record import queries as record

MARK = "export.json"
WORD = "aydyn-register"
PER_LIST = 100
_STATIC = Path(__file__).resolve().parents[2] / "face" / "static" / "face"
_FILES = {"style.css": _STATIC / "app.css", "verify.html": _STATIC / "verify.html", "icon.svg": _STATIC / "icon.svg"}

Progress = Callable[[int, int], None]


class NotOurs(AydynError):
    """The folder has something in it that no export made."""


class NothingPublished(AydynError):
    """The record has no published checkpoint, so there would be nothing to check the site against."""


@dataclass(frozen=True)
class Made:
    """What was written."""

    folder: Path
    cases: int
    receipts: int
    without_receipt: int
    files: int
    size: int
    checkpoint: int


def export_site(folder: Path, progress: Progress) -> Made:
    """Write the register into a folder: one that is not there, is empty, or holds an earlier export, which is replaced.

    Raises NotOurs or NothingPublished; then nothing is written. Whatever goes wrong later, the folder stays as it was.
    """
    target = folder.absolute()
    _require_ours(target)
    if record.store().read_checkpoint() is None:
        raise NothingPublished("the record has no published checkpoint yet: start the node, wait a moment, try again")
    beside = target.parent / f".{target.name}.new-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        made = _write(beside, progress)
        _put_in_place(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Made(target, *made)


def _require_ours(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise NotOurs(f"{target} is no folder: name one that is empty or not there yet")
    if not target.is_dir() or not any(target.iterdir()):
        return
    try:
        known = json.loads((target / MARK).read_text("utf-8"))["made_by"] == WORD
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise NotOurs(f"{target} has something in it that no export made: name a folder that is empty or not there yet")


def _put_in_place(beside: Path, target: Path) -> None:
    """Two renames: a reader finds the old site or the new one, but for a blink; nothing is half."""
    if not target.exists():
        beside.rename(target)
        return
    old = target.parent / f".{target.name}.old-{os.getpid()}"
    target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write(folder: Path, progress: Progress) -> tuple[int, int, int, int, int, int]:
    for name, source in _FILES.items():
        shutil.copyfile(source, folder / name)
    shutil.copyfile(Path(__file__).with_name("search.js"), folder / "search.js")
    checkpoint = write_ledger(folder / "ledger")
    pages = Pages(folder, [code for code, _name in settings.LANGUAGES])
    cases = _cases()
    for done in range(0, len(cases), PER_LIST):
        pages.write_cases(_rows(cases[done : done + PER_LIST]))
        progress(min(done + PER_LIST, len(cases)), len(cases))
    pages.finish()
    _write_data(folder / "data")
    about: dict[str, Any] = {
        "made_by": WORD, "version": __version__, "origin": settings.AYDYN.origin, "site": settings.AYDYN.site_url,
        "made": clock.now().isoformat(timespec="seconds"), "checkpoint": checkpoint, "cases": pages.cases, "receipts": pages.receipts,
        "without_receipt": pages.without_receipt,
    }  # fmt: skip
    (folder / MARK).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # the node's own files are for nobody else; these are for all
    return (
        pages.cases,
        pages.receipts,
        pages.without_receipt,
        len(files),
        sum(path.stat().st_size for path in files),
        checkpoint,
    )


def _cases() -> list[int]:
    """The keys of all cases of the register, the newest first, read once: what is filed meanwhile is in the next export."""
    keys = [case.pk for piece in queries.register_in_pieces(RegisterFilter(), opendata.PIECE) for case in piece]
    return keys[::-1]


def _rows(keys: list[int]) -> list[Case]:
    """Some of these cases as they are open now: one that was hidden from the register meanwhile is left out."""
    rows = (
        queries.open_to_all()
        .filter(pk__in=keys)
        .select_related("office", "public_text", "procedure", "parent", "appeal_of")
    )
    return sorted(rows, key=lambda case: -case.pk)


def _write_data(folder: Path) -> None:
    folder.mkdir()
    today, everything = clock.today(), RegisterFilter()
    with (folder / "register.csv").open("w", encoding="utf-8", newline="") as table, translation.override("en"):
        table.writelines(opendata.csv_pieces(opendata.rows(everything, today)))
    with (folder / "register.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(opendata.json_pieces(opendata.rows(everything, today)))
    with (folder / "register.parquet").open("wb") as file:
        file.writelines(opendata.parquet_pieces(opendata.rows(everything, today)))
    about = json.dumps(opendata.dictionary(), ensure_ascii=False, indent=1)
    (folder / "dictionary.json").write_text(about + "\n", "utf-8")
