"""Reads of documents and files. Who may see a file of a case is the case's business: the caller has checked it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

from django.db.models import QuerySet

from aydyn.documents import codes
from aydyn.documents.errors import NoSuchDocument, NoSuchFile
from aydyn.documents.models import Document, File
from aydyn.documents.storage import storage
from aydyn.kernel import clock
from aydyn.record import queries as record
from aydyn.record.queries import Status

PIECE = 1024 * 1024
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/-]{0,39}")
_PUBLIC_ID = re.compile(r"[0-9a-z]{1,40}")


def upload_by_id(public_id: str) -> File:
    """An upload that is not bound yet. Raises NoSuchFile."""
    for found in uploads_by_id([public_id]):
        return found
    raise NoSuchFile


def uploads_by_id(public_ids: Collection[str]) -> list[File]:
    """Several uploads, in the order asked for; those that are bound or gone are left out."""
    wanted = [each for each in public_ids if _PUBLIC_ID.fullmatch(each)]
    rows = File.objects.filter(public_id__in=wanted, version=None, expires__gt=clock.now())
    known = {row.public_id: row for row in rows}
    return [known[each] for each in public_ids if each in known]


def file_of(document: Document, public_id: str) -> File:
    """One file of a document. Raises NoSuchFile, also if it was erased."""
    rows = File.objects.filter(version__document=document, erased=False)
    found = rows.filter(public_id=public_id).first() if _PUBLIC_ID.fullmatch(public_id) else None
    if found is None:
        raise NoSuchFile
    return found


def files_of(documents: Collection[Document]) -> dict[int, list[File]]:
    """Document id → files of its newest version, in the order in which they came; one query for all."""
    rows = File.objects.filter(version__document__in=documents).select_related("version").order_by("version__seq", "pk")
    found: dict[int, list[File]] = {document.pk: [] for document in documents}
    newest: dict[int, int] = {}
    for row in rows:
        assert row.version is not None
        owner = row.version.document_id
        if newest.get(owner) != row.version.seq:
            newest[owner] = row.version.seq
            found[owner] = []
        found[owner].append(row)
    return found


def official_file(document: Document) -> File:
    """The PDF of an issued document. Raises NoSuchFile, also if it was erased."""
    rows = File.objects.filter(version__document=document, kind="pdf", erased=False)
    found = rows.order_by("-version__seq", "pk").first()
    if found is None:
        raise NoSuchFile
    return found


def document_by_id(public_id: str) -> Document:
    """A document by its public identifier. Raises NoSuchDocument."""
    rows = Document.objects.select_related("office", "issued", "cancelled")
    found = rows.filter(public_id=public_id).first() if _PUBLIC_ID.fullmatch(public_id) else None
    if found is None:
        raise NoSuchDocument
    return found


def by_code(number: str, code: str) -> Document:
    """The issued document that number and code open. Raises NoSuchDocument, in the same words for either being wrong."""
    rows = Document.objects.select_related("office", "issued", "cancelled").filter(issued__isnull=False)
    wanted = number.strip().upper()
    found = rows.filter(number=wanted).first() if _NUMBER.fullmatch(wanted) else None
    stored = bytes(found.code_hash) if found and found.code_hash else b""
    if found is None or not codes.matches(found.number or "", code, stored):
        raise NoSuchDocument
    return found


def issued_under(office_id: int) -> QuerySet[Document]:
    """Documents that an office issued, newest first."""
    return Document.objects.filter(office_id=office_id, issued__isnull=False).select_related("issued").order_by("-pk")


@dataclass(frozen=True)
class Standing:
    """What the page of a document says: since when it is on the record, whether it still holds, and its digest."""

    document: Document
    issued: Status
    cancelled: Status | None
    cancelled_at: datetime | None
    sha256: str


def standing_of(document: Document) -> Standing:
    """How an issued document stands now. Raises NoSuchDocument if it was never issued."""
    if document.issued is None:
        raise NoSuchDocument
    wanted = [document.issued.pk, *([document.cancelled.pk] if document.cancelled else [])]
    found = record.statuses(wanted)
    try:
        digest = official_file(document).sha256
    except NoSuchFile:
        digest = ""
    cancelled = document.cancelled
    return Standing(
        document=document,
        issued=found[document.issued.pk],
        cancelled=found[cancelled.pk] if cancelled else None,
        cancelled_at=cancelled.created if cancelled else None,
        sha256=digest,
    )


def is_issued_here(path: Path) -> bool:
    """Whether these very bytes are a document that this node issued."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return File.objects.filter(sha256=digest, version__document__issued__isnull=False, erased=False).exists()


def is_whole(file: File) -> bool:
    """Whether the stored bytes are still those that were kept; for the operator's checks."""
    digest = sha256()
    with storage().open(file.key) as kept:
        while piece := kept.read(PIECE):
            digest.update(piece)
    return digest.hexdigest() == file.sha256
