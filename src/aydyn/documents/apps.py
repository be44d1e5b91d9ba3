"""Django's handle on documents."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents, versions, files."""

    name = "aydyn.documents"
    label = "documents"
