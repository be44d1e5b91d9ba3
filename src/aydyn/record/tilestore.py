"""Where published tiles lie: a small interface, and a directory behind it (an S3-compatible store comes later).

Invariant: a file once written is never changed; writing it again must bring the same bytes. Files are written aside,
synced, renamed, and their directory synced, so that a crash leaves either nothing or the whole file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from aydyn.ledger.errors import TreeError
from aydyn.ledger.tiles import WIDTH, TileAddress

CHECKPOINT = "checkpoint"
FEW = 16
THREADS = 8


class TileStore(Protocol):
    """What the publisher, the views and the checks need of a store."""

    def write_all(self, tiles: Sequence[tuple[TileAddress, bytes]]) -> None:
        """Store tiles durably; raises TreeError if other bytes are there already."""
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

    def write_all(self, tiles: Sequence[tuple[TileAddress, bytes]]) -> None:
        """See :class:`TileStore`."""
        fresh = [(self.root / address.path(), data) for address, data in tiles if self.exact(address) is None]
        self._put(fresh)
        for address, data in tiles:
            if self.exact(address) != data:
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
        self._put([(self.root / CHECKPOINT, note)])

    def read_checkpoint(self) -> bytes | None:
        """See :class:`TileStore`."""
        try:
            return (self.root / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None

    def _put(self, files: Sequence[tuple[Path, bytes]]) -> None:
        """Write files aside and sync them, then rename them and sync their directories, each of these once."""
        for folder in dict.fromkeys(file.parent for file, _ in files):
            self._make(folder)
        asides = [file.with_name(f".{file.name}.{os.getpid()}.tmp") for file, _ in files]
        _in_parallel(_write_synced, zip(asides, (data for _, data in files), strict=True), len(files))
        for aside, (file, _) in zip(asides, files, strict=True):
            aside.replace(file)
        for folder in dict.fromkeys(file.parent for file, _ in files):
            _sync(folder)

    def _make(self, folder: Path) -> None:
        if folder in self._made:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for each in (folder, *folder.parents):
            _sync(each)
            if each == self.root:
                break
        self._made.add(folder)


def _in_parallel(work: Callable[[tuple[Path, bytes]], None], items: Iterable[tuple[Path, bytes]], count: int) -> None:
    """Do all of it; several files at once, because a disk makes several of them durable in the time of one."""
    if count < FEW:
        for item in items:
            work(item)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(work, items):
            pass


def _write_synced(item: tuple[Path, bytes]) -> None:
    file, data = item
    with file.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
