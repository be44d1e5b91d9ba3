"""The start-up guard: a restored old backup, or another history, must never be signed on.

Before the node signs it asks its own published checkpoint and a quorum of its witnesses. Whatever bears the log's own
signature counts as truth about what it once signed; a claim without that signature counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aydyn.kernel.config import Config
from aydyn.ledger.checkpoints import Checkpoint as LedgerCheckpoint
from aydyn.ledger.errors import LedgerError, SignatureError
from aydyn.ledger.keys import VerifierKey
from aydyn.ledger.notes import SignedNote
from aydyn.observer import http
from aydyn.record import witnessing
from aydyn.record.models import Checkpoint, Head
from aydyn.record.publishing import make_reader
from aydyn.record.tilestore import TileStore

ADVICE = (
    "The node has stopped writing, so that the public record does not fork. If an old backup was restored, restore a "
    "newer one; see docs/operator/recovery.md. Do not delete checkpoints and do not make new keys."
)


@dataclass
class Verdict:
    """What the guard found: a reason to refuse (empty: none), and which witnesses have answered."""

    refuse: str = ""
    answered: list[str] = field(default_factory=list[str])
    silent: list[str] = field(default_factory=list[str])


def look(config: Config, keys: list[VerifierKey], store: TileStore) -> Verdict:
    """Compare the database with every checkpoint that bears the log's signature and can be reached."""
    verdict = Verdict()
    published = store.read_checkpoint()
    if published is not None:
        verdict.refuse = _contradiction(published, "the published checkpoint", config.origin, keys, store)
    for witness in config.witnesses:
        if verdict.refuse:
            break
        try:
            note = witnessing.last_checkpoint(witness, config.origin)
        except (http.HTTPError, LedgerError) as error:
            verdict.silent.append(f"{witness.name} ({error})")
            continue
        verdict.answered.append(witness.name)
        if note is not None:
            where = f"the checkpoint held by witness {witness.name}"
            verdict.refuse = _contradiction(note.to_bytes(), where, config.origin, keys, store)
    return verdict


def may_sign(config: Config, verdict: Verdict) -> bool:
    """Whether enough witnesses have answered; the first start of an empty log needs none."""
    first_start = not Checkpoint.objects.exists()
    return not verdict.refuse and (first_start or len(verdict.answered) >= config.needed_witnesses)


def _contradiction(data: bytes, where: str, origin: str, keys: list[VerifierKey], store: TileStore) -> str:
    """Why the database contradicts a checkpoint that the log signed; empty if it does not."""
    try:
        note = SignedNote.parse(data)
        seen = LedgerCheckpoint.parse(note.text)
        if seen.origin != origin:
            return ""
        note.verify(keys)
    except SignatureError:
        return ""  # not signed by this log: anybody can claim anything
    except LedgerError as error:
        return f"{where} cannot be read ({error}). {ADVICE}" if where.startswith("the published") else ""
    head = Head.objects.get(pk=1)
    if seen.size > head.size:
        return (
            f"The log has signed {seen.size} entries ({where} shows it), but the database holds {head.size}. {ADVICE}"
        )
    if _root_at(seen.size, head, store) != seen.root:
        return f"At {seen.size} entries {where} and the database have different contents. {ADVICE}"
    return ""


def _root_at(size: int, head: Head, store: TileStore) -> bytes:
    if size == head.size:
        return bytes(head.root)
    signed = Checkpoint.objects.filter(size=size).first()
    if signed is not None:
        return LedgerCheckpoint.parse(SignedNote.parse(bytes(signed.note)).text).root
    return make_reader(store, size).root()
