"""Canonical JSON, entries, commitments, act tables and receipts."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from aydyn.ledger import canonical, merkle, notes
from aydyn.ledger.acts import ActTable
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.entries import Entry, Opening, check_content, commit, commit_part
from aydyn.ledger.errors import ContentError, FormatError, LedgerError
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.ledger.policies import Policy
from aydyn.ledger.proofs import Proof
from aydyn.ledger.receipts import Receipt
from aydyn.ledger.wire import from_base64, to_base64

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=0xD7FF))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_canonical_json_equals_rfc_8785(value: Any) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


@given(JSON, st.data())
def test_another_spelling_of_the_same_value_is_refused(value: Any, data: st.DataObject) -> None:
    spelled = json.dumps(
        value, indent=data.draw(st.sampled_from([None, 1])), ensure_ascii=data.draw(st.booleans())
    ).encode()
    if spelled != canonical.encode(value):
        with pytest.raises(FormatError):
            canonical.decode(spelled)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}', b"1.0", b"1e3", b"NaN", b"-0", b"9007199254740992", b"9" * 5000, b"[" * 5000, b"\xff", b"", b'"\\u00e4"',
        b'{"b":1,"a":2}', b" 1", b"1 ", b'"\\/"', b'"\\ud800"', b"[1,]", b"Infinity", b'"\x01"',
    ],
)  # fmt: skip
def test_malformed_json_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        canonical.decode(data)


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, "\ud800", {1: 2}, {"\U0001f600": 1}, b"x", object()])
def test_values_that_cannot_be_canonical_are_refused(value: Any) -> None:
    with pytest.raises(FormatError):
        canonical.encode(value)


# ---------------------------------------------------------------------------------------------- entries

FILED = Entry("case.filed", "2026-11-21", "person", {"number": "CEC-2026-000123", "office": "tm.cec"})


def test_an_entry_is_the_bytes_of_the_specification() -> None:
    data = FILED.to_bytes()
    assert data == (
        b'{"act":"case.filed","at":"2026-11-21","by":"person","public":{"number":"CEC-2026-000123","office":"tm.cec"},"v":1}'
    )
    assert Entry.parse(data) == FILED
    assert FILED.latest().isoformat() == "2026-11-21T23:59:59+00:00"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", 2), ("v", True), ("v", "1"), ("act", "filed"), ("act", "Case.filed"), ("act", 1), ("by", "office:"), ("by", "somebody"),
        ("by", "office:TM"), ("at", "2026-11-21T10:00:00Z"), ("at", "2026-02-30"), ("at", "21.11.2026"), ("digest", "sha256:00"),
        ("digest", None), ("cause", "00"), ("mandate", "X"), ("public", []), ("public", {"Number": 1}), ("extra", 1),
    ],
)  # fmt: skip
def test_an_entry_out_of_shape_is_refused(key: str, value: Any) -> None:
    whole = json.loads(FILED.to_bytes()) | {key: value}
    with pytest.raises(FormatError):
        Entry.from_value(whole)


def test_an_office_acts_to_the_second() -> None:
    with pytest.raises(FormatError):
        Entry("case.answered", "2026-11-21", "office:tm.cec", {}).to_bytes()
    with pytest.raises(FormatError):
        Entry("case.filed", "2026-11-21T10:00:00Z", "person", {}).to_bytes()


SALTS = {name: bytes([number]) * 32 for number, name in enumerate(("asker", "question", "region"))}
VALUES = {"asker": {"name": "Aýna"}, "question": "Saylaw sanawy näçe gün açyk?", "region": "TM-A"}
PARTS = {name: commit_part(SALTS[name], VALUES[name]) for name in VALUES}
OPEN = {name: Opening(SALTS[name], VALUES[name]) for name in VALUES}


@given(st.sets(st.sampled_from(sorted(VALUES))))
def test_any_subset_of_parts_can_be_shown(names: set[str]) -> None:
    check_content(commit(PARTS), PARTS, {name: OPEN[name] for name in names})


def test_a_changed_part_salt_or_commitment_is_refused() -> None:
    digest = commit(PARTS)
    for parts, opened in (
        (PARTS, {"question": Opening(SALTS["question"], VALUES["question"] + " ")}),
        (PARTS, {"question": Opening(SALTS["asker"], VALUES["question"])}),
        (PARTS, {"other": OPEN["question"]}),
        ({**PARTS, "region": "0" * 64}, {}),
        ({"question": PARTS["question"]}, {}),
    ):
        with pytest.raises(ContentError):
            check_content(digest, parts, opened)
    with pytest.raises(ContentError):
        check_content(None, {}, {"question": OPEN["question"]})


# ---------------------------------------------------------------------------------------------- act tables

TABLE = ActTable.from_value(
    {
        "acts": {
            "case.filed": {
                "by": ["person"],
                "about": "somebody sent something",
                "public": {
                    "number": {"type": "number"},
                    "office": {"type": "office"},
                    "copies": {"type": "count", "optional": True},
                },
            },
            "case.answered": {"by": ["office"], "public": {"number": {"type": "number"}, "due": {"type": "date"}}},
            "case.merged": {"by": ["office"], "reserved": True},
        }
    }
)


def test_an_act_table_survives_json() -> None:
    assert ActTable.from_value(TABLE.to_value()).acts == TABLE.acts


def test_declared_acts_pass() -> None:
    TABLE.check(FILED)
    TABLE.check(
        Entry(
            "case.answered",
            "2026-11-21T10:00:00Z",
            "office:tm.cec",
            {"number": "A-1", "due": "2026-11-30"},
            mandate="k3jq8w2m",
        )
    )


@pytest.mark.parametrize(
    "entry",
    [
        Entry("case.unknown", "2026-11-21", "person", {}),
        Entry("case.merged", "2026-11-21T10:00:00Z", "office:tm.cec", {}, mandate="k3jq8w2m"),
        Entry("case.filed", "2026-11-21", "person", {"number": "A-1"}),
        Entry("case.filed", "2026-11-21", "person", {"number": "A-1", "office": "tm.cec", "name": "x"}),
        Entry("case.filed", "2026-11-21", "person", {"number": "typed by somebody", "office": "tm.cec"}),
        Entry("case.filed", "2026-11-21", "person", {"number": "A-1", "office": "tm.cec", "copies": "2"}),
        Entry("case.answered", "2026-11-21T10:00:00Z", "office:tm.cec", {"number": "A-1", "due": "2026-11-30"}),
        Entry("case.answered", "2026-11-21", "person", {"number": "A-1", "due": "2026-11-30"}),
        Entry(
            "case.answered",
            "2026-11-21T10:00:00Z",
            "office:tm.cec",
            {"number": "A-1", "due": "2026-11-31"},
            mandate="k3jq8w2m",
        ),
    ],
)
def test_undeclared_acts_and_fields_are_refused(entry: Entry) -> None:
    with pytest.raises(FormatError):
        TABLE.check(entry)


def test_a_type_for_free_text_does_not_exist() -> None:
    with pytest.raises(FormatError):
        ActTable.from_value({"acts": {"a.b": {"by": ["person"], "public": {"title": {"type": "text"}}}}})


# ---------------------------------------------------------------------------------------------- receipts

LOG_KEY = SigningKey("example.org/log", SignatureType.ED25519, b"\x01" * 32)
POLICY = Policy.parse(f"log {LOG_KEY.verifier.vkey}\nquorum none\n".encode())
ENTRY = Entry("case.filed", "2026-11-21", "person", {"number": "A-1"}, digest=commit(PARTS)).to_bytes()


def receipt(opened: dict[str, Opening]) -> Receipt:
    other = merkle.leaf_hash(b"another")
    root = merkle.node_hash(other, merkle.leaf_hash(ENTRY))
    checkpoint = notes.sign(Checkpoint(LOG_KEY.name, 2, root).text(), [LOG_KEY], 0)
    return Receipt.make(entry_data=ENTRY, parts=PARTS, opened=opened, index=1, path=(other,), checkpoint=checkpoint)


def test_a_receipt_survives_its_file_and_verifies() -> None:
    data = receipt({"question": OPEN["question"]}).to_bytes()
    again = Receipt.parse(data)
    assert again.to_bytes() == data
    again.verify(POLICY)
    assert again.opened["question"].value == VALUES["question"]
    assert "Aýna".encode() not in from_base64(data.split(b"\n")[1][6:].decode(), "extra")


def test_a_receipt_with_any_byte_changed_states_nothing_else() -> None:
    data = receipt(OPEN).to_bytes()
    facts = Receipt.parse(data)
    for place in range(len(data)):
        for flip in (0x01, 0x20, 0x80):
            changed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            try:
                found = Receipt.parse(changed)
                found.verify(POLICY)
            except LedgerError:
                continue
            assert (found.entry, found.opened, found.proof.index) == (facts.entry, facts.opened, facts.proof.index)


def test_the_wrong_index_or_another_entry_is_refused() -> None:
    good = receipt({})
    with pytest.raises(LedgerError):
        Receipt(Proof(0, good.proof.path, good.proof.checkpoint, good.proof.extra), ENTRY, PARTS, {}).verify(POLICY)
    with pytest.raises(LedgerError):
        Receipt(good.proof, FILED.to_bytes(), {}, {}).verify(POLICY)


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v2\n", b"%PDF-1.7", b"c2sp.org/tlog-proof@v1\nindex 0\n"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        Receipt.parse(data)


def test_a_bare_proof_says_what_it_lacks() -> None:
    bare = receipt({}).proof
    with pytest.raises(FormatError, match="extra line"):
        Receipt.parse(Proof(bare.index, bare.path, bare.checkpoint).to_bytes())


@given(st.binary(max_size=60))
def test_base64_is_read_only_as_it_is_written(data: bytes) -> None:
    text = to_base64(data)
    assert from_base64(text, "x") == data
    for other in (text + "\n", " " + text, text + "=", text.rstrip("=") if text.endswith("=") else text[:-1] or "="):
        with pytest.raises(FormatError):
            from_base64(other, "x")
