"""The questions of a procedure's form: their kinds, texts, limits and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from aydyn.casework.shapes import Code, Many, Strict, Texts

Kind = Literal[
    "text", "longtext", "number", "money", "date", "choice", "choices", "yesno", "region", "email", "phone", "address",
    "person", "organisation", "file", "files", "document", "table",
]  # fmt: skip
CellKind = Literal["text", "number", "date", "choice", "yesno", "region", "phone", "email"]

COMPOUND: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "money": (("amount", True), ("currency", True)),
    "address": (("region", False), ("place", True), ("street", True), ("postcode", False)),
    "person": (("family_name", True), ("given_name", True), ("patronymic", False)),
    "organisation": (("name", True), ("number", False)),
}
"""The parts of the kinds that have several, in the order of the form, and whether each must be filled in."""

MOST_FILES = 10
MOST_ROWS = 50
MOST_COLUMNS = 8
_LENGTHS = {"text": 300, "longtext": 4000}
_MULTIPLE = {"choices", "files", "table"}

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
When = dict[str, str | bool | list[str]]


class Choice(Strict):
    """One answer among those offered."""

    code: Code
    label: Texts


class Column(Strict):
    """One column of a table of rows."""

    name: Name
    kind: CellKind
    label: Texts
    required: bool = False
    min: int | None = None
    max: int | None = None
    choice: Many[Choice] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Column:
        if (self.kind == "choice") != bool(self.choice):
            raise ValueError("choices go with columns of the kind “choice”; give them there and only there")
        return self


class Group(Strict):
    """Questions that stand on one page."""

    code: Code
    title: Texts
    hint: Texts | None = None


class Question(Strict):
    """One field of a procedure's form."""

    name: Name
    kind: Kind
    label: Texts
    hint: Texts | None = None
    group: Code | None = None
    """The page it stands on."""
    required: bool = False
    min: int | None = None
    max: int | None = None
    """Of a text its characters, of a number or sum its value, of choices, files and tables how many."""
    earliest: date | None = None
    latest: date | None = None
    choice: Many[Choice] = ()
    column: Many[Column] = ()
    when: When | None = None
    private: bool = False
    """A private answer is never published, whatever the procedure opens."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Question:
        if (self.kind in ("choice", "choices")) != bool(self.choice):
            raise ValueError(
                "choices go with the kinds “choice” and “choices”; give [[field.choice]] tables there and only there"
            )
        if (self.kind == "table") != bool(self.column):
            raise ValueError("columns go with the kind “table”; give [[field.column]] tables there and only there")
        if len(self.column) > MOST_COLUMNS:
            raise ValueError(
                f"a table has at most {MOST_COLUMNS} columns, or nobody can fill it in on a phone; ask less"
            )
        for what, codes in (
            ("choices", [choice.code for choice in self.choice]),
            ("columns", [column.name for column in self.column]),
        ):
            if len(codes) != len(set(codes)):
                raise ValueError(f"two {what} have the same code; give each its own")
        if (self.earliest or self.latest) and self.kind != "date":
            raise ValueError("earliest and latest go with the kind “date”; remove them")
        if self.kind == "files" and (self.max or 0) > MOST_FILES:
            raise ValueError(f"at most {MOST_FILES} files can be asked for; lower max")
        if self.kind == "table" and (self.max or 0) > MOST_ROWS:
            raise ValueError(f"a table has at most {MOST_ROWS} rows; lower max")
        return self

    @property
    def longest(self) -> int:
        """Return how many characters a text may have."""
        return self.max if self.max is not None else _LENGTHS.get(self.kind, 300)

    @property
    def most(self) -> int:
        """Return how many files or rows an answer may have."""
        limits = {"file": 1, "files": MOST_FILES, "table": MOST_ROWS}
        return limits[self.kind] if self.max is None or self.kind == "file" else self.max
