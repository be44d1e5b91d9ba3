"""What one voter or one trustee can do oddly but validly: verified, with a note where it is worth one.

If any of this were refused, one person could make a genuine election look false.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from tests.evote.forging import Forged, owned
from tests.evote.manipulations.table import LISTS, PLAIN, RANKED, SHARED, WEIGHED
from tests.evote.workshop import Bench, Scene, drawing, outsider, verify, zeros

from aydyn.evote import making, wire
from aydyn.evote.casting import cast
from aydyn.evote.ed25519 import ORDER_EIGHT, Ed25519, P
from aydyn.evote.engines.choice import VARIABLE
from aydyn.evote.groups import Group
from aydyn.evote.trustees import Single, make_public_key
from aydyn.evote.verify.verdicts import Outcome, Stage, Verdict

SCENES = (
    PLAIN,
    LISTS,
    RANKED,
    Scene("BELENIOS-2048", "HBL", "single:1", voters=2),
    Scene("RFC-3526-2048", "HR", "single:1", voters=2, revotes=0, shuffles=1),
)
FIELD = SCENES[3]
FIELD_LISTS = Scene("BELENIOS-2048", "L", "single:1", voters=2, revotes=0)


def verified(bench: Bench) -> Verdict:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    return verdict


def codes(verdict: Verdict) -> list[str]:
    return [note.code for note in verdict.notes]


def respelled(scene: Scene, spell: Callable[[Any], Any]) -> Verdict:
    """The first ballot with its answers spelled otherwise, signed by its voter."""
    bench = Bench(scene)
    voter = bench.voter_of(bench.ballots[0])
    answers = spell(json.loads(bench.ballots[0])["answers"])
    bench.events[1].data = [bench.sign(voter, answers)]
    return verified(bench)


def everywhere(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Change every text of a JSON value."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()}
        return [changed(one) for one in value] if isinstance(value, list) else change(value)

    return changed


def turned(value: Any) -> Any:
    """Every object's fields in the opposite order, and one more."""
    if isinstance(value, dict):
        return {"note": [1, {"x": None}], **{name: turned(one) for name, one in reversed(value.items())}}
    return [turned(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_ballot_without_any_randomness_counts(scene: Scene) -> None:
    bench = Bench(scene)
    voter = bench.voter_of(bench.ballots[0])
    with zeros():
        raw = cast(bench.election, bench.engine, bench.publics[voter], bench.privates[voter], bench.valid_votes())
    assert f'"alpha":"{bench.group.text(bench.group.one)}"' in raw.decode()
    assert '"response":"0"' in raw.decode() or scene.kinds == "R"
    bench.vote_instead(1, raw)
    assert verified(bench).result is not None


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_fields_of_answers_may_come_in_any_order_and_with_others(scene: Scene) -> None:
    assert codes(respelled(scene, turned)) == ["ballot-unusual"]


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_numbers_of_answers_may_begin_with_zeros(scene: Scene) -> None:
    def zero(text: str) -> str:
        return f"00{text}" if len(text) != 64 else text

    assert codes(respelled(scene, everywhere(zero))) == ["ballot-unusual"]


@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED], ids=str)
def test_points_of_answers_may_be_in_capital_letters(scene: Scene) -> None:
    assert codes(respelled(scene, everywhere(str.upper))) == ["ballot-unusual"]


SPELLINGS = {"beyond the modulus": P + 1, "with a sign": 1 | 1 << 255, "both": P + 1 | 1 << 255}
"""Other spellings of the neutral element. What real boards hash is what was written."""


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("scene", [PLAIN, RANKED], ids=str)
def test_the_neutral_element_may_be_written_otherwise(
    scene: Scene, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, text = Bench(scene), f"{SPELLINGS[spelling]:064x}"
    voter = bench.voter_of(bench.ballots[0])
    draws = iter([0])  # the first ciphertext has no randomness; everything else has
    with monkeypatch.context() as patch, drawing(lambda limit: next(draws, secrets.randbelow(limit))):
        patch.setattr(Ed25519, "text", lambda _, element: text if element == 1 else f"{element:064x}")
        raw = cast(bench.election, bench.engine, bench.publics[voter], bench.privates[voter], bench.valid_votes())
    assert f'"alpha":"{text}"' in raw.decode()
    bench.vote_instead(1, raw)
    verified(bench)


def test_a_field_that_comes_twice_counts_with_its_last_value() -> None:
    verdict = respelled(PLAIN, lambda answers: wire.dump(answers).replace('{"choices":', '{"choices":[],"choices":', 1))
    assert codes(verdict) == ["ballot-unusual"]


def test_many_unusual_ballots_make_few_notes() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", voters=25, revotes=0))
    for place in range(1, 26):
        bench.events[place].data = [bench.resign(place, turned)]
    assert codes(verified(bench)) == ["ballot-unusual"] * 20


SMALL: dict[str, tuple[Scene, Callable[[Group], int], int]] = {
    "of order two": (LISTS, lambda group: outsider(group, group.one), 2),
    "of order eight": (LISTS, lambda _: ORDER_EIGHT, 8),
    "of order two in a field": (FIELD_LISTS, lambda group: outsider(group, group.one), 2),
}


@pytest.mark.parametrize("engine", ["python", "sodium", "gmp"])
@pytest.mark.parametrize("name", SMALL)
def test_the_commitment_that_somebody_is_chosen_may_lie_outside(
    name: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The equations of a genuine vote hold for it, at once or after some tries, and others ask for no more."""
    scene, element, order = SMALL[name]
    monkeypatch.setenv(VARIABLE, engine)
    bench = Bench(scene)
    group, voter, take, drawn = bench.group, bench.voter_of(bench.ballots[0]), making._Feed.take, list[int]()
    small = element(group)

    def outside(feed: Any, count: int) -> list[int]:
        found = take(feed, count)
        if count != 3:
            return found
        drawn.append(secrets.randbelow(order))  # A0^c carries small^c, and A2 must
        power = group.power(small, drawn[-1])
        return [group.mul(found[0], small), found[1], group.mul(found[2], power)]

    with monkeypatch.context() as patch:
        patch.setattr(making._Feed, "take", outside)
        for _ in range(200):
            answers = bench.answers(voter, bench.valid_votes())
            if (int(answers[-1]["nonzero_proof"]["challenge"]) - drawn[-1]) % order == 0:
                break
    bench.vote_instead(1, bench.sign(voter, answers))
    assert verified(bench).result is not None


# --- trustees


def test_a_false_decryption_of_one_among_enough_is_passed_over() -> None:
    bench = Bench(SHARED)
    false = json.loads(bench.at("PartialDecryption").data[0])
    false["decryption_proofs"][0][0]["response"] = "1"
    bench.events.insert(bench.place("PartialDecryption"), owned("PartialDecryption", 3, wire.dump(false).encode()))
    verdict = verified(bench)
    assert codes(verdict) == ["decryption-passed-over"]
    assert verdict.notes[0].height == bench.place("PartialDecryption")
    assert verdict.done[Stage.DECRYPTIONS] == 2


def test_a_later_decryption_of_a_trustee_replaces_a_false_one() -> None:
    bench = Bench(PLAIN)
    place = bench.place("PartialDecryption")
    bench.events.insert(place, owned("PartialDecryption", 1, b"{}"))
    assert codes(verified(bench)) == []


def test_more_shares_than_needed_come_to_the_same() -> None:
    bench = Bench(SHARED)
    assert bench.deciders() == [1, 2]
    bench.deciders = lambda: [3, 2, 1]  # type: ignore[method-assign]
    bench.finish()
    assert verified(bench).result == verify(bench.raw).result


def test_an_unshuffled_ranking_is_verified_and_noted() -> None:
    bench = Bench(RANKED)
    bench.events = bench.events[: bench.place("EncryptedTally") + 1]
    bench.decide(bench.rows(), shuffles=0)
    assert codes(verified(bench)) == ["not-shuffled"]


def test_a_trustee_who_shuffled_twice_counts_as_one_and_it_is_said() -> None:
    bench = Bench(RANKED)
    bench.edit(1, lambda trustees: trustees[1][1].update(name="Aýna"))
    place = bench.place("Shuffle")
    bench.events[place].data = owned("Shuffle", 2, bench.events[place].data[0]).data
    verdict = verified(bench)
    assert [(note.code, note.who) for note in verdict.notes] == [("shuffled-twice", "2 (Aýna)")]
    assert verdict.done[Stage.SHUFFLES] == 2


@pytest.mark.parametrize("scene", [PLAIN, FIELD], ids=str)
def test_a_key_whose_secret_everybody_has_is_said(scene: Scene) -> None:
    bench = Bench(scene)
    keys, group = list(bench.trustees), bench.group
    neutral = make_public_key(bench.engine, 0, "Merdan").to_value(group)
    others = [key.public.key for key in keys[1:] if isinstance(key, Single)]
    bench.events = bench.events[:1]
    bench.edit(1, lambda trustees: [["Single", neutral], *trustees[1:]])
    bench.edit(0, lambda election: election.update(public_key=group.text(group.product(others))))
    expected = [("trustee-key-neutral", "1 (Merdan)")] + ([] if others else [("election-key-neutral", None)])
    assert [(note.code, note.who) for note in verified(bench).notes] == expected


# --- the board


def test_ballots_of_different_voters_may_be_swapped() -> None:
    bench = Bench(Scene(kinds="H", trustees="single:1", revotes=0))
    bench.events[1], bench.events[2] = bench.events[2], bench.events[1]
    assert verified(bench).result == verify(bench.raw).result


def test_a_credential_may_be_added_that_nobody_used() -> None:
    bench = Bench(PLAIN)
    bench.edit(2, lambda found: [*found, bench.group.text(bench.group.power(bench.group.g, 99))])
    assert verified(bench).facts["credentials"] == 4


def test_the_list_of_credentials_may_be_in_any_order() -> None:
    bench = Bench(WEIGHED)
    bench.edit(2, lambda found: found[::-1])
    verified(bench)


@pytest.mark.parametrize("scene", [PLAIN, RANKED, SHARED, FIELD], ids=str)
def test_an_archive_may_end_after_any_event_and_promises_no_result_before_it(scene: Scene) -> None:
    bench = Bench(scene)
    whole = list(bench.events)
    for length in range(1, len(whole)):
        bench.events = whole[:length]
        verdict = verified(bench)
        assert verdict.result is None
        assert verdict.facts["last"] == whole[length - 1].kind


@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED, SHARED, FIELD], ids=str)
def test_an_election_without_any_ballot_can_be_finished(scene: Scene) -> None:
    bench = Bench(scene)
    bench.events = bench.events[:1]
    bench.finish(ballots=[])
    assert verified(bench).facts["voted"] == 0


def test_a_voter_of_no_weight_votes_and_adds_nothing() -> None:
    bench = Bench(WEIGHED)
    own = bench.publics[bench.voter_of(bench.ballots[0])]
    text = bench.group.text(own)
    bench.edit(2, lambda found: [f"{text},0" if one.startswith(text) else one for one in found])
    bench.weights[own] = 0
    bench.finish()
    assert verified(bench).facts["voted"] == 3


# --- what this library does not know


def unchecked(bench: Bench) -> list[str]:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.UNCHECKED
    return [problem.rule for problem in verdict.problems]


def test_another_version_or_group_is_not_checked_and_not_refuted() -> None:
    for name, value, rule in (("version", 2, "version"), ("group", "P-256", "group")):
        bench = Bench(PLAIN)
        bench.edit(0, lambda election, name=name, value=value: election.update({name: value}))
        assert unchecked(bench) == [rule]


def test_a_key_generation_of_the_older_kind_is_not_checked_and_not_refuted() -> None:
    bench = Bench(SHARED)
    bench.edit(1, lambda trustees: trustees[0][1].__delitem__("signatures"))
    assert unchecked(bench) == ["threshold-version"]


def test_an_older_key_generation_does_not_hide_a_false_ballot_as_verified() -> None:
    bench = Bench(SHARED)
    bench.edit(1, lambda trustees: trustees[0][1].__delitem__("signatures"))
    bench.events[1] = Forged("Ballot", [b"{}"])
    assert verify(bench.bytes()).outcome is not Outcome.VERIFIED
