"""Changing the log's keys: announced by the old ones, used after a start, and nothing that was proved is lost."""

from __future__ import annotations

import pytest
from tests.nodes import TestNode

from aydyn.kernel.errors import ConfigurationError
from aydyn.ledger.errors import LedgerError
from aydyn.ledger.notes import SignedNote
from aydyn.record import actions, checking, guard, keys, queries, rotation, sequencing, service
from aydyn.record.models import Entry


def act(number: int) -> Entry:
    return actions.enter(
        "case.closed", by="office:tm.cec", mandate="k3jq8w2mk3jq8w2m", public={"number": f"CEC-2026-{number:06}"}
    )


def start_anew(node: TestNode) -> bool:
    """What `aydyn up` does with announced keys before anything else."""
    sequencing.release_lease(node.sequencer.lease)
    changed = rotation.take_effect(node.sequencer.config)
    node.sequencer = service.Sequencer(node.sequencer.config, holder="test")
    node.sequencer.threads = []
    return changed


def test_keys_change_in_public_and_everything_stays_proved(node: TestNode) -> None:
    before = act(1)
    node.sequence()
    old_policies, old_receipt = keys.policies(), queries.receipt_for(before)
    announced = rotation.announce(node.sequencer.config)
    assert not start_anew(node), "the announcement is not published yet"
    node.sequence()
    assert start_anew(node)
    assert node.sequencer.keys.verifiers == announced
    after = act(2)
    node.sequence()
    for new, old in zip(keys.policies(), old_policies, strict=True):
        old_receipt.verify(new)
        queries.receipt_for(before).verify(new)
        queries.receipt_for(after).verify(new)
        with pytest.raises(LedgerError):
            queries.receipt_for(after).verify(old)
    said = [queries.parsed(entry).public["key"] for entry in Entry.objects.filter(act="key.changed").order_by("pk")]
    assert said == [keys.vkey_digest(key) for key in announced]
    published = queries.store().read_checkpoint()
    assert published is not None
    SignedNote.parse(published).verify(announced)
    trusted = keys.trusted_log_keys(node.sequencer.config.keys)
    assert list(checking.check(queries.store(), trusted))[-1].faults == []
    assert guard.look(node.sequencer.config, trusted, node.sequencer.store).refuse == ""


def test_a_second_change_waits_for_the_first_and_old_private_keys_are_gone(node: TestNode) -> None:
    act(1)
    node.sequence()
    folder = node.sequencer.config.keys
    old = (folder / "log-ed25519.key").read_text("utf-8")
    rotation.announce(node.sequencer.config)
    with pytest.raises(ConfigurationError, match="announced already"):
        rotation.announce(node.sequencer.config)
    node.sequence()
    assert start_anew(node)
    assert not any(old == file.read_text("utf-8") for file in folder.rglob("*.key"))
    assert len(list((folder / "retired").glob("*.vkey"))) == 2


def test_no_keys_are_swapped_while_a_sequencer_works(node: TestNode) -> None:
    act(1)
    node.sequence()
    rotation.announce(node.sequencer.config)
    node.sequence()
    assert not rotation.take_effect(node.sequencer.config)
