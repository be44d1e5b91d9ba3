"""Offline proofs (C2SP tlog-proof@v1): an entry's position, its path to the root, and the cosigned checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from aydyn.ledger.errors import FormatError
from aydyn.ledger.merkle import HASH_BYTES, verify_inclusion
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Opened, Policy
from aydyn.ledger.wire import decode_text, from_base64, from_decimal, to_base64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Proof:
    """``index`` and ``path`` of a leaf, the signed checkpoint, and unauthenticated ``extra`` bytes (empty: none)."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: SignedNote
    extra: bytes = b""

    def to_bytes(self) -> bytes:
        """The proof as a file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {to_base64(self.extra)}")
        lines += [f"index {self.index}", *map(to_base64, self.path), ""]
        return ("\n".join(lines) + "\n").encode("utf-8") + self.checkpoint.to_bytes()

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Parse strictly. Raises FormatError naming what is out of place."""
        if len(data) > MAX_BYTES:
            raise FormatError("proof", f"{len(data)} bytes, at most {MAX_BYTES} are read")
        if not data:
            raise FormatError("proof", "the file is empty")
        if not data.startswith(HEADER.encode() + b"\n"):
            raise FormatError("proof", f"does not start with the line {HEADER}")
        head, separator, note = data.partition(b"\n\n")
        if not separator:
            raise FormatError("proof", "no empty line stands before the checkpoint")
        lines = decode_text(head, "proof").split("\n")[1:]
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0)[len("extra ") :], "proof, extra line")
            if not extra:
                raise FormatError("proof", "the extra line is empty")
        if not lines or not lines[0].startswith("index "):
            raise FormatError("proof", "the index line is missing")
        index = from_decimal(lines[0][len("index ") :], "proof, index line")
        path = tuple(from_base64(line, "proof, hash line", HASH_BYTES) for line in lines[1:])
        return cls(index, path, SignedNote.parse(note), extra)

    def verify(self, leaf: bytes, policy: Policy, *, need_quorum: bool = True) -> Opened:
        """Check that the leaf hash ``leaf`` is on the log under ``policy`` (tlog-proof, “Verifying”).

        Raises SignatureError, QuorumError, ProofError or FormatError.
        """
        opened = policy.open(self.checkpoint, need_quorum=False)
        verify_inclusion(
            leaf=leaf, index=self.index, size=opened.checkpoint.size, root=opened.checkpoint.root, path=self.path
        )
        if need_quorum:
            policy.require_quorum(opened)
        return opened
