"""How every word speaks: exit codes, one JSON object on standard output, the rest on standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import click

from aydyn.evote.report.texts import shown

VERIFIED, REFUTED, UNCHECKED = 0, 1, 2
LONGEST_SENTENCE = 300


class Unchecked(click.ClickException):
    """It could not be checked: no policy, no network, a missing file. One sentence, exit code 2."""

    exit_code = UNCHECKED

    def format_message(self) -> str:
        """The sentence, which commands the terminal nothing."""
        return shown(self.message)


def tell(text: str) -> None:
    """Say something to the person at the terminal (standard error); what others wrote into it commands the terminal nothing."""
    click.echo(shown(text, keep="\n\t"), err=True)


def say(text: str = "") -> None:
    """Print a result (standard output); what others wrote into it commands the terminal nothing."""
    click.echo(shown(text, keep="\n\t"))


def print_json(value: Any) -> None:
    """Print the one JSON object of ``--json``; letters that a terminal could obey are escaped, as JSON allows."""
    click.echo(shown(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False), keep="\n"))


def finish(code: int) -> NoReturn:
    """End with an exit code."""
    sys.exit(code)


def unforeseen(error: BaseException, *, story: bool = False) -> NoReturn:
    """End with one sentence and exit code 2 after anything that nobody foresaw; with the whole story if asked, or in Python's dev mode."""
    with suppress(Exception):
        if (story and not isinstance(error, (KeyboardInterrupt, BrokenPipeError))) or sys.flags.dev_mode:
            traceback.print_exception(error)
        tell(f"Error: {_sentence(error)}")
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries once more at its end
    sys.exit(UNCHECKED)


def _sentence(error: BaseException) -> str:
    if isinstance(error, (KeyboardInterrupt, EOFError, click.Abort)):
        return "interrupted: this is not done"
    if isinstance(error, MemoryError):
        return "there is not enough memory: this is not done"
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{error.strerror}: this is not done"
    words = " ".join(str(error).split())[:LONGEST_SENTENCE]
    kind = type(error).__name__
    return f"something unforeseen, this is not done ({kind}{': ' if words else ''}{words}); PYTHONDEVMODE=1 shows where"


def start_logging() -> None:
    """Log lines of servers to standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
