"""``aydyn verify``: judge what a node published, without trusting it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from aydyn.audit.logs import LogVerdict, Unreadable, verify_log
from aydyn.audit.receipts import Verdict, examine
from aydyn.audit.verdicts import State, Statement, worst
from aydyn.cli import pins
from aydyn.cli.output import Unchecked, finish, print_json, say
from aydyn.cli.processes import map_over
from aydyn.cli.progress import progress
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Policy
from aydyn.ledger.proofs import Proof
from aydyn.observer.reading import open_ledger

WORDS = {State.VERIFIED: "verified", State.REFUTED: "REFUTED", State.UNCHECKED: "could not be checked"}
HINT = "get the log's policy from somebody you trust, then --policy FILE, or once and for all: aydyn policy pin FILE"


def policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take --policy FILE, several times."""
    return click.option(
        "--policy",
        "policies",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Whom to trust; may be repeated, all must hold. Without one, the policy pinned for the log counts.",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take --json."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")(command)


def fail(error: Unchecked, as_json: bool) -> None:
    """Say what kept something from being checked, and end with exit code 2."""
    if not as_json:
        raise error
    reason = Statement("not-checked", error.format_message())
    print_json({"verdict": State.UNCHECKED.value, "reasons": [reason.to_value()]})
    finish(error.exit_code)


class _Checks(click.Group):
    """The checks; that of elections is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All checks."""
        return sorted([*super().list_commands(ctx), "election"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the check that was asked for."""
        if cmd_name != "election":
            return super().get_command(ctx, cmd_name)
        from aydyn.cli.election.checking import verify_election

        return verify_election


@click.group(cls=_Checks)
def verify() -> None:
    """Check a receipt, a whole log or an election, without trusting the node."""


@verify.command("receipt")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@policy_option
@json_option
def verify_receipt(files: tuple[Path, ...], policies: tuple[Path, ...], as_json: bool) -> None:
    """Check receipts offline: no node, no database, no network.

    Exit code: 0 all verified, 1 one is refuted, 2 one could not be checked.
    """
    try:
        given = [pins.read_policy(file) for file in policies]
        found = [(file, _examine(file, given)) for file in files]
    except Unchecked as error:
        fail(error, as_json)
        return
    state = worst([verdict.state for _, verdict in found])
    if as_json:
        rows = [{"file": str(file), **verdict.to_value()} for file, verdict in found]
        print_json({"verdict": state.value, "receipts": rows})
    else:
        for file, verdict in found:
            _show_receipt(file, verdict)
    finish(state.exit_code)


def _examine(file: Path, given: Sequence[Policy]) -> Verdict:
    try:
        data = file.read_bytes()
    except OSError as error:
        return Verdict(State.UNCHECKED, (Statement("unreadable", f"the file cannot be read: {error.strerror}"),))
    return examine(data, given or _pinned_for(data))


def _pinned_for(data: bytes) -> list[Policy]:
    try:
        return pins.pinned(Checkpoint.parse(Proof.parse(data).checkpoint.text).origin)
    except FormatError:
        return []


def _show_receipt(file: Path, verdict: Verdict) -> None:
    say(f"{file}: {WORDS[verdict.state]}")
    for reason in verdict.reasons:
        say(f"  {reason.words}")
        if reason.code in ("no-policy", "log-unknown"):
            say(f"  {HINT}")
    facts = verdict.facts
    if verdict.state is State.REFUTED or facts is None:
        return
    number = f", {facts.entry.public['number']}" if "number" in facts.entry.public else ""
    late = ", recorded late" if facts.late_by is not None else ""
    say(f"  {facts.entry.act}{number}, by {facts.entry.by}, stated time {facts.entry.at}{late}")
    say(f"  position {facts.position:,} of {facts.size:,} on {facts.origin}")
    _show_statements("  What this proves:", verdict.proved)
    _show_statements("  What this does not prove:", verdict.not_proved)


def _show_statements(title: str, statements: Sequence[Statement]) -> None:
    if statements:
        say(title)
    for one in statements:
        say(f"    - {one.words}")


@verify.command("log")
@click.argument("place", metavar="URL|DIR")
@policy_option
@click.option("--tree-only", is_flag=True, help="Signatures, tree and tiles only; not the rules of entries.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes (default: all cores)."
)
@json_option
def verify_whole_log(place: str, policies: tuple[Path, ...], tree_only: bool, jobs: int, as_json: bool) -> None:
    """Check a whole ledger: every signature, entry, tile, and the rules that entries must keep to."""
    try:
        read = open_ledger(place)
        chosen = pins.choose(policies, _origin(read("checkpoint")))
    except (Unreadable, Unchecked) as error:
        fail(error if isinstance(error, Unchecked) else Unchecked(str(error)), as_json)
        return
    with progress("Verifying entries") as tell:
        verdict = verify_log(read, chosen, tree_only=tree_only, run=map_over(jobs), progress=tell)
    if as_json:
        print_json(verdict.to_value())
    else:
        _show_log(place, verdict)
    finish(verdict.state.exit_code)


def _origin(note: bytes) -> str | None:
    try:
        return Checkpoint.parse(SignedNote.parse(note).text).origin
    except FormatError:
        return None


def _show_log(place: str, verdict: LogVerdict) -> None:
    say(f"{place}: {WORDS[verdict.state]}")
    if verdict.checkpoint:
        say(f"  {verdict.checkpoint.origin}, {verdict.checkpoint.size:,} entries")
    for reason in verdict.reasons:
        say(f"  {reason.words}")
        if reason.code in ("no-policy", "log-unknown"):
            say(f"  {HINT}")
    for breach in verdict.breaches[:20]:
        say(f"  [{breach.code}] position {breach.position:,}: {breach.words}")
    if verdict.breach_count > 20:
        say(f"  … {verdict.breach_count:,} in all")
    for one in verdict.proved:
        say(f"  - {one.words}")
