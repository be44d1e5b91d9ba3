"""The first reading: who may vote, which ballot counts, and what the archive says of itself."""

from __future__ import annotations

import io

import pytest
from tests.evote.forging import Forged, read
from tests.evote.manipulations.table import PLAIN, RANKED, SHARED, WEIGHED
from tests.evote.workshop import Bench, Scene

from aydyn.evote import wire
from aydyn.evote.errors import ArchiveError
from aydyn.evote.verify.board import MANY_NOTES, Board
from aydyn.evote.verify.verdicts import Note, Verdict


def board(bench: Bench, *, counting: bool = False) -> Board:
    made = Board(Verdict(), None, counting=counting)
    for entry in read(bench.bytes()):
        made.take(entry)
    return made


def rules(made: Board) -> list[str]:
    return [problem.rule for problem in made.verdict.problems]


def test_the_last_ballot_of_each_voter_counts_with_her_weight() -> None:
    bench = Bench(WEIGHED)
    made = board(bench)
    owners = [bench.publics[bench.voter_of(raw)] for raw in bench.ballots]
    last = {owner: number for number, owner in enumerate(owners)}
    expected = [bench.weights[owner] if last[owner] == number else 0 for number, owner in enumerate(owners)]
    assert [made.weight_of(number) for number in range(4)] == expected
    assert (made.tallied, made.total_weight, made.ballots) == (3, sum(expected), 4)


def test_nothing_counts_before_there_is_a_tally_but_for_who_makes_it() -> None:
    bench = Bench(PLAIN)
    bench.events = bench.events[: bench.place("EndBallots")]
    assert sum(map(board(bench).weight_of, range(4))) == 0
    assert sum(map(board(bench, counting=True).weight_of, range(4))) == 3


def test_the_same_ballot_again_is_refused_and_names_the_first() -> None:
    bench = Bench(PLAIN)
    bench.events[3].data = [bench.ballots[0]]
    made = board(bench)
    assert rules(made) == ["ballot-twice"]
    problem = made.verdict.problems[0]
    assert (problem.height, problem.tracker) == (3, wire.fingerprint(bench.ballots[0]))
    assert problem.words.endswith("as event 1")
    assert made.tracker_of(0) == problem.tracker


def test_who_is_not_in_the_list_is_refused_and_a_ballot_without_a_head_is_left_to_the_second_reading() -> None:
    bench = Bench(PLAIN)
    own = bench.group.text(bench.publics[bench.voter_of(bench.ballots[0])])
    bench.edit(2, lambda found: [one for one in found if one != own])
    refused = {bench.events.index(event) for event in bench.events if own.encode() in b"".join(event.data)}
    bench.events[bench.place("EndBallots")] = Forged("Ballot", [b'{"election_uuid":"x"}'])
    bench.events = bench.events[: bench.place("Ballot", 4) + 1]
    made = board(bench)
    assert set(rules(made)) == {"ballot-credential"}
    assert {problem.height for problem in made.verdict.problems} == refused
    assert made.weight_of(4) == 0


def test_a_list_that_is_none_is_one_problem_and_not_one_for_each_ballot() -> None:
    bench = Bench(PLAIN)
    bench.edit(2, lambda _: ["?"])
    assert rules(board(bench)) == ["element"]


def test_everything_false_in_setup_is_told() -> None:
    bench = Bench(PLAIN)
    bench.edit(1, lambda trustees: trustees[:1])
    bench.edit(2, lambda found: [*found, found[0]])
    assert rules(board(bench)) == ["election-key", "credential-twice"]


def test_ballots_are_read_again_where_they_stood_and_must_be_the_same() -> None:
    bench = Bench(PLAIN)
    made, raw = board(bench), bench.bytes()
    assert [made.read_ballot(io.BytesIO(raw), number) for number in range(4)] == bench.ballots
    with pytest.raises(ArchiveError) as caught:
        made.read_ballot(io.BytesIO(raw.replace(b'"response":"1', b'"response":"2')), 2)
    assert (caught.value.rule, caught.value.height) == ("archive-digest", 3)
    with pytest.raises(ArchiveError):
        made.read_ballot(io.BytesIO(raw[:3000]), 3)


def test_notes_come_to_an_end() -> None:
    made = board(Bench(PLAIN))
    for place in range(MANY_NOTES + 5):
        made.note(Note("ballot-unusual", "words", place))
    assert [note.height for note in made.verdict.notes] == list(range(MANY_NOTES))


@pytest.mark.parametrize("scene", [PLAIN, RANKED, SHARED, WEIGHED], ids=str)
def test_facts_are_what_the_archive_says(scene: Scene) -> None:
    bench = Bench(scene)
    made = board(bench)
    made.tell_facts()
    facts, (election, trustees, credentials) = made.verdict.facts, bench.events[0].data[:3]
    assert (facts["name"], facts["uuid"], facts["group"]) == ("Small", bench.election.uuid, "Ed25519")
    assert (facts["credentials"], facts["weight"]) == (3, sum(bench.weights.values()))
    assert (facts["events"], facts["last"]) == (len(bench.events), "Result")
    assert [one["owner"] for one in facts["trustees"]] == list(range(1, len(facts["trustees"]) + 1))
    prints = {"election": election, "trustees": trustees, "credentials": credentials}
    prints["tally"] = bench.at("EncryptedTally").data[0]
    prints |= {f"shuffle {n + 1}": bench.at("Shuffle", n).data[0] for n in range(scene.shuffles)}
    assert facts["fingerprints"] == {name: wire.fingerprint(raw) for name, raw in prints.items()}


def test_an_archive_of_nothing_but_setup_has_facts_too() -> None:
    bench = Bench(PLAIN)
    bench.events = bench.events[:1]
    made = board(bench)
    made.tell_facts()
    assert (made.verdict.facts["last"], made.verdict.facts["voted"], made.verdict.facts["ballots"]) == ("Setup", 0, 0)
