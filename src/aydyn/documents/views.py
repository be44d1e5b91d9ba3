"""The page where anybody checks an official document, and how files are handed out."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from aydyn.documents import codes, kinds, queries
from aydyn.documents.bounds import FORM_EXTRA, MAX_FILE, admits
from aydyn.documents.errors import NoSuchDocument, NoSuchFile, TooManyTries
from aydyn.documents.hashing import HashedFile, HashingHandler
from aydyn.documents.models import File
from aydyn.documents.queries import Standing
from aydyn.documents.sniffing import PICTURES
from aydyn.documents.storage import storage
from aydyn.kernel.errors import Refusal
from aydyn.kernel.limits import limits, visitor

TRIES, SECONDS = 60, 600
SHOWN_AS = PICTURES | {"pdf"}
"""Kinds that are handed out under their own media type; everything else is bytes."""


def download(request: HttpRequest, file: File) -> FileResponse:
    """Hand out a file that the caller has checked the visitor may see: always to save, never to show here.

    Raises NoSuchFile if it was erased.
    """
    if file.erased:
        raise NoSuchFile
    kind = file.media_type if file.kind in SHOWN_AS else "application/octet-stream"
    response = FileResponse(storage().open(file.key), content_type=kind)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    # django-csp leaves a policy alone that stands there already.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and code of a paper, typed by hand, lead to its page."""
    number, code = request.POST.get("number", "")[:80].strip().upper(), request.POST.get("code", "")[:80]
    if request.method == "GET":
        return render(request, "documents/find.html", {"section": "check"})
    try:
        _count(request)
        found = queries.by_code(number, code)
    except (NoSuchDocument, TooManyTries) as refused:
        context = {"problem": refused, "number": number, "section": "check"}
        return render(request, "documents/find.html", context, status=refused.status)
    return redirect("documents:document", found.number, codes.tidy(code))


@admits(MAX_FILE + FORM_EXTRA)
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What stands on the record of a document; a PDF sent here is compared with it, and not kept."""
    # The token of the form is checked behind this line (csrf_protect), since checking it reads the body.
    request.upload_handlers = [HashingHandler(request)]
    return _document(request, number, code)


@csrf_protect
def _document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    try:
        _count(request)
        standing = queries.standing_of(queries.by_code(number, code))
    except (NoSuchDocument, TooManyTries) as refused:
        context = {"problem": refused, "number": number, "section": "check"}
        return render(request, "documents/find.html", context, status=refused.status)
    outcome, status = (None, 200) if request.method == "GET" else _compared(request, standing)
    return render(request, "documents/document.html", _page(standing, outcome), status=status)


def _count(request: HttpRequest) -> None:
    if not limits.allow("document", visitor(request), times=TRIES, seconds=SECONDS):
        raise TooManyTries


def _compared(request: HttpRequest, standing: Standing) -> tuple[dict[str, Any], int]:
    sent = request.FILES.get("file")
    if not isinstance(sent, HashedFile) or not sent.size:
        return {"problem": Refusal(_("Choose the PDF first."))}, 422
    return {"same": bool(standing.sha256) and sent.sha256 == standing.sha256, "sha256": sent.sha256}, 200


def _page(standing: Standing, outcome: dict[str, Any] | None) -> dict[str, Any]:
    found = standing.document
    return {
        "document": found,
        "standing": standing,
        "kind": kinds.words_of(found),
        "outcome": outcome,
        "section": "check",
    }
