"""Addresses below ``/ledger/``."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.record import views

app_name = "record"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("tile/<path:path>", views.tile, name="tile"),
    path("policy", views.policy, {"kind": "ed25519"}, name="policy"),
    path("policy-pq", views.policy, {"kind": "pq"}, name="policy-pq"),
    path("acts", views.act_table, name="acts"),
    re_path(r"^files/(?P<digest>[0-9a-f]{64})$", views.served_file, name="file"),
    re_path(r"^looks/(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})$", views.looks_of_day, name="looks"),
    re_path(r"^.*$", views.not_here),
]
