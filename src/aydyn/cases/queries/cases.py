"""Reads of single cases: by number, by code, their events, and who sees what of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from aydyn.cases import codes, policies
from aydyn.cases.errors import BadCode, NoSuchCase
from aydyn.cases.models import Case, CaseEvent, Note, Seen
from aydyn.casework import numbering
from aydyn.casework.errors import NumberError
from aydyn.documents import queries as documents
from aydyn.documents.models import Document, File
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Person
from aydyn.record import queries as record


def lock(case: Case) -> Case:
    """The case, locked until the transaction ends, with what steps need."""
    rows = Case.objects.select_for_update(of=("self",)).select_related(
        "office__parent", "procedure", "organisation", "from_office"
    )
    return rows.get(pk=case.pk)


def values_of_filing(case: Case) -> dict[str, Any]:
    """What was answered when the case was filed, and by whom; empty once erased."""
    first = case.events.select_related("entry").order_by("seq").first()
    return record.values_of(first.entry) if first else {}


def by_number(number: str) -> Case:
    """A case by its number, however it was typed. Raises NoSuchCase."""
    try:
        tidy = numbering.tidy_number(number)
    except NumberError:
        raise NoSuchCase from None
    found = (
        Case.objects.select_related(
            "office__parent", "procedure", "officer", "organisation", "from_office", "parent", "appeal_of"
        )
        .filter(number=tidy)
        .first()
    )
    if found is None:
        raise NoSuchCase
    return found


def by_code(number: str, code: str) -> Case:
    """The case that number and access code open. Raises BadCode, after the same time whatever was wrong."""
    try:
        case = by_number(number)
    except NoSuchCase:
        codes.waste_time(code)
        raise BadCode from None
    if case.code_hash is None:
        codes.waste_time(code)
        raise BadCode
    if not codes.matches(code, bytes(case.code_hash)):
        raise BadCode
    return case


def of_person(person: Person) -> QuerySet[Case]:
    """A person's own cases, and those of organisations that she represents, newest first."""
    represented = [organisation.pk for organisation in people.organisations_of(person)]
    own = Q(person=person, organisation=None)
    mine = own | Q(organisation__in=represented) if represented else own
    return Case.objects.filter(mine).select_related("office", "text", "procedure").order_by("-pk")


@dataclass(frozen=True)
class Mine:
    """One of a person's own cases: how many events are new to her, and whether something is asked of her."""

    case: Case
    new: int
    asked: bool


def mine_of(person: Person, rows: Iterable[Case]) -> list[Mine]:
    """What is new in some of a person's cases, in two queries whatever their number."""
    cases = list(rows)
    seen = dict(Seen.objects.filter(person=person, case__in=cases).values_list("case", "seq"))
    return [
        Mine(case, max(case.events_count - seen.get(case.pk, 1), 0), case.open and case.waits_for == "asker")
        for case in cases
    ]


def asked_of(person: Person) -> QuerySet[Case]:
    """A person's cases in which it is her turn: a question, or a fee."""
    return of_person(person).filter(open=True, waits_for="asker")


def events_of(case: Case) -> list[CaseEvent]:
    """A case's timeline, oldest first."""
    return list(case.events.select_related("entry", "mandate__office", "office", "officer", "sub").order_by("seq"))


def documents_of(events: Collection[CaseEvent]) -> dict[int, list[tuple[Document, list[File]]]]:
    """Event id → its documents with their files, in a number of queries that does not grow with their number."""
    links = CaseEvent.documents.through.objects.filter(caseevent__in=events).select_related("document").order_by("pk")
    rows = [(link.caseevent_id, link.document) for link in links]
    files = documents.files_of([document for _, document in rows]) if rows else {}
    found: dict[int, list[tuple[Document, list[File]]]] = {}
    for event_id, document in rows:
        found.setdefault(event_id, []).append((document, files.get(document.pk, [])))
    return found


def notes_of(case: Case, mandate: Mandate) -> QuerySet[Note]:
    """The internal notes of a mandate's own office on a case, oldest first; those of others stay with them."""
    return case.notes.filter(mandate__office=mandate.office).select_related("mandate__person").order_by("pk")


def looks_at(case: Case) -> list[LookAt]:
    """Who of the staff looked at a case: when, in which role and office, why; the newest first, names left out."""
    looks = record.looks_of(f"case:{case.number}")
    known = people.mandates_of_record([look.mandate for look in looks])
    return [
        LookAt(look.at, str(known[look.mandate]) if look.mandate in known else "", look.reason, look.day is not None)
        for look in looks
    ]


def look_proofs(case: Case) -> list[dict[str, Any]]:
    """Each look as the day's tree holds it, with its leaf hash and day: to be found in the list at /ledger/looks/DAY."""
    proofs: list[dict[str, Any]] = []
    for look in record.looks_of(f"case:{case.number}"):
        leaf, hashed = record.look_leaf(look), record.look_hash(look)
        day = look.day.day.isoformat() if look.day is not None else None
        proofs.append({"day": day, "leaf": leaf.decode("utf-8"), "hash": hashed})
    return proofs


@dataclass(frozen=True)
class LookAt:
    """One look of staff at a case; ``sealed``: the commitment of its day is on the record."""

    at: datetime
    who: str
    reason: str
    sealed: bool


def until_the_hour() -> QuerySet[CaseEvent]:
    """Filings that wait to be sequenced with others on the hour: until then their cases are there for nobody else."""
    return CaseEvent.objects.filter(seq=1, entry__in=record.held_back().values("entry"))


def known_cases() -> QuerySet[Case]:
    """Cases that exist for others than who filed them: not those that wait for the hour."""
    return Case.objects.exclude(pk__in=until_the_hour().values("case"))


@dataclass(frozen=True)
class View:
    """In which capacity somebody sees a case: as who filed it, as staff of the office that has it, or of one that asked."""

    holder: bool
    staff: bool
    asking: bool = False

    @property
    def inside(self) -> bool:
        """Whether what was written may be seen, not only what is public."""
        return self.holder or self.staff or self.asking

    @property
    def asks(self) -> bool:
        """Whether the steps of who asked are hers to take."""
        return self.holder or self.asking


def view_of(case: Case, person: Person | None, mandate: Mandate | None, opened: Collection[str]) -> View:
    """How this visitor sees the case. Raises NoSuchCase if it is held or never public and the visitor is a stranger,
    and for all but its holder while it waits for the hour."""
    holder = policies.is_holder(case, person, opened) or _represents(case, person)
    view = View(holder, policies.is_staff(case, mandate), policies.asks_for_office(case, mandate))
    if not view.holder and until_the_hour().filter(case=case).exists():
        raise NoSuchCase
    if not view.inside and (case.held or not case.listed):
        raise NoSuchCase
    return view


def _represents(case: Case, person: Person | None) -> bool:
    """Whether a person is a representative of the organisation for which a case was filed."""
    if case.organisation_id is None or person is None:
        return False
    return any(organisation.pk == case.organisation_id for organisation in people.organisations_of(person))


def open_events(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """The events of a timeline (oldest first) whose words are open to all: publications that were not hidden since."""
    shown: list[CaseEvent] = []
    for event in events:
        if event.act == "case.hidden":
            shown = []
        elif event.act == "case.published":
            shown.append(event)
    return shown
