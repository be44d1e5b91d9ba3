"""Where a canonical form is written out for speed, it is the very form that the encoder gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.ledger import canonical
from aydyn.ledger.entries import Entry, commit, commit_in_order, commit_part
from aydyn.ledger.errors import FormatError

names = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
hexes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(st.dictionaries(names, hexes))
def test_commitments_in_order_are_committed_to_as_any_mapping(parts: dict[str, str]) -> None:
    assert commit_in_order(sorted(parts.items())) == commit(parts)


@given(
    public=st.dictionaries(names, texts | st.integers(0, 2**53 - 1)),
    digest=st.none() | hexes.map("sha256:".__add__),
    cause=st.none() | hexes,
    mandate=st.none() | st.from_regex(r"[0-9a-z]{8,40}", fullmatch=True),
)
def test_an_entry_is_written_in_canonical_form(
    public: dict[str, str | int], digest: str | None, cause: str | None, mandate: str | None
) -> None:
    data = Entry("case.filed", "2026-11-25T10:00:00Z", "office:tm.cec", public, digest, mandate, cause).to_bytes()
    assert canonical.encode(canonical.decode(data)) == data
    assert Entry.parse(data).to_bytes() == data


@given(texts)
def test_a_text_alone_is_encoded_as_one_inside_a_list(text: str) -> None:
    assert b"[" + canonical.encode(text) + b"]" == canonical.encode([text])


def test_half_a_surrogate_pair_is_refused_wherever_it_stands() -> None:
    for value in ("\ud800", ["\ud800"], {"a": "\ud800"}):
        with pytest.raises(FormatError, match="surrogate"):
            canonical.encode(value)
    with pytest.raises(FormatError):
        commit_part(b"\x00" * 32, "\ud800")
