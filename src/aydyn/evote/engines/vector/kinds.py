"""The kinds of kernel, which of them suits this machine, and loading it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from aydyn.evote.engines.vector.batches import EXPORTED, build
from aydyn.evote.engines.vector.compiling import Code, features, kept_at, machine_code, read, sources
from aydyn.evote.engines.vector.fields import Field
from aydyn.evote.engines.vector.fma import Fma
from aydyn.evote.engines.vector.ifma import EmulatedIfma, Ifma
from aydyn.evote.engines.vector.kernel import Kernel
from aydyn.evote.engines.vector.memory import Block
from aydyn.evote.engines.vector.mul32 import Mul32

KINDS: dict[str, type[Field]] = {"ifma": Ifma, "fma": Fma, "mul32": Mul32, "ifma-emulated": EmulatedIfma}
_NEEDS = {"ifma": ("avx512f", "avx512vl", "avx512ifma"), "fma": ("avx2", "fma")}


class Loaded:
    """A kernel in memory: its functions, and the sizes in bytes of what they read and write."""

    def __init__(self, kind: str) -> None:
        field = KINDS[kind]
        sizes = Kernel(field, field.width)
        self.kind = kind
        self.width = field.width
        self.element, self.point, self.row, self.fixed_row = sizes.element, sizes.point, sizes.row, sizes.fixed_row
        self._code = Code(machine_code(_made_from(kind), lambda: build(field, field.width)), EXPORTED)
        functions = self._code.functions
        self.decompress: Callable[[int, Block, Block, Block], None] = functions["decompress"]
        self.sums: Callable[[int, Block, Block, int, int], None] = functions["sums"]
        self.powers: Callable[[int, Block, Block, int, int, Block, int, Block, Block, Block, Block], None]
        self.powers = functions["powers"]
        self.encode: Callable[[int, Block, Block, Block, Block], None] = functions["encode"]
        self.fixed_table: Callable[[Block, Block, Block], None] = functions["fixed_table"]
        self.multiexp: Callable[[int, Block, Block, int, Block, Block], None] = functions["multiexp"]


@cache
def load(kind: str) -> Loaded:
    """The kernel of a kind."""
    return Loaded(kind)


def suitable() -> list[str]:
    """The kinds that this machine has the instructions for, the fastest first; `mul32` runs everywhere."""
    has = features()
    return [name for name, needed in _NEEDS.items() if all(has.get(feature) for feature in needed)] + ["mul32"]


def warm() -> bool:
    """Whether the kernel that `load` would take is compiled already."""
    return read(kept_at(_made_from(suitable()[0]))) is not None


def _made_from(kind: str) -> str:
    return f"{kind} {sources()}"
