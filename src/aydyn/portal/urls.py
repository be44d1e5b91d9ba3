"""Addresses of the portal, below a language."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.portal.views import check, home, mine, open_data, register

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("my/", mine.mine, name="mine"),
    path("my/receipts.zip", mine.all_receipts, name="all-receipts"),
    path("register/", register.register, name="register"),
    path("register/table.csv", open_data.table, name="register-table"),
    path("register/feed.atom", open_data.feed, name="register-feed"),
    path("check/", check.check, name="check"),
    path("record/<int:index>/", check.position, name="position"),
    re_path(r"^check/(?P<index>[0-9]{1,18})/(?P<leaf>[0-9a-f]{64})/$", check.pointer, name="pointer"),
]
