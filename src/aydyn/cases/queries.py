"""Every read of cases with a name, scoped to who asks."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from aydyn.cases import codes, policies, procedures
from aydyn.cases.errors import BadCode, NoSuchCase
from aydyn.cases.models import Case, CaseEvent, ProcedureVersion
from aydyn.casework import numbering
from aydyn.casework.errors import NumberError
from aydyn.kernel import clock, packs
from aydyn.people.models import Mandate, Office, Person

PAGE = 25


@cache
def region_codes() -> tuple[str, ...]:
    """Codes of the pack's regions."""
    return tuple(region.code for region in packs.load_pack(settings.AYDYN.pack).region)


def fold_text(text: str) -> str:
    """Text as the search compares it: no case, no accents, single spaces, so that Saylaw finds Saýlaw."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())


def current_procedure(code: str) -> ProcedureVersion | None:
    """The newest loaded version of a procedure."""
    return (
        ProcedureVersion.objects.filter(code=code)
        .select_related("file")
        .defer("file__data")
        .order_by("-version")
        .first()
    )


def current_procedures() -> list[ProcedureVersion]:
    """The newest loaded version of every procedure, by code."""
    newest: dict[str, ProcedureVersion] = {}
    for row in ProcedureVersion.objects.select_related("file").defer("file__data").order_by("code", "version"):
        newest[row.code] = row
    return list(newest.values())


def lock(case: Case) -> Case:
    """The case, locked until the transaction ends, with what steps need."""
    return Case.objects.select_for_update(of=("self",)).select_related("office", "procedure").get(pk=case.pk)


def by_number(number: str) -> Case:
    """A case by its number, however it was typed. Raises NoSuchCase."""
    try:
        tidy = numbering.tidy_number(number)
    except NumberError:
        raise NoSuchCase from None
    found = Case.objects.select_related("office", "procedure", "officer").filter(number=tidy).first()
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
    """A person's own cases, newest first."""
    return Case.objects.filter(person=person).select_related("office", "text", "procedure").order_by("-pk")


def events_of(case: Case) -> list[CaseEvent]:
    """A case's timeline, oldest first."""
    return list(case.events.select_related("entry", "mandate__office", "office", "officer").order_by("seq"))


def until_the_hour() -> QuerySet[CaseEvent]:
    """Filings that wait to be sequenced with others on the hour: until then their cases are there for nobody else."""
    return CaseEvent.objects.filter(seq=1, entry__pending__release_at__isnull=False)


def _known() -> QuerySet[Case]:
    return Case.objects.exclude(pk__in=until_the_hour().values("case"))


# ---------------------------------------------------------------------------------------------- worklist


@dataclass(frozen=True)
class WorklistFilter:
    """What the worklist shows; comes from the address."""

    state: str = ""
    mine: bool = False
    overdue: bool = False
    held: bool = False
    words: str = ""


def worklist(mandate: Mandate, wanted: WorklistFilter) -> QuerySet[Case]:
    """Open cases of a mandate's office, what is due first on top; answered ones when their state is asked for."""
    rows = _known().filter(office=mandate.office).select_related("text", "officer__person", "procedure")
    rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(open=True)
    if wanted.held:
        rows = rows.filter(held=True)
    elif not (wanted.words or wanted.overdue):
        rows = rows.filter(held=False)  # a flood waits in its own list, and nobody's day is lost: overdue shows all
    if wanted.mine:
        rows = rows.filter(officer=mandate)
    if wanted.overdue:
        rows = rows.filter(due__lt=clock.today())
    if wanted.words:
        rows = rows.filter(Q(number__icontains=wanted.words) | Q(text__title__icontains=wanted.words))
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def worklist_counts(mandate: Mandate) -> dict[str, int]:
    """How many cases of the office stand where, for the tabs of the worklist."""
    today = clock.today()
    counts: dict[str, int] = (
        _known()
        .filter(office=mandate.office)
        .aggregate(
            still_open=Count("pk", filter=Q(open=True, held=False)),
            triage=Count("pk", filter=Q(open=True, held=True)),
            registered=Count("pk", filter=Q(state="registered", held=False)),
            answered=Count("pk", filter=Q(state="answered")),
            overdue=Count("pk", filter=Q(due__lt=today)),
            mine=Count("pk", filter=Q(officer=mandate, open=True)),
        )
    )
    return counts


# ---------------------------------------------------------------------------------------------- public register


@dataclass(frozen=True)
class RegisterFilter:
    """What the public register shows; comes from the address."""

    words: str = ""
    office: str = ""
    state: str = ""
    sort: str = "newest"


SORTS = {"newest": ("-filed_on", "-pk"), "oldest": ("filed_on", "pk"), "due": ("due", "pk")}


def register(wanted: RegisterFilter) -> QuerySet[Case]:
    """Cases as the public sees them: number, office, dates and state always; words only once published."""
    rows = _known().filter(held=False).exclude(procedure__code__in=never_public())
    rows = rows.select_related("office", "public_text", "procedure")
    for word in fold_text(wanted.words).split()[:8]:
        rows = rows.filter(Q(public_text__folded__contains=word) | Q(number__icontains=word))
    if wanted.office:
        rows = rows.filter(office__code=wanted.office)
    rows = _in_state(rows, wanted.state)
    order = SORTS.get(wanted.sort, SORTS["newest"])
    if wanted.sort == "due":
        rows = rows.filter(due__isnull=False)
    return rows.order_by(*order)


def _in_state(rows: QuerySet[Case], state: str) -> QuerySet[Case]:
    today = clock.today()
    wanted = {
        "waiting": Q(due__gte=today),
        "overdue": Q(due__lt=today),
        "answered": Q(answered_on__isnull=False, result="answered"),
        "refused": Q(result="refused"),
        "withdrawn": Q(result="withdrawn"),
    }
    return rows.filter(wanted[state]) if state in wanted else rows


@cache
def never_public() -> tuple[str, ...]:
    """Codes of procedures whose cases the register never shows."""
    return tuple(row.code for row in current_procedures() if procedures.parsed(row.pk).public == "never")


@dataclass(frozen=True)
class Figures:
    """Live figures for the home page."""

    waiting: int
    overdue: int
    answered: int
    published: int
    median_days: int | None


def figures() -> Figures:
    """Counts over all cases, and the median of the days that answers took."""
    today = clock.today()
    counts = _known().aggregate(
        waiting=Count("pk", filter=Q(due__gte=today)),
        overdue=Count("pk", filter=Q(due__lt=today)),
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        published=Count("pk", filter=Q(published=True)),
    )
    rows = Case.objects.filter(answered_on__isnull=False).order_by("-pk").values_list("filed_on", "answered_on")[:2000]
    days = sorted((done - start).days for start, done in rows if done)
    return Figures(**counts, median_days=days[len(days) // 2] if days else None)


def offices_with_cases() -> list[Office]:
    """Offices that have ever had a case, for the register's filter."""
    return list(Office.objects.filter(pk__in=Case.objects.order_by().values("office").distinct()))


# ---------------------------------------------------------------------------------------------- who may see


@dataclass(frozen=True)
class View:
    """In which capacity somebody sees a case."""

    holder: bool
    staff: bool

    @property
    def inside(self) -> bool:
        """Whether what was written may be seen, not only what is public."""
        return self.holder or self.staff


def view_of(case: Case, person: Person | None, mandate: Mandate | None, opened: Collection[str]) -> View:
    """How this visitor sees the case. Raises NoSuchCase if it is held or never public and the visitor is a stranger,
    and for all but its holder while it waits for the hour."""
    view = View(policies.is_holder(case, person, opened), policies.is_staff(case, mandate))
    if not view.holder and until_the_hour().filter(case=case).exists():
        raise NoSuchCase
    if not view.inside and (case.held or case.procedure.code in never_public()):
        raise NoSuchCase
    return view


def open_to_public(event: CaseEvent) -> bool:
    """Whether an event's words are open to all: only those of a publication are."""
    return event.act == "case.published"


def public_cases_after(pk: int, count: int) -> list[Case]:
    """The next cases of the register in the order of filing, for paging by a cursor."""
    rows = _known().filter(pk__gt=pk, held=False).exclude(procedure__code__in=never_public())
    return list(rows.select_related("office", "procedure").order_by("pk")[:count])


def events_of_all(case_ids: Collection[int]) -> dict[int, list[CaseEvent]]:
    """The timelines of several cases."""
    found: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(case_id__in=case_ids).select_related("entry").order_by("case_id", "seq"):
        found.setdefault(event.case_id, []).append(event)
    return found
