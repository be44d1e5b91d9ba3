"""``aydyn witness``: run a stand-alone witness."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

import click

from aydyn.cli.output import Unchecked, say, start_logging
from aydyn.observer.witness.keys import WitnessError, keys_of_policy, prepare
from aydyn.observer.witness.server import serve


class _Address(click.ParamType[tuple[str, int]]):
    """HOST:PORT; an IPv6 host stands in brackets."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Parse it, or say how it is written."""
        host, separator, port = str(value).rpartition(":")
        if not separator or not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
            self.fail("write HOST:PORT, for example 127.0.0.1:8101", param, ctx)
        return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


@click.command()
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), required=True, help="Keys and state are here."
)
@click.option("--listen", type=_Address(), required=True, help="Where to listen.")
@click.option("--log", "logs", multiple=True, metavar="VKEY", help="A log to cosign from now on; may be repeated.")
@click.option("--name", help="What the witness is called, at its first start (for example example.org/witness).")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Cosign the logs that this policy file names.",
)
def witness(
    data: Path, listen: tuple[str, int], logs: tuple[str, ...], name: str | None, policies: tuple[Path, ...]
) -> None:
    """Cosign logs that only ever grow (C2SP tlog-witness). Runs until it is stopped."""
    start_logging()
    stop = threading.Event()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    host, port = listen

    quiet = bool(os.environ.get("AYDYN_SUPERVISED"))  # under `aydyn up` the node speaks

    def ready(bound: int) -> None:
        if not quiet:
            say(f"listening on {host}:{bound}")

    try:
        known = [*logs, *(vkey for file in policies for vkey in keys_of_policy(file.read_bytes()))]
        first = any(data.glob("*.key"))
        for vkey in prepare(data, name if first or name else f"{socket.gethostname()}/witness"):
            if not quiet:
                say(vkey)
        serve(data, host, port, known, stop, ready)
    except (WitnessError, OSError) as error:
        raise Unchecked(str(error)) from None
