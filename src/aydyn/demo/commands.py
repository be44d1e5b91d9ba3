"""``aydyn demo load``: refuses where it must not run, shows how far it is, says what it did."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed
from zoneinfo import ZoneInfo

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from aydyn.cases.models import Case, CaseEvent
from aydyn.demo import loading
from aydyn.demo import receipts as receipt_files
from aydyn.demo.fates import Pace
from aydyn.demo.matters import SEED, matters
from aydyn.kernel import clock
from aydyn.kernel.config import DEMO_SUFFIX
from aydyn.kernel.errors import ConfigurationError

SPAN = timedelta(days=300)
PAUSE = 0.02
SETTLE_SECONDS = 60.0


def load(*, cases: int, receipts: Path | None) -> int:
    """File ``cases`` example cases and all that becomes of them; write one receipt a case into ``receipts``.

    Returns the exit code. Raises ConfigurationError on a node that is no demonstration, or where another load runs.
    """
    if not settings.AYDYN.is_demo:
        raise ConfigurationError(
            f"this node's log is called {settings.AYDYN.origin or 'nothing'}, which does not end in {DEMO_SUFFIX}: example cases "
            "are never mixed with real ones; start a demonstration in an empty directory with `aydyn up --data DIR`"
        )
    console = Console(stderr=True)
    with _alone(), _progress(console) as progress:
        done = _load(cases, progress)
        if not _settle(receipts is not None, progress):
            console.print(
                "The acts are kept and wait for the sequencer and its witnesses: start the node, they follow."
            )
            return 2 if receipts is not None else 0
        if receipts is not None:
            _write_receipts(done.cases, receipts, progress)
    console.print(f"{len(done.cases)} cases, {done.acts} acts on the record in all.")
    return 0


def is_under_way(data: Path) -> bool:
    """Whether a load runs at this moment: then the clock of the node must not judge the deadlines of its cases."""
    file = data / "cache" / "demo.lock"
    if not file.exists():
        return False
    with file.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock that says that a load runs; the system gives it back however this process ends."""
    file = settings.AYDYN.data / "cache" / "demo.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                "another `aydyn demo load` is running on this node: wait until it has ended"
            ) from None
        yield


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=console,
    )  # fmt: skip


def _load(count: int, progress: Progress) -> loading.Loaded:
    first = Case.objects.count()
    chance = Random(f"{SEED}-{first}")  # examples, not secrets
    pace = pace_now()
    plan = loading.courses(count, first=first, pace=pace, chance=chance, source=matters(first))
    job = loading.Loading(pace, plan, chance)
    bar = progress.add_task("Cases filed", total=len(plan), rate="")
    started = time.monotonic()
    pause = PAUSE if receipt_files.somebody_sequences() else 0.0
    for done in job.run(pause=pause):
        rate = done.acts / max(0.001, time.monotonic() - started)
        progress.update(bar, completed=len(done.cases), rate=f"{done.acts} acts, {rate:.0f}/s")
    return job.done


def pace_now() -> Pace:
    """The span that a load fills: from 300 days ago, or from where the last one (or a visitor) has come to, until now."""
    zone = ZoneInfo(settings.TIME_ZONE)
    now = clock.now()
    last = CaseEvent.objects.filter(at__lte=now).order_by("-at").values_list("at", flat=True).first()
    if last is not None:
        return Pace(last, now, zone)
    return Pace(now - SPAN, _yesterday_evening(now, zone), zone)


def _yesterday_evening(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=18, minute=0, second=0, microsecond=0) - timedelta(days=1)


def _settle(needed: bool, progress: Progress) -> bool:
    """Bring everything on a published checkpoint; where a node runs and no receipts are wanted, that is its own work."""
    if not needed and receipt_files.somebody_sequences():
        return True
    bar = progress.add_task("On the record", total=1, rate="")
    settled = receipt_files.settle(SETTLE_SECONDS)
    progress.update(bar, completed=int(settled))
    return settled


def _write_receipts(cases: list[int], folder: Path, progress: Progress) -> None:
    bar = progress.add_task("Receipts", total=len(cases), rate="")
    for count in receipt_files.write(cases, folder):
        progress.update(bar, completed=count)
