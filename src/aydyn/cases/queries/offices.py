"""How offices answer: what came in, what was answered and how fast, what is late. All of it from the public register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet

from aydyn.cases.models import Case, ProcedureVersion
from aydyn.cases.queries.register import ANSWERED, office_and_below, open_to_all
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Office

PERIOD = timedelta(days=365)
OVERDUE_SHOWN = 20
Histogram = dict[int, int]
"""Days to an answer → how many answers took so long: a median needs no more, on any database."""

_ENDED = Q(answered_on__isnull=False, result_kind__in=(*ANSWERED, "refused"))
_TOOK = ExpressionWrapper(F("answered_on") - F("filed_on"), output_field=DurationField())


@dataclass(frozen=True)
class KindFigures:
    """How fast an office answered one kind of case."""

    kind: str
    answers: int
    median: int | None


@dataclass(frozen=True)
class OfficeFigures:
    """What an office (with all below it) received since a day, and what became of it.

    ``answered`` and ``refused`` are answers given in that time, ``withdrawn`` cases of that time taken back by who filed
    them: closed, and not solved. ``waiting`` and ``overdue`` are of now.
    """

    since: date
    until: date
    received: int
    answered: int
    refused: int
    withdrawn: int
    waiting: int
    overdue: int
    histogram: Histogram
    kinds: list[KindFigures]
    verdicts: dict[str, int]

    @property
    def median(self) -> int | None:
        """The days that half of the answers took at most."""
        return median_of(self.histogram)

    @property
    def answers(self) -> int:
        """How many answers the speed is reckoned from."""
        return sum(self.histogram.values())


@dataclass(frozen=True)
class LeagueRow:
    """One office among the others; ``oldest`` is the day on which its longest overdue answer was due."""

    office: str
    received: int
    answers: int
    median: int | None
    waiting: int
    overdue: int
    oldest: date | None


def median_of(histogram: Mapping[int, int]) -> int | None:
    """The smallest number of days within which at least half of the answers came; None without answers."""
    half, seen = (sum(histogram.values()) + 1) // 2, 0
    for days in sorted(histogram):
        seen += histogram[days]
        if seen >= half:
            return days
    return None


def office_of_code(code: str) -> Office | None:
    """An office, with the one above it."""
    # A character that no code has is not looked for: PostgreSQL refuses a NUL.
    return Office.objects.select_related("parent").filter(code=code).first() if code.isprintable() else None


def period(year: int | None) -> tuple[date, date]:
    """The first day of a year and the day after it; without a year the last 365 days up to now."""
    if year is None:
        today = clock.today()
        return today - PERIOD, today + timedelta(days=1)
    return date(year, 1, 1), date(year + 1, 1, 1)


def office_figures(office: Office, year: int | None = None) -> OfficeFigures:
    """The figures of an office and all below it, for a year or the last 365 days."""
    since, until = period(year)
    rows = open_to_all().filter(office__in=office_and_below(office.code)).order_by()
    filed = rows.filter(filed_on__gte=since, filed_on__lt=until)
    counted = filed.aggregate(received=Count("pk"), withdrawn=Count("pk", filter=Q(result_kind="withdrawn")))
    answered = rows.filter(_ENDED, answered_on__gte=since, answered_on__lt=until)
    by_kind, refused = _histograms(answered)
    verdicts = answered.exclude(verdict="").values_list("verdict").annotate(Count("pk"))
    today = clock.today()
    now = rows.filter(due__isnull=False).aggregate(
        waiting=Count("pk", filter=Q(due__gte=today)), overdue=Count("pk", filter=Q(due__lt=today))
    )
    whole = _sum(by_kind.values())
    return OfficeFigures(
        since=since, until=until - timedelta(days=1), received=counted["received"], withdrawn=counted["withdrawn"],
        answered=sum(whole.values()) - refused, refused=refused, waiting=now["waiting"], overdue=now["overdue"],
        histogram=whole, kinds=[KindFigures(kind, sum(one.values()), median_of(one)) for kind, one in sorted(by_kind.items())],
        verdicts=dict(verdicts),
    )  # fmt: skip


def _histograms(answered: QuerySet[Case]) -> tuple[dict[str, Histogram], int]:
    """Kind of case → histogram of its answers, and how many of all were refusals: one read."""
    codes = dict(ProcedureVersion.objects.values_list("pk", "code"))
    found: dict[str, Histogram] = {}
    refused = 0
    for version, kind, took, count in (
        answered.annotate(took=_TOOK).values_list("procedure", "result_kind", "took").annotate(Count("pk"))
    ):
        one = found.setdefault(codes[version], {})
        one[took.days] = one.get(took.days, 0) + count
        refused += count if kind == "refused" else 0
    return found, refused


def _sum(histograms: Iterable[Histogram]) -> Histogram:
    whole: Histogram = {}
    for one in histograms:
        for days, count in one.items():
            whole[days] = whole.get(days, 0) + count
    return whole


def overdue_of(office: Office, most: int = OVERDUE_SHOWN) -> list[Case]:
    """What is overdue longest with an office and all below it."""
    rows = open_to_all().filter(office__in=office_and_below(office.code), due__lt=clock.today())
    return list(rows.select_related("office", "public_text", "procedure").order_by("due", "pk")[:most])


def rows_of_league() -> list[LeagueRow]:
    """Every office that received something in the last 365 days or has something open: each for itself, by code."""
    since, until = period(None)
    rows, today = open_to_all().order_by(), clock.today()
    received = dict(rows.filter(filed_on__gte=since).values_list("office").annotate(Count("pk")))
    histograms: dict[int, Histogram] = {}
    answered = rows.filter(_ENDED, answered_on__gte=since, answered_on__lt=until).annotate(took=_TOOK)
    for office, took, count in answered.values_list("office", "took").annotate(Count("pk")):
        histograms.setdefault(office, {})[took.days] = count
    now = {
        office: (waiting, late, oldest)
        for office, waiting, late, oldest in rows.filter(due__isnull=False)
        .values_list("office")
        .annotate(
            waiting=Count("pk", filter=Q(due__gte=today)), late=Count("pk", filter=Q(due__lt=today)), oldest=Min("due")
        )
    }
    return [
        _league_row(office, received.get(office.pk, 0), histograms.get(office.pk, {}), now.get(office.pk), today)
        for office in people.offices()
        if office.pk in received or office.pk in now or office.pk in histograms
    ]


def _league_row(
    office: Office, received: int, histogram: Histogram, now: tuple[int, int, date] | None, today: date
) -> LeagueRow:
    waiting, late, oldest = now or (0, 0, None)
    return LeagueRow(
        office.code, received, sum(histogram.values()), median_of(histogram), waiting, late,
        oldest if oldest is not None and oldest < today else None,
    )  # fmt: skip


def years_of_register() -> list[int]:
    """The years in which cases were filed, the newest first."""
    rows = open_to_all()
    first = rows.order_by("filed_on", "pk").values_list("filed_on", flat=True).first()
    last = rows.order_by("-filed_on", "-pk").values_list("filed_on", flat=True).first()
    return list(range(last.year, first.year - 1, -1)) if first and last else []
