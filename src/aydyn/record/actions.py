"""Every write to the record that other rooms may ask for: entering acts, erasing content, loading files, looks."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from aydyn.kernel import clock
from aydyn.ledger import canonical
from aydyn.ledger.entries import DIGEST, NODE, OFFICE, SALT_BYTES, check_part_name, commit_in_order, stamp
from aydyn.ledger.entries import Entry as LedgerEntry
from aydyn.ledger.errors import FormatError
from aydyn.ledger.merkle import Frontier, leaf_hash
from aydyn.record import acts, insertion, queries
from aydyn.record.errors import BadAct, Halted, NoReceipt, OutsideTransaction
from aydyn.record.models import Content, Entry, Head, Look, LooksDay, ServedFile


@dataclass(frozen=True)
class NewAct:
    """An act to be entered (see :func:`enter` for the fields)."""

    act: str
    by: str
    public: Mapping[str, Any]
    parts: Mapping[str, Any] | None = None
    mandate: str | None = None
    cause: bytes | None = None
    hourly: bool = False


def enter(
    act: str,
    *,
    by: str,
    public: Mapping[str, Any],
    parts: Mapping[str, Any] | None = None,
    mandate: str | None = None,
    cause: Entry | None = None,
    hourly: bool = False,
) -> Entry:
    """Put one act on the record, in the caller's transaction: no act without entry, no entry without act.

    ``by``: ``person``, ``node`` or ``office:<code>``; ``public``: the declared public fields; ``parts``: name → JSON
    value of the content, each committed to under a fresh salt; ``cause``: the entry that this one answers; ``hourly``:
    sequence it with others on the hour. Raises OutsideTransaction, BadAct or Halted.
    """
    return enter_many([NewAct(act, by, public, parts, mandate, bytes(cause.hash) if cause else None, hourly)])[0]


def enter_many(new: Sequence[NewAct]) -> list[Entry]:
    """Enter several acts at once; see :func:`enter`."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("an act is entered only inside the transaction that does it")
    if Head.objects.filter(pk=1).exclude(halted="").exists():
        raise Halted
    try:
        rows = _rows(new, clock.now())
    except FormatError as error:
        raise BadAct(str(error)) from error
    return insertion.insert(rows)


def _rows(new: Sequence[NewAct], moment: datetime) -> list[insertion.Row]:
    table = acts.table()
    stamps = {by: stamp(moment, by) for by in {act.by for act in new}}
    salts = io.BytesIO(os.urandom(SALT_BYTES * sum(len(act.parts) for act in new if act.parts)))
    rows: list[insertion.Row] = []
    for act in new:
        digest, content = _seal(act.parts, salts.read) if act.parts else (None, None)
        cause = act.cause.hex() if act.cause else None
        entry = LedgerEntry(act.act, stamps[act.by], act.by, act.public, digest, act.mandate, cause)
        table.check(entry)
        data = entry.to_bytes()
        release = _next_hour(moment) if act.hourly and act.by == "person" else None
        rows.append(insertion.Row(data, leaf_hash(data), act.act, moment, content, release))
    return rows


def _seal(parts: Mapping[str, Any], random: Callable[[int], bytes]) -> tuple[str, bytes]:
    """Commit to parts: the digest for the entry, and the canonical bytes of values with salts for the content row."""
    commitments: list[tuple[str, str]] = []
    pieces: list[bytes] = []
    for name in sorted(parts):
        check_part_name(name)
        salt, value = random(SALT_BYTES), canonical.encode(parts[name])
        commitments.append((name, sha256(salt + value).hexdigest()))
        pieces.append(b'"%s":{"salt":"%s","value":%s}' % (name.encode(), salt.hex().encode(), value))
    return commit_in_order(commitments), b"{" + b",".join(pieces) + b"}"


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@transaction.atomic
def erase_content(*, entry: Entry, office: str, mandate: str, ground: str) -> Entry:
    """Erase what an entry commits to, by order of law; itself an act. Raises NoReceipt if there is nothing to erase."""
    if not Content.objects.filter(entry=entry).delete()[0]:
        raise NoReceipt("nothing of this entry is kept any more")
    return enter(
        "content.erased",
        by=OFFICE + office,
        mandate=mandate,
        public={"entry": bytes(entry.hash).hex(), "ground": ground},
        cause=entry,
    )


@transaction.atomic
def load_file(*, kind: str, code: str, data: bytes, media_type: str, version: int | None = None) -> ServedFile:
    """Load a file that rules depend on: an act with its SHA-256, and served for ever. The same bytes load only once."""
    digest = DIGEST + sha256(data).hexdigest()
    known = ServedFile.objects.filter(digest=digest).first()
    if known:
        return known
    public: dict[str, Any] = {"kind": kind, "code": code, "file": digest}
    if version is not None:
        public["version"] = version
    entry = enter("file.loaded", by=NODE, public=public)
    return ServedFile.objects.create(digest=digest, kind=kind, code=code, media_type=media_type, data=data, entry=entry)


def note_look(*, subject: str, mandate: str, reason: str) -> Look:
    """Write down that staff under ``mandate`` looked at personal data of ``subject`` (such as ``case:<number>``)."""
    return Look.objects.create(
        subject=subject, mandate=mandate, reason=reason, at=clock.now(), salt=os.urandom(SALT_BYTES)
    )


@transaction.atomic
def commit_looks(*, day: date) -> LooksDay | None:
    """Commit to all looks up to the end of ``day`` (UTC) that no earlier day holds; None if there are none, or done."""
    if LooksDay.objects.filter(day=day).exists():
        return None
    looks = list(Look.objects.filter(day=None, at__lt=_midnight_after(day)).order_by("at", "pk"))
    if not looks:
        return None
    tree = Frontier()
    tree.extend(leaf_hash(queries.look_leaf(look)) for look in looks)
    root = DIGEST + tree.root().hex()
    entry = enter("looks.committed", by=NODE, public={"day": day.isoformat(), "count": len(looks), "root": root})
    done = LooksDay.objects.create(day=day, count=len(looks), entry=entry)
    Look.objects.filter(pk__in=[look.pk for look in looks]).update(day=done)
    return done


def _midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
