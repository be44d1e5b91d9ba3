"""From filing to a receipt that verifies offline: the way of a citizen, an officer, and a stranger."""

from __future__ import annotations

import re
import time
import urllib.request
from pathlib import Path

from tests.journeys.conftest import PASSWORD, LiveNode
from tests.journeys.filing import NEXT
from tests.journeys.walking import HTML_BUDGET, JOURNEY_BUDGET, PAGE_BUDGET, VERIFY_BUDGET, Walk

QUESTION = "Mary welaýatynda näçe saýlaw uçastogy açylar we haýsylaryna maýyp arabaly barmak bolýar?"
ANSWER = "549 uçastok. Olaryň 212-sinde ýapgyt girelge bar."
ROOT = Path(__file__).resolve().parents[2]


def fill_in(walk: Walk, question: str = QUESTION) -> None:
    walk.go("file/").press(".ay-door a[href*='information-request']").press("main a.govuk-button[href*='/form/']")
    walk.page.fill("textarea[name=question]", question)
    walk.press(NEXT)
    walk.page.check("input[name=scope][value=local]")
    walk.page.select_option("select[name=region]", "TM-M")
    walk.press(NEXT).press(NEXT).press("main form .govuk-button")


def case_number(walk: Walk) -> str:
    found = re.search(r"/cases/([^/]+)/", walk.page.url)
    assert found is not None
    return found[1]


def policies(live: LiveNode, folder: Path) -> list[Path]:
    files = []
    for name in ("policy", "policy-pq"):
        with urllib.request.urlopen(f"{live.url}/ledger/{name}", timeout=5) as answer:
            (folder / name).write_bytes(answer.read())
        files.append(folder / name)
    return files


def verdict(walk: Walk, page: str, receipts: list[Path], trust: list[Path]) -> str:
    """Give receipts and policies to a verify page and say what it concludes."""
    walk.page.goto(page)
    walk.page.set_input_files("#policy-files", [str(path) for path in trust])
    walk.page.set_input_files("#receipt-files", [str(path) for path in receipts])
    walk.page.wait_for_selector(".card")
    return str(walk.page.locator(".card").first.get_attribute("class"))


def test_a_citizen_files_on_a_phone_without_javascript_and_follows_from_another(walk: Walk, live: LiveNode) -> None:
    phone = walk.again(width=360, language="tk", script=False)
    fill_in(phone)
    number = case_number(phone)
    code = phone.page.inner_text("#access-code")
    started = time.monotonic()
    while phone.page.locator(".ay-seal--set").count() < 2 and time.monotonic() - started < 10:
        phone.page.wait_for_timeout(500)
        phone.page.reload()
    assert time.monotonic() - started < 8, "a receipt is final within five seconds, and some for a slow machine"
    assert phone.total() <= JOURNEY_BUDGET
    assert phone.heaviest() <= PAGE_BUDGET, phone.weights
    assert phone.heaviest_html() <= HTML_BUDGET
    other = walk.again(width=320, language="en")
    other.go("follow/")
    other.page.fill("#number", number.lower())
    other.page.fill("#code", code)
    other.press("main form button")
    assert QUESTION in other.text()
    stranger = walk.again(width=1280, language="ru")
    stranger.go(f"cases/{number}/")
    assert QUESTION not in stranger.text()
    assert number in stranger.go(f"register/?q={number}").text()


def test_officers_answer_and_publish_and_the_asker_proves_it_offline(
    walk: Walk, live: LiveNode, tmp_path: Path
) -> None:
    fill_in(walk)
    number = case_number(walk)
    walk.page.wait_for_selector(".ay-receipt[data-state*='2']", timeout=10_000)
    receipt = walk.download("a[href$='usual.tlog-proof']", tmp_path)
    _registrar_and_officer(walk, number)
    publisher = walk.again(width=1280, language="tk").sign_in("publisher@example.com", PASSWORD)
    publisher.go(f"cases/{number}/")
    publisher.page.fill("textarea[name=public_question]", "Mary: näçe uçastok?")
    publisher.press("form[action$='/publish/'] button")
    assert ANSWER in walk.again(width=360, language="en").go(f"cases/{number}/").text()
    walk.go(f"cases/{number}/")
    assert ANSWER in walk.text()
    walk.go(f"cases/{number}/receipts/3/")
    walk.page.wait_for_selector("a[href$='usual.tlog-proof']", timeout=10_000)
    answered = walk.download("a[href$='usual.tlog-proof']", tmp_path)
    _verify_page_judges(walk, live, tmp_path, receipt, answered)


def _registrar_and_officer(walk: Walk, number: str) -> None:
    registrar = walk.again(width=1280, language="ru").sign_in("registrar@example.com", PASSWORD)
    registrar.go(f"desk/?q={number}")
    registrar.page.check(f"input[type=checkbox][value='{number}']")
    registrar.page.select_option("#bulk-officer", label="Officer")
    registrar.press("#bulk button[value=assign]")
    officer = walk.again(width=360, language="ru").sign_in("officer@example.com", PASSWORD)
    officer.go("desk/?view=mine").press(f"a[href*='{number}']")
    officer.page.click("#step-answer summary")
    officer.press("form[action$='/steps/answer/'] .govuk-button >> nth=0")
    assert officer.page.locator(".govuk-error-summary").count() > 0
    officer.page.fill("#answer-answer", ANSWER)
    officer.press("form[action$='/steps/answer/'] .govuk-button >> nth=0")
    assert ANSWER in officer.text()


def _verify_page_judges(walk: Walk, live: LiveNode, folder: Path, receipt: Path, answered: Path) -> None:
    stranger = walk.again(width=360, language="ru")
    served = stranger.page.goto(f"{live.url}/verify.html")
    assert served is not None
    assert stranger.heaviest() <= VERIFY_BUDGET
    saved = folder / "verify.html"
    saved.write_bytes(served.body())
    assert saved.read_bytes() == (ROOT / "src/aydyn/face/static/face/verify.html").read_bytes()
    trust = policies(live, folder)
    offline = walk.again(width=360, language="tk")
    offline.context.set_offline(True)
    page = saved.as_uri()
    assert "verified" in verdict(offline, page, [receipt], trust)
    assert "verified" in verdict(offline, page, [answered], trust)
    assert ANSWER in offline.page.inner_text(".card")
    assert "unchecked" in verdict(offline, page, [receipt], [])
    broken = folder / "broken.tlog-proof"
    broken.write_bytes(receipt.read_bytes().replace(b"index ", b"index 1", 1))
    assert "refuted" in verdict(offline, page, [broken], trust)
    for name, data in (
        ("empty", b""),
        ("large", b"x" * 3_000_000),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("page.pdf", b"%PDF-1.7\n"),
    ):
        (folder / name).write_bytes(data)
        assert "unchecked" in verdict(offline, page, [folder / name], trust), name


def test_an_account_with_a_passkey_keeps_its_cases_together(walk: Walk, live: LiveNode) -> None:
    devtools = walk.context.new_cdp_session(walk.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    walk.go("account/signup/")
    email = f"citizen{time.time_ns()}@example.com"
    walk.page.fill("input[name=email]", email)
    walk.page.fill("input[name=password1]", PASSWORD)
    walk.press("main form button[type=submit]")
    fill_in(walk)
    number = case_number(walk)
    assert walk.page.locator("#access-code").count() == 0
    assert number in walk.go("my/").text()
    live.manage(
        "shell",
        "-c",
        f"from allauth.account.models import EmailAddress; EmailAddress.objects.filter(email='{email}').update(verified=True)",
    )
    walk.go("account/2fa/webauthn/add/")
    if walk.page.locator("input[name=password]").count():
        walk.page.fill("input[name=password]", PASSWORD)
        walk.press("main form button[type=submit]")
    walk.page.fill("input[name=name]", "phone")
    if walk.page.locator("input[name=passwordless]").count():
        walk.page.check("input[name=passwordless]")
    walk.page.click("main form button >> nth=0")
    walk.page.wait_for_url(re.compile(r"/2fa/(?!webauthn/add)"), timeout=10_000)
    walk.page.wait_for_load_state()
    walk.check()
    walk.go("account/logout/").press("main form button[type=submit]")
    walk.go("account/login/")
    walk.page.click("#passkey_login")
    walk.page.wait_for_url("**/my/", timeout=10_000)
    assert number in walk.text()


def test_an_officer_finds_the_way_with_the_keyboard_alone(walk: Walk) -> None:
    desk = walk.again(width=1280, language="en").sign_in("registrar@example.com", PASSWORD)
    fill_in(walk, QUESTION + " 2")
    desk.go("desk/?view=new")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/cases/**")
    desk.check()


def test_a_head_finds_mandates_and_their_receipts_on_a_phone(walk: Walk) -> None:
    head = walk.again(width=360, language="tk").sign_in("head@example.com", PASSWORD)
    head.go("desk/mandates/")
    assert head.page.locator("a[href$='granted.tlog-proof']").count() >= 4
    head.go("my/")
    assert head.page.locator("a[href$='granted.tlog-proof']").count() == 1
