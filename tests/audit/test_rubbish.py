"""Whatever a malicious node or visitor sends: a judgement comes back, never a crash."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.observer.fakesite import case_value
from tests.observer.tinylog import ACTS_DATA, both_kinds, number, sample, witnesses

from aydyn.audit.hashes import HashSet
from aydyn.audit.logs import verify_log
from aydyn.audit.pages import Recorded, compare_case
from aydyn.audit.receipts import examine
from aydyn.audit.rules import Breach, Rules, read_entry
from aydyn.audit.verdicts import State
from aydyn.ledger.merkle import leaf_hash
from aydyn.observer.monitor.findings import Finding, keep
from aydyn.observer.witness import protocol

LOG = sample(2)
POLICY = LOG.policy(witnesses(), 2)
NOTE = LOG.note(witnesses=both_kinds())
RECEIPT = LOG.receipt(5, NOTE).to_bytes()
FILES = {**LOG.tiles(), "checkpoint": NOTE.to_bytes(), "acts": ACTS_DATA}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


def spliced(data: bytes) -> st.SearchStrategy[bytes]:
    """The data with a slice replaced by any bytes."""
    place = st.integers(0, len(data))
    return st.builds(lambda at, to, new: data[:at] + new + data[max(at, to) :], place, place, st.binary(max_size=40))


@given(st.binary(max_size=300) | spliced(RECEIPT))
def test_any_bytes_as_a_receipt_are_judged(data: bytes) -> None:
    verdict = examine(data, [POLICY])
    assert verdict.state in State
    json.dumps(verdict.to_value())


@given(st.sampled_from(sorted(FILES)).flatmap(lambda path: spliced(FILES[path]).map(lambda data: (path, data))))
def test_any_bytes_in_a_file_of_a_log_are_judged(change: tuple[str, bytes]) -> None:
    path, data = change
    files = FILES | {path: data}
    verdict = verify_log(lambda name: files[name], [POLICY])
    if data != FILES[path] and path != "checkpoint":
        assert verdict.state is State.REFUTED
    json.dumps(verdict.to_value())


@given(st.binary(max_size=300) | spliced(b"old 0\n\n" + LOG.note(3).to_bytes()))
def test_any_bytes_sent_to_a_witness_are_refused_or_read(data: bytes) -> None:
    try:
        submission = protocol.parse(data)
        protocol.authenticate(submission, {LOG.origin: [each.verifier for each in LOG.keys]})
        protocol.advance(submission, None)
    except protocol.Refused as refused:
        assert refused.status in (400, 403, 404, 409, 422)


ACTS = ["case.filed", "mandate.granted", "mandate.ended", "file.loaded", "content.erased", "log.started", "case.x"]
FIELDS = ["number", "office", "granted", "ended", "entry", "file", "version", "kind", "code", "procedure"]


@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5)), max_size=5)
)
def test_entries_of_any_public_values_are_judged_without_a_table_of_acts(
    rows: list[tuple[str, dict[str, Any]]],
) -> None:
    rules = Rules(LOG.origin, HashSet())
    for position, (act, public) in enumerate(rows):
        value = {"act": act, "at": "2026-11-25T11:00:00Z", "by": "office:a", "public": public, "v": 1}
        data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        found = read_entry(data, leaf_hash(data), position, None)
        if isinstance(found, Breach):
            rules.feed_unreadable(found, leaf_hash(data))
        else:
            rules.feed(position, found)
    rules.close()
    json.dumps(rules.to_value())


@given(JSON, st.sampled_from(["number", "events", "act", "at", "position", "leaf", "public", "commitments", "parts"]))
def test_any_answer_of_the_api_is_judged(value: Any, place: str) -> None:
    case = case_value(LOG, 1)
    target = case if place in case else case["events"][1]
    target[place] = value
    recorded = [Recorded(at, LOG.leaf(at), LOG.entries[at]) for at in (4, 5, 6)]
    for shown in (value, case):
        for breach in compare_case(shown, number(1), recorded, size=10):
            json.dumps(breach.to_value())


def test_evidence_that_is_nested_too_deeply_is_kept_without_it(tmp_path: Any) -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    file = keep(tmp_path, Finding("page-format", "words", 1, {"shown": deep}))
    assert json.loads(file.read_text("utf-8"))["shows"] == {"left out": "nested too deeply to be written down"}


def test_evidence_with_half_a_letter_is_kept(tmp_path: Any) -> None:
    assert keep(tmp_path, Finding("page-format", "words", 1, {"shown": "\ud800"})).exists()
