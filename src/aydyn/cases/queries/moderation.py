"""Reads of the public log of moderation: what was hidden or erased, when, by which office, on which ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from aydyn.cases.models import Case, Moderation


@dataclass(frozen=True)
class GroundCount:
    """How often something was hidden or erased on a ground."""

    kind: str
    ground: str
    count: int


def moderated() -> QuerySet[Moderation]:
    """The log, the newest first; that something happened stays in it whatever became of the case."""
    return Moderation.objects.select_related("case__procedure", "office", "entry").order_by("-pk")


def moderation_page(after: int | None, most: int) -> tuple[list[Moderation], int | None]:
    """A page of the log older than a key, and the key of the next page (None on the last)."""
    rows = moderated() if after is None else moderated().filter(pk__lt=after)
    found = list(rows[: most + 1])
    return found[:most], found[most - 1].pk if len(found) > most else None


def all_moderation(piece: int = 1000) -> Iterator[list[Moderation]]:
    """The whole log, the oldest first, a piece at a time."""
    rows, last = moderated().order_by("pk"), 0
    while page := list(rows.filter(pk__gt=last)[:piece]):
        yield page
        last = page[-1].pk


def count_moderated() -> int:
    """How often something was taken from public view; it only grows, so it tells whether a copy is older than the last time."""
    return Moderation.objects.count()


def moderation_by_ground() -> list[GroundCount]:
    """How often on each ground, the most frequent first."""
    rows = Moderation.objects.order_by().values_list("kind", "ground").annotate(n=Count("pk")).order_by("-n", "ground")
    return [GroundCount(kind, ground, count) for kind, ground, count in rows]


def may_be_named(case: Case) -> bool:
    """Whether the log may give a case's number as a link: one of a kind that is never public has no page for strangers."""
    return case.listed and not case.held
