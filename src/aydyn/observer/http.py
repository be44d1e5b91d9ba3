"""One small HTTP client for talking to logs and witnesses: a deadline, a limit on what is read, no redirects."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_BYTES = 32 * 1024 * 1024
USER_AGENT = "aydyn-observer/1"


class HTTPError(Exception):
    """No answer, too late an answer, or too long a one."""


@dataclass(frozen=True)
class Response:
    """What came back; header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def request(
    method: str, url: str, *, body: bytes | None = None, timeout: float = 10.0, max_bytes: int = MAX_BYTES
) -> Response:
    """Send one request and read the whole answer within ``timeout`` seconds in all.

    Raises HTTPError if there is none, if it is longer than ``max_bytes``, or if the address is not http(s).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise HTTPError(f"{url} is not an address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise HTTPError(f"{url} is not an http address")
    deadline = time.monotonic() + timeout
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers={"User-Agent": USER_AGENT, "Connection": "close"})
        answer = connection.getresponse()
        data = _read(answer, connection, deadline, max_bytes)
        return Response(answer.status, data, {name.lower(): value for name, value in answer.getheaders()})
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise HTTPError(f"{url}: {str(error) or type(error).__name__}") from None
    finally:
        connection.close()


def _read(
    answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float, max_bytes: int
) -> bytes:
    pieces: list[bytes] = []
    total = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no complete answer in time")
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = answer.read1(65_536)
        if not piece:
            if answer.length:
                raise OSError(f"the answer was cut off, {answer.length} bytes are missing")
            return b"".join(pieces)
        total += len(piece)
        if total > max_bytes:
            raise OSError(f"the answer is longer than {max_bytes} bytes")
        pieces.append(piece)


def get(url: str, *, timeout: float = 10.0, max_bytes: int = MAX_BYTES) -> Response:
    """GET ``url`` (see :func:`request`)."""
    return request("GET", url, timeout=timeout, max_bytes=max_bytes)


def post(url: str, body: bytes, *, timeout: float = 10.0, max_bytes: int = MAX_BYTES) -> Response:
    """POST ``body`` to ``url`` (see :func:`request`)."""
    return request("POST", url, body=body, timeout=timeout, max_bytes=max_bytes)
