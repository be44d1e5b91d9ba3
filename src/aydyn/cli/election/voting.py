"""``aydyn election vote | challenge | add``: the voter's device and the ballot box."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aydyn.cli.election.folders import Folder, folder_argument, read, spoken, write_new
from aydyn.cli.output import Unchecked, say, tell
from aydyn.evote import wire
from aydyn.evote.archive import Writer, read_entries
from aydyn.evote.ballots import Ballot, check_ballot
from aydyn.evote.casting import check_challenge, prepare, sign_all
from aydyn.evote.credentials import parse_public_list, public_keys, secret_key
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import RuleError
from aydyn.evote.events import EventType
from aydyn.evote.report.texts import shown


@click.command("vote")
@folder_argument
@click.option(
    "--credential",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="File with the voter's private credential.",
)
@click.option(
    "--votes",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    metavar="FILE",
    help="File with JSON, one list for each question, for example [[0,1,0]]; - asks for it as one line.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the ballot, or the challenge, goes.",
)
@click.option(
    "--cast/--challenge", "cast", default=None, help="Decide now instead of being asked after the code is shown."
)
@spoken
def vote(folder: Path, credential: Path, votes: Path, out: Path, cast: bool | None) -> None:
    """Encrypt votes, show the code of the ballot, then cast it or challenge the device.

    Write the code down before you decide. A challenge reveals the votes in it, and such a ballot can never be cast.
    Votes are no words of the command, which other users of the device and the history of its shell would see.
    """
    election = Folder(folder).election()
    group = election.group
    engine = engine_for(group, secret=True)
    secret = secret_key(group, election.uuid, read(credential).decode("ascii", errors="replace").strip())
    public = public_keys(engine, [secret])[0]
    chosen = wire.items(wire.load(_votes(votes), "the votes"), "the votes")
    prepared = prepare(election, engine, public, chosen)
    say(f"code of this ballot: {prepared.hash}")
    if cast is None:
        cast = click.prompt("Write it down. Then", type=click.Choice(["cast", "challenge"])) == "cast"
    if not cast:
        write_new(out, prepared.challenge(), secret=True)
        say(f"{out}: challenge; check it on another device with: aydyn election challenge DIR {out} --code CODE")
        return
    ballot = sign_all(engine, [prepared], [secret])[0]
    write_new(out, ballot)
    say(f"{out}: ballot; look for it on the board under {wire.fingerprint(ballot)}")


def _votes(path: Path) -> bytes | str:
    """The voter's JSON: a file, or one line of standard input, so that the question after the code can be answered there too."""
    if str(path) != "-":
        return read(path)
    tell("votes, as one line of JSON:")
    return sys.stdin.readline()


@click.command("challenge")
@folder_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--code", help="The code you wrote down before you challenged.")
@spoken
def challenge(folder: Path, file: Path, code: str | None) -> None:
    """Check what a challenged device revealed; its ballot is refused for ever after.

    Exit code: 0 the device was honest with this ballot, 2 it was not, or the file is none.
    """
    place = Folder(folder)
    election = place.election()
    found = check_challenge(election, read(file), engine_for(election.group), code)
    place.add_challenged(found.hash)
    if code is None:
        tell(
            "no --code was given: this shows only that the file agrees with itself, not that it is the ballot you were shown"
        )
    for i, (question, own) in enumerate(zip(election.questions, found.votes, strict=True), 1):
        say(shown(f"question {i}, {question.question}: {wire.dump(own)}"))
    say("the device encrypted just these votes; make a new ballot to vote")


@click.command("add")
@folder_argument
@click.argument(
    "ballots", nargs=-1, required=True, metavar="BALLOT…", type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@spoken
def add(folder: Path, ballots: tuple[Path, ...]) -> None:
    """Put ballots on the board, each checked in full first; all of them or none."""
    place = Folder(folder)
    election = place.election()
    engine = engine_for(election.group)
    place.mend()
    board = _read_board(place)
    challenged = set(place.challenged())
    accepted: list[bytes] = []
    for path in ballots:
        raw = read(path).strip()
        try:
            ballot = check_ballot(election, raw, engine)
            _check_board(ballot, board, challenged)
        except RuleError as error:
            raise RuleError(error.rule, f"{path}: {error.words}", section=error.section) from None
        board[1].add(ballot.tracker)
        accepted.append(raw)

    def write(writer: Writer) -> None:
        for raw in accepted:
            writer.ballot(raw)

    place.append(write)
    for path, raw in zip(ballots, accepted, strict=True):
        say(f"{path}: on the board as {wire.fingerprint(raw)}")


def _read_board(place: Folder) -> tuple[dict[int, int], set[str]]:
    """The public credentials with their weights, and the trackers of all ballots."""
    group = place.election().group
    weights: dict[int, int] = {}
    trackers: set[str] = set()
    with place.reopen() as stream:
        for entry in read_entries(stream):
            if entry.event.type is EventType.SETUP:
                weights = parse_public_list(group, entry.data[2])
            elif entry.event.type is EventType.BALLOT:
                trackers.add(wire.fingerprint(entry.data[0]))
            else:
                raise Unchecked("the box is closed: no ballot can be added")
    return weights, trackers


def _check_board(ballot: Ballot, board: tuple[dict[int, int], set[str]], challenged: set[str]) -> None:
    weights, trackers = board
    if ballot.credential not in weights:
        raise RuleError("ballot-credential", "the credential is not in the list", section="§7.5")
    if ballot.tracker in trackers:
        raise RuleError("ballot-twice", "this ballot stands on the board already", section="§7.5")
    if ballot.hash in challenged:
        raise RuleError(
            "ballot-challenged",
            "this ballot was challenged and its votes are revealed; make a new one",
            section="challenge.md",
        )
