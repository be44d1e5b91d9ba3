"""How a measurement is told: a table for people, JSON for machines, the machine itself beside both."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass
class Row:
    """One measured line: what, figures by column, and whether its aim (if it has one) is met."""

    what: str
    figures: dict[str, Any]
    aim: str = ""
    met: bool | None = None


@dataclass
class Report:
    """All lines of one command."""

    name: str
    sections: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])

    def add(self, section: str, what: str, *, aim: str = "", met: bool | None = None, **figures: Any) -> None:
        """Add one line and show it at once."""
        row = Row(what, figures, aim, met)
        if section not in self.sections:
            print(f"\n{section}", flush=True)
        self.sections.setdefault(section, []).append(row)
        print("  " + _line(row), flush=True)

    def save(self) -> Path:
        """Write the JSON file; returns where it is."""
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{self.name}.json"
        sections = {title: [vars(row) for row in rows] for title, rows in self.sections.items()}
        value = {
            "name": self.name,
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": machine(),
            "sections": sections,
        }
        file.write_text(json.dumps(value, indent=2, default=str) + "\n", "utf-8")
        print(f"\n{file}")
        return file

    def missed(self) -> list[str]:
        """The lines whose aim was not met."""
        return [f"{title}: {row.what}" for title, rows in self.sections.items() for row in rows if row.met is False]


def _line(row: Row) -> str:
    figures = "   ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in row.figures.items())
    verdict = {True: "   ✓ ", False: "   ✗ ", None: ""}[row.met] + row.aim
    return f"{row.what:<44} {figures}{verdict}"


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
    }


def _cpuinfo() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text("utf-8").splitlines() if file.exists() else []


def fastest(work: Callable[[], Any], *, times: int = 3) -> float:
    """Seconds of the fastest of several runs: the one that other work of the machine disturbed least."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best
