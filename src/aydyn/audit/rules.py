"""What the entries of a log must keep to among each other: a small state machine, fed one entry after the other.

Shared by ``aydyn verify log`` and ``aydyn monitor``. The rules use public facts only; each breach is an object with a
code, a position and a sentence. The state is small (it does not grow with the number of entries) and turns into JSON,
so that a monitor goes on where it stopped; only the leaf hashes seen are kept outside, behind :class:`Seen`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from aydyn.audit import deadlines
from aydyn.audit.receipts import DEMO, TOLERANCE, moment
from aydyn.ledger.acts import ActTable
from aydyn.ledger.entries import OFFICE, Entry
from aydyn.ledger.errors import FormatError

GAP_GRACE = 2 * 3600
MAX_GAPS = 10_000
DAYS_OF_LOOKS = 14
_NUMBER = re.compile(r"(?P<series>.+)-(?P<serial>[0-9]{4,9})")


@dataclass(frozen=True)
class Breach:
    """A rule that an entry breaks."""

    code: str
    position: int
    words: str

    def to_value(self) -> dict[str, Any]:
        """As JSON."""
        return {"code": self.code, "position": self.position, "words": self.words}


class Seen(Protocol):
    """The leaf hashes of all entries so far."""

    def add(self, leaf: bytes) -> None:
        """Remember one."""
        ...

    def __contains__(self, leaf: bytes, /) -> bool: ...


class Facts(NamedTuple):
    """Of one entry, what the rules look at; plain values, so that another process can make them."""

    leaf: bytes
    act: str
    by: str
    earliest: int
    latest: int
    mandate: str | None
    cause: str | None
    public: Mapping[str, Any]


def facts_of(entry: Entry, leaf: bytes) -> Facts:
    """What the rules look at."""
    earliest = int(entry.earliest().timestamp())
    latest = earliest if "T" in entry.at else earliest + 86_399
    return Facts(leaf, entry.act, entry.by, earliest, latest, entry.mandate, entry.cause, entry.public)


def read_entry(data: bytes, leaf: bytes, position: int, acts: ActTable | None) -> Facts | Breach:
    """Parse one leaf's bytes strictly and hold it against the table of acts; what is wrong comes back as a breach."""
    try:
        entry = Entry.parse(data)
    except FormatError as error:
        return Breach("entry-format", position, str(error))
    if acts is not None:
        try:
            acts.check(entry)
        except FormatError as error:
            return Breach("act-table", position, str(error))
    return facts_of(entry, leaf)


@dataclass
class Rules:
    """The state of all rules after the entries fed so far; breaches are collected in ``breaches``."""

    origin: str
    seen: Seen
    largest: int = 0
    started: bool = False
    mandates: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    serials: dict[str, int] = field(default_factory=dict[str, int])
    gaps: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    files: dict[str, str] = field(default_factory=dict[str, str])
    loaded: list[str] = field(default_factory=list[str])
    dues: dict[str, str] = field(default_factory=dict[str, str])
    looks: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    """Day → position, count and root of the commitment to that day's looks of staff; the newest days."""
    acts_digest: str = ""
    breaches: list[Breach] = field(default_factory=list[Breach])

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration, whose openly simulated clock waives the time rules."""
        return self.origin.endswith(DEMO)

    def feed(self, position: int, facts: Facts) -> None:
        """Take the next entry."""
        self._check_start(position, facts)
        self._check_time(position, facts)
        self._check_cause(position, facts)
        if facts.by.startswith(OFFICE):
            self._check_mandate(position, facts)
        self._check_act(position, facts)
        self.seen.add(facts.leaf)

    def feed_unreadable(self, breach: Breach, leaf: bytes) -> None:
        """Take an entry that cannot be read: it has broken a rule, and its hash still stands."""
        self.breaches.append(breach)
        self.seen.add(leaf)

    def close(self, now: int | None = None) -> None:
        """All entries so far are fed: a gap in case numbers that is older than two hours is a breach.

        Entries of an hourly procedure wait for their hour, so that a younger gap means nothing. ``now`` (POSIX
        seconds) is when the tree was cosigned; without it the largest time stated counts.
        """
        clock = max(self.largest, now or 0) if not self.demo else self.largest
        for number, (position, since) in list(self.gaps.items()):
            if clock - since > GAP_GRACE:
                self._breach("number-gap", position, f"the case number {number} was left out: later ones were given")
                del self.gaps[number]

    def _breach(self, code: str, position: int, words: str) -> None:
        self.breaches.append(Breach(code, position, words))

    def silent(self, now: int | None = None) -> list[tuple[str, str]]:
        """Cases whose day passed in silence: number and day; ``now`` as in :meth:`close`."""
        return deadlines.silent(self.dues, max(self.largest, now or 0) if not self.demo else self.largest)

    def _check_act(self, position: int, facts: Facts) -> None:
        if facts.act.startswith(("case.", "fee.")) and (
            words := deadlines.follow(self.dues, facts.act, facts.public, facts.latest)
        ):
            self._breach("deadline-false", position, words)
        match facts.act:
            case "mandate.granted":
                self._grant(position, facts)
            case "mandate.ended":
                self._end(position, facts)
            case "file.loaded":
                self._load(position, facts)
            case "looks.committed":
                self._commit_looks(position, facts)
            case "case.filed":
                self._file_case(position, facts)
            case act if act.startswith(("case.", "fee.")):
                self._check_case(position, facts)
            case _:
                pass

    def _check_start(self, position: int, facts: Facts) -> None:
        if (facts.act == "log.started") != (position == 0):
            words = "the log starts again" if position else f"the log begins with {facts.act}, not with log.started"
            self._breach("log-start", position, words)
        self.started = True

    def _check_time(self, position: int, facts: Facts) -> None:
        if not self.demo and facts.latest < self.largest - TOLERANCE:
            words = f"states a time that lies {self.largest - facts.latest:,} s before {moment(self.largest)}, stated earlier"
            self._breach("time-backwards", position, words)
        self.largest = max(self.largest, facts.earliest)

    def _check_cause(self, position: int, facts: Facts) -> None:
        if facts.cause is not None and _hash(facts.cause) not in self.seen:
            self._breach("cause-unknown", position, "answers an entry that does not stand before it")
        if facts.act == "content.erased" and _hash(_text(facts, "entry")) not in self.seen:
            self._breach("cause-unknown", position, "erases the content of an entry that does not stand before it")

    def _check_mandate(self, position: int, facts: Facts) -> None:
        mandate = self.mandates.get(facts.mandate or "")
        if mandate is None:
            words = f"was done under the mandate {facts.mandate}, which was not granted before it"
            self._breach("mandate-unknown", position, words)
        elif mandate["ended"] is not None and facts.latest > mandate["ended"]:
            self._breach("mandate-ended", position, f"was done under the mandate {facts.mandate} after it had ended")
        elif mandate["office"] != facts.by.removeprefix(OFFICE):
            words = f"was done for {facts.by} under a mandate of {mandate['office']}"
            self._breach("mandate-office", position, words)

    def _grant(self, position: int, facts: Facts) -> None:
        name = _text(facts, "granted")
        if name in self.mandates:
            self._breach("mandate-twice", position, f"grants the mandate {name} a second time")
        self.mandates.setdefault(name, {"office": _text(facts, "office"), "ended": None})

    def _end(self, position: int, facts: Facts) -> None:
        mandate = self.mandates.get(_text(facts, "ended"))
        if mandate is None:
            self._breach(
                "mandate-unknown", position, f"ends the mandate {_text(facts, 'ended')}, which was never granted"
            )
        elif mandate["ended"] is None:
            mandate["ended"] = facts.latest

    def _load(self, position: int, facts: Facts) -> None:
        kind, digest = _text(facts, "kind"), _text(facts, "file")
        if kind == "acts":
            self.acts_digest = digest
        if digest not in self.loaded:
            self.loaded.append(digest)
        if kind != "procedure":
            return
        key = f"{_text(facts, 'code')} {facts.public.get('version')}"
        if self.files.setdefault(key, digest) != digest:
            self._breach(
                "file-changed", position, f"loads another file as version {key}; a new text needs a new version"
            )

    def _commit_looks(self, position: int, facts: Facts) -> None:
        day = _text(facts, "day")
        if day in self.looks:
            self._breach("looks-twice", position, f"commits to the looks of {day} a second time")
        self.looks[day] = [position, facts.public.get("count"), _text(facts, "root")]
        while len(self.looks) > DAYS_OF_LOOKS:
            del self.looks[min(self.looks)]

    def _file_case(self, position: int, facts: Facts) -> None:
        number = _text(facts, "number")
        if "file" in facts.public:
            key = f"{_text(facts, 'procedure')} {facts.public.get('version')}"
            if self.files.get(key) != facts.public["file"]:
                self._breach("file-unknown", position, f"names a procedure file that was not loaded as version {key}")
        found = _NUMBER.fullmatch(number)
        if not found:
            self._breach(
                "number-form", position, f"has the number {number[:40]}, which is not of the form MARK-YEAR-SERIAL"
            )
            return
        series, serial, width = found["series"], int(found["serial"]), len(found["serial"])
        last = self.serials.get(series, 0)
        if serial > last + 1 and serial - last - 1 + len(self.gaps) > MAX_GAPS:
            words = f"jumps to the case number {number}, {serial - last - 1:,} are left out"
            self._breach("number-gap", position, words)
        elif serial > last:
            for missing in range(last + 1, serial):
                self.gaps[f"{series}-{missing:0{width}d}"] = [position, max(self.largest, facts.earliest)]
        elif self.gaps.pop(number, None) is None:
            self._breach("number-twice", position, f"gives the case number {number} a second time")
        self.serials[series] = max(last, serial)

    def _check_case(self, position: int, facts: Facts) -> None:
        number = _text(facts, "number")
        found = _NUMBER.fullmatch(number)
        filed = found and int(found["serial"]) <= self.serials.get(found["series"], 0) and number not in self.gaps
        if not filed:
            self._breach(
                "case-unknown", position, f"{facts.act} for the case {number[:40]}, which was not filed before it"
            )

    def to_value(self) -> dict[str, Any]:
        """The state as JSON, without the hashes seen and the breaches found."""
        return {
            "largest": self.largest,
            "started": self.started,
            "mandates": self.mandates,
            "serials": self.serials,
            "gaps": self.gaps,
            "files": self.files,
            "loaded": self.loaded,
            "dues": self.dues,
            "looks": self.looks,
            "acts_digest": self.acts_digest,
        }

    @classmethod
    def from_value(cls, origin: str, seen: Seen, value: Mapping[str, Any]) -> Rules:
        """Take up a state that was stored with :meth:`to_value`."""
        return cls(origin, seen, **value)


def _text(facts: Facts, name: str) -> str:
    value = facts.public.get(name)
    return value if isinstance(value, str) else ""


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
