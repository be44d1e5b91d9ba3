"""Checks a node's newest checkpoint against the last one, with every new entry, tile and rule between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aydyn.audit import looks
from aydyn.audit.logs import Chunk, Faulty, Read, Task, Unreadable, check_chunk, read_tile
from aydyn.audit.pages import Recorded
from aydyn.audit.receipts import TOLERANCE, moment
from aydyn.audit.rules import Breach, Facts, Rules
from aydyn.audit.verdicts import Statement
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import DIGEST
from aydyn.ledger.errors import FormatError, LedgerError, QuorumError
from aydyn.ledger.merkle import HASH_BYTES, verify_consistency
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Opened, Policy
from aydyn.ledger.tiles import WIDTH, TileAddress, TileBuilder, TreeReader
from aydyn.observer.monitor.findings import Finding, Inconclusive, Refuted, Report
from aydyn.observer.monitor.state import Head, State, first_difference

STALE_AFTER = 3600
COSIGNED = "cosigned"
STEP = 8 * WIDTH
"""Entries taken at a time; even the largest that there can be fit into memory."""


def open_checkpoint(
    data: bytes, policies: Sequence[Policy], report: Report, now: int, last: Head | None
) -> tuple[Checkpoint, int | None]:
    """Check a served checkpoint's signatures and age; gives it and the time of its newest cosignature.

    Raises Refuted if it is malformed, of another log than ``last``, or not signed by the log that every policy names;
    Inconclusive if a policy is not about this log at all.
    """
    shows = {"served": data.decode("utf-8", "backslashreplace")}
    try:
        note = SignedNote.parse(data)
        checkpoint = Checkpoint.parse(note.text)
        _require_same_log(checkpoint, policies, last, shows)
        opened = [policy.open(note, need_quorum=False) for policy in policies]
    except FormatError as error:
        raise Refuted(
            Finding("checkpoint-format", f"the served checkpoint is malformed: {error}", shows=shows)
        ) from None
    except LedgerError as error:
        words = f"the served checkpoint is not signed by the log that is trusted: {error}"
        raise Refuted(Finding("signature", words, shows=shows)) from None
    for policy, one in zip(policies, opened, strict=True):
        _note_quorum(policy, one, report)
    newest = max((at for one in opened for at in one.cosigned.values()), default=None)
    if newest is not None and now - newest > STALE_AFTER:
        words = f"the newest cosignature is of {moment(newest)}, more than an hour ago: an old state is being shown"
        report.evidence.append((Finding("stale", words, checkpoint.size, shows | {"seen_at": moment(now)}), None))
    return checkpoint, newest


def _require_same_log(
    checkpoint: Checkpoint, policies: Sequence[Policy], last: Head | None, shows: dict[str, Any]
) -> None:
    if last is not None and checkpoint.origin != last.origin:
        words = f"the log was {last.origin}, and is {checkpoint.origin} now"
        raise Refuted(Finding("origin", words, shows=shows | {"before": last.note.decode("utf-8")}))
    for policy in policies:
        if not any(log.key.name == checkpoint.origin for log in policy.logs):
            raise Inconclusive(f"a policy does not name the log {checkpoint.origin}")


def _note_quorum(policy: Policy, opened: Opened, report: Report) -> None:
    try:
        policy.require_quorum(opened)
    except QuorumError as error:
        report.notices.append(Statement("pending", str(error)))


def follow(
    read: Read, state: State, report: Report, checkpoint: Checkpoint, data: bytes, cosigned_at: int | None
) -> Rules:
    """Go from the last head to ``checkpoint``; new leaves and case entries are stored in the caller's transaction.

    Evidence of single entries goes to the report; raises Refuted when the log itself does not hold together, and
    Inconclusive when a file cannot be read.
    """
    last = state.head()
    if last is not None:
        _compare_heads(last, checkpoint, data)
    builder, rules = state.take_up(checkpoint.origin)
    lateness = _Lateness(0 if rules.demo else int(state.place(COSIGNED) or 0))
    acts = _act_table(read, report)
    for start in range(builder.size, checkpoint.size, STEP):
        _take_chunk(
            read, state, report, builder, rules, start, min(checkpoint.size, start + STEP), checkpoint.size, acts,
            lateness,
        )  # fmt: skip
        report.new_entries = builder.size - (last.size if last else 0)
    if builder.root() != checkpoint.root:
        raise Refuted(_explain(read, last, checkpoint, data))
    rules.close(cosigned_at)
    _note_silence(rules, cosigned_at, report)
    _check_files(read, report, rules, acts)
    _check_looks(read, report, rules)
    report.evidence += [(Finding.of(breach), None) for breach in rules.breaches]
    rules.breaches.clear()
    lateness.tell(report)
    if cosigned_at:
        state.set_place(COSIGNED, str(cosigned_at))
    state.move(Head(checkpoint.origin, checkpoint.size, checkpoint.root, data), builder, rules)
    return rules


@dataclass
class _Lateness:
    """New entries that state a time at which a witness had already seen the log without them (0: nobody had)."""

    seen_at: int
    count: int = 0
    first: int = 0

    def look(self, position: int, facts: Facts) -> None:
        """Look at the next new entry."""
        if self.seen_at - facts.latest > TOLERANCE:
            self.first = self.first if self.count else position
            self.count += 1

    def tell(self, report: Report) -> None:
        """Such entries are recorded late: worth a notice, and everybody who holds a receipt sees the same."""
        if self.count:
            words = f"recorded late: {self.count:,}, the first at position {self.first:,}, stating a time before"
            report.notices.append(Statement("recorded-late", f"{words} {moment(self.seen_at)}, when it was not there"))


def _note_silence(rules: Rules, cosigned_at: int | None, report: Report) -> None:
    """Days that passed without an answer and without the node saying so: odd, but a node that was down is no proof."""
    late = rules.silent(cosigned_at)
    if late:
        number, due = late[0]
        words = f"{len(late):,} cases passed their day, and the record neither answers nor says so; first {number}, due {due}"
        report.notices.append(Statement("deadline-silent", words))


def _compare_heads(last: Head, checkpoint: Checkpoint, data: bytes) -> None:
    shows: dict[str, Any] = {"before": last.note.decode("utf-8"), "now": data.decode("utf-8")}
    if checkpoint.size < last.size:
        words = f"{last.size:,} entries were signed; now {checkpoint.size:,} are shown"
        raise Refuted(Finding("rollback", words, shows=shows))
    if checkpoint.size == last.size and checkpoint.root != last.root:
        words = f"two signed checkpoints of {last.size:,} entries have different roots"
        raise Refuted(Finding("fork", words, checkpoint.size, shows))


def _explain(read: Read, last: Head | None, checkpoint: Checkpoint, data: bytes) -> Finding:
    """The entries do not lead to the signed root: was another history signed, or are the files wrong?"""
    shows: dict[str, Any] = {"now": data.decode("utf-8")}
    words = f"the entries served do not have the root that was signed for {checkpoint.size:,} entries"
    if last is None or last.size == 0:
        return Finding("tree", words, checkpoint.size, shows)
    shows["before"] = last.note.decode("utf-8")
    tree = TreeReader(checkpoint.size, lambda address: read_tile(read, address))
    try:
        path = tree.consistency(last.size)
        verify_consistency(
            old_size=last.size, old_root=last.root, size=checkpoint.size, root=checkpoint.root, path=path
        )
    except (LedgerError, Unreadable):
        words = f"no proof leads from the {last.size:,} entries signed before to the {checkpoint.size:,} signed now"
        return Finding("fork", words, checkpoint.size, shows)
    return Finding("tree", words, checkpoint.size, shows)


def _take_chunk(
    read: Read, state: State, report: Report, builder: TileBuilder, rules: Rules, start: int, end: int, size: int, acts: bytes,
    lateness: _Lateness,
) -> None:  # fmt: skip
    first = start - start % WIDTH
    try:
        chunk = check_chunk(Task(read, first, end, acts, tree_only=False, keep=True))
        old = (start - first) * HASH_BYTES
        changed = first_difference(state.leaves(first, start), chunk.leaves[:old])
        if changed >= 0:
            words = "an entry that was recorded is now another"
            shows = {"entry": chunk.entries[changed].decode("utf-8", "backslashreplace")}
            raise Refuted(Finding("entry-changed", words, first + changed, shows))
        report.evidence += [(Finding.of(fault), None) for fault in chunk.faults]
        for address, data in builder.append(chunk.leaves[old:]):
            _compare_tile(read, report, address, data, final=address.width == WIDTH or builder.size == size)
    except Unreadable as error:
        raise Inconclusive(str(error)) from None
    except Faulty as fault:
        raise Refuted(Finding.of(fault.breach)) from None
    _feed(state, report, rules, chunk, start - first, lateness)


def _compare_tile(read: Read, report: Report, address: TileAddress, data: bytes, *, final: bool) -> None:
    if address.level > 0 and final and read_tile(read, address) != data:
        words = f"{address.path()} does not hold the hashes below it"
        report.evidence.append((Finding("tile", words, address.number), None))


def _feed(state: State, report: Report, rules: Rules, chunk: Chunk, skip: int, lateness: _Lateness) -> None:
    """Feed the rules with the chunk's new entries, and remember those about cases."""
    for place in range(skip, len(chunk.entries)):
        position, facts, data = chunk.start + place, chunk.facts[place], chunk.entries[place]
        if isinstance(facts, Breach):
            rules.feed_unreadable(facts, chunk.leaves[place * HASH_BYTES : (place + 1) * HASH_BYTES])
        else:
            rules.feed(position, facts)
            lateness.look(position, facts)
            _remember(state, position, facts, data)
        shows = {"entry": data.decode("utf-8", "backslashreplace")}
        report.evidence += [(Finding.of(breach, **shows), None) for breach in rules.breaches]
        rules.breaches.clear()


def _remember(state: State, position: int, facts: Facts, data: bytes) -> None:
    number = facts.public.get("number")
    if facts.act.startswith(("case.", "fee.")) and isinstance(number, str):
        state.add_case_entry(number, Recorded(position, facts.leaf.hex(), data))
    elif facts.act == "content.erased":
        state.erase(str(facts.public.get("entry")))


def _act_table(read: Read, report: Report) -> bytes:
    try:
        return read("acts")
    except Unreadable as error:
        report.notices.append(Statement("no-act-table", f"entries were not held against the table of acts: {error}"))
        return b""


def _check_files(read: Read, report: Report, rules: Rules, acts: bytes) -> None:
    """The table of acts and every file that was loaded must be served as recorded."""
    if acts and rules.acts_digest and rules.acts_digest != DIGEST + sha256(acts).hexdigest():
        words = "the table of acts that is served is not the one on the record"
        report.evidence.append((Finding("acts-differ", words, shows={"served": acts.decode("utf-8", "replace")}), None))
    for digest in rules.loaded:
        name = digest.removeprefix(DIGEST)
        try:
            data = read(f"files/{name}")
        except Unreadable as error:
            report.notices.append(Statement("file-missing", f"a file that was loaded is not served: {error}"))
            continue
        if sha256(data).hexdigest() != name:
            shows = {"served": data.decode("utf-8", "backslashreplace")}
            words = f"the file served at files/{name} is not the one that was loaded"
            report.evidence.append((Finding("file-differs", words, shows=shows), None))


def _check_looks(read: Read, report: Report, rules: Rules) -> None:
    """The list of a day's looks of staff must have the root and the length that were committed to that night."""
    for day, (position, count, root) in sorted(rules.looks.items()):
        try:
            data = read(f"looks/{day}")
            leaves = looks.read_leaves(data)
        except Unreadable as error:
            report.notices.append(Statement("looks-missing", f"the looks of {day} are not served: {error}"))
            continue
        except FormatError as error:
            leaves, data = [], str(error).encode()
        if len(leaves) != count or looks.root_of(leaves) != root:
            words = f"the looks of {day} that are served are not those that were committed to at position {position:,}"
            shows = {"served": data.decode("utf-8", "backslashreplace")[:100_000]}
            report.evidence.append((Finding("looks-differ", words, position, shows), None))


def recheck(read: Read, state: State, report: Report) -> None:
    """Read every entry and tile again and compare them with the leaves that were seen; also old partial tiles."""
    size = state.leaf_count()
    for start in range(0, size, STEP):
        end = min(size, start + STEP)
        try:
            chunk = check_chunk(Task(read, start, end, b"", tree_only=True, keep=True))
        except Unreadable as error:
            raise Inconclusive(str(error)) from None
        except Faulty as fault:
            raise Refuted(Finding.of(fault.breach)) from None
        report.evidence += [(Finding.of(fault), None) for fault in chunk.faults]
        changed = first_difference(state.leaves(start, end), chunk.leaves)
        if changed >= 0:
            shows = {"entry": chunk.entries[changed].decode("utf-8", "backslashreplace")}
            words = "an entry that was recorded is now another"
            report.evidence.append((Finding("entry-changed", words, start + changed, shows), None))
    for old in state.sizes():
        _recheck_partial(read, state, report, old)


def _recheck_partial(read: Read, state: State, report: Report, size: int) -> None:
    """The partial tile of level 0 that an earlier checkpoint implied; it may be gone, but not be another."""
    width = size % WIDTH
    if not width:
        return
    address = TileAddress(0, size // WIDTH, width)
    try:
        data = read(address.path())
    except Unreadable:
        return
    if data != state.leaves(size - width, size):
        words = f"{address.path()}, which an earlier checkpoint implied, holds other hashes now"
        report.evidence.append((Finding("tile", words, size - width), None))
