"""From ``enter_many`` to the published checkpoint, against the bare insertion of the very same rows.

Run by ``bench.ledger`` in a process of its own, once a database. One process enters, batch by batch, each batch one
transaction; the sequencer works in its own process beside it, as in a node. The clock stops when the published
checkpoint covers the last entry. The bare run inserts the rows that the first one left, read back, by the same
statements in as many transactions: one a batch for entering; three a checkpoint that was signed (positions,
checkpoint and head; the mark that tiles are complete; the mark that it is published).
"""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from typing import Any

import django

ROUNDS = {1: 400, 16: 3_200, 256: 12_800, 1_000: 20_000, 10_000: 50_000}
ANSWER = "The information is published every year, and the last issue has all the figures that you ask about. " * 3
QUESTION = "How many polling stations will the velayat have, and which of them can be reached with a wheelchair? " * 2


def main() -> None:
    """Measure every batch size; print one JSON list."""
    django.setup()
    if sys.argv[1:] == ["sequencer"]:
        run_sequencer()
        return
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from django.conf import settings

    from aydyn.record import keys

    keys.make_log_keys(settings.AYDYN.keys, settings.AYDYN.origin)
    rows = []
    only = [int(word) for word in sys.argv[1:]]
    for batch, count in ROUNDS.items():
        if only and batch not in only:
            continue
        rows.append(measure(batch, count))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(json.dumps(rows))


def measure(batch: int, count: int) -> dict[str, Any]:
    """Entries a second of one batch size, ours and bare."""
    empty()
    acts = make_acts(count)
    gc.collect()
    gc.freeze()  # the acts to be entered belong to the measurement, not to the node
    ours = run_ours(acts, batch)
    kept = read_back()
    empty()
    started = time.perf_counter()
    run_bare(kept, batch)
    bare = time.perf_counter() - started
    return {
        "batch": batch,
        "entries": count,
        "per_second": count / ours,
        "bare_per_second": count / bare,
        "share": bare / ours,
        "checkpoints": len(kept["checkpoints"]),
    }


def empty() -> None:
    """An empty record: database, tiles and head."""
    import shutil

    from django.conf import settings
    from django.db import connection

    from aydyn.record import sequencing
    from aydyn.record.models import Checkpoint, Content, Entry, Head, Pending, Position

    tables = [model._meta.db_table for model in (Content, Pending, Position, Checkpoint, Entry, Head)]  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute("VACUUM")
    shutil.rmtree(settings.AYDYN.tiles, ignore_errors=True)
    settings.AYDYN.tiles.mkdir()
    sequencing.ensure_head()


def make_acts(count: int) -> list[Any]:
    """The acts of whole cases: filed with four parts, assigned, answered, published, closed."""
    from aydyn.record.actions import NewAct

    office, mandate, cause = "office:tm.cec", "0123456789abcdefghjk", b"\x5a" * 32
    found: list[NewAct] = []
    for number in range(1, count // 5 + 2):
        case = {"number": f"CEC-2026-{number:06d}"}
        question = f"{number} {QUESTION}"
        filed = {
            "office": "tm.cec",
            "procedure": "information-request",
            "version": 1,
            "file": "sha256:" + "0" * 64,
            "due": "2026-12-24",
        }
        found += [
            NewAct(
                "case.filed",
                "person",
                case | filed,
                {"question": question, "scope": "national", "language": "en", "asker": {"name": "Aýna"}},
            ),
            NewAct("case.assigned", office, case | {"to": mandate}, None, mandate, cause),
            NewAct("case.answered", office, case, {"answer": ANSWER}, mandate, cause),
            NewAct("case.published", office, case, {"question": question, "answer": ANSWER}, mandate, cause),
            NewAct("case.closed", office, case, None, mandate, cause),
        ]
    return found[:count]


def run_ours(acts: list[Any], batch: int) -> float:
    """Enter everything while the sequencer works; returns the seconds until the last entry is published."""
    from django.db import connection, transaction

    from aydyn.record import actions, queries

    queries.store.cache_clear()
    sequencer = subprocess.Popen([sys.executable, "-m", "bench.entering", "sequencer"])
    try:
        wait_for_lease()
        started = time.perf_counter()
        for start in range(0, len(acts), batch):
            with transaction.atomic():
                actions.enter_many(acts[start : start + batch])
        while queries.published_size() < len(acts):
            time.sleep(0.002)
        return time.perf_counter() - started
    finally:
        sequencer.terminate()
        sequencer.wait()
        connection.close()


def wait_for_lease() -> None:
    """Until the sequencer has started."""
    from aydyn.record.models import Head

    while not Head.objects.filter(pk=1, leased_until__isnull=False).exists():
        time.sleep(0.05)


def run_sequencer() -> None:
    """The sequencer as a node runs it, with a shorter interval and without witnesses, until SIGTERM."""
    from django.conf import settings

    from aydyn.record import service

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    service.Sequencer(settings.AYDYN).run(stop)


def read_back() -> dict[str, list[tuple[Any, ...]]]:
    """All rows that the record now has, as plain tuples."""
    from aydyn.record.models import Checkpoint, Content, Entry, Position

    return {
        "entries": list(Entry.objects.order_by("id").values_list("id", "data", "hash", "act", "created")),
        "contents": list(Content.objects.order_by("pk").values_list("entry_id", "data")),
        "positions": list(Position.objects.order_by("index").values_list("index", "entry_id")),
        "checkpoints": list(Checkpoint.objects.order_by("size").values_list("size", "note", "signed_at")),
    }


def run_bare(kept: dict[str, list[tuple[Any, ...]]], batch: int) -> None:
    """Insert the same rows in as many transactions, and nothing else."""
    from django.db import transaction

    from aydyn.record.insertion import insert_rows
    from aydyn.record.models import Content, Entry, Pending

    entries, ids = kept["entries"], [row[0] for row in kept["contents"]]
    signed = iter([*kept["checkpoints"], None])
    due, done = next(signed), 0
    for start in range(0, len(entries), batch):
        end = min(len(entries), start + batch)
        first, last = entries[start][0], entries[end - 1][0]
        contents = kept["contents"][bisect_left(ids, first) : bisect_left(ids, last + 1)]
        with transaction.atomic():
            insert_rows(Entry, "id,data,hash,act,created", "int8,bytea,bytea,text,timestamptz", entries[start:end])
            insert_rows(Content, "entry_id,data", "int8,bytea", contents)
            insert_rows(
                Pending, "entry_id,release_at", "int8,timestamptz", [(row[0], None) for row in entries[start:end]]
            )
        while due is not None and due[0] <= end:
            _bare_checkpoint(kept["positions"][done : due[0]], due)
            due, done = next(signed), due[0]


def _bare_checkpoint(positions: list[tuple[Any, ...]], checkpoint: tuple[Any, ...]) -> None:
    from django.db import connection, transaction

    from aydyn.record.insertion import insert_rows
    from aydyn.record.models import Checkpoint, Position

    size = checkpoint[0]
    with transaction.atomic(), connection.cursor() as cursor:
        insert_rows(Position, "index,entry_id", "int8,int8", positions)
        cursor.execute(
            "DELETE FROM record_pending WHERE entry_id BETWEEN %s AND %s", [positions[0][1], positions[-1][1]]
        )
        insert_rows(Checkpoint, "size,note,signed_at", "int8,bytea,timestamptz", [checkpoint])
        cursor.execute("UPDATE record_head SET size = %s", [size])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_head SET tiled = %s", [size])
        cursor.execute("UPDATE record_checkpoint SET published_at = signed_at WHERE size = %s", [size])


if __name__ == "__main__":
    main()
