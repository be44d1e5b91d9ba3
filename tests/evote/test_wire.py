"""JSON as it is written, and read without surprises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote import wire
from aydyn.evote.errors import FormatError


def refusal(raw: bytes | str) -> str:
    with pytest.raises(FormatError) as caught:
        wire.load(raw, "it")
    assert "it" in caught.value.words
    return caught.value.rule


def test_json_is_compact_with_letters_as_they_are() -> None:
    assert wire.dump({"b": ["ý", 1], "a": None}) == '{"b":["ý",1],"a":null}'
    assert wire.dump("\x7f") == '"\\u007f"'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[1,]",
        b'"\xff',
        b"nan",
        b"[01]",
        b"'a'",
        b"{1:1}",
        b"[1 2]",
        b"\xef\xbb\xbf1",
        b"[\xff]",
        b"/*1*/",
        b"<A,1>",
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    assert refusal(raw) == "json"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:1}", {"a": 1}), ("(1,2)", [1, 2]), ("()", []), ('<"A">', "A"), ("<A:(1)>", ["A", [1]]), ("<A:<B>>", ["A", "B"]),
        ("[1/*]*/, 2//]\n]", [1, 2]), ('{/*"*/a/**/:/**/1/**/}', {"a": 1}), ("[1]]", [1]), ("1 2", 1), ("01", 0), ("[]nonsense\xff", []),
        ('"a\nb"', "a\nb"), ("{true:true}", {"true": True}),
    ],
)  # fmt: skip
def test_what_others_read_is_read_as_they_do(text: str, value: object) -> None:
    assert wire.load(text.encode("latin-1"), "it") == value


@pytest.mark.parametrize(
    ("raw", "held"),
    [
        (b'"\xff"', b"\xff"), (b'"\xed\xb2\x80"', b"\xed\xb2\x80"), (rb'"\udc80"', b"\xed\xb2\x80"), (rb'"\ud83d\ude00"', "😀".encode()),
        (rb'"\\udc80"', rb"\udc80"), (rb'"\ud83d\ude00\udC80"', "😀".encode() + b"\xed\xb2\x80"), (b'"\xc3\xa9"', "é".encode()),
    ],
)  # fmt: skip
def test_any_bytes_of_a_text_are_held_as_others_hold_them(raw: bytes, held: bytes) -> None:
    value = wire.load(raw, "it")
    assert wire.encode(wire.byte_text(value, "it")) == held
    assert "\ufffd" in wire.shown(value, "it") or wire.string(value, "it")


def test_the_upper_half_of_a_letter_alone_is_no_text() -> None:
    value = wire.load(rb'["\ud800x"]', "it")[0]
    for ask in (wire.byte_text, wire.shown, wire.string):
        with pytest.raises(FormatError):
            ask(value, "it")


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "9" * 5000, "1e999", "-1.5E4000"])
def test_what_others_skip_is_read_as_nothing(text: str) -> None:
    assert wire.load(f'{{"x":{text},"y":"1"}}', "it") == {"x": None, "y": "1"}


def test_nesting_without_end_is_read_as_nothing_below_some_depth() -> None:
    value = wire.load('{"x":' + "[" * 100_000 + "]" * 100_000 + ',"y":[[1]]}', "it")
    assert value["y"] == [[1]]
    assert refusal("[" * 100_000) == "json"


def test_a_field_given_twice_counts_with_its_last_value() -> None:
    assert wire.load('{"a":1,"a":2}', "it") == {"a": 2}


def test_shapes_are_asked_for_by_name() -> None:
    value = {"a": [1], "b": "x", "c": 5}
    assert wire.items(value["a"], "a", 1) == [1]
    assert wire.string(value["b"], "b") == "x"
    assert wire.whole(value["c"], "c") == 5
    for ask in (
        lambda: wire.obj([], "it"),
        lambda: wire.items({}, "it"),
        lambda: wire.items([1], "it", 2),
        lambda: wire.field(value, "z", "it"),
        lambda: wire.string(1, "it"),
        lambda: wire.string("\ud800", "it"),
        lambda: wire.string("\udc80", "it"),
        lambda: wire.byte_text(1, "it"),
        lambda: wire.whole(True, "it"),
        lambda: wire.whole(1.0, "it"),
        lambda: wire.whole(-1, "it"),
        lambda: wire.whole(1 << 30, "it"),
        lambda: wire.weight("-1", "it"),
        lambda: wire.weight("1" * 21, "it"),
        lambda: wire.weight("١", "it"),
        lambda: wire.weight(1 << 30, "it"),
    ):
        with pytest.raises(FormatError):
            ask()


@given(st.integers(0, 10**20 - 1))
def test_a_weight_is_read_as_it_is_written(weight: int) -> None:
    written = wire.weight_value(weight)
    assert isinstance(written, int) == (weight <= 1073741823)
    assert wire.weight(written, "a weight") == weight


def test_hashes_are_those_of_the_format() -> None:
    assert wire.hex_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert wire.fingerprint(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def test_a_value_for_people_is_shallow() -> None:
    assert wire.shallow({"a": [{"b": [1]}]}, 3) == {"a": [{"b": None}]}
    assert wire.shallow("x", 0) == "x"


def test_a_value_for_people_has_whole_letters_only() -> None:
    found = wire.shallow({"a\ud800": ["\udc00x", "şß😀"]})
    assert found == {"a\ufffd": ["\ufffdx", "şß😀"]}
    wire.dump(found).encode()
