"""What is asked of the register, in the address of every page, table and feed alike: read, shown as a form, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from aydyn.cases import queries
from aydyn.cases.queries import RegisterFilter
from aydyn.people.texts import one_line
from aydyn.portal import kinds

STATES = (
    ("", _("All")),
    ("waiting", _("Waiting for an answer")),
    ("overdue", _("Overdue")),
    ("answered", _("Answered")),
    ("refused", _("Refused")),
    ("withdrawn", _("Withdrawn")),
)
SORTS = (
    ("newest", _("Newest first")),
    ("waiting", _("Longest waiting first")),
    ("overdue", _("Overdue longest first")),
    ("oldest", _("Oldest first")),
)
NAMES = ("q", "office", "kind", "state", "year", "sort")


class FilterForm(forms.Form):
    """The filters of the register."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    office = forms.ChoiceField(label=_("Office"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("office", [(office.code, office.name) for office in queries.offices_with_cases()])
        self._offer("kind", list(kinds.titles().items()))
        self._offer("year", [(str(year), str(year)) for year in queries.years_of_register()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]


def wanted_of(request: HttpRequest) -> RegisterFilter:
    """What is asked for in the address."""
    return wanted_from(request.GET)


def wanted_from(given: QueryDict | dict[str, str]) -> RegisterFilter:
    """What is asked for by words of an address, however odd they are."""

    def word(name: str, most: int) -> str:
        return str(given.get(name, ""))[:most].replace("\x00", "")

    year = word("year", 4)
    return RegisterFilter(
        words=one_line(word("q", 100)),  # it stands in letters and feeds, too
        office=word("office", 64),
        kind=word("kind", 60),
        state=word("state", 20),
        sort=word("sort", 10) or "newest",
        year=int(year) if len(year) == 4 and year.isascii() and year.isdigit() and year > "0000" else None,
    )


def data_of(wanted: RegisterFilter) -> dict[str, str]:
    """A filter as words of an address, without what says nothing; the opposite of :func:`wanted_from`."""
    data = {
        "q": wanted.words, "office": wanted.office, "kind": wanted.kind, "state": wanted.state,
        "year": str(wanted.year or ""), "sort": wanted.order if wanted.order != "newest" else "",
    }  # fmt: skip
    return {name: value for name, value in data.items() if value}


def query_of(wanted: RegisterFilter) -> str:
    """A filter as the query of an address, with its question mark; empty for the whole register."""
    data = data_of(wanted)
    return f"?{urlencode(data)}" if data else ""


@dataclass(frozen=True)
class Chip:
    """One filter that is set, in words, and the query without it."""

    label: str
    value: str
    without: str


def chips(wanted: RegisterFilter) -> list[Chip]:
    """The filters that are set, each with the way to take it out."""
    data = data_of(wanted)
    labels = {name: str(field.label) for name, field in FilterForm.base_fields.items()}
    return [
        Chip(labels[name], value_words(name, value), _without(data, name))
        for name, value in data.items()
        if name != "sort"
    ]


def _without(data: dict[str, str], name: str) -> str:
    rest = {one: value for one, value in data.items() if one != name}
    return f"?{urlencode(rest)}" if rest else "?"


def value_words(name: str, value: str) -> str:
    """A filter's value as people read it."""
    if name == "office":
        office = queries.office_of_code(value)
        return office.name if office else value
    known: dict[str, Any] = kinds.titles() if name == "kind" else dict(STATES if name == "state" else SORTS)
    return str(known.get(value, value))


def in_words(wanted: RegisterFilter) -> str:
    """A filter in a line of words: “Office: …, State: …”; empty for the whole register."""
    return ", ".join(f"{chip.label}: {chip.value}" for chip in chips(wanted))
