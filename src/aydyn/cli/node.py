"""Words that need a node: up, demo, ledger, manage. Thin doors; Django is imported only when one of them is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from aydyn.cli.output import Unchecked, finish

SETTINGS = "aydyn.node.settings"


def _data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take --data DIR."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Data directory of the node (default: AYDYN_DATA, else ./var).",
    )(command)


def _enter(data: Path | None) -> Path:
    """Choose the data directory; it stands in the environment before Django is imported."""
    if find_spec("django") is None:
        raise Unchecked("this word needs a node, and Django is not installed: install aydyn[node]")
    os.umask(0o077)  # what a node writes is for its own account on the machine alone, also in the children
    chosen = (data or Path(os.environ.get("AYDYN_DATA") or "var")).absolute()
    os.environ["AYDYN_DATA"] = str(chosen)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    return chosen


def _run(work: Callable[[], Any]) -> None:
    """Do the work; a wrong setting is one sentence, not a traceback."""
    from aydyn.kernel.errors import ConfigurationError

    try:
        code = work()
    except ConfigurationError as error:
        raise Unchecked(str(error)) from None
    finish(code if isinstance(code, int) else 0)


def _with_django(data: Path | None, work: Callable[[], Any]) -> None:
    """Do something with a node that exists."""
    chosen = _enter(data)
    if not (chosen / "node.toml").exists() and "AYDYN_ORIGIN" not in os.environ:
        raise Unchecked(
            f"there is no node in {chosen}: make one with `aydyn up`, or name its directory with --data DIR"
        )

    def ready() -> Any:
        import django

        django.setup()
        from django.db import DatabaseError

        try:
            return work()
        except DatabaseError as error:
            raise Unchecked(f"the node's database cannot be used: {error}") from None

    _run(ready)


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="Where to listen.")
@_data_option
@click.option("--demo/--no-demo", default=True, show_default=True, help="Fill a new node with example cases.")
def up(port: int, data: Path | None, demo: bool) -> None:
    """Set up what is missing and run a node with its worker, sequencer and two local witnesses."""
    chosen = _enter(data)

    def work() -> int:
        from aydyn.node import supervisor

        return supervisor.up(data=chosen, port=port, demo=demo)

    _run(work)


@click.group()
def demo() -> None:
    """A demonstration: example acts through the same actions that people use."""


@demo.command("load")
@click.option("--cases", type=click.IntRange(0), default=200, show_default=True, help="How many cases to file.")
@click.option(
    "--receipts",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put one receipt file per case into this directory.",
)
@_data_option
def load_demo(cases: int, receipts: Path | None, data: Path | None) -> None:
    """File example cases with real titles, answers marked as generated, on an openly simulated clock.

    In an empty directory a demonstration node is set up first; it need not run.
    """
    chosen = _enter(data)

    def work() -> Any:
        from aydyn.node import establishing

        establishing.prepare_data(chosen, port=8000, demo=True)
        import django

        django.setup()
        from django.conf import settings

        from aydyn.demo import commands

        if settings.AYDYN.is_demo:
            establishing.establish()
        return commands.load(cases=cases, receipts=receipts)

    _run(work)


@click.group()
def ledger() -> None:
    """The operator's side of the record."""


_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@ledger.command("check")
@_json_option
@_data_option
def check_ledger(as_json: bool, data: Path | None) -> None:
    """Re-read and re-hash the whole record: database, tiles and checkpoints have to agree."""

    def work() -> Any:
        from aydyn.node import commands

        return commands.ledger_check(json=as_json)

    _with_django(data, work)


@ledger.command("rebuild")
@click.option("--from-tiles", is_flag=True, help="The other way round: entries of the database from the tiles.")
@_json_option
@_data_option
def rebuild_ledger(from_tiles: bool, as_json: bool, data: Path | None) -> None:
    """Write the tiles again from the database (or, with --from-tiles, the entries from the tiles)."""

    def work() -> Any:
        from aydyn.node import commands

        return commands.ledger_rebuild(from_tiles=from_tiles, json=as_json)

    _with_django(data, work)


@ledger.command("keygen")
@click.option(
    "--replace", is_flag=True, help="Announce a change of keys on the record; it takes effect at the next start."
)
@_data_option
def make_keys(replace: bool, data: Path | None) -> None:
    """Make the log's keys where they are missing, and print the public ones."""

    def work() -> Any:
        from aydyn.node import commands

        return commands.ledger_keygen(replace=replace)

    _with_django(data, work)


@ledger.command("status")
@_json_option
@_data_option
def show_status(as_json: bool, data: Path | None) -> None:
    """How many entries there are, how many wait, and how far publishing and witnesses have come."""

    def work() -> Any:
        from aydyn.node import commands

        return commands.ledger_status(json=as_json)

    _with_django(data, work)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}
)
@_data_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...], data: Path | None) -> None:
    """Django's management commands."""
    _enter(data)

    def work() -> None:
        from django.core.management import execute_from_command_line

        sys.argv = ["aydyn manage", *arguments]
        execute_from_command_line(sys.argv)

    _run(work)
