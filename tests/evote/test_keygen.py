"""The k-of-n key generation as its members run it: each step, and each lie with the name of who told it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from aydyn.evote import wire
from aydyn.evote.decryption import lagrange
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError
from aydyn.evote.groups import NAMES, by_name
from aydyn.evote.keygen import (
    Intake,
    Output,
    Polynomial,
    assemble,
    certify,
    collect,
    open_share,
    share_out,
    take_in,
)
from aydyn.evote.messages import Keys, Signed, random_seed, send, sign
from aydyn.evote.trustees import Threshold, certified_text, make_public_key, parse_threshold

K, N = 2, 3


@dataclass
class Ceremony:
    """A key generation of 2 of 3 in its steps."""

    engine: Engine
    keys: list[Keys]
    certificates: list[Signed]
    polynomials: list[Polynomial]
    outputs: list[Output]

    def take_in(self, member: int, polynomials: Sequence[Polynomial] | None = None) -> Output:
        """Step 4 and 5 for a member, counted from 1."""
        intake = collect(self.polynomials if polynomials is None else polynomials)[member - 1]
        return take_in(self.engine, self.keys[member - 1], self.certificates, K, intake)

    def assemble(self, outputs: Sequence[Output] | None = None) -> Threshold:
        """Step 6."""
        return assemble(self.engine, self.certificates, K, self.polynomials, outputs or self.outputs)


@cache
def _made(name: str) -> Ceremony:
    engine = engine_for(by_name(name), secret=True)
    keys = [Keys.of_seed(engine.group, random_seed()) for _ in range(N)]
    made = Ceremony(engine, keys, certificates(engine, keys), [], [])
    made.polynomials = [share_out(engine, one, made.certificates, K) for one in keys]
    made.outputs = [made.take_in(member) for member in range(1, N + 1)]
    return made


def certificates(engine: Engine, keys: Sequence[Keys], threshold: int = K) -> list[Signed]:
    return [certify(engine, one, size=len(keys), threshold=threshold, index=i) for i, one in enumerate(keys, 1)]


@pytest.fixture
def made() -> Ceremony:
    one = _made("Ed25519")
    return replace(
        one, certificates=list(one.certificates), polynomials=list(one.polynomials), outputs=list(one.outputs)
    )


def refusal(act: Callable[[], object], *, names: str = "") -> str:
    with pytest.raises(EvoteError) as caught:
        act()
    assert caught.value.section
    assert names in caught.value.words, caught.value.words
    return caught.value.rule


# --- everybody honest


@pytest.mark.parametrize("name", NAMES)
def test_any_two_of_three_have_the_key_together_and_nobody_alone(name: str) -> None:
    made = _made(name)
    group, outcome = made.engine.group, made.assemble()
    shares = [open_share(made.engine, one, out.private_key) for one, out in zip(made.keys, made.outputs, strict=True)]
    assert [group.power(group.g, share) for share in shares] == [one.key for one in outcome.keys]
    public = group.product(json_element(made, one) for one in outcome.coefficients)
    for pair in ((1, 2), (1, 3), (2, 3)):
        weights = lagrange(group.q, pair)
        secret = sum(weight * shares[i - 1] for weight, i in zip(weights, pair, strict=True))
        assert group.power(group.g, secret % group.q) == public
    assert public not in [one.key for one in outcome.keys]
    assert parse_threshold(group, json.loads(wire.dump(outcome.to_value(group)))) == outcome


def json_element(made: Ceremony, signed: Signed) -> int:
    return made.engine.group.parse(json.loads(signed.message)["coefexps"][0])


def test_what_is_sent_between_members_is_read_as_it_was_written(made: Ceremony) -> None:
    group = made.engine.group
    for one in made.polynomials:
        assert Polynomial.parse(group, json.loads(wire.dump(one.to_value())), "x") == one
    for own in collect(made.polynomials):
        assert Intake.parse(group, json.loads(wire.dump(own.to_value()))) == own
    for out in made.outputs:
        assert Output.parse(group, json.loads(wire.dump(out.to_value(group)))) == out


def test_nobody_reads_the_share_of_another(made: Ceremony) -> None:
    assert refusal(lambda: open_share(made.engine, made.keys[0], made.outputs[1].private_key)) == "message-sealed"


@pytest.mark.parametrize(("threshold", "size"), [(0, 3), (-1, 3), (3, 3), (4, 3), (1, 1), (2, 101)])
def test_a_threshold_that_is_none_is_refused_at_once(made: Ceremony, threshold: int, size: int) -> None:
    act = lambda: certify(made.engine, made.keys[0], size=size, threshold=threshold, index=1)  # noqa: E731
    assert refusal(act) == "threshold"


# --- steps out of order, or with something missing


def test_shares_are_made_for_all_certified_members_or_for_nobody(made: Ceremony) -> None:
    assert refusal(lambda: share_out(made.engine, made.keys[0], made.certificates[:2], K)) == "certificate-context"
    assert refusal(lambda: share_out(made.engine, made.keys[0], made.certificates[::-1], K)) == "certificate-context"
    assert refusal(lambda: share_out(made.engine, made.keys[0], made.certificates, 1)) == "certificate-context"


def test_nothing_is_collected_before_everybody_has_shared(made: Ceremony) -> None:
    assert refusal(lambda: collect(made.polynomials[:2])) == "shares"
    short = replace(made.polynomials[1], secrets=made.polynomials[1].secrets[:2])
    assert refusal(lambda: collect([made.polynomials[0], short, made.polynomials[2]])) == "shares"


@pytest.mark.parametrize("part", ["secrets", "coefficients", "signatures"])
def test_an_intake_with_something_missing_is_refused(made: Ceremony, part: str) -> None:
    whole = collect(made.polynomials)[0]
    short = replace(whole, **{part: getattr(whole, part)[:2]})
    assert refusal(lambda: take_in(made.engine, made.keys[0], made.certificates, K, short)) == "members"


def test_an_outcome_needs_everybody(made: Ceremony) -> None:
    assert refusal(lambda: made.assemble(made.outputs[:2])) == "members"
    made.polynomials.pop()
    assert refusal(made.assemble) == "members"


def test_the_intake_of_another_member_is_not_for_this_one(made: Ceremony) -> None:
    act = lambda: take_in(made.engine, made.keys[0], made.certificates, K, collect(made.polynomials)[1])  # noqa: E731
    assert refusal(act, names="member 1") == "message-sealed"


def test_a_stranger_takes_no_part(made: Ceremony) -> None:
    stranger = Keys.of_seed(made.engine.group, random_seed())
    intake = collect(made.polynomials)[0]
    assert refusal(lambda: take_in(made.engine, stranger, made.certificates, K, intake)) == "member"
    foreign = [made.polynomials[0], share_out(made.engine, stranger, made.certificates, K), made.polynomials[2]]
    assert refusal(lambda: made.take_in(1, foreign), names="member 2") == "message-signature"


# --- lies of the second member, with all her own keys


def share_of(made: Ceremony, message: str, *, sender: int = 2) -> list[Polynomial]:
    """The polynomials with another share of the second member for the first."""
    own, recipient = made.polynomials[1], made.engine.group.power(made.engine.group.g, made.keys[0].decryption)
    text = send(made.engine, made.keys[sender - 1], recipient, message)
    return [made.polynomials[0], replace(own, secrets=(text, *own.secrets[1:])), made.polynomials[2]]


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ('{"secret":"7"}', "share"),
        ('{"secret":7}', "number"),
        ("{}", "json-field"),
        ("[]", "json-shape"),
        ("?", "json"),
    ],
)
def test_a_false_share_is_seen_by_who_gets_it(made: Ceremony, message: str, rule: str) -> None:
    false = share_of(made, message)
    assert refusal(lambda: made.take_in(1, false), names="member 2") == rule
    made.take_in(3, false)


def test_a_share_beyond_the_order_of_the_group_is_none(made: Ceremony) -> None:
    false = share_of(made, json.dumps({"secret": str(made.engine.group.q)}))
    assert refusal(lambda: made.take_in(1, false), names="member 2") == "number-range"


def test_a_share_signed_by_another_is_not_hers(made: Ceremony) -> None:
    false = share_of(made, '{"secret":"7"}', sender=3)
    assert refusal(lambda: made.take_in(1, false), names="member 2") == "message-signature"


def test_shares_for_two_members_swapped_are_seen_by_both(made: Ceremony) -> None:
    own = made.polynomials[1]
    made.polynomials[1] = replace(own, secrets=(own.secrets[2], own.secrets[1], own.secrets[0]))
    for member in (1, 3):
        assert refusal(lambda member=member: made.take_in(member), names="member 2") == "message-sealed"


def committed(made: Ceremony, change: Callable[[list[str]], Any]) -> Polynomial:
    """The second member's polynomial with other coefficients, signed by her."""
    elements = json.loads(made.polynomials[1].coefficients.message)["coefexps"]
    change(elements)
    key = made.keys[1].signing
    signed = sign(made.engine, key, wire.dump({"coefexps": elements}))
    proof = sign(made.engine, key, certified_text(made.certificates, elements)).signature
    return replace(made.polynomials[1], coefficients=signed, signature=proof)


@pytest.mark.parametrize(
    ("change", "rule", "names"),
    [
        (lambda elements: elements.__setitem__(0, elements[1]), "share", "member 2"),
        (lambda elements: elements.append(elements[0]), "threshold", "member 2"),
        (lambda elements: elements.pop(), "threshold", "member 2"),
        (lambda elements: elements.__setitem__(1, f"{(1 << 255) - 20:064x}"), "membership", "member 2"),
        (lambda elements: elements.__setitem__(1, "?"), "element", "member 2"),
    ],
)
def test_false_coefficients_are_seen_by_everybody(
    made: Ceremony, change: Callable[[list[str]], Any], rule: str, names: str
) -> None:
    made.polynomials[1] = committed(made, change)
    for member in (1, 2, 3):
        assert refusal(lambda member=member: made.take_in(member), names=names) == rule


def test_what_is_not_signed_by_its_member_is_refused(made: Ceremony) -> None:
    first, second, third = made.polynomials
    unsigned = replace(second, coefficients=Signed(second.coefficients.message, first.coefficients.signature))
    assert refusal(lambda: made.take_in(1, [first, unsigned, third]), names="member 2") == "message-signature"
    unseen = replace(second, signature=second.coefficients.signature)
    assert refusal(lambda: made.take_in(1, [first, unseen, third]), names="member 2") == "message-signature"


def test_a_polynomial_made_for_other_certificates_is_refused(made: Ceremony) -> None:
    """Whoever sees other certificates than the rest, signs other certificates than the rest."""
    other = [*made.certificates[:2], certify(made.engine, Keys(made.engine.group, 5, 6), size=N, threshold=K, index=3)]
    made.polynomials[1] = share_out(made.engine, made.keys[1], other, K)
    assert refusal(lambda: made.take_in(1), names="member 2") == "message-signature"


def test_a_copied_encryption_key_gives_nobody_anothers_shares_and_confuses_nobody() -> None:
    engine = engine_for(by_name("Ed25519"), secret=True)
    honest = [Keys.of_seed(engine.group, random_seed()) for _ in range(2)]
    thief = Keys(engine.group, 5, honest[1].decryption)  # as if she had it: its public key is all she can copy
    keys = [honest[0], thief, honest[1]]
    papers = certificates(engine, keys)
    polynomials = [share_out(engine, one, papers, K) for one in keys]
    intakes = collect(polynomials)
    made = take_in(engine, honest[1], papers, K, intakes[2])
    group, share = engine.group, open_share(engine, honest[1], made.private_key)
    assert made.public_key.key == group.power(group.g, share)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_false_certificate_is_seen_before_anything_is_shared(made: Ceremony, place: int) -> None:
    own = made.certificates[place - 1]
    made.certificates[place - 1] = Signed(own.message.replace('"index":', '"index": '), own.signature)
    for member in made.keys:
        act = lambda member=member: share_out(made.engine, member, made.certificates, K)  # noqa: E731
        assert refusal(act, names=f"certificate {place}") == "message-signature"


# --- lies in the last step


def test_a_key_that_is_not_the_sum_of_the_shares_is_refused(made: Ceremony) -> None:
    public = make_public_key(made.engine, 7)
    proof = sign(made.engine, made.keys[1].signing, made.engine.group.text(public.key)).signature
    made.outputs[1] = replace(made.outputs[1], public_key=replace(public, signature=proof))
    assert refusal(made.assemble, names="member 2") == "share-key"


def test_a_key_without_possession_or_signature_is_refused(made: Ceremony) -> None:
    first, second, third = made.outputs
    unsigned = replace(second, public_key=replace(second.public_key, signature=None))
    assert refusal(lambda: made.assemble([first, unsigned, third]), names="member 2") == "share-signature"
    others = replace(second, public_key=replace(second.public_key, signature=first.public_key.signature))
    assert refusal(lambda: made.assemble([first, others, third]), names="member 2") == "message-signature"
    unproved = replace(second, public_key=replace(second.public_key, possession=first.public_key.possession))
    assert refusal(lambda: made.assemble([first, unproved, third]), names="member 2") == "trustee-possession"
    assert refusal(lambda: made.assemble([first, third, second]), names="member 2") == "share-key"
