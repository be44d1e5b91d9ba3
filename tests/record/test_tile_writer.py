"""The writer of tiles: what it keeps in memory changes nothing, and an older entry that was changed stops it."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.nodes import TestNode

from aydyn.ledger.errors import TreeError
from aydyn.record import actions, publishing
from aydyn.record.models import Entry, Head


def enter(count: int) -> list[Entry]:
    public = {"kind": "code", "code": "example", "file": "sha256:" + "0" * 64}
    with transaction.atomic():
        return actions.enter_many([actions.NewAct("file.loaded", "node", public, {"place": at}) for at in range(count)])


def files(node: TestNode) -> dict[str, bytes]:
    tiles = node.data / "tiles"
    return {str(path.relative_to(tiles)): path.read_bytes() for path in tiles.rglob("*") if path.is_file()}


def test_tiles_written_step_by_step_are_those_written_at_once(node: TestNode) -> None:
    for count in (3, 1, 250, 5, 260):
        enter(count)
        node.sequence()
    stepwise = files(node)
    Head.objects.update(tiled=0)
    publishing.TileWriter(node.sequencer.store).write()
    assert files(node) == stepwise


def test_an_older_entry_that_was_changed_is_not_published_again(node: TestNode) -> None:
    first = enter(3)[0]
    node.sequence()
    Entry.objects.filter(pk=first.pk).update(data=bytes(first.data).replace(b"example", b"forgery"))
    enter(1)
    with pytest.raises(TreeError, match="was changed after it was signed"):
        node.sequence()
