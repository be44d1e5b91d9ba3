"""The verify page and the pages that a printed QR code points to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from csp.decorators import csp_exempt
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from aydyn.kernel.caching import same_for_strangers
from aydyn.portal import acts
from aydyn.record import queries as record

_STATIC = Path(__file__).resolve().parents[2] / "face" / "static" / "face"


@require_safe
@same_for_strangers
def check(request: HttpRequest) -> HttpResponse:
    """How to check a receipt, in three independent ways."""
    context = {
        "verify_digest": (_STATIC / "verify.html.sha256").read_text("ascii").split()[0],
        "origin": settings.AYDYN.origin,
        "witnesses": settings.AYDYN.witnesses,
        "size": record.published_size(),
        "section": "check",
    }
    return render(request, "portal/check.html", context)


@cache
def _verify_page() -> tuple[bytes, str]:
    """The page's bytes and its Content-Security-Policy: nothing but its own script and style, by hash; no network."""
    hashes = json.loads((_STATIC / "verify.csp.json").read_text("ascii"))
    policy = hashes["policy"] if "policy" in hashes else _policy(hashes)
    return (_STATIC / "verify.html").read_bytes(), policy


def _policy(hashes: dict[str, str]) -> str:
    return (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@require_safe
@csp_exempt()
def verify_page(request: HttpRequest) -> HttpResponse:
    """``verify.html`` itself, to use here or to save."""
    page, policy = _verify_page()
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = policy
    return response


@require_safe
@same_for_strangers
def position(request: HttpRequest, index: int) -> HttpResponse:
    """What stands at a position of the record: public fields only."""
    entry = record.entry_at(index) if index < 2**62 else None
    if entry is None:
        raise Http404("nothing stands at this position yet")
    context = {"told": acts.told(index, entry), "entry": bytes(entry.data).decode("utf-8"), "section": "check"}
    return render(request, "portal/position.html", context)


@require_safe
@same_for_strangers
def pointer(request: HttpRequest, index: str, leaf: str) -> HttpResponse:
    """Where a printed receipt points: says whether that very act stands there, and that this page is no proof."""
    place = int(index)
    entry = record.entry_at(place)
    found = entry is not None and bytes(entry.hash).hex() == leaf
    context = {
        "found": found,
        "index": place,
        "leaf": leaf,
        "told": acts.told(place, entry) if found and entry else None,
        "section": "check",
    }
    return render(request, "portal/pointer.html", context, status=200 if found else 404)


@require_safe
def short_pointer(request: HttpRequest, index: str, leaf: str) -> HttpResponse:
    """The address in a QR code carries no language: go to the reader's."""
    return redirect("portal:pointer", index, leaf)
