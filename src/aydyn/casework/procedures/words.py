"""The pack's words for what most procedures have in common: usual states, steps, results, grounds and life events.

A procedure's file then says only what is its own. What a step does, who may take it and where it leads always stands in
the procedure; only words are taken from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from aydyn.casework.procedures.model import ResultKind
from aydyn.casework.shapes import LANGUAGES, Code, Strict, Texts, read


class StepWords(Strict):
    """Words of a usual step."""

    label: Texts
    said: Texts


class StateWords(Strict):
    """Words of a usual state."""

    label: Texts
    next: Texts | None = None


class ResultWords(Strict):
    """Words of a usual result, and its kind."""

    label: Texts
    kind: ResultKind


class Labelled(Strict):
    """Something with a label alone."""

    label: Texts


class AskerWords(Strict):
    """Words of a usual question about who asks."""

    label: Texts
    hint: Texts | None = None


class CommonWords(Strict):
    """The pack's `words.toml`."""

    step: dict[Code, StepWords] = {}
    state: dict[Code, StateWords] = {}
    result: dict[Code, ResultWords] = {}
    ground: dict[Code, Labelled] = {}
    asker: dict[str, AskerWords] = {}
    life_event: dict[Code, Labelled] = {}


def load_words(data: bytes, name: str) -> CommonWords:
    """Read a pack's `words.toml`; a DataError names the key that is wrong."""
    return read(CommonWords, data, name, LANGUAGES)


def complete(raw: dict[str, object], common: CommonWords | None) -> dict[str, object]:
    """Return what a procedure's file says with the pack's words where it gives none of its own."""
    if common is None:
        return raw
    tables: dict[str, Mapping[str, Strict]] = {
        "step": common.step, "state": common.state, "result": common.result, "ground": common.ground, "asker": common.asker,
    }  # fmt: skip
    done = dict(raw)
    for table, words in tables.items():
        items = done.get(table)
        if _is_list(items):
            done[table] = [_with_words(item, words, "name" if table == "asker" else "code") for item in items]
    return done


def _with_words(item: object, words: Mapping[str, Strict], name: str) -> object:
    if not _is_table(item):
        return item
    known = words.get(str(item.get(name)))
    given = known.model_dump(exclude_none=True) if known is not None else {}
    return {**given, **item}


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)
