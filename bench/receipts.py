"""Verifying one receipt in process: parsing, content, inclusion, signatures, quorum. Run by ``bench.ledger``."""

from __future__ import annotations

import time
from hashlib import sha256

from aydyn.audit.receipts import examine
from aydyn.ledger import notes
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import Entry, Opening, commit, commit_part
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.merkle import leaf_hash, node_hash
from aydyn.ledger.policies import Group, Named, Policy
from aydyn.ledger.receipts import Receipt

ORIGIN = "bench.example/ledger"
HEIGHT = 20
RUNS = 400


def _key(name: str, kind: SignatureType) -> SigningKey:
    return SigningKey(name, kind, sha256(f"{name} {kind}".encode()).digest())


def make(height: int = HEIGHT) -> tuple[bytes, list[Policy]]:
    """A receipt of a filing in a log of 2^``height`` entries, cosigned by two witnesses, and the two policies."""
    log = [_key(ORIGIN, kind) for kind in (SignatureType.ED25519, SignatureType.ML_DSA_44)]
    witnesses = [
        [
            _key(f"witness.example/{number}", kind)
            for kind in (SignatureType.ED25519_COSIGNATURE, SignatureType.ML_DSA_44)
        ]
        for number in (1, 2)
    ]
    opened = {
        "question": Opening(b"\x01" * 32, "How many polling stations can be reached with a wheelchair? " * 6),
        "language": Opening(b"\x02" * 32, "en"),
        "scope": Opening(b"\x03" * 32, "national"),
    }
    parts = {name: commit_part(one.salt, one.value) for name, one in opened.items()} | {"asker": "00" * 32}
    public = {"number": "CEC-2026-000001", "office": "tm.cec", "procedure": "information-request", "version": 1,
              "file": f"sha256:{'0' * 64}", "due": "2026-12-24"}  # fmt: skip
    data = Entry("case.filed", "2026-11-25", "person", public, commit(parts)).to_bytes()
    path = tuple(sha256(bytes([level])).digest() for level in range(height))
    root = leaf_hash(data)
    for sibling in path:
        root = node_hash(root, sibling)
    text = Checkpoint(ORIGIN, 1 << height, root).text()
    lines = [notes.cosign(text, key, 1_790_000_000) for keys in witnesses for key in keys]
    note = notes.sign(text, log, 1_790_000_000).with_signatures(lines)
    receipt = Receipt.make(entry_data=data, parts=parts, opened=opened, index=0, path=path, checkpoint=note)
    policies = [
        Policy(
            [Named(log[kind].verifier)],
            {f"w{number}": Named(keys[kind].verifier) for number, keys in enumerate(witnesses)},
            {"quorum": Group(2, ("w0", "w1"))},
            "quorum",
        )
        for kind in (0, 1)
    ]
    return receipt.to_bytes(), policies


def milliseconds(policies: list[Policy], data: bytes) -> float:
    """Milliseconds that one judgement takes: the median of many."""
    times: list[float] = []
    for _ in range(RUNS):
        started = time.perf_counter()
        verdict = examine(data, policies)
        times.append(time.perf_counter() - started)
        assert verdict.state.value == "verified", verdict.reasons
    return sorted(times)[RUNS // 2] * 1000
