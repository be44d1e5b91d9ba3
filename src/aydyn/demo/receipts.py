"""One receipt file a case, once its filing stands on a published checkpoint; and the settling that this needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from aydyn.cases.models import CaseEvent
from aydyn.kernel import clock
from aydyn.kernel.config import WitnessSetting
from aydyn.observer import witness
from aydyn.record import keys, queries, sequencing, service
from aydyn.record.models import Head

PAGE = 200
SUFFIX = ".tlog-proof"


def write(cases: Sequence[int], folder: Path) -> Iterator[int]:
    """Write the usual receipt (all but who asks) of each case's filing; yields how many there are so far.

    Raises NoReceipt for one whose filing is on no published checkpoint yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(cases), PAGE):
        page = cases[start : start + PAGE]
        rows = CaseEvent.objects.filter(case_id__in=page, seq=1).select_related("case", "entry").order_by("case_id")
        for place, row in enumerate(rows):
            data = queries.receipt_for(row.entry, hidden=("asker",)).to_bytes()
            (folder / f"{row.case.number}{SUFFIX}").write_bytes(data)
            yield start + place + 1


def somebody_sequences() -> bool:
    """Whether a running node has the sequencer's lease."""
    head = Head.objects.filter(pk=1).first()
    return bool(head and head.leased_until and head.leased_until > clock.now())


def settle(seconds: float) -> bool:
    """Wait until nothing is pending and the newest checkpoint is published with its quorum; False if it is not so in time.

    Where no node runs, its sequencer and its local witnesses are run here meanwhile.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_settled():
            return True
        if somebody_sequences():
            time.sleep(0.2)
        else:
            return _sequence_here(until - time.monotonic())
    return is_settled()


def is_settled() -> bool:
    """Whether everything entered stands on a final checkpoint (on a published one, if there are no witnesses)."""
    health = queries.health()
    if health.waiting or health.published < health.entries:
        return False
    newest = queries.best_checkpoint(health.entries - 1) if health.entries else None
    return newest is None or newest.final_at is not None or not settings.AYDYN.witnesses


def _sequence_here(seconds: float) -> bool:
    with ExitStack() as running:
        for one in settings.AYDYN.witnesses:
            if _is_local(one):
                running.enter_context(_witness(one))
        sequencer = service.Sequencer(settings.AYDYN)
        try:
            return sequencer.settle(seconds)
        finally:
            for thread in sequencer.threads:
                thread.end()
            if sequencer.lease:
                sequencing.release_lease(sequencer.lease)


def _is_local(one: WitnessSetting) -> bool:
    return urlsplit(one.url).hostname == "127.0.0.1" and (settings.AYDYN.data / one.name).is_dir()


@contextmanager
def _witness(one: WitnessSetting) -> Iterator[None]:
    """Run a local witness in a thread; one that runs already is left alone."""
    stop, ready = threading.Event(), threading.Event()
    logs = [key.vkey for key in keys.public_log_keys(settings.AYDYN.keys)]

    def serve() -> None:
        try:
            port = urlsplit(one.url).port or 80
            witness.serve(settings.AYDYN.data / one.name, "127.0.0.1", port, logs, stop, lambda _: ready.set())
        except witness.WitnessError:
            ready.set()

    thread = threading.Thread(target=serve, name=one.name, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
