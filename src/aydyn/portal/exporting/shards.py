"""The search index of an exported register: words and cases in small script files, since a page on a disk may fetch nothing else.

A case is known by its place in the list, the newest first. Words are folded as the node's own search folds them and
lie in a shard by their first two letters; cases lie in pieces by their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PIECE = 250
"""Cases in one file."""

LETTERS = 2


class Index:
    """Collects what is found where; written at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._words: dict[str, dict[str, list[int]]] = {}
        self._piece: list[list[Any]] = []
        self.count = 0
        (folder / "cases").mkdir(parents=True)
        (folder / "words").mkdir()

    def add(self, line: list[Any], words: Iterable[str]) -> None:
        """Put in the next case: what a found line shows, and the words by which it is found."""
        for word in words:
            self._words.setdefault(word[:LETTERS], {}).setdefault(word, []).append(self.count)
        self._piece.append(line)
        self.count += 1
        if len(self._piece) == PIECE:
            self._write_piece()

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write what is left, every shard of words, and what the script has to know of all."""
        if self._piece:
            self._write_piece()
        for letters, words in self._words.items():
            self._write(f"words/{shard_name(letters)}.js", "words", letters, words)
        known = sorted(self._words)
        self._write("about.js", "about", "", {**about, "count": self.count, "piece": PIECE, "shards": known})

    def _write_piece(self) -> None:
        number = (self.count - 1) // PIECE
        self._write(f"cases/{number}.js", "cases", number, self._piece)
        self._piece = []

    def _write(self, name: str, what: str, key: object, value: object) -> None:
        text = json.dumps([what, key, value], ensure_ascii=False, separators=(",", ":"))
        # These two end a line in older JavaScript, and the sign could end a script that stands in a page.
        safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
        (self._folder / name).write_text(f"aydyn({safe});\n", "utf-8")


def shard_name(letters: str) -> str:
    """A file name for some letters that every disk can hold: their numbers in hexadecimal."""
    return "-".join(f"{ord(letter):x}" for letter in letters)
