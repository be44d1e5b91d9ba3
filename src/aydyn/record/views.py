"""The ledger as others fetch it (C2SP tlog-tiles): plain files with exact types and caching, and what explains them."""

from __future__ import annotations

import gzip
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aydyn.ledger.entries import DIGEST
from aydyn.ledger.errors import FormatError
from aydyn.ledger.tiles import TileAddress, is_served
from aydyn.record import acts, keys, queries

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=1"


def _answer(data: bytes, media_type: str, caching: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest published checkpoint."""
    note = queries.store().read_checkpoint()
    if note is None:
        raise Http404("no checkpoint has been published yet")
    return _answer(note, TEXT, SHORTLY)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A hash tile or an entry bundle that the published checkpoint, or an earlier one, implies."""
    try:
        address = TileAddress.from_path(f"tile/{path}")
    except FormatError as error:
        return HttpResponse(f"{error}\n", content_type=TEXT, status=404)
    size = queries.published_size()
    data = queries.store().exact(address) if _implied(address, size) else None
    if data is None:
        return HttpResponse("there is no such tile\n", content_type=TEXT, status=404)
    response = _answer(data, BYTES, FOREVER)
    if address.level < 0 and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(data, 6, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    return response


def _implied(address: TileAddress, size: int) -> bool:
    """Whether the published tree, or one it grew from, has this tile."""
    if is_served(address, size):
        return True
    count = size >> (8 * max(address.level, 0))
    return address.number * 256 + address.width <= count


@require_safe
def policy(request: HttpRequest, kind: str) -> HttpResponse:
    """A trust policy for this log: Ed25519 keys only, or ML-DSA-44 keys only."""
    head = "# Keys shown by the accused prove nothing: compare this file with one from a source that you trust.\n"
    return _answer(head.encode() + keys.policies()[kind == "pq"].to_bytes(), TEXT, "public, max-age=60")


@require_safe
def act_table(request: HttpRequest) -> HttpResponse:
    """What acts there are and what each may show."""
    return _answer(acts.table_bytes(), "application/json", "public, max-age=60")


@require_safe
def served_file(request: HttpRequest, digest: str) -> HttpResponse:
    """A file whose digest is on the record."""
    found = queries.served_file(DIGEST + digest)
    if found is None:
        raise Http404("no file with this digest was loaded")
    response = _answer(bytes(found.data), found.media_type, FOREVER)
    response["Content-Disposition"] = f'inline; filename="{found.code}"'
    return response


@require_safe
def looks_of_day(request: HttpRequest, day: str) -> HttpResponse:
    """The salted hashes of all looks of staff that a day's commitment holds, in its order: one a line."""
    leaves = queries.look_leaves_of(day)
    if leaves is None:
        raise Http404("no looks were committed to on this day")
    return _answer("".join(f"{leaf}\n" for leaf in leaves).encode(), TEXT, "public, max-age=3600")


@require_safe
def not_here(request: HttpRequest, **_: Any) -> HttpResponse:
    """Any other path below ``/ledger/``."""
    return HttpResponse("there is no such file of the ledger\n", content_type=TEXT, status=404)
