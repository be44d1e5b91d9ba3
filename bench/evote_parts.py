"""Parts of ``bench.evote``: where time goes, key generations and shuffles, and the tool of the format's makers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aydyn.evote import ballots as reading
from aydyn.evote import proofs
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.groups import by_name
from aydyn.evote.keygen import assemble, certify, collect, share_out, take_in
from aydyn.evote.messages import Keys, random_seed
from aydyn.evote.mixnet import check_shuffle, shuffle
from bench.report import Report

SHUFFLED = 10_000
MEMBERS, THRESHOLD = 9, 5
TOOL_BALLOTS = (10, 60)


class _Stopwatch:
    """Adds up the time spent in functions while they are wrapped."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inside = False

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            if self._inside:  # one that is called by another is of the other's time
                return function(*args, **kwargs)
            self._inside, started = True, time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self._inside = False
                self.spent[name] = self.spent.get(name, 0) + time.perf_counter() - started

        return run


def where_time_goes(
    report: Report,
    election: Election,
    make: Callable[[Election, Engine, int], list[bytes]],
    check: Callable[[Election, list[bytes]], None],
) -> None:
    """The shares of parsing, hashing, group arithmetic and the rest when ballots are checked."""
    engine = engine_for(election.group, work=1_000_000)
    raws = make(election, engine, 512)
    check(election, raws)
    watch, kind = _Stopwatch(), type(engine)
    methods = [name for name in ("products", "checked_products", "members", "multiexp") if hasattr(kind, name)]
    before = {name: getattr(kind, name) for name in methods}
    hashes, shape = (proofs.sha256_int, reading.wire.fingerprint), reading.shape_of(election)
    read = shape.read
    for name in methods:
        setattr(kind, name, watch.wrap("group", before[name]))
    proofs.sha256_int = watch.wrap("hashing", hashes[0])  # type: ignore[attr-defined]
    reading.wire.fingerprint = watch.wrap("hashing", hashes[1])  # type: ignore[assignment]
    shape.read = watch.wrap("parsing", read)  # type: ignore[method-assign]
    try:
        started = time.perf_counter()
        check(election, raws)
        whole = time.perf_counter() - started
    finally:
        for name in methods:
            setattr(kind, name, before[name])
        proofs.sha256_int = hashes[0]  # type: ignore[attr-defined]
        reading.wire.fingerprint = hashes[1]
        shape.read = read  # type: ignore[method-assign]
    parts = {**watch.spent, "rest": whole - sum(watch.spent.values())}
    for name in ("group", "parsing", "hashing", "rest"):
        aim: dict[str, Any] = {}
        if name == "hashing":
            both = parts["parsing"] + parts["hashing"]
            aim = {"aim": "JSON and hashing < 20 %", "met": both < 0.2 * whole}
        report.add(f"Where time goes, 5 answers, {engine.name}", name, percent=100 * parts[name] / whole, **aim)


def trustees(report: Report) -> None:
    """A key generation of 5 of 9, and a shuffle of 10,000 ciphertexts."""
    group = by_name("Ed25519")
    engine = engine_for(group, secret=True)
    started = time.perf_counter()
    keys = [Keys.of_seed(group, random_seed()) for _ in range(MEMBERS)]
    certificates = [certify(engine, one, size=MEMBERS, threshold=THRESHOLD, index=i) for i, one in enumerate(keys, 1)]
    polynomials = [share_out(engine, one, certificates, THRESHOLD) for one in keys]
    outputs = [
        take_in(engine, one, certificates, THRESHOLD, intake)
        for one, intake in zip(keys, collect(polynomials), strict=True)
    ]
    assemble(engine, certificates, THRESHOLD, polynomials, outputs)
    report.add("Trustees, Ed25519", "key generation, 5 of 9, all members", seconds=time.perf_counter() - started)
    from bench.evote import election_of

    election = election_of(2)
    public = engine_for(group, work=1_000_000)
    rows = [Ciphertext(*_pair(election)) for _ in range(8)]
    before = [rows[i % 8] for i in range(SHUFFLED)]
    started = time.perf_counter()
    after, proof = shuffle(election, public, before)
    made = time.perf_counter() - started
    started = time.perf_counter()
    check_shuffle(election, public, before, after, proof)
    report.add(
        "Trustees, Ed25519",
        f"shuffle of {SHUFFLED:,}, {public.name}",
        make_s=made,
        check_s=time.perf_counter() - started,
    )


def _pair(election: Election) -> tuple[int, int]:
    group = election.group
    r = group.random_scalar()
    return group.power(group.g, r), group.power(election.public_key, r)


def tool(report: Report) -> None:
    """Milliseconds a ballot of the makers' tool, start-up taken off by measuring two sizes, and of ours with the same group."""
    section = "BELENIOS-2048, 2 answers, a ballot"
    if shutil.which("belenios-tool") is None:
        report.add(section, "belenios-tool is not installed (Debian: apt-get install belenios-tool)")
        return
    from bench.evote import check, election_of, make

    election = election_of(2, "BELENIOS-2048")
    for name in ("gmp", "python"):
        os.environ["AYDYN_EVOTE_ENGINE"] = name
        raws = make(election, engine_for(election.group), 16)
        check(election, raws[:2])
        started = time.perf_counter()
        check(election, raws)
        report.add(section, f"check, {name}", ms=1000 * (time.perf_counter() - started) / len(raws))
        del os.environ["AYDYN_EVOTE_ENGINE"]
    few, many = (_tool_seconds(count) for count in TOOL_BALLOTS)
    report.add(section, "check, belenios-tool 2.0", ms=1000 * (many - few) / (TOOL_BALLOTS[1] - TOOL_BALLOTS[0]))


def _tool_seconds(count: int) -> float:
    """How long the tool takes over an archive of so many ballots."""
    from bench.evote import command

    with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as place:
        folder = Path(place) / "election"
        command("election", "simulate", "--group", "BELENIOS-2048", "--voters", str(count), "--out", str(folder))
        started = time.perf_counter()
        subprocess.run(["belenios-tool", "election", "verify"], cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - started
