"""From rows to what the face shows: timelines, receipt cards, lines of lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aydyn.cases import procedures
from aydyn.cases.forms import VERDICTS
from aydyn.cases.models import Case, CaseEvent, Channel, FilingDraft
from aydyn.cases.queries import COUNTED, Load, Mine, View
from aydyn.cases.timelines import NODE_STEPS
from aydyn.casework.clocks import Deadline, Span, classify
from aydyn.casework.procedures import Procedure
from aydyn.casework.transitions import CaseState
from aydyn.documents.models import Document, File
from aydyn.face import formats
from aydyn.face.pieces import Attached, CaseLine, EventKind, ReceiptCard, Seal, Status, TimelineEvent, Tone
from aydyn.kernel import clock
from aydyn.record import queries as record
from aydyn.record.queries import Status as RecordStatus

SHOWN_PARTS = ("answer", "reason", "question", "words", "comment")


def span_words(span: Span) -> str:
    """A length of time in the reader's language."""
    words = {
        "working days": ngettext("%(n)s working day", "%(n)s working days", span.amount),
        "days": ngettext("%(n)s day", "%(n)s days", span.amount),
        "months": ngettext("%(n)s month", "%(n)s months", span.amount),
    }
    return words[span.unit] % {"n": span.amount}


TONES = {"met": "done", "partly": "done", "refused": "closed", "withdrawn": "closed", "passed-on": "closed"}


def status_chip(case: Case) -> Status:
    """A case's state as a word with its tone: what is late first, then how it ended, then where it stands."""
    today = clock.today()
    if case.due is not None and classify(case.due, today) == "overdue":
        return Status(_("Overdue"), "overdue")
    if case.due is not None and classify(case.due, today) == "due_today":
        return Status(_("Due today"), "work")
    rules = procedures.parsed(case.procedure_id)
    if case.result:
        tone: Tone = TONES.get(case.result_kind, "closed")  # type: ignore[assignment]  # the table holds tones
        return Status(procedures.words(rules.result(case.result).label), tone)
    word = procedures.words(rules.state(case.state).label)
    return Status(word, "work" if case.officer_id and case.waits_for == "office" else "waiting")


def money(amount: int, currency: str) -> str:
    """A sum in the smallest unit, as people write it: 1250, TMT → 12.50 TMT."""
    return formats.money(amount, currency)


def publicity_words(rules: Procedure) -> str:
    """What of a case becomes public, in a sentence."""
    return {
        "never": _("Nothing of this is ever published. Only the fact that something was filed, with its dates, is on the record."),
        "after-check": _("Number, office and dates are public from the start. Your words are published only after a check has taken personal data out."),
        "with-answer": _("Number, office and dates are public from the start. Question and answer are published together, after a check has taken personal data out."),
        "from-the-start": _("Your words are public from the start."),
    }[rules.public]  # fmt: skip


def capacity_of(draft: FilingDraft | None) -> str:
    """As what a form is filled in, if not as oneself."""
    if draft is None or draft.mandate is None:
        return ""
    if draft.mandate.organisation is not None:
        return _("You file for the organisation %(name)s.") % {"name": draft.mandate.organisation}
    if draft.channel == Channel.OFFICE:
        return _("You ask for your office, %(name)s.") % {"name": draft.mandate.office}
    return _("You file for somebody at the counter (%(how)s). Print the receipt with the code for them.") % {
        "how": draft.get_channel_display()
    }


def said(rules: Procedure, event: CaseEvent) -> str:
    """How the timeline tells an event."""
    if event.step == "overdue":
        return _("The day passed on which the office should have answered")
    if event.step == "rescheduled":
        return _("The calendar of working days changed, and with it the day of the answer")
    return procedures.words(rules.step(event.step).said)


def who(event: CaseEvent) -> str:
    """Who did it, without a name: a person, or an office in a role."""
    if event.mandate is not None and event.mandate.organisation_id is not None:
        return _("by an organisation")
    if event.mandate is not None:
        return f"{event.mandate.office.name}, {event.mandate.get_role_display()}"
    if event.role == "asker":
        return _("by who filed the case")
    if event.act.startswith("fee."):
        return _("confirmed by the payment service")
    return _("by the clock") if event.sub_id is None else _("by another office")


def event_note(rules: Procedure, event: CaseEvent) -> str:
    """What an event names besides its words: the new office, the other case, the ground, the sum."""
    notes: list[str] = []
    if event.ground and event.act == "case.rated":
        notes.append(str(dict(VERDICTS).get(event.ground, event.ground)))
    elif event.ground:
        ground = next((one for one in rules.grounds if one.code == event.ground), None)
        words = procedures.words(ground.label) if ground else event.ground
        notes.append(_("Ground: %(ground)s") % {"ground": words})
    if event.office is not None and event.seq > 1:
        notes.append(_("Now with: %(office)s") % {"office": event.office.name})
    if event.sub is not None:
        notes.append(_("Case %(number)s, %(office)s") % {"number": event.sub.number, "office": event.sub.office.name})
    if event.amount and rules.fee is not None:
        notes.append(_("Fee: %(sum)s") % {"sum": money(event.amount, rules.fee.currency)})
    if event.seq == 1 and event.case.channel not in (Channel.ONLINE, Channel.APPEAL):
        notes.append(event.case.get_channel_display())
    return ". ".join(notes)


def timeline(
    case: Case, events: Iterable[CaseEvent], words: Mapping[int, Mapping[str, Any]], states: Mapping[int, RecordStatus],
    attached: Mapping[int, list[tuple[Document, list[File]]]], view: View,
) -> list[TimelineEvent]:  # fmt: skip
    """The timeline, oldest first, and what comes next; ``words``: event → values that this visitor may see."""
    rules = procedures.parsed(case.procedure_id)
    shown = [
        TimelineEvent(
            when=event.at if event.role != "asker" else event.day,
            what=said(rules, event),
            who=who(event),
            kind=_kind(event),
            words=_words_of(event, words.get(event.pk, {})),
            note=event_note(rules, event),
            position=states[event.entry_id].position,
            receipt_url=reverse("cases:receipt", args=[case.number, event.seq]),
            files=_files_of(case, attached.get(event.pk, [])),
        )
        for event in events
        if is_shown(rules, event, view)
    ]
    state = rules.state(case.state)
    if state.open and state.next:
        late = case.due is not None and classify(case.due, clock.today()) == "overdue"
        by = _("The office should have answered by %(day)s.") if late else _("The office has to answer by %(day)s.")
        note = by % {"day": _day(case.due)} if case.due else ""
        shown.append(TimelineEvent(None, procedures.words(state.next), kind="next", note=note))
    return shown


def is_shown(rules: Procedure, event: CaseEvent, view: View) -> bool:
    """Whether this visitor's page tells of an event; that it happened is on the record in any case."""
    if event.step in NODE_STEPS:
        return True
    visible = rules.step(event.step).visible
    return visible == "public" or view.staff or (visible == "parties" and view.inside)


def _files_of(case: Case, documents: list[tuple[Document, list[File]]]) -> tuple[Attached, ...]:
    return tuple(
        Attached(
            file.name, reverse("cases:attachment", args=[case.number, file.public_id]), file.size, document.number or ""
        )
        for document, files in documents
        for file in files
        if not file.erased
    )


def _kind(event: CaseEvent) -> EventKind:
    if event.step == "overdue":
        return "overdue"
    if event.role == "node":
        return "node"
    return "person" if event.role == "asker" else "office"


def _words_of(event: CaseEvent, values: Mapping[str, Any]) -> str:
    """What an event says; a publication repeats question and answer, which stand on the page already."""
    if event.act == "case.published" or event.seq == 1:
        return ""
    return "\n\n".join(str(values[name]) for name in SHOWN_PARTS if name in values)


def _day(day: date) -> str:
    return formats.day(day)


@dataclass(frozen=True)
class Reckoned:
    """One line of how a time was reckoned: from, plus what, until; and the days that did not count."""

    words: str
    skipped: int = 0
    days: tuple[str, ...] = ()


def reckoning(state: CaseState) -> list[Reckoned]:
    """How the day that is due came about: the limit, pauses and extensions, in the order in which they happened."""
    lines = [_reckoned(state.deadline, _("From %(start)s, plus %(span)s: until %(due)s."))]
    if state.reopened:
        lines.insert(0, Reckoned(_("The case was reopened, and a new time limit runs.")))
    for pause in state.pauses:
        days = {"start": _day(pause.start), "end": _day(pause.end) if pause.end else ""}
        if pause.end is None:
            lines.append(Reckoned(_("Since %(start)s the time stands still.") % days))
        else:
            lines.append(
                Reckoned(
                    _("From %(start)s to %(end)s the time stood still: until %(due)s.")
                    % {**days, "due": _day(pause.due or pause.end)}
                )
            )
    lines += [_reckoned(more, _("Extended by %(span)s from %(start)s: until %(due)s.")) for more in state.extensions]
    return lines


def _reckoned(deadline: Deadline, words: str) -> Reckoned:
    figures = {"start": _day(deadline.start), "span": span_words(deadline.span), "due": _day(deadline.due)}
    language = get_language() or "tk"
    days = tuple(
        f"{_day(each.day)}: {_reason(each.reasons, language)}"
        for each in deadline.skipped
        if _reason(each.reasons, language)
    )
    return Reckoned(words % figures, len(deadline.skipped), days)


def _reason(reasons: Mapping[str, str], language: str) -> str:
    """The name of a holiday; weekends need none."""
    name = reasons.get(language) or next(iter(reasons.values()), "")
    return "" if name == "weekend" else name


def lateness(rules: Procedure, state: CaseState) -> list[str]:
    """Duties that were done, but after their time, in words."""
    clock_rule = rules.clock
    words = {
        "registration": (_("The office registered it later than within %(span)s."), clock_rule.register_within),
        "forwarding": (_("The office forwarded it later than within %(span)s."), clock_rule.forward_within),
    }
    return [words[late][0] % {"span": span_words(span)} for late in state.late if (span := words[late][1]) is not None]


@dataclass(frozen=True)
class FeeWords:
    """What a case costs, what is paid, and whether anything is owed."""

    charged: str
    paid: str
    refunded: str
    owed: int
    owed_words: str


def fee_words(rules: Procedure, state: CaseState) -> FeeWords | None:
    """The fee of a case in words; None where it costs nothing."""
    if rules.fee is None or not state.charged:
        return None
    currency = rules.fee.currency
    return FeeWords(
        money(state.charged, currency), money(state.paid, currency) if state.paid else "",
        money(state.refunded, currency) if state.refunded else "", max(state.owed, 0), money(max(state.owed, 0), currency),
    )  # fmt: skip


def look_reasons() -> dict[str, str]:
    """Why staff look at a case, in words."""
    return {
        "case-page": _("opened the page of the case"),
        "file": _("opened a file of the case"),
        "summary": _("opened the summary of the case"),
    }


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
    kind = procedures.words(procedures.parsed(case.procedure_id).title)
    text = getattr(case, "public_text" if public else "text", None)
    absent = _("%(kind)s – not published") % {"kind": kind} if public else _("Erased by order of law")
    title = (text.title or kind) if text else absent
    return CaseLine(
        number=case.number,
        url=reverse("cases:case", args=[case.number]),
        title=title,
        title_language=case.language if text and text.title else "",
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


def my_line(mine: Mine) -> CaseLine:
    """One of a person's own cases as a line of her page: what is new, and whether it is her turn."""
    news = ngettext("%(n)s new event", "%(n)s new events", mine.new) % {"n": mine.new} if mine.new else ""
    return replace(line(mine.case, public=False), news=_("It is your turn") if mine.asked else news)


# ---------------------------------------------------------------------------------------------- the desk


def today() -> date:
    """The office's local day."""
    return clock.today()


@dataclass(frozen=True)
class Tab:
    """One list of the desk: its name, how many cases it has, whether it is the one shown."""

    view: str
    label: str
    count: int
    chosen: bool

    @property
    def shown(self) -> str:
        """The count as it is written: exact up to a thousand."""
        return formats.number(self.count) if self.count <= COUNTED else f"{formats.number(COUNTED)}+"


def desk_tabs(counts: Mapping[str, int], chosen: str) -> list[Tab]:
    """The lists of the desk in the order of the day; the flood's list only while there is one."""
    labels = {
        "open": _("Open"), "new": _("Not assigned"), "mine": _("Mine"), "late": _("Overdue"), "soon": _("Due soon"),
        "asked": _("Waiting for who asked"), "answered": _("Answered, to close or publish"), "held": _("Held for triage"),
    }  # fmt: skip
    tabs = [Tab(view, label, counts.get(view, 0), view == chosen) for view, label in labels.items()]
    return [tab for tab in tabs if tab.view != "held" or tab.count or tab.chosen]


@dataclass(frozen=True)
class LoadRow:
    """What one officer has to do, as the head reads it."""

    name: str
    officer: str
    open: int
    late: int
    this_week: int


def load_rows(loads: Iterable[Load]) -> list[LoadRow]:
    """The load of the office, one row an officer and one for nobody."""
    return [
        LoadRow(
            str(load.officer.person) if load.officer else _("Nobody yet"), load.officer.public_id if load.officer else "",
            load.open, load.late, load.this_week,
        )
        for load in loads
    ]  # fmt: skip
