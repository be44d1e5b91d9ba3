"""Notices on their way out, codes that confirm a telephone, and addresses that want no more letters."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id


class NoticeKind(models.TextChoices):
    """What a notice is about; all but the last can be switched off."""

    NEWS = "news", _("News of my cases")
    ASKED = "asked", _("Something is asked of me")
    DEADLINES = "deadlines", _("Deadlines of my work")
    ALERTS = "alerts", _("Alerts on searches of the register")
    CODE = "code", _("Codes that confirm a telephone")


class Channel(models.TextChoices):
    """How a notice travels."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class NoticeState(models.TextChoices):
    """What has become of a notice."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("no longer wanted")
    FAILED = "failed", _("failed")


class Notice(models.Model):
    """One letter or SMS on its way. As soon as it is done with, its address and words are taken out; a figure stays."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    to = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField(default=clock.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "finished"], name="people_notices_by_state")]

    def __str__(self) -> str:
        return self.public_id


class MutedAddress(models.Model):
    """An address without an account that wants no more letters of a kind: only a keyed digest of it is kept."""

    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["digest", "kind"], name="people_muted_once")]

    def __str__(self) -> str:
        return self.digest


class PhoneCode(models.Model):
    """The code that was sent to a telephone last; a person has one at a time."""

    person = models.OneToOneField("people.Person", models.CASCADE, related_name="+")
    phone = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    sent = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.phone
