"""The log's keys and the two trust policies that the node publishes (Ed25519 for every tool, ML-DSA-44 beside it)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from aydyn.kernel.config import Config
from aydyn.kernel.errors import ConfigurationError
from aydyn.kernel.secrets import write_secret
from aydyn.ledger.entries import DIGEST
from aydyn.ledger.errors import FormatError
from aydyn.ledger.keys import SEED_BYTES, SignatureType, SigningKey, VerifierKey, check_name
from aydyn.ledger.policies import Group, Named, Policy

FILES = {SignatureType.ED25519: "log-ed25519", SignatureType.ML_DSA_44: "log-ml-dsa-44"}
NEXT = "next-"
RETIRED = "retired"
QUORUM = "quorum"


@dataclass(frozen=True)
class LogKeys:
    """The private keys of the log; only the sequencer holds them."""

    signers: tuple[SigningKey, ...]

    @property
    def verifiers(self) -> list[VerifierKey]:
        """Their public halves."""
        return [signer.verifier for signer in self.signers]


def make_log_keys(folder: Path, origin: str) -> list[VerifierKey]:
    """Make the log's two keys where they are missing; returns the public halves. Never replaces a key."""
    check_name(origin, "origin")
    for kind, name in FILES.items():
        if not (folder / f"{name}.key").exists():
            key = SigningKey(origin, kind, os.urandom(SEED_BYTES))
            write_secret(folder / f"{name}.key", key.to_text())
            (folder / f"{name}.vkey").write_text(key.verifier.vkey + "\n", "utf-8")
    return public_log_keys(folder)


def load_log_keys(folder: Path, origin: str) -> LogKeys:
    """Read the private keys. Raises ConfigurationError if one is missing, damaged or of another log."""
    signers = tuple(_read_private(folder / f"{name}.key", kind, origin) for kind, name in FILES.items())
    keys = LogKeys(signers)
    if keys.verifiers != public_log_keys(folder):
        raise ConfigurationError(f"the private and the public keys in {folder} do not belong together")
    return keys


def _read_private(file: Path, kind: SignatureType, origin: str) -> SigningKey:
    try:
        key = SigningKey.from_text(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{file} is missing: restore it, or make keys with `aydyn ledger keygen`") from None
    except FormatError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    if key.kind is not kind or key.name != origin:
        raise ConfigurationError(f"{file} is not the key of the log {origin}")
    return key


def public_log_keys(folder: Path) -> list[VerifierKey]:
    """Read the public keys. Raises ConfigurationError if one is missing or damaged."""
    return [_read_public(folder / f"{name}.vkey") for name in FILES.values()]


def _read_public(file: Path) -> VerifierKey:
    try:
        return VerifierKey.parse(file.read_text("utf-8").strip())
    except (FileNotFoundError, FormatError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None


def next_log_keys(folder: Path) -> list[VerifierKey]:
    """The public halves of keys that are announced and not in use yet; empty if no change is under way."""
    files = [folder / f"{NEXT}{name}.vkey" for name in FILES.values()]
    return [_read_public(file) for file in files if file.exists()]


def trusted_log_keys(folder: Path) -> list[VerifierKey]:
    """The log's keys, and those it had before: what they signed stays good."""
    retired = sorted((folder / RETIRED).glob("*.vkey"))
    return public_log_keys(folder) + [_read_public(file) for file in retired]


def vkey_digest(key: VerifierKey) -> str:
    """How the record names a key: SHA-256 of its vkey."""
    return DIGEST + sha256(key.vkey.encode("utf-8")).hexdigest()


def make_policy(config: Config, log_keys: Sequence[VerifierKey], *, post_quantum: bool) -> Policy:
    """The policy of one kind of keys: this log, its witnesses that have such a key, and more than half of them."""
    logs = [Named(key, f"{config.site_url}/ledger") for key in log_keys if key.kind.post_quantum == post_quantum]
    texts = {row.name: row.vkey_pq if post_quantum else row.vkey for row in config.witnesses}
    urls = {row.name: row.url for row in config.witnesses}
    try:
        witnesses = {name: Named(VerifierKey.parse(text), urls[name]) for name, text in texts.items() if text}
    except FormatError as error:
        raise ConfigurationError(f"node.toml, witness: {error}") from None
    if not witnesses:
        return Policy(logs=logs, quorum="none")
    needed = min(config.needed_witnesses, len(witnesses))
    return Policy(logs, witnesses, {QUORUM: Group(needed, tuple(witnesses))}, QUORUM)


@cache
def policies() -> tuple[Policy, Policy]:
    """This node's two policies: Ed25519 only, and ML-DSA-44 only."""
    public = trusted_log_keys(settings.AYDYN.keys)
    return (
        make_policy(settings.AYDYN, public, post_quantum=False),
        make_policy(settings.AYDYN, public, post_quantum=True),
    )
