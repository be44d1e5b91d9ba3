"""What a witness decides about one add-checkpoint request, in the order of C2SP tlog-witness.

Pure apart from the ``swap`` that it is handed. Invariant: no signature leaves before the swap is durable, and what is
signed is a re-encoding of what was parsed, so that a second parser cannot read something else into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError, LedgerError, ProofError
from aydyn.ledger.keys import SigningKey, VerifierKey
from aydyn.ledger.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from aydyn.ledger.notes import SignedNote, cosign
from aydyn.ledger.wire import decode_text, from_base64, from_decimal

MAX_BODY = 128 * 1024
MAX_PROOF = 63
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


class Refused(Exception):
    """The request is answered with ``status`` and ``body``, and nothing is cosigned."""

    def __init__(self, status: int, body: str, media_type: str = TEXT) -> None:
        super().__init__(body)
        self.status = status
        self.body = body
        self.media_type = media_type


@dataclass(frozen=True)
class Seen:
    """The last checkpoint that was cosigned for a log: size, root, and the note as the monitoring address shows it."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True)
class Submission:
    """A parsed add-checkpoint body."""

    old: int
    proof: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpoint


def parse(body: bytes) -> Submission:
    """Read the body of an add-checkpoint request. Raises Refused (400)."""
    head, separator, rest = body.partition(b"\n\n")
    try:
        if not separator:
            raise FormatError("request", "no empty line stands before the checkpoint")
        first, *hashes = decode_text(head, "request").split("\n")
        if not first.startswith("old "):
            raise FormatError("request", "does not start with a line “old <size>”")
        if len(hashes) > MAX_PROOF:
            raise FormatError("request", f"more than {MAX_PROOF} hashes")
        old = from_decimal(first[len("old ") :], "old size")
        proof = tuple(from_base64(line, "consistency proof", HASH_BYTES) for line in hashes)
        note = SignedNote.parse(rest)
        checkpoint = _parse_checkpoint(note.text)
        if checkpoint.extensions:
            raise FormatError("checkpoint", "extension lines are not cosigned here")
    except FormatError as error:
        raise Refused(400, f"{error}\n") from None
    return Submission(old, proof, note, checkpoint)


def _parse_checkpoint(text: bytes) -> Checkpoint:
    """Like Checkpoint.parse, but an empty tree under a wrong root is well-formed: it is refused later, with 422."""
    lines = decode_text(text, "checkpoint").split("\n")
    if len(lines) < 4 or lines[1] != "0":
        return Checkpoint.parse(text)
    root = from_base64(lines[2], "checkpoint, root", HASH_BYTES)
    sound = Checkpoint(lines[0], 0, EMPTY_ROOT, tuple(lines[3:-1]))
    checkpoint = Checkpoint.parse(sound.text() if lines[-1] == "" else text)
    return Checkpoint(checkpoint.origin, 0, root, checkpoint.extensions)


def authenticate(submission: Submission, logs: Mapping[str, Sequence[VerifierKey]]) -> SignedNote:
    """The checkpoint, re-encoded, with the log's own verified signatures only. Raises Refused (404, 403, 400, 422)."""
    checkpoint, keys = submission.checkpoint, logs.get(submission.checkpoint.origin)
    if not keys:
        raise Refused(404, "this witness does not know the log\n")
    try:
        submission.note.verify(keys)
    except LedgerError as error:
        raise Refused(403, f"{error}\n") from None
    if submission.old > checkpoint.size:
        raise Refused(400, "the old size is larger than the checkpoint's\n")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Refused(422, "the root of an empty log is SHA-256 of nothing\n")
    known = {(key.name, key.id) for key in keys}
    kept = tuple(line for line in submission.note.signatures if (line.name, line.key_id) in known)
    return SignedNote(checkpoint.text(), kept)


def advance(submission: Submission, last: Seen | None) -> None:
    """Raise Refused (409, 422) unless the checkpoint continues what was cosigned ``last``."""
    size = last.size if last else 0
    if submission.old != size:
        raise Refused(409, f"{size}\n", SIZE)
    checkpoint = submission.checkpoint
    try:
        verify_consistency(
            old_size=size,
            old_root=last.root if last else EMPTY_ROOT,
            size=checkpoint.size,
            root=checkpoint.root,
            path=submission.proof,
        )
    except ProofError as error:
        raise Refused(422, f"{error}\n") from None


def cosign_all(note: SignedNote, signers: Sequence[SigningKey], timestamp: int) -> tuple[Seen, bytes]:
    """Cosign an authenticated note: what to keep, and the signature lines to answer with."""
    lines = [cosign(note.text, signer, timestamp) for signer in signers]
    checkpoint = Checkpoint.parse(note.text)
    seen = Seen(checkpoint.size, checkpoint.root, note.with_signatures(lines).to_bytes())
    return seen, "".join(line.line() for line in lines).encode("utf-8")
