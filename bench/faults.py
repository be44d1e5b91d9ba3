"""``python -m bench.faults [KILLS]``: kills a node at random moments under load, on both databases, and judges it.

The same as the test in tests/faults, only longer: 200 kills a database, in rounds of 25 that are judged each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults.stand import Stand, Template
from tests.faults.test_kills import kill_again_and_again

from bench import databases
from bench.report import Report

KILLS = 200
ROUND = 25


def kill(report: Report, name: str, server: str, kills: int) -> None:
    """All rounds on one database; an assertion that fails ends the run with what was lost."""
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-faults-") as folder:
        template = Template.make(Path(folder) / "template", server)
        try:
            for seed in range(-(-kills // ROUND)):
                count, started = min(ROUND, kills - seed * ROUND), time.monotonic()
                place = Path(folder) / f"round-{seed}"
                place.mkdir()
                stand = Stand.make(place, template)
                try:
                    kill_again_and_again(stand, count, seed)
                    found = stand.judge()
                    report.add(
                        f"Killed at random moments under load, {name}", f"round {seed + 1}, {count} kills", met=True, aim="none lost, none doubled",
                        entries=found["entries"], acknowledged=len(stand.acknowledged()), checkpoints_served=len(stand.served),
                        seconds=time.monotonic() - started,
                    )  # fmt: skip
                finally:
                    stand.close()
        finally:
            template.drop()


def main() -> None:
    """200 kills a database, or as many as were asked for."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    report = Report("faults")
    kill(report, "SQLite", "", kills)
    with databases.private_postgres() as address:
        kill(report, "PostgreSQL", address, kills)
    report.save()


if __name__ == "__main__":
    main()
