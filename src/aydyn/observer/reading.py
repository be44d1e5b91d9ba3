"""Reads the files of a ledger: from a node's address, or from a directory. Readers can be sent to other processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aydyn.audit.logs import Read, Unreadable
from aydyn.observer import http

MAX_FILE = 32 * 1024 * 1024
TIMEOUT = 20.0


@dataclass(frozen=True)
class DirectoryReader:
    """Files below a directory that is laid out like the ledger's address."""

    folder: Path

    def __call__(self, path: str) -> bytes:
        """The file's bytes; raises Unreadable."""
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise Unreadable(f"{self.folder / path}: {error.strerror or error}") from None


@dataclass(frozen=True)
class AddressReader:
    """Files below an http(s) address, without a slash at its end."""

    prefix: str

    def __call__(self, path: str) -> bytes:
        """What the address answers; raises Unreadable for anything but 200."""
        try:
            answer = http.get(f"{self.prefix}/{path}", timeout=TIMEOUT, max_bytes=MAX_FILE)
        except http.HTTPError as error:
            raise Unreadable(str(error)) from None
        if answer.status != 200:
            raise Unreadable(f"{self.prefix}/{path} answers {answer.status}")
        return answer.body


def open_ledger(place: str) -> Read:
    """A reader for a node's address, its ``/ledger`` prefix, a directory of a ledger, or a node's data directory.

    Raises Unreadable if there is no checkpoint at any of these.
    """
    readers: list[DirectoryReader | AddressReader] = []
    if place.startswith(("http://", "https://")):
        address = place.rstrip("/")
        readers += [AddressReader(f"{address}/ledger")] if not address.endswith("/ledger") else []
        readers.append(AddressReader(address))
    else:
        readers += [DirectoryReader(Path(place)), DirectoryReader(Path(place) / "tiles")]
    first: Unreadable | None = None
    for reader in readers:
        try:
            reader("checkpoint")
        except Unreadable as error:
            first = first or error
        else:
            return reader
    raise first or Unreadable(f"{place} is no ledger")
