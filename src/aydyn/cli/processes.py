"""A map over processes that keeps the order and never lets more than a few results wait."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def map_over(jobs: int) -> Callable[[Callable[[A], B], Iterable[A]], Iterator[B]]:
    """``map`` over ``jobs`` processes; one process, or work that is too small, stays in this one."""

    def run(work: Callable[[A], B], tasks: Iterable[A]) -> Iterator[B]:
        waiting = iter(tasks)
        first = list(islice(waiting, 2))
        if jobs < 2 or len(first) < 2:
            yield from map(work, chain(first, waiting))
            return
        with ProcessPoolExecutor(jobs, initializer=_ignore_interrupts) as pool:
            under_way: deque[Future[B]] = deque()
            for task in chain(first, waiting):
                under_way.append(pool.submit(work, task))
                if len(under_way) > jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()

    return run


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
