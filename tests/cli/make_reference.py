"""Writes ``docs/command.md`` from the help texts of the command. Run it from the root of a checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from aydyn import cli

FILE = Path(__file__).parents[2] / "docs" / "command.md"
HEAD = """# The command

Made from its own help texts (`tests/cli/make_reference.py`); a test fails when it is out of date. In a checkout write `./aydyn` for `aydyn`.
Exit codes: 0 verified or done, 1 refuted, 2 could not be checked (wrong usage too).
"""


def words(group: click.Group, path: tuple[str, ...] = ("aydyn",)) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every word that does something, with its path."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from words(found, (*path, name))
        else:
            yield (*path, name), found


def reference() -> str:
    """The whole page."""
    pieces = [HEAD]
    for path, found in words(cli.command):
        context = click.Context(found, info_name=" ".join(path), terminal_width=100, **cli.command.context_settings)
        text = "\n".join(f"    {line}".rstrip() for line in found.get_help(context).split("\n"))
        pieces.append(f"## `{' '.join(path)}`\n\n{text}\n")
    return "\n".join(pieces)


if __name__ == "__main__":
    FILE.write_text(reference(), "utf-8")
