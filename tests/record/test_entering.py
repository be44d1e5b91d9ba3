"""Entering acts: what is accepted, what is refused, and what stands in the entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.nodes import TestNode

from aydyn.kernel import clock
from aydyn.ledger.entries import Entry as LedgerEntry
from aydyn.record import actions, queries, sequencing
from aydyn.record.errors import BadAct, Halted, NoReceipt, OutsideTransaction
from aydyn.record.models import Content, Entry, Look, Pending, Position

FILED = {
    "number": "CEC-2026-000001", "office": "tm.cec", "procedure": "information-request", "version": 1,
    "file": "sha256:" + "0" * 64, "due": "2026-12-24",
}  # fmt: skip


def enter(**changes: object) -> Entry:
    given = {"by": "person", "public": FILED, "parts": {"question": "?"}}
    return actions.enter("case.filed", **{**given, **changes})  # type: ignore[arg-type]


def test_a_person_leaves_only_the_date_and_an_office_the_second(node: TestNode) -> None:
    with clock.simulate(datetime(2026, 11, 21, 18, 30, 5, tzinfo=UTC)):
        person = enter()
        office = actions.enter(
            "case.closed",
            by="office:tm.cec",
            mandate="k3jq8w2mk3jq8w2m",
            public={"number": "CEC-2026-000001"},
            cause=person,
        )
    assert queries.parsed(person).at == "2026-11-21"
    assert queries.parsed(office).at == "2026-11-21T18:30:05Z"
    assert queries.parsed(office).cause == bytes(person.hash).hex()


def test_two_equal_acts_have_different_digests(node: TestNode) -> None:
    assert queries.parsed(enter()).digest != queries.parsed(enter()).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"public": {**FILED, "number": "words that somebody typed"}},
        {"public": {**FILED, "name": "Aýna"}},
        {"public": {key: value for key, value in FILED.items() if key != "office"}},
        {"by": "somebody"},
        {"by": "node"},
        {"by": "office:tm.cec"},
        {"parts": {"Bad Name": 1}},
        {"parts": {"amount": 1.5}},
        {"parts": {"text": "\ud800"}},
    ],
)
def test_an_act_that_breaks_its_declaration_is_refused_and_leaves_nothing(
    node: TestNode, changes: dict[str, object]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(BadAct):
        enter(**changes)
    assert Entry.objects.count() == before


def test_reserved_and_unknown_acts_are_refused(node: TestNode) -> None:
    for act in ("case.reopened", "case.invented"):
        with pytest.raises(BadAct):
            actions.enter(act, by="person", public={})


def test_no_act_is_entered_outside_a_transaction(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(OutsideTransaction):
        enter()


def test_a_halted_record_accepts_nothing(node: TestNode) -> None:
    sequencing.halt("an operator has to look")
    with pytest.raises(Halted):
        enter()
    assert queries.health().halted == "an operator has to look"


def test_ten_thousand_at_once_keep_their_order(node: TestNode) -> None:
    new = [
        actions.NewAct("case.closed", "office:tm.cec", {"number": f"CEC-2026-{n:06}"}, None, "k3jq8w2mk3jq8w2m")
        for n in range(3_000)
    ]
    entries = actions.enter_many(new)
    node.sequence()
    places = dict(Position.objects.filter(entry__in=[entries[0].pk, entries[-1].pk]).values_list("entry_id", "index"))
    assert places[entries[-1].pk] - places[entries[0].pk] == 2_999
    assert not Pending.objects.exists()


def test_hourly_entries_wait_for_the_hour_and_are_shuffled_together(node: TestNode) -> None:
    early = datetime.now(UTC) - timedelta(hours=3)
    with clock.simulate(early):
        past = [enter(hourly=True) for _ in range(12)]
    waiting = enter(hourly=True)
    office = actions.enter(
        "case.closed", by="office:tm.cec", mandate="k3jq8w2mk3jq8w2m", public={"number": "CEC-2026-000001"}, hourly=True
    )
    node.sequence()
    order = list(Position.objects.filter(entry__in=past).order_by("index").values_list("entry_id", flat=True))
    assert sorted(order) == [entry.pk for entry in past]
    assert order != sorted(order), "twelve entries in their own order: one chance in 479 million"
    assert not Position.objects.filter(entry=waiting).exists()
    assert Position.objects.filter(entry=office).exists()


def test_erasure_leaves_the_entry_and_says_so_on_the_record(node: TestNode) -> None:
    entry = enter()
    node.sequence()
    before = queries.receipt_for(entry).to_bytes()
    erased = actions.erase_content(entry=entry, office="tm.cec", mandate="k3jq8w2mk3jq8w2m", ground="court-order")
    node.sequence()
    assert not Content.objects.filter(entry=entry).exists()
    assert queries.parsed(erased).public == {"entry": bytes(entry.hash).hex(), "ground": "court-order"}
    after = queries.receipt_for(entry)
    assert (after.opened, after.parts) == ({}, {})
    assert before.split(b"\n\n", 1)[1] == after.to_bytes().split(b"\n\n", 1)[1]
    with pytest.raises(NoReceipt):
        actions.erase_content(entry=entry, office="tm.cec", mandate="k3jq8w2mk3jq8w2m", ground="court-order")


def test_the_days_looks_are_committed_once_and_each_can_be_proved(node: TestNode) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with clock.simulate(yesterday):
        looks = [
            actions.note_look(subject=f"case:{n}", mandate="k3jq8w2mk3jq8w2m", reason="case-page") for n in range(5)
        ]
    later = actions.note_look(subject="case:9", mandate="k3jq8w2mk3jq8w2m", reason="case-page")
    done = actions.commit_looks(day=yesterday.date())
    assert done is not None
    assert actions.commit_looks(day=yesterday.date()) is None
    from aydyn.ledger.merkle import Frontier, leaf_hash

    tree = Frontier()
    tree.extend(leaf_hash(queries.look_leaf(look)) for look in looks)
    public = queries.parsed(done.entry).public
    assert public == {"day": yesterday.date().isoformat(), "count": 5, "root": "sha256:" + tree.root().hex()}
    assert Look.objects.get(pk=later.pk).day is None


def test_a_loaded_file_is_an_act_and_loads_once(node: TestNode) -> None:
    first = actions.load_file(kind="calendar", code="x", data=b"one", media_type="text/plain")
    again = actions.load_file(kind="calendar", code="x", data=b"one", media_type="text/plain")
    other = actions.load_file(kind="calendar", code="x", data=b"two", media_type="text/plain")
    assert (first.pk, other.pk) == (again.pk, other.pk)
    assert LedgerEntry.parse(bytes(other.entry.data)).public["file"] == other.digest
