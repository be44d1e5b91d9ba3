"""Where chunks of ballots are checked: this machine's processes, or a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from aydyn.cli.output import Unchecked
from aydyn.cli.processes import map_over
from aydyn.evote.verify.archives import Run

AHEAD = 4
"""Tasks that may wait for each core of the cluster."""


@contextmanager
def runner(jobs: int, scheduler: str | None) -> Generator[Run]:
    """A map over this machine's processes or over a cluster."""
    if scheduler is None:
        yield map_over(jobs)
        return
    try:
        import distributed
    except ImportError:
        raise Unchecked("a cluster needs the packages of aydyn[cluster]: pip install 'aydyn[cluster]'") from None
    try:
        client: Any = distributed.Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise Unchecked(f"no Dask scheduler answers at {scheduler}: {error}") from None
    with client:
        yield _spread(client)


def _spread(client: Any) -> Run:
    def run(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        limit = AHEAD * max(1, sum(client.nthreads().values()))
        under_way: deque[Any] = deque()
        for task in tasks:
            under_way.append(client.submit(work, task, pure=False))
            if len(under_way) >= limit:
                yield _done(under_way.popleft())
        while under_way:
            yield _done(under_way.popleft())

    return run


def _done(future: Any) -> Any:
    """What a worker found; whatever else happens to it there, the check is not done."""
    try:
        return future.result()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # a cancelled task is no Exception
        raise Unchecked(f"the cluster lost a task, so nothing is checked: {type(error).__name__}") from None
