"""Lies in what is public of a k-of-n key generation; whoever lies signs the lie with her own key."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.evote.manipulations.table import SHARED, row
from tests.evote.workshop import Bench, outsider, shifted

from aydyn.evote import wire
from aydyn.evote.messages import Signed, sign
from aydyn.evote.trustees import certified_text, make_public_key
from aydyn.evote.verify.verdicts import Stage

Lie = Callable[[Bench, dict[str, Any]], Any]


def lie(name: str, change: Lie, rule: str) -> None:
    def changed(bench: Bench) -> None:
        bench.edit(1, lambda trustees: change(bench, trustees[0][1]) and None)

    row(f"a key generation with {name}", changed, rule, Stage.TRUSTEES, 0, scene=SHARED)


def _shift(*path: str | int) -> Lie:
    def change(_: Bench, value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = shifted(value[path[-1]])

    return change


def _swap(name: str) -> Lie:
    def change(_: Bench, value: Any) -> None:
        value[name][0], value[name][1] = value[name][1], value[name][0]

    return change


def _recertify(change: Callable[[Bench, dict[str, Any]], Any]) -> Lie:
    """The first member's certificate changed and signed again."""

    def changed(bench: Bench, value: Any) -> None:
        message = json.loads(value["certs"][0]["message"])
        change(bench, message)
        value["certs"][0] = sign(bench.engine, bench.members[0].signing, wire.dump(message)).to_value()

    return changed


def _recommit(change: Callable[[Bench, list[str]], Any]) -> Lie:
    """The first member's coefficients changed, signed again, alone and together with all certificates."""

    def changed(bench: Bench, value: Any) -> None:
        elements = json.loads(value["coefexps"][0]["message"])["coefexps"]
        change(bench, elements)
        commit(bench, value, elements)

    return changed


def commit(bench: Bench, value: Any, elements: Sequence[str]) -> None:
    key = bench.members[0].signing
    value["coefexps"][0] = sign(bench.engine, key, wire.dump({"coefexps": list(elements)})).to_value()
    certificates = [Signed.parse(bench.group, one, "a certificate") for one in value["certs"]]
    value["signatures"][0] = sign(bench.engine, key, certified_text(certificates, elements)).signature.to_value()


def _rekey(secret: int, signer: int) -> Lie:
    """The first member's share replaced by another, its proof made again, signed by a member."""

    def changed(bench: Bench, value: Any) -> None:
        public = make_public_key(bench.engine, secret).to_value(bench.group)
        own = sign(bench.engine, bench.members[signer].signing, public["public_key"])
        value["verification_keys"][0] = public | {"signature": own.signature.to_value()}

    return changed


def _resign(bench: Bench, value: Any) -> None:
    own = value["verification_keys"][0]
    own["signature"] = sign(bench.engine, bench.members[1].signing, own["public_key"]).signature.to_value()


def _times_g(bench: Bench, elements: list[str], place: int) -> None:
    elements[place] = bench.group.text(bench.group.mul(bench.group.parse(elements[place]), bench.group.g))


def _off(bench: Bench, own: Any, name: str | int) -> None:
    own[name] = bench.group.text(outsider(bench.group, bench.group.parse(own[name])))


for part in ("challenge", "response"):
    lie(f"another {part} of a certificate", _shift("certs", 0, "signature", part), "message-signature")
    lie(f"another {part} of coefficients", _shift("coefexps", 1, "signature", part), "message-signature")
    lie(f"another {part} over the certificates", _shift("signatures", 2, part), "message-signature")
    lie(f"another {part} of a share's key", _shift("verification_keys", 0, "signature", part), "message-signature")
    lie(f"another {part} of a share's possession", _shift("verification_keys", 0, "pok", part), "trustee-possession")
lie("a lower threshold", lambda b, v: v.update(threshold=1), "certificate-context")
lie("a threshold of none", lambda b, v: v.update(threshold=0), "threshold")
lie("a threshold above its members", lambda b, v: v.update(threshold=4), "threshold")
lie("certificates in another order", _swap("certs"), "certificate-context")
lie("coefficients in another order", _swap("coefexps"), "message-signature")
lie("signatures in another order", _swap("signatures"), "message-signature")
lie("shares in another order", _swap("verification_keys"), "share-key")
lie("another index", _recertify(lambda b, m: m["context"].update(index=2)), "certificate-context")
lie("another size", _recertify(lambda b, m: m["context"].update(size=4)), "certificate-context")
lie("another group", _recertify(lambda b, m: m["context"].update(group="RFC-3526-2048")), "certificate-context")
lie("a field less in a context", _recertify(lambda b, m: m["context"].pop("size")), "json-field")
lie("a context of words", _recertify(lambda b, m: m["context"].update(index=True)), "json-shape")
lie("a verification key outside the group", _recertify(lambda b, m: _off(b, m, "verification")), "membership")
lie("an encryption key outside the group", _recertify(lambda b, m: _off(b, m, "encryption")), "membership")
lie("a certificate changed afterwards", _recertify(lambda b, m: m.update(encryption=m["verification"])), "message-signature")  # fmt: skip
lie("another constant coefficient", _recommit(lambda b, e: _times_g(b, e, 0)), "share-key")
lie("another coefficient", _recommit(lambda b, e: _times_g(b, e, 1)), "share-key")
lie("a coefficient more", _recommit(lambda b, e: e.append(e[0])), "threshold")
lie("a coefficient less", _recommit(lambda b, e: e.pop()), "threshold")
lie("a coefficient outside the group", _recommit(lambda b, e: _off(b, e, 0)), "membership")
lie("an unsigned share", lambda b, v: v["verification_keys"][0].pop("signature"), "share-signature")
lie("another share", _rekey(5, 0), "share-key")
lie("a share signed by another member", _resign, "message-signature")
lie("a member too few", lambda b, v: v["verification_keys"].pop(), "json-length")
lie("coefficients too few", lambda b, v: v["coefexps"].pop(), "json-length")
lie("signatures too few", lambda b, v: v["signatures"].pop(), "json-length")
lie("no members", lambda b, v: v.update(certs=[]), "trustees")


def _moved(bench: Bench) -> None:
    """All constant coefficients as before, but the election's key another."""
    key = bench.group.text(bench.group.mul(bench.election.public_key, bench.group.g))
    bench.edit(0, lambda election: election.update(public_key=key))


row("a key generation of another election key", _moved, "election-key", Stage.TRUSTEES, 0, scene=SHARED)
