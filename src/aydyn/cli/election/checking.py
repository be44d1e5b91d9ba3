"""``aydyn verify election``, ``aydyn election verify-diff`` and ``aydyn election inspect``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from aydyn.cli.election.folders import read, replace, spoken
from aydyn.cli.election.runners import runner
from aydyn.cli.output import REFUTED, UNCHECKED, VERIFIED, Unchecked, finish, print_json, say, tell
from aydyn.cli.progress import progress
from aydyn.evote.archive import read_entries
from aydyn.evote.errors import EvoteError
from aydyn.evote.events import EventType
from aydyn.evote.report.pages import LANGUAGES, render
from aydyn.evote.report.texts import lines, shown
from aydyn.evote.report.values import report_of
from aydyn.evote.verify import archives
from aydyn.evote.verify.verdicts import Outcome, State, Verdict

EXITS = {Outcome.VERIFIED: VERIFIED, Outcome.REFUTED: REFUTED, Outcome.UNCHECKED: UNCHECKED}


def checking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every check of an archive takes."""
    for option in (
        click.option(
            "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the report page."
        ),
        click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler to check ballots on (aydyn[cluster])."),
        click.option(
            "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes (default: all cores)."
        ),
        click.option(
            "--report",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write a page for people (HTML).",
        ),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output."),
        click.option(
            "--require-binding",
            is_flag=True,
            help="A result that rests on the trustees' word, for want of binding proofs, could not be checked (2).",
        ),
    ):
        command = option(command)
    return command


@click.command("election")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Check only what was appended since you had this file written; it is made or renewed. Use no file of another's.",
)
@checking_options
@spoken
def verify_election(
    file: Path,
    state: Path | None,
    as_json: bool,
    report: Path | None,
    jobs: int,
    scheduler: str | None,
    lang: str,
    require_binding: bool,
) -> None:
    """Check a whole election archive (.bel): every byte, ballot, proof and sum.

    Exit code: 0 verified, 1 refuted (which event, which ballot, which rule), 2 could not be checked.
    """
    _need(file)
    _can_write(report, state, keep=(file,))
    known = _read_state(state)
    with runner(jobs, scheduler) as run, progress("Checking ballots") as told:
        verdict = archives.verify_archive(lambda: file.open("rb"), state=known, run=run, progress=told)
    if require_binding:
        verdict.require_binding()
    keep: dict[Path, bytes] = {}
    if state is not None and verdict.outcome is Outcome.VERIFIED and verdict.position is not None:
        keep[state] = State(verdict.facts["fingerprints"]["election"], verdict.position).to_bytes()
    _answer(file, verdict, as_json, (report, lang), keep)


@click.command("verify-diff")
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@checking_options
@spoken
def verify_diff(
    old: Path,
    new: Path,
    as_json: bool,
    report: Path | None,
    jobs: int,
    scheduler: str | None,
    lang: str,
    require_binding: bool,
) -> None:
    """Check that NEW continues the older copy OLD, with nothing taken away or changed, and then all of NEW."""
    _need(old)
    _need(new)
    _can_write(report, keep=(old, new))
    try:
        with runner(jobs, scheduler) as run, progress("Checking ballots") as told, old.open("rb") as stream:
            verdict = archives.verify_diff(stream, lambda: new.open("rb"), run=run, progress=told)
    except EvoteError as error:
        raise Unchecked(f"{old}: {error.words} [{error.rule}]") from None
    if require_binding:
        verdict.require_binding()
    _answer(new, verdict, as_json, (report, lang))


def _need(path: Path) -> None:
    if not path.is_file():
        raise Unchecked(f"{path} is not there")


def _read_state(path: Path | None) -> State | None:
    if path is None or not path.exists():
        return None
    try:
        return State.parse(read(path))
    except EvoteError as error:
        raise Unchecked(f"{path}: {error.words}; remove it to check everything anew") from None


def _can_write(*paths: Path | None, keep: tuple[Path, ...]) -> None:
    """Find out before the long work whether what it is to leave behind can be written, and over none of what it reads."""
    taken = [path.resolve() for path in keep]
    for path in paths:
        if path is None:
            continue
        if path.resolve() in taken:
            raise Unchecked(f"{path} is named twice: what is written would replace it")
        taken.append(path.resolve())
        if not path.parent.is_dir():
            raise Unchecked(f"{path} cannot be written: the folder {path.parent} is not there")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise Unchecked(f"{path} cannot be written: the folder {path.parent} is not yours to write in")


def _answer(
    file: Path, verdict: Verdict, as_json: bool, page: tuple[Path | None, str], keep: dict[Path, bytes] | None = None
) -> None:
    """Say what was found, and write down what was asked for; a verified archive whose report is missing is not done."""
    value = report_of(verdict, file.name)
    if as_json:
        print_json(value)
    else:
        for line in lines(value):
            say(line)
    code, (report, lang) = EXITS[verdict.outcome], page
    try:
        for path, data in (keep or {}).items():
            replace(path, data, secret=True)
        if report is not None:
            replace(report, render(value, lang).encode())
            tell(f"report: {report}")
    except OSError as error:
        tell(f"Error: {error.filename or report}: {error.strerror}")
        code = code or UNCHECKED
    finish(code)


@click.command("inspect")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Every ballot, not only how many.")
@spoken
def inspect(file: Path, everything: bool) -> None:
    """Show an archive in words: its events, without checking any proof."""
    _need(file)
    ballots = 0
    with file.open("rb") as stream:
        for entry in read_entries(stream):
            event = entry.event
            ballots += event.type is EventType.BALLOT
            if event.type is EventType.BALLOT and not everything:
                continue
            size = sum(len(one) for one in entry.data)
            owner = getattr(entry.details, "owner", None)
            who = f" by trustee {owner}" if owner is not None else ""
            say(f"{event.height:>8,}  {event.type.value}{who}  {size:,} bytes  {event.hash}")
            if event.type is EventType.SETUP:
                _show_election(entry.data[0])
    say(f"{ballots:,} ballots")


def _show_election(raw: bytes) -> None:
    from aydyn.evote.elections import Election
    from aydyn.evote.questions import Homomorphic, Lists

    election = Election.parse(raw)
    say(f"          {shown(election.name)} ({election.group.name}, {election.uuid})")
    for i, question in enumerate(election.questions, 1):
        names = [one[0] for one in question.lists] if isinstance(question, Lists) else question.answers
        bounds = f", choose {question.minimum} to {question.maximum}" if isinstance(question, Homomorphic) else ""
        say(shown(f"          {i}. {question.question}{bounds}: {', '.join(names)}"))
