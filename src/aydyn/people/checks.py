"""Refuses an SMS gateway that cannot be used: said once, at start, and not when the first notice fails."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from aydyn.kernel.errors import ConfigurationError
from aydyn.people import gateways


@register()
def sms_gateway_is_usable(**_: Any) -> list[CheckMessage]:
    """The gateway exists and, where it is ours by HTTP, has an address and a key."""
    try:
        gateway = gateways.sms_gateway()
        if isinstance(gateway, gateways.HttpGateway):
            gateways.http_address(settings.AYDYN.sms_url)
            if not settings.AYDYN.sms_key:
                raise ConfigurationError("sms_key is empty: the gateway could not tell this node from anybody else")
    except ConfigurationError as error:
        return [Error(str(error), id="people.E001")]
    return []
