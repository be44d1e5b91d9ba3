"""Reads of the public register: every case that the law lets all see, a page at a time by a cursor."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet

from aydyn.cases import searching
from aydyn.cases.models import Case, CaseEvent, ProcedureVersion
from aydyn.cases.queries.cases import known_cases
from aydyn.casework.errors import NumberError
from aydyn.casework.numbering import tidy_number
from aydyn.kernel import clock
from aydyn.people.models import Office

COUNTED = 1000
"""Up to how many a list is counted exactly; beyond it is “1,000+”."""

ANSWERED = ("met", "partly")
SORTS: dict[str, tuple[str, ...]] = {
    "newest": ("-filed_on", "-pk"),
    "oldest": ("filed_on", "pk"),
    "waiting": ("filed_on", "pk"),
    "overdue": ("due", "pk"),
    "due": ("due", "pk"),
}
STATES = ("waiting", "overdue", "answered", "refused", "withdrawn")
_SHOWN = ("office", "public_text", "procedure")
"""What a line of the register shows beside the case's own columns."""

_CURSOR = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d{1,18})")


@dataclass(frozen=True)
class RegisterFilter:
    """What the public register shows; comes from the address. ``kind`` is a procedure's code."""

    words: str = ""
    office: str = ""
    state: str = ""
    sort: str = "newest"
    kind: str = ""
    year: int | None = None

    @property
    def order(self) -> str:
        """The order that is meant; an unknown one means the newest first."""
        return self.sort if self.sort in SORTS else "newest"


def register(wanted: RegisterFilter) -> QuerySet[Case]:
    """Cases as the public sees them: number, office, dates and state always; words only once published."""
    rows = open_to_all().select_related(*_SHOWN)
    offices = office_and_below(wanted.office) if wanted.office else []
    rows = _with_words(rows, wanted.words, offices)
    if wanted.office:
        rows = rows.filter(office__in=offices)
    if wanted.kind:
        versions = ProcedureVersion.objects.filter(code=wanted.kind).values_list("pk", flat=True)
        rows = rows.filter(procedure__in=list(versions))
    if wanted.year is not None:
        rows = rows.filter(filed_on__gte=date(wanted.year, 1, 1), filed_on__lte=date(wanted.year, 12, 31))
    rows = _in_state(rows, wanted.state)
    if wanted.order in ("waiting", "due"):
        rows = rows.filter(due__isnull=False)
    elif wanted.order == "overdue":
        rows = rows.filter(due__lt=clock.today())
    return rows.order_by(*SORTS[wanted.order])


def open_to_all() -> QuerySet[Case]:
    """Cases that the register names: not those held, of a kind that is never public, or that wait for the hour."""
    return known_cases().filter(held=False, listed=True)


def _with_words(rows: QuerySet[Case], words: str, offices: list[int]) -> QuerySet[Case]:
    """Those whose public text has all the words; a number finds its case, published or not."""
    try:
        return rows.filter(number=tidy_number(words)) if words else rows
    except NumberError:
        found = searching.matching(words, offices)
    # Nothing but signs was typed: nothing is found, rather than everything.
    return rows.none() if found is None else rows.filter(pk__in=found)


def office_and_below(code: str) -> list[int]:
    """The ids of an office and of all below it; empty if there is no such office."""
    tree: dict[int | None, list[int]] = {}
    found: list[int] = []
    for pk, its_code, parent in Office.objects.values_list("pk", "code", "parent"):
        tree.setdefault(parent, []).append(pk)
        if its_code == code:
            found = [pk]
    for pk in found:  # grows while it is read
        found.extend(tree.get(pk, ()))
    return found


def _in_state(rows: QuerySet[Case], state: str) -> QuerySet[Case]:
    today = clock.today()
    wanted = {
        "waiting": Q(due__gte=today),
        "overdue": Q(due__lt=today),
        "answered": Q(answered_on__isnull=False, result_kind__in=ANSWERED),
        "refused": Q(result_kind="refused"),
        "withdrawn": Q(result_kind="withdrawn"),
    }
    return rows.filter(wanted[state]) if state in wanted else rows


# ---------------------------------------------------------------------------------------------- a page at a time


@dataclass(frozen=True)
class RegisterPage:
    """One page of the register: its cases, the cursor of the next one (empty on the last), and how many fit in all."""

    cases: list[Case]
    next: str
    count: int

    @property
    def more_than_counted(self) -> bool:
        """Whether there are more than are counted exactly."""
        return self.count > COUNTED

    @property
    def shown_count(self) -> int:
        """How many to say there are, with a plus if there are more."""
        return min(self.count, COUNTED)


def register_page(wanted: RegisterFilter, after: str, most: int) -> RegisterPage:
    """The cases after a cursor, in a number of queries that does not grow with their number; a bad cursor means the start."""
    rows = register(wanted)
    following = _after(rows, wanted, after)
    if wanted.words:
        count, found = _searched(wanted, rows, following, most + 1)
    else:
        # In the list's own order, which an index walks and leaves after so many; without one, a whole year would be read.
        count, found = rows[: COUNTED + 1].count(), list(following[: most + 1])
    shown = found[:most]
    return RegisterPage(shown, _cursor(wanted, shown[-1]) if len(found) > most else "", count)


def _searched(
    wanted: RegisterFilter, rows: QuerySet[Case], following: QuerySet[Case], most: int
) -> tuple[int, list[Case]]:
    """How many a search finds, and the first that follow: keys are sorted alone, lest all be read whole to show a few."""
    ordered = following.values_list("pk", flat=True)
    offices = office_and_below(wanted.office) if wanted.office else []
    if following is rows and searching.few(wanted.words, offices):
        keys = list(ordered[: COUNTED + 1])
        count = len(keys)
    else:
        # A count starts from the index of words and takes them as they come.
        count, keys = rows.order_by()[: COUNTED + 1].count(), list(ordered[:most])
    known = Case.objects.select_related(*_SHOWN).in_bulk(keys[:most])
    return count, [known[pk] for pk in keys[:most] if pk in known]


def _column(wanted: RegisterFilter) -> str:
    return "due" if wanted.order in ("overdue", "due") else "filed_on"


def _cursor(wanted: RegisterFilter, last: Case) -> str:
    day = last.due if _column(wanted) == "due" else last.filed_on
    assert day is not None  # these orders show only cases with a day
    return f"{day:%Y%m%d}-{last.pk}"


def _after(rows: QuerySet[Case], wanted: RegisterFilter, cursor: str) -> QuerySet[Case]:
    found = _CURSOR.fullmatch(cursor) if cursor.isascii() else None
    if found is None:
        return rows
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return rows
    column, pk = _column(wanted), int(found[4])
    way = "lt" if wanted.order == "newest" else "gt"
    # The first condition is implied by the second, and is what an index can begin at.
    return rows.filter(
        Q(**{f"{column}__{way}e": day}), Q(**{f"{column}__{way}": day}) | Q(**{column: day, f"pk__{way}": pk})
    )


def register_in_pieces(wanted: RegisterFilter, piece: int) -> Iterator[list[Case]]:
    """Every case that fits, in the order of filing, a piece at a time, so that no long read holds up who writes."""
    rows, last = register(wanted).order_by("pk"), 0
    while page := list(rows.filter(pk__gt=last)[:piece]):
        yield page
        last = page[-1].pk


def newest_after(wanted: RegisterFilter, pk: int, most: int) -> list[Case]:
    """Cases that fit and came to the register after the one with this key, the oldest first; for alerts."""
    return list(register(wanted).order_by("pk").filter(pk__gt=pk)[:most])


def last_known() -> int:
    """The key of the newest case of the register; 0 if there is none."""
    return open_to_all().order_by("-pk").values_list("pk", flat=True).first() or 0


# ---------------------------------------------------------------------------------------------- for others


def offices_with_cases() -> list[Office]:
    """Offices that have ever had a case, and those above them, for the register's filter."""
    # One look into an index for each office: a list of the offices of a million cases would read them all.
    busy = set(Office.objects.filter(Exists(Case.objects.filter(office=OuterRef("pk")))).values_list("pk", flat=True))
    every = {office.pk: office for office in Office.objects.all()}
    for pk in list(busy):
        above = every[pk].parent_id
        while above is not None and above not in busy:
            busy.add(above)
            above = every[above].parent_id
    return [office for office in every.values() if office.pk in busy]


def public_cases_after(pk: int, count: int) -> list[Case]:
    """The next cases of the register in the order of filing, for paging by a cursor."""
    return list(open_to_all().filter(pk__gt=pk).select_related("office", "procedure").order_by("pk")[:count])


def events_of_all(case_ids: Collection[int]) -> dict[int, list[CaseEvent]]:
    """The timelines of several cases."""
    found: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(case_id__in=case_ids).select_related("entry").order_by("case_id", "seq"):
        found.setdefault(event.case_id, []).append(event)
    return found


def newest_events(case_ids: Collection[int]) -> dict[int, datetime]:
    """Case → when its newest event happened, for feeds; of what a person did only the day is public."""
    found: dict[int, datetime] = {}
    rows = CaseEvent.objects.filter(case_id__in=case_ids).order_by("case_id", "seq")
    for pk, at, day, role in rows.values_list("case_id", "at", "day", "role"):
        found[pk] = datetime.combine(day, time(), UTC) if role == "asker" else at
    return found


def similar(text: str, most: int = 3) -> list[Case]:
    """Published cases that share the rarer words of a text, for somebody who is about to file it; the most alike first."""
    found = searching.alike(text)[: searching.CANDIDATES]
    rows = open_to_all().filter(pk__in=found).select_related(*_SHOWN)
    known = {case.pk: case for case in rows}
    return [known[pk] for pk in found if pk in known][:most]
