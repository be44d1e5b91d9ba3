"""Tables of cases. A timeline is only ever added to; what people wrote stands in erasable rows of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Channel(models.TextChoices):
    """How a case came in."""

    ONLINE = "online", _("on this site")
    API = "api", _("by a program")
    PAPER = "paper", _("on paper, at the counter")
    SPEECH = "speech", _("in person, at the counter")
    POST = "post", _("by post")
    OFFICE = "office", _("from another office")
    APPEAL = "appeal", _("as an appeal")


class Case(models.Model):
    """One matter under a procedure. What is below the line is derived from the timeline and cached."""

    number = models.CharField(max_length=60, unique=True)
    procedure = models.ForeignKey(ProcedureVersion, models.PROTECT)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="cases", db_index=False)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="cases", db_index=False
    )
    from_office = models.ForeignKey("people.Office", models.PROTECT, null=True, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="subs", db_index=False)
    appeal_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="appeals", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    code_hash = models.BinaryField(max_length=48, null=True)
    language = models.CharField(max_length=8)
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    held = models.BooleanField(default=False)
    listed = models.BooleanField(default=True)
    """Whether the public register may name it at all: not under a procedure that is never public."""
    filing_key = models.CharField(max_length=40, unique=True)
    # -------------------------------------------------------------------------------- cached
    office = models.ForeignKey("people.Office", models.PROTECT)
    officer = models.ForeignKey("people.Mandate", models.PROTECT, null=True)
    state = models.CharField(max_length=60)
    since = models.DateField()
    waits_for = models.CharField(max_length=10, default="office")
    open = models.BooleanField()
    due = models.DateField(null=True)
    last_due = models.DateField()
    warn_on = models.DateField(null=True)
    """From this day on the officer is warned."""
    result = models.CharField(max_length=60, blank=True)
    result_kind = models.CharField(max_length=12, blank=True)
    answered_on = models.DateField(null=True)
    published = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    owed = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=8, blank=True)
    """Whether who asked found the answer to answer it: a word of theirs, apart from the office's result."""
    overdue_told = models.BooleanField(default=False)
    events_count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["office", "due", "id"], condition=models.Q(open=True), name="cases_worklist"),
            models.Index(
                fields=["office", "waits_for", "id"],
                condition=models.Q(open=True) & ~models.Q(waits_for="office"),
                name="cases_desk_elsewhere",
            ),
            models.Index(fields=["office", "id"], condition=models.Q(open=True, held=True), name="cases_desk_held"),
            models.Index(fields=["due"], condition=models.Q(due__isnull=False), name="cases_due"),
            models.Index(fields=["filed_on", "id"], name="cases_by_day"),
            models.Index(fields=["office", "filed_on", "id"], name="cases_by_office"),
            models.Index(fields=["office", "state", "id"], condition=models.Q(open=True), name="cases_open_by_office"),
            models.Index(fields=["officer", "due", "id"], condition=models.Q(open=True), name="cases_by_officer"),
            models.Index(
                fields=["state", "since"], condition=~models.Q(waits_for="office"), name="cases_waiting_elsewhere"
            ),
            models.Index(
                fields=["office", "answered_on"], condition=models.Q(answered_on__isnull=False), name="cases_speed"
            ),
            # What the public register is sorted and filtered by; see docs/decisions/0042.
            models.Index(fields=["procedure", "filed_on", "id"], name="cases_by_kind"),
            models.Index(
                fields=["filed_on", "id"], condition=models.Q(due__isnull=False), name="cases_longest_waiting"
            ),
            models.Index(
                fields=["result_kind", "filed_on", "id"],
                condition=models.Q(result_kind__in=["refused", "withdrawn"]),
                name="cases_by_rare_end",
            ),
            models.Index(fields=["filed_on"], condition=models.Q(held=True), name="cases_held"),
            # Most cases have none of these; SQLite takes an index that is full of nothing for useless, and reads all cases instead.
            *(
                models.Index(
                    fields=[field, "filed_on"],
                    condition=models.Q(**{f"{field}__isnull": False}),
                    name=f"cases_of_{field}",
                )
                for field in ("person", "organisation", "from_office", "parent", "appeal_of")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(open=True) | (models.Q(due__isnull=True) & ~models.Q(result="")),
                name="cases_no_end_without_result",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """One step of a case: codes and dates; its words are the content of its entry. Never changed, never deleted.

    It is the record of a status: ``state`` is where the case stood after it, ``role`` and ``mandate`` who set it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    act = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    state = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    day = models.DateField()
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey("people.Office", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=60, blank=True)
    sub = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    clock = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField(null=True)
    documents = models.ManyToManyField("documents.Document", related_name="case_events")
    entry = models.OneToOneField("record.Entry", models.PROTECT, related_name="case_event")

    class Meta:
        ordering: ClassVar = ["case", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="cases_one_event_a_place")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq} {self.step}"


class Result(models.Model):
    """How a case ended, each time it did: a record apart from the status. A reopened case gets another one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="results")
    event = models.OneToOneField(CaseEvent, models.PROTECT, related_name="result")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    ground = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"


class Decision(models.Model):
    """A formal decision of an office in a case: a record apart from status and result, with its document."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    event = models.OneToOneField(CaseEvent, models.PROTECT, related_name="decision")
    number = models.CharField(max_length=80, unique=True)
    office = models.ForeignKey("people.Office", models.PROTECT, related_name="+")
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField()
    appeal_until = models.DateField(null=True)

    def __str__(self) -> str:
        return self.number


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


class Moderation(models.Model):
    """That something was taken from public view: a published text hidden, or content erased by order of law.

    Derived from the acts ``case.hidden`` and ``content.erased``, in their transaction, so that the log of them is one read.
    """

    HIDDEN, ERASED = "hidden", "erased"
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    office = models.ForeignKey("people.Office", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=60)
    day = models.DateField()
    entry = models.OneToOneField("record.Entry", models.PROTECT, related_name="+")
    """The act; of an erasure the first one."""
    entries = models.PositiveIntegerField(default=1)
    """How many acts it took: an erasure takes one for each event with content."""

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class HeldDay(models.Model):
    """How many filings of a day were held for triage, whatever became of them; ``last`` is the newest case counted."""

    day = models.DateField(unique=True)
    count = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class Figure(models.Model):
    """Figures that cost a read of many rows: counted by the worker, shown with the time at which they were."""

    key = models.CharField(max_length=80, unique=True)
    data = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Seen(models.Model):
    """How far a person has read the timeline of a case of hers, so that her page says what is new."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="seen")
    seq = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "case"], name="cases_seen_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.case_id} {self.seq}"


# ---------------------------------------------------------------------------------------------- inside the office


class Note(models.Model):
    """An internal note of an office on a case: never public, no act; shown to who asked only if a court says so."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d}"


class AnswerDraft(models.Model):
    """An answer that an officer has begun and not given: as long as it stands, the case cannot be closed over it."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="answer_draft")
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, related_name="+")
    step = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class AnswerTemplate(models.Model):
    """A text of an office to begin answers with."""

    office = models.ForeignKey("people.Office", models.PROTECT, related_name="answer_templates")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=120)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "language", "title"], name="cases_one_template_of_a_title")
        ]

    def __str__(self) -> str:
        return self.title


# ---------------------------------------------------------------------------------------------- before it is filed


class FilingDraft(models.Model):
    """Answers of a form that is not sent yet. Opened by a secret in the person's own browser, or by its code; kept 30 days."""

    key_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.BinaryField(max_length=48, null=True)
    name = models.CharField(max_length=20, unique=True)
    """What it is found by together with its code, as a case is by its number."""
    procedure = models.ForeignKey(ProcedureVersion, models.PROTECT)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="filing_drafts")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    """``office``, ``answers`` and ``asker`` as they were typed, checked or not: nothing typed is lost."""
    touched = models.DateTimeField()
    expires = models.DateTimeField()
    files = models.ManyToManyField("documents.File", through="DraftFile", related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires"], name="cases_draft_expires")]

    def __str__(self) -> str:
        return self.name


class DraftFile(models.Model):
    """A file that was uploaded as the answer to one question of a draft."""

    draft = models.ForeignKey(FilingDraft, models.CASCADE, related_name="draft_files")
    file = models.ForeignKey("documents.File", models.CASCADE, related_name="+")
    field = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.field}"


class Payment(models.Model):
    """A fee on its way: what was asked of the gateway, and what it said. The payment itself is an act in the timeline."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=40, unique=True)
    amount = models.PositiveIntegerField()
    gateway = models.CharField(max_length=20)
    begun = models.DateTimeField()
    paid = models.DateTimeField(null=True)
    event = models.OneToOneField(CaseEvent, models.PROTECT, null=True, related_name="payment")

    def __str__(self) -> str:
        return self.reference
