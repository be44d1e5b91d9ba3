"""Addresses of people, below a language."""

from __future__ import annotations

from django.urls import path

from aydyn.people import views

app_name = "people"
urlpatterns = [
    path("desk/mandates/", views.mandates, name="mandates"),
    path("desk/mandates/<slug:public_id>/end/", views.end, name="end-mandate"),
]
