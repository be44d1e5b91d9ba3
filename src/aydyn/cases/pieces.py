"""From rows to what the face shows: timelines, receipt cards, lines of lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aydyn.cases import procedures
from aydyn.cases.models import Case, CaseEvent
from aydyn.casework.clocks import Span, classify
from aydyn.casework.procedures import Procedure
from aydyn.face.pieces import CaseLine, ReceiptCard, Seal, Status, TimelineEvent
from aydyn.kernel import clock
from aydyn.record import queries as record
from aydyn.record.queries import Status as RecordStatus

SHOWN_PARTS = ("answer", "reason")


def span_words(span: Span) -> str:
    """A length of time in the reader's language."""
    words = {
        "working days": ngettext("%(n)s working day", "%(n)s working days", span.amount),
        "days": ngettext("%(n)s day", "%(n)s days", span.amount),
        "months": ngettext("%(n)s month", "%(n)s months", span.amount),
    }
    return words[span.unit] % {"n": span.amount}


def status_chip(case: Case) -> Status:
    """A case's state as a word with its tone."""
    today = clock.today()
    if case.due is not None and classify(case.due, today) == "overdue":
        return Status(_("Overdue"), "overdue")
    if case.due is not None and classify(case.due, today) == "due_today":
        return Status(_("Due today"), "work")
    rules = procedures.parsed(case.procedure_id)
    word = procedures.words(rules.state(case.state).label)
    if case.result == "answered":
        return Status(_("Answered"), "done")
    if case.result:
        label = next(one.label for one in rules.results if one.code == case.result)
        return Status(procedures.words(label), "closed")
    return Status(word, "work" if case.state == "assigned" else "waiting")


def said(rules: Procedure, event: CaseEvent) -> str:
    """How the timeline tells an event."""
    if event.step == "overdue":
        return _("The day passed on which the office should have answered")
    return procedures.words(rules.step(event.step).said)


def who(event: CaseEvent) -> str:
    """Who did it, without a name: a person, or an office in a role."""
    if event.role == "asker":
        return _("by who filed the case")
    if event.mandate is None:
        return _("by the clock")
    return f"{event.mandate.office.name}, {event.mandate.get_role_display()}"


def event_note(rules: Procedure, event: CaseEvent) -> str:
    """What an event names besides its words: the new office, the ground."""
    if event.ground:
        ground = next((one for one in rules.grounds if one.code == event.ground), None)
        return _("Ground: %(ground)s") % {"ground": procedures.words(ground.label)} if ground else event.ground
    if event.step == "transfer" and event.office is not None:
        return _("Now with: %(office)s") % {"office": event.office.name}
    return ""


def timeline(
    case: Case, events: Iterable[CaseEvent], words: Mapping[int, Mapping[str, Any]], states: Mapping[int, RecordStatus]
) -> list[TimelineEvent]:
    """The timeline, oldest first, and what comes next; ``words``: event → values that this visitor may see."""
    rules = procedures.parsed(case.procedure_id)
    shown = [
        TimelineEvent(
            when=event.at if event.role != "asker" else event.day,
            what=said(rules, event),
            who=who(event),
            kind="person" if event.role == "asker" else "overdue" if event.step == "overdue" else "office",
            words=_words_of(event, words.get(event.pk, {})),
            note=event_note(rules, event),
            position=states[event.entry_id].position,
            receipt_url=reverse("cases:receipt", args=[case.number, event.seq]),
        )
        for event in events
    ]
    state = rules.state(case.state)
    if state.open and state.next:
        note = _("The office has to answer by %(day)s.") % {"day": _day(case.due)} if case.due else ""
        shown.append(TimelineEvent(None, procedures.words(state.next), kind="next", note=note))
    return shown


def _words_of(event: CaseEvent, values: Mapping[str, Any]) -> str:
    """What an event says; a publication repeats question and answer, which stand on the page already."""
    if event.act == "case.published":
        return ""
    return "\n\n".join(str(values[name]) for name in SHOWN_PARTS if name in values)


def _day(day: date) -> str:
    from aydyn.face import formats

    return formats.day(day)


def receipt_card(case: Case, event: CaseEvent, status: RecordStatus, *, inside: bool, named: bool) -> ReceiptCard:
    """The receipt of one event as the page shows it."""
    rules = procedures.parsed(case.procedure_id)

    def link(kind: str) -> str:
        return reverse("cases:receipt-file", args=[case.number, event.seq, kind])

    ready = status.position is not None
    return ReceiptCard(
        number=case.number,
        what=said(rules, event),
        recorded_at=event.at.astimezone(UTC).date() if event.role == "asker" else event.at,  # as the entry says it
        position=status.position,
        ledger=settings.AYDYN.origin,
        seals=tuple(Seal(seal.name, seal.at) for seal in status.seals),
        needed=settings.AYDYN.needed_witnesses,
        final=status.final,
        refresh=reverse("cases:receipt", args=[case.number, event.seq]),
        download_url=link("usual") if ready else "",
        bare_url=link("bare") if ready and inside else "",
        named_url=link("name") if ready and named else "",
        paper_url=reverse("cases:receipt-paper", args=[case.number, event.seq]) if ready else "",
        check_url=reverse("portal:check"),
    )


def line(case: Case, *, public: bool) -> CaseLine:
    """A case as a line of a list."""
    if public:
        text = getattr(case, "public_text", None)
        kind = procedures.words(procedures.parsed(case.procedure_id).title)
        title = text.title if text else _("%(kind)s – not published") % {"kind": kind}
    else:
        own = getattr(case, "text", None)
        title = own.title if own else _("Erased by order of law")
    return CaseLine(
        number=case.number,
        url=reverse("cases:case", args=[case.number]),
        title=title,
        title_language=case.language,
        status=status_chip(case),
        office=case.office.name,
        received=case.filed_on,
        due=case.due,
        assignee="" if public or case.officer is None else str(case.officer.person),
        key=case.number,
    )


def record_statuses(events: Iterable[CaseEvent]) -> dict[int, RecordStatus]:
    """Entry id → how far it has come, for a whole timeline at once."""
    return record.statuses([event.entry_id for event in events])
