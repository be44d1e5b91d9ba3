"""A libsodium that takes some elements outside the subgroup for members (CVE-2025-69277) is noticed and not believed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("nacl", reason="PyNaCl is not installed: no engine sodium")

from nacl import bindings
from tests.evote.engines.test_engines import MEMBERS, MIXED, OFF, ON, SMALL
from tests.evote.manipulations import ballots, keys
from tests.evote.manipulations.table import PLAIN, RANKED, SHARED, TABLE, Manipulation
from tests.evote.workshop import Bench, verify

from aydyn.evote import ed25519
from aydyn.evote.ed25519 import Q, decompress, times
from aydyn.evote.engines import Products, choice, sodium
from aydyn.evote.engines.python import PythonCurve
from aydyn.evote.groups import by_name
from aydyn.evote.verify.verdicts import Outcome

CURVE = by_name("Ed25519")
assert isinstance(CURVE, ed25519.Ed25519)
MODULES = (ballots, keys)
OUTSIDE = [
    one
    for one in TABLE
    if one.scene in (PLAIN, RANKED, SHARED) and one.rule == "membership" and "neutral" not in one.name
]


def taken(element: bytes) -> bool:
    """Whether the x of the q-fold is zero, which was all that libsodium up to 1.0.20 asked."""
    point = decompress(int.from_bytes(element, "little"))
    return point is not None and times(point, Q)[0] % ed25519.P == 0


@pytest.fixture(params=["asked", "multiplied", "both"])
def _trusting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A libsodium with the mistake, in one function or in both."""
    valid, multiply = bindings.crypto_core_ed25519_is_valid_point, bindings.crypto_scalarmult_ed25519_noclamp

    def trusting_multiply(exponent: bytes, base: bytes) -> bytes:
        if valid(base) or not taken(base):
            return multiply(exponent, base)
        return CURVE.power(int.from_bytes(base, "little"), int.from_bytes(exponent, "little")).to_bytes(32, "little")

    if request.param != "multiplied":
        monkeypatch.setattr(
            bindings, "crypto_core_ed25519_is_valid_point", lambda element: valid(element) or taken(element)
        )
    if request.param != "asked":
        monkeypatch.setattr(bindings, "crypto_scalarmult_ed25519_noclamp", trusting_multiply)
    monkeypatch.setenv(choice.VARIABLE, "sodium")
    for cached in (sodium.refuses_outsiders, choice._made_or_none):
        cached.cache_clear()
    yield
    for cached in (sodium.refuses_outsiders, choice._made_or_none):
        cached.cache_clear()


def test_the_libsodium_that_is_installed_refuses_outsiders() -> None:
    assert sodium.refuses_outsiders(CURVE)


def test_the_points_that_it_is_tried_with_are_of_small_order() -> None:
    folds = [CURVE.power(ed25519.ORDER_EIGHT, times) for times in (1, 2, 4, 8)]
    assert CURVE.one not in folds[:3]
    assert folds[2:] == [ed25519.P - 1, CURVE.one]


@pytest.mark.usefixtures("_trusting")
def test_the_reference_says_who_is_a_member_where_libsodium_does_not_know() -> None:
    engine = sodium.SodiumCurve(CURVE)
    assert not sodium.refuses_outsiders(CURVE)
    assert engine.members(ON + OFF) == PythonCurve(CURVE).members(ON + OFF)
    asked = [*MEMBERS, *MIXED[1:], *SMALL]
    job = Products([CURVE.g], list(asked), [[0, 5]], [*range(len(asked)), len(asked)], [7] * (len(asked) + 1))
    job.fixed_exponents = [[3] * (len(asked) + 1)]
    inside, outputs = engine.checked_products(job, range(len(asked)))
    assert inside == [True] * len(MEMBERS) + [False] * len(MIXED[1:]) + [True] + [False] * len(SMALL[1:])
    neutral = [one if fine else CURVE.one for one, fine in zip(asked, inside, strict=True)]
    expected = Products([CURVE.g], neutral, job.sums, job.which, job.exponents, job.fixed_exponents)
    assert outputs == PythonCurve(CURVE).products(expected)


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize("manipulation", OUTSIDE, ids=lambda one: one.name)
def test_elements_outside_are_refused_whichever_libsodium_there_is(manipulation: Manipulation) -> None:
    verdict = verify(manipulation.make()[0])
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.problems[0].rule == "membership"


@pytest.mark.usefixtures("_trusting")
def test_what_is_genuine_stays_verified() -> None:
    assert verify(Bench(PLAIN).raw).outcome is Outcome.VERIFIED
