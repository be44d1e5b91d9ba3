"""Offices, and mandates: who may act for an office or an organisation, in which role, from when until when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aydyn.kernel.ids import public_id
from aydyn.people.models.organisations import Organisation


class Office(models.Model):
    """An organisation or a part of one, as the pack gives it; a tree."""

    code = models.CharField(max_length=64, unique=True)
    mark = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    names = models.JSONField()
    region = models.CharField(max_length=10, blank=True)
    confirmed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, else in English, else whatever there is."""
        names: dict[str, str] = self.names
        return names.get(get_language() or "en") or names.get("en") or next(iter(names.values()), self.code)


class Role(models.TextChoices):
    """What a mandate lets its holder do."""

    REGISTRAR = "registrar", _("registrar")
    OFFICER = "officer", _("officer")
    HEAD = "head", _("head")
    PUBLISHER = "publisher", _("publisher")
    REPRESENTATIVE = "representative", _("representative")


OFFICE_ROLES = tuple(role for role in Role if role is not Role.REPRESENTATIVE)
"""Roles in an office; a representative is one of an organisation."""


class _Offices(models.Manager["Mandate"]):
    """Mandates of offices only, so that whoever reads mandates without thinking never lets an outsider to a desk."""

    def get_queryset(self) -> models.QuerySet[Mandate]:
        """Leave out those of organisations."""
        return super().get_queryset().filter(office__isnull=False)


class _Organisations(models.Manager["Mandate"]):
    """Mandates of representatives of organisations only."""

    def get_queryset(self) -> models.QuerySet[Mandate]:
        """Leave out those of offices."""
        return super().get_queryset().filter(organisation__isnull=False)


class Mandate(models.Model):
    """A person's right to act for an office or an organisation in a role, with dates.

    Its public identifier says nothing about the person. ``objects`` are mandates of offices; those of organisations
    must be asked for by name (``representatives``), those of both too (``every``).
    """

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="mandates")
    # Typed as always there, which holds for all that ``objects`` gives; ``body`` is the one that holds for every row.
    office: models.ForeignKey[Office, Office] = models.ForeignKey(  # type: ignore[misc]  # see above
        Office, models.PROTECT, null=True, related_name="mandates"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    granted = models.ForeignKey("record.Entry", models.PROTECT, related_name="+")
    ended = models.ForeignKey("record.Entry", models.PROTECT, null=True, related_name="+")

    objects = _Offices()
    representatives = _Organisations()
    every: ClassVar[models.Manager[Mandate]] = models.Manager()

    class Meta:
        base_manager_name = "every"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="people_mandate_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(office__isnull=False, organisation__isnull=True)
                | models.Q(office__isnull=True, organisation__isnull=False),
                name="people_mandate_is_of_exactly_one",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False, role="representative")
                | (models.Q(office__isnull=False) & ~models.Q(role="representative")),
                name="people_representatives_are_of_organisations",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.body}"

    @property
    def body(self) -> Office | Organisation:
        """The office or organisation that it is a mandate of."""
        return self.organisation or self.office

    @property
    def by(self) -> str:
        """``by`` of acts done under this mandate; for an organisation a person acts, and the entry names the mandate."""
        return "person" if self.organisation_id else f"office:{self.office.code}"
