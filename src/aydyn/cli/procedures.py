"""``aydyn procedures``: check, show and draw the procedures of a pack, for who writes them; no node is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aydyn.casework import diagrams
from aydyn.casework.errors import DataError
from aydyn.casework.procedures import Procedure, digest, load
from aydyn.casework.procedures.words import CommonWords, load_words
from aydyn.casework.shapes import wording
from aydyn.cli.output import REFUTED, VERIFIED, Unchecked, finish, print_json, say, tell
from aydyn.kernel import packs

_pack_option = click.option("--pack", default="tm", show_default=True, help="Whose procedures.")
_language_option = click.option("--language", default="en", show_default=True, help="In which language.")


@click.group()
def procedures() -> None:
    """Procedures of a pack: check their files, list, show and draw them."""


def _files(pack: str) -> list[tuple[str, bytes]]:
    try:
        return [(file.name, file.data) for file in packs.procedure_files(pack)]
    except packs.PackError as error:
        raise Unchecked(str(error)) from None


@procedures.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_pack_option
def check(files: tuple[Path, ...], pack: str) -> None:
    """Check procedure files (by default all of the pack) and say what is wrong, where, and what would be right."""
    faulty, common = 0, _words_of(pack)
    for name, data in [_read(file) for file in files] or _files(pack):
        try:
            procedure = load(data, name, common=common)
        except DataError as error:
            faulty += 1
            say(f"{name}: WRONG\n  {error}")
        else:
            say(f"{name}: good ({procedure.code} version {procedure.version}, {len(procedure.steps)} steps)")
    finish(REFUTED if faulty else VERIFIED)


def _words_of(pack: str) -> CommonWords | None:
    """The pack's words for usual steps and states, which its procedures leave out."""
    try:
        file = packs.optional_file(pack, "words.toml")
        return load_words(file.data, file.name) if file else None
    except (packs.PackError, DataError) as error:
        raise Unchecked(str(error)) from None


def _read(file: Path) -> tuple[str, bytes]:
    try:
        return str(file), file.read_bytes()
    except OSError as error:
        raise Unchecked(f"{file} cannot be read: {error.strerror}") from None


@procedures.command("list")
@_pack_option
@_language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def list_all(pack: str, language: str, as_json: bool) -> None:
    """List the procedures of a pack."""
    rows = [_row(name, data, language, pack) for name, data in _files(pack)]
    if as_json:
        print_json({"procedures": rows})
        return
    for row in rows:
        say(f"{row['code']} {row['version']}: {row['title']} (answer within {row['answer_within']})")


def _row(name: str, data: bytes, language: str, pack: str) -> dict[str, Any]:
    procedure = _load(name, data, pack)
    return {
        "code": procedure.code,
        "version": procedure.version,
        "title": wording(procedure.title, language).text,
        "answer_within": str(procedure.clock.answer_within),
        "confirmed": procedure.clock.confirmed,
        "public": procedure.public,
        "file": digest(data),
    }


def _load(name: str, data: bytes, pack: str) -> Procedure:
    try:
        return load(data, name, common=_words_of(pack))
    except DataError as error:
        raise Unchecked(str(error)) from None


@procedures.command("show")
@click.argument("code")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw the state machine into this file.")
@_pack_option
@_language_option
def show(code: str, svg: Path | None, pack: str, language: str) -> None:
    """Show one procedure in words, or draw it."""
    loaded = {procedure.code: procedure for procedure in (_load(name, data, pack) for name, data in _files(pack))}
    procedure = loaded.get(code)
    if procedure is None:
        raise Unchecked(f"the pack {pack} has no procedure {code}; it has {', '.join(sorted(loaded))}")
    if svg is not None:
        svg.write_text(diagrams.draw(procedure, language), "utf-8")
        tell(f"drawn into {svg}")
        return
    for line in _words(procedure, language):
        say(line)


def _words(procedure: Procedure, language: str) -> list[str]:
    clock = procedure.clock
    lines = [
        f"{wording(procedure.title, language).text} ({procedure.code}, version {procedure.version})",
        wording(procedure.summary, language).text,
        f"Answer within {clock.answer_within}" + ("" if clock.confirmed else " (not confirmed in law)"),
    ]
    for basis in procedure.legal_basis:
        doubt = "" if basis.confirmed else " (not confirmed)"
        lines.append(f"Legal basis: {wording(basis.citation, language).text}{doubt}")
    for state in procedure.states:
        lines.append(f"\n{wording(state.label, language).text}{'' if state.open else ' (closed)'}")
        lines += [
            f"  {wording(step.label, language).text} ({', '.join(step.by)}) → {step.to or state.code}"
            for step in procedure.steps
            if state.code in step.origin
        ]
    return lines
