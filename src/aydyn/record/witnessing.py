"""Asks the witnesses: one thread each, off the request path and off the sequencer's; answers come back by a queue.

A witness that is slow, down, or answers rubbish is asked again later and never holds up an act.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass
from hashlib import sha256

from aydyn.kernel.config import WitnessSetting
from aydyn.ledger.errors import LedgerError
from aydyn.ledger.notes import Signature, SignedNote
from aydyn.ledger.tiles import TreeReader
from aydyn.ledger.wire import from_decimal, to_base64
from aydyn.observer import http

log = logging.getLogger("aydyn.record.witnessing")

DEADLINE = 1.0
AT_MOST_EVERY = 1.0
BACK_OFF = (1, 2, 5, 10, 30)
MAX_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Task:
    """A checkpoint to be cosigned, and the tree it is the head of."""

    size: int
    note: SignedNote
    tree: TreeReader


@dataclass(frozen=True)
class Answer:
    """What a witness gave for the checkpoint of ``size``."""

    witness: str
    size: int
    lines: list[Signature]


def submit(url: str, task: Task, old: int) -> tuple[int, list[Signature]]:
    """Send one add-checkpoint (C2SP tlog-witness) for a witness that is at ``old``.

    Returns the size it is at now and its signature lines (none if it was at another size than ``old``). Raises
    HTTPError, or LedgerError for an answer that cannot be read.
    """
    proof = "".join(f"{to_base64(value)}\n" for value in task.tree.consistency(old))
    body = f"old {old}\n{proof}\n".encode() + task.note.to_bytes()
    answer = http.post(f"{url.rstrip('/')}/add-checkpoint", body, timeout=DEADLINE, max_bytes=MAX_ANSWER)
    if answer.status == 409:
        at = from_decimal(answer.body.decode("ascii", "replace").removesuffix("\n"), "size told by the witness")
        return at, []
    if answer.status != 200:
        raise http.HTTPError(f"{url} answered {answer.status}")
    lines = answer.body.decode("utf-8", "replace").removesuffix("\n").split("\n")
    return task.size, [Signature.parse(line) for line in lines]


def last_checkpoint(witness: WitnessSetting, origin: str, timeout: float = DEADLINE) -> SignedNote | None:
    """What a witness says it cosigned last for ``origin`` (its monitoring address); None if nothing.

    Raises HTTPError or LedgerError.
    """
    name = sha256(origin.encode()).hexdigest()
    answer = http.get(f"{witness.monitor_url.rstrip('/')}/{name}/checkpoint", timeout=timeout, max_bytes=MAX_ANSWER)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise http.HTTPError(f"{witness.monitor_url} answered {answer.status}")
    return SignedNote.parse(answer.body)


class WitnessThread(threading.Thread):
    """Keeps one witness up to date with the newest task; owns nothing but its own memory of where the witness is."""

    def __init__(self, witness: WitnessSetting, answers: queue.Queue[Answer]) -> None:
        super().__init__(name=f"witness {witness.name}", daemon=True)
        self.witness = witness
        self.answers = answers
        self.at = 0
        self.failures = 0
        self._task: Task | None = None
        self._wake = threading.Condition()
        self._ended = False

    def give(self, task: Task) -> None:
        """Hand over the newest checkpoint; an older one that was not sent yet is dropped."""
        with self._wake:
            self._task = task
            self._wake.notify()

    def end(self) -> None:
        """Stop after what is under way."""
        with self._wake:
            self._ended = True
            self._wake.notify()

    def run(self) -> None:
        """Ask, wait at least a second, ask again; longer after failures."""
        while (task := self._next()) is not None:
            started = time.monotonic()
            self._ask(task)
            pause = BACK_OFF[min(self.failures, len(BACK_OFF)) - 1] if self.failures else AT_MOST_EVERY
            self._sleep(max(0.0, pause - (time.monotonic() - started)))

    def _sleep(self, seconds: float) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._ended, timeout=seconds)

    def _next(self) -> Task | None:
        with self._wake:
            self._wake.wait_for(lambda: self._ended or self._task is not None)
            task, self._task = self._task, None
            return None if self._ended else task

    def _ask(self, task: Task) -> None:
        try:
            for _ in range(2):
                if self.at > task.size:
                    claimed, self.at = self.at, 0  # the next time it may tell the truth again
                    raise http.HTTPError(f"says that it has seen {claimed} entries, which is more than there are")
                self.at, lines = submit(self.witness.url, task, self.at)
                if lines:
                    self.failures = 0
                    self.answers.put(Answer(self.witness.name, task.size, lines))
                    return
            raise http.HTTPError("changes its mind about its size")
        except (http.HTTPError, LedgerError) as error:
            self.failures += 1
            if self.failures in (1, 10, 100):
                log.warning("witness %s: %s", self.witness.name, error)
            self._again(task)

    def _again(self, task: Task) -> None:
        """Ask for the same once more, unless something newer waits."""
        with self._wake:
            if self._task is None:
                self._task = task
