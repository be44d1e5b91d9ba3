"""Compares the cases that a site's API shows with what was recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from aydyn.audit.pages import PUBLICATION, compare_case
from aydyn.audit.verdicts import Statement
from aydyn.ledger import canonical
from aydyn.observer import http
from aydyn.observer.monitor.findings import Finding, Report
from aydyn.observer.monitor.state import State

PAGE = 100
SINGLY = 50
CURSOR = "cursor"
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/-]{0,39}")


class NoAnswer(Exception):
    """The API does not answer, or not in JSON."""


class Site:
    """The open API of a node at ``address``."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def case(self, number: str) -> Any:
        """One case; None if the site does not show it. Raises NoAnswer."""
        return self._get(f"/api/cases/{quote(number, safe='')}")

    def page(self, cursor: str) -> tuple[list[Any], str]:
        """A page of cases and the cursor of the next one (empty: this was the last). Raises NoAnswer."""
        query = f"?limit={PAGE}" + (f"&cursor={quote(cursor, safe='')}" if cursor else "")
        value = self._get(f"/api/cases{query}")
        if not canonical.is_object(value) or not canonical.is_array(value.get("items")):
            raise NoAnswer(f"{self.address}/api/cases does not answer with a list of cases")
        return value["items"], str(value.get("next") or "")

    def _get(self, path: str) -> Any:
        try:
            answer = http.get(self.address + path)
            if answer.status == 404:
                return None
            if answer.status != 200:
                raise NoAnswer(f"{self.address}{path} answers {answer.status}")
            return json.loads(answer.body)
        except (http.HTTPError, ValueError, RecursionError) as error:
            raise NoAnswer(f"{self.address}{path}: {error}") from None


def compare(site: Site, state: State, report: Report, *, everything: bool) -> None:
    """Compare all cases, or those that changed and the next page of the others. Raises NoAnswer."""
    changed = state.case_numbers(changed_only=True)
    erased = state.erased()
    if everything or len(changed) > SINGLY:
        shown = _walk(site, state, report, erased)
        _compare_singly(site, state, report, erased, set(state.case_numbers(changed_only=False)) - shown)
        return
    _compare_singly(site, state, report, erased, changed)
    items, following = site.page(state.place(CURSOR))
    _compare_items(items, state, report, erased)
    state.set_place(CURSOR, following)


def _walk(site: Site, state: State, report: Report, erased: set[str]) -> set[str]:
    """Every case that the site lists."""
    shown, cursor, visited = set[str](), "", set[str]()
    while cursor not in visited:
        visited.add(cursor)
        items, cursor = site.page(cursor)
        shown |= _compare_items(items, state, report, erased)
        if not cursor:
            return shown
    raise NoAnswer(f"the list of cases at {site.address} goes in circles")


def _compare_items(items: list[Any], state: State, report: Report, erased: set[str]) -> set[str]:
    numbers = set[str]()
    for item in items:
        number = _number(item)
        numbers.add(number)
        _compare_one(item, number, state, report, erased)
    return numbers


def _number(item: Any) -> str:
    """The case number that an item claims; a question mark if it claims none that could be one."""
    number = item.get("number") if canonical.is_object(item) else None
    return number if isinstance(number, str) and _NUMBER.fullmatch(number) else "?"


def _compare_one(shown: Any, number: str, state: State, report: Report, erased: set[str]) -> None:
    recorded = state.case_entries(number)
    breaches = compare_case(shown, number, recorded, size=state.leaf_count(), erased=erased)
    entries = {one.position: one.data.decode("utf-8", "backslashreplace") for one in recorded}
    report.evidence += [
        (Finding.of(breach, shown=shown, entry=entries.get(breach.position)), None) for breach in breaches
    ]
    report.cases_compared += 1
    state.note_shown(number, agrees=not breaches)


def _compare_singly(site: Site, state: State, report: Report, erased: set[str], numbers: Iterable[str]) -> None:
    for number in sorted(numbers):
        shown = site.case(number)
        if shown is None:
            _note_absence(number, state, report)
        else:
            _compare_one(shown, number, state, report, erased)


def _note_absence(number: str, state: State, report: Report) -> None:
    """A case that is not shown may be held for triage, or of a kind that is never public; but not vanish."""
    recorded = state.case_entries(number)
    published = any(f'"act":"{PUBLICATION}"'.encode() in one.data for one in recorded)
    if state.was_shown(number) or published:
        shows = {"entries": [one.data.decode("utf-8", "backslashreplace") for one in recorded]}
        words = f"the case {number} was {'published' if published else 'shown before'} and is not shown any more"
        report.evidence.append((Finding("case-gone", words, recorded[0].position, shows), None))
        return
    report.cases_not_shown += 1
    if report.cases_not_shown == 1:
        words = "cases on the record that the site does not show (held for triage, or never public), first " + number
        report.notices.append(Statement("not-shown", words))
    state.note_absent(number)
