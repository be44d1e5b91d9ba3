"""Writes to keys for programs: making, ending, noting the day of their use."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from aydyn.kernel import clock
from aydyn.people import queries
from aydyn.people.errors import BadTokenWish, NoSuchToken, SameTokenName, TooManyTokens
from aydyn.people.models import ApiToken, Person, Scope
from aydyn.people.queries.tokens import PREFIX_LENGTH, TOKEN_START, token_digest
from aydyn.people.texts import one_line

MOST_TOKENS = 10
DAYS = (30, 90, 365)
_NAME_LENGTHS = range(1, 61)


@transaction.atomic
def make_token(*, person: Person, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """Make a key; the second value is the key itself, which is shown now and kept nowhere.

    Raises BadTokenWish, TooManyTokens or SameTokenName.
    """
    shown, wanted = one_line(name), sorted(set(scopes))
    if len(shown) not in _NAME_LENGTHS or not wanted or not set(wanted) <= set(Scope.values) or days not in DAYS:
        raise BadTokenWish
    owner = Person.objects.select_for_update(no_key=True).get(
        pk=person.pk
    )  # two forms at once count one after the other
    if queries.live_tokens().filter(person=owner).count() >= MOST_TOKENS:
        raise TooManyTokens
    if queries.tokens_of(owner).filter(name=shown).exists():
        raise SameTokenName
    raw = TOKEN_START + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=owner, name=shown, prefix=raw[:PREFIX_LENGTH], digest=token_digest(raw), scopes=wanted,
        expires=clock.now() + timedelta(days=days),
    )  # fmt: skip
    return token, raw


def end_token(*, person: Person, number: int) -> None:
    """End one of a person's own keys, from this moment on. Raises NoSuchToken."""
    if not ApiToken.objects.filter(person=person, pk=number, ended=None).update(ended=clock.now()):
        raise NoSuchToken


def use_token(raw: str, scope: str) -> tuple[Person, ApiToken]:
    """Like ``queries.token_holder``, and notes the day (no more than the day). Raises BadToken or TokenScope."""
    person, token = queries.token_holder(raw, scope)
    today = clock.today()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return person, token
