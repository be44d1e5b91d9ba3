"""Sequencing, tiles, witnesses' answers, publishing, the guard, checks and rebuilding."""

from __future__ import annotations

import dataclasses
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests import nodes
from tests.nodes import TestNode

from aydyn.cases.models import ProcedureVersion
from aydyn.ledger import merkle, notes
from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.errors import LedgerError, TreeError
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.tiles import TileAddress, TreeReader
from aydyn.observer import http
from aydyn.record import actions, checking, guard, publishing, queries, rechecking, sequencing, witnessing
from aydyn.record.errors import LostLease, NoReceipt, RecordError
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


def add(count: int) -> list[Entry]:
    new = [
        actions.NewAct("case.closed", "office:tm.cec", {"number": f"CEC-2026-{n:06}"}, {"n": n}, "k3jq8w2mk3jq8w2m")
        for n in range(count)
    ]
    return actions.enter_many(new)


def published() -> LedgerCheckpoint:
    note = queries.store().read_checkpoint()
    assert note is not None
    return LedgerCheckpoint.parse(SignedNote.parse(note).text)


def test_what_is_published_is_the_tree_of_the_entries(node: TestNode) -> None:
    for step in (3, 1, 260, 600):
        add(step)
        size = node.sequence()
        frontier = merkle.Frontier()
        frontier.extend(bytes(h) for h in Entry.objects.order_by("position__index").values_list("hash", flat=True))
        assert published() == LedgerCheckpoint(nodes.ORIGIN, size, frontier.root())
        assert TreeReader(size, queries.store().read).root() == frontier.root()


def test_a_receipt_is_made_against_the_earliest_final_checkpoint_and_stays_so(node: TestNode) -> None:
    entry = add(1)[0]
    first = node.sequence()
    before = queries.receipt_for(entry).to_bytes()
    add(300)
    node.sequence()
    assert queries.receipt_for(entry).to_bytes() == before
    assert queries.status_of(entry.pk).size == first


def test_without_witnesses_a_receipt_is_pending_and_later_final(node: TestNode) -> None:
    entry = add(1)[0]
    with pytest.raises(NoReceipt):
        queries.receipt_for(entry)
    node.sequence(witnessed=False)
    status = queries.status_of(entry.pk)
    assert (status.state, status.witnessed) == (queries.ON_LOG, 0)
    queries.receipt_for(entry).verify(policies()[0], need_quorum=False)
    with pytest.raises(LedgerError):
        queries.receipt_for(entry).verify(policies()[0])
    node.cosign(Checkpoint.objects.latest("size"), ("one",))
    assert queries.status_of(entry.pk).state == queries.ON_LOG
    node.cosign(Checkpoint.objects.latest("size"), ("two",))
    assert queries.status_of(entry.pk).final
    node.publish()
    queries.receipt_for(entry).verify(policies()[1])


def test_nothing_is_published_before_a_quorum_or_two_seconds(node: TestNode) -> None:
    add(1)
    node.sequencer.cleared = True
    node.sequencer.step()
    node.publish(wait=2.0)
    assert queries.store().read_checkpoint() is None
    node.cosign(Checkpoint.objects.latest("size"))
    node.publish(wait=2.0)
    assert published().size == Head.objects.get(pk=1).size


def test_a_smaller_checkpoint_is_never_published_again(node: TestNode) -> None:
    add(1)
    node.sequence()
    small = queries.store().read_checkpoint()
    add(1)
    big = node.sequence()
    Checkpoint.objects.filter(size=big).update(final_at=None, signed_at="2999-01-01T00:00:00Z")
    node.publish(wait=2.0)
    assert published().size == big
    assert small != queries.store().read_checkpoint()


def test_cosignatures_that_are_forged_or_of_strangers_are_not_kept(node: TestNode) -> None:
    add(1)
    node.sequence(witnessed=False)
    checkpoint = Checkpoint.objects.latest("size")
    text = SignedNote.parse(bytes(checkpoint.note)).text
    stranger = notes.cosign(text, nodes.witness_keys("stranger")[0], int(time.time()))
    assert not publishing.add_cosignatures(checkpoint.size, [stranger], policies())
    key = nodes.witness_keys("one")[0].verifier
    with pytest.raises(LedgerError):
        publishing.add_cosignatures(checkpoint.size, [notes.Signature(key.name, key.id, bytes(72))], policies())
    assert not Cosignature.objects.exists()


def test_a_fresh_cosignature_of_the_same_size_is_published_but_receipts_keep_the_first(node: TestNode) -> None:
    entry = add(1)[0]
    node.sequence()
    before, receipt = queries.store().read_checkpoint(), queries.receipt_for(entry).to_bytes()
    checkpoint = Checkpoint.objects.latest("size")
    text = SignedNote.parse(bytes(checkpoint.note)).text
    later = notes.cosign(text, nodes.witness_keys("one")[0], int(time.time()) + 600)
    publishing.add_cosignatures(checkpoint.size, [later], policies())
    node.publish()
    assert queries.store().read_checkpoint() != before
    assert later.line() in (queries.store().read_checkpoint() or b"").decode()
    assert queries.receipt_for(entry).to_bytes() == receipt


def test_a_second_sequencer_waits_and_a_lost_lease_signs_nothing(node: TestNode) -> None:
    mine = sequencing.take_lease("one")
    assert mine is not None
    assert sequencing.take_lease("two") is None
    Head.objects.filter(pk=1).update(leased_until=None)
    theirs = sequencing.take_lease("two")
    assert theirs is not None
    add(1)
    with pytest.raises(LostLease):
        sequencing.sequence_batch(mine, node.sequencer.keys, nodes.ORIGIN)
    with pytest.raises(LostLease):
        sequencing.renew_lease(mine)
    assert sequencing.sequence_batch(theirs, node.sequencer.keys, nodes.ORIGIN) > 0


def test_an_entry_changed_before_it_was_sequenced_stops_everything(node: TestNode) -> None:
    entry = add(1)[0]
    Entry.objects.filter(pk=entry.pk).update(data=bytes(entry.data).replace(b"000000", b"000007"))
    with pytest.raises(RecordError, match="changed in the database"):
        node.sequence()
    assert not Position.objects.filter(entry=entry).exists()
    assert Pending.objects.filter(entry=entry).exists()


def test_tiles_are_written_again_and_never_over_other_bytes(node: TestNode) -> None:
    add(300)
    size = node.sequence()
    full = node.data / "tiles" / TileAddress(0, 0).path()
    kept = full.read_bytes()
    full.unlink()
    assert checking.rebuild_tiles(DirectoryStore(node.data / "tiles")) == size
    assert full.read_bytes() == kept
    full.write_bytes(bytes(len(kept)))
    with pytest.raises(RecordError):
        checking.rebuild_tiles(DirectoryStore(node.data / "tiles"))


def test_check_finds_each_kind_of_fault(node: TestNode) -> None:
    entries = add(300)
    node.sequence()
    keys = node.sequencer.keys.verifiers
    store = DirectoryStore(node.data / "tiles")

    def faults() -> list[str]:
        return list(checking.check(store, keys))[-1].faults

    assert faults() == []
    Entry.objects.filter(pk=entries[3].pk).update(data=bytes(entries[3].data).replace(b"000003", b"000009"))
    assert any("another root" in fault for fault in faults())
    assert any("differ" in fault for fault in faults())
    with pytest.raises(TreeError):
        rechecking.check_tile(store, 0, Head.objects.get(pk=1).tiled)


def test_check_and_recheck_find_a_changed_tile_of_an_upper_level(node: TestNode) -> None:
    add(300)
    size = node.sequence()
    store = DirectoryStore(node.data / "tiles")
    upper = node.data / "tiles" / TileAddress(1, 0, size // 256).path()
    upper.write_bytes(bytes(32) + upper.read_bytes()[32:])
    assert any("tile/1/000" in fault for fault in list(checking.check(store, node.sequencer.keys.verifiers))[-1].faults)
    with pytest.raises(TreeError):
        rechecking.Recheck(store, 3600).step()


def test_looks_of_a_day_on_which_the_node_was_stopped_are_sealed_at_the_next_start(node: TestNode) -> None:
    look = actions.note_look(subject="case:X", mandate="m" * 20, reason="case-page")
    Look.objects.filter(pk=look.pk).update(at=look.at - timedelta(days=1))
    node.sequence()
    assert LooksDay.objects.get().count == 1


def test_a_halted_record_says_why_once_and_not_twice_a_second(node: TestNode, caplog: pytest.LogCaptureFixture) -> None:
    sequencing.halt("somebody has to look")
    node.sequencer.cleared = True
    for _ in range(3):
        node.sequencer._safely()
    assert caplog.text.count("somebody has to look") == 1


def test_entries_are_rebuilt_from_tiles_without_their_contents(node: TestNode) -> None:
    add(300)
    size = node.sequence()
    root = published().root
    keys = node.sequencer.keys.verifiers
    ProcedureVersion.objects.all().delete()
    for model in (Cosignature, Checkpoint, Position, Pending, Content, ServedFile, Entry):
        model.objects.all().delete()
    Head.objects.all().delete()
    done = checking.rebuild_entries(DirectoryStore(node.data / "tiles"), keys)
    assert (done.entries, done.without_content) == (size, 300)
    assert bytes(Head.objects.get(pk=1).root) == root


# ---------------------------------------------------------------------------------------------- the guard


def note_of(size: int, root: bytes, keys: Any) -> SignedNote:
    return notes.sign(LedgerCheckpoint(nodes.ORIGIN, size, root).text(), keys, 0)


def look(node: TestNode, monkeypatch: pytest.MonkeyPatch, *held: SignedNote | Exception | None) -> guard.Verdict:
    answers = iter(held)

    def answer(*_: Any, **__: Any) -> SignedNote | None:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(witnessing, "last_checkpoint", answer)
    return guard.look(node.sequencer.config, node.sequencer.keys.verifiers, node.sequencer.store)


def test_the_guard_refuses_a_database_behind_what_the_log_has_signed(
    node: TestNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(2)
    size = node.sequence()
    ahead = note_of(size + 5, bytes(32), nodes.log_keys())
    assert "holds" in look(node, monkeypatch, None, ahead).refuse
    other = note_of(size, bytes(32), nodes.log_keys())
    assert "different contents" in look(node, monkeypatch, other, None).refuse
    older = note_of(size - 1, TreeReader(size - 1, queries.store().read).root(), nodes.log_keys())
    assert look(node, monkeypatch, older, older).refuse == ""


def test_an_unsigned_claim_counts_for_nothing(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> None:
    add(1)
    size = node.sequence()
    lie = note_of(size + 1000, bytes(32), nodes.log_keys("other.example")[:1])
    strange = SignedNote(LedgerCheckpoint(nodes.ORIGIN, size + 9, bytes(32)).text(), lie.signatures)
    assert look(node, monkeypatch, strange, None).refuse == ""


def test_the_node_signs_only_after_a_quorum_of_witnesses_has_answered(
    node: TestNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = http.HTTPError("nobody there")
    assert guard.may_sign(node.sequencer.config, look(node, monkeypatch, silent, silent)), "the first start is excepted"
    add(1)
    node.sequence()
    assert not guard.may_sign(node.sequencer.config, look(node, monkeypatch, silent, None))
    assert guard.may_sign(node.sequencer.config, look(node, monkeypatch, None, None))
    one = dataclasses.replace(node.sequencer.config, quorum=1)
    assert guard.may_sign(one, look(node, monkeypatch, silent, None))


def test_the_published_checkpoint_on_disk_guards_too(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> None:
    add(1)
    size = node.sequence()
    node.sequencer.store.write_checkpoint(note_of(size + 1, bytes(32), nodes.log_keys()).to_bytes())
    assert "published checkpoint" in look(node, monkeypatch, None, None).refuse
    node.sequencer.cleared = False
    with pytest.raises(RecordError):
        node.sequencer.step()


def test_a_store_reads_partial_tiles_from_wider_ones(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.write_all([(TileAddress(0, 0, 5), b"x" * 160)])
    assert store.read(TileAddress(0, 0, 3)) == b"x" * 160
    with pytest.raises(TreeError):
        store.read(TileAddress(0, 0, 6))
    with pytest.raises(TreeError):
        store.write_all([(TileAddress(0, 0, 5), b"y" * 160)])


def test_a_halt_is_taken_away_only_when_everything_fits(node: TestNode, capsys: pytest.CaptureFixture[str]) -> None:
    entry = add(3)[0]
    node.sequence()
    call_command("resume_record")
    assert "not halted" in capsys.readouterr().out
    sequencing.halt("somebody changed something")
    good = bytes(entry.data)
    Entry.objects.filter(pk=entry.pk).update(data=good.replace(b"000000", b"000009"))
    with pytest.raises(CommandError, match="still wrong"):
        call_command("resume_record")
    assert queries.health().halted
    Entry.objects.filter(pk=entry.pk).update(data=good)
    call_command("resume_record")
    assert not queries.health().halted
