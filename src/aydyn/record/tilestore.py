"""Where published tiles lie: a small interface, and a directory behind it (an S3-compatible store comes later).

Invariant: a file once written is never changed; writing it again must bring the same bytes. Files are written aside,
synced, renamed, and their directory synced, so that a crash leaves either nothing or the whole file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from aydyn.ledger.errors import TreeError
from aydyn.ledger.tiles import WIDTH, TileAddress

CHECKPOINT = "checkpoint"


class TileStore(Protocol):
    """What the publisher, the views and the checks need of a store."""

    def write(self, address: TileAddress, data: bytes) -> None:
        """Store a tile durably; raises TreeError if other bytes are there already."""
        ...

    def read(self, address: TileAddress) -> bytes:
        """The bytes of a tile, or of a wider one at its place; raises TreeError if there is none."""
        ...

    def write_checkpoint(self, note: bytes) -> None:
        """Publish a checkpoint, durably, in place of the one before."""
        ...

    def read_checkpoint(self) -> bytes | None:
        """The checkpoint published last; None if there is none."""
        ...


class DirectoryStore:
    """Tiles in a directory, under the very paths that tlog-tiles gives them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made: set[Path] = set()

    def write(self, address: TileAddress, data: bytes) -> None:
        """See :class:`TileStore`."""
        file = self.root / address.path()
        try:
            there = file.read_bytes()
        except FileNotFoundError:
            self._put(file, data)
            there = file.read_bytes()
        if there != data:
            raise TreeError(f"{address.path()} is stored with other bytes than the database gives")

    def read(self, address: TileAddress) -> bytes:
        """See :class:`TileStore`."""
        try:
            return (self.root / address.path()).read_bytes()
        except FileNotFoundError:
            return self._wider(address)

    def exact(self, address: TileAddress) -> bytes | None:
        """The bytes of this very tile; None if it is not stored."""
        try:
            return (self.root / address.path()).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _wider(self, address: TileAddress) -> bytes:
        full = self.root / TileAddress(address.level, address.number).path()
        if full.is_file():
            return full.read_bytes()
        folder = full.with_name(full.name + ".p")
        widths = sorted(int(file.name) for file in folder.glob("*") if file.name.isdecimal()) if folder.is_dir() else []
        for width in widths:
            if address.width <= width < WIDTH:
                return (folder / str(width)).read_bytes()
        raise TreeError(f"{address.path()} is missing")

    def write_checkpoint(self, note: bytes) -> None:
        """See :class:`TileStore`."""
        self._put(self.root / CHECKPOINT, note)

    def read_checkpoint(self) -> bytes | None:
        """See :class:`TileStore`."""
        try:
            return (self.root / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None

    def _put(self, file: Path, data: bytes) -> None:
        if file.parent not in self._made:
            file.parent.mkdir(parents=True, exist_ok=True)
            for folder in (file.parent, *file.parent.parents):
                _sync(folder)
                if folder == self.root:
                    break
            self._made.add(file.parent)
        aside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
        with aside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
        _sync(file.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
