"""A small log with fixed keys, built with the ledger alone: what verifiers, witness and monitor are tested on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from aydyn.ledger import canonical, notes
from aydyn.ledger.acts import ActTable
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import Entry, Opening, commit, commit_part
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.merkle import Frontier, leaf_hash
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Group, Named, Policy
from aydyn.ledger.receipts import Receipt
from aydyn.ledger.tiles import WIDTH, TileAddress, TileBuilder, TreeReader, bundle_hashes, encode_bundle

ORIGIN = "node.example/ledger"
OFFICE, MANDATE = "tm.cec", "mandate0001"
NOON = 1_795_608_000  # 2026-11-25T12:00:00Z
PROCEDURE = b'code = "information-request"\n'
FILE = "sha256:" + sha256(PROCEDURE).hexdigest()

ACTS = ActTable.from_value(
    {
        "acts": {
            "log.started": {"by": ["node"], "public": {"pack": {"type": "code"}}},
            "file.loaded": {
                "by": ["node"],
                "public": {
                    "kind": {"type": "code"}, "code": {"type": "code"}, "file": {"type": "digest"},
                    "version": {"type": "count", "optional": True},
                },
            },
            "mandate.granted": {
                "by": ["office", "node"],
                "public": {"granted": {"type": "mandate"}, "office": {"type": "office"}, "role": {"type": "code"}},
            },
            "mandate.ended": {
                "by": ["office"], "public": {"ended": {"type": "mandate"}, "office": {"type": "office"}},
            },
            "content.erased": {"by": ["office"], "public": {"entry": {"type": "hash"}, "ground": {"type": "code"}}},
            "case.filed": {
                "by": ["person", "office"],
                "public": {
                    "number": {"type": "number"}, "office": {"type": "office"}, "procedure": {"type": "code"},
                    "version": {"type": "count"}, "file": {"type": "digest"},
                },
            },
            "case.answered": {"by": ["office"], "public": {"number": {"type": "number"}}},
            "case.published": {"by": ["office"], "public": {"number": {"type": "number"}}},
        }
    }
)  # fmt: skip
ACTS_DATA = canonical.encode(ACTS.to_value())


def key(name: str, kind: SignatureType, mark: int) -> SigningKey:
    """A key that is the same in every run."""
    return SigningKey(name, kind, bytes([mark]) * 32)


def salt(name: str) -> bytes:
    """A salt that is the same in every run."""
    return sha256(name.encode()).digest()


@dataclass
class TinyLog:
    """Entries in memory; grows, signs, publishes to a directory and makes receipts."""

    origin: str = ORIGIN
    mark: int = 1
    entries: list[bytes] = field(default_factory=list[bytes])
    contents: dict[int, dict[str, Opening]] = field(default_factory=dict[int, dict[str, Opening]])

    @property
    def keys(self) -> list[SigningKey]:
        """The log's two keys."""
        kinds = (SignatureType.ED25519, SignatureType.ML_DSA_44)
        return [key(self.origin, kind, self.mark) for kind in kinds]

    def add(
        self, act: str, at: str, by: str, public: Mapping[str, Any], parts: Mapping[str, Any] | None = None, **rest: Any
    ) -> int:
        """Add an entry; gives its position."""
        position = len(self.entries)
        content = {name: Opening(salt(f"{position} {name}"), value) for name, value in (parts or {}).items()}
        digest = commit({name: commit_part(one.salt, one.value) for name, one in content.items()}) if content else None
        self.entries.append(Entry(act, at, by, dict(public), digest, **rest).to_bytes())
        self.contents[position] = content
        return position

    def leaf(self, position: int) -> str:
        """Leaf hash, hexadecimal."""
        return leaf_hash(self.entries[position]).hex()

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """The head at a size."""
        count = len(self.entries) if size is None else size
        tree = Frontier()
        tree.extend(map(leaf_hash, self.entries[:count]))
        return Checkpoint(self.origin, count, tree.root())

    def note(self, size: int | None = None, *, witnesses: Sequence[SigningKey] = (), at: int = NOON) -> SignedNote:
        """The signed head, cosigned by ``witnesses``."""
        return notes.sign(self.checkpoint(size).text(), [*self.keys, *witnesses], at)

    def tiles(self, size: int | None = None) -> dict[str, bytes]:
        """Every tile and bundle of the tree at a size, by path."""
        count = len(self.entries) if size is None else size
        files = {a.path(): d for a, d in TileBuilder().append(bundle_hashes(self.entries[:count]))}
        for at in range(0, count, WIDTH):
            chunk = self.entries[at : min(count, at + WIDTH)]
            files[TileAddress(-1, at // WIDTH, len(chunk)).path()] = encode_bundle(chunk)
        return files

    def publish(
        self, folder: Path, *, size: int | None = None, at: int = NOON, witnesses: Sequence[SigningKey]
    ) -> None:
        """Write the ledger as a node would; files that are there stay."""
        loaded = {f"files/{FILE.removeprefix('sha256:')}": PROCEDURE, "acts": ACTS_DATA}
        loaded[f"files/{sha256(ACTS_DATA).hexdigest()}"] = ACTS_DATA
        loaded["checkpoint"] = self.note(size, witnesses=witnesses, at=at).to_bytes()
        for path, data in {**self.tiles(size), **loaded}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)

    def receipt(self, position: int, note: SignedNote, *, opened: Sequence[str] | None = None) -> Receipt:
        """The receipt of an entry against a signed head, opening the named parts (all)."""
        size = Checkpoint.parse(note.text).size
        files = self.tiles(size)
        tree = TreeReader(size, lambda address: files[address.path()])
        content = self.contents[position]
        show = content if opened is None else {name: content[name] for name in opened}
        return Receipt.make(
            entry_data=self.entries[position],
            parts={name: commit_part(one.salt, one.value) for name, one in content.items()},
            opened=show,
            index=position,
            path=tuple(tree.inclusion(position)),
            checkpoint=note,
        )

    def policy(self, witnesses: Mapping[str, SigningKey], needed: int, *, post_quantum: bool = False) -> Policy:
        """A policy for this log: ``needed`` of the witnesses (0: none)."""
        logs = [Named(one.verifier) for one in self.keys if one.kind.post_quantum == post_quantum]
        named = {name: Named(one.verifier) for name, one in witnesses.items()}
        if not needed:
            return Policy(logs, named, {}, "none")
        return Policy(logs, named, {"quorum": Group(needed, tuple(named))}, "quorum")


def begin(origin: str = ORIGIN) -> TinyLog:
    """A log with its first acts: started, files loaded, one mandate granted by the node."""
    log = TinyLog(origin)
    at = "2026-11-25T08:00:00Z"
    acts = "sha256:" + sha256(ACTS_DATA).hexdigest()
    log.add("log.started", at, "node", {"pack": "tm"})
    log.add("file.loaded", at, "node", {"kind": "acts", "code": "acts", "file": acts})
    procedure = {"kind": "procedure", "code": "information-request", "version": 1, "file": FILE}
    log.add("file.loaded", at, "node", procedure)
    log.add("mandate.granted", at, "node", {"granted": MANDATE, "office": OFFICE, "role": "head"})
    return log


def file_case(log: TinyLog, serial: int, day: str = "2026-11-25") -> int:
    """A person files a case."""
    public = {
        "number": number(serial),
        "office": OFFICE,
        "procedure": "information-request",
        "version": 1,
        "file": FILE,
    }
    parts = {"asker": {"name": "Aman"}, "question": f"How many polling stations? ({serial})"}
    return log.add("case.filed", day, "person", public, parts)


def answer_case(log: TinyLog, serial: int, cause: int, *, act: str = "case.answered", **rest: Any) -> int:
    """The office answers a case (or does another act of a case)."""
    given = {"at": "2026-11-25T11:00:00Z", "mandate": MANDATE, "by": f"office:{OFFICE}"} | rest
    return log.add(
        act, given.pop("at"), given.pop("by"), {"number": number(serial)}, {"text": "2,604"},
        cause=log.leaf(cause), **given,
    )  # fmt: skip


def number(serial: int) -> str:
    """A case number."""
    return f"CEC-2026-{serial:06d}"


def sample(cases: int = 3, origin: str = ORIGIN) -> TinyLog:
    """A log with some cases, each answered and published."""
    log = begin(origin)
    for serial in range(1, cases + 1):
        filed = file_case(log, serial)
        answered = answer_case(log, serial, filed)
        answer_case(log, serial, answered, act="case.published")
    return log


def witnesses(kind: SignatureType = SignatureType.ED25519_COSIGNATURE, count: int = 2) -> dict[str, SigningKey]:
    """Named witnesses with fixed keys."""
    return {f"w{place}": key(f"witness{place}.example", kind, 100 + place) for place in range(1, count + 1)}


def both_kinds(count: int = 2) -> list[SigningKey]:
    """The same witnesses with both kinds of keys."""
    kinds = (SignatureType.ED25519_COSIGNATURE, SignatureType.ML_DSA_44)
    return [one for kind in kinds for one in witnesses(kind, count).values()]
