"""Notes, keys, checkpoints, cosignatures and policies: the specifications' examples, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger import naive

from aydyn.ledger import merkle, notes
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.errors import FormatError, LedgerError, QuorumError, SignatureError
from aydyn.ledger.keys import SignatureType, SigningKey, VerifierKey
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Policy

# signed-note v1.0.0, “Example”
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

LOG = "example.org/log"
KINDS = list(SignatureType)


def key(name: str, kind: SignatureType, seed: int = 1) -> SigningKey:
    return SigningKey(name, kind, bytes([seed]) * 32)


def checkpoint(size: int = 5) -> bytes:
    return Checkpoint(LOG, size, naive.root(0, size)).text()


def test_the_example_of_signed_note_verifies() -> None:
    known = VerifierKey.parse(FOO)
    assert known.vkey == FOO
    note = SignedNote.parse(NOTE)
    assert note.to_bytes() == NOTE
    assert [found.key for found in note.verify([known])] == [known]


@pytest.mark.parametrize("place", range(len(NOTE) - 1))
def test_the_example_with_one_byte_changed_is_refused(place: int) -> None:
    known = VerifierKey.parse(FOO)
    with pytest.raises(LedgerError):
        SignedNote.parse(NOTE[:place] + bytes([NOTE[place] ^ 1]) + NOTE[place + 1 :]).verify([known])


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_signs_and_verifies_what_it_signed_and_nothing_else(kind: SignatureType) -> None:
    signer = key(LOG, kind)
    assert VerifierKey.parse(signer.verifier.vkey) == signer.verifier
    assert SigningKey.from_text(signer.to_text()) == signer
    note = notes.sign(checkpoint(), [signer], 1_700_000_000)
    again = SignedNote.parse(note.to_bytes())
    assert again == note
    assert again.verify([signer.verifier])[0].timestamp == (1_700_000_000 if kind.timestamped else 0)
    other = SignedNote(checkpoint(6), note.signatures)
    with pytest.raises(SignatureError):
        other.verify([signer.verifier])
    with pytest.raises(SignatureError):
        note.verify([key(LOG, kind, 2).verifier])


def test_a_cosignature_is_laid_out_as_the_specification_says() -> None:
    signer = key("witness.example/w", SignatureType.ED25519_COSIGNATURE)
    line = notes.cosign(checkpoint(), signer, 1_679_315_147)
    assert line.signature[:8] == (1_679_315_147).to_bytes(8, "big")
    plain = SigningKey("witness.example/w", SignatureType.ED25519, signer.seed)
    assert line.signature[8:] == plain.sign(b"cosignature/v1\ntime 1679315147\n" + checkpoint(), 0)


def test_an_ml_dsa_cosignature_binds_the_name_of_the_cosigner() -> None:
    signer = key("one.example", SignatureType.ML_DSA_44)
    line = notes.cosign(checkpoint(), signer, 7)
    with pytest.raises(SignatureError):
        VerifierKey("two.example", signer.kind, signer.verifier.public).verify(checkpoint(), line.signature)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_signature_with_any_bit_flipped_is_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    signer = key(LOG, kind)
    blob = bytearray(signer.sign(checkpoint(), 1_700_000_000))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SignatureError):
        signer.verifier.verify(checkpoint(), bytes(blob))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text", b"text\n", b"text\n\n", b"text\n\n\xe2\x80\x94 a\n", b"te\x01xt\n\n" + NOTE.split(b"\n\n")[1], b"\xff\n\n",
        NOTE.rstrip(b"\n"), NOTE.replace("—".encode(), b"-"), NOTE.replace(b"example.com/foo ", b"example.com/foo  "),
        NOTE + "— x AAA=\n".encode(), NOTE.replace(b"aQM=", b"aQM"), NOTE.replace(b"aQM=", b"aQN="), NOTE.replace(b"\n", b"\r\n"),
        b"a" * 300_000 + b"\n\n" + NOTE.split(b"\n\n")[1],
        NOTE.split(b"\n\n")[0] + b"\n\n" + NOTE.split(b"\n\n")[1] * 65,
    ],
)  # fmt: skip
def test_malformed_notes_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        SignedNote.parse(data)


def test_the_text_of_a_note_may_hold_empty_lines() -> None:
    note = notes.sign(b"one\n\ntwo\n", [key(LOG, SignatureType.ED25519)], 0)
    assert SignedNote.parse(note.to_bytes()).text == b"one\n\ntwo\n"


@pytest.mark.parametrize(
    "text",
    [
        b"", b"x\n1\n", b"x\n01\n%s\n", b"x\n+1\n%s\n", b"x\n1\n%s", b"\n1\n%s\n", b"x\n1\n%s\n\n", b"x\n1 \n%s\n", b"x\n-1\n%s\n",
        b"x\n9223372036854775808\n%s\n", b"x\n1\nAAAA\n", b"x\n0\n%s\n", "x\n١\n%s\n".encode(), b"x" * 256 + b"\n1\n%s\n",
    ],
)  # fmt: skip
def test_malformed_checkpoints_are_refused(text: bytes) -> None:
    root = b"A" * 43 + b"="
    with pytest.raises(FormatError):
        Checkpoint.parse(text.replace(b"%s", root))


def test_a_checkpoint_keeps_its_extension_lines() -> None:
    head = Checkpoint(LOG, 0, merkle.EMPTY_ROOT, ("one", "two"))
    assert Checkpoint.parse(head.text()) == head


@pytest.mark.parametrize(
    "vkey",
    [
        "", "a+b", FOO[:-1], FOO.replace("530d903a", "530d903b"), FOO.replace("530d903a", "530D903A"), FOO.replace("+Aek", "+Bek"),
        FOO.replace("example.com/foo", "example.com/ foo"), "x+00000000+", "x+00000000+AQ==",
    ],
)  # fmt: skip
def test_malformed_vkeys_are_refused(vkey: str) -> None:
    with pytest.raises(FormatError):
        VerifierKey.parse(vkey)


def test_a_damaged_private_key_is_refused_without_repeating_it() -> None:
    text = key(LOG, SignatureType.ED25519).to_text()
    for damaged in (
        text.replace("AQEB", "AQEC", 1),
        "PRIVATE+KEY+x",
        text.replace("PRIVATE", "PUBLIC"),
        text[:-6] + "\n",
    ):
        with pytest.raises(FormatError) as caught:
            SigningKey.from_text(damaged)
        assert "AQEB" not in str(caught.value)
    assert "AQEB" not in repr(SigningKey.from_text(text))


# ---------------------------------------------------------------------------------------------- policies

LOG_KEY = key(LOG, SignatureType.ED25519)
WITNESSES = [key(f"w{number}.example", SignatureType.ED25519_COSIGNATURE, number) for number in range(2, 8)]


def policy(*lines: str) -> Policy:
    head = [f"log {LOG_KEY.verifier.vkey} https://example.org/log"]
    head += [f"witness W{number} {witness.verifier.vkey}" for number, witness in enumerate(WITNESSES, start=1)]
    return Policy.parse(("\n".join([*head, *lines]) + "\n").encode())


def signed(*which: int) -> SignedNote:
    note = notes.sign(checkpoint(), [LOG_KEY], 0)
    return note.with_signatures(notes.cosign(note.text, WITNESSES[number - 1], 1_000 + number) for number in which)


def test_the_two_levels_of_groups_of_the_specification() -> None:
    trust = policy("group X 2 W1 W2 W3", "group Y\tany  W4 W5 W6 ", " # a comment", "group both all X Y", "quorum both")
    assert Policy.parse(trust.to_bytes()) == trust
    opened = trust.open(signed(1, 3, 6))
    assert (opened.cosigned, opened.of, opened.first_cosigned) == ({"W1": 1001, "W3": 1003, "W6": 1006}, 6, 1001)
    for too_few in ((1, 6), (1, 2, 3), (4, 5, 6), ()):
        with pytest.raises(QuorumError):
            trust.open(signed(*too_few))


def test_quorum_none_needs_only_the_log() -> None:
    assert policy("quorum none").open(signed()).cosigned == {}


def test_signatures_of_strangers_are_ignored_but_a_bad_one_of_a_witness_is_not() -> None:
    trust = policy("quorum W1")
    note = signed(1)
    stranger = notes.cosign(note.text, key("stranger.example", SignatureType.ED25519_COSIGNATURE, 9), 5)
    assert trust.open(note.with_signatures([stranger])).cosigned == {"W1": 1001}
    forged = notes.Signature(WITNESSES[1].name, WITNESSES[1].verifier.id, bytes(72))
    with pytest.raises(SignatureError):
        trust.open(note.with_signatures([forged]))


def test_a_log_of_another_name_is_refused() -> None:
    other = notes.sign(Checkpoint("other.example", 0, merkle.EMPTY_ROOT).text(), [LOG_KEY], 0)
    with pytest.raises(SignatureError):
        policy("quorum none").open(other)


@pytest.mark.parametrize(
    "lines",
    [
        [], ["quorum none", "quorum none"], ["quorum W9"], ["group G 3 W1 W2", "quorum G"], ["group G 0 W1", "quorum G"],
        ["group G any", "quorum G"], ["group G any W1 W1", "quorum G"], ["group G any W1", "group H any W1", "quorum H"],
        ["group none any W1", "quorum none"], ["group W1 any W2", "quorum W1"], ["group G some W1", "quorum G"],
        ["group G any H", "group H any W1", "quorum G"], ["group G 01 W1", "quorum G"], ["quorum none extra"], ["quorum\x0bnone"],
        ["Quorum none"], [f"log {LOG_KEY.verifier.vkey}", "quorum none"], [f"witness Z {WITNESSES[0].verifier.vkey}", "quorum none"],
        [f"witness Z {LOG_KEY.verifier.vkey}", "quorum none"], ["log nonsense", "quorum none"],
    ],
)  # fmt: skip
def test_malformed_policies_are_refused(lines: list[str]) -> None:
    with pytest.raises(FormatError):
        policy(*lines)


def test_thirty_two_of_each_are_supported() -> None:
    lines = [f"log {key(f'l{n}.example', SignatureType.ED25519, n + 1).verifier.vkey}" for n in range(32)]
    lines += [f"witness w{n} {key(f'w{n}', SignatureType.ED25519_COSIGNATURE, n + 1).verifier.vkey}" for n in range(32)]
    lines += [f"group g{n} any w{n}" for n in range(31)] + [f"group all all {' '.join(f'g{n}' for n in range(31))}"]
    assert len(Policy.parse(("\n".join([*lines, "quorum all"]) + "\n").encode()).groups) == 32


def test_a_key_name_that_is_no_utf_8_is_refused() -> None:
    vkey = key("l.example", SignatureType.ED25519, 1).verifier.vkey.encode().replace(b"example", b"ex\xe1mple")
    with pytest.raises(FormatError, match="not UTF-8"):
        Policy.parse(b"log " + vkey + b"\nquorum none\n")
