"""Steps of a timeline: what an officer, who filed it, or another case does to a case, each with its entry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from aydyn.cases import forms, letters, moderation, policies, procedures, queries, searching, telling, timelines
from aydyn.cases.actions.filing import Filing, create_case, described, title_of
from aydyn.cases.errors import NotYourCase, OthersDraft, StepRefused
from aydyn.cases.forms import StepData
from aydyn.cases.models import AnswerDraft, Case, CaseEvent, Channel, Decision, PublicText, Result
from aydyn.casework import transitions
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.errors import StepError
from aydyn.casework.procedures import Procedure, Role, Step
from aydyn.casework.transitions import CaseState, Event
from aydyn.documents import actions as documents
from aydyn.documents.models import Document
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Office, Person
from aydyn.record import actions as record
from aydyn.record.models import Entry

SUB_PROCEDURE = "office-request"
"""Under which procedure another office is asked to contribute to a joint answer."""

MOST_OFFICES = 5
SUMS = frozenset({"charge", "pay", "refund"})
"""Effects that name a sum."""


@dataclass(frozen=True)
class _Doer:
    """Who takes a step: an officer under a mandate, who asked (perhaps for an office), or the node."""

    role: Role
    mandate: Mandate | None = None

    @property
    def by(self) -> str:
        if self.role == "node":
            return "node"
        return self.mandate.by if self.mandate is not None else "person"


@dataclass
class _Taken:
    """A step in the making."""

    case: Case
    rules: Procedure
    step: Step
    doer: _Doer
    data: StepData
    before: CaseState
    after: CaseState
    rows: list[CaseEvent]
    sub: Case | None = None
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        return self.rows[-1].seq + 1

    @property
    def verdict(self) -> str:
        """The word of who asked on the answer; of a step that asks for none there is none, whatever was sent along."""
        return self.data.verdict if "rate" in self.step.effect else ""


def take_step(*, case: Case, step: str, mandate: Mandate, data: StepData | None = None) -> CaseEvent:
    """Do one step of the procedure as an officer. Raises NotYourCase, StepRefused, OthersDraft or BadForm; then nothing changed."""
    given = data or StepData()
    letter = letters.prepare(case=case, step=step, mandate=mandate, data=given)
    with transaction.atomic():
        locked = queries.lock(case)
        if not policies.may_act(locked, people.hold(mandate)):
            raise NotYourCase
        doer = _Doer(mandate.role, mandate)  # type: ignore[arg-type]  # roles of people are roles of procedures
        rules = procedures.parsed(locked.procedure_id)
        wanted = _step_of(rules, step)
        if "open-sub" in wanted.effect:
            return _ask_other_offices(locked, rules, wanted, doer, given)
        return _take(locked, wanted, doer, given, letter=letter)


def take_asker_step(
    *, case: Case, step: str, data: StepData | None = None, mandate: Mandate | None = None
) -> CaseEvent:
    """Do one step as who filed the case; the caller has checked that it is. ``mandate``: where an office asked.

    Raises StepRefused or BadForm.
    """
    given = data or StepData()
    with transaction.atomic():
        locked = queries.lock(case)
        if mandate is not None and people.hold(mandate).office_id != locked.from_office_id:
            raise NotYourCase
        rules = procedures.parsed(locked.procedure_id)
        wanted = _step_of(rules, step)
        doer = _Doer("asker", mandate)
        if "appeal" in wanted.effect:
            return _appeal(locked, rules, wanted, doer, given)
        return _take(locked, wanted, doer, given)


def withdraw_case(*, case: Case, mandate: Mandate | None = None) -> CaseEvent:
    """The asker takes the case back; the caller has checked that it is the asker. Raises StepRefused."""
    return take_asker_step(case=case, step="withdraw", mandate=mandate)


def take_node_step(case: Case, step: Step, sub: Case | None = None, amount: int | None = None) -> CaseEvent:
    """Write down what time, a payment or another case did to a locked case. Raises StepRefused."""
    return _take(case, step, _Doer("node"), StepData(amount=amount), sub=sub)


def _step_of(rules: Procedure, code: str) -> Step:
    step = next((each for each in rules.steps if each.code == code), None)
    if step is None or not step.origin:
        raise StepRefused
    return step


def _take(
    case: Case,
    step: Step,
    doer: _Doer,
    data: StepData,
    *,
    sub: Case | None = None,
    letter: letters.Letter | None = None,
) -> CaseEvent:
    rules = procedures.parsed(case.procedure_id)
    rows = list(case.events.select_related("entry", "office", "officer", "sub").order_by("seq"))
    calendar = procedures.calendar()
    before = timelines.fold(rules, rows, calendar)
    event = _event(step, doer, data, sub)
    words = forms.check_step(rules, step, data, case)
    after = _advance(rules, before, event, calendar)
    taken = _Taken(case, rules, step, doer, data, before, after, rows, sub, words)
    if data.files and "files" in step.asks:
        taken.words["files"] = [described(file) for file in data.files]
    _refuse_over_a_draft(taken)
    if letter is not None and letter.number != letters.number_of(case, taken.seq):
        raise StepRefused  # something happened between the drawing of the letter and now
    if letter is not None:
        taken.words["document"] = {"number": letter.number, "sha256": letter.sha256}
    row = _write(taken, event, letter)
    _follow_up(taken, row)
    telling.tell_about(row)
    return row


def _event(step: Step, doer: _Doer, data: StepData, sub: Case | None) -> Event:
    return Event(
        step=step.code,
        day=clock.today(),
        role=doer.role,
        office=data.office.code if data.office and "office" in step.asks else None,
        officer=data.officer.public_id if data.officer and "officer" in step.asks else None,
        ground=data.ground or None if "ground" in step.asks else None,
        sub=sub.number if sub else None,
        amount=data.amount if SUMS & set(step.effect) else None,
    )


def _advance(rules: Procedure, before: CaseState, event: Event, calendar: WorkingCalendar) -> CaseState:
    try:
        return transitions.advance(rules, before, event, calendar)
    except StepError as error:
        raise StepRefused from error


def _refuse_over_a_draft(taken: _Taken) -> None:
    """An answer that somebody else has begun must be finished or thrown away first; one's own ends with the step."""
    ends = taken.after.stopped is not None and taken.before.stopped is None
    if not ends or taken.doer.mandate is None or taken.doer.role == "asker":
        return
    draft = AnswerDraft.objects.filter(case=taken.case).first()
    if draft is not None and draft.mandate_id != taken.doer.mandate.pk:
        raise OthersDraft
    if draft is not None:
        draft.delete()


def _write(taken: _Taken, event: Event, letter: letters.Letter | None) -> CaseEvent:
    case, step, doer, data, after = taken.case, taken.step, taken.doer, taken.data, taken.after
    entry = record.enter(
        step.act,
        by=doer.by,
        mandate=doer.mandate.public_id if doer.mandate else None,
        public=_public(taken),
        parts=taken.words or None,
        cause=taken.rows[-1].entry,
    )
    row = CaseEvent.objects.create(
        case=case, seq=taken.seq, step=step.code, act=step.act, role=doer.role, state=after.state, at=clock.now(),
        day=event.day, mandate=doer.mandate, office=data.office if event.office else None,
        officer=data.officer if event.officer else None, ground=event.ground or taken.verdict, sub=taken.sub,
        amount=event.amount, entry=entry,
    )  # fmt: skip
    row.documents.add(*_documents(taken, letter, entry))
    timelines.cache_state(case, taken.rules, after, [*taken.rows, row])
    if event.office is not None:
        AnswerDraft.objects.filter(case=case).delete()  # what one office has begun is not another's to see
    case.held = case.held and (doer.mandate is None or doer.role == "asker")  # what an office takes up is out of triage
    case.verdict = taken.verdict or case.verdict
    case.overdue_told = case.overdue_told and after.due == taken.before.due  # another day can be missed again
    case.save()
    if after.result is not None and (step.result is not None):
        kind = taken.rules.result_kind(after.result)
        Result.objects.create(case=case, event=row, code=after.result, kind=kind, ground=after.ground or "")
    return row


def _documents(taken: _Taken, letter: letters.Letter | None, entry: Entry) -> list[Document]:
    made: list[Document] = []
    if letter is not None and taken.doer.mandate is not None:
        made.append(letters.keep(letter, office=taken.case.office, mandate=taken.doer.mandate, cause=entry))
    if taken.data.files and "files" in taken.step.asks:
        made.append(documents.bind(files=taken.data.files, kind="attachment", office=taken.case.office))
    return made


def _public(taken: _Taken) -> dict[str, Any]:
    """The public fields of a step: codes and dates that the step's act declares."""
    step, data, after = taken.step, taken.data, taken.after
    public: dict[str, Any] = {"number": taken.case.number}
    if "officer" in step.asks and data.officer:
        public["to"] = data.officer.public_id
    if "office" in step.asks and data.office:
        public["office"] = data.office.code
    if "ground" in step.asks:
        public["ground"] = data.ground
    if step.result is not None and step.act in ("case.answered", "case.refused", "case.decided"):
        public["result"] = step.result
    if "decide" in step.effect:
        public["decision"] = letters.number_of(taken.case, taken.seq)
    if taken.sub is not None:
        public["sub"] = taken.sub.number
    if "rate" in step.effect:
        public["verdict"] = taken.verdict
    if SUMS & set(step.effect):
        public["amount"] = data.amount
    if after.due is not None and (after.due != taken.before.due or taken.before.paused is not None):
        public["due"] = after.due.isoformat()
    return public


# ---------------------------------------------------------------------------------------------- what a step brings with it


def _follow_up(taken: _Taken, row: CaseEvent) -> None:
    effects = set(taken.step.effect)
    if row.office is not None:
        searching.move(taken.case)
    if "publish" in effects:
        _open_to_all(taken)
    if "hide" in effects:
        PublicText.objects.filter(case=taken.case).delete()
        searching.remove(taken.case)
        moderation.note_hidden(row)
    if "decide" in effects:
        _decide(taken, row)
    if taken.after.stopped is not None and taken.before.stopped is None and taken.case.parent_id is not None:
        _contribute(taken.case)


def _open_to_all(taken: _Taken) -> None:
    words = taken.words
    asked = procedures.main_question(taken.rules)
    title = title_of(taken.rules, {asked.name: words["question"]}) if asked else ""
    text, _made = PublicText.objects.update_or_create(
        case=taken.case,
        defaults={
            "title": title,
            "question": words["question"],
            "answer": words["answer"],
            "folded": queries.fold_text(f"{taken.case.number} {words['question']} {words['answer']}"),
        },
    )
    searching.index(text)


def _decide(taken: _Taken, row: CaseEvent) -> None:
    appeal = taken.rules.appeal
    until = None
    if appeal is not None and appeal.within is not None:
        until = procedures.calendar().deadline(row.day, appeal.within).due
    Decision.objects.create(
        case=taken.case, event=row, number=letters.number_of(taken.case, row.seq), office=taken.case.office,
        document=row.documents.filter(issued__isnull=False).first(), decided_on=row.day, appeal_until=until,
    )  # fmt: skip


def _ask_other_offices(case: Case, rules: Procedure, step: Step, doer: _Doer, data: StepData) -> CaseEvent:
    """Open a case at each office that has to contribute, and note it here; the last note is returned."""
    words = forms.check_step(rules, step, data, case)
    procedure = queries.current_procedure(SUB_PROCEDURE)
    if procedure is None or doer.mandate is None:
        raise StepRefused
    row: CaseEvent | None = None
    for office in list(data.offices)[:MOST_OFFICES]:
        sub = _open_case(
            case, procedure.pk, office, words["question"], mandate=doer.mandate, channel=Channel.OFFICE, parent=case,
            from_office=case.office,
        )  # fmt: skip
        row = _take(case, step, doer, replace(data, offices=(office,)), sub=sub)
    assert row is not None  # check_step wants one office at least
    return row


def _contribute(sub: Case) -> None:
    """Tell the case that waited for this one that its office has answered, or has nothing more to answer."""
    assert sub.parent_id is not None
    parent = queries.lock(Case(pk=sub.parent_id))
    rules = procedures.parsed(parent.procedure_id)
    step = next((each for each in rules.steps if "close-sub" in each.effect), None)
    if step is not None and sub.number in timelines.state_of(parent).subs:
        take_node_step(parent, step, sub=sub)


def _appeal(case: Case, rules: Procedure, step: Step, doer: _Doer, data: StepData) -> CaseEvent:
    """File the appeal with the office above, opened by the same account or code; then note it here."""
    words = forms.check_step(rules, step, data, case)
    target = queries.current_procedure(rules.appeal.procedure or "") if rules.appeal else None
    if target is None:
        raise StepRefused
    office = case.office.parent or case.office
    sub = _open_case(
        case, target.pk, office, words["reason"], mandate=doer.mandate, channel=Channel.APPEAL, appeal_of=case,
        person=case.person, from_office=case.from_office,
        code_hash=bytes(case.code_hash) if case.code_hash else None,
    )  # fmt: skip
    return _take(case, step, doer, data, sub=sub)


def _open_case(
    case: Case, procedure_id: int, office: Office, text: str, *, mandate: Mandate | None, channel: str,
    parent: Case | None = None, appeal_of: Case | None = None, person: Person | None = None,
    from_office: Office | None = None, code_hash: bytes | None = None,
) -> Case:  # fmt: skip
    """File a case that another one brings with it: its main question is the text, a reference names the other case."""
    rules = procedures.parsed(procedure_id)
    asked = procedures.main_question(rules)
    if asked is None:
        raise StepRefused
    values: dict[str, Any] = {asked.name: text}
    values |= {each.name: case.number for each in rules.questions if each.kind == "document"}
    identity = _identity_of(case) if appeal_of is not None else {}
    key = hashlib.sha256(f"{case.number} {channel} {office.code} {case.events_count}".encode()).hexdigest()[:40]
    return create_case(
        Filing(
            procedure=queries.procedure_by_id(procedure_id),
            rules=rules,
            office=office,
            values=values,
            identity=identity,
            language=case.language,
            key=key,
            person=person,
            code_hash=code_hash,
            channel=channel,
            mandate=mandate,
            from_office=from_office,
            parent=parent,
            appeal_of=appeal_of,
            organisation=case.organisation if appeal_of else None,
        )
    )


def _identity_of(case: Case) -> Mapping[str, Any]:
    """What somebody said of herself when filing, taken along into an appeal."""
    asker = queries.values_of_filing(case).get("asker")
    known = asker if isinstance(asker, dict) else {}
    return {name: value for name, value in known.items() if name not in ("account", "organisation")}
