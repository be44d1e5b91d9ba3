"""The sequencer's process: sequence, write tiles, ask witnesses, publish; twice a second, until told to stop."""

from __future__ import annotations

import logging
import queue
import threading
import time
from datetime import date, timedelta

from django.db import DatabaseError, connection

from aydyn.kernel import clock
from aydyn.kernel.config import Config
from aydyn.ledger.errors import LedgerError
from aydyn.ledger.notes import SignedNote
from aydyn.record import actions, guard, publishing, rechecking, sequencing
from aydyn.record.errors import LostLease, RecordError
from aydyn.record.keys import LogKeys, load_log_keys, policies, trusted_log_keys
from aydyn.record.models import Checkpoint
from aydyn.record.sequencing import Lease
from aydyn.record.tilestore import DirectoryStore, TileStore
from aydyn.record.witnessing import Answer, Task, WitnessThread

log = logging.getLogger("aydyn.record.service")

COMPLAIN_EVERY = 30.0


class Sequencer:
    """One run of the record's machinery. Everything that touches the database happens in the thread that calls it."""

    def __init__(self, config: Config, *, holder: str | None = None) -> None:
        self.config = config
        self.keys: LogKeys = load_log_keys(config.keys, config.origin)
        self.store: TileStore = DirectoryStore(config.tiles)
        self.writer = publishing.TileWriter(self.store)
        self.policies = policies()
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.threads = [WitnessThread(witness, self.answers) for witness in config.witnesses]
        self.holder = holder
        self.lease: Lease | None = None
        self.cleared = False
        self.complained_at = -COMPLAIN_EVERY
        self.asked = 0
        self.asked_at = 0.0
        self.looked_on: date | None = None
        self.fault = ""
        self.recheck = rechecking.Recheck(self.store, config.recheck_interval)

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set. A lost database is waited for; a refusal of the guard halts the record."""
        for thread in self.threads:
            thread.start()
        try:
            while not stop.is_set():
                self._safely()
                stop.wait(self.config.sequence_interval)
        finally:
            for thread in self.threads:
                thread.end()
            if self.lease:
                sequencing.release_lease(self.lease)

    def _safely(self) -> None:
        try:
            self.step()
        except LostLease as error:
            log.warning("%s", error)
            self.lease, self.cleared = None, False
        except (DatabaseError, OSError) as error:
            # Nothing is lost: the transaction is undone, tiles are written again. A full disk may be emptied.
            log.error("%s; trying again", error)
            connection.close()
        except (RecordError, LedgerError) as error:
            if str(error) != self.fault:  # a halted record fails at every round
                log.critical("%s", error)
            self.fault = str(error)
            sequencing.halt(self.fault)

    def step(self) -> int:
        """One round; returns how many entries got a position. Raises what :meth:`run` handles."""
        if self.lease is None:
            self.lease = sequencing.take_lease(self.holder)
        if self.lease is None:
            return 0
        if not self.cleared:
            self._clear()
        if not self.cleared:
            sequencing.renew_lease(self.lease)
            return 0
        done = sequencing.sequence_batch(self.lease, self.keys, self.config.origin)
        if not done:
            sequencing.renew_lease(self.lease)
        tiled = self.writer.write()
        self._take_answers()
        self._ask(tiled)
        publishing.publish_checkpoint(self.store, tiled, without_quorum_after=self.config.publish_without_quorum_after)
        self._once_a_day()
        self.recheck.step()
        return done

    def settle(self, seconds: float = 5.0) -> bool:
        """Work until nothing waits and the newest checkpoint is published with its quorum; for commands and tests."""
        until = time.monotonic() + seconds
        for thread in self.threads:
            if not thread.is_alive():
                thread.start()
        while time.monotonic() < until:
            done = self.step()
            newest = Checkpoint.objects.order_by("-size").first()
            if (
                not done
                and (newest is None or newest.published_at)
                and (not newest or newest.final_at or not self.threads)
            ):
                return True
            time.sleep(0.02)
        return False

    def _clear(self) -> None:
        verdict = guard.look(self.config, trusted_log_keys(self.config.keys), self.store)
        if verdict.refuse:
            raise RecordError(verdict.refuse)
        self.cleared = guard.may_sign(self.config, verdict)
        if not self.cleared and time.monotonic() - self.complained_at > COMPLAIN_EVERY:
            self.complained_at = time.monotonic()
            log.warning("waiting for witnesses before signing: %s", ", ".join(verdict.silent))

    def _take_answers(self) -> None:
        while True:
            try:
                answer = self.answers.get_nowait()
            except queue.Empty:
                return
            try:
                publishing.add_cosignatures(answer.size, answer.lines, self.policies)
            except LedgerError as error:
                log.warning("witness %s: %s", answer.witness, error)

    def _ask(self, tiled: int) -> None:
        idle = time.monotonic() - self.asked_at > self.config.witness_interval
        if not tiled or (tiled == self.asked and not idle):
            return
        newest = Checkpoint.objects.filter(size=tiled).first()
        if newest is None:
            return
        task = Task(tiled, SignedNote.parse(bytes(newest.note)), publishing.make_reader(self.store, tiled))
        for thread in self.threads:
            thread.give(task)
        self.asked, self.asked_at = tiled, time.monotonic()

    def _once_a_day(self) -> None:
        """Seal the looks up to yesterday: at the first round, since the node may have slept over midnight, and daily."""
        today = clock.now().date()
        if today != self.looked_on:
            actions.commit_looks(day=today - timedelta(days=1))
            self.looked_on = today
