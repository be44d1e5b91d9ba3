"""Keys that sign and cosign checkpoints, their public text form (vkey) and the messages they sign.

Three signature types (C2SP signed-note, tlog-cosignature): 0x01 Ed25519 over the note text; 0x04 Ed25519 over a
timestamp and the note text; 0x06 ML-DSA-44 (FIPS 204) over a structure that names cosigner, time, origin, size and
root. The key ID is SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4].
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError, SignatureError
from aydyn.ledger.wire import from_base64, from_hex, to_base64

MAX_TIMESTAMP = 2**63 - 1
SEED_BYTES = 32

_PLAIN = re.compile(r"[!-*,-~]{1,255}")
"""Names of plain ASCII letters, which most are; whatever else is looked at more closely."""


class SignatureType(IntEnum):
    """The signature type bytes of C2SP that this library signs and verifies."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44 = 0x06

    @property
    def timestamped(self) -> bool:
        """Whether a signature starts with eight bytes of POSIX time."""
        return self is not SignatureType.ED25519

    @property
    def post_quantum(self) -> bool:
        """Whether it outlives quantum computers."""
        return self is SignatureType.ML_DSA_44


_PUBLIC_BYTES = {
    SignatureType.ED25519: 32,
    SignatureType.ED25519_COSIGNATURE: 32,
    SignatureType.ML_DSA_44: 1312,
}
_SIGNATURE_BYTES = {
    SignatureType.ED25519: 64,
    SignatureType.ED25519_COSIGNATURE: 72,
    SignatureType.ML_DSA_44: 2428,
}


def check_name(name: str, what: str = "key name") -> str:
    """Return ``name`` if it may name a key: not empty, no spaces, no ``+``, no control characters, ≤ 255 bytes."""
    if _PLAIN.fullmatch(name):
        return name
    if not name or len(name.encode("utf-8", "replace")) > 255:
        raise FormatError(what, "is empty or longer than 255 bytes")
    if any(letter.isspace() or letter == "+" or letter < " " for letter in name):
        raise FormatError(what, f"{name!r} holds a space, a plus sign or a control character")
    if any("\ud800" <= letter <= "\udfff" for letter in name):  # octets of a policy that are no UTF-8
        raise FormatError(what, f"{name!r} is not UTF-8")
    return name


def key_id(name: str, kind: SignatureType, public: bytes) -> bytes:
    """The four bytes that, with the name, say which key signed (signed-note, “Signatures”)."""
    return sha256(name.encode("utf-8") + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name and signature type: what a policy trusts."""

    name: str
    kind: SignatureType
    public: bytes

    @cached_property
    def id(self) -> bytes:
        """Key ID, 4 bytes."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """Text form: ``name+hex(id)+base64(type ‖ public key)``."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Parse a vkey strictly. Raises FormatError, also for signature types this library does not verify."""
        pieces = vkey.split("+", 2)
        if len(pieces) != 3:
            raise FormatError("vkey", f"{vkey[:60]!r} is not name+id+key")
        name, id_text, key_text = pieces
        check_name(name, "vkey")
        material = from_base64(key_text, "vkey")
        try:
            kind = SignatureType(material[0])
        except (ValueError, IndexError):
            raise FormatError("vkey", f"signature type of {name!r} is not 0x01, 0x04 or 0x06") from None
        if len(material) != 1 + _PUBLIC_BYTES[kind]:
            raise FormatError("vkey", f"public key of {name!r} has a wrong length")
        key = cls(name, kind, material[1:])
        if key.id != from_hex(id_text, "vkey", 4):
            raise FormatError("vkey", f"key ID of {name!r} does not fit its key")
        return key

    @cached_property
    def _loaded(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        try:
            if self.kind is SignatureType.ML_DSA_44:
                return MLDSA44PublicKey.from_public_bytes(self.public)
            return Ed25519PublicKey.from_public_bytes(self.public)
        except ValueError:
            raise FormatError("vkey", f"public key of {self.name!r} is not a key") from None

    def verify(self, text: bytes, signature: bytes) -> int:
        """Raise SignatureError unless ``signature`` (without key ID) is this key's over the note ``text``.

        Returns the POSIX seconds in the signature, 0 for a type that has none.
        """
        if len(signature) != _SIGNATURE_BYTES[self.kind]:
            raise SignatureError(f"the signature of {self.name} has a wrong length")
        timestamp, raw = 0, signature
        if self.kind.timestamped:
            timestamp, raw = int.from_bytes(signature[:8], "big"), signature[8:]
            if timestamp > MAX_TIMESTAMP:
                raise SignatureError(f"the signature of {self.name} bears an impossible time")
        try:
            self._loaded.verify(raw, _message(self.kind, self.name, text, timestamp))
        except InvalidSignature:
            raise SignatureError(f"the signature of {self.name} does not verify") from None
        return timestamp


@dataclass(frozen=True)
class SigningKey:
    """A private key: 32-byte seed (RFC 8032; FIPS 204 section 3.6.3), name and signature type."""

    name: str
    kind: SignatureType
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r}, {self.kind.name})"

    @cached_property
    def _loaded(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.kind is SignatureType.ML_DSA_44:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.kind, self._loaded.public_key().public_bytes_raw())

    def sign(self, text: bytes, timestamp: int) -> bytes:
        """Signature over the note ``text`` at POSIX second ``timestamp`` (not used by type 0x01), without key ID."""
        raw = self._loaded.sign(_message(self.kind, self.name, text, timestamp))
        return timestamp.to_bytes(8, "big") + raw if self.kind.timestamped else raw

    def to_text(self) -> str:
        """One line for a key file: ``PRIVATE+KEY+name+id+base64(type ‖ seed)``."""
        material = to_base64(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{material}\n"

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """Parse :meth:`to_text`. Raises FormatError without repeating any of the secret."""
        pieces = text.removesuffix("\n").split("+", 4)
        if len(pieces) != 5 or pieces[:2] != ["PRIVATE", "KEY"]:
            raise FormatError("private key", "is not PRIVATE+KEY+name+id+key")
        try:
            material = from_base64(pieces[4], "private key", 1 + SEED_BYTES)
            key = cls(check_name(pieces[2]), SignatureType(material[0]), material[1:])
        except (FormatError, ValueError):
            raise FormatError("private key", f"of {pieces[2]!r} is damaged") from None
        if key.verifier.id.hex() != pieces[3]:
            raise FormatError("private key", f"key ID of {pieces[2]!r} does not fit its key")
        return key


def _message(kind: SignatureType, name: str, text: bytes, timestamp: int) -> bytes:
    """The bytes that a key of this type signs (signed-note; tlog-cosignature, “signed message”)."""
    if kind is SignatureType.ED25519:
        return text
    if kind is SignatureType.ED25519_COSIGNATURE:
        return b"cosignature/v1\ntime %d\n" % timestamp + text
    checkpoint = Checkpoint.parse(text)
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _short(name),
            timestamp.to_bytes(8, "big"),
            _short(checkpoint.origin),
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(text: str) -> bytes:
    data = text.encode("utf-8")
    if not 1 <= len(data) <= 255:
        raise FormatError("cosignature", "a name or origin is empty or longer than 255 bytes")
    return bytes([len(data)]) + data
