"""What the components show, as plain values: a page builds these, a template includes the component."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Tone = Literal["waiting", "work", "done", "overdue", "closed"]
EventKind = Literal["office", "person", "node", "overdue", "next"]


@dataclass(frozen=True)
class Status:
    """A word and the tone (colour and shape) that goes with it."""

    word: str
    tone: Tone = "closed"


@dataclass(frozen=True)
class Seal:
    """One witness of a receipt, and when it cosigned (None while it has not)."""

    name: str
    cosigned_at: datetime | None = None


@dataclass(frozen=True)
class ReceiptCard:
    """The receipt as a thing one can hold (`face/components/receipt.html`).

    `refresh` is the address that shows the same receipt newer; it is used while the receipt is not final.
    """

    number: str
    what: str
    recorded_at: date | datetime | None = None
    position: int | None = None
    ledger: str = ""
    seals: tuple[Seal, ...] = ()
    needed: int = 0
    final: bool = False
    refresh: str = ""
    download_url: str = ""
    bare_url: str = ""
    named_url: str = ""
    paper_url: str = ""
    check_url: str = ""

    @property
    def cosigned(self) -> int:
        """Count the witnesses that have cosigned."""
        return sum(seal.cosigned_at is not None for seal in self.seals)

    @property
    def state(self) -> str:
        """Return `final`, `recorded` (has a position, no quorum yet) or `waiting`."""
        if self.final:
            return "final"
        return "waiting" if self.position is None else "recorded"


@dataclass(frozen=True)
class Attached:
    """A file of an event: its name, where it is saved from, its size in bytes, the number of its document if it has one."""

    name: str
    url: str
    size: int = 0
    number: str = ""


@dataclass(frozen=True)
class TimelineEvent:
    """One event of a case (`face/components/timeline.html`). `words` is text that a person typed."""

    when: date | datetime | None
    what: str
    who: str = ""
    kind: EventKind = "office"
    words: str = ""
    words_language: str = ""
    status: Status | None = None
    note: str = ""
    position: int | None = None
    receipt_url: str = ""
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Stat:
    """One figure and what it counts (`face/components/stats.html`)."""

    label: str
    value: int | float | str
    tone: Literal["", "overdue"] = ""
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: what, how much (`{% bars rows "Caption" %}`)."""

    label: str
    value: float
    tone: Literal["", "overdue"] = ""


@dataclass(frozen=True)
class CaseLine:
    """A case as a line of the register or the worklist (`case_list.html`, `worklist.html`)."""

    number: str
    url: str
    title: str
    title_language: str = ""
    status: Status | None = None
    office: str = ""
    received: date | datetime | None = None
    due: date | datetime | None = None
    assignee: str = ""
    key: str = ""
    news: str = ""


@dataclass(frozen=True)
class Fact:
    """One row of a summary list: a question and its answer (`face/components/facts.html`)."""

    label: str
    value: object
    typed: bool = False
    language: str = ""
    change_url: str = ""
    hint: str = field(default="")
