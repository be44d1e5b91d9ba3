"""What every request passes: refusals and busy databases become pages."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from aydyn.kernel.errors import Refusal
from aydyn.portal.views import errors

Next = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("aydyn.node")


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
            return _busy(request)
        return None


def _busy(request: HttpRequest) -> HttpResponse:
    if errors.wants_json(request):
        response: HttpResponse = JsonResponse(
            {"title": "busy", "status": 503, "detail": "try again", "code": "busy"}, status=503
        )
    else:
        response = errors.show(
            request,
            status=503,
            title=_("The office is very busy at this moment."),
            kept=_("Nothing was changed. Your text is still in your browser: go back one page."),
            todo=_("Wait ten seconds and send it again. It will not be filed twice."),
        )
    response["Retry-After"] = "10"
    return response
