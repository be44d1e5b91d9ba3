"""The three sample elections of the official tool (data/belenios/SOURCES.md), with their secrets, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.evote.forging import ARCHIVES, SAMPLES, read

from aydyn.evote.archive import Entry
from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.events import EventType
from aydyn.evote.questions import NonHomomorphic
from aydyn.evote.trustees import Trustee, parse_trustees

NAMES = tuple(ARCHIVES)


@dataclass(frozen=True)
class Sample:
    """One of them; `folder` holds its files."""

    name: str

    @property
    def folder(self) -> Path:
        return SAMPLES / self.name

    def text(self, name: str) -> str:
        return (self.folder / name).read_text().strip()

    def value(self, name: str) -> Any:
        return json.loads(self.text(name))

    def lines(self, name: str) -> list[bytes]:
        return (self.folder / name).read_bytes().splitlines()

    def texts(self, suffix: str) -> dict[str, str]:
        """The files of a suffix by their stems."""
        return {path.stem: path.read_text().strip() for path in sorted(self.folder.glob(f"*{suffix}"))}

    @property
    def archive(self) -> bytes:
        return ARCHIVES[self.name]

    @cached_property
    def entries(self) -> list[Entry]:
        return read(self.archive)

    def data(self, kind: EventType) -> list[Entry]:
        return [entry for entry in self.entries if entry.event.type is kind]

    @cached_property
    def election(self) -> Election:
        return Election.parse(self.entries[0].data[0])

    @cached_property
    def engine(self) -> Engine:
        return engine_for(self.election.group)

    @cached_property
    def trustees(self) -> list[Trustee]:
        return parse_trustees(self.election.group, self.entries[0].data[1])

    @cached_property
    def weights(self) -> dict[str, int]:
        """The weight of each login of ``voters.txt``."""
        rows = [line.split(",") for line in self.text("voters.txt").splitlines()]
        return {row[1]: int(row[2]) if len(row) > 2 else 1 for row in rows}

    def counted(self) -> list[Any]:
        """What ``votes.json`` comes to, counted in the clear; votes that are decrypted one by one sorted."""
        votes = self.value("votes.json")
        final = list(votes["votes"])
        for voter, again in votes["revotes"]:
            final[voter] = again
        weights = list(self.weights.values())
        result: list[Any] = []
        for place, question in enumerate(self.election.questions):
            own = [vote[place] for vote in final]
            if isinstance(question, NonHomomorphic):
                result.append(sorted(own))
            elif isinstance(own[0][0], list):
                result.append([_sums([vote[i] for vote in own], weights) for i in range(len(own[0]))])
            else:
                result.append(_sums(own, weights))
        return result


def _sums(votes: list[list[int]], weights: list[int]) -> list[int]:
    return [
        sum(bit * weight for bit, weight in zip(column, weights, strict=True)) for column in zip(*votes, strict=True)
    ]


ALL = {name: Sample(name) for name in NAMES}
