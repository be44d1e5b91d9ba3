"""From text of LLVM's language to machine code of this machine, kept as a file between runs.

The file holds code that will run, so it is taken only from a directory and a file that belong to this user and that nobody else can write;
whatever is wrong with it, the kernel is compiled again. Its name is the hash of all that it was made from, and its first bytes are the
hash of the rest: half a file is no file. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

llvm: Any = import_module("llvmlite.binding")
llvmlite: Any = import_module("llvmlite")
_HASH = 32


class Code:
    """Machine code in memory."""

    def __init__(self, machine_code: bytes, signatures: dict[str, str]) -> None:
        module = llvm.parse_assembly("")
        engine = llvm.create_mcjit_compiler(module, _machine())
        engine.add_object_file(llvm.ObjectFileRef.from_data(machine_code))
        engine.finalize_object()
        self.functions: dict[str, Any] = {}
        for name, arguments in signatures.items():
            kinds = [ctypes.c_void_p if kind == "p" else ctypes.c_int64 for kind in arguments]
            function = ctypes.CFUNCTYPE(None, *kinds)(engine.get_function_address(name))
            function.code = engine  # type: ignore[attr-defined]  # whoever holds a function holds its code
            self.functions[name] = function


def features() -> dict[str, bool]:
    """What this machine's processor can do and its operating system allows."""
    return dict(llvm.get_host_cpu_features())


def kept_at(made_from: str) -> Path:
    """Where the machine code of a kernel is or would be kept; `made_from` tells one kernel from another on the same machine."""
    whole = f"{llvmlite.__version__}\n{llvm.get_host_cpu_name()}\n{_features()}\n{made_from}"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "aydyn" / f"evote-{hashlib.sha256(whole.encode()).hexdigest()[:40]}.o"


def machine_code(made_from: str, text: Callable[[], str]) -> bytes:
    """The machine code of a kernel, from its file or compiled now from its text."""
    path = kept_at(made_from)
    found = read(path)
    if found is None:
        found = compiled(text())
        write(path, found)
    return found


def sources() -> str:
    """The hash of the modules that kernels are written in: quicker than to build a kernel's text only to see that it is the same."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled(text: str) -> bytes:
    """Compile a kernel: no passes over its text, which is written as it shall run; they made it slower (a third) and took as long again."""
    module = llvm.parse_assembly(text)
    module.verify()
    return bytes(_machine().emit_object(module))


def read(path: Path) -> bytes | None:
    """A kept file that only this user can have written, whole; otherwise None."""
    try:
        if not _ours(path.parent.lstat()) or not _ours(path.lstat()):
            return None
        kept = path.read_bytes()
    except OSError:
        return None
    return kept[_HASH:] if kept[:_HASH] == hashlib.sha256(kept[_HASH:]).digest() else None


def write(path: Path, code: bytes) -> None:
    """Keep a file if that is possible."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(path.parent.lstat()):
            return
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(hashlib.sha256(code).digest() + code)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()


def _ours(status: os.stat_result) -> bool:
    plain = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    return plain and status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _features() -> str:
    return str(llvm.get_host_cpu_features().flatten())


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=_features(), opt=2, reloc="pic", codemodel="small", jit=True
    )
