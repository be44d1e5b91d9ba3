"""Django's handle on the portal."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages for everybody; no tables."""

    name = "aydyn.portal"
    label = "portal"
