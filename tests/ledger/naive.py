"""RFC 6962 section 2.1 written down as it reads, slow and plain: the judge of the fast code."""

from __future__ import annotations

from functools import cache
from hashlib import sha256


def leaf(number: int) -> bytes:
    return b"entry %d" % number


def _split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


@cache
def root(start: int, end: int) -> bytes:
    if end - start == 0:
        return sha256(b"").digest()
    if end - start == 1:
        return sha256(b"\x00" + leaf(start)).digest()
    middle = start + _split(end - start)
    return sha256(b"\x01" + root(start, middle) + root(middle, end)).digest()


def path(index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*path(index, start, middle), root(middle, end)]
    return [*path(index, middle, end), root(start, middle)]


def proof(old: int, start: int, end: int, whole: bool = True) -> list[bytes]:
    if old == end:
        return [] if whole else [root(start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*proof(old, start, middle, whole), root(middle, end)]
    return [*proof(old, middle, end, False), root(start, middle)]
