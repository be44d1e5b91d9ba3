"""The usual spelling of ballots, read quickly.

Ballots of one election that are spelled as their makers spell them differ in nothing but what stands between quotation marks in known
places. `Shape` compares everything else with one pattern and reads the places; a ballot that does not fit is left to the general reader
(`aydyn.evote.ballots.parse_ballot`), which decides whether it is spelled unusually or is none. Tests hold both to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

from aydyn.evote import wire
from aydyn.evote.answers import Answer, HomomorphicAnswer, ListsAnswer, RawAnswer
from aydyn.evote.ed25519 import Ed25519, P
from aydyn.evote.elections import Election
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.finite_field import FiniteField
from aydyn.evote.groups import MAX_DIGITS
from aydyn.evote.proofs import Proof
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question

_QUOTE = b'"'
_ELEMENT, _SCALAR, _TEXT = b"e", b"s", b"t"
# Pieces are joined again by the mark that they were split at: it stands in none of them.
_DECIMALS = re.compile(rb'(?:(?:0|[1-9][0-9]*)")*')
_HASH = re.compile(rb"[A-Za-z0-9+/]{43}")
_POINTS = re.compile(rb'(?:[0-9a-f]{64}")*')
_Y_BITS = (1 << 255) - 1


class Shape:
    """The pattern of an election's ballots."""

    def __init__(self, election: Election) -> None:
        self._election = election
        group = election.group
        self._curve = isinstance(group, Ed25519)
        pieces = _pattern(election).split(_QUOTE)
        places = [i for i, piece in enumerate(pieces) if piece in (_ELEMENT, _SCALAR, _TEXT)]
        self._count = len(pieces)
        self._rest = itemgetter(*(i for i in range(len(pieces)) if i not in set(places)))
        self._expected = self._rest(pieces)
        self._values = itemgetter(*places)
        kinds = [pieces[i] for i in places]
        self._elements = itemgetter(*(i for i, kind in enumerate(kinds) if kind == _ELEMENT))
        self._scalars = itemgetter(*(i for i, kind in enumerate(kinds) if kind == _SCALAR))
        self._is_element = [kind == _ELEMENT for kind in kinds]
        self._readers = [_reader(question) for question in election.questions]

    def read(self, raw: bytes) -> tuple[int, str, list[Answer], str, Proof, bytes] | None:
        """Credential, its text, answers, claimed hash, signature and the ballot without it; None where the spelling is unusual."""
        pieces = raw.split(_QUOTE)
        if len(pieces) != self._count or self._rest(pieces) != self._expected:
            return None
        values: tuple[bytes, ...] = self._values(pieces)
        numbers = self._numbers(values)
        if numbers is None or not _HASH.fullmatch(values[-3]):
            return None
        feed = iter(numbers)
        credential = next(feed)
        answers: list[Answer] = [reader(feed) for reader in self._readers]
        challenge, response = feed
        group = self._election.group
        if any(isinstance(answer, ListsAnswer) and not group.names_point(answer.commitment) for answer in answers):
            return None
        body = raw[: raw.rindex(b',"signature":')] + b"}"
        return credential, values[0].decode(), answers, values[-3].decode(), Proof(challenge, response), body

    def _numbers(self, values: tuple[bytes, ...]) -> list[int] | None:
        """All elements and scalars in their order, once each is spelled as usual and in range; the one text is left out."""
        elements, scalars = self._elements(values), self._scalars(values)
        spelled = _QUOTE.join(elements) + _QUOTE
        if not (_POINTS if self._curve else _DECIMALS).fullmatch(spelled) or not _DECIMALS.fullmatch(
            _QUOTE.join(scalars) + _QUOTE
        ):
            return None
        if max(map(len, scalars)) > MAX_DIGITS or max(map(len, elements)) > MAX_DIGITS:
            return None
        group, base = self._election.group, 16 if self._curve else 10
        read = [int(one, base) for one in elements]
        rest = [int(one) for one in scalars]
        if max(rest) >= group.q or not self._canonical(read):
            return None
        from_elements, from_scalars = iter(read), iter(rest)
        order = self._is_element
        return [
            next(from_elements) if own else next(from_scalars) for i, own in enumerate(order) if i != len(order) - 3
        ]

    def _canonical(self, elements: list[int]) -> bool:
        if self._curve:
            ys = [element & _Y_BITS for element in elements]
            return max(ys) < P - 1 and min(ys) > 1
        group = self._election.group
        return isinstance(group, FiniteField) and max(elements) < group.p


def shape_of(election: Election) -> Shape:
    """The shape of an election's ballots, which is kept by the election's fingerprint."""
    return _shape(_Key(election.fingerprint, election))


@dataclass(frozen=True)
class _Key:
    """An election by its fingerprint."""

    fingerprint: str
    election: Election = field(compare=False)


@lru_cache(maxsize=4)
def _shape(key: _Key) -> Shape:
    return Shape(key.election)


# --- the pattern


def _pattern(election: Election) -> bytes:
    """A ballot of the election with letters for what differs."""
    answers = ",".join(_answer(question) for question in election.questions)
    uuid, fingerprint = wire.dump(election.uuid), wire.dump(election.fingerprint)
    head = f'{{"election_uuid":{uuid},"election_hash":{fingerprint},"credential":"e","answers":[{answers}]'
    return f'{head},"signature":{{"hash":"t","proof":{_PROOF}}}}}'.encode()


_PROOF = '{"challenge":"s","response":"s"}'
_CIPHERTEXT = '{"alpha":"e","beta":"e"}'
_PAIR = f"[{_PROOF},{_PROOF}]"


def _list(one: str, count: int) -> str:
    return f"[{','.join([one] * count)}]"


def _answer(question: Question) -> str:
    if isinstance(question, Homomorphic):
        overall = question.maximum - question.minimum + (2 if question.blank else 1)
        blank = f',"blank_proof":{_PAIR}' if question.blank else ""
        choices, individual = _list(_CIPHERTEXT, question.width), _list(_PAIR, question.width)
        return (
            f'{{"choices":{choices},"individual_proofs":{individual},"overall_proof":{_list(_PROOF, overall)}{blank}}}'
        )
    if isinstance(question, NonHomomorphic):
        return f'{{"choices":{_CIPHERTEXT},"proof":{_PROOF}}}'
    choices = ",".join(_list(_CIPHERTEXT, len(one)) for one in question.lists)
    individual = ",".join(_list(_PAIR, len(one)) for one in question.lists)
    lists = _list(_PAIR, len(question.lists))
    nonzero = '{"commitment":"e","challenge":"s","response":["s","s"]}'
    return (
        f'{{"choices":[{choices}],"individual_proofs":[{individual}],"overall_proof":{_PROOF},'
        f'"list_proofs":{lists},"nonzero_proof":{nonzero}}}'
    )


# --- reading the numbers again


def _proofs(feed: Iterator[int], count: int) -> list[Proof]:
    return [Proof(next(feed), next(feed)) for _ in range(count)]


def _ciphertexts(feed: Iterator[int], count: int) -> list[Ciphertext]:
    return [Ciphertext(next(feed), next(feed)) for _ in range(count)]


def _pairs(feed: Iterator[int], count: int) -> list[list[Proof]]:
    return [_proofs(feed, 2) for _ in range(count)]


def _reader(question: Question) -> Callable[[Iterator[int]], Answer]:
    if isinstance(question, Homomorphic):
        return lambda feed: _read_homomorphic(question, feed)
    if isinstance(question, NonHomomorphic):
        return lambda feed: RawAnswer(_ciphertexts(feed, 1)[0], _proofs(feed, 1)[0])
    return lambda feed: _read_lists(question, feed)


def _read_homomorphic(question: Homomorphic, feed: Iterator[int]) -> Answer:
    choices, individual = _ciphertexts(feed, question.width), _pairs(feed, question.width)
    overall = _proofs(feed, question.maximum - question.minimum + (2 if question.blank else 1))
    return HomomorphicAnswer(choices, individual, overall, _proofs(feed, 2) if question.blank else None)


def _read_lists(question: Lists, feed: Iterator[int]) -> Answer:
    choices = [_ciphertexts(feed, len(one)) for one in question.lists]
    individual = [_pairs(feed, len(one)) for one in question.lists]
    overall, lists = _proofs(feed, 1)[0], _pairs(feed, len(question.lists))
    commitment, challenge, t1, t2 = (next(feed) for _ in range(4))
    return ListsAnswer(choices, individual, overall, lists, commitment, challenge, (t1, t2))
