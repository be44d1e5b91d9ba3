"""Fills in any form of the pack as a person would, page by page, from what the procedure asks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.journeys.walking import Walk

from aydyn.casework.fields import Question
from aydyn.casework.procedures import Procedure, load
from aydyn.casework.procedures.words import load_words
from aydyn.kernel.packs import pack_file, procedure_files

NEXT = "main form .govuk-button[value=next]"
TEXT = "Uçastokda saýlawçylaryň sanawyny soran adamlara görkezmediler; şaýatlar bar."
WORDS = load_words(pack_file("tm", "words.toml").data, "words.toml")
PROCEDURES: dict[str, Procedure] = {
    made.code: made for made in (load(file.data, file.name, common=WORDS) for file in procedure_files("tm"))
}
_PARTS = {
    "family_name": "Annaýewa", "given_name": "Ogulgerek", "place": "Mary", "street": "Magtymguly köçesi, 12", "day": "17",
    "month": "5", "year": "2001", "name": "Ýaşlar guramasy", "number": "12",
}  # fmt: skip


def file_through(walk: Walk, code: str, *, files: dict[str, Path] | None = None, begun: bool = False) -> str:
    """File something under a procedure through its pages; returns the case's number. ``begun``: the form is open already."""
    if not begun:
        walk.go(f"file/{code}/").press("main a.govuk-button[href*='/form/']")
    rules = PROCEDURES[code]
    for _ in range(12):
        if "/form/check/" in walk.page.url:
            break
        _fill_page(walk, rules, files or {})
        walk.press(NEXT)
        assert walk.page.locator(".govuk-error-summary").count() == 0, walk.text()
    walk.press("main form .govuk-button >> nth=0")
    found = re.search(r"/cases/([^/]+)/filed/", walk.page.url)
    assert found is not None, walk.text()
    return found[1]


def _fill_page(walk: Walk, rules: Procedure, files: dict[str, Path]) -> None:
    you = "/about-you/" in walk.page.url
    prefix = "asker_" if you else ""
    for question in rules.asker if you else rules.questions:
        here = walk.page.locator(f"[name='{prefix}{question.name}'], [name^='{prefix}{question.name}.']")
        if not here.count():
            continue
        if question.name in files:
            walk.page.set_input_files(f"input[type=file][name='{question.name}']", str(files[question.name]))
            walk.press("button[value=upload]")
        elif question.required or question.kind == "longtext":
            _answer(walk.page, prefix + question.name, question)


def _answer(page: Any, name: str, question: Question) -> None:
    match question.kind:
        case "longtext":
            page.fill(f"textarea[name='{name}']", TEXT)
        case "choice" | "choices" | "yesno":
            first = page.locator(f"input[name='{name}']").first
            if first.count():
                first.check()
            else:
                page.select_option(f"select[name='{name}']", index=1)
        case "region":
            page.select_option(f"select[name='{name}']", "TM-M")
        case "date" | "person" | "address" | "organisation" | "money":
            _parts(page, name, question)
        case "table":
            _row(page, name, question)
        case "file" | "files":
            pass  # what must be attached is given by the test
        case kind:
            page.fill(f"input[name='{name}']", _typed(kind, question))


def _typed(kind: str, question: Question) -> str:
    known = {
        "email": "ayna@example.com",
        "phone": "+99365123456",
        "number": str(question.min or 7),
        "document": "CEC-2026-000001",
    }
    return known.get(kind, "I-AŞ 123456" if "document" in question.name else "Mary")


def _parts(page: Any, name: str, question: Question) -> None:
    for cell in page.locator(f"[name^='{name}.']").all():
        part = str(cell.get_attribute("name")).rsplit(".", 1)[1]
        if cell.evaluate("each => each.tagName") == "SELECT":
            cell.select_option("TM-M")
        elif part == "year" and question.earliest is not None:
            cell.fill(str(question.earliest.year + 1))
        elif part in _PARTS:
            cell.fill(_PARTS[part])


def _row(page: Any, name: str, question: Question) -> None:
    for column in question.column:
        cell = page.locator(f"[name='{name}.0.{column.name}']")
        if cell.evaluate("each => each.tagName") == "SELECT":
            cell.select_option(index=1)
        else:
            cell.fill("7" if column.kind == "number" else "Mary")
