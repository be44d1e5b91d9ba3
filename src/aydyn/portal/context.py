"""What every page knows about the node (a context processor)."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest

from aydyn.kernel import packs
from aydyn.people import queries as people
from aydyn.people.models import Person


@cache
def _names() -> dict[str, str]:
    for office in packs.load_offices(settings.AYDYN.pack):
        if office.code == settings.AYDYN.office:
            return dict(office.short or office.name)
    return {}


def node(request: HttpRequest) -> dict[str, object]:
    """Name of the office, whether this is a demonstration, and whether the reader has a desk."""
    names = _names()
    language = getattr(request, "LANGUAGE_CODE", "en")
    user = getattr(request, "user", None)
    return {
        "site_name": names.get(language) or names.get("en", ""),
        "is_demo": settings.AYDYN.is_demo,
        "has_desk": isinstance(user, Person) and people.active_mandates(user).exists(),
    }
