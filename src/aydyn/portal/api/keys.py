"""Who asks: the holder of a key, for what the key may do, not too often."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from aydyn.kernel.limits import limits
from aydyn.people import actions as people
from aydyn.people.models import Person
from aydyn.portal.api.problems import TooOften

REQUESTS, SECONDS = 300, 60
"""Requests that one key may make in so many seconds; every process of the web server counts for itself."""


@dataclass(frozen=True)
class Holder:
    """Whose key it is."""

    person: Person


class Key(HttpBearer):
    """A key for programs that may do ``scope``."""

    openapi_description = (
        "A key for programs, made on your page of keys; `file` sends in your name, `follow` reads your cases."
    )

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Holder:
        """The holder. Raises BadToken, TokenScope or TooOften."""
        person, key = people.use_token(token, self.scope)
        request.rate_policy = f'"requests";q={REQUESTS};w={SECONDS}'  # type: ignore[attr-defined]  # read at the door
        if not limits.allow("api", f"key {key.pk}", times=REQUESTS, seconds=SECONDS):
            raise TooOften(SECONDS)
        return Holder(person)


FILE, FOLLOW = Key("file"), Key("follow")


def person_of(request: HttpRequest) -> Person:
    """Who holds the key of a request that passed :class:`Key`."""
    holder = request.auth  # type: ignore[attr-defined]  # Ninja keeps there what `authenticate` returned
    assert isinstance(holder, Holder)
    return holder.person
