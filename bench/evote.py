"""Elections: making and checking ballots with every engine against a plain loop of PyNaCl, cores, sizes, memory, a cluster, keys, shuffles.

    .venv/bin/python -m bench.evote             # everything, about 12 minutes
    .venv/bin/python -m bench.evote --largest 10000

Ballots of one homomorphic question of n answers of which one is chosen; archives are made by the simulator: votes and credentials are
fresh for every ballot. Ratios are against the peer in the same run and, for each row, in the same minute.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aydyn.evote.casting import prepare_all, sign_all
from aydyn.evote.credentials import public_keys
from aydyn.evote.elections import Election, make_election
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import available, engine_for
from aydyn.evote.groups import by_name
from aydyn.evote.verify.chunks import Chunk, Item, check_chunk
from bench import evote_parts, evote_peer
from bench.report import Report

ANSWERS = (2, 5, 10)
CHUNK = 128
SLOW = {"python": 6, "sodium": 40, "vector": CHUNK}
"""How many ballots a measurement takes with each engine."""
ROUNDS = 3


def main() -> None:
    """Measure, print the table, write the JSON."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--largest", type=int, default=100_000, help="ballots of the largest archive")
    words.add_argument("--only", choices=["ballots", "archives", "cluster", "trustees", "tool"])
    chosen = words.parse_args()
    report = Report("evote")
    parts: dict[str, Callable[[], None]] = {
        "ballots": lambda: ballots(report),
        "archives": lambda: archives(report, chosen.largest),
        "cluster": lambda: cluster(report),
        "trustees": lambda: evote_parts.trustees(report),
        "tool": lambda: evote_parts.tool(report),
    }
    for name, part in parts.items():
        if chosen.only in (None, name):
            part()
    report.save()


def election_of(n: int, group_name: str = "Ed25519") -> Election:
    """An election of one question of n answers."""
    group = by_name(group_name)
    question = {"answers": [f"Answer {i}" for i in range(n)], "min": 1, "max": 1, "question": "?"}
    key = group.power(group.g, group.random_scalar())
    return Election.parse(make_election({"name": "Bench", "questions": [question]}, group, key))


def make(election: Election, engine: Engine, count: int) -> list[bytes]:
    """So many signed ballots."""
    width = election.questions[0].width
    keys = [election.group.random_scalar() for _ in range(count)]
    voters = [
        (public, [[int(j == i % width) for j in range(width)]]) for i, public in enumerate(public_keys(engine, keys))
    ]
    return sign_all(engine, prepare_all(election, engine, voters), keys)


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of some runs, in seconds."""
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def check(election: Election, raws: list[bytes]) -> None:
    """Check ballots as the command does."""
    items = tuple(Item(i, raw, check=True, weight=1) for i, raw in enumerate(raws))
    found = check_chunk(Chunk(election.raw, items, work=1_000_000))
    assert not found.failures, found.failures[:1]


def _peer(election: Election, raws: list[bytes]) -> tuple[float, float]:
    y = election.public_key.to_bytes(32, "little")
    width, group = election.questions[0].width, election.group

    def verify() -> None:
        peer = evote_peer.Peer(y, election.fingerprint)
        assert all(peer.accept(raw) for raw in raws)

    def cast() -> None:
        for i in range(len(raws)):
            votes = [int(j == i % width) for j in range(width)]
            evote_peer.make_ballot(group.random_scalar(), y, election.uuid, election.fingerprint, votes)

    return best(verify, 2) / len(raws), best(cast, 2) / len(raws)


def ballots(report: Report) -> None:
    """Milliseconds a ballot, one core, each engine."""
    for n in ANSWERS:
        election = election_of(n)
        raws = make(election, engine_for(election.group, work=1_000_000), CHUNK)
        for name in available(election.group):
            os.environ["AYDYN_EVOTE_ENGINE"] = name
            _with_engine(report, election, name, raws)
            del os.environ["AYDYN_EVOTE_ENGINE"]
    evote_parts.where_time_goes(report, election_of(5), make, check)


def _with_engine(report: Report, election: Election, name: str, raws: list[bytes]) -> None:
    engine, count, n = engine_for(election.group), SLOW[name], election.questions[0].width
    peer_check, peer_make = _peer(election, raws[:10])
    check(election, raws[:4])
    checking = best(lambda: check(election, raws[:count])) / count
    making = best(lambda: make(election, engine, count)) / count
    aims = {"vector": (5, 5), "sodium": (1, None)}.get(name, (None, None))
    _add(report, n, name, "check", (checking, peer_check, aims[0]))
    _add(report, n, name, "make", (making, peer_make, aims[1]))


def _add(report: Report, n: int, name: str, what: str, found: tuple[float, float, int | None]) -> None:
    mine, peer, aim = found
    ratio = peer / mine
    report.add(
        f"Ed25519, one core, {n} answers", f"{what}, {name}", ms=1000 * mine, pynacl_ms=1000 * peer, times=ratio,
        aim=f"≥ {aim} ×" if aim else "", met=None if aim is None else ratio >= aim,
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- whole archives


def command(*words: str) -> tuple[float, int]:
    """Run the command; seconds and the largest memory of it and its children in MiB."""
    code = "import sys; from aydyn.cli import main; sys.argv[0] = 'aydyn'; main()"
    measure = (
        "import resource,sys,subprocess; r = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(r.returncode)"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", measure, sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, int(done.stdout.split()[-1]) // 1024


def archives(report: Report, largest: int) -> None:
    """The whole command over archives of growing size, on one core and on two."""
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as place:
        sizes = [size for size in (1, 100, 1000, 10_000, 100_000) if size <= largest]
        for size in sizes:
            folder = Path(place) / str(size)
            made, _ = command("election", "simulate", "--voters", str(size), "--out", str(folder))
            file = str(next(folder.glob("*.bel")))
            one, memory = command("verify", "election", file, "--jobs", "1")
            two, _ = command("verify", "election", file, "--jobs", "2")
            section = "The whole command, 2 answers, engine chosen by itself"
            figures: dict[str, Any] = {"made_s": made, "one_core_s": one, "two_cores_s": two, "MiB": memory}
            aim: dict[str, Any] = {}
            if size == 1:
                aim = {"aim": "starts in < 1 s", "met": one < 1}
            elif size >= 10_000:
                aim = {"aim": "< 500 MiB, two cores ≥ 1.8 ×", "met": memory < 500 and one / two >= 1.8}
            report.add(section, f"{size:,} ballots", **figures, times=one / two, **aim)
            shutil.rmtree(folder)


def cluster(report: Report) -> None:
    """The same check on a Dask cluster of two workers on this machine."""
    try:
        from distributed import LocalCluster
    except ImportError:
        report.add("A Dask cluster on this machine", "not installed: pip install 'aydyn[cluster]'")
        return
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as place:
        folder = Path(place) / "election"
        command("election", "simulate", "--voters", "10000", "--out", str(folder))
        file = str(next(folder.glob("*.bel")))
        here, _ = command("verify", "election", file, "--jobs", "2")
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local:
            address = local.scheduler_address
            command("verify", "election", file, "--scheduler", address)
            there, _ = command("verify", "election", file, "--scheduler", address)
        report.add(
            "A Dask cluster on this machine", "10,000 ballots, two workers", cluster_s=there, processes_s=here, times=there / here
        )  # fmt: skip


if __name__ == "__main__":
    main()
