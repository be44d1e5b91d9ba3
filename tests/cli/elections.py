"""An election from files, step by step, as its roles run the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import Result
from tests.cli.conftest import Run

TEMPLATE: dict[str, Any] = {
    "name": "Halk maslahaty",
    "description": "Nusga",
    "administrator": "Merkezi saýlaw topary",
    "credential_authority": "Adalat ministrligi",
    "questions": [
        {"answers": ["Myrat", "Aýna", "Serdar"], "min": 0, "max": 1, "question": "Bir dalaşgär"},
        {"answers": ["Да", "Нет"], "blank": True, "min": 1, "max": 1, "question": "Согласны ли Вы?"},
        {
            "type": "NonHomomorphic",
            "value": {"answers": ["A", "B", "C"], "question": "Rank"},
            "extra": {"method": "Schulze", "blank": False},
        },
        {
            "type": "NonHomomorphic",
            "value": {"answers": ["A", "B", "C"], "question": "Judge"},
            "extra": {"method": "MajorityJudgment", "blank": False, "grades": ["Good", "Fair", "Bad"]},
        },
        {
            "type": "NonHomomorphic",
            "value": {"answers": ["A", "B", "C", "D"], "question": "Seats"},
            "extra": {"method": "STV", "blank": True, "seats": 2},
        },
        {"type": "Lists", "value": {"answers": [["North", "N1", "N2"], ["South", "S1"]], "question": "One list"}},
    ],
}
VOTES = {
    "Merdan": [[0, 1, 0], [0, 1, 0], [1, 2, 3], [1, 2, 3], [1, 2, 3, 4], [[1, 1, 0], [0, 0]]],
    "Jennet": [[0, 0, 0], [1, 0, 0], [3, 2, 1], [1, 1, 2], [2, 1, 0, 0], [[0, 0, 0], [1, 1]]],
}


class Office:
    """A folder and the command."""

    def __init__(self, run: Run, place: Path) -> None:
        self.run, self.place, self.folder = run, place, place / "election"

    def say(self, *words: object) -> Result:
        """Run a verb that must succeed."""
        result = self.run("election", *words)
        assert result.exit_code == 0, result.output
        return result

    def set_up(self, template: dict[str, Any] = TEMPLATE) -> None:
        """From a template to an open election: two voters, a single trustee and two of three."""
        (self.place / "template.json").write_text(json.dumps(template), "utf-8")
        (self.place / "roll.txt").write_text("Merdan\nJennet,1\n", "utf-8")
        self.say("new", self.place / "template.json", "--out", self.folder)
        self.say("credentials", self.folder, "--voters", self.place / "roll.txt")
        self.say("trustee", self.folder, "--name", "Ogulgerek")
        for i in (1, 2, 3):
            words = ("--threshold", 2, "--size", 3, "--index", i, "--secrets", self.place / f"member{i}")
            self.say("threshold", "certify", self.folder, *words)
        self.say("threshold", "check", self.folder)
        for verb in ("share", "collect", "take-in", "assemble"):
            keys = [("--key", self.member(i)) for i in (1, 2, 3)] if verb in ("share", "take-in") else [()]
            for key in keys:
                self.say("threshold", verb, self.folder, *key)
        self.say("open", self.folder)
        private = json.loads((self.folder / "secrets" / "private_creds.json").read_text("utf-8"))
        for name, credential in private.items():
            (self.place / name).write_text(credential, "ascii")

    def member(self, index: int) -> Path:
        """A member's seed."""
        return next((self.place / f"member{index}").glob("*.key"))

    def vote(self, name: str, out: str, *more: str, votes: Sequence[Any] | None = None) -> Result:
        """Make a ballot."""
        chosen = self.place / "votes.json"
        chosen.write_text(json.dumps(VOTES[name] if votes is None else votes), "ascii")
        words = ("--credential", self.place / name, "--votes", chosen, "--out", self.place / out)
        return self.run("election", "vote", self.folder, *words, *(more or ("--cast",)))

    @property
    def archive(self) -> Path:
        """The archive."""
        return next(self.folder.glob("*.bel"))

    def count(self) -> None:
        """From an open box to the result."""
        for words in (
            ("close",),
            ("tally", "--jobs", 1),
            ("shuffle", "--owner", 1, "--jobs", 1),
            ("shuffle", "--owner", 3, "--jobs", 1),
            ("decrypt", "--owner", 1, "--jobs", 1, "--key", next((self.folder / "secrets").glob("*.privkey"))),
            ("decrypt", "--owner", 2, "--jobs", 1, "--key", self.member(1)),
            ("decrypt", "--owner", 4, "--jobs", 1, "--key", self.member(3)),
            ("result", "--jobs", 1),
        ):
            self.say(words[0], self.folder, *words[1:])
