"""Atom feeds (RFC 4287) with identifiers that outlive addresses (tag URIs, RFC 4151); everything in them is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
SINCE = "2026"
"""The year in which these identifiers were first given."""


@dataclass(frozen=True)
class Item:
    """One entry of a feed; ``name`` makes its identifier, ``link`` is a path of this site."""

    name: str
    title: str
    link: str
    updated: datetime | date
    text: str


def feed(request: HttpRequest, *, name: str, title: str, link: str, items: Iterable[Item]) -> HttpResponse:
    """A feed as the answer to a request; ``name`` makes its identifier, ``link`` is the page it tells of."""
    site = settings.AYDYN.site_url
    made = Atom1Feed(
        title=_plain(title), link=site + link, description="", language=get_language(),
        feed_url=site + request.get_full_path(), feed_guid=tag(name),
    )  # fmt: skip
    for item in items:
        made.add_item(
            title=_plain(item.title), link=site + item.link, unique_id=tag(item.name), updateddate=moment(item.updated),
            description=escape(_plain(item.text)),  # a summary of a feed is HTML
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type=MEDIA_TYPE)


def tag(name: str) -> str:
    """An identifier that stays when addresses change: the node's name, the year, and what it names."""
    authority = urlsplit(settings.AYDYN.site_url).hostname or "localhost"
    return f"tag:{authority},{SINCE}:{name}"


def moment(when: datetime | date) -> datetime:
    """A day as a moment: its midnight, since of what people do only the day is public."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def _plain(text: str) -> str:
    """A text without characters that XML cannot hold, however it was typed."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n\r" or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
    )
