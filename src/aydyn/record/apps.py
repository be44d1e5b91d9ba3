"""Django's handle on the record."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Tables of entries and checkpoints; the checks that refuse an unsafe database."""

    name = "aydyn.record"
    label = "record"

    def ready(self) -> None:
        """Register the checks."""
        from aydyn.record import checks  # noqa: F401  # importing registers them
