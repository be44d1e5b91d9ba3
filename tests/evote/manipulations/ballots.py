"""Ballots: altered, forged, copied, replayed; the voter's own key signs them again, so that a proof or a rule must object."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.evote.forging import Forged
from tests.evote.manipulations.table import ABSTAINING, FIELD, LISTS, PLAIN, RANKED, RANKED_FIELD, refused, row
from tests.evote.workshop import Bench, Scene, outsider, shifted, zeros

from aydyn.evote.ballots import parse_ballot
from aydyn.evote.casting import cast
from aydyn.evote.credentials import public_keys
from aydyn.evote.ed25519 import ORDER_EIGHT, P
from aydyn.evote.elections import Election
from aydyn.evote.groups import Group
from aydyn.evote.verify.verdicts import Stage

BALLOTS = Stage.BALLOTS
Edit = Callable[[Any], Any]

# --- altered, the ballot's own hash and signature made again


def _resigned(edit: Edit) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        bench.events[1].data = [bench.resign(1, edit)]

    return change


def resigned(name: str, edit: Edit, rule: str, scene: Scene = PLAIN) -> None:
    row(name, _resigned(edit), rule, BALLOTS, 1, scene=scene)


def _more(*path: str | int) -> Edit:
    """Add one to a number in a string, somewhere in the answers."""

    def edit(answers: Any) -> None:
        *way, last = path
        for step in way:
            answers = answers[step]
        answers[last] = shifted(answers[last])

    return edit


def _swap(*path: str | int) -> Edit:
    """Swap the first two items of a list somewhere in the answers."""

    def edit(answers: Any) -> None:
        for step in path:
            answers = answers[step]
        answers[0], answers[1] = answers[1], answers[0]

    return edit


def _swap_both(question: int) -> Edit:
    """Swap the first two choices of a question with their proofs."""

    def edit(answers: Any) -> None:
        _swap(question, "choices")(answers)
        _swap(question, "individual_proofs")(answers)

    return edit


INDIVIDUAL, OVERALL, BLANK = "ballot-individual-proof", "ballot-overall-proof", "ballot-blank-proof"
for field in ("challenge", "response"):
    resigned(f"{field} of a choice", _more(0, "individual_proofs", 1, 0, field), INDIVIDUAL)
    resigned(f"{field} of how many", _more(0, "overall_proof", 1, field), OVERALL)
    resigned(f"{field} of blank or not", _more(1, "blank_proof", 1, field), BLANK)
    resigned(f"{field} of how many or blank", _more(1, "overall_proof", 0, field), OVERALL)
    resigned(f"{field} of a ranking", _more(0, "proof", field), "ballot-raw-proof", RANKED)
    resigned(f"{field} of a ranking in a field", _more(0, "proof", field), "ballot-raw-proof", RANKED_FIELD)
    resigned(f"{field} of one list", _more(0, "overall_proof", field), OVERALL, LISTS)
    resigned(f"{field} of the own list", _more(0, "list_proofs", 0, 1, field), "ballot-list-proof", LISTS)
    resigned(f"{field} of a candidate", _more(0, "individual_proofs", 0, 1, 0, field), INDIVIDUAL, LISTS)
    resigned(f"{field} of a choice in a field", _more(0, "individual_proofs", 0, 1, field), INDIVIDUAL, FIELD)
resigned("challenge of somebody", _more(0, "nonzero_proof", "challenge"), "ballot-nonzero-proof", LISTS)
resigned("first response of somebody", _more(0, "nonzero_proof", "response", 0), "ballot-nonzero-proof", LISTS)
resigned("second response of somebody", _more(0, "nonzero_proof", "response", 1), "ballot-nonzero-proof", LISTS)
resigned("two choices swapped", _swap(0, "choices"), INDIVIDUAL)
resigned("two choices and their proofs swapped", _swap_both(0), OVERALL)  # fmt: skip
resigned("branches swapped", _swap(0, "overall_proof"), OVERALL)
resigned("blank and choice swapped", _swap_both(1), BLANK)  # fmt: skip
resigned("two lists' candidates swapped", _swap(0, "choices", 0), INDIVIDUAL, LISTS)
resigned("an answer too few", lambda a: a[:1], "ballot-answers")
resigned("an answer too many", lambda a: [*a, a[0]], "ballot-answers")
resigned("no answers", lambda _: [], "ballot-answers")
resigned("answers of two questions swapped", lambda a: a[::-1], BLANK)
resigned("a choice too few", lambda a: a[0]["choices"].__delitem__(0), "json-length")
resigned("a proof too few", lambda a: a[0]["individual_proofs"].__delitem__(0), "json-length")
resigned("half a proof", lambda a: a[0]["individual_proofs"][0].__delitem__(0), "json-length")
resigned("no proof of how many", lambda a: a[0].update(overall_proof=[]), "json-length")
resigned("no proof at all of how many", lambda a: a[0].__delitem__("overall_proof"), "json-field")
resigned("no proof of blank", lambda a: a[1].__delitem__("blank_proof"), "json-field")
resigned("a proof of blank that nobody asked for", lambda a: a[0].update(blank_proof=a[1]["blank_proof"]), BLANK)
resigned("something for a proof of blank", lambda a: a[0].update(blank_proof=[]), BLANK)
resigned("an answer that is none", lambda a: ["x", a[1]], "json-shape")
resigned("a number that is no text", lambda a: a[0]["overall_proof"][0].update(response=1), "number")


@refused("number-range", BALLOTS, 1)
def _a_response_plus_the_order_of_the_group(bench: Bench) -> None:
    def edit(answers: Any) -> None:
        proof = answers[0]["overall_proof"][0]
        proof["response"] = shifted(proof["response"], bench.group.q)

    bench.events[1].data = [bench.resign(1, edit)]


def _outside(path: tuple[str | int, ...], element: Callable[[Bench, int], str]) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        def edit(answers: Any) -> None:
            for step in path[:-1]:
                answers = answers[step]
            answers[path[-1]] = element(bench, bench.group.parse(answers[path[-1]]))

        bench.events[1].data = [bench.resign(1, edit)]

    return change


def _times_small(bench: Bench, element: int) -> str:
    return bench.group.text(outsider(bench.group, element))


for scene, path in ((PLAIN, (0, "choices", 0)), (FIELD, (0, "choices", 0)), (LISTS, (0, "choices", 1, 1)), (RANKED, (0, "choices")), (RANKED_FIELD, (0, "choices"))):  # fmt: skip
    row(f"an alpha outside the group {scene.group} {scene.kinds}", _outside((*path, "alpha"), _times_small), "membership", BALLOTS, 1, scene=scene)  # fmt: skip
    row(f"a beta outside the group {scene.group} {scene.kinds}", _outside((*path, "beta"), _times_small), "membership", BALLOTS, 1, scene=scene)  # fmt: skip
ALPHA = (0, "choices", 0, "alpha")
row("an alpha of zero", _outside(ALPHA, lambda b, e: "0"), "membership", BALLOTS, 1, scene=FIELD)
row("an alpha plus the modulus", _outside(ALPHA, lambda b, e: str(e + b.group.p)), "number-range", BALLOTS, 1, scene=FIELD)  # fmt: skip
row("an alpha off the curve", _outside(ALPHA, lambda b, e: "02".zfill(64)), "element-off-curve", BALLOTS, 1)
row("an alpha too short", _outside(ALPHA, lambda b, e: "1"), "element", BALLOTS, 1)
row("a ranking of the neutral element outside", _outside((0, "choices", "beta"), lambda b, e: "0" * 64), "membership", BALLOTS, 1, scene=RANKED)  # fmt: skip

# --- votes that no question allows, proved as well as they can be


def _votes(votes: list[Any]) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        bench.vote_instead(
            4 if len(bench.ballots) > 3 else 1, bench.sign(_voter(bench), bench.answers(_voter(bench), votes))
        )

    return change


def _voter(bench: Bench) -> int:
    return bench.voter_of(bench.ballots[3 if len(bench.ballots) > 3 else 0])


for name, votes, rule in (
    ("two votes for one", [[2, 0, 0], [0, 1, 0]], INDIVIDUAL),
    ("one against another", [[-1, 2, 0], [0, 1, 0]], INDIVIDUAL),
    ("five and minus four", [[0, 5, -4], [0, 1, 0]], INDIVIDUAL),
    ("three of at most two", [[1, 1, 1], [0, 1, 0]], OVERALL),
    ("none of at least one", [[0, 0, 0], [0, 1, 0]], OVERALL),
    ("blank and a choice", [[1, 0, 0], [1, 1, 0]], BLANK),
    ("blank and all choices", [[1, 0, 0], [1, 1, 1]], BLANK),
    ("neither blank nor a choice", [[1, 0, 0], [0, 0, 0]], OVERALL),
    ("both choices of one", [[1, 0, 0], [0, 1, 1]], OVERALL),
    ("blank twice", [[1, 0, 0], [2, 0, 0]], INDIVIDUAL),
    ("blank and less", [[1, 0, 0], [1, -1, 1]], INDIVIDUAL),
):
    row(f"a ballot of {name}", _votes(votes), rule, BALLOTS, 4)
for name, vote, rule in (
    ("two lists", [[1, 1, 0], [1, 1]], OVERALL),
    ("a candidate of another list", [[1, 1, 0], [0, 1]], "ballot-list-proof"),
    ("only a candidate of another list", [[1, 0, 0], [0, 1]], "ballot-list-proof"),
    ("a list and nobody", [[1, 0, 0], [0, 0]], "ballot-nonzero-proof"),
    ("candidates and no list", [[0, 1, 1], [0, 0]], OVERALL),
    ("nothing at all", [[0, 0, 0], [0, 0]], OVERALL),
    ("a list twice and another less", [[2, 1, 0], [-1, 0]], INDIVIDUAL),
    ("a candidate twice", [[1, 2, 0], [0, 0]], INDIVIDUAL),
    ("a candidate against another", [[1, 2, -1], [0, 0]], INDIVIDUAL),
):
    row(f"a lists ballot of {name}", _votes([vote]), rule, BALLOTS, 4, scene=LISTS)
row("a ballot of two votes for one in a field", _votes([[0, 2, 0], [[1, 1, 0], [0, 0]]]), INDIVIDUAL, BALLOTS, 1, scene=FIELD)  # fmt: skip


@refused("ballot-nonzero-proof", BALLOTS, 4, scene=LISTS)
def _a_list_and_nobody_with_a_commitment_that_is_not_neutral(bench: Bench) -> None:
    voter = _voter(bench)
    answers = bench.answers(voter, [[[1, 0, 0], [0, 0]]])
    answers[0]["nonzero_proof"]["commitment"] = bench.group.text(bench.group.g)
    bench.vote_instead(4, bench.sign(voter, answers))


def _nobody_behind(element: Callable[[Group], int]) -> Callable[[Bench], None]:
    """Every equation of the proof holds as soon as ``A0^c`` is neutral, or, in a field, when ``A0`` is zero."""

    def change(bench: Bench) -> None:
        _prove_nobody(bench, element(bench.group))

    return change


def _prove_nobody(bench: Bench, behind: int) -> None:
    group, voter = bench.group, _voter(bench)
    place = len(bench.election.questions) - 1
    votes = [*bench.valid_votes()[:place], [[1, 0, 0], [0, 0]]]
    with zeros():
        answers = bench.answers(voter, votes)
    one, small = group.text(group.one), group.text(behind)
    flat = [f"{ct['alpha']},{ct['beta']}" for row in answers[place]["choices"] for ct in row]
    zero = f"{bench.election.fingerprint}|{group.text(bench.publics[voter])}"
    assert flat[1] == flat[2] == flat[4] == f"{one},{one}"  # so that a = b = 1
    for w in range(1, 99):
        first, second = (group.text(group.power(base, w)) for base in (group.g, bench.election.public_key))
        second = second if behind else "0"
        challenge = group.hash(f"nonzero|{zero}|{','.join(flat)}|{small},{first},{second}")
        if not challenge % 8 or not behind:
            break
    proof = {"commitment": small, "challenge": str(challenge), "response": ["0", str(w)]}
    answers[place]["nonzero_proof"] = proof
    bench.vote_instead(4 if len(bench.ballots) > 3 else 1, bench.sign(voter, answers))


@refused("ballot-nonzero-proof", BALLOTS, 4, scene=LISTS)
def _a_list_and_nobody_behind_another_spelling_of_the_neutral_element(bench: Bench) -> None:
    voter = _voter(bench)
    with zeros():
        answers = bench.answers(voter, [[[1, 0, 0], [0, 0]]])
    answers[0]["nonzero_proof"]["commitment"] = f"{P + 1:064x}"
    bench.vote_instead(4, bench.sign(voter, answers))


row("a list and nobody behind an element of order two", _nobody_behind(lambda g: outsider(g, g.one)), "ballot-nonzero-proof", BALLOTS, 4, scene=LISTS)  # fmt: skip
row("a list and nobody behind an element of order eight", _nobody_behind(lambda g: ORDER_EIGHT), "ballot-nonzero-proof", BALLOTS, 4, scene=LISTS)  # fmt: skip
row("a list and nobody behind minus one", _nobody_behind(lambda g: outsider(g, g.one)), "ballot-nonzero-proof", BALLOTS, 1, scene=FIELD)  # fmt: skip
row("a list and nobody behind zero", _nobody_behind(lambda g: 0), "ballot-nonzero-proof", BALLOTS, 1, scene=FIELD)

# --- who may vote, and with what


@refused("ballot-signature", BALLOTS, 1)
def _a_proof_altered_and_the_hash_made_again_without_the_voter(bench: Bench) -> None:
    made = json.loads(bench.resign(1, _more(0, "overall_proof", 0, "response")))
    made["signature"]["proof"] = json.loads(bench.ballots[0])["signature"]["proof"]
    _put(bench, made)


def _put(bench: Bench, value: Any) -> None:
    bench.events[1].data = [json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()]


def _edit_ballot(edit: Edit) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        value = json.loads(bench.ballots[0])
        changed = edit(value)
        _put(bench, value if changed is None else changed)

    return change


def whole(name: str, edit: Edit, rule: str, scene: Scene = PLAIN) -> None:
    row(name, _edit_ballot(edit), rule, BALLOTS, 1, scene=scene)


whole("a signature altered", lambda b: _more("proof", "response")(b["signature"]), "ballot-signature")
whole("a signature altered in a field", lambda b: _more("proof", "challenge")(b["signature"]), "ballot-signature", FIELD)  # fmt: skip
whole("a hash of another ballot", lambda b: b["signature"].update(hash="A" * 43), "ballot-hash")
whole("fields in another order", lambda b: dict(sorted(b.items())), "ballot-canonical")
whole("a field more", lambda b: b | {"note": "x"}, "ballot-canonical")
whole("a field more in the signature", lambda b: b["signature"].update(note="x"), "ballot-canonical")
whole("no signature", lambda b: b.__delitem__("signature"), "json-field")
whole("a list for a ballot", lambda b: [b], "json-shape")
whole("another election's uuid", lambda b: b.update(election_uuid="ABCDEFGHJKLMNP"), "ballot-election")
whole("another election's hash", lambda b: b.update(election_hash="A" * 43), "ballot-election")
whole("a credential in capital letters", lambda b: b.update(credential=b["credential"].upper()), "ballot-credential")
whole("a credential with a zero more", lambda b: b.update(credential="0" + b["credential"]), "ballot-credential", FIELD)


@refused("ballot-canonical", BALLOTS, 1)
def _a_ballot_with_spaces(bench: Bench) -> None:
    bench.events[1].data = [bench.ballots[0].replace(b'"answers":', b'"answers": ')]


@refused("ballot-twice", BALLOTS, 5)
def _a_ballot_replayed(bench: Bench) -> None:
    bench.events.insert(5, Forged("Ballot", [bench.ballots[0]]))
    bench.finish()


@refused("ballot-credential", BALLOTS, 1)
def _a_valid_ballot_of_a_credential_that_nobody_gave(bench: Bench) -> None:
    key = public_keys(bench.engine, [5])[0]
    bench.vote_instead(1, cast(bench.election, bench.engine, key, 5, bench.valid_votes()))


@refused("ballot-signature", BALLOTS, 1)
def _a_ballot_signed_by_another_voter(bench: Bench) -> None:
    voter = bench.voter_of(bench.ballots[0])
    answers = bench.answers(voter, bench.valid_votes())
    bench.vote_instead(1, bench.sign(voter, answers, key=bench.privates[voter - 1]))


@refused("ballot-signature", BALLOTS, 3, scene=ABSTAINING)
def _a_vote_of_minus_two_and_three_for_an_abstainer_whose_key_nobody_has(bench: Bench) -> None:
    voter = bench.voter_of(bench.ballots[2])
    bench.vote_instead(3, bench.sign(voter, bench.answers(voter, [[-2, 3, 0]]), key=5))


@refused("ballot-election", BALLOTS, 1)
def _a_valid_ballot_for_another_form_of_this_election(bench: Bench) -> None:
    voter, raw = bench.voter_of(bench.ballots[0]), bench.election.raw.replace(b"For tests", b"To vote ")
    other = Election.parse(raw)
    ballot = cast(other, bench.engine, bench.publics[voter], bench.privates[voter], bench.valid_votes())
    parse_ballot(other, ballot)
    bench.events[1].data = [ballot]


def _copy_of_another(edit: Edit) -> Callable[[Bench], None]:
    """The answers of the second ballot under the credential of the first voter."""

    def change(bench: Bench) -> None:
        answers = copy.deepcopy(json.loads(bench.ballots[1])["answers"])
        edit(answers)
        bench.vote_instead(1, bench.sign(bench.voter_of(bench.ballots[0]), answers))

    return change


for scene, rule in ((PLAIN, INDIVIDUAL), (LISTS, INDIVIDUAL), (RANKED, "ballot-raw-proof"), (FIELD, INDIVIDUAL), (RANKED_FIELD, "ballot-raw-proof")):  # fmt: skip
    row(f"another voter's answers {scene.group} {scene.kinds}", _copy_of_another(lambda a: None), rule, BALLOTS, 1, scene=scene)  # fmt: skip


@refused("ballot-raw-proof", BALLOTS, 1, scene=RANKED)
def _another_voters_ranking_encrypted_again(bench: Bench) -> None:
    group = bench.group

    def again(answers: Any) -> None:
        choices = answers[0]["choices"]
        choices["alpha"] = group.text(group.mul(group.parse(choices["alpha"]), group.g))
        choices["beta"] = group.text(group.mul(group.parse(choices["beta"]), bench.election.public_key))

    _copy_of_another(again)(bench)


# --- what counts


@refused("tally-count", Stage.TALLY, ("EncryptedTally", 0))
def _a_ballot_dropped(bench: Bench) -> None:
    del bench.events[bench.events.index(bench.at("Ballot", 1))]


@refused("tally", Stage.TALLY, ("EncryptedTally", 0))
def _a_voters_first_ballot_and_her_last_swapped(bench: Bench) -> None:
    again = bench.voter_of(bench.ballots[3])
    first = next(i for i in range(1, 4) if bench.voter_of(bench.events[i].data[0]) == again)
    bench.events[first], bench.events[4] = bench.events[4], bench.events[first]


@refused("tally", Stage.TALLY, ("EncryptedTally", 0))
def _a_voters_last_ballot_dropped(bench: Bench) -> None:
    del bench.events[4]


@refused("ballot-canonical", BALLOTS, 5)
def _an_earlier_vote_brought_back_with_its_signature_spelled_otherwise(bench: Bench) -> None:
    again = bench.voter_of(bench.ballots[3])
    earlier = next(raw for raw in bench.ballots if bench.voter_of(raw) == again)
    head, name, rest = earlier.rpartition(b'"challenge":"')
    bench.events.insert(5, Forged("Ballot", [head + name + b"0" + rest]))
    bench.finish()
