"""The register as plain files: whole, public, checkable, and replaced in one step."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.cases.test_one_request import file
from tests.nodes import TestNode
from tests.portal.conftest import Publish

from aydyn.cases import actions
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.ledger.policies import Policy
from aydyn.ledger.receipts import Receipt
from aydyn.people.models import Mandate
from aydyn.portal import exporting


def silent(_done: int, _total: int) -> None:
    """No progress is shown."""


def export(folder: Path) -> exporting.Made:
    return exporting.export_site(folder, silent)


def everything(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


def test_an_export_shows_what_strangers_see_and_proves_it(
    node: TestNode, publish: Publish, staff: dict[str, Mandate], tmp_path: Path
) -> None:
    published, waiting, hidden = publish("Where are ramps?"), file().case, publish("A garden")
    actions.take_step(case=hidden, step="hide", mandate=staff["publisher"], data=StepData(ground="insult"))
    held, never = file(held=True).case, file().case
    Case.objects.filter(pk=never.pk).update(listed=False)
    node.sequence()
    made = export(tmp_path / "site")
    assert (made.cases, made.without_receipt, made.receipts) == (3, 0, 10)
    for code in ("tk", "ru", "en"):
        pages = {path.stem for path in (made.folder / code / "cases").iterdir()}
        assert pages == {published.number, waiting.number, hidden.number}
        assert "Where are ramps?" in (made.folder / code / "cases" / f"{published.number}.html").read_text("utf-8")
    text = everything(made.folder)
    for word in ("garden", "wheelchair", "Aýna", held.number, never.number, str(tmp_path)):
        assert word not in text, word
    policy = Policy.parse((made.folder / "ledger" / "aydyn.policy").read_bytes())
    for path in (made.folder / "receipts").rglob("*.tlog-proof"):
        receipt = Receipt.parse(path.read_bytes())
        receipt.verify(policy)
        opens = set(receipt.opened)
        assert opens == (
            {"question", "answer"} if "published" in path.name and published.number in path.name else set()
        )


def test_no_address_in_it_leads_out_of_it_or_begins_at_a_root(node: TestNode, publish: Publish, tmp_path: Path) -> None:
    publish("Where are ramps?")
    node.sequence()
    folder = export(tmp_path / "site").folder
    for page in folder.rglob("*.html"):
        if page.name == "verify.html":
            continue
        text = page.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", text), page
        for address in re.findall(r'(?:href|src)="([^"]*)"', text):
            if not address.startswith("#"):
                assert not address.startswith(("/", "http:", "https:", "//")), (page, address)
                assert (page.parent / address).resolve().is_relative_to(folder.resolve()), (page, address)
                assert (page.parent / address).exists(), (page, address)


def test_the_index_finds_every_word_and_is_only_data(node: TestNode, publish: Publish, tmp_path: Path) -> None:
    case = publish("Saýlaw </script> uçastogy \u2028 ramps")
    node.sequence()
    folder = export(tmp_path / "site").folder
    for script in (folder / "index").rglob("*.js"):
        text = script.read_text("utf-8")
        assert "</" not in text
        assert "\u2028" not in text
        json.loads(text.removeprefix("aydyn(").removesuffix(");\n"))
    shard = (folder / "index" / "words" / "73-61.js").read_text("utf-8")
    assert '"saylaw":[0]' in shard
    cases = json.loads((folder / "index" / "cases" / "0.js").read_text("utf-8")[6:-3])
    assert cases[2][0][0] == case.number


def test_a_folder_with_something_of_others_is_refused_and_an_earlier_export_replaced(
    node: TestNode, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish("Where are ramps?")
    node.sequence()
    target = tmp_path / "site"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    with pytest.raises(exporting.NotOurs):
        export(target)
    assert [path.name for path in target.iterdir()] == ["mine.txt"]
    (target / "mine.txt").unlink()
    export(target)
    second = publish("Where are stairs?")
    node.sequence()
    monkeypatch.setattr("aydyn.portal.exporting.site._write_data", _fail)
    with pytest.raises(OSError, match="full"):
        export(target)
    assert not (target / "en" / "cases" / f"{second.number}.html").exists(), "the old one stands"
    assert (target / "en" / "cases" / f"{first.number}.html").exists()
    monkeypatch.undo()
    export(target)
    assert (target / "en" / "cases" / f"{second.number}.html").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def _fail(_folder: Path) -> None:
    raise OSError("the disk is full")


def test_without_a_published_checkpoint_there_is_nothing_to_export(node: TestNode, tmp_path: Path) -> None:
    with pytest.raises(exporting.NothingPublished):
        export(tmp_path / "site")
    assert not (tmp_path / "site").exists()
