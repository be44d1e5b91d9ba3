"""What every request passes: bodies have an end; refusals and busy databases become pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse

from aydyn.documents.bounds import MAX_UPLOAD_BODY
from aydyn.kernel.errors import Refusal
from aydyn.portal.views import errors

Next = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("aydyn.node")
MOST_BYTES = 2 * 1024 * 1024
MOST_UPLOADED = MAX_UPLOAD_BODY


class BodySize:
    """Refuses a body that no form of ours can have, before it is read: it would go to the disk piece by piece.

    A view that takes files says how much it admits (:func:`aydyn.documents.bounds.admits`); it stands before the check
    of a form's token, which is the first to read a body.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what any view may admit; without a Content-Length nothing of a body is read at all."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length) > MOST_UPLOADED:
            return errors.too_large(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what this view does not admit."""
        most = getattr(view, "longest_body", MOST_BYTES)
        return errors.too_large(request) if int(request.META.get("CONTENT_LENGTH") or "0") > most else None


class Refusals:
    """Turns a refusal raised by an action or query into its page, and a database that is busy into a 503."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for what was raised on purpose; anything else is a fault and stays one."""
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, OperationalError):
            log.warning("the database is busy: %s", exception)
            return errors.busy(request)
        if isinstance(exception, DataError):
            return errors.bad_request(request)  # such as a NUL character where a code was expected
        return None
