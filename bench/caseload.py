"""A country's cases, loaded in bulk: events, entries, texts and index as the actions leave them, without their cost.

Every case has ten events. Their days fall into the last three years; six of a hundred cases are open, and a tenth of those is
late. Rows are written by COPY (PostgreSQL) or in one transaction (SQLite); `refold` then folds a sample from its events
with the real engine and compares it with the columns that were written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random  # noqa: TID251  # drawn with a seed, so that two runs load the same
from typing import Any

DAYS = 1095
OPEN_SHARE = 0.06
LATE_SHARE = 0.1
PUBLISHED_SHARE = 0.8
EVENTS = 10
PIECE = 20_000
_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "bu",
    "da",
    "de",
    "do",
    "du",
    "ga",
    "ge",
    "gi",
    "go",
    "ha",
    "he",
    "ho",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "ta",
    "te",
    "to",
]
VOCABULARY = [
    "".join(_SYLLABLES[(rank * step + shift) % len(_SYLLABLES)] for step, shift in ((7, 3), (13, 1), (29, 5), (53, 11)))
    + str(rank % 97)
    for rank in range(30_000)
]
"""Words as a language has them: a few in every text, most in hardly any (Zipf's law with an offset, so that no word is
in more than a third of the texts, as after leaving out the smallest ones)."""

_WEIGHTS = list(accumulate(1 / (rank + 60) for rank in range(len(VOCABULARY))))

Row = tuple[Any, ...]

ANSWERED_LIFE = (
    ("file", "case.filed", "asker", "received"), ("register", "case.registered", "registrar", "registered"),
    ("assign", "case.assigned", "registrar", "assigned"), ("add", "case.supplemented", "asker", "assigned"),
    ("add", "case.supplemented", "asker", "assigned"), ("add", "case.supplemented", "asker", "assigned"),
    ("answer", "case.answered", "officer", "answered"), ("publish", "case.published", "publisher", "answered"),
    ("rate", "case.rated", "asker", "answered"), ("close", "case.closed", "officer", "closed"),
)  # fmt: skip
UNPUBLISHED_LIFE = tuple(
    ("correct", "case.corrected", "officer", "answered") if step[0] == "publish" else step for step in ANSWERED_LIFE
)
OPEN_LIFE = (*ANSWERED_LIFE[:3], *[("add", "case.supplemented", "asker", "assigned")] * 7)


class Load:
    """The rows of ``count`` cases, drawn with a seed."""

    def __init__(self, count: int, offices: list[tuple[int, str]], procedure: int, mandates: dict[int, int]) -> None:
        self.count, self.offices, self.procedure, self.mandates = count, offices, procedure, mandates
        self.chance = Random(20261125)
        self.today = datetime.now(UTC).date()
        self.serials: dict[tuple[str, int], int] = {}
        self.weights = [40, *([1] * (len(offices) - 1))]

    def cases(self) -> Iterator[dict[str, Any]]:
        """One case after the other, in the order of filing."""
        for at in range(self.count):
            filed = self.today - timedelta(days=DAYS - DAYS * at // self.count)
            yield self._case(at + 1, filed)

    def _case(self, pk: int, filed: date) -> dict[str, Any]:
        office, mark = self.chance.choices(self.offices, self.weights)[0]
        is_open = self.chance.random() < OPEN_SHARE and (self.today - filed).days < 400
        late = is_open and (self.today - filed).days > 29 and self.chance.random() < LATE_SHARE * 5
        if is_open and not late:
            filed = max(filed, self.today - timedelta(days=self.chance.randrange(1, 20)))
        key = (mark, filed.year)
        self.serials[key] = self.serials.get(key, 0) + 1
        published = not is_open and self.chance.random() < PUBLISHED_SHARE
        question = " ".join(self.chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=14))
        return {
            "pk": pk, "number": f"{mark}-{filed.year}-{self.serials[key]:06}", "office": office, "filed": filed,
            "open": is_open, "published": published, "question": question,
            "answer": " ".join(self.chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=30)) if published else "",
            "life": OPEN_LIFE if is_open else ANSWERED_LIFE if published else UNPUBLISHED_LIFE,
        }  # fmt: skip


def rows_of(case: dict[str, Any], due_of: Any, mandates: dict[int, int], procedure: int) -> dict[str, list[Row]]:
    """The rows of one case, by table, in the order of :data:`COLUMNS`."""
    pk, filed, office = case["pk"], case["filed"], case["office"]
    mandate = mandates[office]
    moment = datetime.combine(filed, time(8), UTC)
    due = due_of(filed)
    answered = filed + timedelta(days=6)
    events: list[Row] = []
    entries: list[Row] = []
    positions: list[Row] = []
    for seq, (step, act, role, state) in enumerate(case["life"], 1):
        entry = (pk - 1) * EVENTS + seq
        data = json.dumps(
            {"act": act, "at": filed.isoformat(), "public": {"number": case["number"]}, "n": entry}
        ).encode()
        entries.append((entry, data, hashlib.sha256(b"\x00" + data).digest(), act, moment))
        positions.append((entry - 1, entry))
        by = None if role == "asker" else mandate
        events.append(
            (entry, pk, seq, step, act, role, state, moment + timedelta(days=seq - 1), filed + timedelta(days=seq - 1), by,
             office if seq == 1 else None, mandate if step == "assign" else None, "yes" if step == "rate" else "", "", entry)
        )  # fmt: skip
    state = case["life"][-1][3]
    stopped = not case["open"]
    since = filed + timedelta(days=2) if case["open"] else filed + timedelta(days=EVENTS - 1)
    row = (
        pk, case["number"], procedure, "tk", moment, filed, False, True, f"bench{pk:035}", office, mandate, state, since,
        "office" if case["open"] else "nobody", case["open"], None if stopped else due, due, None if stopped else filed,
        "answered" if stopped else "", "met" if stopped else "", answered if stopped else None, case["published"], False, 0,
        "yes" if stopped else "", False, EVENTS, "online",
    )  # fmt: skip
    texts = [(pk, case["question"][:120])]
    public = (
        [(pk, case["question"][:120], case["question"], case["answer"], case["question"])] if case["published"] else []
    )
    return {
        "record_entry": entries, "record_position": positions, "cases_case": [row], "cases_casetext": texts,
        "cases_caseevent": events, "cases_publictext": public,
    }  # fmt: skip


COLUMNS = {
    "record_entry": "id data hash act created",
    "record_position": "index entry_id",
    "cases_case": (
        "id number procedure_id language filed_at filed_on held listed filing_key office_id officer_id state since waits_for "
        "open due last_due warn_on result result_kind answered_on published hidden owed verdict overdue_told events_count channel"
    ),
    "cases_casetext": "case_id title",
    "cases_caseevent": (
        "id case_id seq step act role state at day mandate_id office_id officer_id ground clock entry_id"
    ),
    "cases_publictext": "case_id title question answer folded",
}  # fmt: skip


def pieces(load: Load, due_of: Any) -> Iterator[dict[str, list[Row]]]:
    """The rows of all cases, some thousands of cases at a time."""
    kept: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    for place, case in enumerate(load.cases(), 1):
        for table, rows in rows_of(case, due_of, load.mandates, load.procedure).items():
            kept[table] += rows
        if place % PIECE == 0 or place == load.count:
            yield kept
            kept = {table: [] for table in COLUMNS}


def write(connection: Any, parts: Iterable[dict[str, list[Row]]]) -> None:
    """Write the pieces into Django's ``connection``: COPY or executemany, constraints and indexes taken up again after."""
    if connection.vendor == "postgresql":
        _copy(connection, parts)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("BEGIN")
        for part in parts:
            for table, rows in part.items():
                columns = COLUMNS[table].split()
                marks = ", ".join("?" for _ in columns)
                names = ", ".join(f'"{name}"' for name in columns)
                connection.connection.executemany(  # the driver's own: no conversion row by row
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                    [_plain(row) for row in rows],
                )
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")


def _plain(row: Row) -> Row:
    return tuple(
        value.strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for value in row
    )


def _copy(connection: Any, parts: Iterable[dict[str, list[Row]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the keys fit: they are made here
        cursor.execute(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [list(COLUMNS)]
        )
        found = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s)", [list(COLUMNS)]
        )  # fmt: skip
        unique = cursor.fetchall()
        for table, name, _ in unique:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        gone = {name for _, name, _ in unique}
        plain = [(name, how) for _, name, how in found if name not in gone and not name.endswith("_pkey")]
        for name, _ in plain:
            cursor.execute(f'DROP INDEX IF EXISTS "{name}"')
        for part in parts:
            for table, rows in part.items():
                names = ", ".join(f'"{name}"' for name in COLUMNS[table].split())
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    copy.write("".join(map(_line, rows)))
        _index_words(cursor)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for table, name, how in unique:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {how}')
        for _, how in plain:
            cursor.execute(how)
        for table in (name for name, columns in COLUMNS.items() if columns.startswith("id ")):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _line(row: Row) -> str:
    """A row as COPY's text format has it; no text here has a tab, a line end or a backslash."""
    return "\t".join(map(_cell, row)) + "\n"


def _cell(value: Any) -> str:
    kind = type(value)
    if kind is int or kind is str:
        return str(value)
    if value is None:
        return "\\N"
    return "\\\\x" + value.hex() if kind is bytes else str(value)


def _index_words(cursor: Any) -> None:
    """Fill the index of words as `searching.write` does, all at once (these texts are folded already)."""
    from aydyn.cases import searching

    cursor.execute(
        "UPDATE cases_publictext SET search = array_to_tsvector("
        "(SELECT array_agg(DISTINCT word) FROM unnest(string_to_array(question || ' ' || answer, ' ')) AS word)) "
        f"|| strip(to_tsvector('simple', question || ' ' || answer)) || {searching.OFFICE_OF_CASE}"
    )


def refold(sample: int) -> tuple[int, int]:
    """Fold a sample of cases from their events with the real engine; returns how many were folded, and how many agree."""
    from aydyn.cases import timelines
    from aydyn.cases.models import Case

    chance = Random(7)
    count = Case.objects.count()
    chosen = chance.sample(range(1, count + 1), min(sample, count))
    agree = 0
    for case in Case.objects.filter(pk__in=chosen).select_related("office"):
        state = timelines.state_of(case)
        shown = (case.state, case.open, case.due, case.result, case.published)
        agree += shown == (state.state, state.open, state.due, state.result or "", state.published)
    return len(chosen), agree
