"""Addresses of cases, below a language."""

from __future__ import annotations

from django.urls import path

from aydyn.cases.views import case_pages, catalogue, desk, fees, filing, following, receipts

app_name = "cases"
urlpatterns = [
    path("file/", catalogue.choose, name="file"),
    path("file/saved/", catalogue.come_back, name="come-back"),
    path("file/<slug:code>/", catalogue.service, name="service"),
    path("file/<slug:code>/start/", catalogue.start, name="file-start"),
    path("file/<slug:code>/form/", filing.first_page, name="file-form"),
    path("file/<slug:code>/form/check/", filing.check, name="file-check"),
    path("file/<slug:code>/form/saved/", filing.saved, name="file-saved"),
    path("file/<slug:code>/form/discard/", filing.discard, name="file-discard"),
    path("file/<slug:code>/form/<slug:page>/", filing.page, name="file-page"),
    path("follow/", following.follow, name="follow"),
    path("follow/forget/", following.forget, name="forget"),
    path("desk/", desk.desk, name="desk"),
    path("desk/mandate/", desk.choose_mandate, name="choose-mandate"),
    path("desk/marked/", desk.bulk, name="bulk"),
    path("desk/load/", desk.load, name="load"),
    path("desk/texts/", desk.templates, name="templates"),
    path("cases/<str:number>/", case_pages.case_page, name="case"),
    path("cases/<str:number>/filed/", filing.filed, name="filed"),
    path("cases/<str:number>/withdraw/", case_pages.withdraw, name="withdraw"),
    path("cases/<str:number>/erase/", case_pages.erase, name="erase"),
    path("cases/<str:number>/steps/<slug:step>/", case_pages.act, name="act"),
    path("cases/<str:number>/draft/<slug:step>/", desk.put_aside, name="put-aside"),
    path("cases/<str:number>/pay/", fees.pay, name="pay"),
    path("pay/<str:reference>/", fees.play, name="play-payment"),
    path("cases/<str:number>/notes/", desk.note, name="note"),
    path("cases/<str:number>/files/<str:file>/", case_pages.attachment, name="attachment"),
    path("cases/<str:number>/filed.pdf", case_pages.summary, name="summary"),
    path("cases/<str:number>/looks/", case_pages.looks, name="looks"),
    path("cases/<str:number>/receipts.zip", receipts.receipts_zip, name="receipts-zip"),
    path("cases/<str:number>/receipts/<int:seq>/", receipts.receipt, name="receipt"),
    path("cases/<str:number>/receipts/<int:seq>/paper/", receipts.paper, name="receipt-paper"),
    path("cases/<str:number>/receipts/<int:seq>/<slug:kind>.tlog-proof", receipts.receipt_file, name="receipt-file"),
]
