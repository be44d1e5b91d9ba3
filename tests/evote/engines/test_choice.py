"""Which engine is chosen, and what is said where a wish cannot be met."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aydyn.evote.engines import choice
from aydyn.evote.errors import UnsupportedError
from aydyn.evote.groups import by_name

CURVE, FIELD = by_name("Ed25519"), by_name("BELENIOS-2048")


@pytest.fixture(autouse=True)
def _no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.VARIABLE, raising=False)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    choice._made_or_none.cache_clear()
    yield
    choice._made_or_none.cache_clear()


def test_the_reference_does_the_work_where_nothing_is_installed(nothing_installed: None) -> None:
    for group in (CURVE, FIELD):
        assert choice.available(group) == ["python"]
        assert choice.engine_for(group, work=10**9).name == "python"
        assert choice.engine_for(group, secret=True).name == "python"


def test_a_wish_that_cannot_be_met_says_how_to_get_it(nothing_installed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sodium", "gmp", "vector"):
        monkeypatch.setenv(choice.VARIABLE, name)
        with pytest.raises(UnsupportedError, match=r"pip install 'aydyn\[fast\]'"):
            choice.engine_for(CURVE)


def test_an_unknown_engine_is_refused_with_the_names_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "abacus")
    with pytest.raises(UnsupportedError, match="python, sodium, gmp, vector"):
        choice.engine_for(FIELD)


def test_the_wish_for_python_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "python")
    assert choice.engine_for(CURVE, work=10**9).name == "python"
    assert choice.engine_for(FIELD).name == "python"


def test_an_engine_for_another_kind_of_group_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gmpy2", reason="gmpy2 is not installed")
    pytest.importorskip("nacl", reason="PyNaCl is not installed")
    monkeypatch.setenv(choice.VARIABLE, "sodium")
    assert choice.engine_for(FIELD).name == "gmp"
    assert choice.engine_for(CURVE).name == "sodium"
    monkeypatch.setenv(choice.VARIABLE, "gmp")
    assert choice.engine_for(CURVE, secret=True).name == "sodium"


def test_an_engine_is_made_once() -> None:
    assert choice.engine_for(CURVE) is choice.engine_for(CURVE)
    assert choice.engine_for(FIELD) is choice.engine_for(FIELD)
    assert choice.engine_for(CURVE).group is CURVE
