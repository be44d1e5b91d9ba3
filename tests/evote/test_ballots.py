"""One ballot by itself. What is refused of ballots on a board: test_tampering.py; what is odd and valid: test_oddities.py."""

from __future__ import annotations

import json

import pytest
from tests.evote.manipulations.table import FIELD, LISTS, PLAIN, RANKED
from tests.evote.workshop import Bench, Scene

from aydyn.evote import ballots, wire
from aydyn.evote.ballots import check_ballot, parse_ballot, try_parse
from aydyn.evote.errors import FormatError, ProofError, RuleError


@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED, FIELD], ids=str)
def test_a_ballot_says_whose_it_is_and_how_it_is_found(scene: Scene) -> None:
    bench = Bench(scene)
    raw = bench.ballots[0]
    ballot = check_ballot(bench.election, raw, bench.engine)
    value = json.loads(raw)
    assert ballot.credential_text == value["credential"] == bench.group.text(ballot.credential)
    assert ballot.hash == value["signature"]["hash"]
    assert ballot.tracker == wire.fingerprint(raw)
    assert [answer.to_value(bench.group) for answer in ballot.answers] == value["answers"]
    assert not ballot.unusual


def test_reading_is_not_checking() -> None:
    bench = Bench(PLAIN)
    value = json.loads(bench.ballots[0])
    value["signature"]["proof"]["response"] = "1"
    raw = wire.dump(value).encode()
    assert parse_ballot(bench.election, raw).signature.response == 1
    with pytest.raises(ProofError) as caught:
        check_ballot(bench.election, raw, bench.engine)
    assert caught.value.rule == "ballot-signature"


def test_an_error_can_be_had_as_a_value() -> None:
    bench = Bench(PLAIN)
    assert isinstance(try_parse(bench.election, b"{}"), FormatError)
    assert isinstance(try_parse(Bench(FIELD).election, bench.ballots[0]), FormatError | RuleError)


def test_a_ballot_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(PLAIN)
    monkeypatch.setattr(ballots, "LARGEST", 100)
    with pytest.raises(FormatError) as caught:
        parse_ballot(bench.election, bench.ballots[0])
    assert caught.value.rule == "ballot-size"
