"""The operator's side: check the whole record against itself, and rebuild tiles or the database's entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction

from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.entries import Entry as LedgerEntry
from aydyn.ledger.errors import LedgerError, TreeError
from aydyn.ledger.keys import VerifierKey
from aydyn.ledger.merkle import Frontier, leaf_hash
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.tiles import WIDTH, TileAddress, split_bundle
from aydyn.record import insertion
from aydyn.record.errors import RecordError
from aydyn.record.models import Checkpoint, Entry, Head, Pending, Position
from aydyn.record.publishing import TileWriter
from aydyn.record.rechecking import check_tile
from aydyn.record.sequencing import ensure_head, entries_between
from aydyn.record.tilestore import DirectoryStore

PAGE = 16 * WIDTH


@dataclass
class Findings:
    """What a check found: how much was read, and what does not fit."""

    entries: int = 0
    checkpoints: int = 0
    faults: list[str] = field(default_factory=list[str])


def check(store: DirectoryStore, keys: list[VerifierKey]) -> Iterator[Findings]:
    """Check every entry, every checkpoint ever signed, every bundle and tile; yields the findings as they grow."""
    findings = Findings()
    head = Head.objects.filter(pk=1).first()
    if head is None:
        yield findings
        return
    signed = iter(_signed(findings, keys))
    due = next(signed, None)
    frontier = Frontier()
    for start in range(0, head.size, PAGE):
        end = min(head.size, start + PAGE)
        try:
            entries = entries_between(start, end)
        except RecordError as error:
            findings.faults.append(str(error))
            break
        for data in entries:
            frontier.append(leaf_hash(data))
            while due is not None and due[0] == frontier.size:
                if due[1] != frontier.root():
                    findings.faults.append(f"the checkpoint of {due[0]} entries was signed over other entries")
                due = next(signed, None)
        findings.entries = frontier.size
        _check_tiles(store, findings, start, min(end, head.tiled), head.tiled)
        yield findings
    if frontier.root() != bytes(head.root):
        findings.faults.append(f"the head of {head.size} entries has another root than its entries")
    if due is not None:
        findings.faults.append(f"a checkpoint of {due[0]} entries was signed, but {frontier.size} are stored")
    yield findings


def _signed(findings: Findings, keys: list[VerifierKey]) -> Iterator[tuple[int, bytes]]:
    for size, data in list(Checkpoint.objects.order_by("size").values_list("size", "note")):
        try:
            note = SignedNote.parse(bytes(data))
            note.verify(keys)
            parsed = LedgerCheckpoint.parse(note.text)
            if parsed.size != size:
                raise TreeError(f"states {parsed.size} entries")
            findings.checkpoints += 1
            yield size, parsed.root
        except LedgerError as error:
            findings.faults.append(f"stored checkpoint of {size} entries: {error}")


def _check_tiles(store: DirectoryStore, findings: Findings, start: int, end: int, tiled: int) -> None:
    for number in range(start // WIDTH, -(-end // WIDTH)):
        try:
            check_tile(store, number, tiled)
        except (LedgerError, OSError) as error:
            findings.faults.append(str(error))


def rebuild_tiles(store: DirectoryStore) -> int:
    """Write all tiles again from the database; existing ones must be equal. Returns the size.

    Raises RecordError if a stored one differs.
    """
    Head.objects.filter(pk=1).update(tiled=0)
    try:
        return TileWriter(store).write()
    except LedgerError as error:
        raise RecordError(str(error)) from error


@dataclass
class Restored:
    """What was rebuilt from tiles, and what is lost with the database: the contents and salts behind entries."""

    entries: int
    without_content: int


def rebuild_entries(store: DirectoryStore, keys: list[VerifierKey]) -> Restored:
    """Rebuild an empty database's entries from the published tiles. Raises RecordError if anything does not fit."""
    try:
        with transaction.atomic():
            return _rebuild_entries(store, keys)
    except LedgerError as error:
        raise RecordError(str(error)) from error


def _rebuild_entries(store: DirectoryStore, keys: list[VerifierKey]) -> Restored:
    if Entry.objects.exists():
        raise TreeError("the database holds entries already; only an empty one is rebuilt")
    data = store.read_checkpoint()
    if data is None:
        raise TreeError("no checkpoint was published, so there is nothing to rebuild from")
    note = SignedNote.parse(data)
    known = {(key.name, key.id) for key in keys}
    note.verify(keys)
    signed = LedgerCheckpoint.parse(note.text)
    ensure_head()
    frontier = Frontier()
    lost = 0
    for number in range(-(-signed.size // WIDTH)):
        width = min(WIDTH, signed.size - number * WIDTH)
        lost += _restore(split_bundle(store.read(TileAddress(-1, number, width)), width), frontier)
    if frontier.root() != signed.root:
        raise TreeError("the entries in the bundles do not have the root that was signed")
    own = SignedNote(note.text, tuple(line for line in note.signatures if (line.name, line.key_id) in known))
    moment = datetime.now(UTC)
    Checkpoint.objects.create(size=signed.size, note=own.to_bytes(), signed_at=moment, published_at=moment)
    Head.objects.filter(pk=1).update(
        size=signed.size, root=frontier.root(), frontier=frontier.to_bytes(), tiled=signed.size
    )
    return Restored(signed.size, lost)


def _restore(datas: list[bytes], frontier: Frontier) -> int:
    """Insert one bundle's entries with their positions; returns how many had content, which is not in tiles."""
    parsed = [LedgerEntry.parse(data) for data in datas]
    start = frontier.size
    rows = [
        insertion.Row(data, leaf_hash(data), entry.act, entry.earliest(), None, None)
        for data, entry in zip(datas, parsed, strict=True)
    ]
    entries = insertion.insert(rows)
    Pending.objects.filter(entry__in=entries).delete()
    Position.objects.bulk_create([Position(index=start + place, entry=entry) for place, entry in enumerate(entries)])
    frontier.extend(row.hash for row in rows)
    return sum(1 for entry in parsed if entry.digest)
