"""Publishes what has been committed: entry bundles, tiles and the checkpoint, from the database only, idempotently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.errors import TreeError
from aydyn.ledger.merkle import HASH_BYTES
from aydyn.ledger.notes import Signature, SignedNote
from aydyn.ledger.policies import Policy
from aydyn.ledger.tiles import (
    WIDTH,
    TileAddress,
    TileBuilder,
    TreeReader,
    bundle_hashes,
    encode_bundle,
    split_bundle,
)
from aydyn.record.models import Checkpoint, Cosignature, Head
from aydyn.record.sequencing import entries_between
from aydyn.record.tilestore import TileStore

CHUNK = 64 * WIDTH


class TileWriter:
    """Writes the bundles and tiles of the signed tree; remembers its right edge, which only this process moves."""

    def __init__(self, store: TileStore) -> None:
        self.store = store
        self._edge: TileBuilder | None = None

    def write(self) -> int:
        """Write every bundle and tile that is not there yet; returns the size that is now complete.

        Each is read back and hashed before the next step; the tree's root must come out. Raises TreeError if not.
        """
        head = Head.objects.get(pk=1)
        if head.tiled == head.size:
            return head.size
        builder = self._take_edge(head.tiled)
        while builder.size < head.size:
            end = min(head.size, (builder.size // CHUNK + 1) * CHUNK)
            grown = builder.append(_write_bundles(self.store, builder, end))
            last = builder.size == head.size
            self.store.write_all([(address, data) for address, data in grown if last or address.width == WIDTH])
        if builder.root() != bytes(head.root):
            raise TreeError(f"the tiles of {head.size} entries do not have the root that was signed")
        Head.objects.filter(pk=1, tiled__lt=head.size).update(tiled=head.size)
        self._edge = builder
        return head.size

    def _take_edge(self, tiled: int) -> TileBuilder:
        """The edge that was kept, or the one that is stored; after an error it is read anew."""
        kept, self._edge = self._edge, None
        return kept if kept is not None and kept.size == tiled else _resume(self.store, tiled)


def _resume(store: TileStore, tiled: int) -> TileBuilder:
    """The right edge of the tree that is stored, checked against its own signed checkpoint."""
    builder = TileBuilder.resume(tiled, store.read)
    if tiled:
        signed = LedgerCheckpoint.parse(SignedNote.parse(bytes(Checkpoint.objects.get(size=tiled).note)).text)
        if builder.root() != signed.root:
            raise TreeError(f"the stored tiles of {tiled} entries do not have the root that was signed")
    return builder


def _write_bundles(store: TileStore, builder: TileBuilder, end: int) -> bytes:
    """Write the bundles from the tree's size to ``end``; returns the new leaf hashes, from what was read back.

    A bundle that only grows holds older entries too: they must still be those that were signed.
    """
    start = builder.size
    first = start - start % WIDTH
    entries = entries_between(first, end)
    addresses = [TileAddress(-1, at // WIDTH, min(WIDTH, end - at)) for at in range(first, end, WIDTH)]
    pages = (entries[at : at + WIDTH] for at in range(0, len(entries), WIDTH))
    store.write_all([(address, encode_bundle(page)) for address, page in zip(addresses, pages, strict=True)])
    hashes = b"".join([bundle_hashes(split_bundle(store.read(each), each.width)) for each in addresses])
    older = (start - first) * HASH_BYTES
    if older and hashes[:older] != builder.edges[0]:
        raise TreeError(f"an entry between {first} and {start} was changed after it was signed")
    return hashes[older:]


def make_reader(store: TileStore, size: int) -> TreeReader:
    """Reads proofs of the tree of ``size`` entries."""
    return TreeReader(size, store.read)


def assemble(checkpoint: Checkpoint, *, fresh: bool) -> SignedNote:
    """The log's signed checkpoint with the cosignatures under it: the first of each witness, or the freshest."""
    rows = Cosignature.objects.filter(checkpoint=checkpoint).order_by("pk")
    lines = rows.values_list("fresh_line" if fresh else "line", flat=True)
    return SignedNote.parse(bytes(checkpoint.note)).with_signatures(Signature.parse(line) for line in lines)


def add_cosignatures(size: int, lines: list[Signature], policies: tuple[Policy, ...]) -> bool:
    """Store what a witness answered for the checkpoint of ``size``; lines of unknown keys are dropped.

    A line that claims a known key and does not verify is dropped too. Returns whether anything was kept; sets
    ``final_at`` once the first policy's quorum is reached.
    """
    checkpoint = Checkpoint.objects.get(size=size)
    text = SignedNote.parse(bytes(checkpoint.note)).text
    known = {(w.key.name, w.key.id): w.key for policy in policies for w in policy.witnesses.values()}
    kept = False
    for line in lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        seconds = key.verify(text, line.signature)
        Cosignature.objects.update_or_create(
            checkpoint=checkpoint,
            witness=line.name,
            key_id=line.key_id,
            create_defaults={
                "line": line.line()[:-1],
                "fresh_line": line.line()[:-1],
                "at": datetime.fromtimestamp(seconds, UTC),
            },
            defaults={"fresh_line": line.line()[:-1]},
        )
        kept = True
    if kept and checkpoint.final_at is None and policies[0].is_met(_cosigned(checkpoint, policies[0])):
        Checkpoint.objects.filter(pk=checkpoint.pk).update(final_at=datetime.now(UTC))
    return kept


def _cosigned(checkpoint: Checkpoint, policy: Policy) -> list[str]:
    rows = set(Cosignature.objects.filter(checkpoint=checkpoint).values_list("witness", "key_id"))
    have = {(name, bytes(key)) for name, key in rows}
    return [name for name, witness in policy.witnesses.items() if (witness.key.name, witness.key.id) in have]


def publish_checkpoint(store: TileStore, tiled: int, *, without_quorum_after: float) -> Checkpoint | None:
    """Publish the newest checkpoint whose tiles are complete and that is final, or has waited long enough.

    Never a smaller one than before; the same size again when more cosignatures have come. Returns it if its file
    changed.
    """
    old_enough = datetime.now(UTC) - timedelta(seconds=without_quorum_after)
    ready = Checkpoint.objects.filter(size__lte=tiled).order_by("-size")
    final = ready.filter(final_at__isnull=False).first()
    waited = ready.filter(signed_at__lte=old_enough).first()
    chosen = max((one for one in (final, waited) if one), key=lambda one: one.size, default=None)
    if chosen is None:
        return None
    note = assemble(chosen, fresh=True).to_bytes()
    current = store.read_checkpoint()
    if current is not None:
        size = LedgerCheckpoint.parse(SignedNote.parse(current).text).size
        if size > chosen.size or current == note:
            return None
    store.write_checkpoint(note)
    Checkpoint.objects.filter(pk=chosen.pk, published_at=None).update(published_at=datetime.now(UTC))
    return chosen
