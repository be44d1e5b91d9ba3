"""What a malicious operator tries, and who catches it: a receipt holder, a witness, or a monitor. docs/trust.md tells the
same table in words."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests import nodes
from tests.attacks.conftest import Scene
from tests.attacks.operators import Ledger, Watcher
from tests.cases.test_one_request import file

from aydyn.audit import receipts
from aydyn.audit.verdicts import State
from aydyn.cases import queries
from aydyn.cases.models import Case, CaseEvent, Result
from aydyn.kernel import clock
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.receipts import Receipt
from aydyn.ledger.tiles import TileAddress, TreeReader
from aydyn.ledger.wire import to_base64
from aydyn.observer.reading import DirectoryReader
from aydyn.observer.witness import protocol
from aydyn.record import actions as record_actions
from aydyn.record import guard
from aydyn.record import queries as record
from aydyn.record.errors import RecordError
from aydyn.record.models import Content, Entry, Head, Position, ServedFile


def witness_judges(old: Ledger, new: Ledger) -> int:
    """The status with which a witness that cosigned ``old`` answers when ``new`` is submitted with the best proof there is."""
    before, after = old.checkpoint(), new.checkpoint()
    reader = TreeReader(after.size, lambda address: (new.folder / address.path()).read_bytes())
    path = reader.consistency(before.size) if before.size <= after.size else []
    note = (new.folder / "checkpoint").read_bytes()
    body = f"old {before.size}\n{''.join(to_base64(value) + chr(10) for value in path)}\n".encode() + note
    seen = protocol.Seen(before.size, before.root, (old.folder / "checkpoint").read_bytes())
    try:
        submission = protocol.parse(body)
        protocol.authenticate(submission, {nodes.ORIGIN: [key.verifier for key in nodes.log_keys()]})
        protocol.advance(submission, seen)
    except protocol.Refused as refused:
        return refused.status
    return 200


# ---------------------------------------------------------------------------------------------- history rewritten


def changed(entries: list[bytes], index: int) -> list[bytes]:
    other = json.loads(entries[index])
    other["public"]["due"] = "2099-12-31"
    return [*entries[:index], json.dumps(other, sort_keys=True, separators=(",", ":")).encode(), *entries[index + 1 :]]


def dropped(entries: list[bytes], index: int) -> list[bytes]:
    return entries[:index] + entries[index + 1 :]


def swapped(entries: list[bytes], index: int) -> list[bytes]:
    return [*entries[: index - 1], entries[index], entries[index - 1], *entries[index + 1 :]]


@pytest.mark.parametrize("rewrite", [changed, dropped, swapped])
@pytest.mark.parametrize("grown", [0, 3])
def test_a_rewritten_history_is_caught_by_witness_monitor_and_receipt(
    scene: Scene, tmp_path: Path, rewrite: object, grown: int
) -> None:
    """Change a stored entry, drop one, or reorder two, with new tiles and the log's own signature."""
    entries = scene.ledger.entries()
    forged = Ledger(tmp_path / "forged").write(rewrite(entries, scene.index) + entries[-1:] * grown)  # type: ignore[operator]
    assert witness_judges(scene.ledger, forged) in (400, 409, 422)
    scene.watcher.catches("fork", "rollback", "tree", "entry-changed", read=DirectoryReader(forged.folder))
    # The holder's receipt stays good, and the forged log does not hold what it proves: two signed, contradicting statements.
    assert scene.judge(scene.receipt) is State.VERIFIED
    leaf = Receipt.parse(scene.receipt).entry_data
    assert len(forged.entries()) <= scene.index or forged.entries()[scene.index] != leaf


def test_an_entry_changed_in_the_database_alone_is_never_given_a_receipt_and_the_recheck_finds_it(scene: Scene) -> None:
    event = queries.events_of(scene.case)[0]
    data = bytes(event.entry.data)
    Entry.objects.filter(pk=event.entry_id).update(data=data.replace(b'"version":2', b'"version":3'))
    with pytest.raises(record.NoReceipt):
        record.receipt_for(Entry.objects.get(pk=event.entry_id))
    scene.node.sequencer.recheck.interval = 1
    with pytest.raises(Exception, match="differ"):
        scene.node.sequencer.recheck.step()
    scene.watcher.catches("event-differs", "event-missing", "event-invented")


def test_the_log_rolled_back_is_caught_by_witness_and_monitor(scene: Scene, tmp_path: Path) -> None:
    short = Ledger(tmp_path / "short").write(scene.ledger.entries()[:-2], cosigned=nodes.WITNESSES)
    assert witness_judges(scene.ledger, short) in (400, 409)
    scene.watcher.catches("rollback", read=DirectoryReader(short.folder))


def test_an_old_backup_is_not_signed_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's own guard: published checkpoint and witnesses both hold more than the restored database."""
    last = Head.objects.get(pk=1).size
    Position.objects.filter(index__gte=last - 2).delete()
    Head.objects.filter(pk=1).update(size=last - 2, tiled=last - 2)
    scene.node.sequencer.cleared = False
    with pytest.raises(RecordError, match="has signed"):
        scene.node.sequencer.step()
    scene.node.sequencer.store.root.joinpath("checkpoint").unlink()
    monkeypatch.setattr(guard.witnessing, "last_checkpoint", lambda *_: scene_note(scene))
    with pytest.raises(RecordError, match="has signed"):
        scene.node.sequencer.step()


def scene_note(scene: Scene) -> SignedNote:
    return Receipt.parse(scene.receipt).proof.checkpoint


# ---------------------------------------------------------------------------------------------- two histories


def test_two_logs_for_two_people_cannot_both_be_witnessed_and_contradict_each_other(
    scene: Scene, tmp_path: Path
) -> None:
    entries = scene.ledger.entries()
    one = Ledger(tmp_path / "one").write([*entries, entries[0]])
    two = Ledger(tmp_path / "two").write([*entries, entries[1]])
    assert witness_judges(scene.ledger, one) == 200
    assert witness_judges(one, two) == 422
    scene.watcher.look(DirectoryReader(one.folder))
    scene.watcher.catches("fork", read=DirectoryReader(two.folder))
    # Who is shown the unwitnessed one holds receipts that no policy accepts as final.
    reader = TreeReader(len(entries) + 1, lambda address: (two.folder / address.path()).read_bytes())
    fork = Receipt.make(
        entry_data=entries[1], parts={}, opened={}, index=len(entries), path=tuple(reader.inclusion(len(entries))),
        checkpoint=SignedNote.parse((two.folder / "checkpoint").read_bytes()),
    )  # fmt: skip
    assert scene.judge(fork.to_bytes()) is State.UNCHECKED


def test_another_key_is_not_this_log(scene: Scene, tmp_path: Path) -> None:
    stolen_name = [
        SigningKey(nodes.ORIGIN, kind, b"\x66" * 32) for kind in (SignatureType.ED25519, SignatureType.ML_DSA_44)
    ]
    other = Ledger(tmp_path / "other").write(scene.ledger.entries(), keys=stolen_name)
    scene.watcher.catches("signature", read=DirectoryReader(other.folder))
    proof = Receipt.parse(scene.receipt)
    resigned = SignedNote.parse((other.folder / "checkpoint").read_bytes())
    swapped_key = Receipt.make(
        entry_data=proof.entry_data,
        parts=proof.parts,
        opened=proof.opened,
        index=proof.proof.index,
        path=proof.proof.path,
        checkpoint=resigned,
    )
    assert scene.judge(swapped_key.to_bytes()) is not State.VERIFIED
    assert witness_judges(scene.ledger, other) == 403


def test_a_forged_cosignature_is_refused(scene: Scene) -> None:
    lines = scene.receipt.decode().split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("— one.example"))
    name, encoded = lines[place].rsplit(" ", 1)
    forged = "\n".join([*lines[:place], f"{name} {encoded[:40]}{'A' * 8}{encoded[48:]}", *lines[place + 1 :]]).encode()
    assert scene.judge(forged) is State.REFUTED


def test_a_stale_checkpoint_is_told_by_its_cosignatures(scene: Scene, tmp_path: Path) -> None:
    later = Watcher(scene.watcher.monitor)
    later.monitor.clock = lambda: time.time() + 2 * 3600
    later.catches("stale")


# ---------------------------------------------------------------------------------------------- tiles and receipts


@pytest.mark.parametrize("level", [0, -1])
def test_an_altered_tile_or_bundle_is_found(scene: Scene, level: int) -> None:
    size = scene.ledger.checkpoint().size
    path = scene.ledger.folder / TileAddress(level, 0, size).path()
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(bytes(data))
    scene.watcher.catches("tile", "entry-changed", "tree", recheck=True)


def test_an_old_partial_tile_is_still_compared(scene: Scene) -> None:
    old = scene.ledger.checkpoint().size
    record_actions.load_file(kind="calendar", code="tm.next", data=b"another", media_type="text/plain")
    scene.node.sequence()
    assert scene.watcher.look().evidence == []
    path = scene.ledger.folder / TileAddress(0, 0, old).path()
    path.write_bytes(bytes(len(path.read_bytes())))
    scene.watcher.catches("tile", recheck=True)


def test_a_receipt_with_any_byte_altered_is_refused_or_states_the_same(scene: Scene) -> None:
    before = receipts.examine(scene.receipt, scene.policies)
    stated = {k: v for k, v in (before.to_value().get("facts") or {}).items() if k not in ("seals", "witnesses")}
    # Every byte of what is stated; of the two long ML-DSA signatures every 37th, since each costs a verification.
    dense = scene.receipt.index(b"\n\n") + 200
    places = [*range(dense), *range(dense, len(scene.receipt), 37)]
    for place in places:
        altered = scene.receipt[:place] + bytes([scene.receipt[place] ^ (1 << place % 7)]) + scene.receipt[place + 1 :]
        verdict = receipts.examine(altered, scene.policies)
        if verdict.state is State.VERIFIED:
            facts = {
                k: v for k, v in (verdict.to_value().get("facts") or {}).items() if k not in ("seals", "witnesses")
            }
            assert facts == stated, place


# ---------------------------------------------------------------------------------------------- the site says something else


def test_a_published_text_changed_later_is_caught_by_a_monitor(scene: Scene) -> None:
    event = CaseEvent.objects.get(case=scene.case, act="case.published")
    row = Content.objects.get(entry=event.entry)
    Content.objects.filter(pk=row.pk).update(data=bytes(row.data).replace(b"549 stations", b"999 stations"))
    assert b"999 stations" in Client().get(f"/en/cases/{scene.case.number}/").content
    scene.watcher.catches("text-differs")


def test_an_event_deleted_from_the_page_is_missed(scene: Scene) -> None:
    Result.objects.filter(case=scene.case).delete()
    CaseEvent.objects.filter(case=scene.case, act="case.answered").delete()
    scene.watcher.catches("event-missing")


def test_a_case_deleted_from_the_site_is_missed(scene: Scene) -> None:
    Case.objects.filter(pk=scene.case.pk).update(held=True)
    scene.watcher.catches("case-gone", "event-missing")


def test_an_event_that_is_not_on_the_record_is_caught(scene: Scene) -> None:
    last = CaseEvent.objects.filter(case=scene.case).latest("seq")
    other = Entry.objects.get(position__index=0)
    CaseEvent.objects.create(
        case=scene.case, seq=last.seq + 1, step="close", act="case.closed", role="officer", at=last.at, day=last.day, mandate=last.mandate, entry=other
    )  # fmt: skip
    scene.watcher.catches("event-invented")


# ---------------------------------------------------------------------------------------------- rules broken in new entries


def test_a_backdated_act_is_caught_by_monitor_and_receipt(scene: Scene) -> None:
    """The clock turned back: the act claims to have been done three days ago."""
    with clock.simulate(datetime.now(UTC) - timedelta(days=3)):
        mandate = CaseEvent.objects.filter(case=scene.case, act="case.answered").get().mandate
        assert mandate is not None
        late = record_actions.enter(
            "case.closed", by=mandate.by, mandate=mandate.public_id, public={"number": scene.case.number}
        )
    scene.node.sequence()
    scene.watcher.catches("time-backwards")
    verdict = receipts.examine(record.receipt_for(late).to_bytes(), scene.policies)
    assert verdict.facts is not None
    assert (verdict.facts.late_by or 0) > 2 * 86_400


def test_an_answer_under_a_mandate_granted_later_is_caught(scene: Scene) -> None:
    from aydyn.kernel.ids import public_id

    late = public_id()
    record_actions.enter("case.closed", by="office:tm.cec", mandate=late, public={"number": scene.case.number})
    record_actions.enter("mandate.granted", by="node", public={"granted": late, "office": "tm.cec", "role": "officer"})
    scene.node.sequence()
    scene.watcher.catches("mandate-unknown")


def test_an_act_after_its_mandate_ended_is_caught(scene: Scene) -> None:
    granted = [e for e in scene.ledger.entries() if b'"mandate.granted"' in e]
    mandate = json.loads(granted[1])["public"]["granted"]
    head = json.loads(granted[0])["public"]["granted"]
    record_actions.enter(
        "mandate.ended", by="office:tm.cec", mandate=head, public={"ended": mandate, "office": "tm.cec"}
    )
    with clock.simulate(datetime.now(UTC) + timedelta(seconds=30)):
        record_actions.enter("case.closed", by="office:tm.cec", mandate=mandate, public={"number": scene.case.number})
    scene.node.sequence()
    scene.watcher.catches("mandate-ended")


def test_a_procedure_changed_under_a_case_is_caught(scene: Scene) -> None:
    served = ServedFile.objects.get(kind="procedure", code="information-request")
    shorter = bytes(served.data).replace(b"20 working days", b"90 working days")
    ServedFile.objects.filter(pk=served.pk).update(data=shorter)
    scene.watcher.catches("file-differs", recheck=True)


def test_a_number_left_out_is_caught(scene: Scene) -> None:
    serial = int(scene.case.number.rsplit("-", 1)[1])
    skipped = scene.case.number.replace(f"{serial:06}", f"{serial + 2:06}")
    entry = record.parsed(queries.events_of(scene.case)[0].entry)
    record_actions.enter("case.filed", by="person", public={**entry.public, "number": skipped}, parts={"question": "?"})
    with clock.simulate(datetime.now(UTC) + timedelta(hours=3)):  # hourly procedures may close a gap until then
        record_actions.load_file(kind="calendar", code="tm.next", data=b"another", media_type="text/plain")
    scene.node.sequence()
    scene.watcher.catches("number-gap")


def test_a_day_said_to_have_passed_before_it_did_is_caught(scene: Scene) -> None:
    case = file().case
    record_actions.enter("case.overdue", by="node", public={"number": case.number, "due": case.last_due.isoformat()})
    scene.node.sequence()
    scene.watcher.catches("deadline-false")


def test_a_day_that_passed_in_silence_is_told(scene: Scene) -> None:
    """The clock stopped by a switched-off worker: no act says that the office missed its day."""
    due = file().case.last_due
    later = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=5)
    with clock.simulate(later):
        record_actions.load_file(kind="calendar", code="tm.next", data=b"another", media_type="text/plain")
    scene.node.sequence()
    assert "deadline-silent" in {notice.code for notice in scene.watcher.look().notices}
