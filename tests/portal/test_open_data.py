"""Open data: the same rows in every format, nothing but what is public, and words that say what it is."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.cases.test_one_request import file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases.models import Case
from aydyn.portal import actions, opendata, parquet, queries


def body(client: Client, path: str) -> bytes:
    answer = client.get(f"/en/register/{path}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams


def test_every_format_has_the_same_rows(publish: Publish, client: Client) -> None:
    published, waiting = publish('=HYPERLINK("http://x")', "Ýes – да"), file().case
    table = list(csv.DictReader(io.StringIO(body(client, "table.csv").decode())))
    lines = [json.loads(line) for line in body(client, "lines.jsonl").splitlines()]
    columns, rows = read_parquet(body(client, "table.parquet"))
    assert columns == list(table[0]) == list(lines[0]) == [column.name for column in opendata.COLUMNS]
    assert [row["number"] for row in table] == [row["number"] for row in lines] == [row["number"] for row in rows]
    assert {published.number, waiting.number} == {row["number"] for row in rows}
    assert rows[0]["question"] == lines[0]["question"] == '=HYPERLINK("http://x")'
    assert table[0]["question"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["filed"] == date.fromisoformat(lines[0]["filed"]) == published.filed_on
    assert (rows[1]["question"], lines[1]["question"], table[1]["question"]) == (None, None, "")
    assert rows[0]["published"] is lines[0]["published"] is True


def test_a_list_is_filtered_alike_in_every_format(publish: Publish, client: Client) -> None:
    published, waiting = publish("Ramps?"), file().case
    for path in ("table.csv", "lines.jsonl"):
        text = body(client, f"{path}?state=waiting").decode()
        assert waiting.number in text
        assert published.number not in text
    assert [row["number"] for row in read_parquet(body(client, "table.parquet?q=ramps"))[1]] == [published.number]
    assert read_parquet(body(client, "table.parquet?q=nothing"))[1] == []


def test_nothing_that_was_not_published_is_in_any_of_it(node: TestNode, client: Client) -> None:
    file()
    held = file(held=True).case
    unlisted = file().case
    Case.objects.filter(pk=unlisted.pk).update(listed=False)
    for path in ("table.csv", "lines.jsonl", "feed.atom"):
        answer = client.get(f"/en/register/{path}")
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()  # type: ignore[attr-defined]  # some stream
        for word in ("wheelchair", "Aýna", "ayna@example.com", held.number, unlisted.number):
            assert word not in text, path


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert opendata.harmless(cell).startswith("'")


def test_the_nightly_file_is_whole_with_its_digest(publish: Publish, client: Client, node: TestNode) -> None:
    case = publish("Ramps?")
    assert actions.make_open_data() is not None, "there is none yet"
    assert actions.make_open_data() is None, "one a night"
    made = queries.made_file()
    assert made is not None
    assert made.rows == 1
    page = client.get("/en/register/data/").content.decode()
    assert made.sha256 in page
    answer = client.get("/en/register/data/cases.parquet")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
    assert len(data) == made.size
    assert read_parquet(data)[1][0]["number"] == case.number
    assert not list(made.path.parent.glob("*.new"))


def test_a_broken_note_of_the_nightly_file_is_as_none(node: TestNode) -> None:
    folder = queries.open_data_folder()
    folder.mkdir(parents=True)
    for text in ("", "[]", '{"file": "cases.parquet"}', '{"file": 1, "day": "x", "sha256": "", "rows": 1}'):
        (folder / "made.json").write_text(text, "utf-8")
        assert queries.made_file() is None


def test_every_column_is_explained_in_every_language(node: TestNode, client: Client) -> None:
    said = client.get("/tk/register/data/dictionary.json").json()
    assert [column["name"] for column in said["columns"]] == [column.name for column in opendata.COLUMNS]
    assert all(set(column["meaning"]) == {"tk", "ru", "en"} for column in said["columns"])
    page = client.get("/en/register/data/").content.decode()
    assert all(f'id="{column.name}"' in page for column in opendata.COLUMNS)


def test_the_catalogue_is_the_same_in_every_language_and_names_what_is_there(node: TestNode, client: Client) -> None:
    said = client.get("/tk/register/data/catalog.jsonld")
    assert said["Content-Type"] == "application/ld+json"
    assert said.json() == client.get("/en/register/data/catalog.jsonld").json()
    (dataset,) = said.json()["dcat:dataset"]
    assert dataset["dct:accrualPeriodicity"]["@id"].endswith("/CONT")
    for distribution in dataset["dcat:distribution"]:
        assert distribution["dct:license"]["@id"].startswith("https://creativecommons.org/")
        path = distribution["dcat:accessURL"]["@id"].split("/", 3)[3]
        assert client.get(f"/{path}").status_code == 200


def test_a_parquet_file_keeps_every_kind_of_value_and_every_gap() -> None:
    columns = [parquet.Column("a", "text"), parquet.Column("b", "day"), parquet.Column("c", "yes-no")]
    rows: list[list[Any]] = [
        [
            None if n % 3 else f"ý{n}",
            None if n % 5 == 0 else date(1960 + n % 90, 1, 1 + n % 28),
            (None, True, False)[n % 3],
        ]
        for n in range(700)
    ]
    names, read = read_parquet(b"".join(parquet.write(columns, [rows[:300], [], rows[300:]], "test")))
    assert names == ["a", "b", "c"]
    assert [list(row.values()) for row in read] == rows


# ---------------------------------------------------------------------------------------------- an independent reader


class Compact:
    """Reads structs of Thrift's compact protocol into dicts of field ids."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def value(self, kind: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            number = self.varint()
            return (number >> 1) ^ -(number & 1)
        if kind == 8:
            length = self.varint()
            self.at += length
            return self.data[self.at - length : self.at]
        if kind == 9:
            head = self.data[self.at]
            self.at += 1
            count = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(count)]
        return self.struct()

    def struct(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        last = 0
        while head := self.data[self.at]:
            self.at += 1
            last += head >> 4
            found[last] = self.value(head & 15)
        self.at += 1
        return found


def read_parquet(data: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """Column names and rows of a flat file."""
    assert data[:4] == data[-4:] == b"PAR1"
    (length,) = struct.unpack("<I", data[-8:-4])
    footer = Compact(data, len(data) - 8 - length).struct()
    schema = footer[2][1:]
    names = [column[4].decode() for column in schema]
    rows: list[dict[str, Any]] = []
    for group in footer[4]:
        columns = [read_chunk(data, chunk[3], column) for chunk, column in zip(group[1], schema, strict=True)]
        rows += [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    assert len(rows) == footer[3]
    return names, rows


def read_chunk(data: bytes, meta: dict[int, Any], column: dict[int, Any]) -> list[Any]:
    """The values of one column of one group."""
    reader = Compact(data, meta[9])
    header = reader.struct()
    page = gzip.decompress(data[reader.at : reader.at + header[3]])
    assert len(page) == header[2]
    (length,) = struct.unpack("<I", page[:4])
    levels, present = Compact(page[: 4 + length], 4), list[int]()
    while levels.at < 4 + length:
        run = levels.varint() >> 1
        present += [page[levels.at]] * run
        levels.at += 1
    values = iter(plain(page[4 + length :], column[1], sum(present)))
    assert len(present) == header[5][1]
    return [next(values) if there else None for there in present]


def plain(page: bytes, kind: int, count: int) -> list[Any]:
    """Values in PLAIN encoding."""
    if kind == 0:
        return [bool(page[n // 8] >> n % 8 & 1) for n in range(count)]
    if kind == 1:
        epoch = date(1970, 1, 1).toordinal()
        return [date.fromordinal(day + epoch) for day in struct.unpack(f"<{count}i", page)]
    values, at = list[str](), 0
    for _ in range(count):
        (length,) = struct.unpack("<I", page[at : at + 4])
        values.append(page[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return values
