"""Chunks of ballots: what is false is named, what counts is added, however the ballots are cut."""

from __future__ import annotations

import pytest
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED, WEIGHED
from tests.evote.workshop import Bench, Scene

from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic
from aydyn.evote.verify.chunks import (
    Checked,
    Chunk,
    Counted,
    Item,
    add_counted,
    check_chunk,
    products_per_ballot,
)
from aydyn.evote.verify.stages import tally_rows

WEIGHTS = (3, 0, 1, 3)


def items(bench: Bench, *, check: bool = True) -> list[Item]:
    ballots = bench.ballots
    return [Item(n, raw, check, WEIGHTS[n]) for n, raw in enumerate(ballots)]


def checked(bench: Bench, some: list[Item]) -> Checked:
    return check_chunk(Chunk(bench.election.raw, tuple(some), 100))


@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED, WEIGHED, FIELD], ids=str)
def test_sums_are_those_of_the_ballots_with_their_weights(scene: Scene) -> None:
    bench = Bench(scene)
    own = items(bench)
    ranked = any(isinstance(question, NonHomomorphic) for question in bench.election.questions)
    if ranked:
        own = [Item(one.number, one.raw, True, min(one.weight, 1)) for one in own]
    counted = {str(one.number): one for one in own if one.weight}
    expected = bench.tally(
        {name: one.raw for name, one in counted.items()}, {name: one.weight for name, one in counted.items()}
    )
    whole = checked(bench, own)
    assert (whole.failures, whole.unusual, whole.count) == ([], [], len(own))
    assert tally_rows(bench.election, whole.counted) == expected
    total = [Counted() for _ in bench.election.questions]
    for one in own:
        add_counted(bench.engine, total, checked(bench, [one]).counted)
    assert tally_rows(bench.election, total) == expected


def test_each_false_ballot_is_named_and_its_neighbours_are_not() -> None:
    bench = Bench(PLAIN)
    false = bench.resign(2, lambda answers: answers[0]["overall_proof"][0].update(response="1"))
    own = items(bench)
    own[1] = Item(1, false, True, 1)
    own[3] = Item(3, b"{}", True, 1)
    found = checked(bench, own[::-1])
    assert [(number, error.rule) for number, error in found.failures] == [
        (1, "ballot-overall-proof"),
        (3, "json-field"),
    ]


def test_what_need_not_be_checked_is_added_unchecked() -> None:
    bench = Bench(PLAIN)
    false = bench.resign(1, lambda answers: answers[0]["overall_proof"][0].update(response="1", note=1))
    whole = checked(bench, items(bench))
    own = items(bench, check=False)
    own[0] = Item(0, false, False, own[0].weight)
    found = checked(bench, own)
    assert (found.failures, found.unusual) == ([], [])
    assert found.counted == whole.counted
    own[0] = Item(0, false, True, own[0].weight)
    assert checked(bench, own).failures[0][0] == 0


def test_unusual_ballots_are_told() -> None:
    bench = Bench(PLAIN)
    own = items(bench)
    own[2] = Item(2, bench.resign(3, lambda answers: answers[0].update(note="x")), True, 1)
    found = checked(bench, own)
    assert (found.failures, found.unusual) == ([], [2])


def test_an_empty_chunk_adds_nothing() -> None:
    bench = Bench(PLAIN)
    found = checked(bench, [])
    one = Ciphertext(bench.group.one, bench.group.one)
    assert (found.count, found.failures) == (0, [])
    assert tally_rows(bench.election, found.counted) == [[one] * 3, [one] * 3]


def test_work_grows_with_the_questions() -> None:
    small, large = (Homomorphic("?", ("x",) * n, 1, 1) for n in (2, 9))
    assert products_per_ballot([small]) < products_per_ballot([large]) < products_per_ballot([large, small])
    assert products_per_ballot([NonHomomorphic("?", ("x", "y"))]) < products_per_ballot([Lists("?", (("l", "x"),))])
