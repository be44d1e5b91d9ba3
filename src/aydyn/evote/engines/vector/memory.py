"""Memory that the kernels read and write: bytes on addresses that vectors can be loaded from."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence

ALIGNMENT = 64


class Block:
    """Some bytes, zero at first, at an address that is a multiple of 64. A function of C takes the block itself, and holds it meanwhile."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held = ctypes.create_string_buffer(size + ALIGNMENT)
        self.address = -(-ctypes.addressof(self._held) // ALIGNMENT) * ALIGNMENT
        self._as_parameter_ = ctypes.c_void_p(self.address)

    @classmethod
    def of(cls, content: bytes) -> Block:
        """A block with this content."""
        block = cls(len(content))
        block.put(content)
        return block

    def read(self, size: int, offset: int = 0) -> bytes:
        """Some of the bytes, copied."""
        if offset + size > self.size:
            raise ValueError("more bytes than there are")
        return ctypes.string_at(self.address + offset, size)

    def put(self, content: bytes, offset: int = 0) -> None:
        """Copy bytes in."""
        if offset + len(content) > self.size:
            raise ValueError("more bytes than there is room for")
        ctypes.memmove(self.address + offset, content, len(content))


class Growing:
    """A block that is used again and again, and replaced by a larger one when more is asked of it."""

    def __init__(self) -> None:
        self._block = Block(0)

    def of(self, size: int) -> Block:
        """A block of at least so many bytes; what was in it may be gone."""
        if self._block.size < size:
            self._block = Block(max(size, 2 * self._block.size))
        return self._block


def numbers(values: Sequence[int]) -> Block:
    """Signed numbers of 64 bits."""
    block = Block(8 * len(values))
    block.put(array("q", values).tobytes())
    return block


def addresses(blocks: Sequence[Block]) -> Block:
    """Pointers to blocks, which somebody else holds."""
    return numbers([block.address for block in blocks])


def text(values: Sequence[int]) -> bytes:
    """Numbers below 2^256, 32 little-endian bytes each."""
    return b"".join([value.to_bytes(32, "little") for value in values])


def integers(content: bytes) -> list[int]:
    """The numbers of 32 little-endian bytes each."""
    return [int.from_bytes(content[i : i + 32], "little") for i in range(0, len(content), 32)]
