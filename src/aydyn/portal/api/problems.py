"""Every error of the API as one shape (RFC 9457, ``application/problem+json``), whatever raised it and wherever.

Beside ``title``, ``status`` and ``detail`` (what to do) stands a ``code`` that never changes; words follow the reader's
language. A 422 names what is wrong field by field in ``problems``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from aydyn.kernel.errors import Conflict, Invalid, Message, Refusal, TooMany
from aydyn.people.errors import TokenScope

MEDIA_TYPE = "application/problem+json"
WAIT_BUSY, WAIT_HALTED = 10, 60
log = logging.getLogger("aydyn.api")


class Problem(Schema):
    """What went wrong (RFC 9457); ``problems`` is field → what to do, of a 422."""

    title: str
    status: int
    detail: str
    code: str
    problems: dict[str, str] = {}


PUBLIC_LIST = (413, 422, 503)
PUBLIC_ONE = (404, *PUBLIC_LIST)
WITH_KEY = (401, 403, 404, 413, 422, 429, 503)
WITH_BODY = (400, 409, 415)


def outcomes(good: Mapping[int, Any], *bad: int) -> dict[int, Any]:
    """What an operation may answer, for its description: no status is left out of it."""
    return {**good, **dict.fromkeys(sorted(set(bad)), Problem)}


class Malformed(Refusal):
    """A body that cannot be read at all."""

    code, status = "malformed", 400

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The body of the request cannot be read."),
            next_step=gettext_lazy("Send well-formed UTF-8 of the media type that the description names."),
        )


class WrongMedia(Refusal):
    """A body of another media type than is taken here."""

    code, status = "media-type", 415

    def __init__(self, wanted: str) -> None:
        super().__init__(
            gettext_lazy("A body of this media type is not taken here."),
            next_step=gettext_lazy("Send it as %(wanted)s.") % {"wanted": wanted},
        )


class TooLong(Refusal):
    """A body that is longer than anything sent here."""

    code, status = "too-long", 413

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The body of the request is too long."),
            next_step=gettext_lazy("A text may have at most 1 MB, a file 20 MB."),
        )


class BadText(Invalid):
    """Characters that no text can hold, or a structure deeper than any answer."""

    code = "bad-text"

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The request has characters in it that no text can hold, or is nested too deeply."),
            next_step=gettext_lazy("Take out NUL characters and halves of surrogate pairs."),
        )


class BadCursor(Invalid):
    """A cursor that no list gave."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The cursor is not one that this list gave."),
            next_step=gettext_lazy("Begin without a cursor."),
        )


class OtherBody(Conflict):
    """Something else was filed under this key before."""

    code = "other-body"

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Something else was filed under this Idempotency-Key before."),
            next_step=gettext_lazy("Take a new key for a new request. Nothing was filed now."),
        )


class TooOften(TooMany):
    """A limit of how often; ``seconds`` is after what time at the latest it may be tried again."""

    code = "too-often"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            gettext_lazy("This was asked for too often in a short time."),
            next_step=gettext_lazy("Wait as long as Retry-After says, then go on. Nothing was changed."),
        )
        self.seconds = seconds


# ---------------------------------------------------------------------------------------------- as an answer


def problem(
    status: int, title: Message, detail: Message, code: str, problems: Mapping[str, Message] | None = None
) -> HttpResponse:
    """One problem as an answer, with the headers that its status asks for."""
    body: dict[str, Any] = {"title": str(title), "status": status, "detail": str(detail), "code": code}
    if problems:
        body["problems"] = {str(name): str(message) for name, message in problems.items()}
    response = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    if status == 503:
        response["Retry-After"] = str(WAIT_BUSY)
    return response


def refused(refusal: Refusal) -> HttpResponse:
    """A refusal of an action or query as an answer."""
    # Where a kind of problem is raised without words for the next step, its status says enough.
    found = getattr(refusal, "problems", None)
    response = problem(refusal.status, refusal.message, refusal.next_step, refusal.code, found)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(getattr(refusal, "seconds", WAIT_HALTED))
    if refusal.status == 503:
        response["Retry-After"] = str(WAIT_HALTED)
    if isinstance(refusal, TokenScope):
        response["WWW-Authenticate"] = 'Bearer realm="api", error="insufficient_scope"'
    return response


def unknown_address() -> HttpResponse:
    """There is nothing at this address; the words say nothing about why."""
    return problem(
        404, _("There is nothing at this address."), _("Everything there is stands in /api/openapi.json."), "not-found"
    )


def wrong_method(allowed: str) -> HttpResponse:
    """The address is right, and the method is not."""
    response = problem(
        405, _("This address does not take that method."), _("The header Allow names those it takes."), "method"
    )
    response["Allow"] = allowed
    return response


def _invalid(error: ValidationError) -> HttpResponse:
    problems = {".".join(str(part) for part in each["loc"]): str(each["msg"]) for each in error.errors}
    return problem(
        422,
        _("Some parts of the request break the description."),
        _("Correct them and send again."),
        "invalid",
        problems,
    )


def _no_key() -> HttpResponse:
    return problem(
        401, _("This needs a key."), _("Make one on your page of keys for programs; send it as a Bearer token."), "no-token"
    )  # fmt: skip


def _http(error: HttpError) -> HttpResponse:
    # Whatever a parser raises comes wrapped in the framework's own error.
    cause = error.__cause__
    return refused(cause if isinstance(cause, Refusal) else Malformed())


def _busy(error: OperationalError) -> HttpResponse:
    log.warning("the database is busy: %s", error)
    return problem(503, _("The office is very busy at this moment."), _("Wait ten seconds and try again."), "busy")


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("a fault in the API", exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return problem(500, _("We made a mistake."), _("What was on the record before is safe. Try again later."), "fault")


def install(api: NinjaAPI) -> None:
    """Answer for everything that can be raised below the API."""
    on = api.add_exception_handler
    on(Refusal, lambda _request, error: refused(error))  # type: ignore[arg-type]  # it hands in what was raised
    on(ValidationError, lambda _request, error: _invalid(error))  # type: ignore[arg-type]  # see above
    on(AuthenticationError, lambda _request, _error: _no_key())
    on(HttpError, lambda _request, error: _http(error))  # type: ignore[arg-type]  # see above
    on(OperationalError, lambda _request, error: _busy(error))  # type: ignore[arg-type]  # see above
    on(DataError, lambda _request, _error: refused(BadText()))
    on(RequestDataTooBig, lambda _request, _error: refused(TooLong()))
    for kind in (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        on(kind, lambda _request, _error: refused(Malformed()))
    on(Http404, lambda _request, _error: unknown_address())
    on(Exception, _fault)  # type: ignore[arg-type]  # see above
