"""A witness is down, slow, talks rubbish or lies: acts go on, nothing false is believed, and it is caught up later."""

from __future__ import annotations

import time

import pytest
from tests.faults.stand import Stand, Template
from tests.faults.witnesses import MODES


@pytest.fixture
def only_sqlite(template: Template) -> None:
    """What a witness says does not depend on the database: once is enough."""
    if template.server:
        pytest.skip("the same on both databases")


@pytest.mark.usefixtures("only_sqlite")
def test_a_bad_witness_holds_up_nothing_and_is_caught_up_with(stand: Stand) -> None:
    bad = stand.witnesses[1]
    bad.mode = MODES[0]
    stand.start_writer(pause=0.02)
    stand.start_sequencer()
    for mode in MODES:
        bad.mode = mode
        served, acknowledged = len(stand.served), len(stand.acknowledged())
        stand.wait_for(f"it is asked while it is {mode}", lambda mode=mode: bad.asked[mode] > 0, 35)
        stand.wait_for("checkpoints are served without it", lambda served=served: len(stand.served) > served + 1)
        stand.wait_for("acts go on", lambda count=acknowledged: len(stand.acknowledged()) > count + 20)
    honest = stand.witnesses[0].seen()
    assert honest is not None
    assert honest.size >= max(stand.served)
    bad.mode = "up"
    stand.judge()


@pytest.mark.usefixtures("only_sqlite")
def test_after_a_restart_it_signs_only_once_a_quorum_has_answered(stand: Stand) -> None:
    stand.start_writer(pause=0.05)
    stand.start_sequencer()
    stand.wait_for("something is published", lambda: len(stand.served) > 1)
    stand.kill("sequencer")
    stand.witnesses[0].mode = stand.witnesses[1].mode = "down"
    stand.start_sequencer()
    stand.wait_for("it says whom it waits for", lambda: "waiting for witnesses" in stand.log("sequencer"))
    size, acknowledged = max(stand.served), len(stand.acknowledged())
    time.sleep(1.5)
    assert max(stand.served) == size
    assert len(stand.acknowledged()) > acknowledged
    stand.witnesses[0].mode = stand.witnesses[1].mode = "up"
    stand.judge()
