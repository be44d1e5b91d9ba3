"""A procedure: one kind of case, defined by one TOML file that a lawyer can read.

`load` reads it strictly and checks that its parts fit each other: steps lead from and to states that exist, every state
can be reached, an open state can be left, a condition looks at an earlier question. A loaded version never changes; its
`digest` goes on the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, StringConstraints

from aydyn.casework.clocks import SpanText
from aydyn.casework.errors import DataError
from aydyn.casework.fields import Choice, Question
from aydyn.casework.numbering import Pattern
from aydyn.casework.shapes import LANGUAGES, Code, Many, Strict, Texts, digest, read

__all__ = ["Clock", "LegalBasis", "Procedure", "State", "Step", "digest", "load"]

Role = Literal["asker", "registrar", "officer", "head", "publisher", "node"]
Ask = Literal["office", "officer", "answer", "ground", "reason"]
Effect = Literal["extend", "publish", "end-assignment"]
ActName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$", max_length=60)]


class LegalBasis(Strict):
    """A provision that the procedure rests on; an unconfirmed one is shown as such."""

    citation: Texts
    confirmed: bool


class Numbering(Strict):
    """How cases are numbered."""

    pattern: Pattern


def _percent(value: object) -> int:
    found = re.fullmatch(r"([1-9]\d?)%", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"“{value}” is not a percentage below 100; write for example “75%”")
    return int(found[1])


class Clock(Strict):
    """Within what time the office must answer, and what the law says about more time."""

    answer_within: SpanText
    extend_once_by: SpanText | None = None
    forward_within: SpanText | None = None
    warn_at: Annotated[int, PlainValidator(_percent)] = 75
    """After how many per cent of the time the officer is warned."""
    confirmed: bool
    note: Texts | None = None


class State(Strict):
    """Where a case can stand."""

    code: Code
    label: Texts
    next: Texts | None = None
    """What happens next, in words for the asker."""
    open: bool = True
    clock: Literal["running", "paused", "stopped"] = "running"


class Step(Strict):
    """One thing that somebody can do with a case. A step without `from` is the filing; one without `to` leaves the state."""

    code: Code
    label: Texts
    said: Texts
    """How the timeline tells it afterwards."""
    origin: Many[Code] = Field(default=(), alias="from")
    to: Code | None = None
    by: Many[Role]
    act: ActName
    asks: Many[Ask] = ()
    effect: Many[Effect] = ()
    result: Code | None = None
    at_most: int | None = None


class Procedure(Strict):
    """One version of one procedure."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    title: Texts
    summary: Texts
    legal_basis: Many[LegalBasis]
    open_to: Many[Literal["citizen", "organisation", "anonymous"]]
    public: Literal["never", "after-check", "with-answer", "from-the-start"]
    enter: Literal["at-once", "hourly"] = "at-once"
    numbering: Numbering
    clock: Clock
    questions: Many[Question] = Field(alias="field")
    asker: Many[Question] = ()
    states: Many[State] = Field(alias="state")
    steps: Many[Step] = Field(alias="step")
    results: Many[Choice] = Field(default=(), alias="result")
    grounds: Many[Choice] = Field(default=(), alias="ground")

    @property
    def filing(self) -> Step:
        """Return the step by which a case begins."""
        return next(step for step in self.steps if not step.origin)

    def state(self, code: str) -> State:
        """Return a state by its code; KeyError if there is none."""
        return {state.code: state for state in self.states}[code]

    def step(self, code: str) -> Step:
        """Return a step by its code; KeyError if there is none."""
        return {step.code: step for step in self.steps}[code]


def load(data: bytes, name: str, languages: Sequence[str] = LANGUAGES) -> Procedure:
    """Read a procedure from its file's bytes; a DataError names the file, the key, what is wrong and what would be right."""
    procedure = read(Procedure, data, name, languages)
    for key, problem, remedy in _problems(procedure):
        raise DataError(name, key, problem, remedy)
    return procedure


_Problem = tuple[str, str, str]  # key, what is wrong, what would be right


def _problems(procedure: Procedure) -> Iterator[_Problem]:
    yield from _twice("state", [state.code for state in procedure.states])
    yield from _twice("step", [step.code for step in procedure.steps])
    yield from _twice("result", [result.code for result in procedure.results])
    yield from _twice("ground", [ground.code for ground in procedure.grounds])
    yield from _twice("field", [question.name for question in (*procedure.questions, *procedure.asker)])
    yield from _conditions(procedure)
    yield from _filing(procedure)
    yield from _steps(procedure)
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
    states = {state.code for state in procedure.states}
    results = {result.code for result in procedure.results}
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
        if "extend" in step.effect and procedure.clock.extend_once_by is None:
            yield f"{key}.effect", "it extends a time that cannot be extended", "give clock.extend_once_by"


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


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
