"""Archives whose hashes and chain are right and whose rest is as a test wants it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from aydyn.evote.archive import Entry, Position, Reader, Writer
from aydyn.evote.records import Kind, Source, name_of, read_record, record_of, start_of
from aydyn.evote.wire import hex_digest

SAMPLES = Path(__file__).parent / "data" / "belenios"
ARCHIVES = {path.parent.name: path.read_bytes() for path in sorted(SAMPLES.glob("*/*.bel"))}
TIME = 1_795_316_101


@dataclass
class Forged:
    """An event to write: ``kind`` and its data; ``fields`` replaces or, where None, leaves out fields of the event."""

    kind: str
    data: list[bytes] = field(default_factory=list[bytes])
    fields: dict[str, object] = field(default_factory=dict[str, object])


def forge(events: list[Forged], timestamp: int = TIME) -> bytes:
    """The archive of these events: parent, height and payload follow from what stands before, unless a field says else."""
    pieces = [start_of(timestamp)]
    parent: str | None = None
    for height, event in enumerate(events):
        digests = [hex_digest(body) for body in event.data]
        value: dict[str, object] = {
            "parent": parent, "height": height, "type": event.kind, "payload": digests[-1] if digests else None,
        } | event.fields  # fmt: skip
        body = json.dumps({k: v for k, v in value.items() if v is not None}, separators=(",", ":")).encode()
        pieces += [record_of(name_of(Kind.DATA, d), b, timestamp) for d, b in zip(digests, event.data, strict=True)]
        parent = hex_digest(body)
        pieces.append(record_of(name_of(Kind.EVENT, parent), body, timestamp))
    return b"".join(pieces)


def setup(*, certificate: bytes | None = None) -> Forged:
    parts = {"election": b'{"election"}', "trustees": b'["trustees"]', "credentials": b'["credentials"]'}
    if certificate is not None:
        parts["credentials_certificate"] = certificate
    return Forged("Setup", [*parts.values(), _json({name: hex_digest(body) for name, body in parts.items()})])


def ballot(text: str) -> Forged:
    return Forged("Ballot", [text.encode()])


def tally(count: int = 2, weight: int | str = 2) -> Forged:
    value = {"num_tallied": count, "total_weight": weight, "encrypted_tally": hex_digest(b"tally")}
    return Forged("EncryptedTally", [b"tally", _json(value)])


def owned(kind: str, owner: int, payload: bytes) -> Forged:
    return Forged(kind, [payload, _json({"owner": owner, "payload": hex_digest(payload)})])


def whole() -> list[Forged]:
    """A whole election in small; the shuffles are equal, and so are two of the ballots."""
    return [
        setup(), ballot("one"), ballot("two"), ballot("one"), Forged("EndBallots"), tally(),
        owned("Shuffle", 1, b"shuffled"), owned("Shuffle", 2, b"shuffled"), Forged("EndShuffles"),
        owned("PartialDecryption", 1, b"part"), owned("PartialDecryption", 2, b"other part"),
        Forged("Result", [b"result"]),
    ]  # fmt: skip


def _json(value: dict[str, object] | dict[str, str]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def read(raw: bytes, resume: Position | None = None) -> list[Entry]:
    return list(Reader(io.BytesIO(raw), resume=resume))


def end_of(raw: bytes) -> Position:
    reader = Reader(io.BytesIO(raw))
    for _ in reader:
        pass
    assert reader.position is not None
    return reader.position


def rewrite(raw: bytes) -> bytes:
    """Read an archive and write what was read."""
    out = io.BytesIO()
    writer = Writer(out, timestamp=end_of(raw).timestamp)
    for entry in read(raw):
        assert writer.add(entry.event.type, *entry.data) == entry.event
    return out.getvalue()


def pieces(raw: bytes) -> list[bytes]:
    """The records of an archive, as bytes."""
    source, found = Source(io.BytesIO(raw)), list[bytes]()
    while (record := read_record(source)) is not None:
        found.append(raw[record.offset : record.end])
    return found
