"""What a round of monitoring found, and the evidence files that it leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from aydyn.audit.rules import Breach
from aydyn.audit.verdicts import State, Statement


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with the node, and what shows it (texts and JSON values by name)."""

    code: str
    words: str
    position: int | None = None
    shows: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, breach: Breach, **shows: Any) -> Finding:
        """A breach of a rule, with what shows it."""
        return cls(breach.code, breach.words, breach.position, shows)

    def to_value(self) -> dict[str, Any]:
        """As JSON, without what shows it."""
        return {"code": self.code, "position": self.position, "words": self.words}


class Inconclusive(Exception):
    """The round cannot go on: something could not be read. That is no evidence against anybody."""


class Refuted(Exception):
    """The round cannot go on: what was found makes everything behind it worthless."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


@dataclass
class Report:
    """One round: what was looked at, evidence, and notices (odd, but no evidence)."""

    origin: str = ""
    size: int = 0
    new_entries: int = 0
    cases_compared: int = 0
    cases_not_shown: int = 0
    evidence: list[tuple[Finding, Path | None]] = field(default_factory=list[tuple[Finding, Path | None]])
    notices: list[Statement] = field(default_factory=list[Statement])
    unread: list[str] = field(default_factory=list[str])

    @property
    def state(self) -> State:
        """Refuted with evidence, unchecked if something could not be read, else verified."""
        if self.evidence:
            return State.REFUTED
        return State.UNCHECKED if self.unread else State.VERIFIED

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.state.value,
            "origin": self.origin,
            "size": self.size,
            "new_entries": self.new_entries,
            "cases_compared": self.cases_compared,
            "cases_not_shown": self.cases_not_shown,
            "evidence": [{**one.to_value(), "file": str(file) if file else None} for one, file in self.evidence],
            "notices": [one.to_value() for one in self.notices],
            "unread": self.unread,
        }


def keep(folder: Path, finding: Finding) -> Path:
    """Write evidence to a file whose name depends on nothing but what is in it: the same finding is kept once."""
    value = {**finding.to_value(), "shows": finding.shows}
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    except RecursionError:
        value["shows"] = {"left out": "nested too deeply to be written down"}
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    mark = sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{finding.code}-{mark}.json"
    if not file.exists():
        aside = folder / f".{file.name}"
        aside.write_text(text, "utf-8", errors="backslashreplace")
        aside.replace(file)
    return file
