"""Django's handle on the face. It stands before allauth in INSTALLED_APPS, so that its templates win."""

from __future__ import annotations

from django.apps import AppConfig


class FaceConfig(AppConfig):
    """Templates, static files and template tags; no tables."""

    name = "aydyn.face"
    label = "face"
