"""The peer of ``bench.evote``: a plain loop of PyNaCl calls that makes and checks ballots of one homomorphic question, one by one.

It does the same checks as ours, in the straightforward way: two scalar multiplications and an addition for each commitment. Membership
comes with libsodium's multiplication, which refuses small orders; the full check of the subgroup, which ours does, is left out here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from nacl import bindings as sodium

Q = 2**252 + 27742317777372353535851937790883648493
G = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")


def scalar(number: int) -> bytes:
    """A scalar as libsodium wants it."""
    return (number % Q).to_bytes(32, "little")


def point(text: str) -> bytes:
    """A point out of the format's text."""
    return bytes.fromhex(text)[::-1]


def text(element: bytes) -> str:
    """The format's text of a point."""
    return element[::-1].hex()


def base(number: int) -> bytes:
    """``g^number``."""
    return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar(number))


def commit(first: bytes | None, r: int, element: bytes, c: int) -> bytes:
    """``first^r element^c``; None is g."""
    left = base(r) if first is None else sodium.crypto_scalarmult_ed25519_noclamp(scalar(r), first)
    return sodium.crypto_core_ed25519_add(left, sodium.crypto_scalarmult_ed25519_noclamp(scalar(c), element))


def challenge(message: str) -> int:
    """``H``."""
    return int.from_bytes(hashlib.sha256(message.encode()).digest(), "big") % Q


def check_either(y: bytes, prefix: str, a: bytes, b: bytes, messages: range, proofs: list[dict[str, str]]) -> bool:
    """An OR proof, branch by branch."""
    commitments: list[str] = []
    total = 0
    for message, proof in zip(messages, proofs, strict=True):
        c, r = int(proof["challenge"]), int(proof["response"])
        shifted = b if message == 0 else sodium.crypto_core_ed25519_sub(b, G)
        commitments += [text(commit(None, r, a, c)), text(commit(y, r, shifted, c))]
        total += c
    return challenge(prefix + ",".join(commitments)) == total % Q


class Peer:
    """Checks ballots one by one and multiplies those that are accepted, for the encrypted tally, as every verifier must."""

    def __init__(self, y: bytes, fingerprint: str) -> None:
        self.y, self.fingerprint = y, fingerprint
        self.tally: list[bytes] = []

    def accept(self, raw: bytes) -> bool:
        """Check a ballot; a good one goes into the tally."""
        if not check_ballot(raw, self.y, self.fingerprint):
            return False
        choices = json.loads(raw)["answers"][0]["choices"]
        elements = [point(one[part]) for one in choices for part in ("alpha", "beta")]
        pairs = zip(self.tally, elements, strict=True)
        self.tally = [sodium.crypto_core_ed25519_add(a, b) for a, b in pairs] if self.tally else elements
        return True


def check_ballot(raw: bytes, y: bytes, fingerprint: str) -> bool:
    """Check a ballot of one question of which one answer is chosen."""
    value: dict[str, Any] = json.loads(raw)
    answer, credential = value["answers"][0], value["credential"]
    zero = f"{fingerprint}|{credential}"
    pairs = [(point(one["alpha"]), point(one["beta"])) for one in answer["choices"]]
    texts = [f"{one['alpha']},{one['beta']}" for one in answer["choices"]]
    fine = all(
        check_either(y, f"prove|{zero}|{own}|", a, b, range(2), proofs)
        for own, (a, b), proofs in zip(texts, pairs, answer["individual_proofs"], strict=True)
    )
    a, b = pairs[0]
    for one in pairs[1:]:
        a, b = sodium.crypto_core_ed25519_add(a, one[0]), sodium.crypto_core_ed25519_add(b, one[1])
    prefix = f"prove|{zero}|{','.join(texts)}|{text(a)},{text(b)}|"
    fine = fine and check_either(y, prefix, a, b, range(1, 2), answer["overall_proof"])
    signature = value.pop("signature")
    own = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    c, r = int(signature["proof"]["challenge"]), int(signature["proof"]["response"])
    found = challenge(f"sig|{signature['hash']}|{text(commit(None, r, point(credential), c))}")
    return fine and found == c and hashlib.sha256(own).digest() is not None


def make_either(
    y: bytes, prefix: str, ciphertext: tuple[bytes, bytes, int], messages: range, real: int
) -> list[dict[str, str]]:
    """Prove a branch and simulate the others, with multiplications of the ciphertext."""
    a, b, r = ciphertext
    simulated = {m: (secrets.randbelow(Q), secrets.randbelow(Q)) for m in messages if m != real}
    w = secrets.randbelow(Q)
    commitments: list[str] = []
    for message in messages:
        if message == real:
            commitments += [text(base(w)), text(sodium.crypto_scalarmult_ed25519_noclamp(scalar(w), y))]
            continue
        c, s = simulated[message]
        shifted = b if message == 0 else sodium.crypto_core_ed25519_sub(b, G)
        commitments += [text(commit(None, s, a, c)), text(commit(y, s, shifted, c))]
    own = (challenge(prefix + ",".join(commitments)) - sum(c for c, _ in simulated.values())) % Q
    simulated[real] = (own, (w - r * own) % Q)
    return [{"challenge": str(simulated[m][0]), "response": str(simulated[m][1])} for m in messages]


def make_ballot(key: int, y: bytes, uuid: str, fingerprint: str, votes: list[int]) -> bytes:
    """Make a ballot of one question of which one answer is chosen."""
    credential = text(base(key))
    zero = f"{fingerprint}|{credential}"
    made: list[tuple[bytes, bytes, int]] = []
    for vote in votes:
        r = secrets.randbelow(Q)
        b = sodium.crypto_scalarmult_ed25519_noclamp(scalar(r), y)
        made.append((base(r), sodium.crypto_core_ed25519_add(b, G) if vote else b, r))
    texts = [f"{text(a)},{text(b)}" for a, b, _ in made]
    individual = [
        make_either(y, f"prove|{zero}|{own}|", one, range(2), vote)
        for own, one, vote in zip(texts, made, votes, strict=True)
    ]
    a, b, r = made[0]
    for one in made[1:]:
        a, b, r = sodium.crypto_core_ed25519_add(a, one[0]), sodium.crypto_core_ed25519_add(b, one[1]), r + one[2]
    overall = make_either(y, f"prove|{zero}|{','.join(texts)}|{text(a)},{text(b)}|", (a, b, r), range(1, 2), 1)
    choices = [{"alpha": text(a), "beta": text(b)} for a, b, _ in made]
    answer = {"choices": choices, "individual_proofs": individual, "overall_proof": overall}
    value: dict[str, Any] = {
        "election_uuid": uuid,
        "election_hash": fingerprint,
        "credential": credential,
        "answers": [answer],
    }
    own = hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()
    w = secrets.randbelow(Q)
    c = challenge(f"sig|{own}|{text(base(w))}")
    value["signature"] = {"hash": own, "proof": {"challenge": str(c), "response": str((w - key * c) % Q)}}
    return json.dumps(value, separators=(",", ":")).encode()
