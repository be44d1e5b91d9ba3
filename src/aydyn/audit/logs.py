"""Verifies a whole log: signatures, tree, every tile, and the rules that its entries must keep to.

The log is cut into chunks of :data:`CHUNK` entries; :func:`check_chunk` hashes and parses one and may run in another
process (the map over chunks is handed in). What comes back is put together in order, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from aydyn.audit.hashes import HashSet
from aydyn.audit.receipts import moment
from aydyn.audit.rules import Breach, Facts, Rules, read_entry
from aydyn.audit.verdicts import State, Statement, worst
from aydyn.ledger import canonical
from aydyn.ledger.acts import ActTable
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError, LedgerError, QuorumError
from aydyn.ledger.merkle import HASH_BYTES
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Opened, Policy
from aydyn.ledger.tiles import WIDTH, TileAddress, TileBuilder, split_bundle

CHUNK = 32 * WIDTH
SHOWN = 100

Read = Callable[[str], bytes]
"""Gives the bytes of a file below the ledger's prefix (``tile/0/000``); raises Unreadable when it cannot."""


class Unreadable(Exception):
    """A file of the log could not be read: missing, or no network. That refutes nothing."""


class Faulty(Exception):
    """A file of the log is not what the signed tree says."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach)
        self.breach = breach


@dataclass(frozen=True)
class Task:
    """One chunk: entries [start, end), ``start`` a multiple of 256; ``acts``: the act table (empty: not checked).

    ``keep``: give the entries' bytes back too.
    """

    read: Read
    start: int
    end: int
    acts: bytes
    tree_only: bool
    keep: bool = False


@dataclass(frozen=True)
class Chunk:
    """What came out of a chunk: joined leaf hashes, what the rules look at, and what is wrong already."""

    start: int
    leaves: bytes
    facts: list[Facts | Breach]
    faults: list[Breach]
    entries: list[bytes] = field(default_factory=list[bytes])

    def __reduce__(self) -> tuple[Any, ...]:
        # Plain tuples without the leaves go to another process in half the time.
        plain = [one if isinstance(one, Breach) else one[1:] for one in self.facts]
        return _put_together, (self.start, self.leaves, plain, self.faults, self.entries)


def _put_together(start: int, leaves: bytes, plain: list[Any], faults: list[Breach], entries: list[bytes]) -> Chunk:
    facts: list[Facts | Breach] = [
        one if isinstance(one, Breach) else Facts(leaves[at : at + HASH_BYTES], *one)
        for at, one in zip(range(0, len(leaves), HASH_BYTES), plain, strict=False)
    ]
    return Chunk(start, leaves, facts, faults, entries)


RunTasks = Callable[[Callable[[Task], Chunk], Iterable[Task]], Iterable[Chunk]]
"""A map that keeps the order: ``map`` itself, or one over processes."""


@dataclass
class LogVerdict:
    """The judgement on a log; ``breaches`` holds the first hundred of ``breach_count``."""

    state: State = State.UNCHECKED
    reasons: list[Statement] = field(default_factory=list[Statement])
    proved: list[Statement] = field(default_factory=list[Statement])
    breaches: list[Breach] = field(default_factory=list[Breach])
    breach_count: int = 0
    checkpoint: Checkpoint | None = None
    cosigned: list[Opened] = field(default_factory=list[Opened])

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        head = self.checkpoint
        return {
            "verdict": self.state.value,
            "reasons": [one.to_value() for one in self.reasons],
            "proved": [one.to_value() for one in self.proved],
            "breaches": [one.to_value() for one in self.breaches],
            "breach_count": self.breach_count,
            "origin": head.origin if head else None,
            "size": head.size if head else None,
            "root": head.root.hex() if head else None,
            "witnesses": [
                {"of": one.of, "cosigned": {name: moment(at) for name, at in one.cosigned.items()}}
                for one in self.cosigned
            ],
        }


@lru_cache(maxsize=2)
def _table(data: bytes) -> ActTable:
    return ActTable.from_value(canonical.decode(data, "act table"))


def check_chunk(task: Task) -> Chunk:
    """Read, hash and (unless tree only) parse the entries of one chunk; compare the tiles of level 0 with them.

    Raises Unreadable, or Faulty when a bundle or a tile is not what it should be.
    """
    acts = _table(task.acts) if task.acts and not task.tree_only else None
    leaves: list[bytes] = []
    facts: list[Facts | Breach] = []
    faults: list[Breach] = []
    kept: list[bytes] = []
    hasher = sha256
    for at in range(task.start, task.end, WIDTH):
        width = min(WIDTH, task.end - at)
        bundle = TileAddress(-1, at // WIDTH, width)
        entries = _split(read_tile(task.read, bundle), bundle, at)
        # The bare hash, written out: this line decides how long a million entries take.
        hashes = [hasher(b"\x00" + entry).digest() for entry in entries]
        joined = b"".join(hashes)
        leaves.append(joined)
        tile = TileAddress(0, at // WIDTH, width)
        if read_tile(task.read, tile) != joined:
            faults.append(Breach("tile", at, f"{tile.path()} does not hold the hashes of its entries"))
        if task.keep:
            kept += entries
        if not task.tree_only:
            facts += [
                read_entry(entry, leaf, at + place, acts)
                for place, (entry, leaf) in enumerate(zip(entries, hashes, strict=True))
            ]
    return Chunk(task.start, b"".join(leaves), facts, faults, kept)


def read_tile(read: Read, address: TileAddress) -> bytes:
    """A tile or bundle; for a partial one that is gone, the full one in its place (tlog-tiles, “Partial Tiles”).

    A wider hash tile is cut to the width asked for; a wider bundle is for the reader to cut. Raises Unreadable.
    """
    try:
        return read(address.path())
    except Unreadable:
        if address.width == WIDTH:
            raise
    data = read(TileAddress(address.level, address.number).path())
    return data if address.level < 0 else data[: address.width * HASH_BYTES]


def _split(data: bytes, address: TileAddress, at: int) -> list[bytes]:
    try:
        return split_bundle(data, address.width)
    except FormatError as error:
        raise Faulty(Breach("bundle", at, f"{address.path()}: {error}")) from None


def verify_log(
    read: Read,
    policies: Sequence[Policy],
    *,
    tree_only: bool = False,
    run: RunTasks = map,
    progress: Callable[[int, int], None] | None = None,
) -> LogVerdict:
    """Verify the log behind ``read`` up to its newest checkpoint; every policy must hold.

    ``run``: the map over chunks; ``progress`` is told how many entries of how many are done.
    """
    verdict = LogVerdict()
    try:
        note = SignedNote.parse(read("checkpoint"))
        verdict.checkpoint = Checkpoint.parse(note.text)
    except Unreadable as error:
        verdict.reasons.append(Statement("unreadable", str(error)))
        return verdict
    except FormatError as error:
        verdict.state = State.REFUTED
        verdict.reasons.append(Statement("format", str(error)))
        return verdict
    states = [_judge(note, verdict, policy) for policy in policies]
    if not policies:
        verdict.reasons.append(Statement("no-policy", "no policy was given, so nobody's signature can be trusted"))
    states.append(_walk(read, verdict, tree_only=tree_only, run=run, progress=progress))
    verdict.state = worst(states) if policies else worst([*states, State.UNCHECKED])
    return verdict


def _judge(note: SignedNote, verdict: LogVerdict, policy: Policy) -> State:
    head = verdict.checkpoint
    if head is None or not any(log.key.name == head.origin for log in policy.logs):
        words = f"the policy does not name the log {head.origin if head else ''}"
        verdict.reasons.append(Statement("log-unknown", words))
        return State.UNCHECKED
    try:
        opened = policy.open(note, need_quorum=False)
        verdict.cosigned.append(opened)
        policy.require_quorum(opened)
    except QuorumError as error:
        verdict.reasons.append(Statement("pending", str(error)))
        return State.UNCHECKED
    except LedgerError as error:
        verdict.reasons.append(Statement("signature", str(error)))
        return State.REFUTED
    seen = f"; seen by {len(opened.cosigned)} of {opened.of} witnesses" if opened.of else ""
    verdict.proved.append(Statement("signed", f"signed by {opened.log.name} ({opened.log.kind.name}){seen}"))
    return State.VERIFIED


def _walk(
    read: Read,
    verdict: LogVerdict,
    *,
    tree_only: bool,
    run: RunTasks,
    progress: Callable[[int, int], None] | None,
) -> State:
    """Hash the whole log and hold it against the signed root; feed the rules."""
    assert verdict.checkpoint is not None
    size = verdict.checkpoint.size
    builder, rules = TileBuilder(), Rules(verdict.checkpoint.origin, HashSet())
    try:
        acts = b"" if tree_only else _act_table(read, verdict)
        for chunk in run(check_chunk, _tasks(read, size, acts, tree_only)):
            _grow(read, builder, chunk, size, verdict)
            _feed(rules, chunk, verdict)
            if progress:
                progress(builder.size, size)
    except Unreadable as error:
        verdict.reasons.append(Statement("unreadable", str(error)))
        return State.REFUTED if verdict.breach_count else State.UNCHECKED
    except Faulty as fault:
        _note(verdict, [fault.breach])
        return State.REFUTED
    if builder.root() != verdict.checkpoint.root:
        _note(verdict, [Breach("tree", size, "the entries do not have the root that was signed")])
    elif not verdict.breach_count:
        verdict.proved.append(Statement("tree", f"the {size:,} entries and all tiles are those that were signed"))
    if not tree_only:
        _conclude(rules, acts, verdict)
    return State.REFUTED if verdict.breach_count else State.VERIFIED


def _act_table(read: Read, verdict: LogVerdict) -> bytes:
    try:
        data = read("acts")
        _table(data)
    except Unreadable:
        verdict.reasons.append(
            Statement("no-act-table", "there is no table of acts, so entries were not held against it")
        )
        return b""
    except FormatError as error:
        raise Faulty(Breach("acts", 0, str(error))) from None
    return data


def _tasks(read: Read, size: int, acts: bytes, tree_only: bool) -> Iterator[Task]:
    for start in range(0, size, CHUNK):
        yield Task(read, start, min(size, start + CHUNK), acts, tree_only)


def _grow(read: Read, builder: TileBuilder, chunk: Chunk, size: int, verdict: LogVerdict) -> None:
    """Add the chunk's leaves; compare the tiles above level 0 that the final tree has."""
    if chunk.start != builder.size:
        raise Unreadable("the chunks came back out of order")
    _note(verdict, chunk.faults)
    for address, data in builder.append(chunk.leaves):
        final = address.width == WIDTH or builder.size == size
        if address.level > 0 and final and read_tile(read, address) != data:
            _note(verdict, [Breach("tile", builder.size, f"{address.path()} does not hold the hashes below it")])


def _feed(rules: Rules, chunk: Chunk, verdict: LogVerdict) -> None:
    for place, facts in enumerate(chunk.facts):
        if isinstance(facts, Breach):
            rules.feed_unreadable(facts, chunk.leaves[place * HASH_BYTES : (place + 1) * HASH_BYTES])
        else:
            rules.feed(chunk.start + place, facts)
    _note(verdict, rules.breaches)
    rules.breaches.clear()


def _conclude(rules: Rules, acts: bytes, verdict: LogVerdict) -> None:
    seen = min((one.first_cosigned for one in verdict.cosigned if one.first_cosigned), default=None)
    rules.close(seen)
    if acts and rules.acts_digest and rules.acts_digest != f"sha256:{sha256(acts).hexdigest()}":
        rules.breaches.append(Breach("acts", 0, "the table of acts that is served is not the one on the record"))
    _note(verdict, rules.breaches)
    if not verdict.breach_count:
        verdict.proved.append(Statement("rules", "every entry keeps to the rules that can be checked from outside"))


def _note(verdict: LogVerdict, breaches: list[Breach]) -> None:
    verdict.breach_count += len(breaches)
    verdict.breaches += breaches[: max(0, SHOWN - len(verdict.breaches))]
