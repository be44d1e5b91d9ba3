"""What trustees decrypt, with their proofs, and how it is put together (docs/spec/election-archive.md §12, §13.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote import wire
from aydyn.evote.binding import bind, check_binding
from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import FormatError, ProofError, RuleError, UnsupportedError
from aydyn.evote.groups import Group
from aydyn.evote.proofs import Batch, Proof, Reason
from aydyn.evote.tally import Row, flatten, nest
from aydyn.evote.trustees import Single, Trustee, owners

DECRYPTION = Reason("decryption-proof", "a trustee's proof of decryption does not verify", "§12")


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
        found = cls([], [], _binding(group, value))
        for question, row, own_factors, own_proofs in zip(election.questions, rows, factors, proofs, strict=True):
            flat = flatten(question, own_factors, what), flatten(question, own_proofs, what)
            if len(flat[0]) != len(row) or len(flat[1]) != len(row):
                raise FormatError("json-length", f"{what} is for another number of ciphertexts", section="§12")
            found.factors.append([group.parse(one, "a decryption factor") for one in flat[0]])
            found.proofs.append([Proof.parse(group, one, "a proof of decryption") for one in flat[1]])
        return found

    def to_bytes(self, election: Election) -> bytes:
        """The JSON of the partial decryption."""
        group, rows = election.group, zip(election.questions, self.factors, self.proofs, strict=True)
        nested = [
            (nest(question, [group.text(one) for one in factors]), nest(question, [one.to_value() for one in proofs]))
            for question, factors, proofs in rows
        ]
        value: dict[str, Any] = {
            "decryption_factors": [one[0] for one in nested],
            "decryption_proofs": [one[1] for one in nested],
        }
        if self.binding is not None:
            value["binding_proof"] = self.binding.to_value()
        return wire.dump(value).encode()


def _binding(group: Group, value: dict[str, Any]) -> Proof | None:
    """The binding proof, where its field is; whatever else stands there is a proof that does not hold."""
    if "binding_proof" not in value:
        return None
    try:
        return Proof.parse(group, value["binding_proof"], "a binding proof")
    except FormatError:
        return Proof(0, 0)


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
        ProofError: a proof of the format that does not hold.
        UnsupportedError: a binding proof that does not: checkers that do not know it take this decryption, and it may be true.
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
        try:
            check_binding(election, engine, key, alphas, factors, partial.binding)
        except ProofError as error:
            raise UnsupportedError(error.rule, error.words, section=error.section) from None


# --- combining


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


def unbound(
    trustees: Sequence[Trustee], partials: Mapping[int, PartialDecryption], q: int, *, known: bool
) -> list[int]:
    """The owners whose factors `combine` takes though no binding proof holds them (§12.1).

    Args:
        trustees: all of the election.
        partials: valid decryptions by owner.
        q: the order of the group.
        known: whether any decryption of this election came with a binding proof, also one that does not count.

    Raises:
        RuleError: decryptions are missing.
        UnsupportedError: loose ones though binding is known here: nobody can tell whether they left theirs out to cheat.
    """
    loose = [owner for owner, _ in _used(q, trustees, partials) if partials[owner].binding is None]
    if loose and known:
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


def key_of(trustees: Sequence[Trustee], owner: int) -> int:
    """The key of an owner number (raises `RuleError`)."""
    keys = owners(trustees)
    if not 1 <= owner <= len(keys):
        raise RuleError("decryption-owner", f"there is no trustee number {owner}", section="§12")
    return keys[owner - 1].key
