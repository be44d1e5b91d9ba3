"""The sequencer: gives entries their positions and signs the tree. One database transaction is the commit.

Invariants: only the holder of the lease signs, and only while its fencing number stands; the head moves by a
compare-and-swap on its size; nothing signed is shown before the transaction that holds it is durable; an entry is
hashed again from its bytes before it gets a position.
"""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from aydyn.ledger import notes
from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from aydyn.record import insertion
from aydyn.record.errors import LostLease, RecordError
from aydyn.record.keys import LogKeys
from aydyn.record.models import Checkpoint, Entry, Head, Pending, Position

BATCH = 10_000
LEASE = timedelta(seconds=5)


@dataclass(frozen=True)
class Lease:
    """The right to sign, until another takes it: who, and the fencing number it was given."""

    holder: str
    fence: int


def ensure_head() -> None:
    """Make the one head row of an empty log."""
    Head.objects.get_or_create(pk=1, defaults={"root": EMPTY_ROOT})


def take_lease(holder: str | None = None) -> Lease | None:
    """Take the lease if nobody holds it, or its holder has been silent; None if another holds it."""
    name = holder or f"{socket.gethostname()}:{os.getpid()}"
    moment = datetime.now(UTC)
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        if head.leased_until and head.leased_until > moment and head.holder != name:
            return None
        Head.objects.filter(pk=1).update(holder=name, fence=F("fence") + 1, leased_until=moment + LEASE)
        return Lease(name, head.fence + 1)


def renew_lease(lease: Lease) -> None:
    """Keep the lease. Raises LostLease if another has it."""
    moved = Head.objects.filter(pk=1, fence=lease.fence).update(leased_until=datetime.now(UTC) + LEASE)
    if not moved:
        raise LostLease("another sequencer has taken over the log; this one stops signing")


def release_lease(lease: Lease) -> None:
    """Give the lease back at a clean stop, so that the next start need not wait."""
    Head.objects.filter(pk=1, fence=lease.fence).update(leased_until=None)


def sequence_batch(lease: Lease, keys: LogKeys, origin: str, limit: int = BATCH) -> int:
    """Give positions to at most ``limit`` waiting entries and sign the new head; returns how many.

    Raises LostLease, or RecordError when a stored entry does not fit its hash (then nothing is changed).
    """
    moment = datetime.now(UTC)
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        if head.fence != lease.fence:
            raise LostLease("another sequencer has taken over the log; this one stops signing")
        if head.halted:
            raise RecordError(head.halted)
        rows = _waiting(moment, limit)
        if not rows:
            return 0
        frontier = Frontier.from_bytes(head.size, bytes(head.frontier))
        frontier.extend(_checked_hashes(rows))
        _place(rows, head.size)
        _sign(frontier, keys, origin, moment)
        moved = Head.objects.filter(pk=1, size=head.size, fence=lease.fence).update(
            size=frontier.size, root=frontier.root(), frontier=frontier.to_bytes(), leased_until=moment + LEASE
        )
        if moved != 1:
            raise LostLease("the head moved under this sequencer; nothing was signed")
    return len(rows)


def _waiting(moment: datetime, limit: int) -> list[tuple[int, bytes, bytes]]:
    """Id, bytes and hash of entries whose turn it is; those of one full hour in an order that says nothing."""
    due = Pending.objects.filter(Q(release_at=None) | Q(release_at__lte=moment))
    rows = due.order_by("entry_id").values_list("entry_id", "entry__data", "entry__hash", "release_at")[:limit]
    found = [(pk, bytes(data), bytes(stored), release) for pk, data, stored, release in rows]
    hourly = [row[:3] for row in found if row[3] is not None]
    if hourly:
        secrets.SystemRandom().shuffle(hourly)
    return [row[:3] for row in found if row[3] is None] + hourly


def _checked_hashes(rows: list[tuple[int, bytes, bytes]]) -> list[bytes]:
    hashes: list[bytes] = []
    for pk, data, stored in rows:
        computed = leaf_hash(bytes(data))
        if computed != bytes(stored):
            raise RecordError(
                f"entry {pk} was changed in the database before it was sequenced: its bytes do not fit its hash. "
                "Nothing was signed. Find out who changed it; restore the row from a backup."
            )
        hashes.append(computed)
    return hashes


def _place(rows: list[tuple[int, bytes, bytes]], size: int) -> None:
    ids = [row[0] for row in rows]
    insertion.insert_rows(Position, "index,entry_id", "int8,int8", [(size + place, pk) for place, pk in enumerate(ids)])
    if ids == list(range(ids[0], ids[0] + len(ids))):
        Pending.objects.filter(entry_id__gte=ids[0], entry_id__lte=ids[-1]).delete()
        return
    for start in range(0, len(ids), 500):
        Pending.objects.filter(entry_id__in=ids[start : start + 500]).delete()


def _sign(frontier: Frontier, keys: LogKeys, origin: str, moment: datetime) -> None:
    text = LedgerCheckpoint(origin, frontier.size, frontier.root()).text()
    note = notes.sign(text, keys.signers, int(moment.timestamp()))
    Checkpoint.objects.create(size=frontier.size, note=note.to_bytes(), signed_at=moment)


def halt(reason: str) -> None:
    """Stop the record: no act is entered and nothing is signed until an operator has looked."""
    Head.objects.filter(pk=1).update(halted=reason)


def entries_between(start: int, end: int) -> list[bytes]:
    """The bytes of the entries at positions [start, end), in order, read as one page."""
    rows = Entry.objects.filter(position__index__gte=start, position__index__lt=end)
    found = [bytes(data) for data in rows.order_by("position__index").values_list("data", flat=True)]
    if len(found) != end - start:
        raise RecordError(f"entries between {start} and {end} are missing in the database")
    return found
