"""The node's clock. Everything that asks for the time asks here; a demonstration may simulate it, openly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_simulated: ContextVar[datetime | None] = ContextVar("simulated", default=None)


def now() -> datetime:
    """The present moment, UTC."""
    return _simulated.get() or datetime.now(UTC)


def is_simulated() -> bool:
    """Whether :func:`now` tells a moment that was set, so that nobody is to be told of what happens in it."""
    return _simulated.get() is not None


def today() -> date:
    """The present day where the node is (its time zone, see settings), for deadlines in local days."""
    from django.utils import timezone

    return timezone.localdate(now())


@contextmanager
def simulate(moment: datetime) -> Iterator[None]:
    """Let :func:`now` say ``moment`` inside the block; only the demonstration and tests do this."""
    token = _simulated.set(moment)
    try:
        yield
    finally:
        _simulated.reset(token)
