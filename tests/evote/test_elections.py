"""``election.json``: made from a template, read, fingerprinted by its bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.evote.workshop import template

from aydyn.evote import wire
from aydyn.evote.elections import BASE58, Election, check_uuid, make_election, random_base58
from aydyn.evote.errors import FormatError, UnsupportedError
from aydyn.evote.groups import by_name

GROUP = by_name("Ed25519")
RAW = make_election(
    template("HBRL") | {"administrator": "A", "language": ["tk", "ltr"]}, GROUP, GROUP.g, "ABCDEFGHJKLMNP"
)


def changed(**fields: Any) -> bytes:
    return wire.dump(json.loads(RAW) | fields).encode()


def test_an_election_is_read_as_it_was_made() -> None:
    election = Election.parse(RAW)
    assert (election.uuid, election.name, election.group, election.public_key) == (
        "ABCDEFGHJKLMNP",
        "Small",
        GROUP,
        GROUP.g,
    )
    assert election.administrator == "A"
    assert election.credential_authority is None
    assert [question.to_value() for question in election.questions] == json.loads(RAW)["questions"]
    assert election.fingerprint == wire.fingerprint(RAW)


def test_fields_stand_in_their_order() -> None:
    names = ["version", "description", "name", "group", "public_key", "questions", "uuid", "administrator", "language"]
    assert list(json.loads(RAW)) == names


def test_the_fingerprint_is_that_of_the_bytes_and_not_of_what_they_mean() -> None:
    spaced = json.dumps(json.loads(RAW)).encode()
    assert Election.parse(spaced).name == "Small"
    assert Election.parse(spaced).fingerprint != Election.parse(RAW).fingerprint


def test_a_fresh_uuid_is_one() -> None:
    made = Election.parse(make_election(template("H"), GROUP, GROUP.g))
    check_uuid(made.uuid)
    assert made.uuid != Election.parse(make_election(template("H"), GROUP, GROUP.g)).uuid


def test_base58_leaves_out_what_looks_alike() -> None:
    assert len(set(BASE58)) == 58
    assert not set("0OIl") & set(BASE58)
    assert set(random_base58(1000)) <= set(BASE58)


@pytest.mark.parametrize("uuid", ["", "ABCDEFGHJKLMN", "ABCDEFGHJKLMN0", "ABCDEFGHJKLMN-", "ÝBCDEFGHJKLMNP"])
def test_what_is_no_uuid_is_refused(uuid: str) -> None:
    with pytest.raises(FormatError):
        check_uuid(uuid)
    with pytest.raises(FormatError):
        Election.parse(changed(uuid=uuid))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"version": 2}, UnsupportedError), ({"version": None}, UnsupportedError), ({"group": "P-256"}, UnsupportedError),
        ({"group": 5}, FormatError), ({"name": None}, FormatError), ({"name": "\ud800"}, FormatError), ({"questions": {}}, FormatError),
        ({"public_key": "1"}, FormatError), ({"administrator": 1}, FormatError),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_election_is_refused(fields: dict[str, Any], error: type[Exception]) -> None:
    raw = json.dumps(json.loads(RAW) | fields).encode()
    with pytest.raises(error):
        Election.parse(raw)


def test_a_template_needs_a_name_and_questions() -> None:
    for missing in ("name", "questions"):
        value = template("H")
        del value[missing]
        with pytest.raises(FormatError):
            make_election(value, GROUP, GROUP.g)
