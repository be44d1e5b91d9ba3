"""Every procedure of the pack, from its page in the catalogue to a verified receipt and what comes after the answer.

Languages and widths are rotated; ``python -m bench.journeys`` walks the whole grid (AYDYN_GRID=whole).
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.conftest import PASSWORD, ROOT, LiveNode
from tests.journeys.filing import TEXT, file_through
from tests.journeys.test_information_request import case_number, policies
from tests.journeys.walking import HTML_BUDGET, JOURNEY_BUDGET, PAGE_BUDGET, Walk

LANGUAGES, WIDTHS = ("tk", "ru", "en"), (360, 1280)
OF_CITIZENS = ("suggestion", "application", "complaint", "information-request", "commission-complaint", "voter-list")
GRID = list(itertools.product(LANGUAGES, WIDTHS))


def rotated(codes: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Each procedure once, in another language and width than the one before; or the whole grid."""
    if os.environ.get("AYDYN_GRID") == "whole":
        return [(code, language, width) for code in codes for language, width in GRID]
    return [(code, *GRID[(at * 5) % len(GRID)]) for at, code in enumerate(codes)]


def receipt_verifies(walk: Walk, live: LiveNode, folder: Path) -> None:
    """Take the receipt that the page shows, once it is sealed, and have the command judge it."""
    walk.page.wait_for_selector(".ay-receipt[data-state*='2']", timeout=15_000)
    receipt = walk.download("a[href$='usual.tlog-proof']", folder)
    trust = [word for path in policies(live, folder) for word in ("--policy", str(path))]
    done = subprocess.run(
        [sys.executable, "-m", "aydyn.cli", "verify", "receipt", str(receipt), *trust],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def within_budget(walk: Walk) -> None:
    """What interface.md promises to people who pay by the megabyte."""
    assert walk.total() <= JOURNEY_BUDGET
    assert walk.heaviest() <= PAGE_BUDGET, walk.weights
    assert walk.heaviest_html() <= HTML_BUDGET


@pytest.mark.parametrize(("code", "language", "width"), rotated(OF_CITIZENS))
def test_a_citizen_files_and_proves_it(
    walk: Walk, live: LiveNode, tmp_path: Path, code: str, language: str, width: int
) -> None:
    citizen = walk.again(width=width, language=language)
    number = file_through(citizen, code)
    receipt_verifies(citizen, live, tmp_path)
    assert citizen.page.locator("#access-code").count() == 1
    citizen.press(f"main a[href$='/cases/{number}/']")
    assert number in citizen.text()
    citizen.go(f"cases/{number}/looks/")
    within_budget(citizen)


def test_a_certificate_is_paid_at_the_counter_issued_and_checked_by_a_stranger(
    walk: Walk, live: LiveNode, tmp_path: Path
) -> None:
    citizen = walk.again(width=360, language="ru")
    number = file_through(citizen, "residence-certificate")
    receipt_verifies(citizen, live, tmp_path)
    citizen.press("form[action$='/pay/'] .govuk-button")
    assert "F-" in citizen.text()
    head = walk.again(width=1280, language="ru").sign_in("ahal@example.com", PASSWORD)
    head.go(f"cases/{number}/")
    for step in ("pay-at-counter", "register"):
        head.page.evaluate(f"document.getElementById('step-{step}').open = true")
        head.press(f"form[action$='/steps/{step}/'] .govuk-button >> nth=0")
    head.page.evaluate("document.getElementById('step-assign').open = true")
    head.page.select_option("#assign-officer", index=1)
    head.press("form[action$='/steps/assign/'] .govuk-button >> nth=0")
    head.page.evaluate("document.getElementById('step-issue').open = true")
    head.press("form[action$='/steps/issue/'] .govuk-button >> nth=0")
    citizen.go(f"cases/{number}/")
    paper = citizen.download(".ay-timeline a[href*='/files/']", tmp_path)
    assert paper.read_bytes().startswith(b"%PDF-")
    assert citizen.page.locator("a[href$='filed.pdf']").count() == 1


def test_an_organisation_registers_its_observers_through_a_representative(
    walk: Walk, live: LiveNode, tmp_path: Path
) -> None:
    live.manage("shell", "-c", PERSON % ("representative@example.com", PASSWORD))
    person = walk.again(width=360, language="en").sign_in("representative@example.com", PASSWORD)
    person.go("file/observer-organisation/").press("main a[href*='/my/organisations/']")
    person.page.fill("[name=name]", "Ýaşlar guramasy")
    person.page.fill("[name=number]", "TM-12-345")
    if person.page.locator("select[name=kind]").count():
        person.page.select_option("select[name=kind]", index=1)
    elif person.page.locator("input[name=kind]").count():
        person.page.locator("input[name=kind]").first.check()
    person.press("main form .govuk-button >> nth=0")
    head = walk.again(width=1280, language="tk").sign_in("head@example.com", PASSWORD)
    head.go("desk/representations/").press("main li a[href*='representations/']").press("button[value=confirm]")
    charter = tmp_path / "charter.txt"
    charter.write_text("The charter.", "utf-8")
    person.go("file/observer-organisation/").press("form[action$='/start/'] button[value^='for:']")
    number = file_through(person, "observer-organisation", files={"charter": charter}, begun=True)
    receipt_verifies(person, live, tmp_path)
    assert number in person.go("my/").text()


def test_an_office_asks_another_and_gets_a_receipt(walk: Walk, live: LiveNode, tmp_path: Path) -> None:
    desk = walk.again(width=1280, language="en").sign_in("officer@example.com", PASSWORD)
    desk.go("file/office-request/").press("form[action$='/start/'] button[value=office]")
    desk.page.select_option("select[name=office]", "tm.cec.mary")
    number = file_through(desk, "office-request", begun=True)
    receipt_verifies(desk, live, tmp_path)
    assert number in desk.go("desk/?view=sent").text()


def test_without_a_script_somebody_files_follows_is_answered_and_appeals(walk: Walk, live: LiveNode) -> None:
    phone = walk.again(width=360, language="tk", script=False)
    number = file_through(phone, "information-request")
    code = phone.page.inner_text("#access-code")
    live.manage("shell", "-c", ANSWERED % number)
    other = walk.again(width=320, language="ru", script=False)
    other.go("follow/")
    other.page.fill("#number", number)
    other.page.fill("#code", code)
    other.press("main form .govuk-button >> nth=0")
    assert "549" in other.text()
    other.page.click("#step-rate summary")
    other.page.locator("#step-rate input[name=verdict]").nth(2).check()
    other.press("form[action$='/steps/rate/'] .govuk-button >> nth=0")
    other.page.click("#step-appeal summary")
    other.page.fill("#step-appeal textarea[name=reason]", "Jogap nädogry.")
    other.press("form[action$='/steps/appeal/'] .govuk-button >> nth=0")
    link = other.page.locator("main ul a[href*='/cases/']").first
    appeal = str(link.inner_text())
    link.click()
    other.page.wait_for_load_state()
    assert case_number(other) == appeal
    assert "Jogap nädogry." in other.text()


def test_answers_are_saved_on_one_phone_and_sent_from_another(walk: Walk) -> None:
    phone = walk.again(width=360, language="en")
    phone.go("file/suggestion/").press("main a.govuk-button[href*='/form/']")
    phone.page.locator("textarea").first.fill(TEXT)
    phone.press("button[value=save]").press("main form .govuk-button >> nth=0")
    name, code = phone.page.inner_text("main p.ay-mono"), phone.page.inner_text("#access-code")
    other = walk.again(width=1280, language="ru")
    other.go("file/saved/")
    other.page.fill("#name", name)
    other.page.fill("#code", code)
    other.press("main form .govuk-button >> nth=0")
    assert other.page.locator("textarea").first.input_value() == TEXT
    file_through(other, "suggestion", begun=True)


def test_an_officer_handles_twenty_cases_with_the_keyboard_alone(walk: Walk, live: LiveNode) -> None:
    live.manage("shell", "-c", TWENTY)
    desk = walk.again(width=1280, language="en").sign_in("mary@example.com", PASSWORD)
    desk.go("desk/?view=new&procedure=information-request")
    keys = desk.page.keyboard
    keys.press("j")
    keys.press("Enter")
    desk.page.wait_for_url("**/cases/**")
    for at in range(20):
        number = case_number(desk)
        _press(desk, "r", "Enter")
        _press(desk, "s", "ArrowDown", "Tab", "Enter")
        keys.press("a")
        keys.type("There are 549 stations.")
        _press(desk, "Tab", "Tab", "Enter")
        assert desk.page.locator(".govuk-error-summary").count() == 0, (number, desk.text())
        if at < 19:
            desk.go("desk/?view=new&procedure=information-request")
            keys.press("j")
            keys.press("Enter")
            desk.page.wait_for_url("**/cases/**")
    desk.check()
    left = live.manage("shell", "-c", LEFT).strip().splitlines()[-1]
    assert left == "0"


def _press(desk: Walk, *keys: str) -> None:
    """Press keys, the last of which sends a form, and wait for the page that comes."""
    for key in keys[:-1]:
        desk.page.keyboard.press(key)
    with desk.page.expect_navigation():
        desk.page.keyboard.press(keys[-1])


PERSON = """
from aydyn.people import actions
actions.create_person(email="%s", name="Maral", language="tk", password="%s")
"""

ANSWERED = """
from aydyn.cases import actions, queries
from aydyn.people.models import Mandate
case = queries.by_number("%s")
head = Mandate.objects.get(office=case.office, role="head")
actions.take_step(case=case, step="assign", mandate=head, data=actions.StepData(officer=head))
actions.take_step(case=case, step="answer", mandate=head, data=actions.StepData(answer="549 uçastok."))
"""

TWENTY = """
from aydyn.cases import actions, queries
from aydyn.people import queries as people
row, office = queries.procedure_or_404("information-request"), people.office_by_code("tm.cec.mary")
for at in range(20):
    answers = {"question": f"How many stations are there in etrap {at}?", "scope": "national"}
    actions.file_case(procedure=row, office=office, answers=answers, asker={}, language="en")
"""

LEFT = """
from aydyn.cases.models import Case
print(Case.objects.filter(office__code="tm.cec.mary", procedure__code="information-request", answered_on=None).count())
"""
