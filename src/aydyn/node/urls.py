"""All addresses of a node: pages below a language; ledger, API and health beside them."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from aydyn.cases.views import fees
from aydyn.node import health
from aydyn.people.views.inbound import sms_in
from aydyn.portal.api import api
from aydyn.portal.views import check, errors, open_data

urlpatterns = [
    path("ledger/", include("aydyn.record.urls")),
    path("api/", api.urls),
    path("sms/in", sms_in, name="sms-in"),
    path("payments/in", fees.confirmed, name="payments-in"),
    path("dcat.jsonld", open_data.dcat, name="dcat"),
    path("healthz", health.healthz, name="healthz"),
    path("verify.html", check.verify_page, name="verify-page"),
    re_path(r"^check/(?P<index>[0-9]{1,18})/(?P<leaf>[0-9a-f]{64})$", check.short_pointer, name="short-pointer"),
    path("", RedirectView.as_view(pattern_name="portal:home")),
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("", include("aydyn.portal.urls")),
        path("", include("aydyn.cases.urls")),
        path("", include("aydyn.people.urls")),
        path("", include("aydyn.documents.urls")),
    ),
]

handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler500 = errors.failed
