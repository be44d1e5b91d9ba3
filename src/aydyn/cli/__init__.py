"""The ``aydyn`` command. Words are imported when they are said, so that the base install works without Django."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from aydyn import __version__
from aydyn.cli.output import UNCHECKED, unforeseen

WORDS = {
    "demo": "aydyn.cli.node:demo",
    "election": "aydyn.cli.election:election",
    "ledger": "aydyn.cli.node:ledger",
    "manage": "aydyn.cli.node:manage",
    "monitor": "aydyn.cli.monitor:monitor",
    "policy": "aydyn.cli.policy:policy",
    "procedures": "aydyn.cli.procedures:procedures",
    "register": "aydyn.cli.register:register",
    "up": "aydyn.cli.node:up",
    "verify": "aydyn.cli.verify:verify",
    "witness": "aydyn.cli.witness:witness",
}
OPERATED = {"demo", "ledger", "manage", "monitor", "up", "witness"}
"""Words whose faults an operator looks for in a log, where a sentence is too little."""


class _Words(click.Group):
    """A group whose commands are named in a table and loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All words, in order."""
        return sorted([*WORDS, "test"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the word that was said."""
        if cmd_name == "test":
            return _test
        place = WORDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: Any = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Do what was said. Whatever nobody foresaw ends as "could not be checked": 1, as Python ends, would say "refuted"."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # some libraries raise what is no Exception
            unforeseen(error, story=ctx.invoked_subcommand in OPERATED)


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, expose_value=False)
def _test() -> None:
    """Run the whole suite (in a checkout, through ./aydyn)."""
    click.echo("the tests belong to a checkout: run ./aydyn test there", err=True)
    sys.exit(UNCHECKED)


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", metavar="DIR", help="Data directory of the node (default: AYDYN_DATA, else ./var).")
@click.version_option(__version__, message="%(version)s", prog_name="aydyn")
def command(data: str | None) -> None:
    """The digital office of a state body, built so that anyone can check it.

    Exit code: 0 verified or done, 1 refuted, 2 could not be checked.
    """
    if data:
        os.environ["AYDYN_DATA"] = os.path.abspath(data)  # noqa: PTH100  # the environment holds text


def main() -> None:
    """Run the command line."""
    if os.environ.get("AYDYN_SUPERVISED"):
        from aydyn.observer.lifeline import die_with_parent

        die_with_parent()
    command(prog_name="aydyn")
