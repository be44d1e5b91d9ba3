"""``aydyn monitor``: follow a node from outside."""

from __future__ import annotations

import signal
import sqlite3
import threading
from pathlib import Path

import click

from aydyn.audit.logs import Unreadable
from aydyn.audit.verdicts import State
from aydyn.cli import pins
from aydyn.cli.output import Unchecked, finish, print_json, say, tell
from aydyn.cli.verify import HINT, fail, json_option, policy_option
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError
from aydyn.ledger.notes import SignedNote
from aydyn.observer.monitor import Monitor, Report
from aydyn.observer.monitor.rounds import describe
from aydyn.observer.reading import open_ledger


@click.command()
@click.argument("url", metavar="URL")
@policy_option
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="What was seen is remembered here; evidence is kept in its folder evidence.",
)
@click.option("--once", is_flag=True, help="One round that compares every case, then end.")
@click.option("--interval", type=click.FloatRange(1), default=60, show_default=True, help="Seconds between rounds.")
@click.option("--recheck", is_flag=True, help="Also read all old entries and tiles again.")
@click.option("--ledger-only", is_flag=True, help="Do not compare the site's cases.")
@json_option
def monitor(
    url: str,
    policies: tuple[Path, ...],
    state: Path,
    once: bool,
    interval: float,
    recheck: bool,
    ledger_only: bool,
    as_json: bool,
) -> None:
    """Follow the node at URL: its ledger, the rules of its entries, and what its site shows.

    Ends with exit code 1 when it has found evidence.
    """
    try:
        watcher = _prepare(url, policies, state, ledger_only=ledger_only)
    except (Unchecked, Unreadable, sqlite3.Error, OSError) as error:
        fail(error if isinstance(error, Unchecked) else Unchecked(str(error)), as_json)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    while True:
        report = watcher.look(everything=once, recheck=recheck)
        _show(report, as_json=as_json and once)
        if once or report.state is State.REFUTED or stop.wait(interval):
            break
    watcher.close()
    if as_json and not once:
        print_json(report.to_value())
    finish(report.state.exit_code)


def _prepare(url: str, policies: tuple[Path, ...], state: Path, *, ledger_only: bool) -> Monitor:
    read = open_ledger(url)
    try:
        origin = Checkpoint.parse(SignedNote.parse(read("checkpoint")).text).origin
    except FormatError:
        origin = None
    chosen = pins.choose(policies, origin)
    if not chosen:
        raise Unchecked(f"no policy was given or pinned for this log, so nobody's signature can be trusted: {HINT}")
    remote = url.startswith(("http://", "https://"))
    address = url.rstrip("/").removesuffix("/ledger") if remote and not ledger_only else ""
    return Monitor(read, chosen, state, address=address)


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_value())
        return
    say(
        f"{report.origin or 'no log'}: {report.size:,} entries, {report.new_entries:,} new; "
        f"{report.cases_compared:,} cases compared: {report.state.value}"
    )
    for text in report.unread:
        tell(f"  could not be read: {text}")
    for notice in report.notices:
        tell(f"  {notice.words}")
    for finding, file in report.evidence:
        say(f"  {describe(finding)}")
        if file:
            say(f"    evidence: {file}")
