"""How often something may be done from one place: counted in memory, under a hash whose salt changes every day.

No address of a visitor is ever stored: the hash says only “the same as before, today, in this process”.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

MAX_KEYS = 50_000
DAY = 86_400.0


class Limits:
    """Counts per key and window; the oldest keys are forgotten when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        self._salt = secrets.token_bytes(32)
        self._salted_at = time.monotonic()

    def allow(self, what: str, who: str, *, times: int, seconds: float) -> bool:
        """Count one more of ``what`` by ``who``; False if it is over ``times`` within ``seconds``."""
        moment = time.monotonic()
        with self._lock:
            if moment - self._salted_at > DAY:
                self._salt, self._salted_at = secrets.token_bytes(32), moment
                self._counts.clear()
            key = hmac.digest(self._salt, f"{what}\0{who}".encode(), sha256)
            started, count = self._counts.pop(key, (moment, 0))
            if moment - started > seconds:
                started, count = moment, 0
            self._counts[key] = (started, count + 1)
            if len(self._counts) > MAX_KEYS:
                self._counts.popitem(last=False)
            return count < times

    def forget(self) -> None:
        """Start anew (tests)."""
        with self._lock:
            self._counts.clear()


limits = Limits()


def visitor(request: HttpRequest) -> str:
    """Whom a limit is counted for: the address that connects, of IPv6 the network that one household is given.

    What a proxy says is believed only of the proxies that the setting ``trusted_proxies`` names.
    """
    trusted = settings.AYDYN.trusted_proxies
    address = str(request.META.get("REMOTE_ADDR", ""))
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    while address in trusted and told:
        address = told.pop()
    return _household(address)


def _household(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""  # no address at all: all such visitors are counted as one
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed.packed, 64), strict=False))
