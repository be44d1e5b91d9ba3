"""The end of an election, as far as the table of manipulations does not show it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.evote.forging import Forged, owned
from tests.evote.manipulations.table import FIELD, PLAIN, RANKED, SHARED
from tests.evote.workshop import Bench, Scene, shifted, verify

from aydyn.evote import wire
from aydyn.evote.verify.verdicts import Outcome, Stage, Verdict

SINGLE_AND_SHARED = Scene(kinds="H", trustees="single:1,threshold:2/3", revotes=0)


def refusal(bench: Bench) -> tuple[str, Stage, int | None]:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.REFUTED
    return verdict.problems[0].rule, verdict.problems[0].stage, verdict.problems[0].height


def verified(bench: Bench) -> Verdict:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    return verdict


def spoiled(bench: Bench, nth: int, owner: int | None = None) -> Forged:
    """A decryption with one proof altered, perhaps credited to another trustee."""
    event = bench.at("PartialDecryption", nth)
    value = json.loads(event.data[0])
    proof = value["decryption_proofs"][0][0]
    proof["response"] = shifted(proof["response"])
    number = json.loads(event.data[1])["owner"] if owner is None else owner
    return owned("PartialDecryption", number, wire.dump(value).encode())


def test_each_thing_of_the_end_is_counted() -> None:
    done = verified(Bench(RANKED)).done
    assert [done.get(stage) for stage in (Stage.TALLY, Stage.SHUFFLES, Stage.DECRYPTIONS, Stage.RESULT)] == [1, 2, 2, 1]
    assert Stage.SHUFFLES not in verified(Bench(PLAIN)).done


def test_decryptions_are_of_the_tally_after_the_last_shuffle() -> None:
    bench = Bench(RANKED)
    before = bench.rows()
    bench.events = bench.events[: bench.place("PartialDecryption")]
    bench.open(before)
    assert refusal(bench)[:2] == ("decryption-proof", Stage.DECRYPTIONS)


def test_a_single_trustee_who_decrypts_falsely_is_named_even_before_the_result() -> None:
    bench = Bench(SINGLE_AND_SHARED)
    bench.events[bench.place("PartialDecryption")] = spoiled(bench, 0)
    place = bench.place("PartialDecryption")
    assert refusal(bench) == ("decryption-proof", Stage.DECRYPTIONS, place)
    bench.events.pop()
    assert refusal(bench) == ("decryption-proof", Stage.DECRYPTIONS, place)


def test_a_false_share_is_passed_over_as_long_as_enough_others_can_come() -> None:
    bench = Bench(SINGLE_AND_SHARED)
    del bench.events[bench.place("PartialDecryption", 1) :]
    bench.events.append(spoiled(bench, 0, owner=2))
    verdict = verified(bench)
    assert [note.code for note in verdict.notes] == ["decryption-passed-over"]
    assert "trustee 2 " in verdict.notes[0].words
    assert verdict.done[Stage.DECRYPTIONS] == 1


def test_an_invalid_decryption_replaces_a_valid_one_of_the_same_trustee() -> None:
    """What counts is a trustee's last word, whichever way it goes."""
    bench = Bench(PLAIN)
    bench.events.insert(bench.place("Result"), spoiled(bench, 0))
    assert refusal(bench) == ("decryption-proof", Stage.DECRYPTIONS, bench.place("PartialDecryption", 2))
    shared = Bench(SHARED)
    shared.events.insert(shared.place("Result"), spoiled(shared, 0))
    assert refusal(shared)[:2] == ("decryption-proof", Stage.DECRYPTIONS)


def test_a_result_is_of_all_questions_or_none() -> None:
    bench = Bench(PLAIN)
    bench.events[-1] = Forged("Result", [b'{"result":[]}'])
    assert refusal(bench) == ("json-length", Stage.RESULT, bench.place("Result"))


def test_fields_that_nobody_knows_around_a_result_change_nothing() -> None:
    bench = Bench(PLAIN)
    raw = bench.at("Result").data[0]
    value: Any = json.loads(raw)
    bench.events[-1] = Forged("Result", [wire.dump({"note": 1, **value}).encode()])
    assert verified(bench).result == value["result"]


def test_a_shuffle_of_nothing_where_nothing_is_shuffled_changes_nothing() -> None:
    bench = Bench(PLAIN)
    empty = owned("Shuffle", 1, b'{"ciphertexts":[],"proofs":[]}')
    bench.events.insert(bench.place("EncryptedTally") + 1, empty)
    assert verified(bench).result == verify(bench.raw).result
    bench.events[bench.place("Shuffle")] = owned("Shuffle", 1, Bench(RANKED).at("Shuffle").data[0])
    assert refusal(bench) == ("json-length", Stage.SHUFFLES, bench.place("Shuffle"))


@pytest.mark.parametrize("scene", [PLAIN, FIELD], ids=str)
def test_a_tally_of_no_weight_decrypts_to_nothing(scene: Scene) -> None:
    bench = Bench(scene)
    bench.weights = dict.fromkeys(bench.weights, 0)
    bench.edit(2, lambda found: [f"{one.partition(',')[0]},0" for one in found])
    bench.finish()
    verdict = verified(bench)
    assert (verdict.facts["voted_weight"], verdict.facts["voted"]) == (0, len(bench.weights))
    assert not any(_flat(verdict.result))


def _flat(value: Any) -> list[int]:
    return [one for inner in value for one in _flat(inner)] if isinstance(value, list) else [value]
