"""One information request from filing to publication, through actions, with receipts that a stranger can check."""

from __future__ import annotations

import pytest
from tests.nodes import TestNode

from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.errors import BadCode, BadForm, NotYourCase, StepRefused
from aydyn.cases.models import Case
from aydyn.ledger.receipts import Receipt
from aydyn.people import actions as people
from aydyn.people import queries as offices
from aydyn.people.models import Mandate
from aydyn.record import queries as record
from aydyn.record.keys import policies

QUESTION = "How many polling stations will Mary velayat have, and which of them can be reached with a wheelchair?"
ANSWER = "549 stations; a list with ramps is attached to the decision of the commission."


def office_with_staff(code: str = "tm.cec") -> dict[str, Mandate]:
    office = offices.office_by_code(code)
    assert office is not None
    head_person, _ = people.create_person(email=f"head@{code}", name="Head", language="tk", password="x" * 12)
    head = people.establish(office=office, person=head_person)
    staff = {"head": head}
    for role in ("registrar", "officer", "publisher"):
        person, _ = people.create_person(email=f"{role}@{code}", name=role, language="ru", password="x" * 12)
        staff[role] = people.grant_mandate(under=head, office=office, person=person, role=role)
    return staff


def file(**changes: object) -> actions.Filed:
    procedure = queries.current_procedure("information-request")
    office = offices.office_by_code("tm.cec")
    assert procedure is not None
    assert office is not None
    given = {
        "procedure": procedure,
        "office": office,
        "answers": {"question": QUESTION, "scope": "local", "region": "TM-M"},
        "asker": {"name": "Aýna Annaýewa", "email": "ayna@example.com"},
        "language": "tk",
    }
    return actions.file_case(**{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


def test_a_request_is_filed_answered_and_published_and_everybody_can_prove_it(
    node: TestNode, staff: dict[str, Mandate]
) -> None:
    filed = file()
    case, code = filed.case, filed.code
    assert code is not None
    assert queries.by_code(case.number.lower(), code.replace(" ", "-")).pk == case.pk
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    actions.take_step(
        case=case,
        step="publish",
        mandate=staff["publisher"],
        data=StepData(public_question="Stations in Mary?", public_answer=ANSWER),
    )
    actions.take_step(case=case, step="close", mandate=staff["officer"])
    node.sequence()
    events = queries.events_of(Case.objects.get(pk=case.pk))
    assert [event.act for event in events] == [
        "case.filed",
        "case.assigned",
        "case.answered",
        "case.published",
        "case.closed",
    ]
    for event in events:
        receipt = Receipt.parse(record.receipt_for(event.entry).to_bytes())
        for policy in policies():
            opened = receipt.verify(policy)
            assert len(opened.cosigned) == 2
    answered = Receipt.parse(record.receipt_for(events[2].entry).to_bytes())
    assert answered.opened["answer"].value == ANSWER
    assert answered.entry.cause == bytes(events[1].entry.hash).hex()


def test_no_word_and_no_name_reaches_the_ledger(node: TestNode, staff: dict[str, Mandate]) -> None:
    case = file().case
    actions.take_step(case=case, step="register", mandate=staff["registrar"])
    actions.take_step(case=case, step="refuse", mandate=staff["head"], data=StepData(answer=ANSWER, ground="not-held"))
    node.sequence()
    written = b"".join(path.read_bytes() for path in (node.data / "tiles").rglob("*") if path.is_file())
    for word in (QUESTION, ANSWER, "Aýna", "example.com", "polling"):
        assert word.encode() not in written
    assert case.number.encode() in written


def test_the_usual_receipt_hides_the_asker_and_the_bare_one_everything(node: TestNode) -> None:
    entry = queries.events_of(file().case)[0].entry
    node.sequence()
    usual = record.receipt_for(entry, hidden=("asker",)).to_bytes()
    assert "question" in Receipt.parse(usual).opened
    assert "asker" not in Receipt.parse(usual).opened
    assert Receipt.parse(record.receipt_for(entry, opened=()).to_bytes()).opened == {}
    assert Receipt.parse(record.receipt_for(entry).to_bytes()).opened["asker"].value["name"] == "Aýna Annaýewa"


def test_numbers_run_without_gaps(node: TestNode) -> None:
    numbers = [file().case.number for _ in range(3)]
    serials = [int(number.rsplit("-", 1)[1]) for number in numbers]
    assert serials == list(range(serials[0], serials[0] + 3))


def test_the_same_form_sent_twice_files_once(node: TestNode) -> None:
    first, again = file(key="same"), file(key="same")
    assert first.case.pk == again.case.pk
    assert Case.objects.count() == 1


def test_every_wrong_answer_is_named_and_nothing_is_written(node: TestNode) -> None:
    with pytest.raises(BadForm) as refused:
        file(answers={"question": "x", "scope": "moon"}, asker={"email": "nobody", "phone": "12"})
    assert set(refused.value.problems) == {"question", "scope", "email", "phone"}
    assert not Case.objects.exists()


def test_a_wrong_code_opens_nothing(node: TestNode) -> None:
    filed = file()
    for number, code in (
        (filed.case.number, "1234 5678 1234 5670"),
        ("CEC-2026-999999", filed.code or ""),
        ("nonsense", ""),
    ):
        with pytest.raises(BadCode):
            queries.by_code(number, code)


def test_only_the_office_that_has_the_case_acts_and_only_as_the_procedure_allows(
    node: TestNode, staff: dict[str, Mandate]
) -> None:
    case = file().case
    other = office_with_staff("tm.cec.mary")
    with pytest.raises(NotYourCase):
        actions.take_step(case=case, step="assign", mandate=other["head"], data=StepData(officer=other["officer"]))
    with pytest.raises(StepRefused):
        actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    with pytest.raises(StepRefused):
        actions.take_step(case=case, step="assign", mandate=staff["publisher"], data=StepData(officer=staff["officer"]))
    actions.take_step(
        case=case,
        step="transfer",
        mandate=staff["registrar"],
        data=StepData(office=other["head"].office, reason="yours"),
    )
    with pytest.raises(NotYourCase):
        actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="assign", mandate=other["registrar"], data=StepData(officer=other["officer"]))
