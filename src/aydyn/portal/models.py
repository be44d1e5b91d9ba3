"""The one table of the portal: searches of the register that somebody wants to be told of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from aydyn.kernel.ids import public_id


class Alert(models.Model):
    """A search that is looked at once a day, and to whom the new finds go: an address that confirmed it, or an account.

    The link in its letters is made from ``key`` and a secret of the node; only the link's digest is kept here.
    """

    key = models.CharField(max_length=40, unique=True, default=public_id)
    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=254, blank=True)
    filter = models.JSONField()
    """The search as the words of its address (:func:`aydyn.portal.filters.data_of`)."""
    language = models.CharField(max_length=8)
    confirmed = models.BooleanField(default=False)
    last_pk = models.BigIntegerField()
    """The newest event of a case that was looked at."""
    created = models.DateTimeField()
    looked = models.DateTimeField(null=True)
    sent_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["address"], name="portal_alerts_of_address"),
            models.Index(fields=["looked", "id"], condition=models.Q(confirmed=True), name="portal_alerts_to_look"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, address="")
                | (models.Q(person__isnull=True) & ~models.Q(address="")),
                name="portal_alert_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.key
