"""Bytes, chain, order of events; election, trustees and credentials as Setup names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.evote.forging import Forged, forge, owned, pieces
from tests.evote.manipulations.table import FIELD, RANKED, WEIGHED, refused, row
from tests.evote.workshop import Bench, outsider, shifted

from aydyn.evote import wire
from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.records import Kind, name_of, record_of
from aydyn.evote.trustees import make_public_key
from aydyn.evote.verify.verdicts import Stage

OFF_CURVE = f"{next(n for n in range(2, 99) if not Ed25519().names_point(n)):064x}"
ARCHIVE, ELECTION, TRUSTEES, CREDENTIALS = Stage.ARCHIVE, Stage.ELECTION, Stage.TRUSTEES, Stage.CREDENTIALS

# --- bytes and chain


@refused("archive-digest", ARCHIVE, ("Ballot", 0))
def _one_digit_of_a_ballot_and_no_hash_made_again(bench: Bench) -> bytes:
    return bench.raw.replace(b'"response":"1', b'"response":"2', 1)


@refused("archive-truncated", ARCHIVE, 10)
def _a_record_that_no_event_names_at_the_end(bench: Bench) -> bytes:
    return bench.raw + record_of(name_of(Kind.DATA, wire.hex_digest(b"[]")), b"[]", 0)


@refused("archive-header", ARCHIVE, 10)
def _blocks_of_zeros_at_the_end_as_tar_writes_them(bench: Bench) -> bytes:
    return bench.raw + bytes(1024)


@refused("archive-truncated", ARCHIVE, 9)
def _cut_off_inside_the_last_event(bench: Bench) -> bytes:
    return bench.raw[:-512]


@refused("archive-time", ARCHIVE, 1)
def _one_record_written_at_another_time(bench: Bench) -> bytes:
    records, body = pieces(bench.raw), bench.ballots[0]
    records[6] = record_of(name_of(Kind.DATA, wire.hex_digest(body)), body, 1)
    return b"".join(records)


@refused("archive-padding", ARCHIVE, ("Result", 0))
def _a_message_hidden_behind_the_last_event(bench: Bench) -> bytes:
    return bench.raw[:-5] + b"hello"


def _fields(kind: str, fields: dict[str, object]) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        bench.at(kind).fields = fields

    return change


row("a wrong parent", _fields("EndBallots", {"parent": "0" * 64}), "event-parent", ARCHIVE, ("EndBallots", 0))
row("a height that skips one", _fields("Ballot", {"height": 2}), "event-height", ARCHIVE, 1)
row("an unknown kind of event", _fields("EndBallots", {"type": "Pause"}), "event-form", ARCHIVE, 5)
row("a field more in an event", _fields("EndBallots", {"note": "x"}), "event-form", ARCHIVE, 5)
row("a ballot event without payload", _fields("Ballot", {"payload": None}), "event-payload", ARCHIVE, 1)
row("a first event with a parent", _fields("Setup", {"parent": "0" * 64}), "event-parent", ARCHIVE, 0)
row("a record more before an event", lambda b: b.at("EndBallots").data.append(b"[]"), "event-payload", ARCHIVE, 5)
row("a record more before a ballot", lambda b: b.at("Ballot").data.insert(0, b"[]"), "data-extra", ARCHIVE, 1)
row("a record too few", lambda b: b.at("EncryptedTally").data.__delitem__(0), "data-missing", ARCHIVE, 6)
row(
    "data in another order", lambda b: b.at("Setup").data.insert(0, b.at("Setup").data.pop(1)), "data-order", ARCHIVE, 0
)


@refused("data-form", ARCHIVE, ("EncryptedTally", 0))
def _spaces_in_what_describes_the_tally(bench: Bench) -> None:
    event = bench.at("EncryptedTally")
    event.data[1] = event.data[1].replace(b":", b": ", 1)


# --- order


def _insert(place: int, *events: Forged | str) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        made = [Forged(one) if isinstance(one, str) else one for one in events]
        bench.events[place:place] = made

    return change


def _move(source: int, target: int) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        bench.events.insert(target, bench.events.pop(source))

    return change


@refused("event-order", ARCHIVE, 4)
def _the_box_closed_early_opened_and_closed_again(bench: Bench) -> None:
    late = bench.events[3:5]
    bench.finish(ballots=bench.ballots[:2])
    rest = bench.events[6:]  # the whole end is done for the first two ballots
    bench.events = [*bench.events[:3], Forged("EndBallots"), *late, Forged("EndBallots"), *rest]


row("two Setups", lambda b: b.events.insert(1, b.events[0]), "event-order", ARCHIVE, 1)
row("a ballot before Setup", _move(1, 0), "event-order", ARCHIVE, 0)
row("a ballot after the end of voting", _move(4, 5), "event-order", ARCHIVE, 5)
row("the tally before the end of voting", _move(6, 5), "event-order", ARCHIVE, 5)
row("two ends of voting", _insert(5, "EndBallots"), "event-order", ARCHIVE, 6)
row("two tallies", lambda b: b.events.insert(6, b.events[6]), "event-order", ARCHIVE, 7)
row("the result before the decryptions", _move(9, 7), "event-order", ARCHIVE, 8)
row("two results", lambda b: b.events.append(b.events[-1]), "event-order", ARCHIVE, 10)
row("a shuffle after the first decryption", _insert(8, owned("Shuffle", 1, b"{}")), "event-order", ARCHIVE, 8)
row("the end of shuffles twice", _insert(7, "EndShuffles", "EndShuffles"), "event-order", ARCHIVE, 8)


@refused("event-order", ARCHIVE, ("Shuffle", 1), scene=RANKED)
def _a_shuffle_after_the_end_of_shuffles(bench: Bench) -> None:
    end = bench.events.pop(bench.place("EndShuffles"))
    bench.events.insert(bench.place("Shuffle", 1), end)


@refused("archive-empty", ARCHIVE)
def _no_event_at_all(bench: Bench) -> bytes:
    del bench
    return forge([])


# --- the election


def _change_election(name: str, value: Any) -> Callable[[Bench], None]:
    return lambda bench: bench.edit(0, lambda election: election.update({name: value}))


def _rename(election: dict[str, Any]) -> None:
    election["questions"][0]["answers"][0] = "Somebody else"


def _raise_maximum(election: dict[str, Any]) -> None:
    election["questions"][0]["max"] = 3


def _another_key(election: dict[str, Any]) -> None:
    election["public_key"] = "5866666666666666666666666666666666666666666666666666666666666666"


row("a candidate renamed", lambda b: b.edit(0, _rename), "ballot-election", Stage.BALLOTS, 1)
row("more answers allowed", lambda b: b.edit(0, _raise_maximum), "ballot-election", Stage.BALLOTS, 1)
row("the text of the election changed", _change_election("description", "x"), "ballot-election", Stage.BALLOTS, 1)
row("another uuid", _change_election("uuid", "ABCDEFGHJKLMNP"), "ballot-election", Stage.BALLOTS, 1)
row("a uuid that is none", _change_election("uuid", "ABCDEFGHIJKLMN"), "uuid", ELECTION, 0)
row("an election key that nobody has", lambda b: b.edit(0, _another_key), "election-key", TRUSTEES, 0)
row("no questions", _change_election("questions", []), "questions", ELECTION, 0)


@refused("ballot-election", Stage.BALLOTS, 1)
def _a_candidate_renamed_and_the_end_done_again(bench: Bench) -> None:
    bench.edit(0, _rename)
    bench.election = type(bench.election).parse(bench.events[0].data[0])
    bench.finish()


# --- single trustees


def _possession(trustees: Any) -> None:
    trustees[0][1]["pok"]["response"] = shifted(trustees[0][1]["pok"]["response"])


row("a proof of possession altered", lambda b: b.edit(1, _possession), "trustee-possession", TRUSTEES, 0)
row("a trustee left out", lambda b: b.edit(1, lambda t: t[1:]), "election-key", TRUSTEES, 0)
row("no trustees", lambda b: b.edit(1, lambda _: []), "trustees", TRUSTEES, 0)
row("a trustee of an unknown kind", lambda b: b.edit(1, lambda t: [["Triple", t[0][1]]]), "trustee-kind", TRUSTEES, 0)
row("two trustees swapped", lambda b: b.edit(1, lambda t: t[::-1]), "decryption-proof", Stage.DECRYPTIONS, 7)


@refused("election-key", TRUSTEES, 0)
def _a_trustee_replaced_by_another(bench: Bench) -> None:
    made = make_public_key(bench.engine, 7, "Trustee 1").to_value(bench.group)
    bench.edit(1, lambda trustees: [["Single", made], trustees[1]])


@refused("trustee-possession", TRUSTEES, 0)
def _a_key_made_from_the_others_so_that_its_holder_opens_alone(bench: Bench) -> None:
    group, first = bench.group, json.loads(bench.events[0].data[1])[0][1]
    own = make_public_key(bench.engine, 7, "Trustee 2").to_value(group)
    rogue = group.mul(group.power(group.g, 7), group.inverse(group.parse(first["public_key"])))
    own["public_key"] = group.text(rogue)
    bench.edit(1, lambda trustees: [trustees[0], ["Single", own]])
    bench.edit(0, lambda election: election.update(public_key=group.text(group.power(group.g, 7))))


def _outside(bench: Bench) -> None:
    group = bench.group

    def change(trustees: Any) -> None:
        own = trustees[0][1]
        own["public_key"] = group.text(outsider(group, group.parse(own["public_key"])))

    bench.edit(1, change)


row("a trustee's key outside the group", _outside, "membership", TRUSTEES, 0)
row("a trustee's key outside the field's group", _outside, "membership", TRUSTEES, 0, scene=FIELD)

# --- credentials


def _first(change: Callable[[str], str]) -> Callable[[Bench], None]:
    return lambda bench: bench.edit(2, lambda found: [change(found[0]), *found[1:]])


def _off(bench: Bench) -> None:
    text = bench.group.text
    inside = bench.group.parse(json.loads(bench.events[0].data[2])[0].partition(",")[0])
    bench.edit(2, lambda found: [*found, text(outsider(bench.group, inside)) + found[0][len(text(inside)) :]])


row("a credential twice", lambda b: b.edit(2, lambda c: [*c, c[0]]), "credential-twice", CREDENTIALS, 0)
row("a credential outside the group", _off, "membership", CREDENTIALS, 0)
row("a credential outside the field's group", _off, "membership", CREDENTIALS, 0, scene=FIELD)
row("a credential off the curve", _first(lambda _: OFF_CURVE), "element-off-curve", CREDENTIALS, 0)
row("a credential that is no text", lambda b: b.edit(2, lambda c: [1, *c]), "json-shape", CREDENTIALS, 0)
row("a weight below zero", _first(lambda one: one.split(",")[0] + ",-1"), "weight", CREDENTIALS, 0, scene=WEIGHED)
row("a weight that is empty", _first(lambda one: one.split(",")[0] + ","), "weight", CREDENTIALS, 0, scene=WEIGHED)
row("weights in a ranking", _first(lambda one: one + ",2"), "weight", CREDENTIALS, 0, scene=RANKED)
row("weights of nothing in a ranking", _first(lambda one: one + ",0"), "weight", CREDENTIALS, 0, scene=RANKED)


@refused("ballot-credential", Stage.BALLOTS, 1)
def _a_voter_struck_off_the_list_after_voting(bench: Bench) -> None:
    voted = json.loads(bench.ballots[0])["credential"]
    bench.edit(2, lambda found: [one for one in found if one != voted])


def _heavier(bench: Bench) -> None:
    voted = json.loads(bench.ballots[0])["credential"]
    bench.edit(2, lambda found: [f"{voted},9" if one.startswith(voted) else one for one in found])


row("a voter made heavier", _heavier, "tally-weight", Stage.TALLY, ("EncryptedTally", 0), scene=WEIGHED)


@refused("tally", Stage.TALLY, ("EncryptedTally", 0), scene=WEIGHED)
def _a_voter_made_heavier_and_the_total_with_her(bench: Bench) -> None:
    voted = bench.group.parse(json.loads(bench.ballots[0])["credential"])
    total = json.loads(bench.at("EncryptedTally").data[1])["total_weight"]
    _heavier(bench)
    bench.replace_tally(total_weight=total - bench.weights[voted] + 9)
