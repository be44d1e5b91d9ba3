"""The encrypted tally, and the result of what was decrypted (docs/spec/election-archive.md §10, §13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any

from aydyn.evote import wire
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import ProofError, UnsupportedError
from aydyn.evote.groups import Group
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question

LARGEST_TOTAL = 10**11
"""Largest total weight whose result is searched for here: the search costs its square root. Checking a result has no such bound."""

Row = list[Ciphertext]
"""The ciphertexts of one question: one for each choice (lists one after another), or one for each ballot of a non-homomorphic one."""


# --- the tally


def sort_ballots(group: Group, ciphertexts: Sequence[Ciphertext]) -> Row:
    """The ciphertexts of a non-homomorphic question in the order in which they stand in the tally (§10)."""
    return sorted(ciphertexts, key=lambda one: (group.order_key(one.alpha), group.order_key(one.beta)))


def tally_bytes(election: Election, rows: Sequence[Row]) -> bytes:
    """The JSON of an encrypted tally."""
    group = election.group
    pairs = zip(election.questions, rows, strict=True)
    return wire.dump([nest(question, [one.to_value(group) for one in row]) for question, row in pairs]).encode()


def nest(question: Question, flat: Sequence[Any]) -> list[Any]:
    """Values of one question in the nesting of the format."""
    if not isinstance(question, Lists):
        return list(flat)
    nested: list[Any] = []
    at = 0
    for one in question.lists:
        nested.append(list(flat[at : at + len(one)]))
        at += len(one)
    return nested


def flatten(question: Question, value: Any, what: str) -> list[Any]:
    """The values of one question without nesting (raises `FormatError`)."""
    if isinstance(question, Lists):
        rows = wire.items(value, what, len(question.lists))
        return [
            one for row, names in zip(rows, question.lists, strict=True) for one in wire.items(row, what, len(names))
        ]
    return wire.items(value, what, question.width if isinstance(question, Homomorphic) else None)


def parse_tally(election: Election, raw: bytes) -> list[Row]:
    """Read an encrypted tally (raises `FormatError`)."""
    found = wire.items(wire.load(raw, "the encrypted tally"), "the encrypted tally", len(election.questions))
    return [
        [Ciphertext.parse(election.group, one, "the tally") for one in flatten(question, value, "the tally")]
        for question, value in zip(election.questions, found, strict=True)
    ]


# --- the result


def messages(engine: Engine, rows: Sequence[Row], factors: Sequence[Sequence[int]]) -> list[list[int]]:
    """The decrypted elements ``M = beta / F``."""
    group = engine.group
    return [
        [group.mul(one.beta, group.inverse(factor)) for one, factor in zip(row, own, strict=True)]
        for row, own in zip(rows, factors, strict=True)
    ]


def logarithms(engine: Engine, elements: Sequence[int], largest: int) -> list[int]:
    """For each element the n with ``g^n`` equal to it, ``0 <= n <= largest`` (Shanks' baby steps and giant steps).

    Raises:
        UnsupportedError: `largest` is beyond `LARGEST_TOTAL`.
        ProofError: there is none.
    """
    if largest > LARGEST_TOTAL:
        raise UnsupportedError("weight", f"a total weight above {LARGEST_TOTAL} cannot be searched", section="§13.2")
    group, width = engine.group, isqrt(largest) + 1
    steps = engine.products(Products((group.g,), [], [], [-1] * width, [0] * width, [list(range(width))]))
    baby = {element: n for n, element in enumerate(steps)}
    giant = group.inverse(group.mul(steps[-1], group.g))
    found = [_logarithm(group, element, baby, giant, width) for element in elements]
    if max(found, default=0) > largest:
        raise _out_of_range()
    return found


def _logarithm(group: Group, element: int, baby: Mapping[int, int], giant: int, width: int) -> int:
    for step in range(width + 1):
        if element in baby:
            return step * width + baby[element]
        element = group.mul(element, giant)
    raise _out_of_range()


def _out_of_range() -> ProofError:
    return ProofError("result-range", "the tally decrypts to no number of votes", section="§13.2")


def result_value(
    election: Election, engine: Engine, decrypted: Sequence[Sequence[int]], total_weight: int
) -> list[Any]:
    """The result of decrypted elements, in the nesting of the format (raises `ProofError`, `UnsupportedError`)."""
    result: list[Any] = []
    for question, elements in zip(election.questions, decrypted, strict=True):
        if isinstance(question, NonHomomorphic):
            result.append([engine.group.to_ints(question.width, element) for element in elements])
        else:
            numbers = logarithms(engine, elements, total_weight)
            result.append(nest(question, [wire.weight_value(number) for number in numbers]))
    return result


def result_bytes(value: Sequence[Any]) -> bytes:
    """The JSON of a result."""
    return wire.dump({"result": list(value)}).encode()


def check_result(
    election: Election, engine: Engine, decrypted: Sequence[Sequence[int]], total_weight: int, raw: bytes
) -> list[Any]:
    """Check a published result against decrypted elements, without searching; the result.

    Raises:
        FormatError: not a result.
        ProofError: another result than what was decrypted.
    """
    value = wire.obj(wire.load(raw, "the result"), "the result")
    found = wire.items(wire.field(value, "result", "the result"), "the result", len(election.questions))
    for i, (question, own, elements) in enumerate(zip(election.questions, found, decrypted, strict=True), 1):
        if isinstance(question, NonHomomorphic):
            claimed = [_numbers(one) for one in wire.items(own, "the result")]
            fits = claimed == [engine.group.to_ints(question.width, element) for element in elements]
        else:
            numbers = [wire.weight(one, "a number of the result") for one in flatten(question, own, "the result")]
            fits = max(numbers) <= total_weight and _powers(engine, numbers) == list(elements)
        if not fits:
            raise ProofError(
                "result", f"the result of question {i} is not what the trustees decrypted", section="§13.2"
            )
    return found


def _numbers(value: Any) -> list[int]:
    """The numbers of one vote (raises `FormatError`): `true` is no 1 and `1.0` is none either, whatever Python says."""
    return [wire.whole(one, "a number of the result") for one in wire.items(value, "a vote of the result")]


def _powers(engine: Engine, numbers: Sequence[int]) -> list[int]:
    count, q = len(numbers), engine.group.q
    return engine.products(Products((engine.group.g,), [], [], [-1] * count, [0] * count, [[n % q for n in numbers]]))


def needs_shuffles(election: Election) -> bool:
    """Whether a question is decrypted ballot by ballot."""
    return any(isinstance(question, NonHomomorphic) for question in election.questions)
