"""Django's handle on cases."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Procedures, cases, their timelines and texts."""

    name = "aydyn.cases"
    label = "cases"
