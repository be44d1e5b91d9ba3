"""Checking a whole archive (docs/spec/election-verification.md), strictly, in two readings.

The first reading checks the bytes, the chain and the order of events, what the election says of itself, and which ballot of each
credential counts. The second checks the ballots in chunks, wherever `run` sends them, and adds up those that count; then tally, shuffles,
decryptions and result are judged. Memory does not grow with the number of ballots but for a few words each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from aydyn.evote.archive import read_entries
from aydyn.evote.elections import Election, skeleton
from aydyn.evote.errors import ArchiveError, EvoteError, FormatError, UnsupportedError
from aydyn.evote.verify.board import Board
from aydyn.evote.verify.chunks import (
    CHUNK,
    CHUNK_BYTES,
    Checked,
    Chunk,
    Counted,
    Item,
    add_counted,
    check_chunk,
    products_per_ballot,
)
from aydyn.evote.verify.stages import Decisions, check_end
from aydyn.evote.verify.verdicts import Note, Problem, Stage, State, Verdict

Run = Callable[[Callable[[Chunk], Checked], Iterable[Chunk]], Iterator[Checked]]
"""A map that keeps the order: in this process, over many processes, on a cluster."""


def run_here(work: Callable[[Chunk], Checked], tasks: Iterable[Chunk]) -> Iterator[Checked]:
    """Do the work in this process."""
    return map(work, tasks)


def silent(done: int, total: int) -> None:
    """Tell nobody how far the work is."""
    del done, total


def verify_archive(
    reopen: Callable[[], BinaryIO],
    *,
    state: State | None = None,
    run: Run = run_here,
    progress: Callable[[int, int], None] = silent,
) -> Verdict:
    """Check a whole archive.

    Args:
        reopen: opens the archive at its beginning; called twice, the caller closes nothing.
        state: what an earlier check of a shorter copy left; what it verified is not checked again, but must be the same bytes.
        run: where chunks of ballots are checked.
        progress: told how many of how many ballots are checked.

    Returns:
        The verdict. It raises for nothing that stands in the archive.
    """
    return judge_archive(reopen, state=state, run=run, progress=progress)[0]


def judge_archive(
    reopen: Callable[[], BinaryIO],
    *,
    state: State | None = None,
    run: Run = run_here,
    progress: Callable[[int, int], None] = silent,
) -> tuple[Verdict, Decisions | None]:
    """Check a whole archive, and give what the next step of the count builds on: ciphertexts to decrypt, valid decryptions."""
    verdict = Verdict()
    board = Board(verdict, state)
    decisions: Decisions | None = None
    with reopen() as stream:
        _first_reading(stream, board, verdict, state)
    if board.election is None:
        return verdict, None
    if not verdict.problems:
        with reopen() as stream:
            totals = _second_reading(stream, board, verdict, (run, progress))
        if not verdict.problems:
            decisions = _judge_end(board, verdict, totals)
    board.tell_facts()
    return verdict, decisions


def count_ballots(
    reopen: Callable[[], BinaryIO],
    *,
    check: bool = True,
    run: Run = run_here,
    progress: Callable[[int, int], None] = silent,
) -> tuple[Verdict, Board, list[Counted]]:
    """Check a closed box and add up the ballots that count, for whoever makes the tally; `check` is off in simulations.

    Returns:
        What was found so far, the board, and what counts for each question.
    """
    verdict = Verdict()
    board = Board(verdict, None, counting=True)
    with reopen() as stream:
        _first_reading(stream, board, verdict, None)
    if verdict.problems:
        return verdict, board, []
    if not check:
        board.verified = board.ballots
    with reopen() as stream:
        return verdict, board, _second_reading(stream, board, verdict, (run, progress))


def _first_reading(stream: BinaryIO, board: Board, verdict: Verdict, state: State | None) -> None:
    reader = read_entries(stream)
    met = state is None
    try:
        for entry in reader:
            board.take(entry)
            met = met or (state is not None and reader.position == state.position)
        if not met and state is not None:
            words = "the archive is not a continuation of the copy that was checked before"
            raise ArchiveError("archive-prefix", words, height=state.position.height, section="§14.5")
        verdict.done[Stage.ARCHIVE] = board.height + 1
        verdict.position = reader.position
    except ArchiveError as error:
        verdict.add(Problem.of(error, Stage.ARCHIVE))


def _second_reading(
    stream: BinaryIO, board: Board, verdict: Verdict, how: tuple[Run, Callable[[int, int], None]]
) -> list[Counted]:
    run, progress = how
    election = board.checked_election()
    totals = [Counted() for _ in election.questions]
    done, sizes, ended = 0, deque[int](), list[bool]()

    def send() -> Iterator[Chunk]:
        for chunk in _chunks(stream, board, election):
            sizes.append(len(chunk.items))
            yield chunk
        ended.append(True)

    try:
        for checked in run(check_chunk, send()):
            _take(board, verdict, checked, totals)
            done += checked.count
            progress(done, max(done, board.ballots))
            if not sizes or checked.count != sizes.popleft():
                raise _lost()
        if sizes or not ended:
            raise _lost()
        verdict.done[Stage.BALLOTS] = board.ballots
    except (ArchiveError, UnsupportedError) as error:
        verdict.add(Problem.of(error, Stage.ARCHIVE if isinstance(error, ArchiveError) else Stage.BALLOTS))
        verdict.done[Stage.BALLOTS] = done
    verdict.skipped = min(board.verified, board.ballots)
    return totals


def _lost() -> UnsupportedError:
    words = "not every ballot that was sent to be checked came back: a process or a machine of the check lost some"
    return UnsupportedError("ballots-lost", words)


def _take(board: Board, verdict: Verdict, checked: Checked, totals: list[Counted]) -> None:
    """Take what a chunk found."""
    for number, error in checked.failures:
        verdict.add(Problem.of(error, Stage.BALLOTS, board.height_of(number), board.tracker_of(number)))
    for number in checked.unusual:
        words = "a ballot is spelled unusually inside its answers, and counts like any other"
        board.note(Note("ballot-unusual", words, board.height_of(number)))
    add_counted(board.engine(), totals, checked.counted)


def _chunks(stream: BinaryIO, board: Board, election: Election) -> Iterator[Chunk]:
    work = products_per_ballot(election.questions) * (board.ballots - board.verified)
    small, fingerprint = skeleton(election), election.fingerprint
    items: list[Item] = []
    size = 0
    for number in range(board.ballots):
        check, weight = number >= board.verified, board.weight_of(number)
        if check or weight:
            items.append(Item(number, board.read_ballot(stream, number), check, weight))
            size += len(items[-1].raw)
        if len(items) >= CHUNK or size >= CHUNK_BYTES:
            yield Chunk(small, tuple(items), work, fingerprint)
            items, size = [], 0
    if items:
        yield Chunk(small, tuple(items), work, fingerprint)


def _judge_end(board: Board, verdict: Verdict, totals: list[Counted]) -> Decisions:
    decisions = Decisions(board.checked_election(), board.engine(), board.trustees, verdict)
    try:
        check_end(decisions, board, totals)
    except EvoteError as error:
        verdict.add(Problem.of(error, decisions.stage, decisions.height))
    return decisions


def verify_diff(
    old: BinaryIO, reopen: Callable[[], BinaryIO], *, run: Run = run_here, progress: Callable[[int, int], None] = silent
) -> Verdict:
    """Check that an archive continues an older copy of it, and then the whole archive.

    It does if the older copy's last event is one of its events, for that event's hash stands for all before it (§14.5); the times at
    which two boards wrote the same events may differ.

    Raises:
        ArchiveError: the older copy is itself no archive.
    """
    reader = read_entries(old)
    for _ in reader:
        pass
    position = reader.position
    if position is None:
        raise FormatError("archive-empty", "the older copy has no event", section="§14.5")
    verdict = Verdict()
    with reopen() as stream:
        newer = read_entries(stream)
        try:
            met = any(entry.event.hash == position.event for entry in newer)
        except ArchiveError as error:
            verdict.add(Problem.of(error, Stage.ARCHIVE))
            return verdict
    if not met:
        words = "the newer archive is not a continuation of the older copy: something was taken away or changed"
        verdict.add(Problem("archive-prefix", words, "§14.5", Stage.ARCHIVE))
        return verdict
    return verify_archive(reopen, run=run, progress=progress)
