"""The report on a terminal and on a page: names from an archive are shown, and command nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.evote.manipulations.table import PLAIN
from tests.evote.workshop import Bench, verify

from aydyn.evote.report.pages import LANGUAGES, render
from aydyn.evote.report.texts import lines, noted, shown
from aydyn.evote.report.values import report_of
from aydyn.evote.report.words import WORDS
from aydyn.evote.verify.verdicts import Note

EVIL = "A\x1b[2K\r\n      1000000  Mallory\x9b\x7f\u2028\u202eB\ud800"


def told(raw: bytes) -> dict[str, Any]:
    return report_of(verify(raw), "some.bel")


def renamed(text: str) -> dict[str, Any]:
    """A report whose every name is another."""
    report = told(Bench(PLAIN).raw)
    report["facts"]["name"] = report["file"] = text
    report["facts"]["trustees"][0]["name"] = text
    report["notes"] = [Note("x", text).to_value()]
    for question in report["result"]:
        question["question"] = text
        for row in question["rows"]:
            row["name"] = text
    rounds = [{"standings": [[0, "7"]], "candidates": [0], "verdict": "elected"}]
    stv = {"elected": [0], "quota": 3, "rounds": rounds}
    schulze = {"ranking": [[0, 1]], "matrix": [[0, 1], [1, 0]]}
    grades = {"ranking": [[0, 1]], "grade_names": [text], "distribution": [[1], [1]], "grades": [1, 1]}
    for count in (stv, schulze, grades):
        report["result"].append({"question": text, "names": [text, text], "count": count})
    return report


def test_no_name_commands_the_terminal_or_makes_a_line() -> None:
    plain, evil = list(lines(renamed("A"))), list(lines(renamed(EVIL)))
    assert len(plain) == len(evil)
    for line in evil:
        assert line.isprintable(), line
    assert any("\\u001b[2K\\u000d\\u000a      1000000  Mallory" in line for line in evil)


def test_letters_of_any_language_are_shown_as_they_are() -> None:
    for text in ("Ogulgerek Aýna Ž", "Щербакова", "محمد", "李", "é", "👩‍🌾", "a\u200cb"):
        assert shown(text) == text
    assert shown("two\nlines\x1b", keep="\n") == "two\nlines\\u001b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_beside_other_words_keep_their_direction_to_themselves(language: str) -> None:
    mark = "\u202eneleM"
    page = render(renamed(mark), language)
    beside = re.sub(r"<bdi>.*?</bdi>|<h1>.*?</h1>|<h3>.*?</h3>", "", page)
    assert page.count("<bdi>") > 10
    assert mark not in beside
    assert "<script" not in render(renamed("<script>"), language)


def test_an_archive_without_its_result_says_so() -> None:
    bench = Bench(PLAIN)
    words = WORDS["en"]["partial"]
    assert not any(words in line for line in lines(told(bench.bytes())))
    whole = bench.events
    for length in (1, 3, len(whole) - 1):
        bench.events = whole[:length]
        assert list(lines(told(bench.bytes())))[1].strip() == words


@pytest.mark.parametrize("code", ["trustee-key-neutral", "election-key-neutral", "shuffled-twice"])
def test_notes_on_trustees_are_told_in_each_language(code: str) -> None:
    note = Note(code, "in English", 3, "2 (Aýna)").to_value()
    assert noted(note, WORDS["en"]) == "in English"
    for language in ("ru", "tk"):
        sentence = noted(note, WORDS[language])
        assert sentence != "in English"
        assert ("2 (Aýna)" in sentence) is (code != "election-key-neutral")
