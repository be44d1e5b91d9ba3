"""Receipts: a tlog-proof whose ``extra`` line holds the entry, its commitments and the parts it discloses.

``extra`` is canonical JSON: ``entry`` (its RFC 8785 bytes are the leaf), ``parts`` (part → hex commitment) and
``open`` (part → ``{"salt": hex, "value": …}``). Nothing in it is trusted: the leaf hash binds the entry, the entry's
digest binds the parts, and the parts bind what is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aydyn.ledger import canonical
from aydyn.ledger.entries import SALT_BYTES, Entry, Opening, check_content, check_part_name
from aydyn.ledger.errors import FormatError
from aydyn.ledger.merkle import leaf_hash
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Opened, Policy
from aydyn.ledger.proofs import Proof
from aydyn.ledger.wire import from_hex

SUFFIX = ".tlog-proof"
MEDIA_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Receipt:
    """A proof with what it proves. ``entry_data`` are the leaf's exact bytes."""

    proof: Proof
    entry_data: bytes
    parts: Mapping[str, str]
    opened: Mapping[str, Opening]

    @property
    def entry(self) -> Entry:
        """The act. Raises FormatError if the bytes break the format."""
        return Entry.parse(self.entry_data)

    @property
    def leaf(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_hash(self.entry_data)

    @classmethod
    def make(
        cls,
        *,
        entry_data: bytes,
        parts: Mapping[str, str],
        opened: Mapping[str, Opening],
        index: int,
        path: tuple[bytes, ...],
        checkpoint: SignedNote,
    ) -> Receipt:
        """Put a receipt together; it checks nothing (call :meth:`verify`)."""
        extra = canonical.encode(
            {
                "entry": canonical.decode(entry_data, "entry"),
                "open": {name: {"salt": part.salt.hex(), "value": part.value} for name, part in opened.items()},
                "parts": dict(parts),
            }
        )
        return cls(Proof(index, path, checkpoint, extra), entry_data, dict(parts), dict(opened))

    def to_bytes(self) -> bytes:
        """The receipt as a file."""
        return self.proof.to_bytes()

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Parse strictly. Raises FormatError naming what is out of place."""
        proof = Proof.parse(data)
        if not proof.extra:
            raise FormatError("receipt", "is a bare proof: it has no extra line that says what it proves")
        value = canonical.decode(proof.extra, "receipt, extra line")
        if not canonical.is_object(value) or set(value) != {"entry", "open", "parts"}:
            raise FormatError("receipt, extra line", "has other keys than entry, open, parts")
        entry = canonical.encode(value["entry"])
        Entry.parse(entry)
        return cls(proof, entry, _parts(value["parts"]), _opened(value["open"]))

    def check_content(self) -> None:
        """Raise ContentError unless parts and openings are those the entry commits to."""
        check_content(self.entry.digest, self.parts, self.opened)

    def verify(self, policy: Policy, *, need_quorum: bool = True) -> Opened:
        """Check content, inclusion, signatures and quorum.

        Raises ContentError, ProofError, SignatureError, QuorumError or FormatError.
        """
        self.check_content()
        return self.proof.verify(self.leaf, policy, need_quorum=need_quorum)


def _parts(value: Any) -> dict[str, str]:
    if not canonical.is_object(value):
        raise FormatError("receipt, parts", "is not a JSON object")
    for name, commitment in value.items():
        check_part_name(name)
        if not isinstance(commitment, str):
            raise FormatError("receipt, parts", f"{name} is not text")
        from_hex(commitment, f"receipt, part {name}", 32)
    return value


def _opened(value: Any) -> dict[str, Opening]:
    if not canonical.is_object(value):
        raise FormatError("receipt, open", "is not a JSON object")
    opened: dict[str, Opening] = {}
    for name, row in value.items():
        if not canonical.is_object(row) or set(row) != {"salt", "value"} or not isinstance(row["salt"], str):
            raise FormatError("receipt, open", f"{name} has other keys than salt and value")
        opened[check_part_name(name)] = Opening(
            from_hex(row["salt"], f"receipt, salt of {name}", SALT_BYTES), row["value"]
        )
    return opened
