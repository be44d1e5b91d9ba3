"""What a malicious operator tries with cases: clocks, answers, letters, hidden texts and looks; docs/trust.md has the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.attacks.conftest import Scene
from tests.cases.test_one_request import file

from aydyn.audit.verdicts import State
from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, CaseEvent
from aydyn.kernel import clock
from aydyn.ledger.receipts import Receipt
from aydyn.record import actions as record_actions
from aydyn.record import queries as record
from aydyn.record.models import Content


def test_a_clock_stopped_or_moved_without_an_act_is_caught(scene: Scene) -> None:
    case = file().case
    scene.node.sequence()
    for due in (None, case.last_due + timedelta(days=90)):
        Case.objects.filter(pk=case.pk).update(due=due)
        scene.watcher.catches("due-differs")


def test_a_day_that_was_missed_and_is_hidden_on_the_page_is_caught(scene: Scene) -> None:
    case = file().case
    with clock.simulate(datetime.now(UTC) + timedelta(days=60)):
        assert actions.note_overdue() == 1
        scene.node.sequence()
    CaseEvent.objects.filter(case=case, act="case.overdue").delete()
    scene.watcher.catches("event-missing", "deadline-false")


def test_an_answer_replaced_is_contradicted_by_the_receipt_and_gets_none_itself(scene: Scene) -> None:
    event = CaseEvent.objects.get(case=scene.case, act="case.answered")
    held = record.receipt_for(event.entry).to_bytes()
    row = Content.objects.get(entry=event.entry)
    Content.objects.filter(pk=row.pk).update(data=bytes(row.data).replace(b"549 stations", b"no stations"))
    assert scene.judge(held) is State.VERIFIED
    assert "549 stations" in str(Receipt.parse(held).opened["answer"].value)
    with pytest.raises(record.NoReceipt):
        record.receipt_for(event.entry)


def test_the_letter_of_an_answer_exchanged_is_contradicted_by_the_record(scene: Scene) -> None:
    from aydyn.documents import queries as documents
    from aydyn.documents.storage import DirectoryStorage, storage

    event = CaseEvent.objects.get(case=scene.case, act="case.answered")
    file_row = documents.official_file(event.documents.get())
    store = storage()
    assert isinstance(store, DirectoryStorage)
    path = store._place(file_row.key)
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.4"))
    assert not documents.is_whole(file_row)
    committed = record.values_of(event.entry)["document"]["sha256"]
    assert committed == file_row.sha256


def test_a_text_hidden_by_an_act_is_no_breach_and_one_hidden_without_is(scene: Scene) -> None:
    publisher = CaseEvent.objects.get(case=scene.case, act="case.published").mandate
    assert publisher is not None
    actions.take_step(case=scene.case, step="hide", mandate=publisher, data=StepData(ground="personal-data"))
    scene.node.sequence()
    report = scene.watcher.look()
    assert report.evidence == [], [one.words for one, _ in report.evidence]
    Case.objects.filter(pk=scene.case.pk).update(hidden=False, published=True)
    CaseEvent.objects.filter(case=scene.case, act="case.hidden").delete()
    scene.watcher.catches("event-missing")


def test_a_look_erased_after_the_days_commitment_is_caught(scene: Scene) -> None:
    from aydyn.record.models import Look

    with clock.simulate(datetime.now(UTC) - timedelta(days=1)):
        for at in range(3):
            record_actions.note_look(subject=scene.case.number, mandate=f"officer{at}", reason="case-page")
    record_actions.commit_looks(day=(datetime.now(UTC) - timedelta(days=1)).date())
    scene.node.sequence()
    assert scene.watcher.look().evidence == []
    Look.objects.filter(mandate="officer1").delete()
    scene.watcher.catches("looks-differ")


def test_a_look_changed_to_somebody_else_is_caught(scene: Scene) -> None:
    from aydyn.record.models import Look

    with clock.simulate(datetime.now(UTC) - timedelta(days=1)):
        record_actions.note_look(subject=scene.case.number, mandate="officer1", reason="case-page")
    record_actions.commit_looks(day=(datetime.now(UTC) - timedelta(days=1)).date())
    scene.node.sequence()
    Look.objects.filter(mandate="officer1").update(mandate="officer2")
    scene.watcher.catches("looks-differ")


def test_a_result_or_an_office_shown_other_than_recorded_is_caught(scene: Scene) -> None:
    """What the acts say stays on the page: whoever changes the event's public fields is caught by its leaf."""
    event = CaseEvent.objects.get(case=scene.case, act="case.answered")
    other = file().case
    scene.node.sequence()
    entry = queries.events_of(other)[0].entry
    CaseEvent.objects.filter(case=other).update(seq=9)
    CaseEvent.objects.filter(pk=event.pk).update(seq=8)
    assert entry is not None
    scene.watcher.catches("event-order", "event-missing", "event-differs")
