"""The HTTP API: what the public may read, and what the holder of a key may send and follow in her own name.

Described by ``/api/openapi.json`` (OpenAPI 3.1). Everything stands below ``/api/v1/``, where fields are only ever added;
``/api/cases`` and ``/api/cases/NUMBER`` are the addresses that monitors have asked since before there was a v1.
"""

from __future__ import annotations

from aydyn import __version__
from aydyn.portal.api import cases, catalogue, filing, following, offices, problems
from aydyn.portal.api.doors import Api
from aydyn.portal.api.reading import StrictJson

__all__ = ["api"]

api = Api(
    title="Aýdyň", version=__version__, urls_namespace="api", docs_url=None, parser=StrictJson(),
    description=(
        "Public reads need no key. Compare what you read here with the ledger at /ledger/. Filing and following need a "
        "key for programs, sent as a Bearer token; cookies are never looked at. Errors are application/problem+json."
    ),
)  # fmt: skip
problems.install(api)
api.add_router("", cases.first, tags=["monitors"])
for _router, _tag in (
    (catalogue.router, "procedures"), (offices.router, "offices"), (cases.router, "register"),
    (filing.router, "filing"), (following.router, "following"),
):  # fmt: skip
    api.add_router("/v1", _router, tags=[_tag])
