"""Every write to cases: loading procedures, filing, and each step of a timeline."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from aydyn.cases import codes, forms, policies, procedures, queries, tasks, timelines
from aydyn.cases.errors import AlreadySent, BadForm, NotYourCase, StepRefused
from aydyn.cases.models import Case, CaseEvent, CaseText, Counter, ProcedureVersion, PublicText
from aydyn.casework import numbering, shapes, transitions
from aydyn.casework import procedures as pure
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.errors import StepError
from aydyn.casework.fields import Raw, clean_all
from aydyn.casework.procedures import Procedure, Role, Step
from aydyn.casework.transitions import CaseState, Event
from aydyn.kernel import clock, packs
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Office, Person
from aydyn.record import actions as record
from aydyn.record.models import Entry

TITLE_LENGTH = 120
SENT_AGAIN = timedelta(minutes=30)
"""How long a form that is sent once more still opens what it filed: a lost answer, not a form found on a shared computer."""


@transaction.atomic
def load_procedures(*, pack: str) -> list[ProcedureVersion]:
    """Load a pack's calendar and procedures: each an act with its digest. A changed file under an old version is refused."""
    calendar = packs.pack_file(pack, "calendar.toml")
    record.load_file(kind="calendar", code=f"{pack}.calendar", data=calendar.data, media_type="application/toml")
    return [_load_procedure(file) for file in packs.procedure_files(pack)]


def _load_procedure(file: packs.PackFile) -> ProcedureVersion:
    procedure = pure.load(file.data, file.name)
    known = (
        ProcedureVersion.objects.filter(code=procedure.code, version=procedure.version).select_related("file").first()
    )
    if known is not None:
        if known.file.digest != shapes.digest(file.data):
            raise BadForm({file.name: f"version {procedure.version} was loaded with other bytes: raise its version"})
        return known
    served = record.load_file(
        kind="procedure", code=procedure.code, data=file.data, media_type="application/toml", version=procedure.version
    )
    return ProcedureVersion.objects.create(code=procedure.code, version=procedure.version, file=served)


# ---------------------------------------------------------------------------------------------- filing


@dataclass(frozen=True)
class Filed:
    """A case that was just filed, and its access code (only without an account)."""

    case: Case
    code: str | None


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
) -> Filed:
    """File a case: number, clock, entry and texts in one transaction. The same ``key`` files only once.

    ``key``: a secret of the form that was sent. Without ``person`` an access code is made from it. Raises BadForm (one
    problem a field), AlreadySent or Halted.
    """
    rules = procedures.parsed(procedure.pk)
    values, identity = check_answers(rules, answers, asker)
    secret = key or secrets.token_urlsafe(24)
    code = None if person else codes.code_for(secret)
    hashed = codes.hash_code(code) if code else None  # slow on purpose, so before the transaction
    filing_key = hashlib.sha256(secret.encode()).hexdigest()[:40]
    try:
        with transaction.atomic():
            case = _file(procedure, rules, office, values, identity, language, person, hashed, filing_key, held)
    except IntegrityError:
        again = Case.objects.filter(filing_key=filing_key).first()
        if again is None:
            raise
        if again.person != person or clock.now() - again.filed_at > SENT_AGAIN:
            raise AlreadySent from None
        return Filed(again, code)
    return Filed(case, code)


def check_answers(
    rules: Procedure, answers: Mapping[str, Raw], asker: Mapping[str, Raw]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Clean a form's answers. Raises BadForm with every problem in it."""
    regions = queries.region_codes()
    found = clean_all(rules.questions, answers, regions=regions)
    who = clean_all(rules.asker, asker, regions=regions)
    if found.problems or who.problems:
        raise BadForm({problem.field: forms.say(problem) for problem in (*found.problems, *who.problems)})
    return dict(found.values), dict(who.values)


def _file(
    procedure: ProcedureVersion, rules: Procedure, office: Office, values: dict[str, Any], identity: dict[str, Any],
    language: str, person: Person | None, hashed: bytes | None, key: str, held: bool,
) -> Case:  # fmt: skip
    moment, today = clock.now(), clock.today()
    number = numbering.format_number(
        rules.numbering.pattern, office=office.mark, year=today.year, serial=_next_serial(office.mark, today.year)
    )
    state = transitions.begin(
        rules, Event(rules.filing.code, today, "asker", office=office.code), procedures.calendar()
    )
    parts: dict[str, Any] = {**values, "language": language}
    if identity or person:
        parts["asker"] = identity | ({"account": person.email} if person else {})
    entry = record.enter(
        rules.filing.act,
        by="person",
        public={
            "number": number,
            "office": office.code,
            "procedure": rules.code,
            "version": rules.version,
            "file": procedure.file.digest,
            "due": state.last_due.isoformat(),
        },
        parts=parts,
        hourly=rules.enter == "hourly",
    )
    case = Case.objects.create(
        number=number, procedure=procedure, person=person, code_hash=hashed, language=language, filed_at=moment,
        filed_on=today, held=held, filing_key=key, office=office, state=state.state, open=state.open, due=state.due,
        last_due=state.last_due,
    )  # fmt: skip
    CaseText.objects.create(case=case, title=title_of(values))
    CaseEvent.objects.create(
        case=case, seq=1, step=rules.filing.code, act=rules.filing.act, role="asker", at=moment, day=today,
        office=office, entry=entry,
    )  # fmt: skip
    return case


def _next_serial(mark: str, year: int) -> int:
    """The next serial of an office's mark in a year; the row stays locked until the transaction ends."""
    Counter.objects.get_or_create(mark=mark, year=year)
    row = Counter.objects.select_for_update().get(mark=mark, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def title_of(values: Mapping[str, Any]) -> str:
    """The first words of what was asked, for lists."""
    text = " ".join(str(values.get("question", "")).split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


# ---------------------------------------------------------------------------------------------- steps


@dataclass(frozen=True)
class StepData:
    """What a step was given: the words that go into its content, and whom or what it names."""

    answer: str = ""
    reason: str = ""
    ground: str = ""
    officer: Mandate | None = None
    office: Office | None = None
    public_question: str = ""
    public_answer: str = ""


def take_step(*, case: Case, step: str, mandate: Mandate, data: StepData | None = None) -> CaseEvent:
    """Do one step of the procedure as an officer. Raises NotYourCase, StepRefused or BadForm; then nothing changed."""
    given = data or StepData()
    with transaction.atomic():
        locked = queries.lock(case)
        if not policies.may_act(locked, people.hold(mandate)):
            raise NotYourCase
        return _step(locked, step, mandate.role, mandate, given)


def withdraw_case(*, case: Case) -> CaseEvent:
    """The asker takes the case back; the caller has checked that it is the asker. Raises StepRefused."""
    with transaction.atomic():
        return _step(queries.lock(case), "withdraw", "asker", None, StepData())


def _step(case: Case, code: str, role: Any, mandate: Mandate | None, data: StepData) -> CaseEvent:
    rules = procedures.parsed(case.procedure_id)
    step = next((each for each in rules.steps if each.code == code), None)
    if step is None:
        raise StepRefused
    words = forms.check_step(rules, step, data, case)
    calendar = procedures.calendar()
    rows = list(case.events.select_related("entry", "office", "officer").order_by("seq"))
    after = _advance(rules, timelines.fold(rules, rows, calendar), step, role, data, calendar)
    last = rows[-1]
    entry = record.enter(
        step.act,
        by=mandate.by if mandate else "person",
        mandate=mandate.public_id if mandate else None,
        public=_public(step, case, after, data),
        parts=words or None,
        cause=last.entry,
    )
    row = CaseEvent.objects.create(
        case=case, seq=last.seq + 1, step=step.code, act=step.act, role=role, at=clock.now(), day=clock.today(),
        mandate=mandate, office=data.office if "office" in step.asks else None,
        officer=data.officer if "officer" in step.asks else None, ground=data.ground if "ground" in step.asks else "",
        entry=entry,
    )  # fmt: skip
    timelines.cache_state(case, after, [*rows, row])
    case.held = case.held and mandate is None  # whatever an office takes up is out of triage
    case.save()
    if "publish" in step.effect:
        _open_to_all(case, words)
    tasks.tell_asker_about(row)
    return row


def _advance(
    rules: Procedure, before: CaseState, step: Step, role: Role, data: StepData, calendar: WorkingCalendar
) -> CaseState:
    event = Event(
        step=step.code,
        day=clock.today(),
        role=role,
        office=data.office.code if data.office else None,
        officer=data.officer.public_id if data.officer else None,
        ground=data.ground or None,
    )
    try:
        return transitions.advance(rules, before, event, calendar)
    except StepError as error:
        raise StepRefused from error


def _public(step: Step, case: Case, after: CaseState, data: StepData) -> dict[str, Any]:
    """The public fields of a step: codes and dates that the step's act declares."""
    public: dict[str, Any] = {"number": case.number}
    if "officer" in step.asks and data.officer:
        public["to"] = data.officer.public_id
    if "office" in step.asks and data.office:
        public["office"] = data.office.code
    if "ground" in step.asks:
        public["ground"] = data.ground
    if "extend" in step.effect:
        public["due"] = after.last_due.isoformat()
    return public


def _open_to_all(case: Case, words: Mapping[str, Any]) -> None:
    title = title_of(words)
    PublicText.objects.update_or_create(
        case=case,
        defaults={
            "title": title,
            "question": words["question"],
            "answer": words["answer"],
            "folded": queries.fold_text(f"{case.number} {words['question']} {words['answer']}"),
        },
    )


# ---------------------------------------------------------------------------------------------- what time does, and erasure


def note_overdue() -> int:
    """Write down every case whose day passed without an answer, once; returns how many."""
    today, count = clock.today(), 0
    for pk in list(Case.objects.filter(due__lt=today, overdue_told=False).values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            case = queries.lock(Case(pk=pk))
            if case.due is None or case.due >= today or case.overdue_told:
                continue
            _note_overdue(case)
            count += 1
    return count


def _note_overdue(case: Case) -> None:
    last = case.events.select_related("entry").latest("seq")
    assert case.due is not None
    entry = record.enter(
        "case.overdue", by="node", public={"number": case.number, "due": case.due.isoformat()}, cause=last.entry
    )
    CaseEvent.objects.create(
        case=case, seq=last.seq + 1, step="overdue", act="case.overdue", role="node", at=clock.now(), day=clock.today(),
        entry=entry,
    )  # fmt: skip
    case.overdue_told = True
    case.save(update_fields=["overdue_told"])


@transaction.atomic
def erase_case(*, case: Case, mandate: Mandate, ground: str) -> list[Entry]:
    """Erase everything that people wrote in a case, by order of law; each erasure is an act. Head of the office only."""
    locked = queries.lock(case)
    if not policies.may_erase(locked, people.hold(mandate)):
        raise NotYourCase
    CaseText.objects.filter(case=locked).delete()
    PublicText.objects.filter(case=locked).delete()
    entries = Entry.objects.filter(case_event__case=locked, content__isnull=False).order_by("pk")
    office = mandate.office.code
    return [
        record.erase_content(entry=entry, office=office, mandate=mandate.public_id, ground=ground) for entry in entries
    ]
