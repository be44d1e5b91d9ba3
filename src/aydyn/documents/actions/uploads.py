"""Uploads: a file is judged and cleaned when it comes, kept for a week, and bound once to what it was sent with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from aydyn.documents import queries, sniffing, storage
from aydyn.documents.actions import keeping
from aydyn.documents.bounds import KEPT_UNBOUND, MAX_FILE, MAX_FILES, MAX_TOTAL
from aydyn.documents.errors import BadFile, NotFree, TooLarge, TooManyFiles
from aydyn.documents.models import Document, File, Version
from aydyn.documents.names import clean_name
from aydyn.kernel import clock
from aydyn.people.models import Office


def keep_upload(
    *,
    upload: UploadedFile[Any] | bytes,
    name: str | None = None,
    accept: Collection[str] = sniffing.ALL,
    longest: int = MAX_FILE,
) -> File:
    """Judge, clean and keep one file until it is bound; outside any transaction, since it takes a while.

    ``accept``: codes of :data:`sniffing.KINDS`. Raises Empty, TooLarge, WrongType, Unsafe, Damaged or NoRoom; then
    nothing is kept.
    """
    keeping.need_room()
    store = storage.storage()
    came, drawn = store.scratch(), store.scratch()
    try:
        keeping.write(_chunks(upload), came, most=longest)
        clean, kind = _cleaned(came, sniffing.sniff(came, accept), drawn, longest)
        kept = keeping.keep(clean)
    finally:
        # Both are gone already where they were taken over; a disk that fails is not hidden behind this.
        with suppress(FileNotFoundError):
            came.unlink()
        with suppress(FileNotFoundError):
            drawn.unlink()
    moment = clock.now()
    called = name if name is not None else getattr(upload, "name", None)
    return File.objects.create(
        name=clean_name(called or "", kind.extension), kind=kind.code, media_type=kind.media_type, size=kept.size,
        sha256=kept.sha256, key=kept.key, created=moment, expires=moment + KEPT_UNBOUND,
    )  # fmt: skip


def _chunks(upload: UploadedFile[Any] | bytes) -> Iterable[bytes]:
    if isinstance(upload, bytes):
        return [upload]
    if upload.size is not None and upload.size > MAX_TOTAL:
        raise TooLarge(MAX_FILE)
    upload.seek(0)
    return upload.chunks(keeping.PIECE)


def _cleaned(came: Path, kind: sniffing.Kind, drawn: Path, longest: int) -> tuple[Path, sniffing.Kind]:
    try:
        clean, kind = sniffing.clean(came, kind, drawn)
    except BadFile:
        # Our own official PDFs carry their data as a file; whoever sends one back unchanged is not refused.
        if kind.code == "pdf" and queries.is_issued_here(came):
            return came, kind
        raise
    if clean.stat().st_size > max(longest, MAX_FILE):
        raise TooLarge(longest)  # a picture that only its trick of packing made small
    return clean, kind


def discard_upload(*, file: File) -> None:
    """Delete an upload that its sender took out again. Raises NotFree if it is bound."""
    with transaction.atomic():
        if not File.objects.filter(pk=file.pk, version=None).delete()[0]:
            raise NotFree
        transaction.on_commit(lambda: storage.storage().delete(file.key))


def drop_unbound(*, files: Iterable[File]) -> None:
    """Delete those of some uploads that were bound to nothing: what was sent with an act that was refused stays nowhere."""
    for file in files:
        with suppress(NotFree):
            discard_upload(file=file)


def bind(
    *,
    files: Sequence[File],
    kind: str,
    office: Office | None = None,
    title: Mapping[str, str] | None = None,
    language: str = "",
    metadata: Mapping[str, Any] | None = None,
) -> Document:
    """Make a document of uploads, in the caller's transaction; an upload binds once, and never changes afterwards.

    Raises NotFree, TooManyFiles or OutsideTransaction.
    """
    keeping.need_transaction()
    if not files or len(files) > MAX_FILES or sum(file.size for file in files) > MAX_TOTAL:
        raise TooManyFiles
    wanted = {file.pk for file in files}
    free = File.objects.select_for_update().filter(pk__in=wanted, version=None, erased=False, expires__gt=clock.now())
    if len(wanted) != len(files) or {row.pk for row in free} != wanted:
        raise NotFree
    moment = clock.now()
    document = Document.objects.create(
        kind=kind, office=office, title=dict(title or {}), language=language, created=moment, finished=True
    )
    version = Version.objects.create(
        document=document, seq=1, created=moment, metadata=None if metadata is None else dict(metadata)
    )
    bound = File.objects.filter(pk__in=wanted, version=None).update(version=version, expires=None)
    if bound != len(wanted):
        raise NotFree  # a database without row locks, and somebody faster
    return document
