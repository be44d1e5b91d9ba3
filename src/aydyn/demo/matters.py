"""What is asked and what is answered: real petition titles, matters written for this project, marked answers."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed
from typing import Any

DATA = Path(__file__).parent / "data"
SEED = 20261125
OWN_AMONG_TEN = 3
SHORTEST = 5


@dataclass(frozen=True)
class Matter:
    """A question as it is filed; ``office`` is empty where any will do, ``at`` the time of day it was first asked."""

    question: str
    language: str
    office: str = ""
    region: str = ""
    at: time | None = None


def matters(start: int) -> Iterator[Matter]:
    """All matters for ever, from place ``start`` on, always in the same order."""
    return islice(cycle(_in_order()), start, None)


@cache
def _in_order() -> tuple[Matter, ...]:
    """Own matters spread among the first few hundred titles, then titles alone."""
    chance = Random(SEED)  # examples, not secrets
    titles, own = _titles(chance), _own()
    chance.shuffle(own)
    mixed: list[Matter] = []
    while titles or own:
        take = OWN_AMONG_TEN if own else 0
        tens = [own.pop() for _ in range(min(take, len(own)))]
        tens += [titles.pop() for _ in range(min(10 - take, len(titles)))]
        chance.shuffle(tens)
        mixed += tens
    return tuple(mixed)


def _titles(chance: Random) -> list[Matter]:
    """Petition titles, drawn without repetition by how many people signed each, so that the skew comes first (last in
    the list, from which they are taken)."""
    with (DATA / "uk-petitions.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["title"].isprintable() and len(row["title"]) >= SHORTEST]
    keyed = [(chance.random() ** (1.0 / max(1, int(row["signatures"]))), row) for row in rows]
    keyed.sort(key=lambda pair: pair[0])
    return [Matter(row["title"], "en", at=datetime.fromisoformat(row["created_at"]).time()) for _, row in keyed]


def _own() -> list[Matter]:
    rows = tomllib.loads((DATA / "own_matters.toml").read_text("utf-8"))["matter"]
    return [Matter(row["question"], row["language"], row["office"], row.get("region", "")) for row in rows]


@dataclass(frozen=True)
class Reply:
    """An answer in one language, marked as generated; ``ground`` only where it refuses."""

    text: str
    ground: str = ""


class Replies:
    """Chooses generated answers and reasons by seeded chance."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._data: dict[str, Any] = tomllib.loads((DATA / "answers.toml").read_text("utf-8"))

    def answer(self, result: str, *, language: str, office: str, number: str) -> Reply:
        """An answer of that result, with its mark in the first line."""
        rows = [row for row in self._data["answer"] if row["result"] == result]
        row = self._chance.choice(rows)
        body = row[language].format(office=office, number=number)
        return Reply(f"{self._data['mark'][language]}\n\n{body}", row.get("ground", ""))

    def reason(self, step: str, language: str) -> str:
        """Why an office transferred a case or gave itself more time."""
        rows = [row for row in self._data["reason"] if row["step"] == step]
        return f"{self._data['mark'][language]} {self._chance.choice(rows)[language]}"
