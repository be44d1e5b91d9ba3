"""Persons, offices and mandates. A mandate is never deleted: it ends, and both moments are acts on the record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts; sign-up itself is allauth's."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make a person with an e-mail address and a password."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find by e-mail address, in whatever case it is typed."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A human with an account; citizens and staff are both persons."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=150, blank=True)
    language = models.CharField(max_length=8, default="tk")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email


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


class Mandate(models.Model):
    """A person's right to act for an office in a role, with dates; its public identifier says nothing about the person."""

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    office = models.ForeignKey(Office, models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    granted = models.ForeignKey("record.Entry", models.PROTECT, related_name="+")
    ended = models.ForeignKey("record.Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="people_mandate_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.office}"

    @property
    def by(self) -> str:
        """``by`` of acts done under this mandate."""
        return f"office:{self.office.code}"
