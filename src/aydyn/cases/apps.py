"""Django's handle on cases."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Procedures, cases, their timelines and texts."""

    name = "aydyn.cases"
    label = "cases"

    def ready(self) -> None:
        """Answer SMS that ask for the status of a case."""
        from aydyn.cases.inbound import status_by_sms
        from aydyn.people.actions import register_sms_handler

        register_sms_handler(status_by_sms)
