"""The rules among entries, each broken once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.observer.tinylog import (
    ACTS,
    FILE,
    MANDATE,
    NOON,
    OFFICE,
    ORIGIN,
    TinyLog,
    answer_case,
    begin,
    file_case,
    number,
    sample,
)

from aydyn.audit.hashes import HashSet
from aydyn.audit.rules import Breach, Rules, read_entry
from aydyn.ledger.merkle import leaf_hash


def feed(log: TinyLog, rules: Rules | None = None, start: int = 0) -> Rules:
    state = rules or Rules(log.origin, HashSet())
    for position, data in enumerate(log.entries[start:], start):
        found = read_entry(data, leaf_hash(data), position, ACTS)
        if isinstance(found, Breach):
            state.feed_unreadable(found, leaf_hash(data))
        else:
            state.feed(position, found)
    return state


def codes(log: TinyLog, now: int = NOON) -> list[str]:
    rules = feed(log)
    rules.close(now)
    return [breach.code for breach in rules.breaches]


def test_an_honest_log_breaks_no_rule() -> None:
    assert codes(sample(20)) == []


def office(log: TinyLog, act: str, public: dict[str, Any], **given: Any) -> int:
    at = given.pop("at", "2026-11-25T11:30:00Z")
    return log.add(act, at, given.pop("by", f"office:{OFFICE}"), public, None, **({"mandate": MANDATE} | given))


def backdated(log: TinyLog) -> None:
    answer_case(log, 1, 4, at="2026-11-25T10:58:59Z")


def unknown_cause(log: TinyLog) -> None:
    office(log, "case.answered", {"number": number(1)}, cause="00" * 32)


def later_mandate(log: TinyLog) -> None:
    office(log, "case.answered", {"number": number(1)}, mandate="mandate0002")
    office(log, "mandate.granted", {"granted": "mandate0002", "office": OFFICE, "role": "officer"})


def ended_mandate(log: TinyLog) -> None:
    office(log, "mandate.ended", {"ended": MANDATE, "office": OFFICE})
    office(log, "case.answered", {"number": number(1)}, at="2026-11-25T11:30:01Z")


def foreign_mandate(log: TinyLog) -> None:
    office(log, "case.answered", {"number": number(1)}, by="office:tm.other")


def no_mandate(log: TinyLog) -> None:
    log.add("case.answered", "2026-11-25T11:30:00Z", f"office:{OFFICE}", {"number": number(1)})


def granted_twice(log: TinyLog) -> None:
    office(log, "mandate.granted", {"granted": MANDATE, "office": OFFICE, "role": "officer"})


def gap(log: TinyLog) -> None:
    file_case(log, 3)


def number_twice(log: TinyLog) -> None:
    file_case(log, 1)


def unfiled(log: TinyLog) -> None:
    office(log, "case.answered", {"number": number(9)})


def other_file(log: TinyLog) -> None:
    public = {"number": number(2), "office": OFFICE, "procedure": "information-request", "version": 1}
    log.add("case.filed", "2026-11-25", "person", public | {"file": "sha256:" + "0" * 64})


def file_again(log: TinyLog) -> None:
    public = {"kind": "procedure", "code": "information-request", "version": 1, "file": "sha256:" + "1" * 64}
    log.add("file.loaded", "2026-11-25T11:30:00Z", "node", public)


def starts_again(log: TinyLog) -> None:
    log.add("log.started", "2026-11-25T11:30:00Z", "node", {"pack": "tm"})


def unknown_act(log: TinyLog) -> None:
    log.add("case.vanished", "2026-11-25T11:30:00Z", "node", {})


def words_in_public(log: TinyLog) -> None:
    office(log, "case.answered", {"number": "what a person typed"})


def not_canonical(log: TinyLog) -> None:
    log.entries.append(log.entries[0].replace(b":", b": ", 1))


def erased_nothing(log: TinyLog) -> None:
    office(log, "content.erased", {"entry": "00" * 32, "ground": "court-order"})


BROKEN: list[tuple[Callable[[TinyLog], None], str]] = [
    (backdated, "time-backwards"), (unknown_cause, "cause-unknown"), (later_mandate, "mandate-unknown"),
    (ended_mandate, "mandate-ended"), (foreign_mandate, "mandate-office"), (no_mandate, "act-table"),
    (granted_twice, "mandate-twice"), (gap, "number-gap"), (number_twice, "number-twice"), (unfiled, "case-unknown"),
    (other_file, "file-unknown"), (file_again, "file-changed"), (starts_again, "log-start"), (unknown_act, "act-table"),
    (words_in_public, "act-table"), (not_canonical, "entry-format"), (erased_nothing, "cause-unknown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "code"), BROKEN, ids=lambda value: value if isinstance(value, str) else value.__name__
)
def test_a_broken_rule_is_one_breach_that_names_it(spoil: Callable[[TinyLog], None], code: str) -> None:
    log = sample(1)
    spoil(log)
    assert codes(log, NOON + 8000) == [code]


def test_a_log_that_does_not_begin_with_its_start_is_noticed() -> None:
    log = sample(1)
    del log.entries[0]
    assert codes(log)[0] == "log-start"


def test_a_minute_backwards_is_allowed_and_a_bare_date_counts_by_its_end() -> None:
    log = sample(1)
    answer_case(log, 1, 4, at="2026-11-25T10:59:00Z")
    file_case(log, 2, "2026-11-25")
    assert codes(log) == []
    office(log, "case.answered", {"number": number(1)}, at="2026-11-26T00:00:59Z")
    file_case(log, 3, "2026-11-25")
    office(log, "case.answered", {"number": number(1)}, at="2026-11-26T00:01:01Z")
    file_case(log, 4, "2026-11-25")
    assert codes(log) == ["time-backwards"]


def test_a_bare_date_counts_as_its_start_for_those_after_it() -> None:
    log = begin()
    file_case(log, 1, "2026-11-26")
    answer_case(log, 1, 4, at="2026-11-25T23:59:00Z")
    answer_case(log, 1, 4, at="2026-11-25T23:58:59Z")
    assert codes(log) == ["time-backwards"]


def test_a_demonstrations_simulated_clock_waives_the_time_rules() -> None:
    log = sample(1, "node.example/demo")
    backdated(log)
    assert codes(log) == []


def test_a_young_gap_waits_for_its_hour_and_may_be_filled() -> None:
    log = sample(1)
    file_case(log, 3)
    assert codes(log, NOON) == []
    file_case(log, 2)
    assert codes(log, NOON + 9000) == []


def test_an_act_for_a_case_in_a_gap_is_a_breach() -> None:
    log = sample(1)
    file_case(log, 3)
    office(log, "case.answered", {"number": number(2)})
    assert codes(log, NOON) == ["case-unknown"]


def test_each_office_and_year_counts_for_itself() -> None:
    log = sample(2)
    public = {"office": OFFICE, "procedure": "information-request", "version": 1, "file": FILE}
    for given in ("CEC-2027-000001", "CEC-AHAL-2026-000001", "CEC-2026-000003", "CEC-2027-000002"):
        log.add("case.filed", "2026-11-25", "person", public | {"number": given})
    assert codes(log, NOON + 9000) == []


def test_the_state_goes_through_json_and_on() -> None:
    log = sample(2)
    seen = HashSet()
    rules = feed(log, Rules(ORIGIN, seen))
    stored = json.loads(json.dumps(rules.to_value()))
    again = Rules.from_value(ORIGIN, seen, stored)
    size = len(log.entries)
    filed = file_case(log, 3)
    answer_case(log, 3, filed)
    file_case(log, 3)
    feed(log, again, size)
    assert [breach.code for breach in again.breaches] == ["number-twice"]


def test_very_many_hashes_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aydyn.audit.hashes.RECENT", 100)
    seen = HashSet()
    hashes = [leaf_hash(b"%d" % place) for place in range(1234)]
    for value in hashes[:1000]:
        seen.add(value)
    assert all(value in seen for value in hashes[:1000])
    assert not any(value in seen for value in [*hashes[1000:], b"", b"short"])
