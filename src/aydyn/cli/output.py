"""How every word speaks: exit codes, one JSON object on standard output, the rest on standard error."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, NoReturn

import click

VERIFIED, REFUTED, UNCHECKED = 0, 1, 2


class Unchecked(click.ClickException):
    """It could not be checked: no policy, no network, a missing file. One sentence, exit code 2."""

    exit_code = UNCHECKED


def tell(text: str) -> None:
    """Say something to the person at the terminal (standard error)."""
    click.echo(text, err=True)


def say(text: str = "") -> None:
    """Print a result (standard output)."""
    click.echo(text)


def print_json(value: Any) -> None:
    """Print the one JSON object of ``--json``."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def finish(code: int) -> NoReturn:
    """End with an exit code."""
    sys.exit(code)


def start_logging() -> None:
    """Log lines of servers to standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
