"""Forty example cases through the same actions as people: what stands on the record, on the register and in receipts."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult
from tests.nodes import TestNode

from aydyn.cases.models import Case, CaseEvent, PublicText
from aydyn.demo import commands, loading, receipts
from aydyn.demo.accounts import ACCOUNTS
from aydyn.demo.fates import Pace
from aydyn.demo.matters import matters
from aydyn.kernel.errors import ConfigurationError
from aydyn.ledger.receipts import Receipt
from aydyn.people.models import Mandate, Person
from aydyn.record.keys import policies
from aydyn.record.models import Entry

END = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
CASES = 40


def load(
    count: int = CASES, *, start: datetime = END - timedelta(days=300), end: datetime = END, seed: int = 1
) -> loading.Loaded:
    pace, chance, first = Pace(start, end, ZoneInfo("Asia/Ashgabat")), Random(seed), Case.objects.count()
    job = loading.Loading(
        pace, loading.courses(count, first=first, pace=pace, chance=chance, source=matters(first)), chance
    )
    for _ in job.run():
        pass
    return job.done


@pytest.fixture
def loaded(node: TestNode) -> loading.Loaded:
    return load()


def test_every_act_is_on_the_record_and_time_only_goes_forward(loaded: loading.Loaded) -> None:
    assert Case.objects.count() == len(loaded.cases) == CASES + 2
    assert CaseEvent.objects.count() == loaded.acts
    assert loaded.refused == 0
    moments = list(Entry.objects.filter(case_event__isnull=False).order_by("pk").values_list("created", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= END


def test_all_kinds_of_ends_are_there(loaded: loading.Loaded) -> None:
    acts = set(CaseEvent.objects.values_list("act", flat=True))
    assert {"case.assigned", "case.answered", "case.refused", "case.overdue", "case.published", "case.closed"} <= acts
    texts = list(PublicText.objects.all())
    assert len(texts) > CASES // 3
    assert all(text.answer.startswith("[") for text in texts)


def test_nobody_is_written_to_about_what_was_simulated(loaded: loading.Loaded) -> None:
    assert not DBTaskResult.objects.exists()


def test_the_accounts_that_people_are_told_of_exist_with_their_mandates(loaded: loading.Loaded) -> None:
    for account in ACCOUNTS:
        person = Person.objects.get(email=account.email)
        held = set(Mandate.objects.filter(person=person).values_list("role", "office__code"))
        assert (account.role, account.office) in held if account.role else not held
    citizen = Person.objects.get(email="citizen@demo.example")
    assert Case.objects.filter(person=citizen).count() == 2


def test_each_case_has_a_receipt_that_opens_everything_but_who_asks(
    loaded: loading.Loaded, node: TestNode, tmp_path: Path
) -> None:
    node.sequence()
    folder = tmp_path / "receipts"
    assert [*receipts.write(loaded.cases, folder)][-1] == CASES + 2
    files = sorted(folder.glob("*.tlog-proof"))
    assert {file.name.removesuffix(".tlog-proof") for file in files} == set(
        Case.objects.values_list("number", flat=True)
    )
    for file in files:
        receipt = Receipt.parse(file.read_bytes())
        assert receipt.verify(policies()[0]).cosigned
        assert "question" in receipt.opened
        assert "asker" not in receipt.opened


def test_loading_again_goes_on_from_the_last_moment(loaded: loading.Loaded) -> None:
    last = CaseEvent.objects.order_by("-pk").values_list("at", flat=True)[0]
    titles = set(Case.objects.values_list("text__title", flat=True))
    more = load(20, start=last, end=last + timedelta(days=2), seed=2)
    assert len(more.cases) == 20
    assert min(CaseEvent.objects.order_by("-pk").values_list("at", flat=True)[: more.acts]) >= last
    assert not titles & set(Case.objects.filter(pk__in=more.cases).values_list("text__title", flat=True))
    assert PublicText.objects.filter(case__in=more.cases).exists()


def test_a_node_that_is_no_demonstration_is_never_filled(node: TestNode) -> None:
    with pytest.raises(ConfigurationError, match="does not end in /demo"):
        commands.load(cases=1, receipts=None)
    assert not Case.objects.exists()


def test_two_loads_do_not_run_at_once(node: TestNode, settings: object) -> None:
    settings.AYDYN = dataclasses.replace(settings.AYDYN, origin="test.example/ledger/demo")  # type: ignore[attr-defined]
    assert not commands.is_under_way(node.data)
    with commands._alone():
        assert commands.is_under_way(node.data)
        with pytest.raises(ConfigurationError, match="another"):
            commands.load(cases=1, receipts=None)
    assert not commands.is_under_way(node.data)
