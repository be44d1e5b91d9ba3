"""Signed notes (C2SP signed-note v1.0.0): a text, an empty line, signature lines.

Invariant: ``SignedNote.parse(data).to_bytes() == data``; the text is never re-encoded, so what is verified is what was
read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aydyn.ledger.errors import FormatError, SignatureError
from aydyn.ledger.keys import SigningKey, VerifierKey, check_name
from aydyn.ledger.wire import decode_text, from_base64, to_base64

MAX_BYTES = 256 * 1024
MAX_SIGNATURES = 64
_DASH = "— "


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, 4-byte key ID and the signature behind it."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Parse a line without its newline. Raises FormatError."""
        if not line.startswith(_DASH):
            raise FormatError("signature line", f"{line[:40]!r} does not start with a dash and a space")
        name, separator, encoded = line[len(_DASH) :].partition(" ")
        if not separator:
            raise FormatError("signature line", f"{line[:40]!r} has no signature")
        check_name(name, "signature line")
        blob = from_base64(encoded, "signature line")
        if len(blob) < 5:
            raise FormatError("signature line", f"the signature of {name} is too short")
        return cls(name, blob[:4], blob[4:])


@dataclass(frozen=True)
class Verified:
    """A signature that verified: whose, and the POSIX second it states (0: none)."""

    key: VerifierKey
    timestamp: int


@dataclass(frozen=True)
class SignedNote:
    """A text with its signatures, none of them checked yet."""

    text: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> SignedNote:
        """Parse strictly. Raises FormatError."""
        if len(data) > MAX_BYTES:
            raise FormatError("signed note", f"{len(data)} bytes, at most {MAX_BYTES} are read")
        whole = decode_text(data, "signed note")
        split = whole.rfind("\n\n")
        if split < 0:
            raise FormatError("signed note", "no empty line stands between text and signatures")
        text, tail = whole[: split + 1], whole[split + 2 :]
        if not tail.endswith("\n"):
            raise FormatError("signed note", "no signature follows, or the last line has no newline")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise FormatError("signed note", f"more than {MAX_SIGNATURES} signatures")
        return cls(text.encode("utf-8"), tuple(Signature.parse(line) for line in lines))

    def to_bytes(self) -> bytes:
        """The note as text and signature lines."""
        return self.text + b"\n" + "".join(signature.line() for signature in self.signatures).encode("utf-8")

    def verify(self, keys: Iterable[VerifierKey]) -> list[Verified]:
        """Check every signature made by one of ``keys``; others are ignored, as the specification says.

        Raises SignatureError if a known key's signature is bad, or if none of them signed.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[tuple[str, bytes], Verified] = {}
        for signature in self.signatures:
            place = (signature.name, signature.key_id)
            if key := known.get(place):
                timestamp = key.verify(self.text, signature.signature)
                if place not in found or timestamp > found[place].timestamp:
                    found[place] = Verified(key, timestamp)
        if not found:
            raise SignatureError("no key that is trusted here has signed")
        return list(found.values())

    def with_signatures(self, more: Iterable[Signature]) -> SignedNote:
        """The same text with further signatures; one by a key that is there already takes its place."""
        kept = {(signature.name, signature.key_id): signature for signature in self.signatures}
        kept.update({(signature.name, signature.key_id): signature for signature in more})
        return SignedNote(self.text, tuple(kept.values()))


def sign(text: bytes, keys: Iterable[SigningKey], timestamp: int) -> SignedNote:
    """Sign a note ``text`` (it ends in a newline) with every key at POSIX second ``timestamp``."""
    return SignedNote(text, tuple(cosign(text, key, timestamp) for key in keys))


def cosign(text: bytes, key: SigningKey, timestamp: int) -> Signature:
    """One signature line over a note ``text``."""
    return Signature(key.name, key.verifier.id, key.sign(text, timestamp))
