"""Django's handle on the portal."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages for everybody; one table, of alerts on searches."""

    name = "aydyn.portal"
    label = "portal"
