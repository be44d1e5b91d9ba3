"""Addresses of people, below a language."""

from __future__ import annotations

from django.urls import path, re_path

from aydyn.people.views import absences, inbound, mandates, notices, organisations, tokens

app_name = "people"
urlpatterns = [
    path("desk/mandates/", mandates.mandates, name="mandates"),
    re_path(
        r"^desk/mandates/(?P<public_id>[0-9a-z]{8,40})/(?P<what>granted|ended)\.tlog-proof$",
        mandates.receipt,
        name="mandate-receipt",
    ),
    path("desk/mandates/<slug:public_id>/end/", mandates.end, name="end-mandate"),
    path("desk/absences/", absences.absences, name="absences"),
    path("desk/absences/<slug:public_id>/end/", absences.end_absence, name="end-absence"),
    path("desk/representations/", organisations.representations, name="representations"),
    path("desk/representations/<slug:public_id>/", organisations.representation, name="representation"),
    path("my/organisations/", organisations.organisations, name="organisations"),
    path("my/organisations/<slug:public_id>/", organisations.organisation, name="organisation"),
    path(
        "my/organisations/mandates/<slug:public_id>/end/", organisations.end_representative, name="end-representative"
    ),
    path("my/notices/", notices.preferences, name="notices"),
    path("my/notices/phone/", notices.phone, name="phone"),
    path("my/notices/phone/confirm/", notices.confirm_phone, name="confirm-phone"),
    path("my/notices/phone/remove/", notices.remove_phone, name="remove-phone"),
    path("my/keys/", tokens.tokens, name="tokens"),
    path("my/keys/<int:number>/end/", tokens.end_token, name="end-token"),
    path("notices/off/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("sms/in", inbound.sms_in, name="sms-in"),
]
