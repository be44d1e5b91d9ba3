"""Checkpoints (C2SP tlog-checkpoint v1.0.0): a log's name, its size and its root, as text that is signed."""

from __future__ import annotations

from dataclasses import dataclass

from aydyn.ledger.errors import FormatError
from aydyn.ledger.merkle import EMPTY_ROOT, HASH_BYTES
from aydyn.ledger.wire import decode_text, from_base64, from_decimal, to_base64


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: ``origin`` names it, ``size`` counts its entries, ``root`` is their 32-byte Merkle root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> bytes:
        """The note text: what is signed, with its last newline."""
        lines = [self.origin, str(self.size), to_base64(self.root), *self.extensions]
        return ("\n".join(lines) + "\n").encode("utf-8")

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """Parse a note text strictly. Raises FormatError naming the line."""
        lines = decode_text(text, "checkpoint").split("\n")
        if lines[-1] != "" or len(lines) < 4:
            raise FormatError("checkpoint", "needs three lines: origin, size, root")
        origin, size_text, root_text, *extensions = lines[:-1]
        if not origin:
            raise FormatError("checkpoint", "the origin line is empty")
        if len(origin.encode()) > 255:
            raise FormatError("checkpoint", "the origin is longer than 255 bytes")
        if "" in extensions:
            raise FormatError("checkpoint", "an extension line is empty")
        size = from_decimal(size_text, "checkpoint, size")
        root = from_base64(root_text, "checkpoint, root", HASH_BYTES)
        if size == 0 and root != EMPTY_ROOT:
            raise FormatError("checkpoint", "the root of an empty log is SHA-256 of nothing")
        return cls(origin, size, root, tuple(extensions))
