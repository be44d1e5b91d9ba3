"""Tables of the record. Entries, positions and checkpoints are only ever inserted; content alone can be erased."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One act as it stands (or will stand) on the ledger: the leaf's exact bytes."""

    data = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    act = models.CharField(max_length=80)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} ({self.pk})"


class Content(models.Model):
    """The parts that an entry commits to, with their salts, as canonical JSON; deleted when the law orders erasure."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"content of entry {self.pk}"


class Pending(models.Model):
    """An entry that has no position yet; ``release_at`` holds back those that are sequenced together on the hour."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="pending")
    release_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"entry {self.pk} waits"


class Position(models.Model):
    """Where an entry stands in the tree, from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="position")

    def __str__(self) -> str:
        return f"{self.index}: entry {self.entry_id}"


class Head(models.Model):
    """The one row that is the tree: moved only by a compare-and-swap on ``size`` and ``fence``."""

    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField(default=b"")
    tiled = models.BigIntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=80, default="")
    leased_until = models.DateTimeField(null=True)
    halted = models.TextField(default="")
    rechecked = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="record_one_head"),
            models.CheckConstraint(condition=models.Q(tiled__lte=models.F("size")), name="record_tiled_is_sequenced"),
        ]

    def __str__(self) -> str:
        return f"{self.size} entries"


class Checkpoint(models.Model):
    """A signed tree head. All are kept for ever: they are what a rewritten history cannot agree with."""

    size = models.BigIntegerField(unique=True)
    note = models.BinaryField()
    signed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["size"], condition=models.Q(final_at__isnull=False), name="record_final_by_size")
        ]

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class Cosignature(models.Model):
    """A witness's line under a checkpoint: the first one it gave, and the freshest."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=255)
    key_id = models.BinaryField(max_length=4)
    line = models.TextField()
    fresh_line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness", "key_id"], name="record_one_line_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.witness} under {self.checkpoint_id}"


class ServedFile(models.Model):
    """A file whose digest is on the record and which is served for ever (a procedure, a calendar, the act table)."""

    digest = models.CharField(max_length=71, unique=True)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=80)
    media_type = models.CharField(max_length=80)
    data = models.BinaryField()
    entry = models.ForeignKey(Entry, models.PROTECT)

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Look(models.Model):
    """One look of a member of staff at personal data; committed to once a day, shown to whom it concerns."""

    subject = models.CharField(max_length=80, db_index=True)
    mandate = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    day = models.ForeignKey("LooksDay", models.PROTECT, null=True, related_name="looks")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=models.Q(day__isnull=True), name="record_looks_open")
        ]

    def __str__(self) -> str:
        return f"{self.mandate} looked at {self.subject}"


class LooksDay(models.Model):
    """The day's commitment to all looks: the Merkle root of their salted hashes stands on the ledger."""

    day = models.DateField(unique=True)
    count = models.PositiveIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT)

    def __str__(self) -> str:
        return f"{self.count} looks on {self.day}"
