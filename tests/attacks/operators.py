"""A malicious operator: full rights on database, files and the log's keys; only the witnesses' keys are not hers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from tests import nodes

from aydyn.audit.logs import Unreadable
from aydyn.ledger import notes
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.policies import Policy
from aydyn.ledger.tiles import TileAddress, TileBuilder, bundle_hashes, bundles_of, encode_bundle, split_bundle
from aydyn.observer.monitor import Monitor, Report
from aydyn.observer.monitor.site import Site


@dataclass
class Ledger:
    """A ledger in a directory, as a thief of the log's keys can write it."""

    folder: Path

    def entries(self) -> list[bytes]:
        """All entries that are published there."""
        size = self.checkpoint().size
        return [
            entry
            for address in bundles_of(0, size)
            for entry in split_bundle((self.folder / address.path()).read_bytes(), address.width)
        ]

    def checkpoint(self) -> Checkpoint:
        """The published checkpoint."""
        return Checkpoint.parse(notes.SignedNote.parse((self.folder / "checkpoint").read_bytes()).text)

    def write(
        self, entries: Sequence[bytes], *, keys: Sequence[Any] | None = None, cosigned: Sequence[str] = ()
    ) -> Ledger:
        """Replace everything by a ledger of these entries, signed with the stolen keys (or others)."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        builder = TileBuilder()
        for address, data in builder.append(bundle_hashes(entries)):
            self._put(address, data)
        for address in bundles_of(0, len(entries)):
            start = address.number * 256
            self._put(address, encode_bundle(entries[start : start + address.width]))
        text = Checkpoint(nodes.ORIGIN, len(entries), builder.root()).text()
        note = notes.sign(text, list(keys or nodes.log_keys()), 1_800_000_000)
        lines = [notes.cosign(text, key, 1_800_000_000) for name in cosigned for key in nodes.witness_keys(name)]
        (self.folder / "checkpoint").write_bytes(note.with_signatures(lines).to_bytes())
        return self

    def _put(self, address: TileAddress, data: bytes) -> None:
        path = self.folder / address.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def copy(self, to: Path) -> Ledger:
        """A copy elsewhere."""
        shutil.copytree(self.folder, to)
        return Ledger(to)


class ClientSite(Site):
    """The node's open API, asked without a network."""

    def __init__(self) -> None:
        super().__init__("http://node")
        self.client = Client()

    def _get(self, path: str) -> Any:
        answer = self.client.get(path)
        return None if answer.status_code == 404 else answer.json()


def node_reader(path: str) -> bytes:
    """A file of the node's ledger, over its own address."""
    answer = Client().get(f"/ledger/{path}")
    if answer.status_code != 200:
        raise Unreadable(f"{path} answers {answer.status_code}")
    return bytes(answer.content)


@dataclass
class Watcher:
    """Somebody who runs ``aydyn monitor`` against the node."""

    monitor: Monitor

    @classmethod
    def begin(cls, folder: Path, policies: Sequence[Policy], *, now: float | None = None) -> Watcher:
        """Start to follow, and look once; nothing is wrong yet."""
        clock = {} if now is None else {"clock": lambda: now}
        made = cls(Monitor(node_reader, policies, folder, **clock))
        made.monitor.site = ClientSite()
        first = made.look()
        assert first.evidence == [], [one.words for one, _ in first.evidence]
        assert first.unread == []
        return made

    def look(self, read: Any = None, **how: Any) -> Report:
        """One more round, possibly of what the operator shows to this one alone."""
        if read is not None:
            self.monitor.read = read
        return self.monitor.look(everything=True, **how)

    def catches(self, *codes: str, read: Any = None, **how: Any) -> Report:
        """Assert that a round ends in evidence of one of these kinds, kept in a file."""
        report = self.look(read, **how)
        found = {finding.code for finding, _ in report.evidence}
        assert found & set(codes), (found, report.unread, report.notices)
        assert all(path is not None and path.is_file() for _, path in report.evidence)
        assert report.state.exit_code == 1
        return report
