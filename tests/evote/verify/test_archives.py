"""Whole archives: continued from a kept state, compared with an older copy, checked in pieces wherever that is done."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import pytest
from tests.evote.forging import TIME, Forged, forge
from tests.evote.manipulations.table import PLAIN, RANKED, SHARED, WEIGHED
from tests.evote.workshop import Bench, Scene, shifted, simulated

from aydyn.evote import wire
from aydyn.evote.errors import ArchiveError
from aydyn.evote.verify import archives, stages
from aydyn.evote.verify.archives import count_ballots, judge_archive, verify_archive, verify_diff
from aydyn.evote.verify.chunks import Checked, Chunk
from aydyn.evote.verify.stages import tally_rows
from aydyn.evote.verify.verdicts import Outcome, Stage, State, Verdict

SCENES = (PLAIN, RANKED, SHARED, WEIGHED)


def check(raw: bytes, state: State | None = None, **how: Any) -> Verdict:
    return verify_archive(lambda: io.BytesIO(raw), state=state, **how)


def state_of(raw: bytes) -> State:
    """What is kept of a verified archive, as it is read back from its file."""
    verdict = check(raw)
    assert verdict.outcome is Outcome.VERIFIED
    assert verdict.position is not None
    return State.parse(State(verdict.facts["fingerprints"]["election"], verdict.position).to_bytes())


def prefixes(raw: bytes) -> list[bytes]:
    """The archive cut after each of its events."""
    bench = archives.read_entries(io.BytesIO(raw))
    return [raw[: entry.end] for entry in bench]


def refusals(verdict: Verdict) -> list[tuple[str, Stage]]:
    assert verdict.outcome is Outcome.REFUTED
    return [(problem.rule, problem.stage) for problem in verdict.problems]


PREFIX = [("archive-prefix", Stage.ARCHIVE)]


# --- from where a former check ended


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_an_archive_is_checked_on_from_any_event_with_the_same_result(scene: Scene) -> None:
    raw = simulated(scene)[1]
    whole = check(raw)
    for height, before in enumerate(prefixes(raw)):
        verdict = check(raw, state_of(before))
        assert verdict.outcome is Outcome.VERIFIED
        assert (verdict.result, verdict.facts, verdict.position) == (whole.result, whole.facts, whole.position)
        assert verdict.skipped == min(height, whole.facts["ballots"])
        assert verdict.done == whole.done


def test_what_was_checked_is_not_checked_again_and_only_what_counts_is_read_again() -> None:
    raw = simulated(WEIGHED)[1]
    asked = list[tuple[int, bool, bool]]()

    def watching(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
        for task in tasks:
            asked.extend((item.number, item.check, item.weight > 0) for item in task.items)
            yield work(task)

    assert check(raw, state_of(prefixes(raw)[3]), run=watching).outcome is Outcome.VERIFIED
    replaced = [number for number in range(3) if number not in [one for one, *_ in asked]]
    assert len(replaced) == 1  # the one that the last ballot replaced
    assert [(number, True, True) for number in (3,)] == asked[-1:]
    assert all(one[1:] == (False, True) for one in asked[:-1])


def test_shuffles_that_were_checked_are_not_checked_again_but_decryptions_are(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = simulated(RANKED)[1]
    cut = prefixes(raw)
    bench = Bench(RANKED)
    state = state_of(cut[bench.place("Shuffle")])
    seen = list[int]()

    def counting(*given: Any) -> None:
        seen.append(len(given[2]))
        real(*given)

    real = stages.check_shuffle
    monkeypatch.setattr(stages, "check_shuffle", counting)
    verdict = check(raw, state)
    assert (verdict.outcome, len(seen), verdict.done[Stage.SHUFFLES]) == (Outcome.VERIFIED, 1, 2)
    bench.replace_owned("PartialDecryption", 0, _spoil)
    assert refusals(check(bench.bytes(), state)) == [("decryption-proof", Stage.DECRYPTIONS)]


def _spoil(value: Any) -> None:
    proof = value["decryption_proofs"][0][0]
    proof["response"] = shifted(proof["response"])


def test_a_copy_that_lost_events_is_no_continuation() -> None:
    cut = prefixes(simulated(PLAIN)[1])
    for place in range(1, len(cut)):
        assert refusals(check(cut[place - 1], state_of(cut[place]))) == PREFIX


def test_other_bytes_before_are_no_continuation_even_if_they_are_valid() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", revotes=0))
    state = state_of(prefixes(bench.raw)[2])
    assert refusals(check(forge(bench.events, timestamp=TIME), state)) == PREFIX
    bench.events[1], bench.events[2] = bench.events[2], bench.events[1]
    bench.finish()
    assert check(bench.bytes()).outcome is Outcome.VERIFIED
    assert refusals(check(bench.bytes(), state)) == PREFIX


def test_a_state_of_another_election_vouches_for_nothing() -> None:
    state = state_of(simulated(SHARED)[1])
    assert ("state-election", Stage.ELECTION) in refusals(check(simulated(PLAIN)[1], state))


def test_what_is_false_after_the_state_is_found_and_what_was_taken_before_is_not_taken_twice() -> None:
    bench = Bench(PLAIN)
    state = state_of(prefixes(bench.raw)[3])
    false = bench.resign(4, lambda answers: answers[0]["overall_proof"][0].update(response="1"))
    for ballot, rule in ((false, "ballot-overall-proof"), (bench.ballots[0], "ballot-twice")):
        bench.events[4] = Forged("Ballot", [ballot])
        verdict = check(bench.bytes(), state)
        assert refusals(verdict) == [(rule, Stage.BALLOTS)]
        assert (verdict.problems[0].height, verdict.problems[0].tracker) == (4, wire.fingerprint(ballot))


# --- a newer copy and an older one


@pytest.mark.parametrize("scene", [PLAIN, RANKED], ids=str)
def test_every_longer_copy_continues_every_shorter_one_and_none_goes_back(scene: Scene) -> None:
    cut = prefixes(simulated(scene)[1])
    for i, older in enumerate(cut):
        newer = cut[-1] if i % 2 else cut[i]
        verdict = verify_diff(io.BytesIO(older), lambda newer=newer: io.BytesIO(newer))
        assert verdict.outcome is Outcome.VERIFIED
        assert verdict.skipped == 0
        if i:
            assert refusals(verify_diff(io.BytesIO(older), lambda i=i: io.BytesIO(cut[i - 1]))) == PREFIX


def test_copies_of_two_boards_that_took_the_same_events_at_other_times_continue_each_other() -> None:
    bench = Bench(PLAIN)
    older = forge(bench.events[:3], timestamp=TIME)
    assert verify_diff(io.BytesIO(older), lambda: io.BytesIO(bench.raw)).outcome is Outcome.VERIFIED


def test_a_copy_with_another_ballot_does_not_continue() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", revotes=0))
    older = prefixes(bench.raw)[2]
    bench.events[1], bench.events[2] = bench.events[2], bench.events[1]
    bench.finish()
    assert refusals(verify_diff(io.BytesIO(older), lambda: io.BytesIO(bench.bytes()))) == PREFIX


def test_a_continuation_is_checked_whole() -> None:
    bench = Bench(PLAIN)
    older = prefixes(bench.raw)[3]
    bench.events[4] = Forged("Ballot", [bench.resign(4, lambda a: a[0]["overall_proof"][0].update(response="1"))])
    assert refusals(verify_diff(io.BytesIO(older), lambda: io.BytesIO(bench.bytes()))) == [
        ("ballot-overall-proof", Stage.BALLOTS)
    ]
    assert refusals(verify_diff(io.BytesIO(older), lambda: io.BytesIO(bench.raw[:-512]))) == [
        ("archive-truncated", Stage.ARCHIVE)
    ]


def test_an_older_copy_that_is_no_archive_compares_with_nothing() -> None:
    raw = simulated(PLAIN)[1]
    for older in (b"", b"x", forge([]), raw[:-512]):
        with pytest.raises(ArchiveError):
            verify_diff(io.BytesIO(older), lambda: io.BytesIO(raw))


# --- in pieces


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_ballots_may_be_checked_in_any_pieces_anywhere(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = simulated(scene)[1]
    whole = check(raw)
    monkeypatch.setattr(archives, "CHUNK", 1)
    told = list[tuple[int, int]]()

    def elsewhere(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
        """As on another machine: tasks and results are sent, and all is done before the first comes back."""
        made = [pickle.dumps(work(pickle.loads(pickle.dumps(task)))) for task in tasks]
        assert len(made) == whole.facts["ballots"]
        return iter([pickle.loads(one) for one in made])

    verdict = check(raw, run=elsewhere, progress=lambda done, total: told.append((done, total)))
    assert verdict == whole
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]


def test_a_chunk_is_closed_when_it_is_large_and_no_text_for_people_is_sent_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(Scene(kinds="HBRL", trustees="single:1", voters=5, shuffles=1))
    bench.edit(0, lambda value: value.update(description="long " * 100_000))
    sizes, tasks = list[int](), list[int]()

    def watching(work: Callable[[Chunk], Checked], chunks: Iterable[Chunk]) -> Iterator[Checked]:
        for chunk in chunks:
            sizes.append(len(chunk.items))
            tasks.append(len(pickle.dumps(chunk)) - sum(len(item.raw) for item in chunk.items))
            yield work(chunk)

    monkeypatch.setattr(archives, "CHUNK_BYTES", 2 * min(map(len, bench.ballots)))
    verdict = check(bench.bytes(), run=watching)
    assert {problem.rule for problem in verdict.problems} == {
        "ballot-election"
    }  # they were cast in the election without the text
    assert (sizes, verdict.problem_count) == ([2, 2, 2], 6)
    assert max(tasks) < 5_000


def test_a_file_that_changes_while_it_is_checked_is_refused() -> None:
    bench = Bench(PLAIN)
    other = Bench(PLAIN)
    other.events[2].data = [bench.resign(2, lambda answers: None)]  # as valid as the first, and as long
    copies = iter(
        [bench.raw, bench.raw.replace(bench.ballots[1], other.events[2].data[0].ljust(len(bench.ballots[1])))]
    )
    verdict = verify_archive(lambda: io.BytesIO(next(copies)))
    assert refusals(verdict) == [("archive-digest", Stage.ARCHIVE)]
    assert verdict.problems[0].height == 2


def test_a_file_is_opened_twice_and_closed_each_time() -> None:
    opened = list[BinaryIO]()

    def reopen() -> BinaryIO:
        opened.append(io.BytesIO(simulated(PLAIN)[1]))
        return opened[-1]

    assert verify_archive(reopen).outcome is Outcome.VERIFIED
    assert [stream.closed for stream in opened] == [True, True]


def test_every_false_ballot_is_counted_and_the_first_fifty_are_told() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", voters=2, revotes=0))
    many = [Forged("Ballot", [b'{"%d":0}' % n]) for n in range(60)]
    bench.events[3:] = many
    verdict = check(bench.bytes())
    assert (verdict.problem_count, len(verdict.problems)) == (60, Verdict.LONGEST_LIST)
    assert [problem.height for problem in verdict.problems] == list(range(3, 53))


# --- for whoever makes the next step


def test_ballots_are_counted_before_the_tally_is_there() -> None:
    bench = Bench(WEIGHED)
    rows = bench.rows()
    bench.events = bench.events[: bench.place("EndBallots") + 1]
    verdict, board, totals = count_ballots(lambda: io.BytesIO(bench.bytes()))
    assert not verdict.problems
    assert tally_rows(bench.election, totals) == rows
    assert (board.tallied, board.total_weight) == (3, sum(bench.weights.values()))


def test_false_ballots_are_not_counted() -> None:
    bench = Bench(WEIGHED)
    bench.events[1:] = [Forged("Ballot", [bench.resign(1, lambda a: a[0]["overall_proof"][0].update(response="1"))])]
    verdict, _, _ = count_ballots(lambda: io.BytesIO(bench.bytes()))
    assert refusals(verdict) == [("ballot-overall-proof", Stage.BALLOTS)]
    verdict, _, totals = count_ballots(lambda: io.BytesIO(bench.bytes()[:-512]))
    assert (refusals(verdict), totals) == ([("archive-truncated", Stage.ARCHIVE)], [])


def test_a_judged_archive_gives_what_decrypting_needs() -> None:
    bench = Bench(RANKED)
    bench.events = bench.events[: bench.place("PartialDecryption") + 1]
    verdict, decisions = judge_archive(lambda: io.BytesIO(bench.bytes()))
    assert verdict.outcome is Outcome.VERIFIED
    assert decisions is not None
    assert (set(decisions.valid), decisions.shuffled) == ({1}, 2)
    assert judge_archive(lambda: io.BytesIO(bench.raw[:-512]))[1] is None
