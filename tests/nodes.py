"""A node inside the test's process: real sequencer, real tiles in a temporary directory, witnesses without a network."""

from __future__ import annotations

import dataclasses
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aydyn.ledger import notes
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.notes import SignedNote

ORIGIN = "test.example/ledger"
WITNESSES = ("one", "two")


def witness_keys(name: str) -> tuple[SigningKey, SigningKey]:
    """The two keys of a test witness."""
    seed = name.encode().ljust(32, b"\x00")[:32]
    return (
        SigningKey(f"{name}.example", SignatureType.ED25519_COSIGNATURE, seed),
        SigningKey(f"{name}.example", SignatureType.ML_DSA_44, seed),
    )


def log_keys(origin: str = ORIGIN) -> tuple[SigningKey, SigningKey]:
    """The log's two keys; every test knows them, as a thief of the log's keys would."""
    return (
        SigningKey(origin, SignatureType.ED25519, b"\x11" * 32),
        SigningKey(origin, SignatureType.ML_DSA_44, b"\x12" * 32),
    )


def write_settings(data: Path, origin: str = ORIGIN) -> None:
    """Write node.toml and the log's keys as a real node has them."""
    keys = data / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    for name, key in zip(("log-ed25519", "log-ml-dsa-44"), log_keys(origin), strict=True):
        (keys / f"{name}.key").write_text(key.to_text(), "utf-8")
        (keys / f"{name}.vkey").write_text(key.verifier.vkey + "\n", "utf-8")
    text = f'origin = "{origin}"\n'
    for name in WITNESSES:
        ed, pq = witness_keys(name)
        text += f'[[witness]]\nname = "{name}"\nurl = "http://127.0.0.1:9"\nvkey = "{ed.verifier.vkey}"\nvkey_pq = "{pq.verifier.vkey}"\n'
    (data / "node.toml").write_text(text, "utf-8")


@dataclass
class TestNode:
    """Handles of a node under test."""

    __test__ = False

    data: Path
    sequencer: Any

    @classmethod
    def make(cls, folder: Path, settings: Any) -> TestNode:
        """Point Django at a fresh directory and make a sequencer for it."""
        from aydyn.record import keys, queries, service

        data = folder / "node"
        shutil.copytree(settings.AYDYN.keys, data / "keys")
        settings.AYDYN = dataclasses.replace(settings.AYDYN, data=data, recheck_interval=0)
        keys.policies.cache_clear()
        queries.store.cache_clear()
        sequencer = service.Sequencer(settings.AYDYN, holder="test")
        sequencer.threads = []
        return cls(data, sequencer)

    def sequence(self, *, witnessed: bool = True) -> int:
        """Give positions, write tiles, let the witnesses cosign (or not), publish; returns the size."""
        from aydyn.record.models import Checkpoint, Head

        self.sequencer.cleared = True
        while self.sequencer.step():
            pass
        head = Head.objects.get(pk=1)
        newest = Checkpoint.objects.filter(size=head.size).first()
        if newest is not None and witnessed:
            self.cosign(newest)
        self.publish(wait=0.0)
        return head.size

    def cosign(self, checkpoint: Any, names: tuple[str, ...] = WITNESSES) -> None:
        """Cosign a stored checkpoint as witnesses do."""
        from aydyn.record import publishing

        text = SignedNote.parse(bytes(checkpoint.note)).text
        lines = [notes.cosign(text, key, int(time.time())) for name in names for key in witness_keys(name)]
        publishing.add_cosignatures(checkpoint.size, lines, self.sequencer.policies)

    def publish(self, *, wait: float = 2.0) -> None:
        """Publish what may be published."""
        from aydyn.record import publishing
        from aydyn.record.models import Head

        publishing.publish_checkpoint(self.sequencer.store, Head.objects.get(pk=1).tiled, without_quorum_after=wait)
