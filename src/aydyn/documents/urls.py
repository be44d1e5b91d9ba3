"""Addresses of documents, below a language."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.documents import views

app_name = "documents"
urlpatterns = [
    path("document/", views.find, name="find"),
    # A number may have slashes in it; the code is what stands behind the last one.
    re_path(
        r"^document/(?P<number>[A-Za-z0-9][A-Za-z0-9/-]{0,39})/(?P<code>[0-9A-Za-z-]{16,24})/$",
        views.document,
        name="document",
    ),
]
