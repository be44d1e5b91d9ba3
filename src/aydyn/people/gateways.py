"""How an SMS leaves the node: a gateway named by its dotted path in the setting ``sms_gateway``.

Any class with this one method will do. It raises :class:`GatewayRefused` when trying again would be of no use, anything
else when it may; nothing that it raises may hold the key, and none of it is shown to people.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
from ipaddress import ip_address
from typing import Protocol, runtime_checkable
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from aydyn.kernel import clock
from aydyn.kernel.errors import AydynError, ConfigurationError

SECONDS = 10.0
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class GatewayFailed(AydynError):
    """The gateway could not be reached or could not do it now."""


class GatewayRefused(AydynError):
    """The gateway will not take this message, however often it is tried."""


@runtime_checkable
class SmsGateway(Protocol):
    """Whatever sends an SMS."""

    def send(self, *, identifier: str, phone: str, text: str) -> None:
        """Send ``text``; the same ``identifier`` may come twice and is the same message. Raises GatewayRefused, or anything else for another try."""
        ...


class FileGateway:
    """Writes each SMS to a file in the node's data directory, for trying out and for offices without a gateway."""

    def send(self, *, identifier: str, phone: str, text: str) -> None:
        """Write one file; the same message a second time writes the same file again."""
        folder = settings.AYDYN.data / "sms"
        folder.mkdir(mode=0o700, exist_ok=True)
        body = json.dumps({"to": phone, "text": text, "at": clock.now().isoformat()}, ensure_ascii=False)
        handle = os.open(folder / f"{identifier}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f"{body}\n")


class NoGateway:
    """Sends nothing: the node has no SMS."""

    def send(self, *, identifier: str, phone: str, text: str) -> None:  # noqa: ARG002  # it sends nothing
        """Refuse, so that the figures show that nothing went out."""
        raise GatewayRefused("this node sends no SMS")


class HttpGateway:
    """Hands each SMS to the operator's own gateway: one POST of JSON to the setting ``sms_url``.

    ``{"id": …, "to": "+993…", "text": …}`` with ``Authorization: Bearer <sms_key>``; 2xx means taken. Redirects are not
    followed: the key goes where the setting says and nowhere else.
    """

    def send(self, *, identifier: str, phone: str, text: str) -> None:
        """Send one POST. Raises GatewayFailed or GatewayRefused with the status alone."""
        address = http_address(settings.AYDYN.sms_url)
        body = json.dumps({"id": identifier, "to": phone, "text": text}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.AYDYN.sms_key}",
            "User-Agent": "aydyn/1",
            "Connection": "close",
        }
        status = _post(address, body, headers)
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
            raise GatewayRefused(f"the gateway answered {status}")
        raise GatewayFailed(f"the gateway answered {status}")


def _post(address: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    host = address.hostname or ""
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, address.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, address.port, timeout=SECONDS)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", target, body=body, headers=headers)
        return connection.getresponse().status  # what else it says is not read: it could go on for ever
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GatewayFailed(type(error).__name__) from None
    finally:
        connection.close()


def http_address(url: str) -> SplitResult:
    """The gateway's address: https, or http to this machine or a private network. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError("sms_url is not an address") from None
    if host and (parts.scheme == "https" or (parts.scheme == "http" and _is_near(host))):
        return parts
    raise ConfigurationError("sms_url must begin with https://, unless the gateway is on this machine or its network")


def _is_near(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_private
    except ValueError:
        return False


def sms_gateway() -> SmsGateway:
    """The gateway that the settings name. Raises ConfigurationError if there is none of that name."""
    path = settings.AYDYN.sms_gateway
    try:
        gateway = import_string(path)()
    except (ImportError, TypeError) as error:
        raise ConfigurationError(f"sms_gateway: {path} cannot be used ({type(error).__name__})") from None
    if not isinstance(gateway, SmsGateway):
        raise ConfigurationError(f"sms_gateway: {path} has no method send")
    return gateway
