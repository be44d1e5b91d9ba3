"""The background re-check: reads and hashes the whole published log piece by piece, for ever, and raises an alarm.

It catches what hardware does to stored bytes, and clumsy tampering. It proves nothing about history: a log rewritten
and signed again with its own key passes. Only saved checkpoints catch that (docs/trust.md).
"""

from __future__ import annotations

import time

from aydyn.ledger.errors import TreeError
from aydyn.ledger.merkle import HASH_BYTES, subtree_root
from aydyn.ledger.tiles import HEIGHT, WIDTH, TileAddress, bundle_hashes, split_bundle
from aydyn.record.models import Head
from aydyn.record.sequencing import entries_between
from aydyn.record.tilestore import TileStore

TILES_A_STEP = 8


class Recheck:
    """Goes over the tiles a few at a time; where it is stands in the head row, so that a restart goes on there."""

    def __init__(self, store: TileStore, interval: int) -> None:
        self.store = store
        self.interval = interval
        self.rested_until = 0.0

    def step(self) -> None:
        """Check the next few tiles. Raises TreeError at the first byte that does not fit."""
        if not self.interval or time.monotonic() < self.rested_until:
            return
        head = Head.objects.get(pk=1)
        number = head.rechecked
        last = -(-head.tiled // WIDTH)
        for place in range(number, min(number + TILES_A_STEP, last)):
            check_tile(self.store, place, head.tiled)
        number += TILES_A_STEP
        if number >= last:
            number, self.rested_until = 0, time.monotonic() + self.interval
        Head.objects.filter(pk=1).update(rechecked=number)


def check_tile(store: TileStore, number: int, size: int) -> None:
    """Compare one bundle, its tile, those above it and the database. Raises TreeError naming what does not fit."""
    width = min(WIDTH, size - number * WIDTH)
    bundle, tile = TileAddress(-1, number, width), TileAddress(0, number, width)
    entries = split_bundle(store.read(bundle), width)
    if bundle_hashes(entries) != store.read(tile)[: width * HASH_BYTES]:
        raise TreeError(f"{bundle.path()} and {tile.path()} do not belong together: a stored file was changed")
    if entries != entries_between(number * WIDTH, number * WIDTH + width):
        raise TreeError(f"{bundle.path()} and the database differ: one of them was changed")
    _check_above(store, number, size)


def _check_above(store: TileStore, number: int, size: int) -> None:
    """The root of a full tile stands in the tile above it, and so on upwards wherever that one is full too."""
    level = 0
    while number < (size >> (HEIGHT * (level + 1))):
        above, place = divmod(number, WIDTH)
        width = min(WIDTH, (size >> (HEIGHT * (level + 1))) - above * WIDTH)
        below, address = TileAddress(level, number), TileAddress(level + 1, above, width)
        root = subtree_root(store.read(below))
        if store.read(address)[place * HASH_BYTES : (place + 1) * HASH_BYTES] != root:
            raise TreeError(f"{address.path()} does not hold the root of {below.path()}: a stored file was changed")
        if place != WIDTH - 1:
            return
        level, number = level + 1, above
