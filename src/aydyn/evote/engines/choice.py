"""Which engine does the work: by the group, by what is installed and by how much work there is.

| engine   | groups        | comes with                  | for                                             |
| -------- | ------------- | --------------------------- | ----------------------------------------------- |
| `python` | all           | always there                | the reference                                   |
| `sodium` | Ed25519       | PyNaCl (``aydyn[fast]``)    | secrets, and few products                       |
| `gmp`    | finite fields | gmpy2 (``aydyn[fast]``)     | all of it                                       |
| `vector` | Ed25519       | llvmlite (``aydyn[fast]``)  | many products of public elements; never secrets |

The environment variable ``AYDYN_EVOTE_ENGINE`` names one for everything; where it has no arithmetic for a group (a curve's engine for a
finite field, `gmp` for the curve), what is best for that group does the work. `vector` is refused for secrets: `sodium` or `python` does these.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.engines import Engine
from aydyn.evote.engines.gmp import GmpField
from aydyn.evote.engines.python import PythonCurve, PythonField
from aydyn.evote.errors import UnsupportedError
from aydyn.evote.groups import Group

VARIABLE = "AYDYN_EVOTE_ENGINE"
NAMES = ("python", "sodium", "gmp", "vector")
COMPILING = 20_000
"""Products that take another engine longer than compiling the kernels of `vector` does (about two seconds, once for a machine)."""


def engine_for(group: Group, *, work: int = 0, secret: bool = False) -> Engine:
    """The engine for `work` products in a group; one and the same object for the whole process.

    `secret`: whether exponents are secret, so that time must not depend on them more than it has to.

    Raises:
        UnsupportedError: ``AYDYN_EVOTE_ENGINE`` names an engine that is not known or whose package is missing.
    """
    there, forced = available(group), os.environ.get(VARIABLE, "")
    if forced:
        _check_forced(forced)
        if forced in there and not (secret and forced == "vector"):
            return _made(group, forced)
    if "vector" in there and not secret and (work >= COMPILING or _warm()):
        return _made(group, "vector")
    return _made(group, next(name for name in ("sodium", "gmp", "python") if name in there))


def available(group: Group) -> list[str]:
    """The names of the engines that can work in a group on this machine, the reference first."""
    makers = _CURVES if isinstance(group, Ed25519) else _FIELDS
    return [name for name in NAMES if name in makers and _installed(name)]


def _check_forced(name: str) -> None:
    if name not in NAMES:
        raise UnsupportedError("engine", f"{VARIABLE} is {name!r}; the engines are {', '.join(NAMES)}")
    if not _installed(name):
        raise UnsupportedError(
            "engine", f"{VARIABLE} is {name!r}, but {_PACKAGES[name]} is missing here: pip install 'aydyn[fast]'"
        )


def _installed(name: str) -> bool:
    return name not in _PACKAGES or find_spec(_PACKAGES[name]) is not None


def _made(group: Group, name: str) -> Engine:
    engine = _made_or_none(group, name)
    if engine is None:
        raise UnsupportedError("engine", f"the engine {name} does not work in {group.name} here")
    return engine


@cache
def _made_or_none(group: Group, name: str) -> Engine | None:
    makers = _CURVES if isinstance(group, Ed25519) else _FIELDS
    engine: Engine | None = makers[name](group) if name in available(group) else None
    return engine


@cache
def _warm() -> bool:
    """Whether the kernels of `vector` are compiled already."""
    from aydyn.evote.engines.vector.kinds import warm

    return warm()


def _sodium(group: Ed25519) -> object:
    from aydyn.evote.engines.sodium import SodiumCurve

    return SodiumCurve(group)


def _vector(group: Ed25519) -> object:
    from aydyn.evote.engines.vector.engine import vector_curve

    return vector_curve(group)


_PACKAGES = {"sodium": "nacl", "gmp": "gmpy2", "vector": "llvmlite"}
_CURVES: dict[str, Callable[[Any], Any]] = {"python": PythonCurve, "sodium": _sodium, "vector": _vector}
_FIELDS: dict[str, Callable[[Any], Any]] = {"python": PythonField, "gmp": GmpField}
