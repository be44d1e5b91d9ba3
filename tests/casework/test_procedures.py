"""Reading procedures, and the errors that teach."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.casework.errors import DataError
from aydyn.casework.procedures import digest, load
from aydyn.casework.procedures.words import load_words
from aydyn.casework.shapes import MAX_BYTES, wording
from aydyn.kernel.packs import PackFile, pack_file, procedure_files

FILE = PackFile("information-request-1.toml", (Path(__file__).parent / "data/information-request-1.toml").read_bytes())


WORDS_FILE = pack_file("tm", "words.toml")
WORDS = load_words(WORDS_FILE.data, WORDS_FILE.name)


def refused(old: str, new: str) -> DataError:
    assert old.encode() in FILE.data
    with pytest.raises(DataError) as refusal:
        load(FILE.data.replace(old.encode(), new.encode(), 1), "request.toml")
    return refusal.value


def test_every_procedure_of_the_pack_can_be_loaded() -> None:
    for file in procedure_files("tm"):
        procedure = load(file.data, file.name, common=WORDS)
        assert file.name == f"procedures/{procedure.code}.toml"


def test_the_digest_is_that_of_the_exact_bytes() -> None:
    assert digest(FILE.data) == "sha256:" + hashlib.sha256(FILE.data).hexdigest()


def test_the_information_request_is_what_the_office_expects() -> None:
    procedure = load(FILE.data, FILE.name)
    assert str(procedure.clock.answer_within) == "20 working days"
    assert not procedure.clock.confirmed
    assert procedure.filing.act == "case.filed"
    assert all(question.private for question in procedure.asker)


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ("version = 1", 'version = "1"', "version", "whole number"),
        ('enter = "at-once"', 'enter = "at-onec"', "enter", "hourly"),
        ("answer_within", "answer_withn", "clock.answer_withn", "spelling"),
        ('"20 working days"', '"20 workdays"', "clock.answer_within", "write for example"),
        ('"75%"', '"175%"', "clock.warn_at", "write for example"),
        ('kind = "region"', 'kind = "film"', "field.region.kind", "files"),
        ('kind = "email"', 'kind = "mail"', "asker.email.kind", "email"),
        ('title.ru = "Запрос информации"', 'title.ru = " "', "title", "empty"),
        ('title.ru = "Запрос информации"\n', "", "title", "no text in ru"),
        ('hint.en = "Never published."\n', "", "asker.name.hint", "no text in en"),
        ('{ scope = "local" }', '{ scope = "lokal" }', "field.region.when.scope", "local, national"),
        ('{ scope = "local" }', '{ form = "page" }', "field.region.when.form", "comes before"),
        ('from = ["assigned"]', 'from = ["asigned"]', "step.answer.from", "assigned"),
        ('from = ["answered"]\n', "", "step", "file"),
        ('result = "withdrawn"', 'result = "taken-back"', "step.withdraw.result", "withdrawn"),
        ('extend_once_by = "10 working days"\n', "", "step.extend.effect", "clock.extend_once_by"),
        ("{office}", "{ofice}", "numbering.pattern", "write for example"),
        ('code = "not-held"', 'code = "private-life"', "ground.private-life", "twice"),
        ('by = ["registrar"]', 'by = ["boss"]', "step.assign.by.1", "registrar"),
        ("[clock]", "[clock", "", "not valid TOML"),
    ],
)
def test_an_error_names_the_file_the_key_and_what_would_be_right(old: str, new: str, key: str, word: str) -> None:
    error = refused(old, new)
    assert error.file == "request.toml"
    assert error.key == key
    assert word in error.problem + error.remedy
    assert error.remedy


def test_a_state_that_nobody_can_leave_is_refused() -> None:
    assert refused("open = false\n", "").key == "state.closed"


def test_what_is_not_text_and_what_is_too_large_is_refused() -> None:
    with pytest.raises(DataError, match="UTF-8"):
        load(b"\xff", "x.toml")
    with pytest.raises(DataError, match="at most"):
        load(b"#" * (MAX_BYTES + 1), "x.toml")


@given(st.data())
def test_a_damaged_file_is_loaded_or_refused_by_name(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(FILE.data) - 1))
    length = data.draw(st.integers(0, 12))
    damaged = FILE.data[:start] + data.draw(st.binary(max_size=6)) + FILE.data[start + length :]
    try:
        load(damaged, "request.toml")
    except DataError as error:
        assert error.file == "request.toml"
        assert error.problem
        assert error.remedy


def test_a_missing_language_falls_back_and_says_so() -> None:
    assert wording({"tk": "Ýap", "ru": "Закрыть"}, "ru") == ("Закрыть", "ru")
    assert wording({"tk": "Ýap", "ru": "Закрыть"}, "en") == ("Ýap", "tk")
