"""Random identifiers that may be public."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: nothing that reads as something else


def public_id(length: int = 20) -> str:
    """A random identifier of ``length`` letters, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
