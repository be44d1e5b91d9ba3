"""Persons: citizens and staff alike, and what they want to be told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import clock


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
    mail_news = models.BooleanField(default=True)
    mail_asked = models.BooleanField(default=True)
    mail_deadlines = models.BooleanField(default=True)
    mail_alerts = models.BooleanField(default=True)
    sms = models.BooleanField(default=False)
    phone = models.CharField(max_length=16, blank=True)
    phone_confirmed = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email
