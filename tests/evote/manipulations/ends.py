"""Tally, shuffles, decryptions, result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.evote.forging import Forged, owned
from tests.evote.manipulations.table import (
    ABSTAINING,
    FIELD,
    LISTS,
    PLAIN,
    RANKED,
    RANKED_FIELD,
    SHARED,
    WEIGHED,
    refused,
    row,
)
from tests.evote.workshop import Bench, outsider, shifted

from aydyn.evote import mixnet
from aydyn.evote.decryption import decrypt
from aydyn.evote.elgamal import Ciphertext
from aydyn.evote.mixnet import Shuffle
from aydyn.evote.tally import Row, result_bytes
from aydyn.evote.verify.verdicts import Stage

TALLY, SHUFFLES, DECRYPTIONS, RESULT = Stage.TALLY, Stage.SHUFFLES, Stage.DECRYPTIONS, Stage.RESULT
AT_TALLY = ("EncryptedTally", 0)

# --- the tally

row("a hundred ballots more", lambda b: b.replace_tally(num_tallied=103), "tally-count", TALLY, AT_TALLY)
row("a revote counted as a ballot", lambda b: b.replace_tally(num_tallied=4), "tally-count", TALLY, AT_TALLY)
row("a hundred votes more", lambda b: b.replace_tally(total_weight=103), "tally-weight", TALLY, AT_TALLY)


def _tallied(change: Callable[[Bench, list[Row]], list[Row] | None]) -> Callable[[Bench], None]:
    """The tally of changed rows, and everything after it done again."""

    def changed(bench: Bench) -> None:
        rows = bench.rows()
        bench.finish(rows=change(bench, rows) or rows)

    return changed


def _add_vote(bench: Bench, rows: list[Row]) -> None:
    group, (alpha, beta) = bench.group, rows[0][0]
    rows[0][0] = Ciphertext(alpha, group.mul(beta, group.g))


def _count_both(bench: Bench, rows: list[Row]) -> list[Row]:
    del rows
    return bench.tally({str(i): raw for i, raw in enumerate(bench.ballots)}, {str(i): 1 for i in range(9)})


def _count_all_but_one(bench: Bench, rows: list[Row]) -> list[Row]:
    del rows
    final = {json.loads(raw)["credential"]: raw for raw in bench.ballots}
    final.popitem()
    return bench.tally(final, dict.fromkeys(final, 1))


def _swap_rows(bench: Bench, rows: list[Row]) -> None:
    del bench
    rows[0][0], rows[0][1] = rows[0][1], rows[0][0]


def _ignore_weights(bench: Bench, rows: list[Row]) -> list[Row]:
    del rows
    final = {json.loads(raw)["credential"]: raw for raw in bench.ballots}
    return bench.tally(final, dict.fromkeys(final, 1))


def _encrypt_again(bench: Bench, rows: list[Row]) -> None:
    group, (alpha, beta) = bench.group, rows[0][0]
    rows[0][0] = Ciphertext(group.mul(alpha, group.g), group.mul(beta, bench.election.public_key))


for name, change, scene in (
    ("a vote added to the tally", _add_vote, PLAIN),
    ("a vote added to the tally of lists", _add_vote, LISTS),
    ("a vote added to the tally in a field", _add_vote, FIELD),
    ("a voter counted twice", _count_both, PLAIN),
    ("a ballot left out of the tally", _count_all_but_one, PLAIN),
    ("two sums swapped", _swap_rows, PLAIN),
    ("weights not counted", _ignore_weights, WEIGHED),
    ("the same sums encrypted again", _encrypt_again, PLAIN),
    ("a ranking encrypted again in the tally", _encrypt_again, RANKED),
    ("rankings in the order of casting", _swap_rows, RANKED),
    ("a ranking left out of the tally", lambda b, rows: [rows[0][1:]], RANKED),
    ("a ranking counted twice", lambda b, rows: [[*rows[0], rows[0][0]]], RANKED),
    ("a vote added to a ranking in a field", _add_vote, RANKED_FIELD),
):
    row(name, _tallied(change), "tally", TALLY, AT_TALLY, scene=scene)


@refused("tally", TALLY, AT_TALLY)
def _a_tally_with_a_space(bench: Bench) -> None:
    bench.replace_tally(bench.at("EncryptedTally").data[0] + b" ")


@refused("tally", TALLY, AT_TALLY)
def _a_tally_without_a_question(bench: Bench) -> None:
    bench.replace_tally(json.dumps(json.loads(bench.at("EncryptedTally").data[0])[:1], separators=(",", ":")).encode())


# --- shuffles


def _shuffled(change: Callable[[Any], Any], nth: int = 0, owner: int | None = None) -> Callable[[Bench], None]:
    return lambda bench: bench.replace_owned("Shuffle", nth, change, owner)


def _scalar(*path: int) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        own = value["proofs"][0]
        for step in path[:-1]:
            own = own[step]
        own[path[-1]] = shifted(own[path[-1]])

    return change


def _swap_elements(*path: int) -> Callable[[Any], None]:
    """Swap two elements of a proof, the last step of the path and the next."""

    def change(value: Any) -> None:
        own = value["proofs"][0]
        for step in path[:-1]:
            own = own[step]
        i = path[-1]
        own[i], own[i + 1] = own[i + 1], own[i]

    return change


for name, change in (
    *((f"s{i + 1}", _scalar(1, i)) for i in range(4)),
    ("s hat", _scalar(1, 4, 1)),
    ("s prime", _scalar(1, 5, 0)),
    ("t1 and t2", _swap_elements(0, 0)),
    ("t2 and t3", _swap_elements(0, 1)),
    ("t41 and t42", _swap_elements(0, 3, 0)),
    ("t hat", _swap_elements(0, 4, 0)),
    ("c", _swap_elements(2, 0)),
    ("c hat", _swap_elements(3, 0)),
):
    row(f"a shuffle with another {name}", _shuffled(change), "shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=RANKED)


def _swap_ciphertexts(value: Any) -> None:
    own = value["ciphertexts"][0]
    own[0], own[1] = own[1], own[0]


row("two shuffled ciphertexts swapped", _shuffled(_swap_ciphertexts, 1), "shuffle-proof", SHUFFLES, ("Shuffle", 1), scene=RANKED)  # fmt: skip
row("a field's shuffle with another s4", _shuffled(_scalar(1, 3)), "shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=RANKED_FIELD)  # fmt: skip
row("a shuffle that lost a ballot", _shuffled(lambda v: v["ciphertexts"][0].__delitem__(0)), "json-length", SHUFFLES, ("Shuffle", 0), scene=RANKED)  # fmt: skip
row("a shuffle of a trustee there is not", _shuffled(lambda v: None, 0, 9), "decryption-owner", SHUFFLES, ("Shuffle", 0), scene=RANKED)  # fmt: skip
row("a shuffle of trustee zero", _shuffled(lambda v: None, 0, 0), "decryption-owner", SHUFFLES, ("Shuffle", 0), scene=RANKED)  # fmt: skip


@refused("shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=RANKED)
def _the_first_shuffle_left_out(bench: Bench) -> None:
    del bench.events[bench.place("Shuffle")]


@refused("decryption-proof", DECRYPTIONS, ("PartialDecryption", 0), scene=RANKED)
def _the_last_shuffle_left_out(bench: Bench) -> None:
    del bench.events[bench.place("Shuffle", 1)]


@refused("shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=RANKED)
def _shuffles_in_another_order(bench: Bench) -> None:
    place = bench.place("Shuffle")
    bench.events[place], bench.events[place + 1] = bench.events[place + 1], bench.events[place]


def _false_shuffle(change: Callable[[Bench, list[Ciphertext]], None]) -> Callable[[Bench], None]:
    """A shuffle whose proof is made honestly, by the prover's own steps, for an output that is no shuffle; the rest is done again."""

    def changed(bench: Bench) -> None:
        election, engine, group = bench.election, bench.engine, bench.group
        before = bench.rows()[0]
        psi = list(range(len(before)))[::-1]
        r = [group.random_scalar() for _ in before]
        after = [_again(bench, before[j], r[j]) for j in psi]
        change(bench, after)
        proof = mixnet._prove(election, engine, before, after, r, psi)
        del bench.events[bench.place("EncryptedTally") + 1 :]
        bench.events.append(owned("Shuffle", 1, Shuffle([after], [proof]).to_bytes(group)))
        bench.open([after])

    return changed


def _again(bench: Bench, one: Ciphertext, r: int) -> Ciphertext:
    group, y = bench.group, bench.election.public_key
    return Ciphertext(group.mul(one.alpha, group.power(group.g, r)), group.mul(one.beta, group.power(y, r)))


def _replace_one(bench: Bench, after: list[Ciphertext]) -> None:
    own = bench.group.of_ints([1, 2, 3])
    after[0] = _again(bench, Ciphertext(bench.group.one, own), 5)


def _double_one(bench: Bench, after: list[Ciphertext]) -> None:
    after[0] = _again(bench, after[1], 5)


def _outside(bench: Bench, after: list[Ciphertext]) -> None:
    after[0] = Ciphertext(after[0].alpha, outsider(bench.group, after[0].beta))


for scene in (RANKED, RANKED_FIELD):
    row("a ballot replaced while shuffling", _false_shuffle(_replace_one), "shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=scene)  # fmt: skip
    row("a ballot doubled and another lost while shuffling", _false_shuffle(_double_one), "shuffle-proof", SHUFFLES, ("Shuffle", 0), scene=scene)  # fmt: skip
    row("a ballot moved out of the group while shuffling", _false_shuffle(_outside), "membership", SHUFFLES, ("Shuffle", 0), scene=scene)  # fmt: skip

# --- decryptions


def _decrypted(change: Callable[[Any], Any], owner: int | None = None) -> Callable[[Bench], None]:
    return lambda bench: bench.replace_owned("PartialDecryption", 0, change, owner)


def _unfinished(change: Callable[[Any], Any]) -> Callable[[Bench], None]:
    def changed(bench: Bench) -> None:
        bench.replace_owned("PartialDecryption", 0, change)
        del bench.events[-1]

    return changed


def _proof(value: Any) -> None:
    proof = value["decryption_proofs"][0][0]
    proof["response"] = shifted(proof["response"])


def _factors(value: Any) -> None:
    own = value["decryption_factors"][0]
    own[0], own[1] = own[1], own[0]


def _short(value: Any) -> None:
    for own in (value["decryption_factors"], value["decryption_proofs"]):
        own[0].pop()


def _swapped(value: Any) -> None:
    for own in (value["decryption_factors"], value["decryption_proofs"]):
        own.reverse()


AT_FIRST = ("PartialDecryption", 0)
for name, change, rule in (
    ("a proof of decryption altered", _proof, "decryption-proof"),
    ("two factors swapped", _factors, "decryption-proof"),
    ("questions swapped in a decryption", _swapped, "decryption-proof"),
    ("a factor too few", _short, "json-length"),
    ("a decryption without proofs", lambda v: v.__delitem__("decryption_proofs"), "json-field"),
    ("a decryption that is none", lambda v: [], "json-shape"),
):
    row(name, _decrypted(change), rule, DECRYPTIONS, AT_FIRST)
    row(f"{name}, before the result", _unfinished(change), rule, DECRYPTIONS, AT_FIRST)
row("a field's factor altered", _decrypted(_factors), "decryption-proof", DECRYPTIONS, AT_FIRST, scene=FIELD)
row("a decryption credited to another", _decrypted(lambda v: None, 2), "decryption-missing", RESULT, ("Result", 0))
row("a decryption of nobody", _decrypted(lambda v: None, 3), "decryption-owner", DECRYPTIONS, AT_FIRST)
row("a decryption of trustee zero", _decrypted(lambda v: None, 0), "decryption-owner", DECRYPTIONS, AT_FIRST)
row("a share credited to another", _decrypted(lambda v: None, 3), "decryption-proof", DECRYPTIONS, AT_FIRST, scene=SHARED)  # fmt: skip
row("a share altered", _decrypted(_proof), "decryption-proof", DECRYPTIONS, AT_FIRST, scene=SHARED)


@refused("decryption-missing", RESULT, ("Result", 0))
def _a_decryption_left_out(bench: Bench) -> None:
    del bench.events[bench.place("PartialDecryption", 1)]


@refused("decryption-missing", RESULT, ("Result", 0), scene=SHARED)
def _a_share_too_few(bench: Bench) -> None:
    del bench.events[bench.place("PartialDecryption", 1)]


@refused("decryption-proof", DECRYPTIONS, AT_FIRST)
def _a_decryption_with_another_secret(bench: Bench) -> None:
    made = decrypt(bench.election, bench.engine, bench.rows(), 5).to_bytes(bench.election)
    bench.events[bench.place("PartialDecryption")] = owned("PartialDecryption", 1, made)


@refused("decryption-proof", DECRYPTIONS, AT_FIRST)
def _a_decryption_of_another_tally(bench: Bench) -> None:
    rows = bench.rows()
    _add_alpha(bench, rows)
    made = decrypt(bench.election, bench.engine, rows, bench.secrets[1]).to_bytes(bench.election)
    bench.events[bench.place("PartialDecryption")] = owned("PartialDecryption", 1, made)


def _add_alpha(bench: Bench, rows: list[Row]) -> None:
    rows[0][0] = Ciphertext(bench.group.mul(rows[0][0].alpha, bench.group.g), rows[0][0].beta)


@refused("membership", DECRYPTIONS, AT_FIRST)
def _a_factor_outside_the_group(bench: Bench) -> None:
    def change(value: Any) -> None:
        own, group = value["decryption_factors"][0], bench.group
        own[0] = group.text(outsider(group, group.parse(own[0])))

    bench.replace_owned("PartialDecryption", 0, change)


@refused("decryption-proof", DECRYPTIONS, AT_FIRST, scene=ABSTAINING)
def _a_decryption_that_adds_a_vote(bench: Bench) -> None:
    def change(value: Any) -> None:
        own, group = value["decryption_factors"][0], bench.group
        own[0] = group.text(group.mul(group.parse(own[0]), group.inverse(group.g)))

    bench.replace_owned("PartialDecryption", 0, change)


# --- the result


def _result(change: Callable[[Any], Any]) -> Callable[[Bench], None]:
    def changed(bench: Bench) -> None:
        value = json.loads(bench.at("Result").data[0])["result"]
        new = change(value)
        bench.events[-1] = Forged("Result", [result_bytes(value if new is None else new)])

    return changed


def _less_more(value: Any) -> None:
    own = value[0] if isinstance(value[0][0], int) else value[0][0]
    place = max(range(len(own)), key=own.__getitem__)
    own[place] -= 1
    own[place - 1] += 1


def _one_more(value: Any) -> None:
    own = value[0] if isinstance(value[0][0], int) else value[0][0]
    own[0] += 1


AT_RESULT = ("Result", 0)
for name, change, scene in (
    ("a vote moved", _less_more, PLAIN),
    ("a vote moved between candidates of a list", _less_more, LISTS),
    ("a vote moved in a field", _less_more, FIELD),
    ("a vote more", _one_more, PLAIN),
    ("a vote more of weights", _one_more, WEIGHED),
    ("a rank changed", lambda v: v[0][0].reverse(), RANKED),
    ("a ranking left out", lambda v: v[0].__delitem__(0), RANKED),
    ("a ranking twice", lambda v: v[0].append(v[0][0]), RANKED),
    ("rankings sorted", lambda v: [sorted(v[0])[::-1]] if sorted(v[0])[::-1] != v[0] else [sorted(v[0])], RANKED),
    ("a rank changed in a field", lambda v: v[0][0].reverse(), RANKED_FIELD),
    ("a number of rank too few", lambda v: v[0][0].__delitem__(0), RANKED),
):
    row(f"a result with {name}", _result(change), "result", RESULT, AT_RESULT, scene=scene)
for name, change, rule, scene in (
    ("a question too few", lambda v: v[:1], "json-length", PLAIN),
    ("an answer too few", lambda v: v[0].__delitem__(0), "json-length", PLAIN),
    ("a number below zero", lambda v: v[0].__setitem__(0, -1), "json-shape", PLAIN),
    ("true for one", lambda v: v[0].__setitem__(0, True), "json-shape", PLAIN),
    ("a broken number", lambda v: v[0].__setitem__(0, float(v[0][0])), "json-shape", PLAIN),
    ("true for a rank of one", lambda v: [[[n == 1 or n for n in one] for one in v[0]]], "json-shape", RANKED),
    ("broken ranks", lambda v: [[[float(n) for n in one] for one in v[0]]], "json-shape", RANKED),
):
    row(f"a result with {name}", _result(change), rule, RESULT, AT_RESULT, scene=scene)


@refused("json-shape", RESULT, AT_RESULT)
def _a_result_plus_the_order_of_the_group(bench: Bench) -> None:
    _result(lambda value: value[0].__setitem__(0, str(value[0][0] + bench.group.q)))(bench)


@refused("result", RESULT, AT_RESULT)
def _a_result_of_another_election(bench: Bench) -> None:
    bench.events[-1] = Forged("Result", [result_bytes([[3, 3, 0], [3, 0, 0]])])


@refused("json-field", RESULT, AT_RESULT)
def _a_result_that_is_none(bench: Bench) -> None:
    bench.events[-1] = Forged("Result", [b"{}"])
