"""Every text that people see is there in every language, with the same places for names and numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "aydyn"
LANGUAGES = ("tk", "ru")
PLACE = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z]+\}")


def catalog(language: str) -> dict[str, tuple[str, ...]]:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        messages = list(read_po(stream))
    assert not any(message.fuzzy for message in messages if message.id)
    return {_key(message.id): _all(message.string) for message in messages if message.id}


def _key(value: object) -> str:
    return str(value[0]) if isinstance(value, (tuple, list)) else str(value)


def _all(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else (str(value),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated_and_every_place_is_kept(language: str) -> None:
    for key, strings in catalog(language).items():
        assert all(strings), key
        for text in strings:
            assert set(PLACE.findall(text)) <= set(PLACE.findall(key)), (key, text)
        if len(strings) == 1:
            assert set(PLACE.findall(strings[0])) == set(PLACE.findall(key)), key


def test_all_languages_have_the_same_texts() -> None:
    assert set(catalog("ru")) - set(catalog("tk")) == set()


def test_every_text_of_the_code_is_in_the_files(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("no xgettext here: apt-get install gettext brings it")
    copy = tmp_path / "aydyn"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("static", "data", "__pycache__"))
    before = set(catalog("ru"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "ru", "--no-location", "--no-obsolete", "--settings=django.conf.global_settings"],
        cwd=copy, check=True, capture_output=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip
    with (copy / "locale" / "ru" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        found = {_key(message.id) for message in read_po(stream) if message.id}
    assert found - before == set(), "run makemessages and translate these"
