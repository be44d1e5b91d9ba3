"""JSON that Python's reader does not take, and JSON that is not compact."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote import wire
from aydyn.evote.errors import FormatError
from aydyn.evote.rewriting import DEEPEST, check_compact, plain

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text().filter(lambda text: "\x7f" not in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def strange(value: Any) -> str:
    """As JSON with spaces everywhere."""
    return json.dumps(value, indent=1, ensure_ascii=True)


@given(values)
def test_ordinary_json_means_the_same(value: Any) -> None:
    assert json.loads(plain(strange(value))) == value


@given(values)
def test_compact_json_is_compact_and_other_is_not(value: Any) -> None:
    compact = wire.dump(value).encode("utf-8", "surrogatepass")
    if b"\x7f" not in compact:
        check_compact(compact)
    for other in (compact + b" ", b" " + compact, compact + b"\n"):
        with pytest.raises(FormatError):
            check_compact(other)


@pytest.mark.parametrize(
    "text",
    ["1.50", "-0", "1e9", "NaN", "(1,[])", '<"A">', '<"A":{}>', '"\\u0001"', '"\\u007f"', '{"a":1,"a":1}', '"\\b\\t"'],
)
def test_what_makers_write_again_as_it_is_is_compact(text: str) -> None:
    check_compact(text.encode())


@pytest.mark.parametrize(
    "text", ['"\\/"', '"\\u0009"', '"\\u00FD"', '"\x7f"', "[1, 2]", '{"a" :1}', '"\\ud83d\\ude00"']
)
def test_what_they_write_otherwise_is_not(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        check_compact(text.encode())
    assert caught.value.rule == "ballot-canonical"


@pytest.mark.parametrize(
    "text",
    ["", "[", "]", "[1", "[1,]", "[,1]", "{1:2}", '{"a"}', '{"a":}', "1 2", "(1]", "<1>", '<"A",1>', "01", "+1", "nul", '"\n"', '"\\x"',
     ":", ",", '{"a":1,}', "[1}", "tru", '<"A":1,2>', "{a:1}", "<A>", "{true:1}", "/**/1", "1//", "[1]]", "\xff"],
)  # fmt: skip
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        check_compact(text.encode())
    assert caught.value.rule in ("json", "ballot-canonical")


def test_only_what_nests_too_deeply_is_left_out() -> None:
    deep = "[" * DEEPEST + "7" + "]" * DEEPEST
    assert plain(deep) == deep
    assert plain(f"[{deep},8]") == "[" * DEEPEST + "null" + "]" * (DEEPEST - 1) + ",8]"


def test_a_variant_stays_one_where_it_nests_too_deeply() -> None:
    assert json.loads(plain("[" * (DEEPEST - 1) + "<A:<B:1>>,<C>,2" + "]" * (DEEPEST - 1)))
    assert plain("[" * DEEPEST + "<A:1>,<B>,2" + "]" * DEEPEST) == "[" * DEEPEST + "null,null,2" + "]" * DEEPEST


LONG = {
    "nesting": lambda count: '{"a":' * count + "1" + "}" * count,
    "words": lambda count: "[" + "NaN," * count + "1]",
    "comments": lambda count: "[" + "/**///\n" * count + "1]",
    "an open string": lambda count: '["' + '\\"' * count,
    "open strings": lambda count: '["' * count,
    "open comments": lambda count: "[" + "/*" * count,
    "halves of letters": lambda count: '["' + "\\udc80" * count + '",NaN]',
}


@pytest.mark.parametrize("name", LONG)
def test_time_is_linear(name: str) -> None:
    times = []
    for count in (20_000, 80_000):
        text = LONG[name](count)
        start = time.process_time()
        for read in (plain, lambda text: check_compact(text.encode()), lambda text: wire.load(text, "it")):
            with suppress(ValueError, FormatError):
                read(text)
        times.append(time.process_time() - start)
    assert times[1] < 12 * max(times[0], 0.01)
