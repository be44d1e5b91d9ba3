"""A node's addresses with those of documents, wherever the node itself puts them."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from aydyn.node import urls as node

handler400, handler403, handler404, handler500 = node.handler400, node.handler403, node.handler404, node.handler500
urlpatterns = [*i18n_patterns(path("", include("aydyn.documents.urls"))), *node.urlpatterns]
