"""Django's handle on people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, offices, mandates."""

    name = "aydyn.people"
    label = "people"

    def ready(self) -> None:
        """Register the checks."""
        from aydyn.people import checks  # noqa: F401  # importing registers them
