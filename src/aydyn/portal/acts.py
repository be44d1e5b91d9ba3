"""Acts on the record, told in words: for the home page and for the page of one position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aydyn.people import queries as people
from aydyn.record import queries as record
from aydyn.record.models import Entry

WORDS = {
    "log.started": gettext_lazy("The record began"),
    "file.loaded": gettext_lazy("A rule was loaded"),
    "key.changed": gettext_lazy("The key of the record changed"),
    "content.erased": gettext_lazy("Content was erased by order of law"),
    "looks.committed": gettext_lazy("All looks of staff of a day were sealed"),
    "mandate.granted": gettext_lazy("A mandate was granted"),
    "mandate.ended": gettext_lazy("A mandate ended"),
    "mandate.substituted": gettext_lazy("Somebody stands in for an absent officer"),
    "mandate.returned": gettext_lazy("An absent officer is back"),
    "representation.asked": gettext_lazy("Somebody asked to represent an organisation"),
    "representation.confirmed": gettext_lazy("A representative of an organisation was confirmed"),
    "representation.refused": gettext_lazy("A representative of an organisation was refused"),
    "representative.granted": gettext_lazy("An organisation named another representative"),
    "representative.ended": gettext_lazy("A representative's mandate ended"),
    "document.issued": gettext_lazy("An official document was issued"),
    "document.cancelled": gettext_lazy("An official document was cancelled"),
    "case.filed": gettext_lazy("A case was filed"),
    "case.registered": gettext_lazy("A case was registered"),
    "case.asked-back": gettext_lazy("An office asked a question; its time stands still"),
    "case.supplemented": gettext_lazy("Something was added to a case"),
    "case.paused": gettext_lazy("A case was paused"),
    "case.resumed": gettext_lazy("A case goes on"),
    "case.joined": gettext_lazy("Another office was asked to contribute"),
    "case.contributed": gettext_lazy("Another office contributed"),
    "case.decided": gettext_lazy("An office decided"),
    "case.corrected": gettext_lazy("An answer was corrected"),
    "case.reopened": gettext_lazy("A case was reopened"),
    "case.appealed": gettext_lazy("An answer was appealed"),
    "case.rated": gettext_lazy("An answer was rated"),
    "case.hidden": gettext_lazy("A published text was hidden"),
    "fee.charged": gettext_lazy("A fee was charged"),
    "fee.paid": gettext_lazy("A fee was paid"),
    "fee.refunded": gettext_lazy("A fee was paid back"),
    "case.assigned": gettext_lazy("A case was given to an officer"),
    "case.answered": gettext_lazy("An office answered"),
    "case.refused": gettext_lazy("An office refused"),
    "case.transferred": gettext_lazy("A case went to another office"),
    "case.extended": gettext_lazy("An office took more time"),
    "case.withdrawn": gettext_lazy("A case was taken back"),
    "case.closed": gettext_lazy("A case was closed"),
    "case.published": gettext_lazy("Question and answer were published"),
    "case.overdue": gettext_lazy("An office missed its day"),
    "case.rescheduled": gettext_lazy("A day moved because the calendar of working days changed"),
}


@dataclass(frozen=True)
class Told:
    """An act as the home page tells it."""

    position: int
    what: str
    who: str
    when: date | datetime
    number: str
    url: str
    leaf: str
    public: dict[str, Any]
    is_case: bool


def told(index: int, entry: Entry) -> Told:
    """One published act in words."""
    act = record.parsed(entry)
    number = str(act.public.get("number", ""))
    when: date | datetime = act.earliest() if "T" in act.at else act.earliest().date()
    return Told(
        position=index,
        what=str(WORDS.get(act.act, act.act)),
        who=_who(act.by),
        when=when,
        number=number,
        url=reverse("cases:case", args=[number])
        if number and act.act.startswith(("case.", "fee."))
        else reverse("portal:position", args=[index]),
        leaf=bytes(entry.hash).hex(),
        public=dict(act.public),
        is_case=act.act.startswith(("case.", "fee.")),
    )


def _who(by: str) -> str:
    if by == "person":
        return _("a person")
    if by == "node":
        return _("the system itself")
    office = people.office_by_code(by.removeprefix("office:"))
    return office.name if office else by
