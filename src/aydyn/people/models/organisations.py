"""Organisations outside the state (companies, associations, parties), and who asked to represent them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    COMPANY = "company", _("company")
    ASSOCIATION = "association", _("association")
    PARTY = "party", _("party")
    MEDIA = "media", _("newspaper or other media")
    OTHER = "other", _("other organisation")


class Organisation(models.Model):
    """A legal person that is no office. The record knows its public identifier; its name is behind a digest.

    One number of the register of legal persons is confirmed once; requests that nobody has decided may repeat it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    name = models.CharField(max_length=200)
    register_number = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    created = models.DateTimeField(default=clock.now)
    confirmed = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register_number"],
                condition=models.Q(confirmed__isnull=False),
                name="people_organisation_is_confirmed_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RequestState(models.TextChoices):
    """How far a request to represent an organisation has come."""

    WAITING = "waiting", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")


class RepresentationRequest(models.Model):
    """A person asks to represent an organisation; the node's central office confirms or refuses with a reason."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    claimed_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    asked = models.ForeignKey("record.Entry", models.PROTECT, related_name="+")
    decided = models.ForeignKey("record.Entry", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="people_requests_by_state")]

    def __str__(self) -> str:
        return self.public_id
