"""The looks of staff of one day: a list of salted hashes that anybody can hold against the day's commitment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aydyn.ledger.entries import DIGEST
from aydyn.ledger.errors import FormatError
from aydyn.ledger.merkle import Frontier

MOST = 10_000_000
_LEAF = re.compile(r"[0-9a-f]{64}")


def read_leaves(data: bytes) -> list[bytes]:
    """The leaf hashes of a day's list: one in hexadecimal a line. Raises FormatError."""
    lines = data.decode("ascii", "replace").splitlines()
    if len(lines) > MOST:
        raise FormatError("looks", f"the list has {len(lines)} lines; at most {MOST}")
    for place, line in enumerate(lines, 1):
        if not _LEAF.fullmatch(line):
            raise FormatError("looks", f"line {place} is no hash in hexadecimal")
    return [bytes.fromhex(line) for line in lines]


def root_of(leaves: Iterable[bytes]) -> str:
    """The root that a commitment states for these leaves (RFC 6962 section 2.1), as ``sha256:…``."""
    tree = Frontier()
    tree.extend(leaves)
    return DIGEST + tree.root().hex()
