"""Trustees: who together holds the key of an election (docs/spec/election-archive.md §8, §9; Belenios, "Trustees").

`parse_trustees` and `check_trustees` are for everyone; making a single trustee's key is here, the k-of-n generation in `keygen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.evote import wire
from aydyn.evote.engines import Engine
from aydyn.evote.errors import FormatError, ProofError, RuleError, UnsupportedError, quoted
from aydyn.evote.groups import Group, number
from aydyn.evote.messages import Signed, check_signature, power_of_g
from aydyn.evote.proofs import Proof, Reason, check_alone, prove_log

POSSESSION = Reason("trustee-possession", "a trustee's proof that she knows her key does not verify", "§8.1")
MAX_TRUSTEES = 100


@dataclass(frozen=True)
class PublicKey:
    """A trustee's public key with the proof that she knows the secret."""

    key: int
    possession: Proof
    signature: Proof | None = None
    name: str | None = None

    @classmethod
    def parse(cls, group: Group, value: Any, what: str) -> PublicKey:
        """Read a trustee's public key (raises `FormatError`)."""
        fields = wire.obj(value, what)
        signature, name = fields.get("signature"), fields.get("name")
        return cls(
            group.parse(wire.field(fields, "public_key", what), f"the key of {what}"),
            Proof.parse(group, wire.field(fields, "pok", what), f"the proof of {what}"),
            None if signature is None else Proof.parse(group, signature, f"the signature of {what}"),
            None if name is None else wire.shown(name, f"the name of {what}"),
        )

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        value: dict[str, Any] = {"pok": self.possession.to_value(), "public_key": group.text(self.key)}
        if self.signature is not None:
            value["signature"] = self.signature.to_value()
        return value if self.name is None else value | {"name": self.name}


@dataclass(frozen=True)
class Threshold:
    """The public outcome of a k-of-n key generation."""

    threshold: int
    certificates: tuple[Signed, ...]
    coefficients: tuple[Signed, ...]
    signatures: tuple[Proof, ...]
    keys: tuple[PublicKey, ...]

    def to_value(self, group: Group) -> dict[str, Any]:
        """As JSON, fields in their order."""
        return {
            "threshold": self.threshold,
            "certs": [one.to_value() for one in self.certificates],
            "coefexps": [one.to_value() for one in self.coefficients],
            "signatures": [one.to_value() for one in self.signatures],
            "verification_keys": [one.to_value(group) for one in self.keys],
        }


@dataclass(frozen=True)
class Single:
    """A trustee whose part of the key is all her own: without her nothing is decrypted."""

    public: PublicKey


Trustee = Single | Threshold


def parse_trustees(group: Group, raw: bytes) -> list[Trustee]:
    """Read ``trustees.json``.

    Raises:
        FormatError: not a list of trustees.
        UnsupportedError: a key generation older than signed verification keys (Belenios 2.x).
    """
    found = wire.items(wire.load(raw, "trustees.json"), "trustees.json")
    if not found:
        raise FormatError("trustees", "an election has at least one trustee", section="§8")
    _check_count(len(found), "trustees.json")
    return [_parse_trustee(group, one, f"trustee {i}") for i, one in enumerate(found, 1)]


def _check_count(count: int, what: str) -> None:
    if count > MAX_TRUSTEES:
        raise UnsupportedError("trustees", f"{what}: more than {MAX_TRUSTEES} are not checked here", section="§8")


def _parse_trustee(group: Group, value: Any, what: str) -> Trustee:
    kind, body = wire.items(value, what, 2)
    if kind == "Single":
        return Single(PublicKey.parse(group, body, what))
    if kind == "Pedersen":
        return parse_threshold(group, body, what)
    raise FormatError("trustee-kind", f"{what} is of the unknown kind {quoted(kind)}", section="§8")


def parse_threshold(group: Group, value: Any, what: str = "the threshold trustees") -> Threshold:
    """Read the outcome of a key generation (raises `FormatError`, `UnsupportedError`)."""
    fields = wire.obj(value, what)
    certificates = [
        Signed.parse(group, one, f"a certificate of {what}")
        for one in wire.items(wire.field(fields, "certs", what), what)
    ]
    count = len(certificates)
    if not count:
        raise FormatError("trustees", f"{what} have no members", section="§8.2")
    _check_count(count, what)
    coefficients = wire.items(wire.field(fields, "coefexps", what), f"the coefficients of {what}", count)
    keys = wire.items(wire.field(fields, "verification_keys", what), f"the keys of {what}", count)
    if "signatures" not in fields or not all(
        "context" in wire.obj(wire.load(one.message, what), what) for one in certificates
    ):
        words = f"{what} come from a key generation of Belenios 2.x, which this library cannot check"
        raise UnsupportedError("threshold-version", words, section="§8.2")
    signatures = wire.items(fields["signatures"], f"the signatures of {what}", count)
    return Threshold(
        wire.whole(wire.field(fields, "threshold", what), f"the threshold of {what}"),
        tuple(certificates),
        tuple(Signed.parse(group, one, f"coefficients of {what}") for one in coefficients),
        tuple(Proof.parse(group, one, f"a signature of {what}") for one in signatures),
        tuple(PublicKey.parse(group, one, f"a key of {what}") for one in keys),
    )


# --- checking


@dataclass(frozen=True)
class Context:
    """Which key generation a certificate is for, and which member's it is; other fields may stand beside these."""

    group: str
    size: int
    threshold: int
    index: int

    @classmethod
    def parse(cls, value: Any, what: str) -> Context:
        """Read a context; its numbers may stand in strings, as others take them there (raises `FormatError`)."""
        fields = wire.obj(value, what)
        size, threshold, index = (
            number(one, 1 << 30, what) if isinstance(one, str) else wire.whole(one, what)
            for one in (wire.field(fields, name, what) for name in ("size", "threshold", "index"))
        )
        return cls(wire.string(wire.field(fields, "group", what), f"the group of {what}"), size, threshold, index)


@dataclass(frozen=True)
class Certificate:
    """What a member's certificate says."""

    context: Context
    verification: int
    encryption: int

    @classmethod
    def parse(cls, group: Group, signed: Signed, what: str) -> Certificate:
        """Read a certificate (raises `FormatError`)."""
        fields = wire.obj(wire.load(signed.message, what), what)
        return cls(
            Context.parse(wire.field(fields, "context", what), f"the context of {what}"),
            group.parse(wire.field(fields, "verification", what), f"the verification key of {what}"),
            group.parse(wire.field(fields, "encryption", what), f"the encryption key of {what}"),
        )


def check_possession(engine: Engine, public: PublicKey, what: str) -> None:
    """Check that a key lies in the group and its holder knows the secret (raises `RuleError`, `ProofError`)."""
    group = engine.group
    if not engine.members([public.key])[0]:
        raise RuleError("membership", f"the key of {what} is not in the group", section="§8.1")
    reason = POSSESSION._replace(words=f"the proof of {what} that she knows her key does not verify")
    check_alone(engine, f"pok|{group.name}|{group.text(public.key)}|", public.key, public.possession, reason)


def check_certificates(engine: Engine, certificates: Sequence[Signed], threshold: int) -> list[Certificate]:
    """Check every member's certificate; what they say (raises `EvoteError`)."""
    group, found = engine.group, list[Certificate]()
    for index, signed in enumerate(certificates, 1):
        certificate = Certificate.parse(group, signed, f"certificate {index}")
        expected = Context(group.name, len(certificates), threshold, index)
        if certificate.context != expected:
            raise RuleError("certificate-context", f"certificate {index} is for another key generation", section="§9.2")
        if not all(engine.members([certificate.verification, certificate.encryption])):
            raise RuleError("membership", f"a key of certificate {index} is not in the group", section="§9.2")
        check_signature(engine, certificate.verification, signed, f"certificate {index}")
        found.append(certificate)
    return found


def parse_coefficients(group: Group, signed: Signed, what: str) -> list[int]:
    """The elements ``A_0 … A_(k-1)`` of a member's polynomial (raises `FormatError`)."""
    fields = wire.obj(wire.load(signed.message, what), what)
    return [
        group.parse(one, f"a coefficient of {what}") for one in wire.items(wire.field(fields, "coefexps", what), what)
    ]


def certified_text(certificates: Sequence[Signed], coefficients: Sequence[str]) -> str:
    """What a member signs over all certificates and her own coefficients (§9.3)."""
    return "certs_sig|" + wire.dump({"certs": [one.to_value() for one in certificates], "coefexps": list(coefficients)})


def check_coefficients(
    engine: Engine,
    certificates: Sequence[Signed],
    keys: Sequence[Certificate],
    signed: Sequence[Signed],
    proofs: Sequence[Proof],
    threshold: int,
) -> list[list[int]]:
    """Check every member's coefficients and what she signed over the certificates; the coefficients (raises `EvoteError`)."""
    group, found = engine.group, list[list[int]]()
    for i, (one, proof, certificate) in enumerate(zip(signed, proofs, keys, strict=True), 1):
        elements = parse_coefficients(group, one, f"member {i}")
        if len(elements) != threshold:
            raise RuleError(
                "threshold",
                f"member {i} has {len(elements)} coefficients and the threshold is {threshold}",
                section="§8.2",
            )
        if not all(engine.members(elements)):
            raise RuleError("membership", f"a coefficient of member {i} is not in the group", section="§8.2")
        check_signature(engine, certificate.verification, one, f"the coefficients of member {i}")
        text = certified_text(certificates, [group.text(element) for element in elements])
        check_signature(engine, certificate.verification, Signed(text, proof), f"all certificates by member {i}")
        found.append(elements)
    return found


def share_key(engine: Engine, coefficients: Sequence[Sequence[int]], index: int) -> int:
    """``prod_i prod_t A_(i,t)^(index^t)``: the public key of a member's share (§9.4)."""
    q = engine.group.q
    bases = [element for elements in coefficients for element in elements]
    exponents = [pow(index, t, q) for elements in coefficients for t in range(len(elements))]
    return engine.multiexp(bases, exponents)


def check_threshold(engine: Engine, trustees: Threshold) -> int:
    """Check a key generation by what is public of it; its part of the election's key (raises `EvoteError`)."""
    group = engine.group
    if not 1 <= trustees.threshold <= len(trustees.certificates):
        raise RuleError("threshold", "a threshold lies between 1 and the number of members", section="§8.2")
    certificates = check_certificates(engine, trustees.certificates, trustees.threshold)
    coefficients = check_coefficients(
        engine, trustees.certificates, certificates, trustees.coefficients, trustees.signatures, trustees.threshold
    )
    for index, (public, certificate) in enumerate(zip(trustees.keys, certificates, strict=True), 1):
        check_possession(engine, public, f"member {index}")
        if public.key != share_key(engine, coefficients, index):
            raise ProofError(
                "share-key", f"the key of member {index} does not follow from the coefficients", section="§8.2"
            )
        if public.signature is None:
            raise RuleError("share-signature", f"the key of member {index} is not signed", section="§8.2")
        own = Signed(group.text(public.key), public.signature)
        check_signature(engine, certificate.verification, own, f"the key of member {index}")
    return group.product(elements[0] for elements in coefficients)


def check_trustees(engine: Engine, trustees: Sequence[Trustee], election_key: int) -> None:
    """Check all trustees and that their keys make the election's key (raises `EvoteError`)."""
    parts: list[int] = []
    for i, trustee in enumerate(trustees, 1):
        if isinstance(trustee, Single):
            check_possession(engine, trustee.public, f"trustee {i}")
            parts.append(trustee.public.key)
        else:
            parts.append(check_threshold(engine, trustee))
    if engine.group.product(parts) != election_key:
        raise ProofError("election-key", "the election's key is not the product of the trustees' keys", section="§8")


def owners(trustees: Sequence[Trustee]) -> list[PublicKey]:
    """The keys that decrypt, in the order of the owner numbers 1, 2, … (§8)."""
    keys: list[PublicKey] = []
    for trustee in trustees:
        keys.extend([trustee.public] if isinstance(trustee, Single) else trustee.keys)
    return keys


# --- making


def make_public_key(engine: Engine, secret: int, name: str | None = None) -> PublicKey:
    """The public key of a secret, with the proof of possession."""
    group = engine.group
    key = power_of_g(engine, secret)
    return PublicKey(key, prove_log(engine, f"pok|{group.name}|{group.text(key)}|", secret), None, name)


def trustees_file(group: Group, trustees: Sequence[Trustee]) -> bytes:
    """The bytes of ``trustees.json``."""
    value = [
        ["Single", one.public.to_value(group)] if isinstance(one, Single) else ["Pedersen", one.to_value(group)]
        for one in trustees
    ]
    return wire.encode(wire.dump(value))
