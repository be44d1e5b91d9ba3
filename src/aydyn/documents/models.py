"""Tables of documents. Versions are only ever added; names, words, digests and bytes are erased when the law orders it.

A file begins as an upload (no version, an expiry) and is bound once to a version; then it never changes.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id


class Document(models.Model):
    """One document: what people sent together, or what an office issued (then it has a number and an entry)."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    kind = models.CharField(max_length=60)
    office = models.ForeignKey("people.Office", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=40, unique=True, null=True)
    title = models.JSONField(default=dict)
    language = models.CharField(max_length=8, blank=True)
    created = models.DateTimeField(default=clock.now)
    finished = models.BooleanField(default=False)
    code_hash = models.BinaryField(max_length=32, null=True)
    issued = models.OneToOneField("record.Entry", models.PROTECT, null=True, related_name="issued_document")
    cancelled = models.OneToOneField("record.Entry", models.PROTECT, null=True, related_name="cancelled_document")
    ground = models.CharField(max_length=60, blank=True)
    erased = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(issued__isnull=True) | models.Q(number__isnull=False, office__isnull=False),
                name="documents_issued_has_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled__isnull=True) | models.Q(issued__isnull=False),
                name="documents_only_issued_is_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.public_id

    @property
    def title_here(self) -> str:
        """The title in the reader's language, else in its own, else whatever there is; empty once erased."""
        titles: dict[str, str] = self.title
        return titles.get(get_language() or "en") or titles.get(self.language) or next(iter(titles.values()), "")


class Version(models.Model):
    """One state of a document: a set of files and the data of its kind. Never changed; the data can be erased."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    seq = models.PositiveIntegerField()
    created = models.DateTimeField(default=clock.now)
    metadata = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["document", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "seq"], name="documents_one_version")]

    def __str__(self) -> str:
        return f"{self.document_id} version {self.seq}"


class File(models.Model):
    """A file as it is kept: type told from its bytes, cleaned; ``key`` is where the storage has it."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=20)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    key = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField(null=True)
    erased = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires"], condition=models.Q(expires__isnull=False), name="documents_unbound")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(version__isnull=False, expires__isnull=True)
                | models.Q(version__isnull=True, expires__isnull=False),
                name="documents_bound_or_expiring",
            )
        ]

    def __str__(self) -> str:
        return self.public_id
