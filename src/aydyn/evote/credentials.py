"""Private and public credentials, and the public list of them (docs/spec/election-archive.md §6)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from aydyn.evote import wire
from aydyn.evote.elections import BASE58, random_base58
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import FormatError
from aydyn.evote.groups import Group
from aydyn.evote.proofs import not_a_member

_PRIVATE = re.compile(rf"[{BASE58}]{{5}}-[{BASE58}]{{6}}-[{BASE58}]{{5}}-[{BASE58}]{{6}}", re.ASCII)


def random_credential() -> str:
    """A private credential: 22 random letters, 128.9 bits, in four pieces."""
    letters = random_base58(22)
    return f"{letters[:5]}-{letters[5:11]}-{letters[11:16]}-{letters[16:]}"


def secret_key(group: Group, uuid: str, credential: str) -> int:
    """The exponent that a private credential stands for in one election (Belenios specification, "Credentials").

    Raises:
        FormatError: not 5-6-5-6 letters of Base58.
    """
    if not _PRIVATE.fullmatch(credential):
        raise FormatError(
            "credential", "a private credential has 22 letters, in pieces of 5, 6, 5 and 6", section="§6.1"
        )
    halves = (hashlib.sha256(f"derive_credential|{uuid}|{half}|{credential}".encode()).hexdigest() for half in "01")
    return int("".join(halves), 16) % group.q


def public_keys(engine: Engine, secrets_: Sequence[int]) -> list[int]:
    """The public credentials ``g^x`` of secret exponents."""
    count = len(secrets_)
    return engine.products(Products((engine.group.g,), [], [], [-1] * count, [0] * count, [list(secrets_)]))


def public_list(group: Group, weights: Mapping[int, int]) -> bytes:
    """The published JSON list of public credentials with their weights, in the order of elements.

    Weights are written for everyone as soon as anyone's is not 1.
    """
    weighted = any(weight != 1 for weight in weights.values())
    keys = sorted(weights, key=group.order_key)
    return wire.dump([f"{group.text(key)},{weights[key]}" if weighted else group.text(key) for key in keys]).encode()


def parse_public_list(group: Group, raw: bytes) -> dict[int, int]:
    """Read a published list: each public credential with its weight. Whether each lies in the group is checked by `check_members`.

    Raises:
        FormatError: not a list of credentials, or one stands in it twice.
    """
    weights: dict[int, int] = {}
    for place, entry in enumerate(wire.items(wire.load(raw, "the list of credentials"), "the list of credentials"), 1):
        text, comma, weight = wire.string(entry, f"credential {place}").partition(",")
        key = group.parse(text, f"credential {place}")
        if key in weights:
            raise FormatError(
                "credential-twice", f"credential {place} stands in the list a second time", section="§6.2"
            )
        weights[key] = _weight(weight, place) if comma else 1
    return weights


def _weight(text: str, place: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise FormatError("weight", f"the weight of credential {place} is no number", section="§6.2")
    return int(text)


def check_members(engine: Engine, keys: Iterable[int], what: str, section: str) -> None:
    """Refuse elements outside the group (`RuleError`), in blocks."""
    block: list[int] = []
    place = 0
    for key in keys:
        block.append(key)
        if len(block) == 1024:
            place = _check_block(engine, block, place, what, section)
            block = []
    _check_block(engine, block, place, what, section)


def _check_block(engine: Engine, block: list[int], place: int, what: str, section: str) -> int:
    for i, inside in enumerate(engine.members(block) if block else []):
        if not inside:
            raise not_a_member(engine.group, block[i], f"{what} {place + i + 1}", section)
    return place + len(block)
