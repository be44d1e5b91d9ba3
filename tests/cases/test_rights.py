"""Who tries what is not hers: forms sent again, officers of elsewhere, mandates that end meanwhile, floods, locks as weapons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from tests.cases.test_http import file_over_http, fill_in
from tests.cases.test_one_request import ANSWER, QUESTION, file, office_with_staff
from tests.nodes import TestNode

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.errors import AlreadySent, BadForm
from aydyn.cases.models import Case
from aydyn.cases.queries import RegisterFilter, WorklistFilter
from aydyn.kernel import caching, clock
from aydyn.people import actions as people
from aydyn.people import queries as offices
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate
from aydyn.record.models import Content, Entry, Pending

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEY = "k" * 32


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


def test_a_form_sent_twice_is_filed_once_and_shows_the_same_code_both_times(node: TestNode) -> None:
    first, again = file(key=KEY), file(key=KEY)
    assert first.case.pk == again.case.pk
    assert first.code == again.code
    assert queries.by_code(first.case.number, first.code or "").pk == first.case.pk
    assert file().code != first.code
    assert KEY not in Case.objects.get(pk=first.case.pk).filing_key


def test_a_form_found_later_or_by_another_account_opens_nothing(node: TestNode, client: Client) -> None:
    person, _ = people.create_person(email="who@example.com", name="", language="tk")
    other, _ = people.create_person(email="other@example.com", name="", language="tk")
    file(key=KEY, person=person)
    for somebody in (None, other):
        with pytest.raises(AlreadySent):
            file(key=KEY, person=somebody)


def test_a_form_whose_answer_was_lost_opens_what_it_filed_for_half_an_hour(node: TestNode, client: Client) -> None:
    fill_in(client)
    at = "/en/file/information-request/form/check/"
    kept = client.cookies["draft-information-request"].value
    assert client.post(at).status_code == 302
    case = Case.objects.get()
    again = Client()
    again.cookies["draft-information-request"] = kept  # the browser never saw the answer that takes it away
    sent = again.post(at)
    assert sent["Location"] == f"/en/cases/{case.number}/filed/"
    assert QUESTION in again.get(f"/en/cases/{case.number}/").content.decode()
    Case.objects.update(filed_at=case.filed_at - timedelta(hours=1))
    finder = Client()
    finder.cookies["draft-information-request"] = kept
    assert finder.post(at)["Location"] == "/en/file/information-request/"
    assert QUESTION not in finder.get(f"/en/cases/{case.number}/").content.decode()
    assert Case.objects.count() == 1


def test_after_signing_out_a_shared_computer_shows_nothing(node: TestNode) -> None:
    person, _ = people.create_person(email="who@example.com", name="", language="tk")
    computer = Client()
    computer.force_login(person, BACKEND)
    case = file_over_http(computer)
    assert QUESTION in computer.get(f"/en/cases/{case.number}/").content.decode()
    computer.post("/en/account/logout/")
    assert QUESTION not in computer.get(f"/en/cases/{case.number}/").content.decode()


def test_a_draft_of_somebody_elses_browser_is_not_taken(node: TestNode) -> None:
    forged = Client()
    forged.cookies["draft-information-request"] = "x" * 32
    assert forged.post("/en/file/information-request/form/check/")["Location"] == "/en/file/information-request/"
    assert not Case.objects.exists()


def test_a_case_is_given_only_to_somebody_of_its_office_who_works_on_cases(staff: dict[str, Mandate]) -> None:
    elsewhere = office_with_staff("tm.cec.mary")["officer"]
    case = file().case
    for wrong in (elsewhere, staff["publisher"], None):
        with pytest.raises(BadForm):
            actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=wrong))
    here = StepData(office=staff["head"].office, reason="It is ours, but the clock is not.")
    with pytest.raises(BadForm):
        actions.take_step(case=case, step="transfer", mandate=staff["registrar"], data=here)
    assert case.events.count() == 1


def test_a_mandate_that_ended_while_the_page_was_open_acts_no_more(staff: dict[str, Mandate]) -> None:
    case = file().case
    held = Mandate.objects.get(pk=staff["registrar"].pk)  # read before it ended, as a request under way has it
    people.end_mandate(under=staff["head"], mandate=staff["registrar"])
    with pytest.raises(NoMandate):
        actions.take_step(case=case, step="assign", mandate=held, data=StepData(officer=staff["officer"]))
    assert case.events.count() == 1


def test_the_office_above_sees_a_case_and_is_offered_no_steps(staff: dict[str, Mandate], client: Client) -> None:
    below = office_with_staff("tm.cec.mary")["head"].office
    case = file(office=below).case
    client.force_login(staff["head"].person, BACKEND)
    page = client.get(f"/en/cases/{case.number}/").content.decode()
    assert QUESTION in page
    assert "/steps/" not in page


def test_marked_cases_that_cannot_be_given_are_named_and_the_others_are_given(
    staff: dict[str, Mandate], client: Client
) -> None:
    mary = offices.office_by_code("tm.cec.mary")
    mine, theirs = file().case, file(office=mary).case
    client.force_login(staff["registrar"].person, BACKEND)
    marked = {"officer": staff["officer"].public_id, "case": [theirs.number, "nonsense", mine.number]}
    page = client.post("/en/desk/marked/", marked, follow=True)
    assert page.status_code == 200
    assert theirs.number in page.content.decode()
    assert Case.objects.get(pk=mine.pk).state == "assigned"


def test_a_flood_waits_for_triage_and_whatever_is_taken_up_comes_back(
    staff: dict[str, Mandate], client: Client
) -> None:
    usual, held = file().case, file(held=True).case
    listed = [case.pk for case in queries.worklist(staff["registrar"], WorklistFilter())]
    assert listed == [usual.pk]
    triage = queries.worklist(staff["registrar"], WorklistFilter(view="held"))
    assert [case.pk for case in triage] == [held.pk]
    client.force_login(staff["registrar"].person, BACKEND)
    assert "Held for triage" in client.get("/en/desk/").content.decode()
    assert held.number in client.get("/en/desk/?view=held").content.decode()
    assert Client().get(f"/api/cases/{held.number}").status_code == 404
    actions.take_step(case=held, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    assert held in queries.register(RegisterFilter())
    assert Client().get(f"/api/cases/{held.number}").status_code == 200


def test_until_the_hour_a_case_is_there_for_who_filed_it_and_nobody_else(
    staff: dict[str, Mandate], client: Client
) -> None:
    case = file_over_http(client)
    Pending.objects.filter(entry=case.events.get().entry).update(release_at=clock.now() + timedelta(minutes=20))
    officer = Client()
    officer.force_login(staff["head"].person, BACKEND)

    def seen_by(visitor: Client) -> set[str]:
        pages = ("en/desk/", "en/register/", "api/cases", f"en/cases/{case.number}/", f"api/cases/{case.number}")
        found = {page: visitor.get(f"/{page}") for page in pages}
        return {page for page, one in found.items() if one.status_code == 200 and case.number in one.content.decode()}

    assert seen_by(officer) == seen_by(Client()) == set()
    assert queries.figures().waiting == 0
    assert f"en/cases/{case.number}/" in seen_by(client)
    Pending.objects.filter(entry=case.events.get().entry).delete()  # as the sequencer does
    caching.forget()
    assert len(seen_by(officer)) == 5


def test_nobody_can_lock_the_holder_out_by_trying_codes(node: TestNode) -> None:
    filed = file()
    for place in range(40):
        robot = Client(REMOTE_ADDR=f"198.51.100.{place}")
        assert robot.post("/en/follow/", {"number": filed.case.number, "code": "1" * 16}).status_code == 422
    opened = Client().post("/en/follow/", {"number": filed.case.number, "code": filed.code})
    assert opened.status_code == 302


def test_who_was_too_slow_gets_back_what_she_wrote(staff: dict[str, Mandate], client: Client) -> None:
    case = file().case
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    client.force_login(staff["head"].person, BACKEND)
    slow = client.post(f"/en/cases/{case.number}/steps/answer/", {"answer": "A <b>long</b> answer, an hour's work"})
    assert slow.status_code == 409
    assert "A &lt;b&gt;long&lt;/b&gt; answer, an hour&#x27;s work" in slow.content.decode()


def test_after_an_erasure_no_table_holds_what_was_written(staff: dict[str, Mandate], node: TestNode) -> None:
    question, answer, name = "Zebrafinch question of somebody", "Zebrafinch answer", "Zebrafinch Person"
    case = file(
        answers={"question": question, "scope": "national", "form": "page"},
        asker={"name": name, "email": "zebrafinch@example.com"},
    ).case
    for step, by, data in (
        ("assign", "registrar", StepData(officer=staff["officer"])),
        ("answer", "officer", StepData(answer=answer)),
        ("publish", "publisher", StepData(public_question=question, public_answer=ANSWER)),
    ):
        actions.take_step(case=case, step=step, mandate=staff[by], data=data)
    client = Client()
    client.force_login(staff["head"].person, BACKEND)
    client.get(f"/en/cases/{case.number}/")
    actions.erase_case(case=case, mandate=staff["head"], ground="court-order")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # the database's own names
            for row in cursor.fetchall():
                text = " ".join(
                    bytes(one).decode("latin-1") if isinstance(one, bytes | memoryview) else str(one) for one in row
                )
                assert "ebrafinch" not in text, table
    assert Content.objects.filter(entry__in=Entry.objects.filter(case_event__case=case)).count() == 0
    for path in (f"/en/cases/{case.number}/", "/en/desk/?view=answered", "/en/register/?q=x", "/api/cases"):
        assert "ebrafinch" not in client.get(path).content.decode(), path


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL cleans up by itself (VACUUM)")
def test_what_sqlite_erases_is_overwritten(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 1
