"""Addresses of people, below a language."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.people import views

app_name = "people"
urlpatterns = [
    path("desk/mandates/", views.mandates, name="mandates"),
    re_path(
        r"^desk/mandates/(?P<public_id>[0-9a-z]{8,40})/(?P<what>granted|ended)\.tlog-proof$",
        views.receipt,
        name="mandate-receipt",
    ),
    path("desk/mandates/<slug:public_id>/end/", views.end, name="end-mandate"),
]
