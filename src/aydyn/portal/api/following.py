"""Following one's own cases by a program: as who filed them sees them, with receipts, files, and looks of staff.

Only as who filed: a key never opens a desk, so that no program sees more of other people's cases than the public does.
Reading one's own case is no look of staff, and is written down nowhere.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from ninja import Path, Router, Schema
from pydantic import Field

from aydyn.cases import pieces, procedures
from aydyn.cases import queries as cases
from aydyn.cases.errors import NoSuchCase
from aydyn.cases.models import Case, CaseEvent
from aydyn.cases.views.receipts import IDENTITY, MEDIA_TYPE, file_name
from aydyn.documents import queries as documents
from aydyn.documents.models import Document, File
from aydyn.documents.views import download
from aydyn.people.models import Person
from aydyn.portal.api.cases import Limit
from aydyn.portal.api.keys import FOLLOW, person_of
from aydyn.portal.api.problems import WITH_KEY, BadCursor, outcomes
from aydyn.record import queries as record

router = Router()
SEEN_BY_ASKER = ("public", "parties")
BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE_TYPES = ("application/octet-stream", "application/pdf", "image/jpeg", "image/png")


class MyBrief(Schema):
    """One of my cases in a list: ``new`` events since I read it on its page, and whether it is my turn (``asked``)."""

    number: str
    office: str
    procedure: str
    version: int
    title: str
    organisation: str | None
    state: str
    open: bool
    result: str
    filed: date
    due: date | None
    waits_for: str
    owed: int
    events: int
    new: int
    asked: bool


class MyPage(Schema):
    """One page of my cases, newest first; ``next`` is the cursor of the following one."""

    items: list[MyBrief]
    next: str | None


class AttachedOut(Schema):
    """A file of a case; ``document`` is the number of an official one."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    document: str | None
    link: str


class MyEvent(Schema):
    """One event as who filed the case sees it: what happened, in whose words, and where it is on the ledger."""

    seq: int
    step: str
    act: str
    said: str
    who: str
    note: str
    at: str
    state: str
    words: dict[str, Any]
    files: list[AttachedOut]
    position: int | None
    leaf: str
    receipt: str


class MyCase(MyBrief):
    """One of my cases whole: what I answered, and everything that happened."""

    language: str
    state_label: str
    published: bool
    answers: dict[str, Any]
    asker: dict[str, Any]
    timeline: list[MyEvent]
    page: str


class LookOut(Schema):
    """One look of staff at my case, without a name; ``sealed``: the commitment of its day is on the record."""

    at: datetime
    who: str
    reason: str
    sealed: bool


class Looks(Schema):
    """Who of the staff looked at my case, the newest first."""

    items: list[LookOut]


@router.get(
    "/my/cases", response=outcomes({200: MyPage}, *WITH_KEY), auth=FOLLOW, operation_id="my_cases", summary="My cases"
)
def my_cases(request: HttpRequest, cursor: Annotated[str, Field(max_length=40)] = "", limit: Limit = 50) -> Any:
    """My own cases and those of organisations that I represent, newest first."""
    person = person_of(request)
    rows = cases.of_person(person).select_related("organisation")
    if cursor:
        if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
            raise BadCursor
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return {
        "items": [_brief(each) for each in cases.mine_of(person, shown)],
        "next": str(shown[-1].pk) if len(found) > limit else None,
    }


@router.get(
    "/my/cases/{number}", response=outcomes({200: MyCase}, *WITH_KEY), auth=FOLLOW, operation_id="my_case",
    summary="One of my cases",
)  # fmt: skip
def my_case(request: HttpRequest, number: str) -> Any:
    """What I sent, and what was done: the inside view of who filed it."""
    person = person_of(request)
    case = own_case(person, number)
    events = cases.events_of(case)
    filed = record.values_of(events[0].entry)
    asker = filed.pop(IDENTITY, {})
    language = filed.pop("language", case.language)
    return {
        **_brief(cases.mine_of(person, [case])[0]),
        "language": language,
        "state_label": procedures.words(procedures.parsed(case.procedure_id).state(case.state).label),
        "published": case.published,
        "answers": filed,
        "asker": asker,
        "timeline": _timeline(case, events),
        "page": links_of(case)["page"],
    }


@router.get(
    "/my/cases/{number}/receipts/{seq}", response=outcomes({200: None}, *WITH_KEY), auth=FOLLOW, operation_id="my_receipt",
    summary="The receipt of one event",
    openapi_extra={"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}},
)  # fmt: skip
def my_receipt(
    request: HttpRequest, number: str, seq: Annotated[int, Path(ge=1, le=1_000_000)],
    kind: Literal["usual", "bare", "name"] = "usual",
) -> Any:  # fmt: skip
    """A tlog-proof that anybody can check offline: usual (without who asked), bare (no words at all), or with the name.

    404 until a published checkpoint covers the event, which takes some seconds.
    """
    case = own_case(person_of(request), number)
    event = case.events.select_related("entry").filter(seq=seq).first()
    if event is None:
        raise NoSuchCase
    bare = kind == "bare" or not _is_shown(case, event)
    made = record.receipt_for(
        event.entry, opened=() if bare else None, hidden=() if kind == "name" else (IDENTITY,)
    )  # fmt: skip
    response = HttpResponse(made.to_bytes(), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name(case, event, kind)}"'
    return response


@router.get(
    "/my/cases/{number}/files/{file}", response=outcomes({200: None}, *WITH_KEY), auth=FOLLOW, operation_id="my_file",
    summary="A file of my case",
    openapi_extra={"responses": {200: {"content": dict.fromkeys(FILE_TYPES, BYTES)}}},
)  # fmt: skip
def my_file(request: HttpRequest, number: str, file: str) -> Any:
    """A file that I sent, or that an office sent me."""
    case = own_case(person_of(request), number)
    shown = [event for event in cases.events_of(case) if _is_shown(case, event)]
    for rows in cases.documents_of(shown).values():
        for document, files in rows:
            if any(each.public_id == file for each in files):
                return download(request, documents.file_of(document, file))
    raise NoSuchCase


@router.get(
    "/my/cases/{number}/looks", response=outcomes({200: Looks}, *WITH_KEY), auth=FOLLOW, operation_id="my_looks",
    summary="Who looked at my case",
)  # fmt: skip
def my_looks(request: HttpRequest, number: str) -> Any:
    """Which of the staff looked at my case: when, in which role and office, and why."""
    case = own_case(person_of(request), number)
    return {
        "items": [
            {"at": look.at, "who": look.who, "reason": look.reason, "sealed": look.sealed} for look in cases.looks_at(case)
        ]
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------- for filing too


def own_case(person: Person, number: str) -> Case:
    """A case that a person filed, or an organisation that she represents. Raises NoSuchCase, in the same words for all others."""
    case = cases.by_number(number)
    if not cases.view_of(case, person, None, ()).holder:
        raise NoSuchCase
    return case


def links_of(case: Case, seq: int = 1) -> dict[str, str]:
    """Where to go on with a case."""
    with translation.override(case.language):
        page = reverse("cases:case", args=[case.number])
    return {
        "case": reverse("api:my_case", args=[case.number]),
        "receipt": reverse("api:my_receipt", args=[case.number, seq]),
        "page": page,
    }


def position_of_filing(case: Case) -> int | None:
    """Where the filing is on the published ledger, if it is there yet."""
    entry = case.events.order_by("seq").values_list("entry_id", flat=True)[0]
    return record.positions_of([entry]).get(entry)


# ---------------------------------------------------------------------------------------------- as JSON


def _brief(mine: cases.Mine) -> dict[str, Any]:
    case = mine.case
    text = getattr(case, "text", None)
    title = text.title if text is not None and text.title else _kind_of(case)
    return {
        "number": case.number, "office": case.office.code, "procedure": case.procedure.code,
        "version": case.procedure.version, "title": title,
        "organisation": case.organisation.public_id if case.organisation else None, "state": case.state,
        "open": case.open, "result": case.result, "filed": case.filed_on, "due": case.due, "waits_for": case.waits_for,
        "owed": case.owed, "events": case.events_count, "new": mine.new, "asked": mine.asked,
    }  # fmt: skip


def _kind_of(case: Case) -> str:
    return procedures.words(procedures.parsed(case.procedure_id).title)


def _is_shown(case: Case, event: CaseEvent) -> bool:
    """Whether who filed the case is told of an event, as on its page; what the node writes down is told to all."""
    step = next((each for each in procedures.parsed(case.procedure_id).steps if each.code == event.step), None)
    return step is None or step.visible in SEEN_BY_ASKER


def _timeline(case: Case, events: list[CaseEvent]) -> list[dict[str, Any]]:
    shown = [event for event in events if _is_shown(case, event)]
    contents = record.contents_of([event.entry_id for event in shown])
    positions = record.positions_of([event.entry_id for event in shown])
    attached = cases.documents_of(shown)
    rules = procedures.parsed(case.procedure_id)
    return [
        {
            "seq": event.seq, "step": event.step, "act": event.act, "said": pieces.said(rules, event),
            "who": pieces.who(event), "note": pieces.event_note(rules, event), "state": event.state,
            "at": record.parsed(event.entry).at,
            "words": {
                name: part.value for name, part in contents.get(event.entry_id, {}).items() if name in pieces.SHOWN_PARTS
            } if event.seq > 1 else {},
            "files": [_attached(case, document, file) for document, files in attached.get(event.pk, []) for file in files
                      if not file.erased],
            "position": positions.get(event.entry_id), "leaf": bytes(event.entry.hash).hex(),
            "receipt": reverse("api:my_receipt", args=[case.number, event.seq]),
        }
        for event in shown
    ]  # fmt: skip


def _attached(case: Case, document: Document, file: File) -> dict[str, Any]:
    return {
        "id": file.public_id, "name": file.name, "type": file.media_type, "size": file.size, "sha256": file.sha256,
        "document": document.number, "link": reverse("api:my_file", args=[case.number, file.public_id]),
    }  # fmt: skip
