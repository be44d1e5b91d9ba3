"""The quick reader of ballots gives what the general reader gives, or leaves the ballot to it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aydyn.evote import ballots
from aydyn.evote.ballots import Ballot, parse_ballot
from aydyn.evote.casting import cast
from aydyn.evote.elections import Election, make_election
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import NAMES, by_name
from aydyn.evote.shapes import shape_of

CHOICE = {"answers": ["A", "B"], "min": 0, "max": 2, "question": 'With "marks" and ş'}
BLANK = {"answers": ["A"], "blank": True, "min": 1, "max": 1, "question": "?"}
RANKING = {"type": "NonHomomorphic", "value": {"answers": ["A", "B"], "question": "?"}}
LISTS = {"type": "Lists", "value": {"answers": [["L", "a"], ["M", "b", "c"]], "question": "?"}}
VOTES = ([1, 0], [1, 0], [[0, 0], [1, 0, 1]], [2, 1])


@cache
def example(name: str) -> tuple[Election, bytes]:
    """An election with every kind of question that a group can have, and a ballot."""
    group = by_name(name)
    questions = [CHOICE, BLANK, LISTS] + ([RANKING] if group.max_ints else [])
    election = Election.parse(make_election({"name": "Shapes", "questions": questions}, group, group.power(group.g, 7)))
    votes = list(VOTES[: len(questions)])
    return election, cast(election, engine_for(group), group.power(group.g, 11), 11, votes)


def read(election: Election, raw: bytes, *, quick: bool) -> Ballot | str:
    """What a reader makes of a ballot, or the rule that it refuses by."""
    try:
        return parse_ballot(election, raw) if quick else ballots._parse_unusual(election, raw)
    except EvoteError as error:
        return error.rule


@pytest.mark.parametrize("name", NAMES)
def test_both_readers_agree_on_a_usual_ballot(name: str) -> None:
    election, raw = example(name)
    assert shape_of(election).read(raw) is not None
    assert read(election, raw, quick=True) == read(election, raw, quick=False)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_both_readers_agree_on_any_change(data: st.DataObject, name: str) -> None:
    election, raw = example(name)
    place = data.draw(st.integers(0, len(raw) - 1))
    piece = data.draw(st.sampled_from([b"", b"0", b"00", b'"', b",", b"-", b"F", b" ", b"\xff", b"9" * 80, b"0x1"]))
    width = data.draw(st.integers(0, 2))
    changed = raw[:place] + piece + raw[place + width :]
    assert read(election, changed, quick=True) == read(election, changed, quick=False)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_out_of_range_and_odd_spellings_are_left_to_the_general_reader(name: str) -> None:
    election, raw = example(name)
    shape, group = shape_of(election), election.group
    at = raw.index(b'"challenge":"') + len(b'"challenge":"')
    end = raw.index(b'"', at)
    for spelling in (str(group.q), "0" + raw[at:end].decode(), "0x1", "+1", ""):
        assert shape.read(raw[:at] + spelling.encode() + raw[end:]) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("piece", [b"\xff", b"\\u0041", b"", b"\xed\xa0\x80", "ş".encode()])
def test_a_hash_that_is_none_is_left_to_the_general_reader(name: str, piece: bytes) -> None:
    election, raw = example(name)
    at = raw.index(b'"hash":"') + len(b'"hash":"')
    changed = raw[:at] + piece + raw[at + 1 :]
    assert shape_of(election).read(changed) is None
    assert isinstance(read(election, changed, quick=True), str)
