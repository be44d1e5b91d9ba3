"""Rows: one point a row, for tables and for points that stand in any order; lanes take each its own row by turning squares of words."""

from __future__ import annotations

from collections.abc import Sequence

from aydyn.evote.engines.vector.fields import ROW, Field, Limbs
from aydyn.evote.engines.vector.lanes import Lanes, Value


def row_bytes(width: int, elements: int) -> int:
    """Bytes of a row of so many elements: whole vectors."""
    return -(-ROW * elements // width) * width * 8


def read_rows(field: Field, pointers: Sequence[Value], elements: int) -> list[Limbs]:
    """The elements of one row for each lane."""
    v, words = field.v, list[Value]()
    for at in range(0, row_bytes(v.width, elements), v.bytes):
        words += _turned(v, [v.load(pointer, at) for pointer in pointers])
    return [field.from_row(words[ROW * i : ROW * (i + 1)]) for i in range(elements)]


def write_rows(field: Field, pointers: Sequence[Value], elements: Sequence[Limbs]) -> None:
    """Write the elements of each lane to a row of its own."""
    v = field.v
    words = [word for element in elements for word in field.to_row(element)]
    words += [words[-1]] * (row_bytes(v.width, len(elements)) // 8 - len(words))
    for at in range(0, len(words), v.width):
        for pointer, turned in zip(pointers, _turned(v, words[at : at + v.width]), strict=True):
            v.store(turned, pointer, 8 * at)


def _turned(v: Lanes, vectors: Sequence[Value]) -> list[Value]:
    """The transpose of a square of words, in log2(width) rounds of shuffles."""
    width, vectors, step = v.width, list(vectors), 1
    while step < width:
        first = [c if not c & step else width + (c ^ step) for c in range(width)]
        second = [c | step if not c & step else width + c for c in range(width)]
        for i in range(width):
            if not i & step:
                a, b = vectors[i], vectors[i | step]
                vectors[i], vectors[i | step] = v.shuffle(a, b, first), v.shuffle(a, b, second)
        step *= 2
    return vectors
