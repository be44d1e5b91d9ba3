"""A witness's own keys, and the logs that it knows: small files in its data directory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from aydyn.ledger.errors import FormatError
from aydyn.ledger.keys import SEED_BYTES, SignatureType, SigningKey, VerifierKey, check_name
from aydyn.ledger.policies import Policy

FILES = {SignatureType.ED25519_COSIGNATURE: "witness-ed25519", SignatureType.ML_DSA_44: "witness-ml-dsa-44"}
LOGS = "logs"


class WitnessError(Exception):
    """The witness cannot work with what is in its data directory; the message says what to do."""


def prepare(data_dir: Path, name: str | None = None) -> tuple[str, str]:
    """Make the witness's two keys where they are missing; returns the vkeys (Ed25519, ML-DSA-44).

    A key is never replaced. Raises WitnessError if keys of another name, or damaged ones, are there.
    """
    ed25519, post_quantum = (key.verifier.vkey for key in load_keys(data_dir, name))
    return ed25519, post_quantum


def load_keys(data_dir: Path, name: str | None = None) -> tuple[SigningKey, SigningKey]:
    """The private keys (Ed25519, ML-DSA-44), made where they are missing (see :func:`prepare`)."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        first = _load(data_dir, SignatureType.ED25519_COSIGNATURE, name)
        return first, _load(data_dir, SignatureType.ML_DSA_44, name or first.name)
    except OSError as error:
        raise WitnessError(f"{data_dir} cannot be used as the witness's data directory: {error.strerror}") from None


def _load(folder: Path, kind: SignatureType, name: str | None) -> SigningKey:
    file = folder / f"{FILES[kind]}.key"
    if not file.exists():
        _make(folder, file, kind, name)
    try:
        key = SigningKey.from_text(file.read_text("utf-8"))
    except (FormatError, UnicodeDecodeError) as error:
        raise WitnessError(f"{file} is damaged ({error}): restore it from a backup") from None
    if key.kind is not kind:
        raise WitnessError(f"{file} holds a key of another type: restore it from a backup")
    if name is not None and key.name != name:
        raise WitnessError(f"the witness in {folder} is called {key.name}, not {name}: leave --name out")
    return key


def _make(folder: Path, file: Path, kind: SignatureType, name: str | None) -> None:
    if name is None:
        raise WitnessError(
            f"{folder} holds no keys yet: say what the witness is called, for example --name example.org/w"
        )
    try:
        check_name(name, "name of the witness")
    except FormatError as error:
        raise WitnessError(str(error)) from None
    key = SigningKey(name, kind, os.urandom(SEED_BYTES))
    _write_once(file, key.to_text())
    file.with_suffix(".vkey").write_text(SigningKey.from_text(file.read_text("utf-8")).verifier.vkey + "\n", "utf-8")


def _write_once(file: Path, text: str) -> None:
    """Write a secret file that was not there, readable to its owner only; if another was faster, keep theirs."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, file)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def known_logs(data_dir: Path, given: Iterable[str] = ()) -> dict[str, list[VerifierKey]]:
    """Keys of the logs that this witness cosigns, by origin; ``given`` vkeys are remembered in ``DIR/logs``.

    Raises WitnessError for a vkey that cannot be read, or that is not a log's.
    """
    file = data_dir / LOGS
    stored = file.read_text("utf-8").split("\n") if file.exists() else []
    texts = list(dict.fromkeys(line.strip() for line in [*stored, *given] if line.strip() and line[0] != "#"))
    logs: dict[str, list[VerifierKey]] = {}
    for text in texts:
        key = _log_key(text)
        logs.setdefault(key.name, []).append(key)
    if texts != [line for line in stored if line]:
        aside = file.with_name(f".{LOGS}.{os.getpid()}")
        aside.write_text("".join(f"{text}\n" for text in texts), "utf-8")
        aside.replace(file)
    return logs


def _log_key(text: str) -> VerifierKey:
    try:
        key = VerifierKey.parse(text)
    except FormatError as error:
        raise WitnessError(f"a log's key cannot be read: {error}") from None
    if key.kind is SignatureType.ED25519_COSIGNATURE:
        raise WitnessError(f"the key of {key.name} is a witness's, not a log's")
    return key


def keys_of_policy(data: bytes) -> list[str]:
    """The vkeys of the logs that a policy file names. Raises WitnessError."""
    try:
        return [log.key.vkey for log in Policy.parse(data).logs]
    except FormatError as error:
        raise WitnessError(str(error)) from None
