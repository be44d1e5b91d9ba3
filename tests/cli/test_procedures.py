"""``aydyn procedures`` for who writes them: good, wrong with what would be right, listed, shown, drawn."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from aydyn.cli import command
from aydyn.kernel import packs

FILE = packs.pack_file("tm", "procedures/information-request.toml")


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["procedures", *words])
    return result.exit_code, result.output


def test_the_pack_is_good() -> None:
    code, text = said("check")
    assert (code, "good" in text) == (0, True)


def test_a_wrong_file_is_told_with_key_and_remedy(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_bytes(FILE.data.replace(b'to = "assigned"', b'to = "asigned"'))
    code, text = said("check", str(wrong))
    assert code == 1
    assert "step.assign.to" in text
    assert "write one of answered, assigned, closed, received, registered, waiting-for-you" in text
    assert said("check", str(tmp_path / "missing.toml"))[0] == 2


def test_they_are_listed_for_machines() -> None:
    code, text = said("list", "--json", "--language", "ru")
    rows = json.loads(text)["procedures"]
    assert code == 0
    assert {"information-request"} <= {row["code"] for row in rows}
    assert rows[0]["file"].startswith("sha256:")


def test_one_is_shown_in_words_and_drawn(tmp_path: Path) -> None:
    assert "Answer within 20 working days (not confirmed in law)" in said("show", "information-request")[1]
    assert said("show", "nonsense")[0] == 2
    drawn = tmp_path / "p.svg"
    assert said("show", "information-request", "--svg", str(drawn))[0] == 0
    assert drawn.read_text("utf-8").startswith("<svg")
    assert said("list", "--pack", "nowhere")[0] == 2
