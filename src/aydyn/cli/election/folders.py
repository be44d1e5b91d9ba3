"""The folder of an election: what is public in it, and secrets that only their owner can read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import click

from aydyn.cli.output import Unchecked, tell
from aydyn.evote import wire
from aydyn.evote.archive import Writer, read_entries
from aydyn.evote.elections import Election
from aydyn.evote.errors import ArchiveError, EvoteError
from aydyn.evote.positions import Position

P = ParamSpec("P")
R = TypeVar("R")

LARGEST_FILE = 256 * 1024 * 1024
CUT = "the last write to the archive was interrupted: {} bytes that are no whole event are cut off"


def spoken(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the library refuses, and files that cannot be read or written, into one sentence and exit code 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except EvoteError as error:
            where = f" ({error.section})" if error.section else ""
            raise Unchecked(f"{error.words} [{error.rule}]{where}") from None
        except OSError as error:
            raise Unchecked(f"{error.filename or 'a file'}: {error.strerror}") from None

    return run


folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))


def read(path: Path) -> bytes:
    """A file's bytes, within bounds; one sentence where there is none."""
    if not path.exists():
        raise Unchecked(f"{path} is not there")
    if path.stat().st_size > LARGEST_FILE:
        raise Unchecked(f"{path} is larger than {LARGEST_FILE >> 20} MiB")
    return path.read_bytes()


def read_json(path: Path) -> Any:
    """The JSON of a file."""
    return wire.load(read(path), str(path))


def write_new(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Write a file that must not be there yet; a secret only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if secret else 0o777)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    except FileExistsError:
        raise Unchecked(f"{path} is there already and is kept; move it away first") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # half a file would be "there already" the next time
        path.unlink(missing_ok=True)
        raise


def replace(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Replace a file as a whole, through a new one that nobody could have put there before."""
    fresh = path.with_name(f".aydyn-{secrets.token_hex(16)}")
    try:
        write_new(fresh, data, secret=secret)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def write_json(path: Path, value: Any, *, secret: bool = False) -> None:
    """Write JSON to a file that must not be there yet."""
    write_new(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(), secret=secret)


class Folder:
    """One election's files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def draft(self) -> dict[str, Any]:
        """What ``aydyn election new`` wrote."""
        if not (self.path / "draft.json").exists():
            raise Unchecked(f"{self.path} holds no draft; begin with: aydyn election new TEMPLATE --out DIR")
        return wire.obj(read_json(self.path / "draft.json"), "draft.json")

    def election(self) -> Election:
        """The election, once it is open."""
        path = self.path / "election.json"
        if not path.exists():
            raise Unchecked(f"the election in {self.path} is not open yet: aydyn election open {self.path}")
        return Election.parse(read(path).strip())

    def archive(self) -> Path:
        """The archive of an open election."""
        return self.path / f"{self.election().uuid}.bel"

    def reopen(self) -> BinaryIO:
        """The archive, from its beginning."""
        return self.archive().open("rb")

    def mend(self) -> Position:
        """Cut off what an interrupted write left at the end of the archive; where its last whole event ends."""
        with self.archive().open("r+b") as stream:
            position = _end(stream)
            size = stream.seek(0, os.SEEK_END)
            if size > position.offset:
                tell(CUT.format(size - position.offset))
                stream.truncate(position.offset)
        return position

    def append(self, write: Callable[[Writer], None]) -> None:
        """Append events to the archive, all of them or, whatever happens, none."""
        position = self.mend()
        with self.archive().open("r+b") as stream:
            stream.seek(position.offset)
            try:
                write(Writer.resume(stream, position))
                stream.flush()
                os.fsync(stream.fileno())
            except BaseException:
                with suppress(OSError):
                    stream.truncate(position.offset)
                raise

    def challenged(self) -> list[str]:
        """The codes of challenged ballots, which must never be cast."""
        path = self.path / "challenged.json"
        return [str(code) for code in wire.items(read_json(path), "challenged.json")] if path.exists() else []

    def add_challenged(self, code: str) -> None:
        """Remember the code of a challenged ballot."""
        path, codes = self.path / "challenged.json", self.challenged()
        if code not in codes:
            replace(path, (json.dumps([*codes, code], indent=1) + "\n").encode())


def _end(stream: BinaryIO) -> Position:
    """Where the last whole event ends."""
    reader = read_entries(stream)
    try:
        for _ in reader:
            pass
    except ArchiveError as error:
        if error.rule != "archive-truncated" or reader.position is None:
            raise
    if reader.position is None:
        raise AssertionError("a reader without an event raises")
    return reader.position
