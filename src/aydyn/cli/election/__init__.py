"""``aydyn election``: every role of an election from files, one verb a step. Checking is ``aydyn verify election``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

VERBS = {
    "new": "aydyn.cli.election.setting_up:new",
    "credentials": "aydyn.cli.election.setting_up:credentials",
    "trustee": "aydyn.cli.election.setting_up:trustee",
    "threshold": "aydyn.cli.election.threshold:threshold",
    "open": "aydyn.cli.election.setting_up:open_election",
    "vote": "aydyn.cli.election.voting:vote",
    "challenge": "aydyn.cli.election.voting:challenge",
    "add": "aydyn.cli.election.voting:add",
    "close": "aydyn.cli.election.counting:close",
    "tally": "aydyn.cli.election.counting:tally",
    "shuffle": "aydyn.cli.election.counting:shuffle",
    "decrypt": "aydyn.cli.election.counting:decrypt",
    "result": "aydyn.cli.election.counting:result",
    "inspect": "aydyn.cli.election.checking:inspect",
    "verify-diff": "aydyn.cli.election.checking:verify_diff",
    "simulate": "aydyn.cli.election.simulating:simulate",
}


class _Verbs(click.Group):
    """Verbs in the order in which an election needs them, imported when they are said."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the verb that was said."""
        place = VERBS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: Any = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Verbs)
def election() -> None:
    """Hold an election from files: set up, vote, count. Check one with: aydyn verify election FILE."""
