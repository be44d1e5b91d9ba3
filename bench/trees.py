"""The tree itself: building all tiles in memory, and verifying a large log from a directory.

Run by ``bench.ledger``; ``build``, ``tree`` and ``rules`` each in a process of its own, so that memory is that of
one piece of work.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from aydyn.audit.logs import Unreadable, verify_log
from aydyn.ledger import canonical, notes
from aydyn.ledger.acts import ActTable
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import Entry
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.policies import Named, Policy
from aydyn.ledger.tiles import WIDTH, TileAddress, TileBuilder, bundle_hashes, encode_bundle, split_bundle

ENTRY_BYTES = 200
CHUNK = 64 * WIDTH
ORIGIN = "bench.example/ledger"
KEY = SigningKey(ORIGIN, SignatureType.ED25519, b"\x01" * 32)
ACTS = {"acts": {
    "log.started": {"by": ["node"], "about": "", "public": {"pack": {"type": "code"}}},
    "case.filed": {"by": ["person"], "about": "", "public": {"number": {"type": "number"}, "office": {"type": "office"}}},
}}  # fmt: skip


def bare_hashing(entries: list[bytes]) -> bytes:
    """The root of the tree by hashlib alone: every leaf and every inner node once, nothing kept, nothing checked."""
    level = [sha256(b"\x00" + entry).digest() for entry in entries]
    while len(level) > 1:
        odd = [level[-1]] if len(level) & 1 else []
        level = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)] + odd
    return level[0]


def build_tiles(entries: list[bytes]) -> tuple[bytes, int]:
    """All tiles and bundles of the tree, in memory, in chunks as the sequencer makes them; the root and their number."""
    builder, kept = TileBuilder(), list[Any]()
    for start in range(0, len(entries), CHUNK):
        chunk = entries[start : start + CHUNK]
        kept += builder.append(bundle_hashes(chunk))
        kept += [encode_bundle(chunk[at : at + WIDTH]) for at in range(0, len(chunk), WIDTH)]
    return builder.root(), len(kept)


def measure_building(count: int) -> dict[str, Any]:
    """Bare hashing against building all tiles, in turns, the faster of two each."""
    entries = [(b"%020d" % number).ljust(ENTRY_BYTES, b"x") for number in range(count)]
    times: dict[Callable[[list[bytes]], Any], float] = {}
    roots = set[bytes]()
    for work in (bare_hashing, build_tiles, bare_hashing, build_tiles):
        started = time.perf_counter()
        found = work(entries)
        times[work] = min(times.get(work, 1e9), time.perf_counter() - started)
        roots.add(found if isinstance(found, bytes) else found[0])
    assert len(roots) == 1
    return {"entries": count, "bare_s": times[bare_hashing], "tiles_s": times[build_tiles]}


def make_entries(count: int) -> Iterator[bytes]:
    """Entries of a real shape that keep to all rules: a log's start, then filings without gaps in their numbers."""
    yield Entry("log.started", "2026-01-01T00:00:00Z", "node", {"pack": "tm"}).to_bytes()
    digest = f"sha256:{'0' * 64}"
    for number in range(1, count):
        yield Entry(
            "case.filed", "2026-01-02", "person", {"number": f"CEC-2026-{number:07d}", "office": "tm.cec"}, digest
        ).to_bytes()


def write_log(folder: Path, count: int) -> None:
    """Write a whole log as a node publishes it, signed with a key that everybody knows."""
    builder, chunk = TileBuilder(), list[bytes]()

    def flush() -> None:
        first = builder.size
        tiles = builder.append(bundle_hashes(chunk))
        for at in range(0, len(chunk), WIDTH):
            page = chunk[at : at + WIDTH]
            _write(folder, TileAddress(-1, (first + at) // WIDTH, len(page)).path(), encode_bundle(page))
        for address, data in tiles:
            if address.width == WIDTH or builder.size == count:
                _write(folder, address.path(), data)
        chunk.clear()

    for entry in make_entries(count):
        chunk.append(entry)
        if len(chunk) == CHUNK:
            flush()
    flush()
    note = notes.sign(Checkpoint(ORIGIN, builder.size, builder.root()).text(), [KEY], 1)
    _write(folder, "checkpoint", note.to_bytes())
    _write(folder, "acts", canonical.encode(ActTable.from_value(ACTS).to_value()))


def _write(folder: Path, path: str, data: bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def measure_verifying(folder: Path, *, tree_only: bool) -> dict[str, Any]:
    """Verify the log in ``folder`` and, for comparison, only hash it by hashlib; seconds and the memory it took."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise Unreadable(str(error)) from None

    started = time.perf_counter()
    verdict = verify_log(read, [Policy([Named(KEY.verifier)], quorum="none")], tree_only=tree_only)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert verdict.state.value == "verified", verdict.reasons + verdict.breaches
    assert verdict.checkpoint is not None
    return {"seconds": seconds, "peak_mib": peak, "bare_s": _bare_from(folder, verdict.checkpoint)}


def _bare_from(folder: Path, head: Checkpoint) -> float:
    """Seconds that hashlib alone takes for the same tree; the entries are in memory already."""
    entries: list[bytes] = []
    for number in range(-(-head.size // WIDTH)):
        width = min(WIDTH, head.size - number * WIDTH)
        entries += split_bundle((folder / TileAddress(-1, number, width).path()).read_bytes(), width)
    started = time.perf_counter()
    root = bare_hashing(entries)
    seconds = time.perf_counter() - started
    assert root == head.root
    return seconds


def main() -> None:
    """``build COUNT``, ``write DIR COUNT``, ``tree DIR`` or ``rules DIR``; prints one JSON object."""
    match sys.argv[1:]:
        case ["build", count]:
            print(json.dumps(measure_building(int(count))))
        case ["write", folder, count]:
            write_log(Path(folder), int(count))
        case ["tree" | "rules" as what, folder]:
            print(json.dumps(measure_verifying(Path(folder), tree_only=what == "tree")))
        case _:
            raise SystemExit(main.__doc__)


if __name__ == "__main__":
    main()
