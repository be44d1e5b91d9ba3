"""Machine code is kept, and what is not ours or not whole is never run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed: no engine vector")

from aydyn.evote.engines.vector import compiling

TEXT = """
define void @answer(ptr %o) { store i64 42, ptr %o, align 8
ret void }
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "aydyn"


def code() -> bytes:
    return compiling.machine_code("a test", lambda: TEXT)


def kept(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def never() -> str:
    raise AssertionError("compiled although it was kept")


def answer(machine_code: bytes) -> int:
    import ctypes

    room = ctypes.c_int64()
    compiling.Code(machine_code, {"answer": "p"}).functions["answer"](ctypes.addressof(room))
    return room.value


def test_a_kernel_is_compiled_once_and_kept_for_its_owner_only(cache: Path) -> None:
    assert answer(code()) == 42
    assert answer(compiling.machine_code("a test", never)) == 42
    assert cache.stat().st_mode & 0o777 == 0o700
    assert kept(cache).stat().st_mode & 0o777 == 0o600


def test_another_kernel_another_version_or_another_machine_has_another_file(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [compiling.kept_at("a test"), compiling.kept_at("another")]
    monkeypatch.setattr(compiling, "_features", lambda: "+abacus")
    paths.append(compiling.kept_at("a test"))
    monkeypatch.setattr(compiling.llvmlite, "__version__", "0")
    paths.append(compiling.kept_at("a test"))
    assert len(set(paths)) == 4


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, "half", "flipped"])
def test_a_damaged_file_is_never_run_and_written_anew(cache: Path, damage: bytes | str) -> None:
    whole = code()
    path = kept(cache)
    before = path.read_bytes()
    flipped = before[:-1] + bytes([before[-1] ^ 1])
    path.write_bytes(damage if isinstance(damage, bytes) else before[:-50] if damage == "half" else flipped)
    assert compiling.read(path) is None
    assert code() == whole
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_or_directory_that_others_can_write_is_not_run(cache: Path, mode: int) -> None:
    code()
    path = kept(cache)
    path.chmod(mode)
    assert compiling.read(path) is None
    path.chmod(0o600)
    assert compiling.read(path) is not None
    cache.chmod(0o100 | mode)
    assert compiling.read(path) is None


def test_a_file_of_somebody_else_or_behind_a_link_is_not_run(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code()
    path = kept(cache)
    link = path.with_name("link")
    link.symlink_to(path)
    assert compiling.read(link) is None
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    assert compiling.read(path) is None


def test_nothing_is_written_into_a_directory_that_others_can_write(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    assert answer(code()) == 42
    assert list(cache.iterdir()) == []


def test_where_nothing_can_be_written_it_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no directory")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert answer(code()) == 42
    with pytest.raises(AssertionError, match="compiled"):
        compiling.machine_code("a test", never)


def test_a_failed_write_leaves_nothing_behind(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert answer(code()) == 42
    assert list(cache.iterdir()) == []
