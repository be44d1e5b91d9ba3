"""ElGamal ciphertexts ``(g^r, y^r g^m)`` or ``(g^r, y^r M)`` (docs/spec/election-archive.md §3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from aydyn.evote import wire
from aydyn.evote.groups import Group


class Ciphertext(NamedTuple):
    """A pair of elements."""

    alpha: int
    beta: int

    @classmethod
    def parse(cls, group: Group, value: Any, what: str) -> Ciphertext:
        """Read ``{"alpha": …, "beta": …}`` (raises `FormatError`); membership is checked elsewhere."""
        fields = wire.obj(value, what)
        return cls(
            group.parse(wire.field(fields, "alpha", what), f"alpha of {what}"),
            group.parse(wire.field(fields, "beta", what), f"beta of {what}"),
        )

    def text(self, group: Group) -> str:
        """As it is hashed: ``alpha,beta``."""
        return f"{group.text(self.alpha)},{group.text(self.beta)}"

    def to_value(self, group: Group) -> dict[str, str]:
        """As JSON."""
        return {"alpha": group.text(self.alpha), "beta": group.text(self.beta)}


def joined(group: Group, ciphertexts: Iterable[Ciphertext]) -> str:
    """Several ciphertexts as they are hashed."""
    return ",".join([ciphertext.text(group) for ciphertext in ciphertexts])
