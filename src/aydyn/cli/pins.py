"""Policies that a person trusts: given on the command line, or pinned in the configuration directory by origin."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from aydyn.cli.output import Unchecked
from aydyn.ledger.errors import FormatError
from aydyn.ledger.policies import Policy

SUFFIX = ".policy"


def folder() -> Path:
    """Where pinned policies are kept."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "aydyn" / "policies"


def read_policy(file: Path) -> Policy:
    """Read a policy file; raises Unchecked naming what is wrong."""
    try:
        return Policy.parse(file.read_bytes())
    except OSError as error:
        raise Unchecked(f"the policy {file} cannot be read: {error.strerror}") from None
    except FormatError as error:
        raise Unchecked(f"the policy {file} is not in the right form: {error}") from None


def places(policy: Policy) -> list[tuple[str, Path]]:
    """Where a policy is pinned: one file for each origin and kind of key that it names."""
    found = {(log.key.name, log.key.kind.post_quantum) for log in policy.logs}
    return [(origin, _place(origin, post_quantum)) for origin, post_quantum in sorted(found)]


def _place(origin: str, post_quantum: bool) -> Path:
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", origin)[:80].strip(".-")
    mark = sha256(origin.encode("utf-8")).hexdigest()[:16]
    return folder() / f"{readable}-{mark}.{'ml-dsa-44' if post_quantum else 'ed25519'}{SUFFIX}"


def pinned(origin: str) -> list[Policy]:
    """The policies pinned for an origin (Ed25519, ML-DSA-44, both or none)."""
    files = [_place(origin, post_quantum) for post_quantum in (False, True)]
    return [read_policy(file) for file in files if file.exists()]


def choose(files: Sequence[Path], origin: str | None) -> list[Policy]:
    """The policies given, or else those pinned for the origin that a file claims."""
    if files:
        return [read_policy(file) for file in files]
    return pinned(origin) if origin else []
