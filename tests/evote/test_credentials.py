"""Private and public credentials, and the list of them."""

from __future__ import annotations

import json
import re

import pytest
from tests.evote.workshop import outsider

from aydyn.evote.credentials import (
    check_members,
    parse_public_list,
    public_keys,
    public_list,
    random_credential,
    secret_key,
)
from aydyn.evote.engines.choice import engine_for
from aydyn.evote.errors import FormatError, RuleError
from aydyn.evote.groups import NAMES, Group, by_name

UUID = "ABCDEFGHJKLMNP"


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return by_name(request.param)


def test_a_private_credential_has_22_letters_in_four_pieces() -> None:
    made = {random_credential() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"\w{5}-\w{6}-\w{5}-\w{6}", one, re.ASCII) for one in made)


def test_a_credential_stands_for_another_key_in_each_election_and_group() -> None:
    private = random_credential()
    keys = {secret_key(by_name(name), uuid, private) for name in NAMES for uuid in (UUID, UUID[::-1])}
    assert len(keys) == 6


@pytest.mark.parametrize("text", ["", "aaaaa-aaaaaa-aaaaa-aaaaa", "aaaaaaaaaaaaaaaaaaaaaa", "0aaaa-aaaaaa-aaaaa-aaaaaa", "aaaaa-aaaaaa-aaaaa-aaaaaa\n"])  # fmt: skip
def test_what_is_no_private_credential_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        secret_key(by_name("Ed25519"), UUID, text)


def test_the_list_is_sorted_and_read_as_it_is_written(group: Group) -> None:
    keys = public_keys(engine_for(group), [5, 6, 7, 8])
    raw = public_list(group, dict.fromkeys(keys, 1))
    assert list(parse_public_list(group, raw)) == sorted(keys, key=group.order_key)
    assert "," not in "".join(json.loads(raw))
    assert public_list(group, dict.fromkeys(reversed(keys), 1)) == raw


def test_one_weight_makes_all_of_them_written(group: Group) -> None:
    weights = dict(zip(public_keys(engine_for(group), [5, 6, 7]), (1, 3_000_000_000, 0), strict=True))
    raw = public_list(group, weights)
    assert all("," in one for one in json.loads(raw))
    assert parse_public_list(group, raw) == weights


@pytest.mark.parametrize("weight", ["", "-1", "1.5", "x", "1,2", "1" * 21, " 1", "١"])
def test_a_weight_that_is_none_is_refused(weight: str) -> None:
    group = by_name("Ed25519")
    with pytest.raises(FormatError) as caught:
        parse_public_list(group, json.dumps([f"{group.text(group.g)},{weight}"]).encode())
    assert caught.value.rule == "weight"


def test_an_element_outside_the_group_is_named_by_its_place(group: Group) -> None:
    keys = public_keys(engine_for(group), list(range(1, 1030)) if group.name == "Ed25519" else [1, 2])
    check_members(engine_for(group), keys, "credential", "§6.2")
    with pytest.raises(RuleError) as caught:
        check_members(engine_for(group), [*keys, outsider(group, group.g)], "credential", "§6.2")
    assert f"credential {len(keys) + 1} " in caught.value.words
