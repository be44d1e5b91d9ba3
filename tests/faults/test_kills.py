"""The node is killed: at random moments under load, and at every place of the sequencer's work."""

from __future__ import annotations

import time
from random import Random  # noqa: TID251  # moments, drawn from a fixed seed

from tests.faults.node_sequencer import PLACES
from tests.faults.stand import Stand

SEED = 4711
KILLS = 10


def kill_again_and_again(stand: Stand, kills: int, seed: int) -> None:
    """Kill sequencer, writer, or both at once, at moments drawn by ``seed``, and start them again."""
    chance = Random(seed)
    stand.start_writer()
    stand.start_sequencer()
    stand.wait_for("acts are acknowledged", lambda: len(stand.acknowledged()) > 20)
    stand.wait_for("a checkpoint is served", lambda: bool(stand.served))
    for _ in range(kills):
        before = len(stand.acknowledged())
        time.sleep(chance.uniform(0.02, 0.9))
        chosen = chance.choice((["sequencer"], ["writer"], ["sequencer", "writer"]))
        for name in chosen:
            stand.kill(name)
        if "writer" in chosen:
            stand.start_writer()
        if "sequencer" in chosen:
            stand.start_sequencer()
        stand.wait_for("acts are acknowledged again", lambda before=before: len(stand.acknowledged()) > before + 10)


def test_killed_at_random_moments_it_loses_nothing_and_doubles_nothing(stand: Stand) -> None:
    kill_again_and_again(stand, KILLS, SEED)
    found = stand.judge()
    assert len(stand.served) >= KILLS // 2
    assert found["entries"] > 10 * KILLS


def test_killed_at_every_place_of_its_work_it_finishes_what_it_began(stand: Stand) -> None:
    stand.start_writer(pause=0.05)
    for place in PLACES:
        before = len(stand.acknowledged())
        stand.wait_for("acts wait", lambda before=before: len(stand.acknowledged()) > before + 2)
        stand.start_sequencer(place=place)
        stand.wait_for(f"it is killed {place}", lambda: stand.processes["sequencer"].poll() is not None)
        assert stand.processes.pop("sequencer").returncode == -9, stand.logs()
    stand.judge()
