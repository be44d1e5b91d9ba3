"""Keys with which a program acts for a person through the HTTP API."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock


class Scope(models.TextChoices):
    """What a program with a key may do."""

    FILE = "file", _("File requests in my name")
    FOLLOW = "follow", _("Read my cases")


class ApiToken(models.Model):
    """A key for a program. Kept is the SHA-256 of 32 random bytes: there is too much of it to guess, so no slow hash."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=20, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    created = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=models.Q(ended__isnull=True),
                name="people_token_names_are_told_apart",
            )
        ]

    def __str__(self) -> str:
        return self.prefix
