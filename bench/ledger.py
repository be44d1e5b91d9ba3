"""``python -m bench.ledger``: how fast acts go on the record, and how fast anybody can check them.

The parts can be asked for by name: ``python -m bench.ledger entering tiles verifying receipts``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import databases, receipts
from bench.report import Report

MILLION = 1_000_000
NODE = """\
origin = "bench.example/ledger"
sequence_interval = 0.05
publish_without_quorum_after = 0.0
recheck_interval = 0
"""
BATCHES = ("1", "16", "256", "1000", "10000")


def entering(report: Report) -> None:
    """Entries a second from ``enter_many`` to the published checkpoint, on both databases."""
    _entering(report, "SQLite", "sqlite")
    with databases.private_postgres() as address:
        _entering(report, "PostgreSQL", address)


def _entering(report: Report, name: str, address: str) -> None:
    for batch in BATCHES:
        with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as folder:
            data = Path(folder)
            (data / "node.toml").write_text(NODE, "utf-8")
            row = json.loads(databases.run_module("bench.entering", batch, data=data, database=address))[0]
        met = row["share"] >= 0.5 and (batch != BATCHES[-1] or row["per_second"] >= 15_000)
        aim = "≥ 50 %, ≥ 15,000/s" if batch == BATCHES[-1] else "≥ 50 %"
        judged: dict[str, Any] = {"aim": aim, "met": met} if int(batch) >= 256 else {}
        report.add(
            f"Entering to published checkpoint, {name}", f"batches of {int(batch):,}", **judged,
            entries_per_s=row["per_second"], bare_rows_per_s=row["bare_per_second"], percent=100 * row["share"], checkpoints=row["checkpoints"],
        )  # fmt: skip


def tiles(report: Report) -> None:
    """Building all tiles of a million entries in memory against bare hashing."""
    row = _piece("build", str(MILLION))
    ratio = row["tiles_s"] / row["bare_s"]
    report.add(
        "All tiles of 1,000,000 entries of 200 bytes, in memory", "building", aim="≤ 1.5 ×", met=ratio <= 1.5,
        seconds=row["tiles_s"], bare_hashing_s=row["bare_s"], times=ratio,
    )  # fmt: skip


def verifying(report: Report) -> None:
    """Verifying a log of a million entries from a directory: the tree alone, and with the rules of entries."""
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-log-") as folder:
        _piece("write", folder, str(MILLION))
        for what, name, aim in (("tree", "tree alone", 2.0), ("rules", "with the rules of entries", None)):
            row = _piece(what, folder)
            ratio = row["seconds"] / row["bare_s"]
            met = (aim is None or ratio <= aim) and row["peak_mib"] < 200
            report.add(
                "Verifying a log of 1,000,000 entries from a directory, one process", name,
                aim="≤ 2 ×, < 200 MiB" if aim else "< 200 MiB", met=met,
                seconds=row["seconds"], bare_hashing_s=row["bare_s"], times=ratio, peak_mib=row["peak_mib"],
            )  # fmt: skip


def _piece(*words: str) -> dict[str, Any]:
    environment = databases.environment(Path(tempfile.gettempdir()), "sqlite")
    done = subprocess.run(
        [sys.executable, "-m", "bench.trees", *words],
        env=environment,
        cwd=databases.ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    return found


def verifying_receipts(report: Report) -> None:
    """One receipt in process, under the policy of Ed25519 keys, and under both."""
    data, policies = receipts.make()
    for name, chosen, aim in (("Ed25519", policies[:1], 1.0), ("Ed25519 and ML-DSA-44", policies, 2.0)):
        taken = receipts.milliseconds(chosen, data)
        report.add(
            "Verifying a receipt, 2 witnesses, in process",
            name,
            aim=f"< {aim:.0f} ms",
            met=taken < aim,
            ms=taken,
            bytes=len(data),
        )


PARTS = {"entering": entering, "tiles": tiles, "verifying": verifying, "receipts": verifying_receipts}


def main() -> None:
    """Measure what was asked for, or everything."""
    report = Report("ledger")
    for name in sys.argv[1:] or PARTS:
        PARTS[name](report)
    report.save()
    for line in report.missed():
        print(f"aim missed: {line}")


if __name__ == "__main__":
    main()
