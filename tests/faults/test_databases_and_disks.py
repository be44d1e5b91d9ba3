"""The disk is full, the database is locked: acts are refused or wait, and none that was acknowledged is lost."""

from __future__ import annotations

import resource
import sqlite3
import time

import pytest
from tests.faults.stand import Stand

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def fill_disk(stand: Stand, name: str) -> None:
    """From now on the system refuses this process every byte that would be written to a file (EFBIG, as ENOSPC)."""
    resource.prlimit(stand.processes[name].pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def empty_disk(stand: Stand, name: str) -> None:
    """There is room again."""
    resource.prlimit(stand.processes[name].pid, resource.RLIMIT_FSIZE, UNLIMITED)


@pytest.mark.parametrize("who", ["sequencer", "writer"])
def test_a_full_disk_stops_the_work_and_loses_nothing(stand: Stand, who: str) -> None:
    stand.start_writer(pause=0.01)
    stand.start_sequencer()
    stand.wait_for("something is published", lambda: len(stand.served) > 1)
    fill_disk(stand, who)
    time.sleep(0.5)  # what was under way comes to its end
    published = max(stand.served)
    time.sleep(1.5)
    assert stand.processes[who].poll() is None, stand.logs()
    if who == "sequencer":
        assert max(stand.served) == published
    empty_disk(stand, who)
    stand.wait_for("it goes on by itself", lambda: max(stand.served) > published + 10)
    stand.judge()


def test_a_locked_database_is_waited_for(stand: Stand) -> None:
    stand.start_writer(pause=0.01)
    stand.start_sequencer()
    stand.wait_for("something is published", lambda: len(stand.served) > 1)
    _hold_lock(stand, seconds=2.5)
    count = len(stand.acknowledged())
    stand.wait_for("acts are acknowledged again", lambda: len(stand.acknowledged()) > count + 10)
    assert all(process.poll() is None for process in stand.processes.values()), stand.logs()
    stand.judge()


def _hold_lock(stand: Stand, seconds: float) -> None:
    if stand.server:
        import psycopg

        with psycopg.connect(stand.database) as connection:
            connection.execute("LOCK TABLE record_head IN ACCESS EXCLUSIVE MODE")
            _nothing_is_acknowledged(stand, seconds)
        return
    # A transaction of ours that nobody ends: the file stays locked as by a backup program that copies it badly.
    with sqlite3.connect(stand.data / "aydyn.sqlite3", isolation_level=None, timeout=20) as other:
        other.execute("BEGIN EXCLUSIVE")
        _nothing_is_acknowledged(stand, seconds)
        other.execute("ROLLBACK")


def _nothing_is_acknowledged(stand: Stand, seconds: float) -> None:
    time.sleep(0.2)
    before = len(stand.acknowledged())
    time.sleep(seconds)
    assert len(stand.acknowledged()) == before
