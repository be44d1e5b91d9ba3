"""The rules of the house, checked on every file of the repository."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "aydyn"
PURE = ("ledger", "evote", "casework", "signatures", "audit", "observer")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[Path, ...]:
    found = [path for folder in (CODE, ROOT / "tests", ROOT / "bench") for path in sorted(folder.rglob("*.py"))]
    return tuple(path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return tuple(ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def public_functions(node: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    for child in node.body:
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public_functions(child)


def where(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    """A table of cases above a test is data, not length: a function counts from its `def`, without its docstring."""
    long: dict[str, int] = {}
    for path in modules():
        for function in functions(path):
            start = function.body[0]
            says = (start.end_lineno or 0) - start.lineno + 1 if ast.get_docstring(function) else 0
            length = (function.end_lineno or 0) - function.lineno + 1 - says
            if length > LONGEST_FUNCTION:
                long[f"{where(path, function.lineno)} {function.name}"] = length
    assert long == {}


def test_there_are_no_drawers_for_odds_and_ends() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers", "tools", "stuff"}
    assert [where(path) for path in modules() if forbidden & {path.stem, path.parent.name}] == []


def test_every_module_says_what_it_is_and_postpones_annotations() -> None:
    silent = [where(path) for path in modules() if path.stat().st_size and not ast.get_docstring(tree(path))]
    eager = [
        where(path)
        for path in modules()
        if any(isinstance(node, Function | ast.ClassDef) for node in tree(path).body)
        and "from __future__ import annotations" not in path.read_text(encoding="utf-8")
    ]
    assert (silent, eager) == ([], [])


@pytest.mark.parametrize("room", PURE)
def test_every_public_function_of_a_pure_room_is_explained(room: str) -> None:
    silent = [
        f"{where(path, node.lineno)} {node.name}"
        for path in sorted((CODE / room).rglob("*.py"))
        for node in public_functions(tree(path))
        if not ast.get_docstring(node) and not overrides(node)
    ]
    assert silent == []


def overrides(node: Function | ast.ClassDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "override" for each in node.decorator_list)


def test_every_action_and_query_is_explained() -> None:
    silent = [
        f"{where(path, node.lineno)} {node.name}"
        for path in modules()
        if CODE in path.parents
        and ("actions" in (path.stem, path.parent.name) or "queries" in (path.stem, path.parent.name))
        for node in tree(path).body
        if isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_function_of_the_package_is_typed() -> None:
    untyped: list[str] = []
    for path in modules():
        if CODE not in path.parents:
            continue
        for function in functions(path):
            given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [each.arg for each in given if each.annotation is None and each.arg not in ("self", "cls")]
            if bare or function.returns is None:
                untyped.append(f"{where(path, function.lineno)} {function.name} {bare}")
    assert untyped == []


def test_nothing_is_left_undone() -> None:
    # The words are put together here, so that this file does not find itself.
    words = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error"]))
    undone = [
        f"{where(path, number)}: {line.strip()}"
        for path in tracked()
        if path.suffix in (".py", ".ts", ".scss", ".html", ".sh", ".toml") and path.stat().st_size < 1_000_000
        and "static" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if words.search(line)
    ]  # fmt: skip
    assert undone == []


def test_no_file_names_a_place_where_it_was_written() -> None:
    parts = [
        "/wo" + "rk/",
        "/home" + "/",
        "/tm" + "p/bash",
        "pypi" + r"\.org",
        "registry" + r"\.npmjs",
        "pythonhosted" + r"\.org",
    ]
    places = re.compile("|".join(parts).encode())
    found: list[str] = []
    for path in tracked():
        if path.stat().st_size > 4_000_000:
            continue
        hit = places.search(path.read_bytes())
        if hit:
            found.append(f"{where(path)}: {hit[0].decode()}")
    assert found == []


def test_locked_requirements_name_packages_and_hashes_only() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert not re.search(r"^\s*-", text.replace("--hash=", ""), re.MULTILINE), lock.name


def test_a_higher_environment_has_everything_of_a_lower_one() -> None:
    def pins(level: str) -> set[str]:
        text = (ROOT / "requirements" / f"{level}.lock").read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9][a-z0-9._-]*==[^\s\\]+)", text, re.MULTILINE))

    assert pins("base") < pins("node") < pins("dev")


def test_every_table_of_acts_can_be_read() -> None:
    for path in sorted(CODE.rglob("acts.toml")):
        assert tomllib.loads(path.read_text(encoding="utf-8")), where(path)


def test_data_from_elsewhere_has_its_source_beside_it() -> None:
    """A folder with data files says where they come from, or a folder above it does."""
    bare = set[str]()
    for path in tracked():
        if path.suffix not in (".csv", ".json", ".geojson", ".xml") or not {"data", "packs", "vectors"} & set(
            path.parts
        ):
            continue
        above = [folder for folder in path.parents if ROOT in folder.parents]
        if not any((folder / "SOURCES.md").is_file() for folder in above):
            bare.add(where(path.parent))
    assert bare == set()


def test_the_floors_of_the_house_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is not installed (./aydyn test brings it)")
    done = subprocess.run(
        [sys.executable, str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
