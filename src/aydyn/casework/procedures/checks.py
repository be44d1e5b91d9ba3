"""Reads a procedure's file and checks that its parts fit each other; what is wrong is told by key, with what would be right."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence

from aydyn.casework.errors import DataError
from aydyn.casework.fields import Question
from aydyn.casework.procedures.model import Procedure, Step, codes_of
from aydyn.casework.procedures.words import CommonWords, complete
from aydyn.casework.shapes import LANGUAGES, parse_toml, validate

_Problem = tuple[str, str, str]  # key, what is wrong, what would be right

_OFFICE_ROLES = {"registrar", "officer", "head", "publisher"}


def load(data: bytes, name: str, languages: Sequence[str] = LANGUAGES, common: CommonWords | None = None) -> Procedure:
    """Read a procedure from its file's bytes; a DataError names the file, the key, what is wrong and what would be right.

    ``common``: the pack's words for usual states, steps, results and grounds, taken where the file gives none.
    """
    raw = parse_toml(data, name)
    procedure = validate(Procedure, complete(raw, common), name, languages)
    for key, problem, remedy in _problems(procedure):
        raise DataError(name, key, problem, remedy)
    return procedure


def _problems(procedure: Procedure) -> Iterator[_Problem]:
    yield from _twice("state", codes_of(procedure.states))
    yield from _twice("step", codes_of(procedure.steps))
    yield from _twice("result", codes_of(procedure.results))
    yield from _twice("ground", codes_of(procedure.grounds))
    yield from _twice("group", codes_of(procedure.groups))
    yield from _twice("document", codes_of(procedure.documents))
    yield from _twice("field", [question.name for question in (*procedure.questions, *procedure.asker)])
    yield from _groups(procedure)
    yield from _conditions(procedure)
    yield from _clock(procedure)
    yield from _filing(procedure)
    yield from _steps(procedure)
    yield from _documents(procedure)
    yield from _ways(procedure)


def _twice(what: str, names: list[str]) -> Iterator[_Problem]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{what}.{name}", f"the {what} “{name}” stands there twice", "give each its own name"


def _conditions(procedure: Procedure) -> Iterator[_Problem]:
    for asked in procedure.asker:
        if asked.when:
            yield f"asker.{asked.name}.when", "who asks is asked the same of everybody", "remove the condition"
    earlier: dict[str, Question] = {}
    for question in procedure.questions:
        for name, wanted in (question.when or {}).items():
            yield from _condition(f"field.{question.name}.when.{name}", earlier.get(name), wanted)
        earlier[question.name] = question


def _groups(procedure: Procedure) -> Iterator[_Problem]:
    codes = set(codes_of(procedure.groups))
    used = {question.group for question in procedure.questions}
    order = [question.group for question in procedure.questions]
    for question in procedure.questions:
        key = f"field.{question.name}.group"
        if codes and question.group is None:
            yield key, "the form has pages and this question is on none", f"write one of {_listed(codes)}"
        elif question.group is not None and question.group not in codes:
            yield key, f"there is no group “{question.group}”", f"write one of {_listed(codes)}, or add a [[group]]"
    for asked in procedure.asker:
        if asked.group is not None:
            yield f"asker.{asked.name}.group", "who asks is asked on a page of its own", "remove the group"
        if asked.kind in ("file", "files", "table"):
            yield f"asker.{asked.name}.kind", f"a {asked.kind} says nothing about who asks", "ask it as a [[field]]"
    for code in codes - used:
        yield f"group.{code}", "no question stands on this page", "give a field this group, or remove it"
    places = [codes_of(procedure.groups).index(each) for each in order if each in codes]
    if places != sorted(places):
        yield (
            "field",
            "questions stand in another order than their pages",
            "put them in the order of the [[group]] tables",
        )
    if procedure.titled_by is not None and procedure.titled_by not in {each.name for each in procedure.questions}:
        yield "titled_by", f"there is no field “{procedure.titled_by}”", "name a field of the form"


def _clock(procedure: Procedure) -> Iterator[_Problem]:
    clock = procedure.clock
    asked = {question.name: question for question in procedure.questions}
    yield from _twice("clock.variant", codes_of(clock.variant))
    for where, when in [
        *((f"clock.variant.{each.code}.when", each.when) for each in clock.variant),
        *((("fee.when", procedure.fee.when),) if procedure.fee is not None and procedure.fee.when else ()),
    ]:
        for name, wanted in when.items():
            yield from _condition(f"{where}.{name}", asked.get(name), wanted)
    if clock.valid_from and clock.valid_until and clock.valid_until < clock.valid_from:
        yield "clock.valid_until", "the rule ends before it begins", "correct one of the two dates"
    if clock.confirmed and not clock.citation and not any(each.confirmed for each in procedure.legal_basis):
        yield "clock.confirmed", "a rule is called confirmed and cites no law", "give clock.citation, or write false"
    if not clock.confirmed and clock.note is None:
        yield "clock.note", "the rule is not confirmed and people are not told why", "add clock.note"


def _documents(procedure: Procedure) -> Iterator[_Problem]:
    asked = {question.name for question in (*procedure.questions, *procedure.asker)}
    issued = {step.template for step in procedure.steps if step.template}
    for kind in procedure.documents:
        if kind.code not in issued:
            yield f"document.{kind.code}", "no step issues it", "give a step template = its code, or remove it"
        for language, text in (kind.statement or {}).items():
            for name in _names_in(text):
                if name not in asked:
                    yield (
                        f"document.{kind.code}.statement.{language}", f"there is no field “{name}”",
                        f"write one of {_listed(asked)}",
                    )  # fmt: skip


def _names_in(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return ["{"]


def _condition(key: str, asked: Question | None, wanted: str | bool | list[str]) -> Iterator[_Problem]:
    if asked is None:
        yield key, "no field of that name comes before this one", "move the field or correct the name"
    elif asked.kind in ("choice", "choices"):
        known = {choice.code for choice in asked.choice}
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if value not in known:
                yield key, f"“{value}” is not among the choices of “{asked.name}”", f"write one of {_listed(known)}"
    elif asked.kind not in ("yesno", "region"):
        yield key, f"a field of the kind {asked.kind} decides nothing", "depend on a choice, choices, yesno or region"


def _filing(procedure: Procedure) -> Iterator[_Problem]:
    filings = [step for step in procedure.steps if not step.origin]
    if len(filings) != 1:
        found = _listed(step.code for step in filings)
        yield "step", f"the steps without `from` are: {found}", "give every step a `from` but one, the filing"
    for step in filings:
        if step.to is None:
            yield f"step.{step.code}.to", "the filing leads nowhere", "name the first state"


def _steps(procedure: Procedure) -> Iterator[_Problem]:
    states = set(codes_of(procedure.states))
    results = set(codes_of(procedure.results))
    for step in procedure.steps:
        key = f"step.{step.code}"
        for end, codes in (("from", step.origin), ("to", (step.to,) if step.to else ())):
            for code in codes:
                if code not in states:
                    yield f"{key}.{end}", f"there is no state “{code}”", f"write one of {_listed(states)}"
        if step.result is not None and step.result not in results:
            yield f"{key}.result", f"there is no result “{step.result}”", f"write one of {_listed(results)}"
        if "ground" in step.asks and not procedure.grounds:
            yield f"{key}.asks", "it asks for a ground and the procedure has none", "give [[ground]] tables"
        for ground in step.grounds:
            if ground not in codes_of(procedure.grounds):
                known = _listed(codes_of(procedure.grounds))
                yield f"{key}.grounds", f"there is no ground “{ground}”", f"write one of {known}"
        if step.template is not None and step.template not in codes_of(procedure.documents):
            known = _listed(codes_of(procedure.documents))
            yield f"{key}.template", f"there is no document “{step.template}”", f"write one of {known}"
        yield from _effects(procedure, step, key)


def _effects(procedure: Procedure, step: Step, key: str) -> Iterator[_Problem]:
    effects = set(step.effect)
    if "extend" in effects and procedure.clock.extend_once_by is None:
        yield f"{key}.effect", "it extends a time that cannot be extended", "give clock.extend_once_by"
    if "extend" in effects and "reason" not in step.asks:
        yield f"{key}.asks", "an extension without a reason is none", "add “reason”"
    if "hide" in effects and "ground" not in step.asks:
        yield f"{key}.asks", "what is hidden from the public is hidden on a ground", "add “ground”"
    if ("issue" in effects) != (step.template is not None):
        yield f"{key}.template", "the effect “issue” and a template go together", "give both or neither"
    if effects & {"charge", "pay", "refund"} and procedure.fee is None:
        yield f"{key}.effect", "it is about a fee and the procedure has none", "give a [fee] table"
    if "open-sub" in effects and "offices" not in step.asks:
        yield f"{key}.asks", "it asks other offices and does not say which", "add “offices”"
    if "appeal" in effects and (procedure.appeal is None or procedure.appeal.procedure is None):
        yield f"{key}.effect", "it appeals under no procedure", "give appeal.procedure"
    yield from _takers(step, key)
    if "rate" in effects and ("rating" not in step.asks or step.by != ("asker",)):
        yield (
            f"{key}.asks",
            "the answer is rated by who asked, and by nobody else",
            "write asks = [“rating”], by = [“asker”]",
        )


def _takers(step: Step, key: str) -> Iterator[_Problem]:
    outside = bool(set(step.effect) & {"pay", "close-sub"})  # a payment or another office's answer comes from outside
    if step.after is not None and step.by != ("node",):
        yield f"{key}.after", "only the node takes steps by itself", "write by = [“node”], or remove `after`"
    if "node" in step.by and step.origin and step.after is None and not outside:
        yield f"{key}.after", "nothing says when the node takes it", "give `after`, such as “30 days”"
    if "node" in step.by and len(step.by) > 1 and not outside:
        yield f"{key}.by", "a step of the node is nobody else's", "make two steps of it"
    if "asker" in step.by and _OFFICE_ROLES & set(step.by) and step.origin:
        yield f"{key}.by", "who asks and the office take different steps", "make two steps of it"


def _ways(procedure: Procedure) -> Iterator[_Problem]:
    reached = {step.to for step in procedure.steps if not step.origin}
    for _ in procedure.states:
        reached |= {step.to for step in procedure.steps if step.to and reached & set(step.origin)}
    for state in procedure.states:
        key = f"state.{state.code}"
        if state.code not in reached:
            yield key, "no step leads to it", "add a step or remove the state"
        leaves = any(state.code in step.origin and step.to not in (None, state.code) for step in procedure.steps)
        if state.open and not leaves:
            yield key, "it is open and no step leads out of it", "add a step or write open = false"
        if not state.open and state.clock != "stopped":
            yield f"{key}.clock", "a case that is closed has no running clock", "write clock = “stopped”"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
