"""What an exported site can be checked with: the checkpoint, the policies, and a receipt of every published act it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aydyn.cases import queries
from aydyn.cases.models import Case, CaseEvent
from aydyn.record import queries as record
from aydyn.record.errors import NoReceipt
from aydyn.record.keys import policies

SUFFIX = ".tlog-proof"
HEAD = b"# Keys shown by the accused prove nothing: compare this file with one from a source that you trust.\n"
PERSONAL = ("asker",)
"""Parts that no published receipt opens, also where an office published them by mistake."""


def write_ledger(folder: Path) -> int:
    """Write checkpoint and policies; returns how many entries the checkpoint covers."""
    folder.mkdir()
    note = record.store().read_checkpoint()
    assert note is not None  # the caller has looked
    (folder / "checkpoint").write_bytes(note)
    for name, policy in zip(("aydyn.policy", "aydyn-pq.policy"), policies(), strict=True):
        (folder / name).write_bytes(HEAD + policy.to_bytes())
    return record.published_size()


def write_receipts(case: Case, events: Sequence[CaseEvent], folder: Path) -> dict[int, str]:
    """Write the receipts of a case's acts as a stranger gets them; returns seq → file name of those that there are."""
    opened = {event.pk for event in queries.open_events(events)}
    names: dict[int, str] = {}
    for event in events:
        show = None if event.pk in opened else ()
        try:
            data = record.receipt_for(event.entry, opened=show, hidden=PERSONAL).to_bytes()
        except NoReceipt:
            continue  # not on a published checkpoint yet
        folder.mkdir(parents=True, exist_ok=True)
        names[event.seq] = f"{case.number}-{event.seq:02d}-{event.act.split('.')[1]}{SUFFIX}"
        (folder / names[event.seq]).write_bytes(data)
    return names
