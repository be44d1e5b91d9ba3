"""A text may be hidden, the fact not: the public log of what was hidden, erased and held."""

from __future__ import annotations

from django.test import Client
from tests.cases.test_one_request import file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case, Moderation
from aydyn.people.models import Mandate
from aydyn.record.models import Entry


def test_every_hiding_and_erasure_stands_in_the_log(
    node: TestNode, publish: Publish, staff: dict[str, Mandate], client: Client
) -> None:
    hidden, erased = publish("A garden"), publish("Another garden")
    actions.take_step(case=hidden, step="hide", mandate=staff["publisher"], data=StepData(ground="personal-data"))
    entries = actions.erase_case(case=erased, mandate=staff["head"], ground="court-order")
    node.sequence()
    page = client.get("/en/register/moderation/").content.decode()
    assert hidden.number in page
    assert erased.number in page
    assert "garden" not in page
    assert page.count("/en/record/") == 2
    table = b"".join(client.get("/en/register/moderation/table.csv").streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == ["hidden", "erased"]
    assert table.strip().endswith(f",{len(entries)}")
    feed = client.get("/ru/register/moderation/feed.atom").content.decode()
    assert hidden.number in feed
    assert "tag:localhost,2026:moderation:" in feed


def test_the_log_has_as_many_acts_as_the_record(publish: Publish, staff: dict[str, Mandate]) -> None:
    for _ in range(2):
        case = publish("A garden")
        actions.take_step(case=case, step="hide", mandate=staff["publisher"], data=StepData(ground="insult"))
        actions.erase_case(case=case, mandate=staff["head"], ground="court-order")
    rows = Moderation.objects.all()
    assert sum(row.entries for row in rows if row.kind == "hidden") == Entry.objects.filter(act="case.hidden").count()
    assert (
        sum(row.entries for row in rows if row.kind == "erased") == Entry.objects.filter(act="content.erased").count()
    )
    counts = {(each.kind, each.ground): each.count for each in queries.moderation_by_ground()}
    assert counts == {("hidden", "insult"): 2, ("erased", "court-order"): 2}


def test_a_case_of_a_kind_that_is_never_public_is_told_without_its_number(
    publish: Publish, staff: dict[str, Mandate], client: Client
) -> None:
    case = publish("A garden")
    actions.erase_case(case=case, mandate=staff["head"], ground="court-order")
    Case.objects.filter(pk=case.pk).update(listed=False)
    page = client.get("/en/register/moderation/").content.decode()
    assert case.number not in page
    assert "never public" in page
    assert case.number not in client.get("/en/register/moderation/feed.atom").content.decode()


def test_the_log_is_paged_and_odd_cursors_mean_the_start(
    publish: Publish, staff: dict[str, Mandate], client: Client
) -> None:
    for _ in range(3):
        case = publish("A garden")
        actions.take_step(case=case, step="hide", mandate=staff["publisher"], data=StepData(ground="insult"))
    first, more = queries.moderation_page(None, 2)
    rest, end = queries.moderation_page(more, 2)
    assert len({row.pk for row in (*first, *rest)}) == 3
    assert end is None
    for odd in ("x", "-1", "9" * 40, "²"):
        assert client.get("/en/register/moderation/", {"after": odd}).status_code == 200


def test_a_flood_stays_counted_when_its_filings_were_taken_up(node: TestNode, staff: dict[str, Mandate]) -> None:
    cases = [file(held=True).case for _ in range(3)]
    assert actions.count_held() == 3
    assert actions.count_held() == 0
    actions.take_step(case=cases[0], step="register", mandate=staff["registrar"])
    file(held=True)
    actions.count_held()
    assert [day.count for day in queries.held_days()] == [4]
