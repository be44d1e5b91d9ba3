"""Elections that the official tool made: verified, counted, and every piece of them made again from its secrets."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.evote.samples import ALL, Sample

from aydyn.evote import wire
from aydyn.evote.ballots import check_ballot
from aydyn.evote.casting import cast
from aydyn.evote.credentials import parse_public_list, public_keys, public_list, secret_key
from aydyn.evote.decryption import PartialDecryption, check_decryption, combine, decrypt, key_of
from aydyn.evote.elections import Election, make_election
from aydyn.evote.events import EventType, Owned
from aydyn.evote.keygen import Intake, Output, Polynomial, assemble, certify, collect, open_share, take_in
from aydyn.evote.messages import Keys, Signed
from aydyn.evote.mixnet import Shuffle, check_shuffle
from aydyn.evote.questions import NonHomomorphic
from aydyn.evote.tally import Row, messages, parse_tally, result_bytes, result_value, tally_bytes
from aydyn.evote.trustees import (
    PublicKey,
    Threshold,
    check_possession,
    check_threshold,
    check_trustees,
    make_public_key,
    owners,
    parse_threshold,
    trustees_file,
)
from aydyn.evote.verify.archives import verify_archive
from aydyn.evote.verify.verdicts import Outcome

MIXED = ALL["ed25519-mixed-threshold"]


@pytest.fixture(params=ALL)
def sample(request: pytest.FixtureRequest) -> Sample:
    return ALL[request.param]


def sorted_where_shuffled(election: Election, result: list[Any]) -> list[Any]:
    pairs = zip(election.questions, result, strict=True)
    return [sorted(own) if isinstance(question, NonHomomorphic) else own for question, own in pairs]


# --- the whole


def test_a_sample_is_verified_and_its_result_is_what_was_voted(sample: Sample) -> None:
    verdict = verify_archive(lambda: io.BytesIO(sample.archive))
    assert verdict.outcome is Outcome.VERIFIED
    assert [note.code for note in verdict.notes] == ["decryption-unbound"]
    assert verdict.result is not None
    assert sorted_where_shuffled(sample.election, verdict.result) == sample.counted()


def test_the_facts_name_what_people_compare(sample: Sample) -> None:
    facts = verify_archive(lambda: io.BytesIO(sample.archive)).facts
    published = sample.text("generate-credentials.out").rpartition(" ")[2]
    assert facts["fingerprints"]["credentials"] == published
    ballots = {json.loads(line)["election_hash"] for line in sample.lines("ballots.jsonl")}
    assert {facts["fingerprints"]["election"]} == ballots
    assert facts["voted_weight"] == sum(sample.weights.values())


# --- setting up


def test_the_template_makes_the_same_election_json_but_for_the_language(sample: Sample) -> None:
    raw = sample.entries[0].data[0]
    template = sample.value("template.json") | {"language": json.loads(raw).get("language")}
    election = sample.election
    assert make_election(template, election.group, election.public_key, election.uuid) == raw


def test_private_credentials_give_the_published_ones(sample: Sample) -> None:
    election, group = sample.election, sample.election.group
    private = sample.value("private_creds.json")
    keys = public_keys(sample.engine, [secret_key(group, election.uuid, one) for one in private.values()])
    weights = dict(zip(keys, (sample.weights[login] for login in private), strict=True))
    raw = sample.entries[0].data[2]
    assert public_list(group, weights) == raw
    assert parse_public_list(group, raw) == weights
    assert wire.fingerprint(raw) == sample.text("generate-credentials.out").rpartition(" ")[2]


def test_trustees_are_valid_and_written_again_byte_for_byte(sample: Sample) -> None:
    group = sample.election.group
    check_trustees(sample.engine, sample.trustees, sample.election.public_key)
    assert trustees_file(group, sample.trustees) == sample.entries[0].data[1]
    singles = [PublicKey.parse(group, json.loads(line), "a key") for line in sample.lines("public_keys.jsons")]
    for public in singles:
        check_possession(sample.engine, public, "a key")
    assert {public.key for public in singles} <= {one.key for one in owners(sample.trustees)}


def test_private_keys_give_the_public_keys_and_the_names_of_their_files(sample: Sample) -> None:
    group, published = sample.election.group, {one.key for one in owners(sample.trustees)}
    for stem, text in sample.texts(".privkey").items():
        made = make_public_key(sample.engine, group.scalar(json.loads(text)))
        assert made.key in published
        assert wire.hex_digest(group.text(made.key).encode())[:8].upper() == stem
        check_possession(sample.engine, made, "a key made again")


# --- ballots


def test_every_ballot_is_valid_and_written_again_byte_for_byte(sample: Sample) -> None:
    election, group = sample.election, sample.election.group
    for raw in sample.lines("ballots.jsonl"):
        ballot = check_ballot(election, raw, sample.engine)
        value = {
            "election_uuid": election.uuid,
            "election_hash": election.fingerprint,
            "credential": ballot.credential_text,
            "answers": [answer.to_value(group) for answer in ballot.answers],
        }
        assert wire.fingerprint(wire.dump(value).encode()) == ballot.hash
        value["signature"] = {"hash": ballot.hash, "proof": ballot.signature.to_value()}
        assert wire.dump(value).encode() == raw
        assert not ballot.unusual


def test_ballots_stand_on_the_board_as_they_were_cast(sample: Sample) -> None:
    assert [entry.data[0] for entry in sample.data(EventType.BALLOT)] == sample.lines("ballots.jsonl")


def test_a_new_ballot_of_a_sample_voter_is_valid(sample: Sample) -> None:
    election, (private, *_) = sample.election, sample.value("private_creds.json").values()
    key = secret_key(election.group, election.uuid, private)
    raw = cast(
        election, sample.engine, public_keys(sample.engine, [key])[0], key, sample.value("votes.json")["votes"][0]
    )
    assert check_ballot(election, raw, sample.engine).credential == public_keys(sample.engine, [key])[0]


# --- the end


def secrets_of(sample: Sample) -> dict[int, int]:
    """By owner number the exponents that decrypt."""
    group, engine = sample.election.group, sample.engine
    found = [group.scalar(json.loads(text)) for text in sample.texts(".privkey").values()]
    shares = sample.texts(".dkey")
    found += [
        open_share(engine, Keys.of_seed(group, sample.texts(".key")[stem]), text) for stem, text in shares.items()
    ]
    numbers = {public.key: number for number, public in enumerate(owners(sample.trustees), 1)}
    return {numbers[public_keys(engine, [secret])[0]]: secret for secret in found}


def final_rows(sample: Sample) -> list[Row]:
    """The ciphertexts that are decrypted, each shuffle checked and written again on the way."""
    election, group = sample.election, sample.election.group
    raw = sample.data(EventType.ENCRYPTED_TALLY)[0].data[0]
    rows = parse_tally(election, raw)
    assert tally_bytes(election, rows) == raw
    places = [i for i, question in enumerate(election.questions) if isinstance(question, NonHomomorphic)]
    for entry in sample.data(EventType.SHUFFLE):
        found = Shuffle.parse(group, entry.data[0], [len(rows[place]) for place in places])
        assert found.to_bytes(group) == entry.data[0]
        for place, after, proof in zip(places, found.rows, found.proofs, strict=True):
            check_shuffle(election, sample.engine, rows[place], after, proof)
            rows[place] = after
    return rows


def test_every_trustee_decrypts_again_to_the_same_factors_with_a_proof_that_verifies(sample: Sample) -> None:
    rows, secrets, found = final_rows(sample), secrets_of(sample), dict[int, PartialDecryption]()
    for owner, secret in secrets.items():
        found[owner] = decrypt(sample.election, sample.engine, rows, secret)
        check_decryption(sample.election, sample.engine, rows, key_of(sample.trustees, owner), found[owner])
    for entry in sample.data(EventType.PARTIAL_DECRYPTION):
        published = PartialDecryption.parse(sample.election, rows, entry.data[0])
        assert published.to_bytes(sample.election) == entry.data[0]
        assert isinstance(entry.details, Owned)
        assert published.factors == found[entry.details.owner].factors


def test_the_result_is_made_again_byte_for_byte(sample: Sample) -> None:
    election, engine, rows = sample.election, sample.engine, final_rows(sample)
    partials = {owner: decrypt(election, engine, rows, secret) for owner, secret in secrets_of(sample).items()}
    decrypted = messages(engine, rows, combine(election, engine, sample.trustees, partials))
    value = result_value(election, engine, decrypted, sum(sample.weights.values()))
    assert result_bytes(value) == sample.data(EventType.RESULT)[0].data[0]


# --- the k-of-n key generation


def certificates() -> list[Signed]:
    return [
        Signed.parse(MIXED.election.group, json.loads(line), "a certificate") for line in MIXED.lines("certs.jsons")
    ]


def polynomials() -> list[Polynomial]:
    return [
        Polynomial.parse(MIXED.election.group, json.loads(line), "a polynomial")
        for line in MIXED.lines("polynomials.jsons")
    ]


def outputs() -> dict[str, Output]:
    group = MIXED.election.group
    return {stem: Output.parse(group, json.loads(text)) for stem, text in MIXED.texts(".voutput").items()}


def test_a_seed_certifies_the_same_keys() -> None:
    group, engine = MIXED.election.group, MIXED.engine
    by_message = {one.message: index for index, one in enumerate(certificates(), 1)}
    for stem, seed in MIXED.texts(".key").items():
        published = Signed.parse(group, json.loads(MIXED.texts(".cert")[stem]), "a certificate")
        assert wire.hex_digest(published.message.encode()) == stem
        index = by_message[published.message]
        assert certify(engine, Keys.of_seed(group, seed), size=3, threshold=2, index=index).message == published.message


def test_polynomials_give_every_member_the_input_that_the_tool_gave() -> None:
    inputs = [Intake.parse(MIXED.election.group, json.loads(text)) for text in MIXED.texts(".vinput").values()]
    made = {one.polynomial: one for one in collect(polynomials())}
    assert len(made) == 3
    for one, text in zip(inputs, MIXED.texts(".vinput").values(), strict=True):
        assert made[one.polynomial] == one
        assert wire.dump(one.to_value()) == text


def test_a_member_takes_in_what_the_tool_gave_and_comes_to_the_same_key() -> None:
    group, engine, theirs = MIXED.election.group, MIXED.engine, outputs()
    for stem, text in MIXED.texts(".vinput").items():
        keys = Keys.of_seed(group, MIXED.texts(".key")[stem])
        made = take_in(engine, keys, certificates(), 2, Intake.parse(group, json.loads(text)))
        assert made.public_key.key == theirs[stem].public_key.key
        assert theirs[stem].private_key == MIXED.texts(".dkey")[stem]
        assert open_share(engine, keys, made.private_key) == open_share(engine, keys, theirs[stem].private_key)
        assert wire.dump(theirs[stem].to_value(group)) == MIXED.texts(".voutput")[stem]


def test_the_outcome_is_assembled_byte_for_byte() -> None:
    group, engine = MIXED.election.group, MIXED.engine
    raw = MIXED.text("threshold.json")
    published = parse_threshold(group, json.loads(raw))
    assert wire.dump(published.to_value(group)) == raw
    by_key = {one.public_key.key: one for one in outputs().values()}
    ordered = [by_key[public.key] for public in published.keys]
    made = assemble(engine, certificates(), 2, polynomials(), ordered)
    assert isinstance(MIXED.trustees[1], Threshold)
    assert made == published == MIXED.trustees[1]
    single = owners(MIXED.trustees)[0].key
    assert group.mul(single, check_threshold(engine, made)) == MIXED.election.public_key
