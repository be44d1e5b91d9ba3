"""Where the bytes of files lie: a small interface, and a directory behind it (an S3-compatible store comes later).

Invariant: what has a key is whole and never changes. A file is written aside and synced, then renamed to its place and
the directory synced; only then a row names its key. So a killed process leaves a file without a row at most, never a
row without its file; `actions.sweep_uploads` deletes such orphans after a day. Keys are random, never made of content:
two people who sent the same photo have two files, and erasing one never takes the other's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from aydyn.documents.errors import NoSuchFile
from aydyn.kernel.ids import ALPHABET, public_id

KEY_LENGTH = 32
SHARDS = len(ALPHABET) ** 2
"""Sub-directories, by the first two letters of a key; one is swept at a time."""


class Storage(Protocol):
    """What the room needs of a store."""

    def scratch(self) -> Path:
        """A new, private, empty file to write into before `put`; nothing keeps it for longer than a day."""
        ...

    def put(self, source: Path) -> str:
        """Take over a file written into `scratch`, durably; returns its key."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes. Raises NoSuchFile."""
        ...

    def delete(self, key: str) -> None:
        """Delete; doing it twice is no error."""
        ...

    def keys(self, shard: int) -> Iterator[tuple[str, datetime]]:
        """Keys of one shard, with when each was stored."""
        ...

    def leftovers(self) -> Iterator[tuple[Path, datetime]]:
        """What was begun and never taken over, with when it was written to last."""
        ...


class DirectoryStorage:
    """Files in a directory: ``kept/<two letters>/<key>``, and ``incoming/`` on the same file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scratch(self) -> Path:
        """See :class:`Storage`."""
        folder = self._folder("incoming")
        path = folder / public_id(KEY_LENGTH)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return path

    def put(self, source: Path) -> str:
        """See :class:`Storage`."""
        key = public_id(KEY_LENGTH)
        place = self._place(key)
        self._folder("kept", place.parent.name)
        _sync(source)
        source.replace(place)
        _sync(place.parent)
        return key

    def open(self, key: str) -> BinaryIO:
        """See :class:`Storage`."""
        try:
            return self._place(key).open("rb")
        except FileNotFoundError:
            raise NoSuchFile from None

    def delete(self, key: str) -> None:
        """See :class:`Storage`."""
        self._place(key).unlink(missing_ok=True)

    def keys(self, shard: int) -> Iterator[tuple[str, datetime]]:
        """See :class:`Storage`."""
        high, low = divmod(shard % SHARDS, len(ALPHABET))
        for path in _files(self.root / "kept" / f"{ALPHABET[high]}{ALPHABET[low]}"):
            yield path.name, _written(path)

    def leftovers(self) -> Iterator[tuple[Path, datetime]]:
        """See :class:`Storage`."""
        for path in _files(self.root / "incoming"):
            yield path, _written(path)

    def _folder(self, *names: str) -> Path:
        folder = self.root.joinpath(*names)
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(folder.parent)
        return folder

    def _place(self, key: str) -> Path:
        if len(key) != KEY_LENGTH or set(key) - set(ALPHABET):
            raise NoSuchFile  # a key never names a path of anybody's choosing
        return self.root / "kept" / key[:2] / key


def storage() -> Storage:
    """The storage of this node."""
    return DirectoryStorage(settings.AYDYN.files)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except FileNotFoundError:
        return []


def _written(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)  # somebody else took it a moment ago


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
