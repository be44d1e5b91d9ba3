"""What errors repeat of what others wrote: little, and nothing that makes them fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.evote.manipulations.table import PLAIN, RANKED
from tests.evote.workshop import Bench, verify

from aydyn.evote.errors import LONGEST_QUOTE, quoted

LONG = "x" * 100_000


def test_a_value_is_quoted_briefly_and_on_one_line() -> None:
    values: list[Any] = [LONG, "\n" * 200, b"\xff" * 200, [LONG], {LONG: LONG}, 10**5000, -(10**5000), None, True, 1.5]
    for value in values:
        assert len(quoted(value)) <= LONGEST_QUOTE
        assert quoted(value).isprintable()


def test_short_values_are_quoted_whole() -> None:
    assert [quoted(one) for one in ("P-256", 2, None, b"x")] == ["'P-256'", "2", "None", "b'x'"]


@pytest.mark.parametrize("value", [LONG, [LONG] * 9, int("9" * 4000)], ids=["text", "list", "number"])
@pytest.mark.parametrize("field", ["version", "group"])
def test_no_problem_is_longer_than_a_sentence(field: str, value: Any) -> None:
    bench = Bench(PLAIN)
    bench.edit(0, lambda election: election.update({field: value}))
    assert max(len(problem.words) for problem in verify(bench.bytes()).problems) < 200


def test_long_kinds_and_names_are_cut_too() -> None:
    bench = Bench(PLAIN)
    bench.edit(0, lambda election: election["questions"][0].update(type=LONG))
    bench.edit(1, lambda trustees: trustees.append([LONG, {}]))
    assert max(len(problem.words) for problem in verify(bench.bytes()).problems) < 200
    bench = Bench(RANKED)
    bench.edit(1, lambda trustees: trustees[0][1].update(name=LONG))
    twice = bench.at("Shuffle", 1)
    twice.data[1] = json.dumps(json.loads(twice.data[1]) | {"owner": 1}, separators=(",", ":")).encode()
    notes = verify(bench.bytes()).notes
    assert "shuffled-twice" in [note.code for note in notes]
    assert max(len(note.words) for note in notes) < 400
