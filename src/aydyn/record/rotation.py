"""Changing the log's keys: announced on the record by acts that the old keys sign, then taken into use at a start.

Old keys are kept as public halves, so that what they signed stays good: policies name them beside the new ones. The
private halves of the old keys are deleted.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.db import transaction

from aydyn.kernel.config import Config
from aydyn.kernel.errors import ConfigurationError
from aydyn.kernel.secrets import write_secret
from aydyn.ledger.entries import DIGEST
from aydyn.ledger.keys import SEED_BYTES, SigningKey, VerifierKey
from aydyn.record import actions, queries, sequencing
from aydyn.record.keys import FILES, NEXT, RETIRED, next_log_keys, policies, public_log_keys, vkey_digest
from aydyn.record.models import Entry, Position


def announce(config: Config) -> list[VerifierKey]:
    """Make the next keys and put the change on the record; the node may run. Returns the new public keys.

    Raises ConfigurationError if a change is under way already, Halted if the record stands still.
    """
    folder = config.keys
    if next_log_keys(folder):
        raise ConfigurationError("a change of keys is announced already: start the node anew, and it takes effect")
    public_log_keys(folder)
    made = [SigningKey(config.origin, kind, os.urandom(SEED_BYTES)) for kind in FILES]
    with transaction.atomic():
        for key in made:
            actions.enter("key.changed", by="node", public={"key": vkey_digest(key.verifier)})
        # Inside the transaction: keys that nobody announced must not lie about, nor acts of keys that do not exist.
        for key, name in zip(made, FILES.values(), strict=True):
            write_secret(folder / f"{NEXT}{name}.key", key.to_text())
            (folder / f"{NEXT}{name}.vkey").write_text(key.verifier.vkey + "\n", "utf-8")
    return [key.verifier for key in made]


def take_effect(config: Config) -> bool:
    """Take announced keys into use, if their announcement is published and no sequencer works; returns whether."""
    announced = next_log_keys(config.keys)
    if not announced or not all(map(_is_published, announced)):
        return False
    lease = sequencing.take_lease()
    if lease is None:
        return False
    try:
        _swap(config.keys)
    finally:
        sequencing.release_lease(lease)
    policies.cache_clear()
    return True


def _is_published(key: VerifierKey) -> bool:
    wanted = f'"key":"{vkey_digest(key)}"'.encode()
    size = queries.published_size()
    for pk, data in Entry.objects.filter(act="key.changed").values_list("pk", "data"):
        if wanted in bytes(data):
            return Position.objects.filter(entry_id=pk, index__lt=size).exists()
    return False


def _swap(folder: Path) -> None:
    """Each kind: the old public key aside first, then the new pair in place; repeating it after a crash is harmless."""
    retired = folder / RETIRED
    retired.mkdir(mode=0o700, exist_ok=True)
    for name in FILES.values():
        if not (folder / f"{NEXT}{name}.vkey").exists():
            continue
        old = (folder / f"{name}.vkey").read_text("utf-8")
        mark = vkey_digest(VerifierKey.parse(old.strip())).removeprefix(DIGEST)[:16]
        (retired / f"{name}-{mark}.vkey").write_text(old, "utf-8")
        if (folder / f"{NEXT}{name}.key").exists():
            (folder / f"{NEXT}{name}.key").replace(folder / f"{name}.key")
        (folder / f"{NEXT}{name}.vkey").replace(folder / f"{name}.vkey")
