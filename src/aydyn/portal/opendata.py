"""The register as open data: which columns, what each means, and how a case becomes a row. Only from the public version."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aydyn import __version__
from aydyn.cases import queries
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter
from aydyn.portal import parquet
from aydyn.portal.parquet import Kind, Value

PIECE = 1000
GROUP = 20_000
"""Rows of one group of a Parquet file: what is held in memory while it is made."""


@dataclass(frozen=True)
class Column:
    """One column: its name, what its values are, and what it means."""

    name: str
    kind: Kind
    meaning: str | Promise


COLUMNS = (
    Column("number", "text", _("Number of the case, its permanent name")),
    Column("office", "text", _("Code of the office that has the case now")),
    Column("procedure", "text", _("Code of the procedure: what kind of case")),
    Column("filed", "day", _("Day on which it was filed, in the office's time zone")),
    Column("due", "day", _("Day until which the office has to answer; empty while no time runs")),
    Column("state", "text", _("Code of the state of its procedure in which it stands")),
    Column("result", "text", _("Code of how it ended; empty while it has not")),
    Column("result_kind", "text", _("What that amounts to: met, partly, refused, withdrawn or passed-on")),
    Column("answered", "day", _("Day on which the office answered")),
    Column("overdue", "yes-no", _("Whether the day for the answer had passed when this was made")),
    Column("published", "yes-no", _("Whether question and answer have been published")),
    Column("hidden", "yes-no", _("Whether the published text was hidden later")),
    Column("verdict", "text", _("What who filed it said of the answer: yes, partly or no")),
    Column("language", "text", _("Language of the published text")),
    Column("title", "text", _("First words of the question, as published")),
    Column("question", "text", _("The question, as published")),
    Column("answer", "text", _("The answer, as published")),
)
TYPES = {"text": "string", "day": "date", "yes-no": "boolean"}
"""Names of the kinds as the dictionary gives them (those of XML Schema)."""

Row = dict[str, Value]


def row_of(case: Case, today: date) -> Row:
    """A case as a row; what was not published has no words in it."""
    text = getattr(case, "public_text", None)
    return {
        "number": case.number,
        "office": case.office.code,
        "procedure": case.procedure.code,
        "filed": case.filed_on,
        "due": case.due,
        "state": case.state,
        "result": case.result or None,
        "result_kind": case.result_kind or None,
        "answered": case.answered_on,
        "overdue": case.due is not None and case.due < today,
        "published": case.published,
        "hidden": case.hidden,
        "verdict": case.verdict or None,
        "language": case.language if text else None,
        "title": text.title if text else None,
        "question": text.question if text else None,
        "answer": text.answer if text else None,
    }


def rows(wanted: RegisterFilter, today: date) -> Iterator[list[Row]]:
    """Every case that fits, a piece at a time."""
    for piece in queries.register_in_pieces(wanted, PIECE):
        yield [row_of(case, today) for case in piece]


# ---------------------------------------------------------------------------------------------- formats


def csv_pieces(pieces: Iterable[list[Row]]) -> Iterator[str]:
    """The rows as a table (RFC 4180), with its head."""
    yield csv_line(column.name for column in COLUMNS)
    for piece in pieces:
        yield "".join(csv_line(_cell(value) for value in row.values()) for row in piece)


def csv_line(cells: Iterable[object]) -> str:
    """One line of a table, safe to open in a spreadsheet."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(str(cell)) for cell in cells])
    return line.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


_BREAKS = "\t\r\n"
_BLANKS = " \u00a0\u2000\u2001\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
_BEGINNINGS = "=+-@＝＋－＠" + _BREAKS  # the wide ones are the same to some programs


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236): a typed text may begin with = + - @, after blanks too."""
    first = cell[:1] if cell[:1] in _BREAKS else cell.lstrip(_BLANKS)[:1]
    return f"'{cell}" if first and first in _BEGINNINGS else cell


def json_pieces(pieces: Iterable[list[Row]]) -> Iterator[str]:
    """The rows as JSON Lines: one object a line."""
    for piece in pieces:
        yield "".join(json.dumps(row, ensure_ascii=False, default=_iso) + "\n" for row in piece)


def _iso(value: Any) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def parquet_pieces(pieces: Iterable[list[Row]]) -> Iterator[bytes]:
    """The rows as a Parquet file."""
    columns = [parquet.Column(column.name, column.kind) for column in COLUMNS]
    return parquet.write(columns, _groups(pieces), f"aydyn {__version__}")


def _groups(pieces: Iterable[list[Row]]) -> Iterator[list[list[Value]]]:
    group: list[list[Value]] = []
    for piece in pieces:
        group += [list(row.values()) for row in piece]
        if len(group) >= GROUP:
            yield group
            group = []
    yield group


# ---------------------------------------------------------------------------------------------- what it is


def dictionary() -> dict[str, Any]:
    """The data dictionary: every column with its type and what it means in each language of the node."""
    languages = [code for code, _name in settings.LANGUAGES]
    return {
        "title": in_languages(_("Public register of cases"), languages),
        "columns": [
            {"name": column.name, "type": TYPES[column.kind], "meaning": in_languages(column.meaning, languages)}
            for column in COLUMNS
        ],
    }


def in_languages(words: str | Promise, languages: Iterable[str]) -> dict[str, str]:
    """Words in each of some languages."""
    found: dict[str, str] = {}
    for code in languages:
        with translation.override(code):
            found[code] = str(words)
    return found
