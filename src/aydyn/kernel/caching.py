"""Pages that are the same for every stranger are drawn once in two seconds, however many ask for them at once.

Only for visitors without any cookie that says who they are: whoever has a session, a message or a case opened is never
shown a stored page, and nothing of hers is stored.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

SECONDS = 2.0
MAX_PAGES = 500
MAX_BYTES = 256 * 1024
HARMLESS = frozenset({"django_language", "csrftoken"})
TOKEN = b"csrfmiddlewaretoken"

_lock = threading.Lock()
_pages: OrderedDict[str, tuple[float, bytes, str]] = OrderedDict()


def same_for_strangers(view: View[P]) -> View[P]:
    """Keep what a view answers a stranger's GET (200 only) for two seconds, in this process."""

    @wraps(view)
    def cached(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "GET" or set(request.COOKIES) - HARMLESS:
            return view(request, *args, **kwargs)
        key, moment = request.get_full_path(), time.monotonic()
        with _lock:
            known = _pages.get(key)
        if known and moment - known[0] < SECONDS:
            return HttpResponse(known[1], content_type=known[2])
        response = view(request, *args, **kwargs)
        if _may_be_kept(request, response):
            with _lock:
                _pages[key] = (moment, response.content, response["Content-Type"])
                _pages.move_to_end(key)
                while len(_pages) > MAX_PAGES:
                    _pages.popitem(last=False)
        return response

    return cached


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    # A page with a form in it carries a token of one visitor.
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or TOKEN in getattr(response, "content", b""):
        return False
    plain = not response.cookies and not response.streaming and "Cache-Control" not in response
    return response.status_code == 200 and plain and len(response.content) <= MAX_BYTES


def forget() -> None:
    """Start anew (tests)."""
    with _lock:
        _pages.clear()
