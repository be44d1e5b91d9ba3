"""Signed and encrypted messages between the members of a k-of-n key generation (docs/spec/election-archive.md §9.1; Belenios, "PKI").

A member has one seed; a signing and a decryption key follow from it. Messages are signed with Schnorr's proof over the text and encrypted
with ElGamal over a random element whose hash is an AES-256-GCM key. The GCM nonce is a whole SHA-256, 32 bytes, which NIST SP 800-38D allows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aydyn.evote import wire
from aydyn.evote.elections import BASE58, random_base58
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import FormatError, ProofError, RuleError, quoted
from aydyn.evote.groups import Group
from aydyn.evote.proofs import Proof, Reason, check_alone, prove_log

SEED_LENGTH = 22
SIGNATURE = Reason("message-signature", "the signature of a message does not verify", "§9.1")


@dataclass(frozen=True)
class Keys:
    """What a member's seed stands for: secret signing and decryption keys."""

    group: Group
    signing: int
    decryption: int

    @classmethod
    def of_seed(cls, group: Group, seed: str) -> Keys:
        """The keys of a seed of 22 letters of Base58 (raises `FormatError`)."""
        if len(seed) != SEED_LENGTH or not set(seed) <= set(BASE58):
            raise FormatError("seed", f"a trustee's seed has {SEED_LENGTH} letters of Base58", section="§9.1")
        return cls(group, group.hash(f"sk|{seed}"), group.hash(f"dk|{seed}"))


def random_seed() -> str:
    """A fresh seed."""
    return random_base58(SEED_LENGTH)


def power_of_g(engine: Engine, secret: int) -> int:
    """``g^secret``."""
    return engine.products(Products((engine.group.g,), [], [], [-1], [0], [[secret]]))[0]


def power_of(engine: Engine, base: int, secret: int) -> int:
    """``base^secret``."""
    return engine.products(Products((), [base], [], [0], [secret], []))[0]


class Signed(NamedTuple):
    """``{"message": …, "signature": proof}``."""

    message: str
    signature: Proof

    @classmethod
    def parse(cls, group: Group, value: Any, what: str) -> Signed:
        """Read a signed message (raises `FormatError`)."""
        fields = wire.obj(value, what)
        return cls(
            wire.byte_text(wire.field(fields, "message", what), f"the message of {what}"),
            Proof.parse(group, wire.field(fields, "signature", what), f"the signature of {what}"),
        )

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        return {"message": self.message, "signature": self.signature.to_value()}


def sign(engine: Engine, key: int, message: str) -> Signed:
    """Sign a text."""
    return Signed(message, prove_log(engine, f"sigmsg|{message}|", key))


def check_signature(engine: Engine, key: int, signed: Signed, what: str = "a message") -> None:
    """Check a signature under a verification key (raises `ProofError`)."""
    reason = SIGNATURE._replace(words=f"the signature of {what} does not verify")
    check_alone(engine, f"sigmsg|{signed.message}|", key, signed.signature, reason)


def _cipher(group: Group, shared: int, alpha: int) -> tuple[AESGCM, bytes]:
    key = hashlib.sha256(f"key|{group.text(shared)}".encode()).digest()
    return AESGCM(key), hashlib.sha256(f"iv|{group.text(alpha)}".encode()).digest()


def encrypt(engine: Engine, key: int, message: str) -> str:
    """Encrypt a text to an encryption key; JSON."""
    group = engine.group
    r, s = group.random_scalar(), group.random_scalar()
    alpha, shared = power_of_g(engine, r), power_of_g(engine, s)
    beta = group.mul(power_of(engine, key, r), shared)
    cipher, nonce = _cipher(group, shared, alpha)
    data = cipher.encrypt(nonce, message.encode(), None).hex()
    return wire.dump({"algorithm": "AES-GCM", "alpha": group.text(alpha), "beta": group.text(beta), "data": data})


def decrypt(engine: Engine, key: int, text: str) -> str:
    """Decrypt with a decryption key.

    Raises:
        FormatError: not an encrypted message, or of another algorithm.
        RuleError: elements outside the group.
        ProofError: not for this key, or altered.
    """
    group, value = engine.group, wire.obj(wire.load(text, "an encrypted message"), "an encrypted message")
    if value.get("algorithm") != "AES-GCM":
        raise FormatError(
            "message-algorithm", f"a message is encrypted with {quoted(value.get('algorithm'))}", section="§9.1"
        )
    alpha = group.parse(wire.field(value, "alpha", "an encrypted message"), "alpha of a message")
    beta = group.parse(wire.field(value, "beta", "an encrypted message"), "beta of a message")
    if not all(engine.members([alpha, beta])):
        raise RuleError("membership", "an encrypted message is not in the group", section="§9.1")
    shared = group.mul(beta, group.inverse(power_of(engine, alpha, key)))
    cipher, nonce = _cipher(group, shared, alpha)
    try:
        data = bytes.fromhex(wire.string(wire.field(value, "data", "an encrypted message"), "the data of a message"))
        return cipher.decrypt(nonce, data, None).decode()
    except (ValueError, InvalidTag):
        raise ProofError("message-sealed", "a message is not for this key, or was altered", section="§9.1") from None


def send(engine: Engine, sender: Keys, recipient: int, message: str) -> str:
    """Sign and encrypt a text to a recipient's encryption key; JSON."""
    inner = wire.dump({"recipient": engine.group.text(recipient), "message": message})
    return encrypt(engine, recipient, wire.dump(sign(engine, sender.signing, inner).to_value()))


def receive(engine: Engine, receiver: Keys, sender: int, text: str) -> str:
    """Decrypt a text and check that the sender's verification key signed it for this receiver (raises `EvoteError`)."""
    group = engine.group
    opened = wire.load(decrypt(engine, receiver.decryption, text), "a decrypted message")
    signed = Signed.parse(group, opened, "a decrypted message")
    check_signature(engine, sender, signed)
    inner = wire.obj(wire.load(signed.message, "a signed message"), "a signed message")
    recipient = group.parse(wire.field(inner, "recipient", "a signed message"), "the recipient of a message")
    if recipient != power_of_g(engine, receiver.decryption):
        raise ProofError("message-recipient", "a message is signed for somebody else", section="§9.1")
    return wire.string(wire.field(inner, "message", "a signed message"), "the text of a message")
