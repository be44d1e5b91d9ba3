"""A set of very many 32-byte hashes in 32 bytes each: recent ones in a Python set, older ones in sorted runs."""

from __future__ import annotations

from aydyn.ledger.merkle import HASH_BYTES

RECENT = 65_536


class HashSet:
    """Add and ask; nothing is ever removed. A million hashes take some 45 MB, where a Python set takes 150."""

    def __init__(self) -> None:
        self._recent = set[bytes]()
        self._runs = list[bytes]()

    def add(self, leaf: bytes) -> None:
        """Remember a hash."""
        self._recent.add(leaf)
        if len(self._recent) >= RECENT:
            self._runs.append(b"".join(sorted(self._recent)))
            self._recent.clear()

    def __contains__(self, leaf: bytes, /) -> bool:
        # An entry mostly answers one shortly before it: the newest run first.
        return leaf in self._recent or any(_holds(run, leaf) for run in reversed(self._runs))


def _holds(run: bytes, leaf: bytes) -> bool:
    low, high = 0, len(run) // HASH_BYTES
    while low < high:
        middle = (low + high) // 2
        found = run[middle * HASH_BYTES : (middle + 1) * HASH_BYTES]
        if found == leaf:
            return True
        if found < leaf:
            low = middle + 1
        else:
            high = middle
    return False
