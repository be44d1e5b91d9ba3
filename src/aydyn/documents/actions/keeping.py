"""How bytes come into the storage and rows to name them; shared by uploads and issued documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from aydyn.documents import storage
from aydyn.documents.bounds import MIN_FREE
from aydyn.documents.errors import NoRoom, OutsideTransaction, TooLarge

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What a stored file is: its key, length and digest."""

    key: str
    size: int
    sha256: str


def write(chunks: Iterable[bytes], path: Path, *, most: int) -> int:
    """Write chunks into a scratch file; returns the length. Raises TooLarge at the first byte too many."""
    length = 0
    with path.open("wb") as file:
        for chunk in chunks:
            length += len(chunk)
            if length > most:
                raise TooLarge(most)
            file.write(chunk)
    return length


def keep(path: Path) -> Kept:
    """Take a scratch file into the storage."""
    digest, length = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            length += len(piece)
    return Kept(storage.storage().put(path), length, digest.hexdigest())


def need_room() -> None:
    """Raise NoRoom where a file could fill the disk that the record needs."""
    folder = settings.AYDYN.files
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < MIN_FREE:
        raise NoRoom


def need_transaction() -> None:
    """Raise OutsideTransaction unless the caller has begun one."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("files are bound and documents issued only inside the transaction of the act")
