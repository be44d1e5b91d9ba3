"""Messages between members: for one reader, from one writer, and not to be altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evote.workshop import outsider, shifted

from aydyn.evote import wire
from aydyn.evote.engines import Engine
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError, FormatError
from aydyn.evote.groups import NAMES, by_name
from aydyn.evote.messages import (
    Keys,
    Signed,
    check_signature,
    decrypt,
    encrypt,
    power_of,
    power_of_g,
    random_seed,
    receive,
    send,
    sign,
)

SEED = "ABCDEFGHJKLMNPQRSTUVWX"
GROUP = by_name("Ed25519")
ENGINE = engine_for(GROUP, secret=True)
ANN, BEN, EVE = (Keys(GROUP, 100 + i, 200 + i) for i in range(3))


def reading(keys: Keys) -> int:
    """The key to encrypt to."""
    return power_of_g(engine_for(keys.group, secret=True), keys.decryption)


def signing(keys: Keys) -> int:
    """The key to check signatures with."""
    return power_of_g(engine_for(keys.group, secret=True), keys.signing)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(EvoteError) as caught:
        act()
    assert caught.value.section
    return caught.value.rule


# --- seeds


def test_a_seed_stands_for_two_keys_in_each_group() -> None:
    assert len(SEED) == len(random_seed()) == 22
    for name in NAMES:
        found = [Keys.of_seed(by_name(name), seed) for seed in (SEED, SEED[::-1])]
        assert len({key for one in found for key in (one.signing, one.decryption)}) == 4
    assert Keys.of_seed(GROUP, SEED) == Keys.of_seed(GROUP, SEED)


@pytest.mark.parametrize("seed", ["", SEED[1:], SEED + "A", "0" + SEED[1:], "O" + SEED[1:], "l" + SEED[1:], "é" + SEED[1:], SEED[1:] + "\n"])  # fmt: skip
def test_what_is_no_seed_is_refused(seed: str) -> None:
    with pytest.raises(FormatError) as caught:
        Keys.of_seed(GROUP, seed)
    assert caught.value.rule == "seed"
    assert SEED[1:] not in caught.value.words


# --- the round trip


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_for(by_name(request.param), secret=True)


def test_single_powers_are_powers(engine: Engine) -> None:
    group = engine.group
    base = group.power(group.g, 3)
    for secret in (0, 1, 2, group.q - 1):
        assert power_of_g(engine, secret) == group.power(group.g, secret)
        assert power_of(engine, base, secret) == group.power(base, secret)


def test_a_message_comes_to_its_reader_in_every_group(engine: Engine) -> None:
    sender, receiver = Keys(engine.group, 5, 6), Keys(engine.group, 7, 8)
    text = send(engine, sender, reading(receiver), "Merhaba")
    assert "Merhaba" not in text
    assert receive(engine, receiver, signing(sender), text) == "Merhaba"
    assert Signed.parse(engine.group, sign(engine, 5, "x").to_value(), "x").message == "x"


@settings(max_examples=25)
@given(st.text())
def test_any_text_can_be_sent(text: str) -> None:
    assert receive(ENGINE, BEN, signing(ANN), send(ENGINE, ANN, reading(BEN), text)) == text


def test_a_long_text_can_be_sent() -> None:
    text = "ş" * 200_000
    assert decrypt(ENGINE, BEN.decryption, encrypt(ENGINE, reading(BEN), text)) == text


def test_the_same_text_is_never_encrypted_the_same() -> None:
    made = [json.loads(encrypt(ENGINE, reading(BEN), "x")) for _ in range(3)]
    assert len({one["alpha"] for one in made} | {one["beta"] for one in made} | {one["data"] for one in made}) == 9


# --- signatures


def test_a_signature_holds_for_its_text_and_its_key() -> None:
    signed = sign(ENGINE, ANN.signing, "yes")
    check_signature(ENGINE, signing(ANN), signed)
    for key, other in ((signing(BEN), signed), (signing(ANN), signed._replace(message="no"))):
        assert refusal(lambda key=key, other=other: check_signature(ENGINE, key, other)) == "message-signature"


@pytest.mark.parametrize(("value", "rule"), [(5, "json-shape"), ({}, "json-field"), ({"message": "x"}, "json-field"), ({"message": 5, "signature": {}}, "json-shape"), ({"message": "\ud800", "signature": {}}, "json-shape")])  # fmt: skip
def test_what_is_no_signed_message_is_refused(value: Any, rule: str) -> None:
    assert refusal(lambda: Signed.parse(GROUP, value, "a message")) == rule


# --- altered, or for somebody else


def altered(name: str, change: Callable[[Any], Any]) -> str:
    value = json.loads(encrypt(ENGINE, reading(BEN), "secret"))
    value[name] = change(value[name])
    return wire.dump(value)


def times_g(text: str) -> str:
    return GROUP.text(GROUP.mul(GROUP.parse(text), GROUP.g))


ALTERATIONS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("alpha", times_g, "message-sealed"),
    ("beta", times_g, "message-sealed"),
    ("alpha", lambda text: GROUP.text(outsider(GROUP, GROUP.parse(text))), "membership"),
    ("beta", lambda text: GROUP.text(outsider(GROUP, GROUP.parse(text))), "membership"),
    ("beta", lambda _: "02".zfill(64), "membership"),
    ("beta", lambda _: 5, "element"),
    ("data", lambda text: f"{int(text[0], 16) ^ 1:x}" + text[1:], "message-sealed"),
    ("data", lambda text: text[:-1] + f"{int(text[-1], 16) ^ 1:x}", "message-sealed"),
    ("data", lambda text: text[:-2], "message-sealed"),
    ("data", lambda text: text[:-1], "message-sealed"),
    ("data", lambda text: text[:30], "message-sealed"),
    ("data", lambda text: "", "message-sealed"),
    ("data", lambda text: "?" + text, "message-sealed"),
    ("data", lambda text: 5, "json-shape"),
    ("algorithm", lambda text: "RSA", "message-algorithm"),
    ("algorithm", lambda text: None, "message-algorithm"),
]


@pytest.mark.parametrize(("name", "change", "rule"), ALTERATIONS)
def test_an_altered_message_is_not_opened(name: str, change: Callable[[Any], Any], rule: str) -> None:
    text = altered(name, change)
    assert refusal(lambda: decrypt(ENGINE, BEN.decryption, text)) == rule


@pytest.mark.parametrize(("text", "rule"), [("", "json"), ("[]", "json-shape"), ("{}", "message-algorithm"), ('{"algorithm":"AES-GCM"}', "json-field")])  # fmt: skip
def test_what_is_no_encrypted_message_is_refused(text: str, rule: str) -> None:
    assert refusal(lambda: decrypt(ENGINE, BEN.decryption, text)) == rule


def test_bytes_that_are_no_text_are_refused() -> None:
    class Bytes(str):
        __slots__ = ()

        def encode(self, *_: str) -> bytes:  # type: ignore[override]
            return b"\xff\xfe"

    text = encrypt(ENGINE, reading(BEN), Bytes())
    assert refusal(lambda: decrypt(ENGINE, BEN.decryption, text)) == "message-sealed"


def test_nobody_else_opens_a_message() -> None:
    text = send(ENGINE, ANN, reading(BEN), "secret")
    assert refusal(lambda: receive(ENGINE, EVE, signing(ANN), text)) == "message-sealed"


def test_a_message_from_another_is_not_taken_for_hers() -> None:
    text = send(ENGINE, EVE, reading(BEN), "from Ann")
    assert refusal(lambda: receive(ENGINE, BEN, signing(ANN), text)) == "message-signature"


def test_a_message_handed_on_by_its_reader_is_for_nobody_else() -> None:
    """Ben encrypts what Ann signed for him once more, to Eve."""
    signed = decrypt(ENGINE, BEN.decryption, send(ENGINE, ANN, reading(BEN), "for Ben alone"))
    handed_on = encrypt(ENGINE, reading(EVE), signed)
    assert refusal(lambda: receive(ENGINE, EVE, signing(ANN), handed_on)) == "message-recipient"


@pytest.mark.parametrize(
    ("inner", "rule"),
    [("?", "json"), ("[]", "json-shape"), ("{}", "json-field"), ('{"recipient":"x"}', "element"), ('{"recipient":%s}', "json-field"), ('{"recipient":%s,"message":5}', "json-shape")],
)  # fmt: skip
def test_what_is_signed_must_be_a_message(inner: str, rule: str) -> None:
    text = inner.replace("%s", wire.dump(GROUP.text(reading(BEN))))
    sealed = encrypt(ENGINE, reading(BEN), wire.dump(sign(ENGINE, ANN.signing, text).to_value()))
    assert refusal(lambda: receive(ENGINE, BEN, signing(ANN), sealed)) == rule


def test_a_signature_altered_inside_is_seen() -> None:
    value = json.loads(decrypt(ENGINE, BEN.decryption, send(ENGINE, ANN, reading(BEN), "x")))
    value["signature"]["response"] = shifted(value["signature"]["response"])
    sealed = encrypt(ENGINE, reading(BEN), wire.dump(value))
    assert refusal(lambda: receive(ENGINE, BEN, signing(ANN), sealed)) == "message-signature"
