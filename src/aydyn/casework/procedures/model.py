"""What a procedure's file can say: one strict model for each table of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, StringConstraints, model_validator

from aydyn.casework.clocks import SpanText
from aydyn.casework.fields import Choice, Group, Question, Value
from aydyn.casework.fields.cleaning import holds
from aydyn.casework.fields.questions import When
from aydyn.casework.numbering import Pattern
from aydyn.casework.shapes import Code, Many, Strict, Texts

Role = Literal["asker", "registrar", "officer", "head", "publisher", "node"]
Ask = Literal[
    "office", "offices", "officer", "answer", "ground", "reason", "question", "words", "files", "until", "rating", "amount",
    "document",
]  # fmt: skip
Effect = Literal[
    "extend", "publish", "hide", "end-assignment", "restart-clock", "charge", "pay", "refund", "open-sub", "close-sub",
    "issue", "appeal", "rate", "decide",
]  # fmt: skip
Need = Literal["fee-settled", "no-open-subs", "answered", "overdue"]
Opener = Literal["citizen", "organisation", "anonymous", "office"]
Publicity = Literal["never", "after-check", "with-answer", "from-the-start"]
ResultKind = Literal["met", "partly", "refused", "withdrawn", "passed-on"]
Visibility = Literal["public", "parties", "staff"]
ActName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$", max_length=60)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


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


class Variant(Strict):
    """Another time limit that holds when certain answers were given."""

    code: Code
    when: When
    answer_within: SpanText
    label: Texts


class Clock(Strict):
    """A cited rule: within what time the office must answer, and what the law says about more time and standing still."""

    answer_within: SpanText
    day_zero: Literal["receipt", "next-working-day"] = "receipt"
    """Which day is not counted: that of receipt, or the first working day from it on."""
    ends: Literal["working-day", "that-day"] = "working-day"
    """Whether a time in days or months that ends on a day off lasts until the next working day, or ends all the same."""
    variant: Many[Variant] = ()
    register_within: SpanText | None = None
    forward_within: SpanText | None = None
    extend_once_by: SpanText | None = None
    """By how much an extension lengthens the time; how often is said by `extensions`."""
    extensions: Annotated[int, Field(ge=1, le=5)] = 1
    pauses: Annotated[int, Field(ge=0, le=10)] | None = None
    """How often the clock may stand still; without it as often as the steps allow."""
    longest_pause: SpanText | None = None
    reopened_within: SpanText | None = None
    """The time for an answer after a reopening; without it that of the first answer."""
    silence: Literal["none", "refusal", "approval"] = "none"
    """What the law takes silence for when the day has passed."""
    warn_at: Annotated[int, PlainValidator(_percent)] = 75
    """After how many per cent of the time the officer is warned."""
    citation: Texts | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    confirmed: bool
    note: Texts | None = None

    def span_for(self, variant: str | None) -> SpanText:
        """Return the time limit of a variant, or the usual one; KeyError if there is no such variant."""
        return {each.code: each.answer_within for each in self.variant}[variant] if variant else self.answer_within

    @property
    def moved(self) -> bool:
        """Say whether the last day moves from a day off to the next working day."""
        return self.ends == "working-day"

    def variant_for(self, values: Mapping[str, Value]) -> str | None:
        """Return the code of the first variant whose condition the answers meet."""
        return next((each.code for each in self.variant if holds(each.when, values)), None)


class State(Strict):
    """Where a case can stand."""

    code: Code
    label: Texts
    next: Texts | None = None
    """What happens next, in words for the asker."""
    open: bool = True
    clock: Literal["running", "paused", "stopped"] = "running"
    waits_for: Literal["office", "asker", "nobody"] = "office"
    """Whose turn it is."""


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
    needs: Many[Need] = ()
    grounds: Many[Code] = ()
    """Which grounds of the procedure it may name; without them any."""
    result: Code | None = None
    at_most: int | None = None
    within: SpanText | None = None
    """Only so long after the last answer."""
    after: SpanText | None = None
    """A step of the node: taken by itself when the case has stood so long in its state."""
    visible: Visibility = "public"
    """Who sees on the case's page that it happened; that it did is on the record in any case."""
    template: Code | None = None
    """The document that it issues (a [[document]] of the procedure)."""


class Result(Strict):
    """How a case can end; statistics go by its kind."""

    code: Code
    label: Texts
    kind: ResultKind | None = None


class Fee(Strict):
    """What a service costs."""

    amount: Annotated[int, Field(ge=1, le=100_000_000)]
    """In the smallest unit of the currency."""
    currency: Currency
    basis: Texts
    confirmed: bool
    when: When | None = None


class DocumentKind(Strict):
    """A document that the procedure issues."""

    code: Code
    title: Texts
    template: Code
    valid_for: SpanText | None = None
    statement: Texts | None = None
    """What it certifies; {names} in braces are replaced by answers."""


class Addressed(Strict):
    """Which offices can be asked: of these kinds, or these alone; and which one is offered first."""

    kinds: Many[Code] = ()
    offices: Many[Code] = ()


class Appeal(Strict):
    """How the answer can be appealed."""

    words: Texts
    procedure: Code | None = None
    within: SpanText | None = None


class AnswerTemplate(Strict):
    """A text to begin an answer with."""

    code: Code
    title: Texts
    text: Texts


class Procedure(Strict):
    """One version of one procedure."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    title: Texts
    summary: Texts
    category: Literal["appeal", "request", "service", "internal"] = "request"
    life_events: Many[Code] = ()
    need: Many[Texts] = ()
    """What somebody needs at hand, one line each."""
    decided_by: Texts | None = None
    appeal: Appeal | None = None
    addressed: Addressed = Addressed()
    legal_basis: Many[LegalBasis]
    open_to: Many[Opener]
    public: Publicity
    exit_button: bool = False
    """Whether pages of the form offer to leave at once, for people who may be watched."""
    enter: Literal["at-once", "hourly"] = "at-once"
    titled_by: str | None = None
    """The field whose first words name the case in lists; without it the first long text."""
    numbering: Numbering
    clock: Clock
    fee: Fee | None = None
    groups: Many[Group] = Field(default=(), alias="group")
    questions: Many[Question] = Field(alias="field")
    asker: Many[Question] = ()
    states: Many[State] = Field(alias="state")
    steps: Many[Step] = Field(alias="step")
    results: Many[Result] = Field(default=(), alias="result")
    grounds: Many[Choice] = Field(default=(), alias="ground")
    documents: Many[DocumentKind] = Field(default=(), alias="document")
    answer_templates: Many[AnswerTemplate] = Field(default=(), alias="answer_template")

    @model_validator(mode="after")
    def _holds_together(self) -> Procedure:
        if not self.open_to:
            raise ValueError("open_to is empty, so nobody could file; name who may")
        return self

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

    def grounds_of(self, step: Step) -> tuple[Choice, ...]:
        """Return the grounds that a step may name, in the order of the file."""
        return tuple(each for each in self.grounds if not step.grounds or each.code in step.grounds)

    def result(self, code: str) -> Result:
        """Return a result by its code; KeyError if there is none."""
        return {result.code: result for result in self.results}[code]

    def result_kind(self, code: str) -> ResultKind:
        """Return the kind of a result; a file of before there were kinds says it by its codes."""
        known: dict[str, ResultKind] = {"refused": "refused", "withdrawn": "withdrawn"}
        return self.result(code).kind or known.get(code, "met")

    def pages(self) -> list[tuple[Group | None, tuple[Question, ...]]]:
        """Return the form's pages in order, each with its questions; without groups all stand on one."""
        if not self.groups:
            return [(None, self.questions)]
        return [(group, tuple(each for each in self.questions if each.group == group.code)) for group in self.groups]

    def fee_for(self, values: Mapping[str, Value]) -> Fee | None:
        """Return the fee that these answers bring with them, if any."""
        return self.fee if self.fee is not None and holds(self.fee.when, values) else None


def codes_of(
    items: Iterable[State | Step | Result | Choice | Group | DocumentKind | AnswerTemplate | Variant],
) -> list[str]:
    """Return the codes of some items, in their order."""
    return [item.code for item in items]
