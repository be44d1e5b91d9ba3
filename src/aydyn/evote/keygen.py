"""The k-of-n key generation, step by step, as each member runs it (docs/spec/election-archive.md §9; Pedersen, EUROCRYPT 1991).

1  certify            each member publishes a certificate of her keys
2  check_certificates each member checks all certificates
3  share_out          each member publishes a polynomial's commitments and, encrypted, a share for everyone
4  collect            whoever runs the generation hands each member what is for her
5  take_in            each member checks her shares, adds them up, and publishes the key of her share
6  assemble           the public outcome
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote import wire
from aydyn.evote.engines import Engine
from aydyn.evote.errors import EvoteError, ProofError, RuleError
from aydyn.evote.groups import Group
from aydyn.evote.messages import Keys, Signed, power_of_g, receive, send, sign
from aydyn.evote.proofs import Proof
from aydyn.evote.trustees import (
    MAX_TRUSTEES,
    Certificate,
    PublicKey,
    Threshold,
    certified_text,
    check_certificates,
    check_coefficients,
    check_threshold,
    make_public_key,
    share_key,
)


@dataclass(frozen=True)
class Polynomial:
    """What a member publishes in step 3; everything secret in it is encrypted."""

    polynomial: str
    secrets: tuple[str, ...]
    coefficients: Signed
    signature: Proof

    @classmethod
    def parse(cls, group: Group, value: Any, what: str) -> Polynomial:
        """Read a polynomial message (raises `FormatError`)."""
        fields = wire.obj(value, what)
        secrets = wire.items(wire.field(fields, "secrets", what), f"the secrets of {what}")
        return cls(
            wire.string(wire.field(fields, "polynomial", what), what),
            tuple(wire.string(one, f"a secret of {what}") for one in secrets),
            Signed.parse(group, wire.field(fields, "coefexps", what), f"the coefficients of {what}"),
            Proof.parse(group, wire.field(fields, "signature", what), f"the signature of {what}"),
        )

    def to_value(self) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": self.coefficients.to_value(),
            "signature": self.signature.to_value(),
        }


@dataclass(frozen=True)
class Intake:
    """What is handed to a member in step 4: her own polynomial back, the shares for her, and all that is public."""

    polynomial: str
    secrets: tuple[str, ...]
    coefficients: tuple[Signed, ...]
    signatures: tuple[Proof, ...]

    @classmethod
    def parse(cls, group: Group, value: Any) -> Intake:
        """Read a member's input (raises `FormatError`)."""
        what = "the member's input"
        fields = wire.obj(value, what)
        return cls(
            wire.string(wire.field(fields, "polynomial", what), what),
            tuple(wire.string(one, what) for one in wire.items(wire.field(fields, "secrets", what), what)),
            tuple(Signed.parse(group, one, what) for one in wire.items(wire.field(fields, "coefexps", what), what)),
            tuple(Proof.parse(group, one, what) for one in wire.items(wire.field(fields, "signatures", what), what)),
        )

    def to_value(self) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": [one.to_value() for one in self.coefficients],
            "signatures": [one.to_value() for one in self.signatures],
        }


@dataclass(frozen=True)
class Output:
    """What a member publishes in step 5: her share encrypted to herself, and its public key, signed."""

    private_key: str
    public_key: PublicKey

    @classmethod
    def parse(cls, group: Group, value: Any) -> Output:
        """Read a member's output (raises `FormatError`)."""
        fields = wire.obj(value, "the member's output")
        return cls(
            wire.string(wire.field(fields, "private_key", "the member's output"), "the private key"),
            PublicKey.parse(group, wire.field(fields, "public_key", "the member's output"), "the member's output"),
        )

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {"private_key": self.private_key, "public_key": self.public_key.to_value(group)}


def check_sizes(threshold: int, size: int) -> None:
    """Refuse a threshold that is none (`RuleError`): ``0 < k < n``, as the tools of the field want it."""
    if not 0 < threshold < size <= MAX_TRUSTEES:
        raise RuleError(
            "threshold",
            f"choose a threshold above 0 and below the number of members (at most {MAX_TRUSTEES})",
            section="§9",
        )


def certify(engine: Engine, keys: Keys, *, size: int, threshold: int, index: int) -> Signed:
    """Step 1: a member's certificate; `index` counts from 1."""
    check_sizes(threshold, size)
    group = engine.group
    message = wire.dump(
        {
            "context": {"group": group.name, "size": size, "threshold": threshold, "index": index},
            "verification": group.text(power_of_g(engine, keys.signing)),
            "encryption": group.text(power_of_g(engine, keys.decryption)),
        }
    )
    return sign(engine, keys.signing, message)


def share_out(engine: Engine, keys: Keys, certificates: Sequence[Signed], threshold: int) -> Polynomial:
    """Step 3: a member's polynomial, committed to and shared (raises `EvoteError` if a certificate does not hold)."""
    group = engine.group
    everyone = check_certificates(engine, certificates, threshold)
    coefficients = [group.random_scalar() for _ in range(threshold)]
    texts = [group.text(power_of_g(engine, one)) for one in coefficients]
    own = power_of_g(engine, keys.decryption)
    kept = wire.dump({"polynomial": [str(one) for one in coefficients]})
    shares = [
        sum(a * pow(j, t, group.q) for t, a in enumerate(coefficients)) % group.q for j in range(1, len(everyone) + 1)
    ]
    return Polynomial(
        send(engine, keys, own, kept),
        tuple(
            send(engine, keys, member.encryption, wire.dump({"secret": str(share)}))
            for member, share in zip(everyone, shares, strict=True)
        ),
        sign(engine, keys.signing, wire.dump({"coefexps": texts})),
        sign(engine, keys.signing, certified_text(certificates, texts)).signature,
    )


def collect(polynomials: Sequence[Polynomial]) -> list[Intake]:
    """Step 4: what each member is handed.

    Raises:
        RuleError: a member has not made a share for everyone.
    """
    if any(len(one.secrets) != len(polynomials) for one in polynomials):
        raise RuleError("shares", "a member has not made one share for everyone", section="§9.3")
    coefficients, signatures = (
        tuple(one.coefficients for one in polynomials),
        tuple(one.signature for one in polynomials),
    )
    return [
        Intake(own.polynomial, tuple(one.secrets[j] for one in polynomials), coefficients, signatures)
        for j, own in enumerate(polynomials)
    ]


def take_in(engine: Engine, keys: Keys, certificates: Sequence[Signed], threshold: int, intake: Intake) -> Output:
    """Step 5: check every share that was made for this member and add them up.

    Raises:
        EvoteError: a certificate, a signature or a share that does not hold, or is missing; the words say whose.
    """
    group, q = engine.group, engine.group.q
    _check_whole(certificates, intake.secrets, intake.coefficients, intake.signatures)
    everyone = check_certificates(engine, certificates, threshold)
    elements = check_coefficients(engine, certificates, everyone, intake.coefficients, intake.signatures, threshold)
    index, total = _own_index(engine, keys, everyone), 0
    for sender, (text, member) in enumerate(zip(intake.secrets, everyone, strict=True), 1):
        what = f"the share that member {sender} made"
        share = _open(engine, keys, member.verification, text, "secret", what)
        if power_of_g(engine, share) != share_key(engine, [elements[sender - 1]], index):
            raise ProofError("share", f"{what} is false", section="§9.4")
        total += share
    public = make_public_key(engine, total % q)
    signature = sign(engine, keys.signing, group.text(public.key)).signature
    private = send(engine, keys, power_of_g(engine, keys.decryption), wire.dump({"decryption_key": str(total % q)}))
    return Output(private, PublicKey(public.key, public.possession, signature))


def _check_whole(certificates: Sequence[Signed], *parts: Sequence[object]) -> None:
    if any(len(part) != len(certificates) for part in parts):
        raise RuleError("members", "there is not one of everything for each certified member", section="§9")


def _own_index(engine: Engine, keys: Keys, everyone: Sequence[Certificate]) -> int:
    """By the signing key, which nobody can certify but its owner: another member may have copied the encryption key."""
    own_key = power_of_g(engine, keys.signing)
    for index, one in enumerate(everyone, 1):
        if one.verification == own_key:
            return index
    raise RuleError("member", "this seed is none of the certified members'", section="§9.4")


def _open(engine: Engine, keys: Keys, sender: int, text: str, name: str, what: str) -> int:
    """A secret number out of a message; what is refused says which message."""
    try:
        opened = wire.obj(wire.load(receive(engine, keys, sender, text), "the message"), "the message")
        return engine.group.scalar(wire.field(opened, name, "the message"), "the number")
    except EvoteError as error:
        raise type(error)(error.rule, f"{what}: {error.words}", section=error.section) from None


def assemble(
    engine: Engine,
    certificates: Sequence[Signed],
    threshold: int,
    polynomials: Sequence[Polynomial],
    outputs: Sequence[Output],
) -> Threshold:
    """Step 6: the public outcome, checked (raises `EvoteError`)."""
    _check_whole(certificates, polynomials, outputs)
    trustees = Threshold(
        threshold,
        tuple(certificates),
        tuple(one.coefficients for one in polynomials),
        tuple(one.signature for one in polynomials),
        tuple(one.public_key for one in outputs),
    )
    check_threshold(engine, trustees)
    return trustees


def open_share(engine: Engine, keys: Keys, private_key: str) -> int:
    """A member's share out of the file that only she can read (raises `EvoteError`)."""
    own = power_of_g(engine, keys.signing)
    return _open(engine, keys, own, private_key, "decryption_key", "the member's own share")
