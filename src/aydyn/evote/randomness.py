"""Where randomness comes from: the operating system, but for simulations that must come out the same again.

`seeded` replaces the generator for the code inside its block, in this thread only. Nothing but `aydyn.evote.simulation` and tests may use
it: secrets drawn from a seed protect nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

_source: ContextVar[Callable[[int], int] | None] = ContextVar("source", default=None)


def below(limit: int) -> int:
    """A uniform integer ``0 <= n < limit``."""
    source = _source.get()
    return secrets.randbelow(limit) if source is None else source(limit)


@contextmanager
def seeded(seed: str) -> Generator[None]:
    """Draw everything inside the block from a seed (SHA-512 in counter mode; 128 bits more than asked for are reduced)."""
    counter = 0

    def draw(limit: int) -> int:
        nonlocal counter
        wanted, found = (limit.bit_length() + 128 + 7) // 8, b""
        while len(found) < wanted:
            found += hashlib.sha512(f"{seed}|{counter}".encode()).digest()
            counter += 1
        return int.from_bytes(found[:wanted], "big") % limit

    token = _source.set(draw)
    try:
        yield
    finally:
        _source.reset(token)
