"""Zip archives (APPNOTE 6.3) as office documents use them: every entry unpacked under limits before anything is believed.

Central directory and local headers must agree, entries must not overlap, sizes must be true, nothing may stand before
the first or behind the last: so that no other program sees another archive than the one that was judged.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from aydyn.documents.bounds import MAX_ENTRIES, MAX_EXPANDED, MAX_RATIO, RATIO_FROM
from aydyn.documents.errors import Damaged, Unsafe
from aydyn.documents.sniffing.plain import two_things

_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_DESCRIPTOR = 24
_ENCRYPTED = 0x1
_UTF8 = 0x800
_PIECE = 256 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def entries(archive: zipfile.ZipFile, file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The entries in the order of the file. Raises Unsafe or Damaged if the archive is not what it says."""
    found = sorted(archive.infolist(), key=lambda each: each.header_offset)
    if not found or archive.comment:
        raise two_things()
    if len(found) > MAX_ENTRIES or sum(each.file_size for each in found) > MAX_EXPANDED:
        raise bomb()
    names = [each.filename for each in found]
    if len({name.casefold() for name in names}) != len(names) or any(map(_is_strange, names)):
        raise two_things()
    end = 0
    for each in found:
        # In between may stand no more than the sizes that some programs write behind the data.
        if not end <= each.header_offset <= end + _DESCRIPTOR:
            raise two_things()
        _check_entry(each)
        end = _data_start(file, each) + each.compress_size
    if not end <= archive.start_dir <= end + _DESCRIPTOR:
        raise two_things()
    return found


def ends_as_archive(path: Path) -> bool:
    """Whether the last bytes are the end record of an archive without a comment: nothing stands behind it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END.size))
        tail = file.read()
    return len(tail) == _END.size and tail.startswith(b"PK\x05\x06") and _END.unpack(tail)[7] == 0


def _is_strange(name: str) -> bool:
    parts = name.rstrip("/").split("/")
    return not name.isprintable() or "\\" in name or ":" in name or ".." in parts or "" in parts or len(name) > 200


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise locked()
    if entry.compress_type not in _METHODS:
        raise two_things()
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise bomb()


def _data_start(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Where an entry's data begins. Raises Unsafe if its own header says something else than the directory."""
    file.seek(entry.header_offset)
    raw = file.read(_LOCAL.size)
    if len(raw) != _LOCAL.size:
        raise Damaged
    head = _LOCAL.unpack(raw)
    own = file.read(head[9])
    encoding = "utf-8" if entry.flag_bits & _UTF8 else "cp437"
    listed = entry.orig_filename.encode(encoding, "replace")
    if head[0] != b"PK\x03\x04" or own != listed or head[3] != entry.compress_type:
        raise two_things()
    start: int = entry.header_offset + _LOCAL.size + head[9] + head[10]
    return start


def unpack(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one entry, piece by piece. Raises Unsafe if its header or size was a lie, Damaged if it is broken."""
    _check_entry(entry)
    file.seek(_data_start(file, entry))
    length = check = 0
    for piece in _inflate(file, entry):
        length += len(piece)
        check = zlib.crc32(piece, check)
        if length > entry.file_size:
            raise bomb()
        yield piece
    if length != entry.file_size or check != entry.CRC:
        raise Damaged


def _inflate(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    left = entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    try:
        while left > 0:
            raw = file.read(min(_PIECE, left))
            if not raw:
                raise Damaged
            left -= len(raw)
            if inflater is None:
                yield raw
                continue
            while raw:
                yield inflater.decompress(raw, _PIECE)
                raw = inflater.unconsumed_tail
    except zlib.error:
        raise Damaged from None
    if inflater and (not inflater.eof or inflater.unused_data):
        raise two_things()


def bomb() -> Unsafe:
    """The refusal of an archive that unpacks to far more than it is."""
    return Unsafe(_("This document unpacks to far more than it seems to hold."))


def locked() -> Unsafe:
    """The refusal of a document with a password."""
    return Unsafe(_("This document is locked with a password."), _("Save a copy that is not locked."))
