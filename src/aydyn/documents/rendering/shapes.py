"""What each template takes, as strict models: a caller that forgets or invents a field learns it before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_LINE = 300
MAX_PARAGRAPH = 20_000

Line = Annotated[str, StringConstraints(max_length=MAX_LINE)]
SomeLine = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINE)]
Paragraph = Annotated[str, StringConstraints(max_length=MAX_PARAGRAPH)]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9/-]{0,39}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Names = Annotated[dict[str, SomeLine], Field(min_length=1, max_length=6)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class PointerData(_Strict):
    """Where the QR code leads, and the code in groups, as `codes.new_pointer` makes them."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{4}(-[0-9a-z]{4}){3}$")]


class Row(_Strict):
    """One line of a table: what, and its value."""

    label: SomeLine
    value: Paragraph


class _Sheet(_Strict):
    """What every official document says of itself."""

    office: Names
    number: Number
    title: SomeLine


class Letter(_Sheet):
    """An answer, partial answer, refusal, notice of transfer, decision or correction."""

    kind: Code
    case: Line = ""
    addressee: Line = ""
    paragraphs: Annotated[list[Paragraph], Field(min_length=1, max_length=200)]
    ground: Paragraph = ""
    basis: Annotated[list[Line], Field(max_length=20)] = []
    appeal: Paragraph = ""
    attachments: Annotated[list[Line], Field(max_length=50)] = []
    officer: Line = ""
    name: Line = ""
    pointer: PointerData


class Certificate(_Sheet):
    """Something that is stated of a holder."""

    kind: Code = "certificate"
    case: Line = ""
    holder: Annotated[list[Row], Field(min_length=1, max_length=20)]
    statements: Annotated[list[Row], Field(min_length=1, max_length=60)]
    valid_until: date | None = None
    basis: Annotated[list[Line], Field(max_length=20)] = []
    officer: Line = ""
    name: Line = ""
    pointer: PointerData


class Section(_Strict):
    """A group of questions with their answers."""

    title: Line = ""
    rows: Annotated[list[Row], Field(min_length=1, max_length=200)]


class CaseSummary(_Sheet):
    """What was filed, for who filed it; no official document, so it has no pointer."""

    filed: date
    due: date | None = None
    sections: Annotated[list[Section], Field(min_length=1, max_length=50)]
    files: Annotated[list[Line], Field(max_length=50)] = []


SHAPES: Mapping[str, type[_Sheet]] = {"letter": Letter, "certificate": Certificate, "case-summary": CaseSummary}
