"""The API as Django sees it: every address below /api/ answers in JSON, every body has an end, public reads have an ETag.

Cookies are never looked at here: who asks is who holds the key. So there is no form's token to check either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils.http import parse_etags
from ninja import NinjaAPI

from aydyn.documents.bounds import FORM_EXTRA, MAX_FILE, MAX_UPLOAD_BODY
from aydyn.portal.api import description
from aydyn.portal.api.problems import BadText, TooLong, refused, unknown_address, wrong_method
from aydyn.portal.api.reading import is_text

LONGEST = 1024 * 1024
LONGEST_OF = {"keep_file": MAX_FILE + FORM_EXTRA}
"""Addresses, by name, that take longer bodies than others."""

READ = frozenset({"GET", "HEAD"})
View = Callable[..., HttpResponseBase]


class Api(NinjaAPI):
    """Ninja's API behind our doors, with a description that says all that an operation may answer."""

    _described: dict[str, Any] | None = None

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """All addresses; whatever is none of them is told so as a problem."""
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                most = LONGEST_OF.get(str(pattern.name), LONGEST)
                only_read = pattern.name in ("openapi-json", "api-root")
                pattern.callback = guarded(pattern.callback, most, only_read=only_read)
        return [*patterns, re_path("", guarded(_unknown, LONGEST))], app, namespace

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        """The description, made once a process."""
        if self._described is None:
            self._described = description.complete(
                super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            )
        return self._described


def _unknown(_request: HttpRequest) -> HttpResponse:
    return unknown_address()


def guarded(view: View, most: int, *, only_read: bool = False) -> View:
    """A view behind the door: what is not read is refused unread, and whatever it answers has the right headers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:  # digits: the middleware saw to that
            return refused(TooLong())
        if not is_text(request.path):
            return unknown_address()
        if not all(is_text(text) for name, texts in request.GET.lists() for text in (name, *texts)):
            return refused(BadText())
        if only_read and request.method not in READ:
            return wrong_method("GET, HEAD")
        return _finished(request, _answered(view, request, *args, **kwargs))

    # Bodies that are too long are refused above, as a problem; node/middleware.py refuses only what nothing here takes.
    answer.longest_body = MAX_UPLOAD_BODY  # type: ignore[attr-defined]  # a mark that the middleware reads
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a mark that Django reads
    return answer


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Ask the view; HEAD is GET without the body, which the server leaves out."""
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        return unknown_address()
    finally:
        request.method = asked
    if response.status_code == 405:
        allowed = {each.strip() for each in response["Allow"].split(",")}
        return wrong_method(", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set()))))
    return response


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    policy = getattr(request, "rate_policy", None)
    if policy is not None:
        response["RateLimit-Policy"] = policy
        response["Cache-Control"] = "private, no-store"
        return response
    readable = isinstance(response, HttpResponse) and response.status_code == 200 and request.method in READ
    if not readable or "Cache-Control" in response:
        return response
    assert isinstance(response, HttpResponse)  # see above
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = "public, no-cache"
    return _not_modified(response) if _is_known(request, response["ETag"]) else response


def _is_known(request: HttpRequest, etag: str) -> bool:
    """Whether who asks has this very answer. Only the ETag is asked: what is erased by law changes no date."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or etag in {each.removeprefix("W/") for each in given}


def _not_modified(response: HttpResponse) -> HttpResponse:
    short = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Last-Modified"):
        if name in response:
            short[name] = response[name]
    return short
