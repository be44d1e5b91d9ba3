"""Filing: number, clock, entry, texts and attachments of a new case in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from aydyn.cases import codes, forms, policies, procedures, queries, timelines
from aydyn.cases.errors import AlreadySent, BadForm, NotOpenToYou
from aydyn.cases.models import Case, CaseEvent, CaseText, Channel, ProcedureVersion
from aydyn.casework import numbering, transitions
from aydyn.casework.fields import Raw, clean_all
from aydyn.casework.procedures import Procedure, Role
from aydyn.casework.transitions import CaseState, Event
from aydyn.documents import actions as documents
from aydyn.documents.models import Document, File
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Office, Organisation, Person
from aydyn.record import actions as record
from aydyn.record.models import Entry

TITLE_LENGTH = 120
SENT_AGAIN = timedelta(minutes=30)
"""How long a form that is sent once more still opens what it filed: a lost answer, not a form found on a shared computer."""


@dataclass(frozen=True)
class Filed:
    """A case that was just filed, and its access code (only without an account)."""

    case: Case
    code: str | None


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A filing whose answers are checked: who sends what to whom."""

    procedure: ProcedureVersion
    rules: Procedure
    office: Office
    values: Mapping[str, Any]
    identity: Mapping[str, Any] = field(default_factory=dict)
    language: str
    key: str
    person: Person | None = None
    code_hash: bytes | None = None
    held: bool = False
    channel: str = Channel.ONLINE
    mandate: Mandate | None = None
    organisation: Organisation | None = None
    from_office: Office | None = None
    parent: Case | None = None
    appeal_of: Case | None = None
    files: Sequence[File] = ()
    cause: Entry | None = None

    @property
    def role(self) -> Role:
        """In which role it is filed: an office files for somebody at its counter, else whoever sends it asks."""
        return "registrar" if self.channel in policies.COUNTER else "asker"


def file_case(
    *,
    procedure: ProcedureVersion,
    office: Office,
    answers: Mapping[str, Raw],
    asker: Mapping[str, Raw],
    language: str,
    person: Person | None = None,
    key: str | None = None,
    held: bool = False,
    channel: str = Channel.ONLINE,
    mandate: Mandate | None = None,
    files: Mapping[str, Sequence[File]] | None = None,
) -> Filed:
    """File a case. The same ``key`` (a secret of the form that was sent) files only once.

    Without ``person`` an access code is made from the key. ``mandate``: of an officer who files at the counter (a counter's
    ``channel``) or for the own office (``office``), or of a representative for an organisation. ``files``: field → uploads.
    Raises BadForm (one problem a field), NotOpenToYou, NotYourCase, AlreadySent or Halted.
    """
    rules = procedures.parsed(procedure.pk)
    uploads = files or {}
    policies.require_open_to(rules, channel, mandate)
    values, identity = check_answers(rules, answers, asker, uploads)
    if not queries.is_addressed(rules, office):
        raise BadForm({"office": forms.NOT_THIS_OFFICE})
    from_office = mandate.office if mandate is not None and channel == Channel.OFFICE else None
    secret = key or secrets.token_urlsafe(24)
    code = codes.code_for(secret) if person is None and from_office is None else None
    filing = Filing(
        procedure=procedure, rules=rules, office=office, values=values, identity=identity, language=language,
        key=_key_of(secret), person=person, held=held, channel=channel, mandate=mandate, from_office=from_office,
        code_hash=codes.hash_code(code) if code else None,  # slow on purpose, so before the transaction
        organisation=mandate.organisation if mandate is not None else None,
        files=[file for name in uploads for file in uploads[name] if name in values],
    )  # fmt: skip
    return Filed(case, code) if (case := _create_once(filing)) else _filed_before(secret, person)


def _create_once(filing: Filing) -> Case | None:
    """Write a filing in its own transaction; None if its key has filed already."""
    try:
        with transaction.atomic():
            if filing.mandate is not None and filing.mandate.organisation_id is not None:
                people.hold_representative(filing.mandate)
            elif filing.mandate is not None:
                people.hold(filing.mandate)
            return create_case(filing)
    except IntegrityError:
        if not Case.objects.filter(filing_key=filing.key).exists():
            raise
        return None


def _filed_before(secret: str, person: Person | None) -> Filed:
    again = filed_with(secret=secret, person=person)
    if again is None:
        raise AlreadySent
    return again


def filed_with(*, secret: str, person: Person | None) -> Filed | None:
    """What was filed with this secret: by the same account whenever it was, by none a short while ago; else None."""
    case = Case.objects.filter(filing_key=_key_of(secret)).first()
    if case is None or case.person != person:
        return None
    if person is None and clock.now() - case.filed_at > SENT_AGAIN:
        return None  # the form may lie open on a computer that others use
    return Filed(case, codes.code_for(secret) if case.code_hash else None)


def _key_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:40]


def check_answers(
    rules: Procedure,
    answers: Mapping[str, Raw],
    asker: Mapping[str, Raw],
    files: Mapping[str, Sequence[File]] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Clean a form's answers. Raises BadForm with every problem in it."""
    regions = queries.region_codes()
    kept = {name: [described(file) for file in uploads] for name, uploads in (files or {}).items()}
    asked = {each.name for each in rules.questions if each.kind in ("file", "files")}
    given = {name: raw for name, raw in answers.items() if name not in asked}  # files come from where they are kept
    found = clean_all(rules.questions, {**given, **kept}, regions=regions)
    who = clean_all(rules.asker, asker, regions=regions)
    if found.problems or who.problems:
        raise BadForm({problem.field: forms.say(problem) for problem in (*found.problems, *who.problems)})
    return dict(found.values), dict(who.values)


def described(file: File) -> dict[str, Any]:
    """A file as a case's content names it: what was kept of it, and its digest."""
    return {"name": file.name, "type": file.media_type, "size": file.size, "sha256": file.sha256}


def create_case(filing: Filing) -> Case:
    """Write a checked filing, inside the caller's transaction. Raises NotOpenToYou or Halted."""
    rules, today = filing.rules, clock.today()
    if filing.role not in rules.filing.by:
        raise NotOpenToYou
    fee = rules.fee_for(filing.values)
    event = Event(
        rules.filing.code, today, filing.role, office=filing.office.code, clock=rules.clock.variant_for(filing.values),
        amount=fee.amount if fee else None,
    )  # fmt: skip
    state = transitions.begin(rules, event, procedures.calendar())
    serial = _next_serial(filing.office.mark, today.year)
    number = numbering.format_number(rules.numbering.pattern, office=filing.office.mark, year=today.year, serial=serial)
    entry = _enter(filing, number, state, event)
    case = Case(
        number=number, procedure=filing.procedure, person=filing.person, organisation=filing.organisation,
        from_office=filing.from_office, parent=filing.parent, appeal_of=filing.appeal_of, channel=filing.channel,
        code_hash=filing.code_hash, language=filing.language, filed_at=clock.now(), filed_on=today, held=filing.held,
        listed=rules.public != "never", filing_key=filing.key, office=filing.office,
    )  # fmt: skip
    timelines.write_state(case, rules, state)
    case.save(force_insert=True)
    CaseText.objects.create(case=case, title=title_of(rules, filing.values))
    row = CaseEvent.objects.create(
        case=case, seq=1, step=rules.filing.code, act=rules.filing.act, role=filing.role, state=state.state,
        at=case.filed_at, day=today, office=filing.office, mandate=filing.mandate, clock=event.clock or "",
        amount=event.amount, entry=entry,
    )  # fmt: skip
    if filing.files:
        row.documents.add(_bound(filing))
    return case


def _enter(filing: Filing, number: str, state: CaseState, event: Event) -> Entry:
    """Put the filing on the record: done by a person, or by an office for somebody at its counter or for itself."""
    for_office = filing.from_office is not None or filing.channel in policies.COUNTER
    office = filing.mandate if for_office else None
    return record.enter(
        filing.rules.filing.act,
        by=office.by if office else "person",
        mandate=office.public_id if office else None,
        public=_public(filing, number, state, event),
        parts=_parts(filing),
        cause=filing.cause,
        hourly=filing.rules.enter == "hourly" and office is None,
    )


def _bound(filing: Filing) -> Document:
    return documents.bind(files=filing.files, kind="attachment", office=filing.office)


def _public(filing: Filing, number: str, state: CaseState, event: Event) -> dict[str, Any]:
    """The public fields of a filing: codes and dates that the act declares."""
    public: dict[str, Any] = {
        "number": number,
        "office": filing.office.code,
        "procedure": filing.rules.code,
        "version": filing.rules.version,
        "file": filing.procedure.file.digest,
    }
    more: dict[str, Any] = {
        "due": state.due.isoformat() if state.due else None,
        "clock": event.clock,
        "channel": filing.channel if filing.channel != Channel.ONLINE else None,
        "from": filing.from_office.code if filing.from_office else None,
        "parent": filing.parent.number if filing.parent else None,
        "appeal_of": filing.appeal_of.number if filing.appeal_of else None,
        "fee": event.amount,
    }
    return public | {name: value for name, value in more.items() if value is not None}


def _parts(filing: Filing) -> dict[str, Any]:
    parts: dict[str, Any] = {**filing.values, "language": filing.language}
    asker = dict(filing.identity)
    if filing.person is not None:
        asker["account"] = filing.person.email
    if filing.organisation is not None:
        asker["organisation"] = {"name": filing.organisation.name, "number": filing.organisation.register_number}
    if asker:
        parts["asker"] = asker
    return parts


def _next_serial(mark: str, year: int) -> int:
    """The next serial of an office's mark in a year; the row stays locked until the transaction ends."""
    # One statement: the lock that everybody at this office waits for is taken as late and held as short as can be.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_counter (mark, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (mark, year) DO UPDATE SET last = cases_counter.last + 1 RETURNING last",
            [mark, year],
        )
        last: int = cursor.fetchone()[0]
    return last


def title_of(rules: Procedure, values: Mapping[str, Any]) -> str:
    """The first words of what a case is about, for lists; empty where the procedure's own title says it."""
    asked = procedures.main_question(rules)
    text = " ".join(str(values.get(asked.name, "") if asked else "").split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
