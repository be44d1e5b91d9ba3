"""What was taken from public view, noted where the public log of moderation reads it; called inside the act's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.cases.models import Case, CaseEvent, Moderation
from aydyn.kernel import clock
from aydyn.people.models import Office
from aydyn.record.models import Entry

LONGEST_GROUND = 60


def note_hidden(event: CaseEvent) -> None:
    """Note that a published text was hidden."""
    Moderation.objects.create(
        case=event.case, kind=Moderation.HIDDEN, office=event.case.office, ground=event.ground, day=event.day,
        entry=event.entry,
    )  # fmt: skip


def note_erased(case: Case, entries: Sequence[Entry], *, office: Office, ground: str) -> None:
    """Note that content of a case was erased by order of law; nothing if there was none any more."""
    if entries:
        Moderation.objects.create(
            case=case, kind=Moderation.ERASED, office=office, ground=ground[:LONGEST_GROUND], day=clock.today(),
            entry=entries[0], entries=len(entries),
        )  # fmt: skip
