"""Memory for kernels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote.engines.vector.memory import ALIGNMENT, Block, Growing, integers, numbers, text


@given(values=st.lists(st.integers(0, 2**256 - 1)))
def test_numbers_come_back_from_their_bytes(values: list[int]) -> None:
    assert integers(text(values)) == values


def test_a_block_is_aligned_cleared_and_refuses_more_than_it_holds() -> None:
    for size in (0, 1, 31, 4096):
        block = Block(size)
        assert block.address % ALIGNMENT == 0
        assert block.read(size) == bytes(size)
    block.put(b"end", 4093)
    assert block.read(4096)[-3:] == b"end"
    with pytest.raises(ValueError, match="more bytes"):
        block.put(b"more", 4093)


def test_signed_numbers_have_eight_bytes_each() -> None:
    assert numbers([1, -1]).read(16) == (1).to_bytes(8, "little") + b"\xff" * 8


def test_a_growing_block_is_kept_while_it_is_large_enough() -> None:
    growing = Growing()
    first = growing.of(100)
    assert growing.of(50) is first
    assert growing.of(101).size >= 200
