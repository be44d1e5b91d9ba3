"""Tables of cases. A timeline is only ever added to; what people wrote stands in erasable rows of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ProcedureVersion(models.Model):
    """A version of a procedure that was loaded; it never changes, and its file is served for ever."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    file = models.ForeignKey("record.ServedFile", models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="cases_one_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Counter(models.Model):
    """The last serial given for an office's mark in a local year; locked in the transaction that takes the next."""

    mark = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mark", "year"], name="cases_one_counter")]

    def __str__(self) -> str:
        return f"{self.mark} {self.year}: {self.last}"


class Case(models.Model):
    """One matter under a procedure. What is below the line is derived from the timeline and cached."""

    number = models.CharField(max_length=60, unique=True)
    procedure = models.ForeignKey(ProcedureVersion, models.PROTECT)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="cases")
    code_hash = models.BinaryField(max_length=48, null=True)
    language = models.CharField(max_length=8)
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    held = models.BooleanField(default=False)
    filing_key = models.CharField(max_length=40, unique=True)
    # -------------------------------------------------------------------------------- cached
    office = models.ForeignKey("people.Office", models.PROTECT)
    officer = models.ForeignKey("people.Mandate", models.PROTECT, null=True)
    state = models.CharField(max_length=60)
    open = models.BooleanField()
    due = models.DateField(null=True)
    last_due = models.DateField()
    result = models.CharField(max_length=60, blank=True)
    answered_on = models.DateField(null=True)
    published = models.BooleanField(default=False)
    overdue_told = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["office", "due", "id"], condition=models.Q(due__isnull=False), name="cases_worklist"),
            models.Index(fields=["due"], condition=models.Q(due__isnull=False), name="cases_due"),
            models.Index(fields=["filed_on", "id"], name="cases_by_day"),
            models.Index(fields=["office", "filed_on", "id"], name="cases_by_office"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """One step of a case: codes and dates; its words are the content of its entry. Never changed, never deleted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    act = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    day = models.DateField()
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey("people.Office", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=60, blank=True)
    entry = models.OneToOneField("record.Entry", models.PROTECT, related_name="case_event")

    class Meta:
        ordering: ClassVar = ["case", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="cases_one_event_a_place")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq} {self.step}"


class CaseText(models.Model):
    """What staff see of a case in lists: the first words of the question. Deleted when the content is erased."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="text")
    title = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.title


class PublicText(models.Model):
    """The public version of a case: what its publication act committed to, and its folded words for search."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="public_text")
    title = models.CharField(max_length=160)
    question = models.TextField()
    answer = models.TextField()
    folded = models.TextField()

    def __str__(self) -> str:
        return self.title
