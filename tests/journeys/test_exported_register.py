"""The register on a stick: exported from a running node, opened from the disk, searched, and a receipt of it verified."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.journeys.conftest import LiveNode
from tests.journeys.walking import AXE

QUESTION = "Kitaphananyň ýanyndaky köprüniň abadanlaşdyrylyşy haçan gutarar?"
PUBLISH = """
from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.people import queries as people
from aydyn.people.models import Mandate
office = people.office_by_code("tm.cec")
by = {mandate.role: mandate for mandate in Mandate.objects.filter(office=office)}
case = actions.file_case(
    procedure=queries.current_procedure("information-request"), office=office, language="tk",
    answers={"question": "%(question)s", "scope": "local", "region": "TM-M"}, asker={"name": "Gizlin At"},
).case
actions.take_step(case=case, step="assign", mandate=by["registrar"], data=StepData(officer=by["officer"]))
actions.take_step(case=case, step="answer", mandate=by["officer"], data=StepData(answer="Nowruzdan öň."))
words = StepData(public_question="%(question)s", public_answer="Nowruzdan öň.")
actions.take_step(case=case, step="publish", mandate=by["publisher"], data=words)
print("number:", case.number)
"""


def export(live: LiveNode, folder: Path) -> dict[str, Any]:
    """Run the command until every act has its receipt in the site."""
    command = [sys.executable, "-m", "aydyn.cli", "register", "export", str(folder), "--json", "--data", str(live.data)]
    until = time.monotonic() + 30
    while True:
        done = subprocess.run(command, env=live.environment, capture_output=True, text=True, check=True)
        made: dict[str, Any] = json.loads(done.stdout)
        if made["without_receipt"] == 0 or time.monotonic() > until:
            return made
        time.sleep(1)


def check(page: Any) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {preload: false})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_an_exported_register_is_searched_from_the_disk_and_its_receipts_verify(
    live: LiveNode, browser: Any, tmp_path: Path
) -> None:
    said = live.manage("shell", "-c", PUBLISH % {"question": QUESTION})
    number = said.rsplit("number:", 1)[1].split()[0]
    folder = tmp_path / "site"
    made = export(live, folder)
    assert made["without_receipt"] == 0
    context = browser.new_context(viewport={"width": 360, "height": 800}, offline=True)
    page, asked, noise = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noise.append(message.text))
    page.goto((folder / "index.html").as_uri())
    page.click('a[href="tk/index.html"]')
    check(page)
    page.fill("#words", "kopru gutarar")
    page.press("#words", "Enter")
    page.click(f'#found a[href="cases/{number}.html"]')
    assert QUESTION in page.inner_text("h1")
    assert "Nowruzdan" in page.inner_text("main")
    assert "Gizlin" not in page.content()
    check(page)
    page.click('nav a[lang="ru"]')
    check(page)
    receipt = page.get_attribute(".ay-event__proof a >> nth=-1", "href")
    assert all(url.startswith("file:") for url in asked), asked
    assert noise == []
    context.close()
    file = (folder / "ru" / "cases" / str(receipt)).resolve()
    policies = [
        word for name in ("aydyn", "aydyn-pq") for word in ("--policy", str(folder / "ledger" / f"{name}.policy"))
    ]
    command = [sys.executable, "-m", "aydyn.cli", "verify", "receipt", str(file), *policies]
    done = subprocess.run(command, env=live.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert number in done.stdout
