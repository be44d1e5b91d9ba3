"""Asks the witnesses of a policy what they cosigned last, and holds it against what the node shows.

A node that shows this monitor another history than its witnesses, or an older one, is caught even by a monitor that
sees it for the first time. A witness that does not answer is a notice: its address may not be open to everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from aydyn.audit.logs import Read, Unreadable, read_tile
from aydyn.audit.receipts import moment
from aydyn.audit.verdicts import Statement
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import LedgerError
from aydyn.ledger.merkle import verify_consistency
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Policy
from aydyn.ledger.tiles import TreeReader
from aydyn.observer import http
from aydyn.observer.monitor.findings import Finding, Report

MAX_NOTE = 256 * 1024
TIMEOUT = 5.0
GRACE = 300


def compare(
    read: Read, policies: Sequence[Policy], report: Report, checkpoint: Checkpoint, data: bytes, now: int
) -> None:
    """Ask every witness that a policy gives an address for."""
    tree = TreeReader(checkpoint.size, lambda address: read_tile(read, address))
    asked = set[str]()
    for policy in policies:
        for name, witness in policy.witnesses.items():
            if not witness.url or witness.url in asked:
                continue
            asked.add(witness.url)
            try:
                note = _last(witness.url, checkpoint.origin)
                if note is not None:
                    _hold(name, note, policy, tree, report, checkpoint, data, now)
            except (http.HTTPError, LedgerError, Unreadable) as error:
                report.notices.append(Statement("witness-silent", f"the witness {name} could not be asked: {error}"))


def _last(url: str, origin: str) -> SignedNote | None:
    name = sha256(origin.encode("utf-8")).hexdigest()
    answer = http.get(f"{url.rstrip('/')}/{name}/checkpoint", timeout=TIMEOUT, max_bytes=MAX_NOTE)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise http.HTTPError(f"{url} answers {answer.status}")
    return SignedNote.parse(answer.body)


def _hold(
    name: str, note: SignedNote, policy: Policy, tree: TreeReader, report: Report, shown: Checkpoint, data: bytes, now: int
) -> None:  # fmt: skip
    """Hold what a witness cosigned against what the node shows; both bear the log's own signature."""
    opened = policy.open(note, need_quorum=False)
    seen = opened.checkpoint
    shows: dict[str, Any] = {
        "witness": note.to_bytes().decode("utf-8"),
        "now": data.decode("utf-8", "backslashreplace"),
    }
    if seen.size > shown.size:
        cosigned = opened.cosigned.get(name, 0)
        if cosigned and now - cosigned > GRACE:
            words = f"the witness {name} saw {seen.size:,} entries at {moment(cosigned)}; {shown.size:,} are shown"
            report.evidence.append((Finding("rollback", words, shown.size, shows), None))
        return
    if seen.size == shown.size and seen.root == shown.root:
        return
    try:
        path = tree.consistency(seen.size)
        verify_consistency(old_size=seen.size, old_root=seen.root, size=shown.size, root=shown.root, path=path)
    except LedgerError:
        words = f"the witness {name} saw another history of {seen.size:,} entries than the one that is shown"
        report.evidence.append((Finding("fork", words, seen.size, shows), None))
