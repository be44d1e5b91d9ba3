"""Addresses of cases, below a language."""

from __future__ import annotations

from django.urls import path

from aydyn.cases.views import case_pages, desk, filing, following, receipts

app_name = "cases"
urlpatterns = [
    path("file/", filing.choose, name="file"),
    path("file/<slug:code>/", filing.fill, name="file-form"),
    path("follow/", following.follow, name="follow"),
    path("follow/forget/", following.forget, name="forget"),
    path("desk/", desk.desk, name="desk"),
    path("desk/mandate/", desk.choose_mandate, name="choose-mandate"),
    path("desk/assign/", desk.assign_marked, name="assign-marked"),
    path("cases/<str:number>/", case_pages.case_page, name="case"),
    path("cases/<str:number>/filed/", filing.filed, name="filed"),
    path("cases/<str:number>/withdraw/", case_pages.withdraw, name="withdraw"),
    path("cases/<str:number>/erase/", case_pages.erase, name="erase"),
    path("cases/<str:number>/steps/<slug:step>/", case_pages.act, name="act"),
    path("cases/<str:number>/receipts.zip", receipts.receipts_zip, name="receipts-zip"),
    path("cases/<str:number>/receipts/<int:seq>/", receipts.receipt, name="receipt"),
    path("cases/<str:number>/receipts/<int:seq>/paper/", receipts.paper, name="receipt-paper"),
    path("cases/<str:number>/receipts/<int:seq>/<slug:kind>.tlog-proof", receipts.receipt_file, name="receipt-file"),
]
