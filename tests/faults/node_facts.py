"""A process: prints as JSON what the database of the node in AYDYN_DATA holds, for tests to judge."""

from __future__ import annotations

import json

import django


def facts() -> dict[str, object]:
    """Entries, positions, cases, checkpoints, and what the operator's own check finds."""
    from django.conf import settings

    from aydyn.cases.models import Case, CaseEvent
    from aydyn.record import checking, keys, queries
    from aydyn.record.models import Checkpoint, Entry, Head, Position
    from aydyn.record.tilestore import DirectoryStore

    *_, found = checking.check(DirectoryStore(settings.AYDYN.tiles), keys.public_log_keys(settings.AYDYN.keys))
    placed = Position.objects.order_by("index").values_list("index", "entry__hash")
    health = queries.health()
    head = Head.objects.get(pk=1)
    return {
        "faults": found.faults,
        "entries": Entry.objects.count(),
        "waiting": health.waiting,
        "halted": health.halted,
        "published": health.published,
        "tiled": health.tiled,
        "size": head.size,
        "fence": head.fence,
        "final": bool(Checkpoint.objects.filter(size=head.size, final_at__isnull=False).exists()),
        "indexes_are_whole": [index for index, _ in placed] == list(range(len(placed))),
        "hashes": [bytes(value).hex() for _, value in placed],
        "numbers": list(Case.objects.order_by("pk").values_list("number", flat=True)),
        "cases_without_entry": Case.objects.exclude(pk__in=CaseEvent.objects.values("case")).count(),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(facts()))  # noqa: T201
