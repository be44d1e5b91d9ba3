"""Official PDFs: the same bytes every time, words as words, data attached, letters of three languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aydyn.documents import rendering
from aydyn.documents.errors import BadData
from aydyn.documents.rendering.texts import MISSING, covered, drawable

DAY = date(2026, 11, 25)
OFFICE = {"tk": "Merkezi topar", "ru": "Центральная комиссия", "en": "Central Commission"}
POINTER = {
    "address": "http://localhost:8000/tk/document/CEC-2026-000001/D1/abcdefgh12345678/",
    "code": "abcd-efgh-1234-5678",
}
LETTER: dict[str, Any] = {
    "kind": "refusal",
    "office": OFFICE,
    "number": "CEC-2026-000001/D1",
    "title": "Ýüz tutmaňyza jogap",
    "case": "CEC-2026-000001",
    "addressee": "Aýna Annaýewa",
    "paragraphs": ["Hormatly Aýna! Şäher, ňä, žurnal, çäge, öý, gül.\n\nУважаемая Айна, ответ на ваш запрос."],
    "ground": "Bu maglumat döwlet syrydyr.",
    "basis": ["Maglumat hakynda kanun, 12-nji madda"],
    "appeal": "Kazyýete 10 günüň içinde.",
    "officer": "Baş hünärmen",
    "pointer": POINTER,
}
CERTIFICATE: dict[str, Any] = {
    "office": OFFICE,
    "number": "CEC-2026-000002/D1",
    "title": "Güwänama",
    "holder": [{"label": "Ady", "value": "Aýna"}],
    "statements": [{"label": "Salgysy", "value": "Aşgabat"}],
    "valid_until": "2027-11-25",
    "pointer": POINTER,
}
SUMMARY: dict[str, Any] = {
    "office": OFFICE,
    "number": "CEC-2026-000003",
    "title": "Meniň ýüz tutmam",
    "filed": "2026-11-25",
    "sections": [{"title": "Sorag", "rows": [{"label": "Näme?", "value": "=1+1"}]}],
    "files": ["surat.jpg"],
}
EVERY = [("letter", LETTER), ("certificate", CERTIFICATE), ("case-summary", SUMMARY)]
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, check=True, text=True).stdout


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "a.pdf").write_bytes(pdf)
    return run("pdftotext", "-layout", "a.pdf", "-", cwd=folder)


@pytest.mark.parametrize(("template", "data"), EVERY)
@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_the_same_input_gives_the_same_bytes(template: str, data: dict[str, Any], language: str) -> None:
    once = rendering.render(template, language, data, DAY)
    assert once == rendering.render(template, language, dict(reversed(data.items())), DAY)
    assert once != rendering.render(template, language, data, date(2026, 11, 26))
    assert b"<pdfaid:part>3</pdfaid:part>" in once
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in once
    assert b"<pdfuaid:part>1</pdfuaid:part>" in once


@poppler
@pytest.mark.parametrize(("template", "data"), EVERY)
def test_a_reader_finds_title_language_tags_fonts_and_the_data(
    template: str, data: dict[str, Any], tmp_path: Path
) -> None:
    pdf = rendering.render(template, "tk", data, DAY)
    text = text_of(pdf, tmp_path)
    facts = run("pdfinfo", "a.pdf", cwd=tmp_path)
    assert data["title"] in facts
    assert "Tagged:          yes" in facts
    assert re.search(rb"/Lang ?\(tk", pdf)
    assert data["title"] in text
    assert "25.11.2026" in text
    assert all(name in text for name in OFFICE.values())
    fonts = run("pdffonts", "a.pdf", cwd=tmp_path).splitlines()[2:]
    assert fonts
    assert all("NotoSans" in line and " yes yes yes " in line for line in fonts)
    run("pdfdetach", "-save", "1", "-o", "data.json", "a.pdf", cwd=tmp_path)
    attached = json.loads((tmp_path / "data.json").read_text("utf-8"))
    assert (attached["template"], attached["language"], attached["created"]) == (template, "tk", "2026-11-25")
    assert {name: attached["data"][name] for name in data} == data


@poppler
def test_words_are_words_whatever_they_look_like(tmp_path: Path) -> None:
    odd = "#import \"sheet.typ\" #eval(\"1\") $x^2$ *b* _i_ `c` @ref <a> \\ // /* [x] {y} = h ~ -- '\""  # fmt: skip
    turned = "abc \u202egpj.exe\u2066 def \x07 \U0001f600 漢"
    pdf = rendering.render(
        "letter", "en", LETTER | {"title": odd[:60], "paragraphs": [odd, turned, "= no heading"]}, DAY
    )
    text = text_of(pdf, tmp_path)
    flat = " ".join(text.split())
    assert odd in flat
    assert f"abc gpj.exe def {MISSING} {MISSING}" in flat
    assert "= no heading" in flat
    run("pdfdetach", "-save", "1", "-o", "data.json", "a.pdf", cwd=tmp_path)
    assert json.loads((tmp_path / "data.json").read_text("utf-8"))["data"]["paragraphs"][1] == turned


@poppler
def test_a_refusal_says_its_ground_and_how_to_appeal_and_names_nobody_unasked(tmp_path: Path) -> None:
    text = text_of(rendering.render("letter", "en", LETTER, DAY), tmp_path)
    for words in ("Ground", LETTER["ground"], "Legal basis", "How to appeal", LETTER["appeal"], "Baş hünärmen"):
        assert words in text
    assert POINTER["code"] in text
    assert POINTER["address"] in "".join(text.split())


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=40)
def test_any_words_can_be_drawn(title: str, words: str) -> None:
    data = SUMMARY | {"title": title or "x", "sections": [{"title": words, "rows": [{"label": "q", "value": words}]}]}
    assert rendering.render("case-summary", "ru", data, DAY).startswith(b"%PDF-")


def test_the_fonts_have_every_letter_of_the_three_languages() -> None:
    letters = "AÄBÇDEFGHIJŽKLMNŇOÖPRSŞTUÜWYÝZ" + "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ" + "“”«»–—…№₽€•"
    assert {ord(letter) for letter in letters + letters.lower()} <= covered()
    assert drawable("y\u0301\r\nz\u200f") == "ý\nz"


@pytest.mark.parametrize(
    ("template", "language", "changes", "says"),
    [
        ("poster", "tk", {}, "no template"),
        ("letter", "xx", {}, "no template"),
        ("letter", "tk", {"paragraphs": []}, "paragraphs"),
        ("letter", "tk", {"number": "a b"}, "number"),
        ("letter", "tk", {"surprise": "x"}, "surprise"),
        ("letter", "tk", {"pointer": {"address": "javascript:alert(1)", "code": POINTER["code"]}}, "address"),
        ("letter", "tk", {"paragraphs": ["x" * 20_000] * 11}, "characters"),
        ("letter", "tk", {"office": {}}, "office"),
    ],
)
def test_data_that_does_not_fit_is_told(template: str, language: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadData, match=says):
        rendering.render(template, language, LETTER | changes, DAY)
