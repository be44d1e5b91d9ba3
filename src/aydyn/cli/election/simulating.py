"""``aydyn election simulate``: a complete election with all its secrets."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from aydyn.cli.election.folders import read_json, spoken, write_json, write_new
from aydyn.cli.output import Unchecked, say
from aydyn.cli.processes import map_over
from aydyn.cli.progress import progress
from aydyn.evote import groups, wire
from aydyn.evote.simulation import MAX_VOTERS, Plan, Simulated, expected_result, parse_trustees_plan
from aydyn.evote.simulation import simulate as simulate_election
from aydyn.evote.tally import Row
from aydyn.evote.verify.archives import count_ballots
from aydyn.evote.verify.stages import tally_rows

FIXED_TIME = 1_700_000_000
"""The timestamp of archives that are made from a seed, so that they come out the same again."""


@click.command("simulate")
@click.option(
    "--group", type=click.Choice(groups.NAMES), default="Ed25519", show_default=True, help="Group of the cryptography."
)
@click.option("--voters", required=True, type=click.IntRange(1, MAX_VOTERS), help="How many voters; each votes once.")
@click.option(
    "--template",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="JSON with name and questions (default: one question, two answers).",
)
@click.option(
    "--trustees",
    "trustees",
    default="single:1",
    show_default=True,
    metavar="PLAN",
    help="For example single:1,threshold:2/3.",
)
@click.option("--revotes", type=click.IntRange(0), default=0, help="So many voters vote a second time.")
@click.option("--weights", is_flag=True, help="Give voters weights from 1 to 5.")
@click.option(
    "--shuffles",
    type=click.IntRange(0, 100),
    default=1,
    show_default=True,
    help="How many trustees shuffle, where a question asks for it.",
)
@click.option("--seed", help="Draw everything from a seed: the same bytes again.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes (default: all cores)."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Folder to make."
)
@spoken
def simulate(
    group: str,
    voters: int,
    template: Path | None,
    trustees: str,
    revotes: int,
    weights: bool,
    shuffles: int,
    seed: str | None,
    jobs: int,
    out: Path,
) -> None:
    """Make a complete election with all its secrets, for tests, benches and teaching. Its secrets protect nobody."""
    if out.exists() and any(out.iterdir()):
        raise Unchecked(f"{out} is not empty")
    value = wire.obj(read_json(template), str(template)) if template else _default_template()
    singles, thresholds = parse_trustees_plan(trustees)
    timestamp = FIXED_TIME if seed is not None else int(time.time())
    plan = Plan(group, voters, value, singles, thresholds, revotes, weights, shuffles, seed, timestamp)
    out.mkdir(parents=True, exist_ok=True)
    board: list[Path] = []

    def open_board(uuid: str) -> BinaryIO:
        board.append(out / f"{uuid}.bel")
        return board[0].open("xb")

    def count() -> tuple[Sequence[Row], int, int]:
        _, found, totals = count_ballots(lambda: board[0].open("rb"), check=False, run=map_over(jobs))
        return tally_rows(found.checked_election(), totals), found.tallied, found.total_weight

    with progress("Making ballots") as told:
        made = simulate_election(plan, open_board, count, run=map_over(jobs), progress=told)
    _write_files(out, made)
    say(f"{board[0]}: {voters} voters, {voters + revotes} ballots, {board[0].stat().st_size:,} bytes")
    say(f"next: aydyn verify election {board[0]}")


def _default_template() -> dict[str, Any]:
    question = {"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "Do you agree?"}
    return {"description": "Made by aydyn election simulate", "name": "A simulated election", "questions": [question]}


def _write_files(out: Path, made: Simulated) -> None:
    write_new(out / "election.json", made.election.raw)
    write_new(out / "trustees.json", made.trustees)
    write_new(out / "public_creds.json", made.credentials)
    secrets = made.secrets
    write_json(
        out / "secrets" / "private_creds.json",
        {f"voter{i}": one for i, one in enumerate(secrets.credentials, 1)},
        secret=True,
    )
    write_json(
        out / "secrets" / "votes.json",
        {"votes": secrets.votes, "revotes": secrets.revotes, "expected": expected_result(made)},
        secret=True,
    )
    write_json(
        out / "secrets" / "keys.json", {str(owner): str(key) for owner, key in secrets.keys.items()}, secret=True
    )
    for i, one in enumerate(secrets.seeds, 1):
        write_new(out / "secrets" / f"member-{i}.key", one.encode(), secret=True)
