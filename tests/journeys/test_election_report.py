"""The report of an election, opened from the disk: three languages, phone and desktop, no scripts, nothing that axe finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.elections import VOTES, Office
from tests.journeys.walking import AXE

from aydyn import cli

TITLES = {"en": "Verified", "ru": "Проверено", "tk": "Barlandy, dogry"}
SHARES = {"en": r"\d\.\d%", "ru": r"\d,\d\s%", "tk": r"\d,\d\s%"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished election."""
    place = tmp_path_factory.mktemp("election")
    office = Office(lambda *words: CliRunner().invoke(cli.command, [str(word) for word in words]), place)
    office.set_up()
    for name in VOTES:
        office.vote(name, f"{name}.ballot")
    office.say("add", office.folder, place / "Merdan.ballot", place / "Jennet.ballot")
    office.count()
    return office.archive


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ru", 360), ("tk", 360)])
def test_the_report_is_read_on_any_device(
    browser: Any, archive: Path, tmp_path: Path, language: str, width: int
) -> None:
    page_file = tmp_path / "report.html"
    words = ["verify", "election", str(archive), "--jobs", "1", "--report", str(page_file), "--lang", language]
    assert CliRunner().invoke(cli.command, words).exit_code == 0
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert page.locator(".verdict strong").inner_text() == TITLES[language]
    assert re.search(SHARES[language], page.locator(".row b").first.inner_text())
    assert page.locator("h2").count() >= 6
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {preload: false})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert asked == [page_file.as_uri()]
    context.close()
