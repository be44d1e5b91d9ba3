"""Shuffles of ciphertexts with proof (docs/spec/election-archive.md §11).

The proof of Wikström and Terelius (ACISP 2009, AFRICACRYPT 2010) in the form of CHVote 1.3.2, algorithms 8.41 to 8.45, as Belenios uses it.
Responses here are ``w + C x``, with a plus.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from aydyn.evote import randomness, wire
from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext, joined
from aydyn.evote.engines import Engine, Products
from aydyn.evote.errors import ProofError, RuleError
from aydyn.evote.groups import Group

BATCHING_BITS = 128
"""Random weights of the batched equations: a false proof passes with probability 2^-128."""


@dataclass(frozen=True)
class ShuffleProof:
    """``[t, s, c, chat]``."""

    t: tuple[int, int, int, int, int]
    that: list[int]
    s: tuple[int, int, int, int]
    shat: list[int]
    sprime: list[int]
    c: list[int]
    chat: list[int]

    @classmethod
    def parse(cls, group: Group, value: Any, count: int) -> ShuffleProof:
        """Read the proof of a shuffle of so many ciphertexts (raises `FormatError`)."""
        what = "the proof of a shuffle"
        t, s, c, chat = wire.items(value, what, 4)
        t1, t2, t3, t4, that = wire.items(t, what, 5)
        s1, s2, s3, s4, shat, sprime = wire.items(s, what, 6)
        t41, t42 = wire.items(t4, what, 2)
        first, second, third, fourth, fifth = (group.parse(one, what) for one in (t1, t2, t3, t41, t42))
        r1, r2, r3, r4 = (group.scalar(one, what) for one in (s1, s2, s3, s4))
        return cls(
            (first, second, third, fourth, fifth),
            [group.parse(one, what) for one in wire.items(that, what, count)],
            (r1, r2, r3, r4),
            [group.scalar(one, what) for one in wire.items(shat, what, count)],
            [group.scalar(one, what) for one in wire.items(sprime, what, count)],
            [group.parse(one, what) for one in wire.items(c, what, count)],
            [group.parse(one, what) for one in wire.items(chat, what, count)],
        )

    def to_value(self, group: Group) -> list[Any]:
        """As JSON."""
        t1, t2, t3, t41, t42 = (group.text(one) for one in self.t)
        s = [str(one) for one in self.s]
        return [
            [t1, t2, t3, [t41, t42], [group.text(one) for one in self.that]],
            [*s, [str(one) for one in self.shat], [str(one) for one in self.sprime]],
            [group.text(one) for one in self.c],
            [group.text(one) for one in self.chat],
        ]


@dataclass(frozen=True)
class Shuffle:
    """The shuffled ciphertexts of each non-homomorphic question, and the proofs."""

    rows: list[list[Ciphertext]]
    proofs: list[ShuffleProof]

    @classmethod
    def parse(cls, group: Group, raw: bytes, counts: Sequence[int]) -> Shuffle:
        """Read a shuffle of rows of so many ciphertexts (raises `FormatError`)."""
        value = wire.obj(wire.load(raw, "a shuffle"), "a shuffle")
        rows = wire.items(wire.field(value, "ciphertexts", "a shuffle"), "a shuffle", len(counts))
        proofs = wire.items(wire.field(value, "proofs", "a shuffle"), "a shuffle", len(counts))
        return cls(
            [
                [Ciphertext.parse(group, one, "a shuffled ciphertext") for one in wire.items(row, "a shuffle", count)]
                for row, count in zip(rows, counts, strict=True)
            ],
            [ShuffleProof.parse(group, one, count) for one, count in zip(proofs, counts, strict=True)],
        )

    def to_bytes(self, group: Group) -> bytes:
        """The JSON of the shuffle."""
        rows = [[one.to_value(group) for one in row] for row in self.rows]
        return wire.dump({"ciphertexts": rows, "proofs": [proof.to_value(group) for proof in self.proofs]}).encode()


# --- what prover and verifier both compute


@lru_cache(maxsize=4)
def _generator_seeds(count: int) -> list[int]:
    group = Ed25519()
    return [group.generator_seed(index) for index in range(-1, count)]


def generators(engine: Engine, count: int) -> list[int]:
    """``h, h_0, …, h_(count-1)``: generators between which nobody knows a logarithm (§2.6)."""
    group = engine.group
    if not isinstance(group, Ed25519):
        return [group.generator(index) for index in range(-1, count)]
    seeds = _generator_seeds(count)
    return engine.products(Products((), list(seeds), [], list(range(len(seeds))), [8] * len(seeds), []))


def _listed(group: Group, elements: Sequence[int]) -> str:
    return "".join([f"{group.text(element)}," for element in elements])


def _first_text(group: Group, before: Sequence[Ciphertext], after: Sequence[Ciphertext], c: Sequence[int]) -> str:
    return f"{joined(group, before)},{joined(group, after)},{_listed(group, c)}" if before else ""


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _challenges(election: Election, text: str, count: int) -> list[int]:
    prefix = _sha(f"shuffle-challenges|{election.fingerprint}|{text}")
    return [election.group.hash(prefix + _sha(str(i))) for i in range(count)]


def _challenge(election: Election, text: str, t: Sequence[int], that: Sequence[int], chat: Sequence[int]) -> int:
    group = election.group
    pieces = f"{_listed(group, t)}{_listed(group, that)}{text}{_listed(group, chat)}{group.text(election.public_key)}"
    return group.hash(f"shuffle-challenge|{election.fingerprint}|{pieces}")


# --- checking


def check_shuffle(
    election: Election, engine: Engine, before: Sequence[Ciphertext], after: Sequence[Ciphertext], proof: ShuffleProof
) -> None:
    """Check that `after` is a permuted re-encryption of `before` (CHVote 1.3.2, algorithm 8.45).

    The equations of the N commitments `that` are tested together with random weights of 128 bits, the others one by one.

    Raises:
        RuleError: an element outside the group.
        ProofError: the proof does not verify.
    """
    _check_membership(engine, [*after], proof)
    if not before:
        _check_empty(election, engine, proof)
        return
    group, q = election.group, election.group.q
    text = _first_text(group, before, after, proof.c)
    u = _challenges(election, text, len(before))
    c_ = -_challenge(election, text, proof.t, proof.that, proof.chat) % q
    h, *hs = generators(engine, len(before))
    s1, s2, s3, s4 = proof.s
    total_u = 1
    for one in u:
        total_u = total_u * one % q
    minus = q - 1
    negated_h = engine.multiexp([*proof.c, *hs], [1] * len(u) + [minus] * len(u))
    scaled = [one * c_ % q for one in u]
    alphas, betas = [one.alpha for one in before], [one.beta for one in before]
    new_alphas, new_betas = [one.alpha for one in after], [one.beta for one in after]
    y, g = election.public_key, group.g
    found = (
        engine.multiexp([negated_h, g], [c_, s1]),
        engine.multiexp([proof.chat[-1], h, g], [c_, -total_u * c_ % q, s2]),
        engine.multiexp([*proof.c, g, *hs], [*scaled, s3, *proof.sprime]),
        engine.multiexp([*betas, y, *new_betas], [*scaled, -s4 % q, *proof.sprime]),
        engine.multiexp([*alphas, g, *new_alphas], [*scaled, -s4 % q, *proof.sprime]),
    )
    if found != proof.t or not _chain_holds(engine, h, proof, c_):
        raise ProofError("shuffle-proof", "the proof of a shuffle does not verify", section="§11.2")


def _chain_holds(engine: Engine, h: int, proof: ShuffleProof, c_: int) -> bool:
    """``that_i = chat_i^-C g^(shat_i) chat_(i-1)^(s'_i)`` for all i at once."""
    q = engine.group.q
    weights = [secrets.randbits(BATCHING_BITS) for _ in proof.that]
    links = [h, *proof.chat]
    exponents = [0] * len(links)
    for i, (weight, response) in enumerate(zip(weights, proof.sprime, strict=True)):
        exponents[i] = (exponents[i] + weight * response) % q
        exponents[i + 1] = weight * c_ % q
    power = sum(weight * response for weight, response in zip(weights, proof.shat, strict=True)) % q
    minus = [-weight % q for weight in weights]
    return engine.multiexp([*links, engine.group.g, *proof.that], [*exponents, power, *minus]) == engine.group.one


def _check_membership(engine: Engine, after: Sequence[Ciphertext], proof: ShuffleProof) -> None:
    elements = [part for one in after for part in one]
    if not all(engine.members([*elements, *proof.t, *proof.that, *proof.c, *proof.chat])):
        raise RuleError("membership", "an element of a shuffle is not in the group", section="§11.2")


def _check_empty(election: Election, engine: Engine, proof: ShuffleProof) -> None:
    """A shuffle of nothing: every product is neutral and ``chat_N`` is h (§11.3)."""
    group, q = election.group, election.group.q
    c_ = -_challenge(election, "", proof.t, [], []) % q
    h = generators(engine, 0)[0]
    s1, s2, s3, s4 = proof.s
    g, y = group.g, election.public_key
    found = (
        engine.multiexp([g], [s1]),
        engine.multiexp([h, h, g], [c_, -c_ % q, s2]),
        engine.multiexp([g], [s3]),
        engine.multiexp([y], [-s4 % q]),
        engine.multiexp([g], [-s4 % q]),
    )
    if found != proof.t:
        raise ProofError("shuffle-proof", "the proof of an empty shuffle does not verify", section="§11.2")


# --- making


def random_permutation(count: int) -> list[int]:
    """A uniform permutation of ``0 … count-1`` (Fisher and Yates)."""
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = randomness.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def shuffle(election: Election, engine: Engine, before: Sequence[Ciphertext]) -> tuple[list[Ciphertext], ShuffleProof]:
    """Permute and re-encrypt ciphertexts, and prove it (CHVote 1.3.2, algorithms 8.42 to 8.44)."""
    count, group = len(before), election.group
    psi = random_permutation(count)
    randomness = [group.random_scalar() for _ in before]
    y = election.public_key
    # e'_i = ReEnc(e_psi(i), r'_psi(i)): the randomness belongs to the ciphertext that moves
    moved = [before[j] for j in psi]
    exponents = [randomness[j] for j in psi]
    job = Products((group.g, y), [part for one in moved for part in one], [], list(range(2 * count)), [1] * (2 * count))
    job.fixed_exponents = [[part for r in exponents for part in (r, 0)], [part for r in exponents for part in (0, r)]]
    flat = engine.products(job)
    after = [Ciphertext(flat[2 * i], flat[2 * i + 1]) for i in range(count)]
    return after, _prove(election, engine, before, after, randomness, psi)


def _prove(
    election: Election,
    engine: Engine,
    before: Sequence[Ciphertext],
    after: Sequence[Ciphertext],
    randomness: Sequence[int],
    psi: Sequence[int],
) -> ShuffleProof:
    group, q, count = election.group, election.group.q, len(before)
    h, *hs = generators(engine, count)
    r = [group.random_scalar() for _ in psi]
    c = [0] * count
    # c_psi(i) = g^r_psi(i) h_i
    for i, element in enumerate(_with_g(engine, hs, [1] * count, [r[j] for j in psi])):
        c[psi[i]] = element
    text = _first_text(group, before, after, c)
    u = _challenges(election, text, count)
    uprime = [u[j] for j in psi]
    rhat = [group.random_scalar() for _ in psi]
    chat = _chain(engine, h, rhat, uprime)
    w = [group.random_scalar() for _ in range(4)]
    what, wprime = [group.random_scalar() for _ in psi], [group.random_scalar() for _ in psi]
    t, that = _commitments(election, engine, (h, hs), after, chat, (w, what, wprime))
    challenge = _challenge(election, text, t, that, chat)
    secrets_ = (sum(r), _rest(q, rhat, uprime), _inner(r, u), _inner(randomness, u))
    s1, s2, s3, s4 = ((a + challenge * x) % q for a, x in zip(w, secrets_, strict=True))
    return ShuffleProof(
        t,
        that,
        (s1, s2, s3, s4),
        [(a + challenge * x) % q for a, x in zip(what, rhat, strict=True)],
        [(a + challenge * x) % q for a, x in zip(wprime, uprime, strict=True)],
        c,
        chat,
    )


def _inner(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _rest(q: int, rhat: Sequence[int], uprime: Sequence[int]) -> int:
    """``sum rhat_i v_i`` with ``v_N = 1`` and ``v_i = u'_(i+1) v_(i+1)``."""
    suffixes = list(accumulate(reversed(uprime[1:]), lambda a, b: a * b % q, initial=1))[::-1]
    return sum(a * v for a, v in zip(rhat, suffixes, strict=False))


def _with_g(engine: Engine, bases: Sequence[int], exponents: Sequence[int], g: Sequence[int]) -> list[int]:
    """``g^(g_i) base_i^(e_i)``."""
    return engine.products(
        Products((engine.group.g,), list(bases), [], list(range(len(bases))), list(exponents), [list(g)])
    )


def _chain(engine: Engine, h: int, rhat: Sequence[int], uprime: Sequence[int]) -> list[int]:
    """``chat_i = g^(rhat_i) chat_(i-1)^(u'_i)``, ``chat_0 = h``: all as powers of g and h, so that they need not wait for each other."""
    q = engine.group.q
    g_part, h_part, g_parts, h_parts = 0, 1, list[int](), list[int]()
    for r, u in zip(rhat, uprime, strict=True):
        g_part, h_part = (r + g_part * u) % q, h_part * u % q
        g_parts.append(g_part)
        h_parts.append(h_part)
    count = len(g_parts)
    return engine.products(Products((engine.group.g, h), [], [], [-1] * count, [0] * count, [g_parts, h_parts]))


def _commitments(
    election: Election,
    engine: Engine,
    generators_: tuple[int, Sequence[int]],
    after: Sequence[Ciphertext],
    chat: Sequence[int],
    nonces: tuple[Sequence[int], Sequence[int], Sequence[int]],
) -> tuple[tuple[int, int, int, int, int], list[int]]:
    h, hs = generators_
    (w1, w2, w3, w4), what, wprime = nonces
    g, y, q = election.group.g, election.public_key, election.group.q
    minus = -w4 % q
    t = (
        engine.multiexp([g], [w1]),
        engine.multiexp([g], [w2]),
        engine.multiexp([g, *hs], [w3, *wprime]),
        engine.multiexp([y, *(one.beta for one in after)], [minus, *wprime]),
        engine.multiexp([g, *(one.alpha for one in after)], [minus, *wprime]),
    )
    that = _with_g(engine, [h, *chat[:-1]] if chat else [], wprime, what)
    return t, that
