"""Official documents: what an office has rendered is kept and put on the record, or put out of force again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from aydyn.documents import codes, policies, storage
from aydyn.documents.actions import keeping
from aydyn.documents.bounds import MAX_ISSUED
from aydyn.documents.errors import BadData, NotInForce, NumberTaken
from aydyn.documents.models import Document, File, Version
from aydyn.documents.names import clean_name
from aydyn.documents.sniffing import KINDS
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Office
from aydyn.record import actions as record
from aydyn.record.models import Entry

DIGEST = "sha256:"


def keep_issued(
    *,
    kind: str,
    office: Office,
    number: str,
    title: Mapping[str, str],
    language: str,
    pdf: bytes,
    data: Mapping[str, Any],
    code: str,
    mandate: Mandate,
    cause: Entry | None = None,
) -> Document:
    """Keep a rendered document and enter ``document.issued``, in the caller's transaction.

    ``code``: of the pointer that the PDF was rendered with. Raises NotYourDocument, NumberTaken, BadData, BadAct or
    OutsideTransaction; then nothing is kept but a file that `sweep_uploads` finds.
    """
    keeping.need_transaction()
    policies.require(policies.may_issue(people.hold(mandate), office))
    if not pdf.startswith(b"%PDF-") or len(pdf) > MAX_ISSUED or not codes.tidy(code):
        raise BadData("what is issued is a PDF within the limits, and the code of its pointer")
    if Document.objects.filter(number=number).exists():
        raise NumberTaken
    kept = _keep(pdf)
    entry = record.enter(
        "document.issued",
        by=mandate.by,
        mandate=mandate.public_id,
        public={"number": number, "kind": kind, "office": office.code},
        parts={"file": DIGEST + kept.sha256},
        cause=cause,
    )
    try:
        with transaction.atomic():
            document = Document.objects.create(
                kind=kind, office=office, number=number, title=dict(title), language=language, created=clock.now(),
                finished=True, code_hash=codes.hash_code(number, code), issued=entry,
            )  # fmt: skip
    except IntegrityError:
        raise NumberTaken from None
    _add_file(document, data, kept)
    return document


def _add_file(document: Document, data: Mapping[str, Any], kept: keeping.Kept) -> None:
    version = Version.objects.create(document=document, seq=1, created=document.created, metadata=dict(data))
    pdf = KINDS["pdf"]
    File.objects.create(
        version=version, name=clean_name(str(document).replace("/", "-"), pdf.extension), kind=pdf.code,
        media_type=pdf.media_type, size=kept.size, sha256=kept.sha256, key=kept.key, created=document.created,
    )  # fmt: skip


def _keep(pdf: bytes) -> keeping.Kept:
    path = storage.storage().scratch()
    keeping.write([pdf], path, most=MAX_ISSUED)
    return keeping.keep(path)


@transaction.atomic
def cancel(
    *, document: Document, mandate: Mandate, ground: str, reason: str = "", cause: Entry | None = None
) -> Document:
    """Put an issued document out of force, from this moment on. Raises NotYourDocument, NotInForce or BadAct."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    policies.require(policies.may_cancel(people.hold(mandate), row))
    if row.issued is None or row.cancelled_id is not None:
        raise NotInForce
    row.cancelled = record.enter(
        "document.cancelled",
        by=mandate.by,
        mandate=mandate.public_id,
        public={"number": row.number, "ground": ground},
        parts={"reason": reason} if reason else None,
        cause=cause or row.issued,
    )
    row.ground = ground
    row.save(update_fields=["cancelled", "ground"])
    return row
