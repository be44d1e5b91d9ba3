"""What Ninja leaves out of the OpenAPI document: media types of problems, headers, and answers that every operation has."""

from __future__ import annotations

from typing import Any

from aydyn.portal.api.problems import MEDIA_TYPE

TEXT: dict[str, Any] = {"schema": {"type": "string"}}
COUNT: dict[str, Any] = {"schema": {"type": "integer", "minimum": 0}}

OF_STATUS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {**TEXT, "required": True, "description": "Bearer"}},
    429: {"Retry-After": {**COUNT, "required": True, "description": "Seconds after which to try again"}},
    503: {"Retry-After": {**COUNT, "required": True, "description": "Seconds after which to try again"}},
}
POLICY = {"RateLimit-Policy": {**TEXT, "description": "How many requests (q) in how many seconds (w) a key may make"}}
ETAG = {"ETag": {**TEXT, "description": "Send it as If-None-Match next time"}}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with everything in it."""
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    with_key = bool(operation.get("security"))
    for status, answer in operation["responses"].items():
        if status >= 400:
            answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
        headers = dict(OF_STATUS.get(status, {}))
        if with_key and status != 401:
            headers |= POLICY
        elif status == 200 and method == "get":
            headers |= ETAG
        if headers:
            answer["headers"] = {**answer.get("headers", {}), **headers}
    if not with_key and method == "get":
        operation["responses"][304] = {"description": "What you have is what there is", "headers": ETAG}
