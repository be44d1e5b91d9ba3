"""Two sequencers at once: one signs, the other waits; one that was thought dead and wakes up never signs again."""

from __future__ import annotations

import signal
import time

from tests.faults.stand import Stand


def put_to_sleep(stand: Stand, name: str) -> None:
    """Stop a process between two of its transactions: asleep in one it would hold SQLite's only lock for ever."""
    for _ in range(30):
        stand.signal(name, signal.SIGSTOP)
        before, until = len(stand.acknowledged()), time.monotonic() + 2
        while time.monotonic() < until:
            if len(stand.acknowledged()) > before + 1:
                return
            time.sleep(0.02)
        stand.signal(name, signal.SIGCONT)
        time.sleep(0.11)
    raise AssertionError(f"{name} was never found outside a transaction")


def test_two_sequencers_at_once_make_one_log(stand: Stand) -> None:
    stand.start_writer()
    for name in ("sequencer-1", "sequencer-2"):
        stand.start_sequencer(name, holder=name)
    stand.wait_for("much is published", lambda: len(stand.served) > 6)
    assert all(process.poll() is None for process in stand.processes.values())
    stand.judge()


def test_a_sequencer_that_slept_through_the_end_of_its_lease_signs_nothing_more(stand: Stand) -> None:
    stand.start_writer(pause=0.01)
    stand.start_sequencer("sequencer-1", holder="one")
    stand.wait_for("something is published", lambda: len(stand.served) > 1)
    stand.start_sequencer("sequencer-2", holder="two")
    put_to_sleep(stand, "sequencer-1")
    count = len(stand.served)
    stand.wait_for("the other one takes over", lambda: len(stand.served) > count + 1)
    stand.signal("sequencer-1", signal.SIGCONT)
    stand.wait_for("the first one notices", lambda: "has taken over the log" in stand.log("sequencer-1"))
    found = stand.judge()
    assert found["fence"] >= 2
