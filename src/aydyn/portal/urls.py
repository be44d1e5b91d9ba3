"""Addresses of the portal, below a language."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.portal.views import alerts, check, feeds, home, mine, moderation, offices, open_data, register

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("my/", mine.mine, name="mine"),
    path("my/receipts.zip", mine.all_receipts, name="all-receipts"),
    path("register/", register.register, name="register"),
    path("register/table.csv", open_data.table, name="register-table"),
    path("register/lines.jsonl", open_data.lines, name="register-lines"),
    path("register/table.parquet", open_data.parquet, name="register-parquet"),
    path("register/feed.atom", feeds.register, name="register-feed"),
    path("register/cases/<str:number>/feed.atom", feeds.case, name="case-feed"),
    path("register/moderation/", moderation.moderation, name="moderation"),
    path("register/moderation/table.csv", moderation.table, name="moderation-table"),
    path("register/moderation/feed.atom", feeds.moderation, name="moderation-feed"),
    path("register/alerts/", alerts.ask, name="alerts"),
    re_path(r"^register/alerts/(?P<secret>[0-9a-f]{40})/$", alerts.alert, name="alert"),
    path("register/data/", open_data.about, name="data"),
    path("register/data/cases.parquet", open_data.whole, name="data-parquet"),
    path("register/data/dictionary.json", open_data.dictionary, name="data-dictionary"),
    path("register/data/catalog.jsonld", open_data.dcat, name="data-catalogue"),
    path("offices/", offices.offices, name="offices"),
    path("offices/<str:code>/", offices.office, name="office"),
    path("offices/<str:code>/feed.atom", feeds.office, name="office-feed"),
    path("check/", check.check, name="check"),
    path("record/<int:index>/", check.position, name="position"),
    re_path(r"^check/(?P<index>[0-9]{1,18})/(?P<leaf>[0-9a-f]{64})/$", check.pointer, name="pointer"),
]
