"""``aydyn policy``: whom to trust from now on."""

from __future__ import annotations

import os
from pathlib import Path

import click

from aydyn.cli import pins
from aydyn.cli.output import Unchecked, print_json, say
from aydyn.ledger.policies import Policy


@click.group()
def policy() -> None:
    """Which logs and witnesses are trusted on this machine."""


@policy.command("pin")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Trust other keys than those pinned before for the same log.")
def pin(file: Path, replace: bool) -> None:
    """Trust the log that FILE names from now on.

    Get the file from somebody you trust, not only from the node that you want to check.
    """
    new = pins.read_policy(file)
    if not new.logs:
        raise Unchecked(f"{file} names no log")
    for origin, place in pins.places(new):
        if place.exists() and not replace:
            _require_same(origin, pins.read_policy(place), new)
    for origin, place in pins.places(new):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = place.with_name(f".{place.name}.{os.getpid()}")
        aside.write_bytes(file.read_bytes())
        aside.replace(place)
        say(f"pinned {origin}: {place}")


def _require_same(origin: str, old: Policy, new: Policy) -> None:
    before, after = _lines(old), _lines(new)
    if before == after:
        return
    changes = [f"  no longer: {line}" for line in before if line not in after]
    changes += [f"  new:       {line}" for line in after if line not in before]
    raise Unchecked(
        f"another policy is pinned for {origin} already:\n" + "\n".join(changes) + "\n"
        "A changed key can be an attack. If somebody you trust vouches for it, say --replace."
    )


def _lines(policy: Policy) -> list[str]:
    lines = policy.to_bytes().decode("utf-8", "replace").split("\n")
    return [line if len(line) <= 200 else f"{line[:200]}…" for line in lines if line]


@policy.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def list_pinned(as_json: bool) -> None:
    """Show the logs that are trusted on this machine."""
    found = sorted(pins.folder().glob(f"*{pins.SUFFIX}")) if pins.folder().is_dir() else []
    rows = [
        {"origin": log.key.name, "key": log.key.vkey, "witnesses": sorted(read.witnesses), "file": str(file)}
        for file in found
        for read in [pins.read_policy(file)]
        for log in read.logs
    ]
    if as_json:
        print_json({"policies": rows})
        return
    for row in rows:
        say(f"{row['origin']}  ({len(row['witnesses'])} witnesses)  {row['file']}")
    if not rows:
        say("no log is trusted on this machine yet: aydyn policy pin FILE")
