"""Making encrypted answers with their proofs (docs/spec/election-archive.md §7; Belenios specification 3.1, "Proofs of interval membership").

Whoever encrypts knows the randomness, so every commitment of every proof is a product of powers of g and of the election's key alone.
A maker is therefore a generator that yields once all the powers it needs and receives the elements: `run_makers` computes those of many
makers together. Secret exponents go wherever the engine sends them: use the engine for secrets (`engine_for(group, secret=True)`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aydyn.evote.answers import Answer, HomomorphicAnswer, ListsAnswer, RawAnswer
from aydyn.evote.elgamal import Ciphertext, joined
from aydyn.evote.engines import Engine, Products
from aydyn.evote.groups import Group
from aydyn.evote.proofs import Proof
from aydyn.evote.questions import Homomorphic, NonHomomorphic, Question


class Wanted(NamedTuple):
    """``g^g y^y element``."""

    g: int
    y: int
    element: int | None = None


@dataclass
class Made:
    """An answer and its openings: the randomness of its ciphertexts, in their order."""

    answer: Answer
    openings: list[int]


Maker = Generator[list[Wanted], list[int], Made]


class Setting(NamedTuple):
    """What an answer is made for."""

    group: Group
    key: int
    zero: str
    """``S0``: the election's fingerprint, ``|`` and the text of the credential."""


def run_makers(engine: Engine, key: int, makers: Iterable[Maker]) -> list[Made]:
    """Run makers together, all their powers in one job."""
    running = list(makers)
    wanted = [next(maker) for maker in running]
    elements = compute(engine, key, [one for asked in wanted for one in asked])
    made: list[Made] = []
    at = 0
    for maker, asked in zip(running, wanted, strict=True):
        made.append(_finish(maker, elements[at : at + len(asked)]))
        at += len(asked)
    return made


def _finish(maker: Maker, elements: list[int]) -> Made:
    try:
        maker.send(elements)
    except StopIteration as stop:
        value: Made = stop.value
        return value
    raise AssertionError("a maker asks once")


def compute(engine: Engine, key: int, wanted: Sequence[Wanted]) -> list[int]:
    """The elements that are wanted."""
    q = engine.group.q
    job = Products(
        (engine.group.g, key), fixed_exponents=[[one.g % q for one in wanted], [one.y % q for one in wanted]]
    )
    for one in wanted:
        job.which.append(-1 if one.element is None else len(job.bases))
        job.exponents.append(0 if one.element is None else 1)
        if one.element is not None:
            job.bases.append(one.element)
    return engine.products(job)


class Claim(NamedTuple):
    """One branch of an OR proof seen by the prover: a ciphertext of `truth` with randomness `r`, claimed to encrypt `message`."""

    r: int
    truth: int
    message: int


class EitherProver:
    """An OR proof whose branch `real` is true; the others are simulated (Cramer, Damgård, Schoenmakers, CRYPTO 1994)."""

    def __init__(self, group: Group, claims: Sequence[Claim], real: int) -> None:
        q = group.q
        self._q, self._real, self._r, self._w = q, real, claims[real].r, group.random_scalar()
        self._simulated = [Proof(group.random_scalar(), group.random_scalar()) for _ in claims]
        self.wanted: list[Wanted] = []
        for i, (claim, (c, s)) in enumerate(zip(claims, self._simulated, strict=True)):
            exponent = self._w if i == real else (s + claim.r * c) % q
            self.wanted.append(Wanted(exponent, 0))
            self.wanted.append(Wanted(0 if i == real else (claim.truth - claim.message) * c % q, exponent))

    def finish(self, challenge: int) -> list[Proof]:
        """The proofs, once the commitments have been hashed to `challenge`."""
        others = sum(proof.challenge for i, proof in enumerate(self._simulated) if i != self._real)
        own = (challenge - others) % self._q
        proofs = list(self._simulated)
        proofs[self._real] = Proof(own, (self._w - self._r * own) % self._q)
        return proofs


class _Feed:
    """Elements handed out in the order in which they were wanted."""

    def __init__(self, group: Group, elements: list[int]) -> None:
        self._group, self._elements, self._at = group, elements, 0

    def take(self, count: int) -> list[int]:
        self._at += count
        return self._elements[self._at - count : self._at]

    def text(self, count: int) -> str:
        return ",".join([self._group.text(element) for element in self.take(count)])

    def either(self, prover: EitherProver, prefix: str) -> list[Proof]:
        return prover.finish(self._group.hash(prefix + self.text(len(prover.wanted))))


def _encrypt(randomness: Sequence[int], bits: Sequence[int]) -> list[Wanted]:
    wanted: list[Wanted] = []
    for r, bit in zip(randomness, bits, strict=True):
        wanted += [Wanted(r, 0), Wanted(bit, r)]
    return wanted


def _pairs(elements: Sequence[int]) -> list[Ciphertext]:
    return [Ciphertext(elements[i], elements[i + 1]) for i in range(0, len(elements), 2)]


def _bit_provers(group: Group, randomness: Sequence[int], bits: Sequence[int]) -> list[EitherProver]:
    rows = zip(randomness, bits, strict=True)
    return [EitherProver(group, (Claim(r, bit, 0), Claim(r, bit, 1)), bit) for r, bit in rows]


def _all_wanted(provers: Iterable[EitherProver]) -> list[Wanted]:
    return [one for prover in provers for one in prover.wanted]


def _prove_bits(
    feed: _Feed, setting: Setting, provers: Sequence[EitherProver], choices: Sequence[Ciphertext]
) -> list[list[Proof]]:
    texts = [choice.text(setting.group) for choice in choices]
    return [feed.either(prover, f"prove|{setting.zero}|{text}|") for prover, text in zip(provers, texts, strict=True)]


def make_answer(setting: Setting, question: Question, vote: Any, encoded: int | None = None) -> Maker:
    """A maker for the answer to any question.

    Args:
        setting: group, key and what the proofs are bound to.
        question: what is asked.
        vote: a vote that `question.check_vote` accepts.
        encoded: for a non-homomorphic question the element that carries the numbers (`Group.of_ints`).
    """
    if isinstance(question, Homomorphic):
        bits = question.check_vote(vote)
        return _make_blank(setting, question, bits) if question.blank else _make_plain(setting, question, bits)
    if isinstance(question, NonHomomorphic):
        numbers = question.check_vote(vote)
        return _make_raw(setting, setting.group.of_ints(numbers) if encoded is None else encoded)
    return _make_lists(setting, question.check_vote(vote))


def _make_plain(setting: Setting, question: Homomorphic, bits: Sequence[int]) -> Maker:
    group = setting.group
    randomness = [group.random_scalar() for _ in bits]
    r, chosen = sum(randomness), sum(bits)
    provers = _bit_provers(group, randomness, bits)
    claims = [Claim(r, chosen, count) for count in range(question.minimum, question.maximum + 1)]
    overall = EitherProver(group, claims, chosen - question.minimum)
    wanted = [*_encrypt(randomness, bits), *_all_wanted(provers), *_encrypt([r], [chosen]), *overall.wanted]
    feed = _Feed(group, (yield wanted))
    choices = _pairs(feed.take(2 * len(bits)))
    individual = _prove_bits(feed, setting, provers, choices)
    sums = feed.text(2)
    proof = feed.either(overall, f"prove|{setting.zero}|{joined(group, choices)}|{sums}|")
    return Made(HomomorphicAnswer(choices, individual, proof), randomness)


def _make_blank(setting: Setting, question: Homomorphic, bits: Sequence[int]) -> Maker:
    group = setting.group
    randomness = [group.random_scalar() for _ in bits]
    blank, r0, r, chosen = bits[0], randomness[0], sum(randomness[1:]), sum(bits[1:])
    provers = _bit_provers(group, randomness, bits)
    nothing = EitherProver(group, (Claim(r0, blank, 0), Claim(r, chosen, 0)), blank)
    counts = range(question.minimum, question.maximum + 1)
    claims = [Claim(r0, blank, 1), *(Claim(r, chosen, count) for count in counts)]
    overall = EitherProver(group, claims, 0 if blank else 1 + chosen - question.minimum)
    wanted = [*_encrypt(randomness, bits), *_all_wanted(provers), *nothing.wanted, *overall.wanted]
    feed = _Feed(group, (yield wanted))
    choices = _pairs(feed.take(2 * len(bits)))
    individual = _prove_bits(feed, setting, provers, choices)
    whole = f"{setting.zero}|{joined(group, choices)}"
    blank_proof = feed.either(nothing, f"bproof0|{whole}|")
    return Made(
        HomomorphicAnswer(choices, individual, feed.either(overall, f"bproof1|{whole}|"), blank_proof), randomness
    )


def _make_raw(setting: Setting, encoded: int) -> Maker:
    group = setting.group
    r, w = group.random_scalar(), group.random_scalar()
    alpha, beta, commitment = yield [Wanted(r, 0), Wanted(0, r, encoded), Wanted(w, 0)]
    choices = Ciphertext(alpha, beta)
    text = f"{group.text(setting.key)},{choices.text(group)}|{group.text(commitment)}"
    challenge = group.hash(f"raweg|{setting.zero}|{text}")
    return Made(RawAnswer(choices, Proof(challenge, (w - r * challenge) % group.q)), [r])


def _make_lists(setting: Setting, rows: Sequence[Sequence[int]]) -> Maker:
    group = setting.group
    bits = [bit for row in rows for bit in row]
    randomness = [group.random_scalar() for _ in bits]
    spans = list(_spans(rows))
    provers = _bit_provers(group, randomness, bits)
    r_lists = sum(randomness[start] for start, _ in spans)
    one_list = EitherProver(group, [Claim(r_lists, 1, 1)], 0)
    own = [_own_list(group, randomness[start:end], row) for (start, end), row in zip(spans, rows, strict=True)]
    somebody = _Somebody(group, (sum(randomness) - r_lists) % group.q, sum(bits) - 1)
    wanted = [*_encrypt(randomness, bits), *_all_wanted(provers), *_encrypt([r_lists], [1]), *one_list.wanted]
    feed = _Feed(group, (yield [*wanted, *_all_wanted(own), *somebody.wanted]))
    choices = _pairs(feed.take(2 * len(bits)))
    individual = _prove_bits(feed, setting, provers, choices)
    whole = f"{setting.zero}|{joined(group, choices)}"
    sums = feed.text(2)
    overall = feed.either(one_list, f"prove|{whole}|{sums}|")[0]
    lists = [feed.either(prover, f"lproof|{whole}|") for prover in own]
    commitments = feed.take(3)
    challenge = group.hash(f"nonzero|{whole}|{','.join(map(group.text, commitments))}")
    answer = ListsAnswer(
        [choices[start:end] for start, end in spans],
        [individual[start:end] for start, end in spans],
        overall,
        lists,
        commitments[0],
        challenge,
        somebody.finish(challenge),
    )
    return Made(answer, randomness)


def _spans(rows: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Where each row begins and ends when all stand one after another."""
    at = 0
    for row in rows:
        yield at, at + len(row)
        at += len(row)


def _own_list(group: Group, randomness: Sequence[int], row: Sequence[int]) -> EitherProver:
    """The proof that a list is chosen or none of its candidates is."""
    claims = (Claim(randomness[0], row[0], 1), Claim(sum(randomness[1:]), sum(row[1:]), 0))
    return EitherProver(group, claims, 0 if row[0] else 1)


class _Somebody:
    """The proof that ``(a, b)``, with randomness `r`, does not encrypt 0 but `chosen` (§7.3)."""

    def __init__(self, group: Group, r: int, chosen: int) -> None:
        q = group.q
        self._q, self._r = q, r
        self._s, self._w1, self._w2 = 1 + group.random_scalar() % (q - 1), group.random_scalar(), group.random_scalar()
        exponent = (r * self._w1 + self._w2) % q
        # A0 = b^s y^(-sr) = g^(chosen s);  A1 = a^w1 g^w2;  A2 = b^w1 y^w2
        self.wanted = [Wanted(chosen * self._s, 0), Wanted(exponent, 0), Wanted(chosen * self._w1, exponent)]

    def finish(self, challenge: int) -> tuple[int, int]:
        q = self._q
        return (self._w1 - self._s * challenge) % q, (self._w2 + self._s * self._r * challenge) % q
