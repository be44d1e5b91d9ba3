"""Full-text search of what is published, on either database; paging by a cursor; filters together."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.cases.test_one_request import file, office_with_staff
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases import actions, queries, searching
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter
from aydyn.people.models import Mandate, Office


def found(words: str, **more: Any) -> set[str]:
    return {case.number for case in queries.register(RegisterFilter(words=words, **more))}


def test_each_language_is_found_by_its_words_their_beginnings_and_without_marks(publish: Publish) -> None:
    turkmen = publish("Saýlaw uçastoklarynyň sany näçe?", "Bäş ýüz kyrk dokuz.", language="tk")
    russian = publish("Какие избирательные участки открыты?", "Все участки.", language="ru")
    english = publish("Which cities publish their budgets?", "All of them.")
    for words, case in (
        ("saýlaw", turkmen), ("saylaw", turkmen), ("SAÝLAW uçastok", turkmen), ("ucastok", turkmen), ("kyrk sany", turkmen),
        ("участки", russian), ("избират", russian), ("УЧАСТКИ избирательные", russian), ("cities", english), ("budget", english),
    ):  # fmt: skip
        assert found(words) == {case.number}, words
    assert found("saylaw budgets") == set(), "all words have to be in one text"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no stemmer; prefixes serve there")
def test_postgresql_finds_other_forms_of_a_word(publish: Publish) -> None:
    russian = publish("Какие избирательные участки открыты?", language="ru")
    english = publish("Which cities publish their budgets?")
    assert found("участками") == found("избирательными") == {russian.number}
    assert found("city") == found("publishing") == {english.number}


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "^", ":", "(", ")", "-", "NEAR", "AND", "OR", "NOT", 'ramps" OR "x', "words:ramps", "ramps*", "^ramps", "NEAR(ramps x)",
     "ramps AND NOT", "-ramps", "'", "';--", "\\", "ramps & !x", "ramps:*", "<->", "%", "_", "\ufeff", "х" * 5000, "ramps " * 400],
)  # fmt: skip
def test_typed_words_are_never_syntax(publish: Publish, client: Client, typed: str) -> None:
    case = publish("Where are ramps, and how many?")
    assert found(typed) <= {case.number}
    assert client.get("/en/register/", {"q": typed}).status_code == 200


def test_signs_alone_find_nothing_and_quotes_change_nothing(publish: Publish) -> None:
    case = publish("Where are ramps, and how many?")
    assert found('" * ( )') == set()
    assert found('"ramps" (many)') == found("-ramps") == {case.number}


def test_a_number_finds_its_case_published_or_not(publish: Publish) -> None:
    publish("Where are ramps?")
    other = file().case
    assert found(other.number.lower()) == found(f" {other.number} ") == {other.number}
    assert found(other.number.replace("-", "–")) == {other.number}


def test_what_was_never_published_is_found_by_no_word(node: TestNode) -> None:
    file()
    assert found("wheelchair") == found("Annaýewa") == set()


def test_hidden_and_erased_texts_leave_the_index(publish: Publish, staff: dict[str, Mandate]) -> None:
    hidden, erased = publish("A secret garden of ramps"), publish("Another garden of stairs")
    assert found("garden") == {hidden.number, erased.number}
    actions.take_step(case=hidden, step="hide", mandate=staff["publisher"], data=StepData(ground="personal-data"))
    assert found("garden") == {erased.number}
    actions.erase_case(case=erased, mandate=staff["head"], ground="court-order")
    assert found("garden") == set()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM cases_search_data")
            left = b"".join(bytes(row[0]) for row in cursor.fetchall())
        assert b"garden" not in left
        assert b"secret" not in left


def test_a_text_published_anew_is_found_by_its_new_words_only(publish: Publish) -> None:
    case = publish("Old words about ramps")
    text = case.public_text
    text.question = "Other things about stairs"
    text.save()
    searching.index(text)
    assert found("stairs") == {case.number}
    assert found("old") == set()


def test_a_search_in_one_office_follows_a_case_that_changes_hands(publish: Publish) -> None:
    case = publish("Where are the ramps of the polling stations?")
    other = Office.objects.exclude(pk=case.office_id).get(code="tm.cec.mary")
    assert found("ramps", office=case.office.code) == {case.number}
    assert found("ramps", office=other.code) == found("office", office=other.code) == set()
    case.office = other
    case.save()
    searching.move(case)
    assert found("ramps", office=other.code) == {case.number}
    assert found(f"office:{other.pk}") == set(), "whose a case is cannot be asked for in words"


def test_a_cursor_walks_every_order_without_gap_or_double(publish: Publish) -> None:
    for number in range(7):
        file()
        if number % 3 == 0:
            publish(f"Question {number}")
    for sort in ("newest", "oldest", "waiting", "overdue", "due", "nonsense"):
        wanted = RegisterFilter(sort=sort)
        seen, after = list[int](), ""
        for _ in range(20):
            page = queries.register_page(wanted, after, 3)
            seen += [case.pk for case in page.cases]
            after = page.next
            if not after:
                break
        assert seen == [case.pk for case in queries.register(wanted)], sort
        assert page.count == len(seen)


@pytest.mark.parametrize(
    "cursor", ["x", "20260101", "20269999-1", "20260101-" + "9" * 30, "-1", "²0260101-1", "00000000-0"]
)
def test_a_cursor_that_is_none_means_the_start(node: TestNode, client: Client, cursor: str) -> None:
    number = file().case.number
    assert number in client.get("/en/register/", {"after": cursor}).content.decode()


def test_filters_hold_together_and_an_office_has_those_below(publish: Publish, staff: dict[str, Mandate]) -> None:
    published, waiting = publish("Ramps in Mary"), file().case
    below = office_with_staff("tm.cec.mary")["head"].office
    step = StepData(office=below, reason="yours")
    actions.take_step(case=waiting, step="transfer", mandate=staff["registrar"], data=step)
    every = {published.number, waiting.number}
    assert found("", office="tm.cec") == every
    assert found("", office="tm.cec.mary") == {waiting.number}
    assert found("", office="nonsense") == set()
    assert found("", office="tm.cec", state="waiting", kind="information-request") == {waiting.number}
    year = published.filed_on.year
    assert found("ramps", office="tm.cec", state="answered", year=year) == {published.number}
    assert found("ramps", year=year - 1) == found("", year=9999) == found("", kind="complaint") == set()


def test_a_long_list_is_counted_up_to_a_thousand(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        file()
    monkeypatch.setattr(sys.modules["aydyn.cases.queries.register"], "COUNTED", 3)
    assert "3+ cases" in client.get("/en/register/").content.decode()
    monkeypatch.setattr(sys.modules["aydyn.cases.queries.register"], "COUNTED", 4)
    assert "4 cases" in client.get("/en/register/?state=").content.decode()


def test_similar_cases_share_the_rarer_words(publish: Publish) -> None:
    one = publish("Wheelchair ramps at polling stations of Mary velayat")
    publish("Opening hours of polling stations")
    publish("Budget of the library")
    alike = queries.similar("I want to know about wheelchair ramps in my polling station in Mary")
    assert alike[0].number == one.number
    assert queries.similar("budget") == queries.similar("") == []
    Case.objects.filter(pk=one.pk).update(held=True)
    assert one.number not in {case.number for case in queries.similar("wheelchair ramps in Mary velayat polling")}


def test_search_costs_the_same_queries_for_two_finds_and_for_ten(
    publish: Publish, client: Client, django_assert_max_num_queries: Any
) -> None:
    address = "/en/register/?q=ramps&state=answered&office=tm.cec&kind=information-request&sort=oldest"
    for rounds in (2, 8):
        for _ in range(rounds):
            publish("Ramps again")
        with django_assert_max_num_queries(16):
            client.get(f"{address}&x={rounds}")
