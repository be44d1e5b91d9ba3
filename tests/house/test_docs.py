"""Documentation that cannot lie: what exists is described."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def documented() -> str:
    files = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


def command_words() -> list[str]:
    from click import Context, Group

    from aydyn.cli import command as aydyn

    words: list[str] = []
    for name in aydyn.list_commands(Context(aydyn)):
        command = aydyn.get_command(Context(aydyn), name)
        inner = command.list_commands(Context(command)) if isinstance(command, Group) else []
        words.extend([f"aydyn {name} {word}" for word in inner] or [f"aydyn {name}"])
    return words


def test_every_word_of_the_command_is_documented() -> None:
    if not DOCS.is_dir():
        pytest.skip("there is no docs/ yet")
    text = documented()
    assert [word for word in command_words() if word not in text] == []


def test_decisions_are_numbered_once_and_have_the_three_parts() -> None:
    decisions = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(numbers) == len(set(numbers))
    for path in decisions:
        text = path.read_text(encoding="utf-8").lower()
        assert all(word in text for word in ("context", "decision", "consequence")), path.name


def test_the_readme_names_the_verify_page_that_is_served() -> None:
    digest = (ROOT / "src/aydyn/face/static/face/verify.html.sha256").read_text("ascii").split()[0]
    assert digest in (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_documented() -> None:
    from aydyn.kernel.config import TABLE

    text = documented()
    assert [setting.name for setting in TABLE if f"`{setting.name}`" not in text] == []


def test_every_picture_that_is_shown_is_there() -> None:
    import re

    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"
