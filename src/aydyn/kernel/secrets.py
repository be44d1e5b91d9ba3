"""The node's own secrets on disk: made at first use, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def django_secret(keys: Path) -> str:
    """The secret that signs sessions and forms; made at the first start, never a default."""
    file = keys / "django-secret"
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        write_secret(file, secrets.token_urlsafe(48) + "\n")
        return file.read_text("ascii").strip()


def write_secret(file: Path, text: str) -> None:
    """Write a file of mode 0600 in a directory of mode 0700; keeps what is there already."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
