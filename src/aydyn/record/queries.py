"""Every read of the record that other rooms, views and commands may ask for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aydyn.ledger import canonical
from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.entries import NODE, Opening, commit_part, stamp
from aydyn.ledger.entries import Entry as LedgerEntry
from aydyn.ledger.errors import LedgerError
from aydyn.ledger.merkle import leaf_hash
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.receipts import Receipt
from aydyn.record import publishing
from aydyn.record.errors import NoReceipt
from aydyn.record.keys import policies
from aydyn.record.models import (
    Checkpoint,
    Content,
    Cosignature,
    Entry,
    Head,
    Look,
    LooksDay,
    Pending,
    Position,
    ServedFile,
)
from aydyn.record.tilestore import DirectoryStore

PENDING, ON_LOG, FINAL = "pending", "on-log", "final"


@dataclass(frozen=True)
class Seal:
    """A witness and, if it has cosigned, when."""

    name: str
    at: datetime | None


@dataclass(frozen=True)
class Status:
    """How far an entry has come: ``state`` is pending (no position shown yet), on-log (published), final (witnessed)."""

    state: str
    leaf: str
    position: int | None
    size: int | None
    at: datetime | None
    seals: tuple[Seal, ...]

    @property
    def final(self) -> bool:
        """Whether the policy's quorum of witnesses has cosigned."""
        return self.state == FINAL

    @property
    def witnessed(self) -> int:
        """How many witnesses have cosigned."""
        return sum(1 for seal in self.seals if seal.at)


@cache
def store() -> DirectoryStore:
    """The published tiles of this node."""
    return DirectoryStore(settings.AYDYN.tiles)


def best_checkpoint(index: int) -> Checkpoint | None:
    """The checkpoint that a receipt for position ``index`` is made against: the earliest final one, else the newest published."""
    final = Checkpoint.objects.filter(size__gt=index, final_at__isnull=False).order_by("size").first()
    if final is not None:
        return final
    return Checkpoint.objects.filter(size__gt=index, published_at__isnull=False).order_by("-size").first()


def status_of(entry_id: int) -> Status:
    """How far an entry has come. Raises NoReceipt if there is no such entry."""
    return statuses([entry_id])[entry_id]


def statuses(entry_ids: Collection[int]) -> dict[int, Status]:
    """How far each entry has come, in a number of queries that does not grow with their number."""
    leaves = {pk: bytes(value).hex() for pk, value in Entry.objects.filter(pk__in=entry_ids).values_list("pk", "hash")}
    if missing := set(entry_ids) - set(leaves):
        raise NoReceipt(f"entry {min(missing)} does not exist")
    covering = Checkpoint.objects.filter(size__gt=OuterRef("index"))
    final = covering.filter(final_at__isnull=False).order_by("size").values("pk")[:1]
    shown = covering.filter(published_at__isnull=False).order_by("-size").values("pk")[:1]
    rows = Position.objects.filter(entry_id__in=entry_ids).annotate(best=Coalesce(Subquery(final), Subquery(shown)))
    places = {pk: (index, best) for pk, index, best in rows.values_list("entry_id", "index", "best")}
    checkpoints = Checkpoint.objects.in_bulk({best for _, best in places.values() if best})
    names = [witness.name for witness in settings.AYDYN.witnesses]
    seals = _seals(checkpoints.values(), names)
    nowhere = (None, None)
    return {
        pk: _status(leaves[pk], places.get(pk, nowhere)[0], checkpoints.get(places.get(pk, nowhere)[1]), seals, names)
        for pk in entry_ids
    }


def _seals(checkpoints: Collection[Checkpoint], names: list[str]) -> dict[int, dict[str, datetime]]:
    policy = policies()[0]
    by_key = {(w.key.name, w.key.id): name for name, w in policy.witnesses.items() if name in names}
    found: dict[int, dict[str, datetime]] = {}
    rows = Cosignature.objects.filter(checkpoint__in=[one.pk for one in checkpoints])
    for row in rows:
        if name := by_key.get((row.witness, bytes(row.key_id))):
            found.setdefault(row.checkpoint_id, {})[name] = row.at
    return found


def _status(
    leaf: str,
    index: int | None,
    chosen: Checkpoint | None,
    seals: Mapping[int, Mapping[str, datetime]],
    names: list[str],
) -> Status:
    if index is None or chosen is None:
        return Status(PENDING, leaf, None, None, None, tuple(Seal(name, None) for name in names))
    given = seals.get(chosen.pk, {})
    state = FINAL if chosen.final_at or not names else ON_LOG
    return Status(
        state, leaf, index, chosen.size, chosen.signed_at, tuple(Seal(name, given.get(name)) for name in names)
    )


def content_of(entry: Entry) -> dict[str, Opening] | None:
    """The parts behind an entry with their salts; None if it has none, or they were erased."""
    row = Content.objects.filter(pk=entry.pk).first()
    if row is None:
        return None
    value = canonical.decode(bytes(row.data), "content")
    return {name: Opening(bytes.fromhex(part["salt"]), part["value"]) for name, part in value.items()}


def contents_of(entry_ids: Collection[int]) -> dict[int, dict[str, Opening]]:
    """The parts behind several entries (see :func:`content_of`); entries without content are left out."""
    found: dict[int, dict[str, Opening]] = {}
    for pk, data in Content.objects.filter(pk__in=entry_ids).values_list("pk", "data"):
        value = canonical.decode(bytes(data), "content")
        found[pk] = {name: Opening(bytes.fromhex(part["salt"]), part["value"]) for name, part in value.items()}
    return found


def values_of(entry: Entry) -> dict[str, Any]:
    """The values of an entry's parts, without salts; empty if they were erased."""
    return {name: part.value for name, part in (content_of(entry) or {}).items()}


def receipt_for(entry: Entry, *, opened: Collection[str] | None = None, hidden: Collection[str] = ()) -> Receipt:
    """Make an entry's receipt, opening the parts named in ``opened`` (None: all) but those in ``hidden``.

    It is checked before it leaves. Raises NoReceipt while the entry is on no published checkpoint.
    """
    index = Position.objects.filter(entry=entry).values_list("index", flat=True).first()
    checkpoint = best_checkpoint(index) if index is not None else None
    if index is None or checkpoint is None:
        raise NoReceipt("this act is not on a published checkpoint yet")
    content = content_of(entry) or {}
    show = {name for name in content if (opened is None or name in opened) and name not in hidden}
    try:
        receipt = Receipt.make(
            entry_data=bytes(entry.data),
            parts=commitments(content),
            opened={name: content[name] for name in show},
            index=index,
            path=tuple(publishing.make_reader(store(), checkpoint.size).inclusion(index)),
            checkpoint=publishing.assemble(checkpoint, fresh=False),
        )
        receipt.check_content()
        receipt.proof.verify(receipt.leaf, policies()[0], need_quorum=False)
    except LedgerError as error:
        raise NoReceipt(f"the record of this act does not fit together ({error}); the operator has to look") from error
    return receipt


def parsed(entry: Entry) -> LedgerEntry:
    """The entry as the ledger defines it."""
    return LedgerEntry.parse(bytes(entry.data))


def entry_at(index: int) -> Entry | None:
    """The entry at a published position."""
    if index >= published_size():
        return None
    return Entry.objects.filter(position__index=index).first()


def published_size() -> int:
    """How many entries the published checkpoint covers."""
    note = store().read_checkpoint()
    return LedgerCheckpoint.parse(SignedNote.parse(note).text).size if note else 0


def latest_entries(count: int) -> list[tuple[int, Entry]]:
    """The newest published entries with their positions, newest first."""
    size = published_size()
    rows = Position.objects.filter(index__gte=size - count, index__lt=size).select_related("entry").order_by("-index")
    return [(row.index, row.entry) for row in rows]


def served_file(digest: str) -> ServedFile | None:
    """A file that was loaded, by its digest (``sha256:…``)."""
    return ServedFile.objects.filter(digest=digest).first()


@dataclass(frozen=True)
class Health:
    """How the record is doing, for operators and ``/healthz``."""

    entries: int
    waiting: int
    tiled: int
    published: int
    newest_checkpoint: datetime | None
    newest_final: datetime | None
    halted: str


def health() -> Health:
    """The state of the record now."""
    head = Head.objects.filter(pk=1).first()
    newest = Checkpoint.objects.order_by("-size").first()
    final = Checkpoint.objects.filter(final_at__isnull=False).order_by("-size").first()
    return Health(
        entries=head.size if head else 0,
        waiting=Pending.objects.count(),
        tiled=head.tiled if head else 0,
        published=published_size(),
        newest_checkpoint=newest.signed_at if newest else None,
        newest_final=final.final_at if final else None,
        halted=head.halted if head else "",
    )


def positions_of(entry_ids: Collection[int]) -> dict[int, int]:
    """Entry id → published position; entries that are not published yet are left out."""
    size = published_size()
    rows = Position.objects.filter(entry_id__in=entry_ids, index__lt=size)
    return dict(rows.values_list("entry_id", "index"))


def commitments(parts: Mapping[str, Opening]) -> dict[str, str]:
    """Part → commitment, as receipts and the API show them beside the salts."""
    return {name: commit_part(part.salt, part.value) for name, part in parts.items()}


def look_leaves_of(day: str) -> list[str] | None:
    """Leaf hashes, in hexadecimal, of the looks that a day's commitment holds; None if there is none of that day."""
    try:
        found = LooksDay.objects.filter(day=date.fromisoformat(day)).first()
    except ValueError:
        return None
    if found is None:
        return None
    return [look_hash(look) for look in found.looks.order_by("at", "pk")]


def look_leaf(look: Look) -> bytes:
    """What the day's tree holds of a look: canonical JSON with its salt."""
    return canonical.encode(
        {
            "at": stamp(look.at, NODE),
            "mandate": look.mandate,
            "reason": look.reason,
            "salt": bytes(look.salt).hex(),
            "subject": look.subject,
        }
    )


def look_hash(look: Look) -> str:
    """The leaf hash of a look in its day's tree, in hexadecimal."""
    return leaf_hash(look_leaf(look)).hex()


def looks_of(subject: str, most: int = 500) -> list[Look]:
    """Looks of staff at what concerns a subject such as ``case:CEC-2026-000123``, the newest first."""
    return list(Look.objects.filter(subject=subject).select_related("day").order_by("-at", "-pk")[:most])


def held_back() -> QuerySet[Pending]:
    """Entries that wait to be sequenced with others on the hour; few, so that others start from them."""
    return Pending.objects.filter(release_at__isnull=False)
