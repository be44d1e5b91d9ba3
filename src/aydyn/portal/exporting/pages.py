"""Pages of an exported register: a list and every case, in each language of the node, drawn by the templates of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.cases import pieces, queries, searching
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.queries import View
from aydyn.face.pieces import CaseLine, Fact, TimelineEvent
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.portal import kinds
from aydyn.portal.exporting.receipts import write_receipts
from aydyn.portal.exporting.shards import Index
from aydyn.record import queries as record

STRANGER = View(holder=False, staff=False)


@dataclass(frozen=True)
class _Known:
    """A case with what its pages show, read once for all languages."""

    case: Case
    events: list[CaseEvent]
    words: Mapping[str, Any] | None
    receipts: dict[int, str]


class Pages:
    """Writes pages, receipts and the index as cases come, the newest first; keeps of each only what the index needs."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        self._folder = folder
        self._languages = languages
        self._index = Index(folder / "index")
        self._states: dict[str, dict[str, str]] = {}
        self._kinds: dict[str, dict[str, str]] = {}
        self._lists = 0
        self._last: list[Case] = []
        self.cases = self.receipts = self.without_receipt = 0
        for code in languages:
            (folder / code / "cases").mkdir(parents=True)

    def write_cases(self, cases: Sequence[Case]) -> None:
        """Write the pages of some cases and the list that names them; the list before learns that there is another."""
        if self._last:
            self._write_list(self._last, more=True)
        events = queries.events_of_all([case.pk for case in cases])
        for case in cases:
            self._write_case(case, events.get(case.pk, []))
        self._last = list(cases)

    def finish(self) -> None:
        """Write the last list, the index, the first page and what to read first."""
        self._write_list(self._last, more=False)
        offices = {office.code: dict(office.names) for office in people.offices()}
        self._index.finish(
            {
                "states": self._states,
                "kinds": self._kinds,
                "offices": {code: self._in_all(names) for code, names in offices.items()},
            }
        )
        texts: list[str] = []
        for code in self._languages:
            with translation.override(code):
                texts.append(render_to_string("portal/exported/readme.txt", self._about()))
        (self._folder / "README.txt").write_text("\n\n".join(texts), "utf-8")
        first = render_to_string("portal/exported/first.html", {"languages": settings.LANGUAGES})
        (self._folder / "index.html").write_text(first, "utf-8")

    def _in_all(self, names: Mapping[str, str]) -> dict[str, str]:
        """A name in every language, the English one where there is none."""
        other = names.get("en") or next(iter(names.values()), "")
        return {code: names.get(code, other) for code in self._languages}

    def _about(self) -> dict[str, Any]:
        return {
            "origin": settings.AYDYN.origin, "site": settings.AYDYN.site_url, "made": clock.now(), "cases": self.cases,
            "receipts": self.receipts, "size": record.published_size(),
        }  # fmt: skip

    # ------------------------------------------------------------------------------------------ one case

    def _write_case(self, case: Case, events: list[CaseEvent]) -> None:
        full = queries.events_of(case) if events else []
        receipts = write_receipts(case, full, self._folder / "receipts" / case.number)
        self.cases += 1
        self.receipts += len(receipts)
        self.without_receipt += len(full) - len(receipts)
        known = _Known(case, full, _published(full), receipts)
        for code in self._languages:
            with translation.override(code):
                page = render_to_string("portal/exported/case.html", self._case_page(known, code))
            (self._folder / code / "cases" / f"{case.number}.html").write_text(page, "utf-8")
        self._put_in_index(known)

    def _case_page(self, known: _Known, language: str) -> dict[str, Any]:
        case = known.case
        line = pieces.line(case, public=True)
        facts = [
            Fact(_("Office"), case.office.name),
            Fact(_("Kind"), kinds.title_of_kind(case)),
            Fact(_("State"), kinds.state_words(case)),
        ]
        if case.result:
            facts.append(Fact(_("Result"), kinds.result_words(case)))
        return {
            **self._frame(language, "../../", f"cases/{case.number}.html"),
            "case": case, "line": line, "facts": facts, "words": known.words,
            "timeline": self._timeline(known), "receipts": len(known.receipts), "title": line.title,
        }  # fmt: skip

    def _timeline(self, known: _Known) -> list[TimelineEvent]:
        states = pieces.record_statuses(known.events)
        shown = pieces.timeline(known.case, known.events, {}, states, {}, STRANGER)
        place = f"../../receipts/{known.case.number}/"
        return [replace(event, receipt_url=_local(event, place, known.receipts), files=()) for event in shown]

    def _put_in_index(self, known: _Known) -> None:
        case, words = known.case, known.words or {}
        text = f"{case.number} {words.get('question', '')} {words.get('answer', '')}"
        chip = self._chip_key(case)
        title = case.public_text.title if hasattr(case, "public_text") else ""
        row = [case.number, title, self._kind_key(case), case.office.code, chip, case.filed_on.isoformat()]
        self._index.add(row, searching.words_of(text))

    def _chip_key(self, case: Case) -> str:
        words: dict[str, str] = {}
        for code in self._languages:
            with translation.override(code):
                chip = pieces.status_chip(case)
                words[code] = chip.word
        key = f"{chip.tone} {words[self._languages[0]]}"
        self._states.setdefault(key, {**words, "tone": chip.tone})
        return key

    def _kind_key(self, case: Case) -> str:
        key = f"{case.procedure.code}-{case.procedure.version}"
        if key not in self._kinds:
            for code in self._languages:
                with translation.override(code):
                    words = _("%(kind)s – not published") % {"kind": kinds.title_of_kind(case)}
                    self._kinds.setdefault(key, {})[code] = words
        return key

    # ------------------------------------------------------------------------------------------ lists

    def _write_list(self, cases: Sequence[Case], *, more: bool) -> None:
        self._lists += 1
        for code in self._languages:
            with translation.override(code):
                lines = [self._line(case) for case in cases]
                context = {
                    **self._frame(code, "../", _list_name(self._lists)), **self._about(), "lines": lines,
                    "number": self._lists, "next": _list_name(self._lists + 1) if more else "",
                    "before": _list_name(self._lists - 1) if self._lists > 1 else "", "title": _("Public register"),
                }  # fmt: skip
                page = render_to_string("portal/exported/list.html", context)
            (self._folder / code / _list_name(self._lists)).write_text(page, "utf-8")

    def _line(self, case: Case) -> CaseLine:
        return replace(pieces.line(case, public=True), url=f"cases/{case.number}.html")

    def _frame(self, language: str, root: str, path: str) -> dict[str, Any]:
        """What every page of the site has: its language, the way to the root, itself in the other languages."""
        others = [(code, name, f"{root}{code}/{path}") for code, name in _own_names(self._languages)]
        return {
            "language": language,
            "root": root,
            "others": others,
            "is_demo": settings.AYDYN.is_demo,
            "made": clock.now(),
        }


def _own_names(languages: Sequence[str]) -> list[tuple[str, str]]:
    own = {"tk": "Türkmençe", "ru": "Русский", "en": "English"}
    return [(code, own.get(code, code)) for code in languages]


def _list_name(number: int) -> str:
    return "index.html" if number == 1 else f"list-{number}.html"


def _local(event: TimelineEvent, place: str, receipts: Mapping[int, str]) -> str:
    """The receipt's file beside the page, if it has one; the node's address ends in the event's place in the timeline."""
    if not event.receipt_url:
        return ""
    name = receipts.get(int(event.receipt_url.rstrip("/").rsplit("/", 1)[-1]))
    return f"{place}{name}" if name else ""


def _published(events: Sequence[CaseEvent]) -> Mapping[str, Any] | None:
    """What the last publication committed to, from the committed content; None where nothing is open."""
    shown = queries.open_events(events)
    contents = record.contents_of([event.entry_id for event in shown])
    found = [contents[event.entry_id] for event in shown if event.entry_id in contents]
    return {name: part.value for name, part in found[-1].items()} if found else None
