"""Who holds the key: single trustees and groups of them, each lie with the number of who told it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.evote.workshop import outsider, shifted

from aydyn.evote import wire
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import EvoteError, FormatError, UnsupportedError
from aydyn.evote.groups import NAMES, Group, by_name
from aydyn.evote.keygen import assemble, certify, collect, share_out, take_in
from aydyn.evote.messages import Keys, random_seed
from aydyn.evote.trustees import (
    MAX_TRUSTEES,
    Single,
    Threshold,
    Trustee,
    check_trustees,
    make_public_key,
    owners,
    parse_trustees,
    trustees_file,
)

SECRETS = (11, 12)


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return by_name(request.param)


def singles(group: Group) -> list[Trustee]:
    engine = engine_for(group, secret=True)
    return [Single(make_public_key(engine, secret, f"Trustee {secret}")) for secret in SECRETS]


def shared(group: Group) -> Threshold:
    engine = engine_for(group, secret=True)
    keys = [Keys.of_seed(group, random_seed()) for _ in range(2)]
    papers = [certify(engine, one, size=2, threshold=1, index=i) for i, one in enumerate(keys, 1)]
    polynomials = [share_out(engine, one, papers, 1) for one in keys]
    outputs = [take_in(engine, one, papers, 1, own) for one, own in zip(keys, collect(polynomials), strict=True)]
    return assemble(engine, papers, 1, polynomials, outputs)


def refusal(group: Group, raw: bytes, *, names: str = "", key: int = sum(SECRETS)) -> str:
    with pytest.raises(EvoteError) as caught:
        check_trustees(engine_for(group), parse_trustees(group, raw), group.power(group.g, key))
    assert caught.value.section
    assert names in caught.value.words, caught.value.words
    return caught.value.rule


def changed(group: Group, change: Callable[[Any], Any]) -> bytes:
    """The file of two trustees, something of the second changed."""
    value = json.loads(trustees_file(group, singles(group)))
    change(value[1][1])
    return wire.dump(value).encode()


def test_trustees_are_read_as_they_are_written_and_make_the_key_together(group: Group) -> None:
    trustees = singles(group)
    raw = trustees_file(group, trustees)
    assert parse_trustees(group, raw) == trustees
    check_trustees(engine_for(group), trustees, group.power(group.g, sum(SECRETS)))
    assert refusal(group, raw, key=sum(SECRETS) + 1) == "election-key"
    assert refusal(group, trustees_file(group, trustees[:1])) == "election-key"


def test_owners_are_numbered_through_all_trustees_in_their_order() -> None:
    group = by_name("Ed25519")
    (first, last), both = singles(group), shared(group)
    trustees = [first, both, last]
    assert parse_trustees(group, trustees_file(group, trustees)) == trustees
    keys = owners(trustees)
    assert [one.name for one in keys] == ["Trustee 11", None, None, "Trustee 12"]
    assert [one.key for one in keys[1:3]] == [one.key for one in both.keys]
    part = group.product(group.parse(json.loads(one.message)["coefexps"][0]) for one in both.coefficients)
    check_trustees(engine_for(group), trustees, group.mul(part, group.power(group.g, sum(SECRETS))))


def _of_the_first(own: Any) -> None:
    own["pok"] = json.loads(trustees_file(by_name("Ed25519"), singles(by_name("Ed25519"))))[0][1]["pok"]


LIES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "another challenge": (
        lambda own: own["pok"].update(challenge=shifted(own["pok"]["challenge"])),
        "trustee-possession",
    ),
    "another response": (lambda own: own["pok"].update(response=shifted(own["pok"]["response"])), "trustee-possession"),
    "the proof of another": (_of_the_first, "trustee-possession"),
    "no proof": (lambda own: own.pop("pok"), "json-field"),
    "no key": (lambda own: own.pop("public_key"), "json-field"),
    "a key that is none": (lambda own: own.update(public_key="?"), "element"),
    "a key that is a number": (lambda own: own.update(public_key=4), "element"),
    "a name that is none": (lambda own: own.update(name=["x"]), "json-shape"),
    "half a letter for a name": (lambda own: own.update(name="\ud800"), "json-shape"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_of_a_single_trustee_is_named(name: str) -> None:
    group, (change, rule) = by_name("Ed25519"), LIES[name]
    value = json.loads(trustees_file(group, singles(group)))
    change(value[1][1])
    assert refusal(group, json.dumps(value).encode(), names="trustee 2") == rule


def test_a_key_outside_the_group_is_refused(group: Group) -> None:
    def move(own: Any) -> None:
        own["public_key"] = group.text(outsider(group, group.parse(own["public_key"])))

    assert refusal(group, changed(group, move), names="trustee 2") == "membership"


def test_a_proof_for_another_group_proves_nothing_here(monkeypatch: pytest.MonkeyPatch, group: Group) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(group, "name", "Elsewhere")
        raw = trustees_file(group, singles(group))
    assert refusal(group, raw, names="trustee 1") == "trustee-possession"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"[]", "trustees"),
        (b"{}", "json-shape"),
        (b"?", "json"),
        (b'["Single"]', "json-shape"),
        (b'[["Single"]]', "json-length"),
        (b'[["Double",{}]]', "trustee-kind"),
        (b"[[{},{}]]", "trustee-kind"),
        (b'[["Pedersen",{}]]', "json-field"),
        (b'[["Pedersen",{"certs":[]}]]', "trustees"),
        (b'[["Pedersen",{"certs":[{}]}]]', "json-field"),
    ],
)  # fmt: skip
def test_a_file_that_names_no_trustees_is_refused(raw: bytes, rule: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_trustees(by_name("Ed25519"), raw)
    assert caught.value.rule == rule


def test_more_trustees_than_are_checked_here_refute_nothing() -> None:
    group = by_name("Ed25519")
    one = singles(group)[0]
    assert len(parse_trustees(group, trustees_file(group, [one] * MAX_TRUSTEES))) == MAX_TRUSTEES
    both = shared(group).to_value(group)
    many = wire.dump([["Pedersen", both | {"certs": both["certs"] * 51}]]).encode()
    for raw in (trustees_file(group, [one] * (MAX_TRUSTEES + 1)), many):
        with pytest.raises(UnsupportedError) as caught:
            parse_trustees(group, raw)
        assert caught.value.rule == "trustees"
