"""Apache Parquet, as much of it as a flat table needs: written by hand, so that no node carries 160 MB for one file.

Standard: Apache Parquet format 2.x (`parquet.thrift`), Thrift compact protocol. One data page a column and row group,
PLAIN encoding, GZIP, definition levels as RLE; columns are text, days or yes/no, each may be empty. Values in, bytes out.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["text", "day", "yes-no"]
Value = str | date | bool | None

MAGIC = b"PAR1"
_EPOCH = date(1970, 1, 1).toordinal()
_PHYSICAL = {"yes-no": 0, "day": 1, "text": 6}  # BOOLEAN, INT32, BYTE_ARRAY
_CONVERTED = {"text": 0, "day": 6}  # UTF8, DATE
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_PLAIN, _RLE, _GZIP, _OPTIONAL = 0, 3, 2, 1


@dataclass(frozen=True)
class Column:
    """One column: its name and what its values are."""

    name: str
    kind: Kind


class _Thrift:
    """One struct of the compact protocol; fields in the order of their ids."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._last = 0

    def _field(self, number: int, kind: int) -> None:
        self._data.append((number - self._last) << 4 | kind)
        self._last = number

    def i32(self, number: int, value: int) -> _Thrift:
        """An integer of 32 bits."""
        return self._integer(number, value, _I32)

    def i64(self, number: int, value: int) -> _Thrift:
        """An integer of 64 bits."""
        return self._integer(number, value, _I64)

    def _integer(self, number: int, value: int, kind: int) -> _Thrift:
        self._field(number, kind)
        self._data += _varint(_zigzag(value))
        return self

    def binary(self, number: int, value: bytes) -> _Thrift:
        """Bytes or text."""
        self._field(number, _BINARY)
        self._data += _varint(len(value)) + value
        return self

    def struct(self, number: int, value: _Thrift) -> _Thrift:
        """A struct in this one."""
        self._field(number, _STRUCT)
        self._data += value.to_bytes()
        return self

    def items(self, number: int, kind: int, values: Sequence[bytes]) -> _Thrift:
        """A list, its items written already."""
        self._field(number, _LIST)
        count = len(values)
        self._data += bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + _varint(count)
        self._data += b"".join(values)
        return self

    def to_bytes(self) -> bytes:
        """The struct with its end."""
        return bytes(self._data) + b"\x00"


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def write(columns: Sequence[Column], groups: Iterable[Sequence[Sequence[Value]]], author: str) -> Iterator[bytes]:
    """The pieces of a Parquet file, one for each group of rows, so that a long table need not be held in memory."""
    yield MAGIC
    place, rows, written = len(MAGIC), 0, list[bytes]()
    for group in groups:
        if not group:
            continue
        chunks, metas, start = list[bytes](), list[bytes](), place
        for number, column in enumerate(columns):
            chunk, meta = _chunk(column, [row[number] for row in group], place)
            chunks.append(chunk)
            metas.append(meta)
            place += len(chunk)
        about = _Thrift().items(1, _STRUCT, metas).i64(2, place - start).i64(3, len(group))
        written.append(about.to_bytes())
        rows += len(group)
        yield b"".join(chunks)
    footer = _footer(columns, rows, written, author)
    yield footer + struct.pack("<I", len(footer)) + MAGIC


def _chunk(column: Column, values: Sequence[Value], place: int) -> tuple[bytes, bytes]:
    """One column of one group: its page with the header, and what the footer says of it."""
    present = [value for value in values if value is not None]
    levels = _levels([value is not None for value in values])
    page = struct.pack("<I", len(levels)) + levels + _plain(column.kind, present)
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    packed = packer.compress(page) + packer.flush()
    data_page = _Thrift().i32(1, len(values)).i32(2, _PLAIN).i32(3, _RLE).i32(4, _RLE)
    header = _Thrift().i32(1, 0).i32(2, len(page)).i32(3, len(packed)).struct(5, data_page).to_bytes()
    meta = (
        _Thrift()
        .i32(1, _PHYSICAL[column.kind])
        .items(2, _I32, [_varint(_zigzag(each)) for each in (_PLAIN, _RLE)])
        .items(3, _BINARY, [_varint(len(column.name.encode())) + column.name.encode()])
        .i32(4, _GZIP)
        .i64(5, len(values))
        .i64(6, len(header) + len(page))
        .i64(7, len(header) + len(packed))
        .i64(9, place)
    )
    return header + packed, _Thrift().i64(2, place).struct(3, meta).to_bytes()


def _levels(present: Sequence[bool]) -> bytes:
    """Which values are there, as runs of the RLE hybrid with a width of one bit."""
    data, at = bytearray(), 0
    while at < len(present):
        end = at
        while end < len(present) and present[end] == present[at]:
            end += 1
        data += _varint((end - at) << 1) + bytes([present[at]])
        at = end
    return bytes(data)


def _plain(kind: Kind, values: Sequence[Value]) -> bytes:
    if kind == "text":
        texts = [str(value).encode() for value in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    if kind == "day":
        return b"".join(struct.pack("<i", value.toordinal() - _EPOCH) for value in values if isinstance(value, date))
    bits = bytearray((len(values) + 7) // 8)
    for number, value in enumerate(values):
        bits[number // 8] |= bool(value) << number % 8
    return bytes(bits)


def _footer(columns: Sequence[Column], rows: int, groups: Sequence[bytes], author: str) -> bytes:
    schema = [_Thrift().binary(4, b"register").i32(5, len(columns)).to_bytes()]
    for column in columns:
        element = _Thrift().i32(1, _PHYSICAL[column.kind]).i32(3, _OPTIONAL).binary(4, column.name.encode())
        if column.kind in _CONVERTED:
            element.i32(6, _CONVERTED[column.kind])
        schema.append(element.to_bytes())
    about = _Thrift().i32(1, 1).items(2, _STRUCT, schema).i64(3, rows).items(4, _STRUCT, groups)
    return about.binary(6, author.encode()).to_bytes()
