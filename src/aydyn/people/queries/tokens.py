"""Reads of keys for programs."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.db.models import QuerySet

from aydyn.kernel import clock
from aydyn.people.errors import BadToken, TokenScope
from aydyn.people.models import ApiToken, Person

TOKEN_START = "aydyn_"  # noqa: S105  # what a key begins with, so that scanners for leaked secrets know it
PREFIX_LENGTH = len(TOKEN_START) + 8
LONGEST_TOKEN = 100


def token_digest(raw: str) -> str:
    """SHA-256 of a key as it is kept. The key holds 32 random bytes: a fast hash is enough, nobody can try them all."""
    return sha256(raw.encode()).hexdigest()


def token_holder(raw: str, scope: str) -> tuple[Person, ApiToken]:
    """Whose key this is, if it is valid now and may do ``scope``.

    Raises BadToken, the same for a key that never was, has ended, or has expired; TokenScope if it may not do this.
    """
    if not raw.isascii() or len(raw) > LONGEST_TOKEN or not raw.startswith(TOKEN_START):
        raise BadToken
    wanted = token_digest(raw)
    live = live_tokens().filter(prefix=raw[:PREFIX_LENGTH], person__is_active=True).select_related("person")
    # Compared in constant time, and all of them, so that how long it takes says nothing about what is kept.
    found = [token for token in live if hmac.compare_digest(token.digest, wanted)]
    if not found:
        raise BadToken
    if scope not in found[0].scopes:
        raise TokenScope
    return found[0].person, found[0]


def live_tokens() -> QuerySet[ApiToken]:
    """Keys that are good now."""
    return ApiToken.objects.filter(ended=None, expires__gt=clock.now())


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """A person's keys that she has not ended, newest first; expired ones too."""
    return ApiToken.objects.filter(person=person, ended=None).order_by("-pk")
