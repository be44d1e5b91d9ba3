"""The encrypted tally, its decryption by the trustees, and the result (docs/spec/election-archive.md §10, §12, §13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from aydyn.evote import wire
from aydyn.evote.binding import bind, check_binding
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import FormatError, ProofError, RuleError, UnsupportedError
from aydyn.evote.groups import Group
from aydyn.evote.proofs import Batch, Proof, Reason
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question
from aydyn.evote.trustees import Single, Trustee, owners

DECRYPTION = Reason("decryption-proof", "a trustee's proof of decryption does not verify", "§12")
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
    return wire.dump([_nest(question, [one.to_value(group) for one in row]) for question, row in pairs]).encode()


def _nest(question: Question, flat: Sequence[Any]) -> list[Any]:
    """Values of one question in the nesting of the format."""
    if not isinstance(question, Lists):
        return list(flat)
    nested: list[Any] = []
    at = 0
    for one in question.lists:
        nested.append(list(flat[at : at + len(one)]))
        at += len(one)
    return nested


def _flatten(question: Question, value: Any, what: str) -> list[Any]:
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
        [Ciphertext.parse(election.group, one, "the tally") for one in _flatten(question, value, "the tally")]
        for question, value in zip(election.questions, found, strict=True)
    ]


# --- partial decryptions


@dataclass(frozen=True)
class PartialDecryption:
    """A trustee's decryption factors with their proofs, one for each ciphertext, question by question."""

    factors: list[list[int]]
    proofs: list[list[Proof]]
    binding: Proof | None = None
    """One proof for all factors, beyond the format (§12.1); None in what other programs make."""

    @classmethod
    def parse(cls, election: Election, rows: Sequence[Row], raw: bytes) -> PartialDecryption:
        """Read a partial decryption of these ciphertexts (raises `FormatError`)."""
        what = "a partial decryption"
        value = wire.obj(wire.load(raw, what), what)
        count, group = len(election.questions), election.group
        factors = wire.items(wire.field(value, "decryption_factors", what), what, count)
        proofs = wire.items(wire.field(value, "decryption_proofs", what), what, count)
        binding = Proof.parse(group, value["binding_proof"], "a binding proof") if "binding_proof" in value else None
        found = cls([], [], binding)
        for question, row, own_factors, own_proofs in zip(election.questions, rows, factors, proofs, strict=True):
            flat = _flatten(question, own_factors, what), _flatten(question, own_proofs, what)
            if len(flat[0]) != len(row) or len(flat[1]) != len(row):
                raise FormatError("json-length", f"{what} is for another number of ciphertexts", section="§12")
            found.factors.append([group.parse(one, "a decryption factor") for one in flat[0]])
            found.proofs.append([Proof.parse(group, one, "a proof of decryption") for one in flat[1]])
        return found

    def to_bytes(self, election: Election) -> bytes:
        """The JSON of the partial decryption."""
        group, rows = election.group, zip(election.questions, self.factors, self.proofs, strict=True)
        nested = [
            (_nest(question, [group.text(one) for one in factors]), _nest(question, [one.to_value() for one in proofs]))
            for question, factors, proofs in rows
        ]
        value: dict[str, Any] = {
            "decryption_factors": [one[0] for one in nested],
            "decryption_proofs": [one[1] for one in nested],
        }
        if self.binding is not None:
            value["binding_proof"] = self.binding.to_value()
        return wire.dump(value).encode()


def _prefix(election: Election, key: int) -> str:
    return f"decrypt|{election.fingerprint}|{election.group.text(key)}|"


def decrypt(election: Election, engine: Engine, rows: Sequence[Row], secret: int) -> PartialDecryption:
    """Decrypt with one trustee's secret: ``f = alpha^x`` and proofs that the x is the key's (Chaum, Pedersen, CRYPTO 1992)."""
    group = election.group
    bases = [one.alpha for row in rows for one in row]
    count = len(bases)
    nonces = [group.random_scalar() for _ in bases]
    powers = Products((), bases, [], [*range(count), *range(count)], [secret] * count + nonces, [])
    outputs = engine.products(powers)
    fixed = engine.products(Products((group.g,), [], [], [-1] * (count + 1), [0] * (count + 1), [[secret, *nonces]]))
    prefix = _prefix(election, fixed[0])
    proofs: list[Proof] = []
    for nonce, a, b in zip(nonces, fixed[1:], outputs[count:], strict=True):
        challenge = group.hash(f"{prefix}{group.text(a)},{group.text(b)}")
        proofs.append(Proof(challenge, (nonce - secret * challenge) % group.q))
    binding = bind(election, engine, fixed[0], bases, outputs[:count], secret)
    result, at = PartialDecryption([], [], binding), 0
    for row in rows:
        result.factors.append(outputs[at : at + len(row)])
        result.proofs.append(proofs[at : at + len(row)])
        at += len(row)
    return result


def check_decryption(
    election: Election, engine: Engine, rows: Sequence[Row], key: int, partial: PartialDecryption
) -> None:
    """Check every factor: membership, ``A = g^r X^c``, ``B = alpha^r f^c``, and the binding proof if there is one.

    Raises:
        RuleError: a factor outside the group.
        ProofError: a proof that does not hold.
    """
    triples = [
        (ciphertext.alpha, factor, proof)
        for row, factors, proofs in zip(rows, partial.factors, partial.proofs, strict=True)
        for ciphertext, factor, proof in zip(row, factors, proofs, strict=True)
    ]
    prefix = _prefix(election, key)
    for start in range(0, len(triples), 4096):
        batch = Batch(engine)
        own = batch.base(key)
        for i, (alpha, factor, (challenge, response)) in enumerate(triples[start : start + 4096]):
            power = batch.base(factor)
            batch.member(i, power, "a decryption factor")
            a = batch.commit(own, challenge, response)
            b = batch.commit(batch.base(alpha), response), batch.commit(power, challenge)
            batch.expect(i, prefix, [a, b], challenge, DECRYPTION)
        for error in batch.run().values():
            raise error
    if partial.binding is not None:
        alphas, factors = [alpha for alpha, _, _ in triples], [factor for _, factor, _ in triples]
        check_binding(election, engine, key, alphas, factors, partial.binding)


# --- combining and the result


def lagrange(q: int, indices: Sequence[int]) -> list[int]:
    """``lambda_j = prod_(i != j) i / (i - j) mod q`` for each index j, at 0."""
    coefficients: list[int] = []
    for j in indices:
        above = below = 1
        for i in indices:
            if i != j:
                above, below = above * i % q, below * (i - j) % q
        coefficients.append(above * pow(below, -1, q) % q)
    return coefficients


def combine(
    election: Election, engine: Engine, trustees: Sequence[Trustee], partials: Mapping[int, PartialDecryption]
) -> list[list[int]]:
    """The decryption factors of all trustees together, from checked partial decryptions by owner number (§13.1).

    Raises:
        RuleError: decryptions are missing.
    """
    used = _used(engine.group.q, trustees, partials)
    bases: list[int] = []
    sums: list[list[int]] = []
    for question in range(len(election.questions)):
        for slot in range(len(partials[used[0][0]].factors[question])):
            sums.append([])
            for owner, coefficient in used:
                factor = partials[owner].factors[question][slot]
                sums[-1].append(len(bases))
                bases.append(factor if coefficient == 1 else -1)
    _raise_powers(engine, used, bases, partials)
    count = len(bases)
    combined = engine.products(
        Products((), bases, list(sums), [count + i for i in range(len(sums))], [1] * len(sums), [])
    )
    rows, at = list[list[int]](), 0
    for factors in partials[used[0][0]].factors:
        rows.append(combined[at : at + len(factors)])
        at += len(factors)
    return rows


def unbound(trustees: Sequence[Trustee], partials: Mapping[int, PartialDecryption], q: int) -> list[int]:
    """The owners whose factors `combine` takes though no binding proof holds them (§12.1).

    Raises:
        RuleError: decryptions are missing.
        UnsupportedError: others have one: nobody can tell whether the rest left theirs out to cheat.
    """
    loose = [owner for owner, _ in _used(q, trustees, partials) if partials[owner].binding is None]
    if loose and any(partial.binding for partial in partials.values()):
        who = ", ".join(str(owner) for owner in loose)
        words = f"other trustees prove that they decrypted truly, and trustee {who} does not: the result is not proved"
        raise UnsupportedError("decryption-unbound", words, section="§12.1")
    return loose


def _used(q: int, trustees: Sequence[Trustee], partials: Mapping[int, PartialDecryption]) -> list[tuple[int, int]]:
    used: list[tuple[int, int]] = []
    first = 1
    for trustee in trustees:
        used.extend(_shares(q, trustee, first, partials))
        first += 1 if isinstance(trustee, Single) else len(trustee.keys)
    return used


def _shares(q: int, trustee: Trustee, first: int, partials: Mapping[int, PartialDecryption]) -> list[tuple[int, int]]:
    """Whose factors are taken, and to which power."""
    if isinstance(trustee, Single):
        if first not in partials:
            raise RuleError("decryption-missing", f"the decryption of trustee {first} is missing", section="§13.1")
        return [(first, 1)]
    present = [index for index in range(1, len(trustee.keys) + 1) if first + index - 1 in partials]
    present.sort(key=lambda index: partials[first + index - 1].binding is None)  # what is bound is taken first
    present = present[: trustee.threshold]
    if len(present) < trustee.threshold:
        words = f"{len(present)} of {trustee.threshold} decryptions of the trustees from {first} on are there"
        raise RuleError("decryption-missing", words, section="§13.1")
    return [(first + j - 1, coefficient) for j, coefficient in zip(present, lagrange(q, present), strict=True)]


def _raise_powers(
    engine: Engine, used: Sequence[tuple[int, int]], bases: list[int], partials: Mapping[int, PartialDecryption]
) -> None:
    """Fill in the factors of threshold trustees, raised to their coefficients."""
    places = [i for i, base in enumerate(bases) if base == -1]
    factors = [factor for row in zip(*(_flat(partials[owner]) for owner, _ in used), strict=True) for factor in row]
    coefficients = [used[i % len(used)][1] for i in places]
    job = Products((), [factors[i] for i in places], [], list(range(len(places))), coefficients, [])
    for place, power in zip(places, engine.products(job), strict=True):
        bases[place] = power


def _flat(partial: PartialDecryption) -> list[int]:
    return [factor for row in partial.factors for factor in row]


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
            result.append(_nest(question, [wire.weight_value(number) for number in numbers]))
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
            numbers = [wire.weight(one, "a number of the result") for one in _flatten(question, own, "the result")]
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


def key_of(trustees: Sequence[Trustee], owner: int) -> int:
    """The key of an owner number (raises `RuleError`)."""
    keys = owners(trustees)
    if not 1 <= owner <= len(keys):
        raise RuleError("decryption-owner", f"there is no trustee number {owner}", section="§12")
    return keys[owner - 1].key


def needs_shuffles(election: Election) -> bool:
    """Whether a question is decrypted ballot by ballot."""
    return any(isinstance(question, NonHomomorphic) for question in election.questions)
