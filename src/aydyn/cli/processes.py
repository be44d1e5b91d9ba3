"""A map over processes that keeps the order and never lets more than a few results wait."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

from aydyn.cli.output import Unchecked

A = TypeVar("A")
B = TypeVar("B")


DIED = "a process died over its work, as happens where memory runs out, so nothing is checked; try fewer --jobs"


def map_over(jobs: int) -> Callable[[Callable[[A], B], Iterable[A]], Iterator[B]]:
    """``map`` over ``jobs`` processes; one process, or work that is too small, stays in this one."""

    def run(work: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
        waiting = iter(tasks)
        first = list(islice(waiting, 2))
        if jobs < 2 or len(first) < 2:
            yield from map(work, chain(first, waiting))
            return
        with ProcessPoolExecutor(jobs, initializer=_ignore_interrupts) as pool:
            try:
                yield from _through(pool, jobs, work, chain(first, waiting))
            except BrokenExecutor:
                raise Unchecked(DIED) from None

    return run


def _through(pool: ProcessPoolExecutor, jobs: int, work: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
    under_way: deque[Future[B]] = deque()
    for task in tasks:
        under_way.append(pool.submit(work, task))
        if len(under_way) > jobs:
            yield _done(under_way.popleft())
    while under_way:
        yield _done(under_way.popleft())


def _done(future: Future[B]) -> B:
    """What a process found; one that wanted to end the program instead has found nothing."""
    try:
        return future.result()
    except SystemExit:
        raise Unchecked(DIED) from None


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
