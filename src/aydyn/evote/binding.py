"""The binding proof of a partial decryption (docs/spec/election-archive.md §12.1).

The format's own proof hashes neither the ciphertext nor the factor ("weak Fiat-Shamir": Bernhard, Pereira, Warinschi, ASIACRYPT 2012), so
that whoever knows the key can choose the commitments first and find a factor that fits them: ``f = alpha^x g^(e/c)``. One more proof stops
her. It covers all factors at once, as in RFC 9497 §2.2: a discrete logarithm shared by ``g -> X`` and ``prod alpha^z -> prod f^z``, whose
weights z and challenge are hashes of all of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aydyn.evote.elections import Election
from aydyn.evote.engines import Engine, Products
from aydyn.evote.groups import sha256_int
from aydyn.evote.proofs import Batch, Proof, Reason, raise_first

BINDING = Reason(
    "decryption-binding", "a trustee's factors are not her key's: the binding proof does not verify", "§12.1"
)
_WEIGHT_BITS = 128


def bind(
    election: Election, engine: Engine, key: int, alphas: Sequence[int], factors: Sequence[int], secret: int
) -> Proof:
    """Prove that every factor is its ``alpha^secret``, with the engine for secrets; ``key`` is ``g^secret``."""
    group = election.group
    seed = _seed(election, key, alphas, factors)
    base = engine.multiexp(alphas, _weights(seed, len(alphas)))
    nonce = group.random_scalar()
    a = engine.products(Products((group.g,), [], [], [-1], [0], [[nonce]]))[0]
    b = engine.products(Products((), [base], [], [0], [nonce], []))[0]
    challenge = group.hash(f"{_prefix(seed)}{group.text(a)},{group.text(b)}")
    return Proof(challenge, (nonce - secret * challenge) % group.q)


def check_binding(
    election: Election, engine: Engine, key: int, alphas: Sequence[int], factors: Sequence[int], proof: Proof
) -> None:
    """Check that every factor is its ciphertext's; all alphas and factors are members of the group already.

    Raises:
        ProofError: some factor is another than the key's, but for a probability of 2^-128.
    """
    seed = _seed(election, key, alphas, factors)
    weights = _weights(seed, len(alphas))
    batch = Batch(engine)
    own = batch.base(key)
    base, power = batch.base(engine.multiexp(alphas, weights)), batch.base(engine.multiexp(factors, weights))
    a = batch.commit(own, proof.challenge, proof.response)
    b = batch.commit(base, proof.response), batch.commit(power, proof.challenge)
    batch.expect(0, _prefix(seed), [a, b], proof.challenge, BINDING)
    raise_first(batch.run().values())


def _seed(election: Election, key: int, alphas: Sequence[int], factors: Sequence[int]) -> str:
    """The hash of everything that the proof is about."""
    text = election.group.text
    found = hashlib.sha256(f"decrypt-binding|{election.fingerprint}|{text(key)}|".encode())
    for i, (alpha, factor) in enumerate(zip(alphas, factors, strict=True)):
        found.update(f"{',' if i else ''}{text(alpha)},{text(factor)}".encode())
    return found.hexdigest()


def _weights(seed: str, count: int) -> list[int]:
    return [sha256_int(f"decrypt-weight|{seed}|{i}") >> (256 - _WEIGHT_BITS) for i in range(count)]


def _prefix(seed: str) -> str:
    return f"decrypt-bound|{seed}|"
