"""The engine on vectors: its kernels, its choice, and jobs of more than one portion."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, the same numbers in every run

import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed: no engine vector")

from aydyn.evote.ed25519 import Ed25519, P
from aydyn.evote.engines import Products, checked_products, choice
from aydyn.evote.engines.python import PythonCurve
from aydyn.evote.engines.vector import engine, kinds
from aydyn.evote.engines.vector.engine import VectorCurve, is_right, vector_curve
from aydyn.evote.errors import FormatError

CURVE = Ed25519()


@pytest.fixture
def hostile() -> list[int]:
    """Elements off the curve, of small order, of mixed order, and oddly written."""
    return [2, 0, P - 1, P + 1, CURVE.mul(CURVE.g, 0), 7, 9]


def test_the_portable_kernel_is_the_last_resort_everywhere() -> None:
    assert kinds.suitable()[-1] == "mul32"
    assert set(kinds.suitable()) <= {"ifma", "fma", "mul32"}


def test_every_kind_that_suits_this_machine_is_right() -> None:
    for kind in kinds.suitable():
        assert is_right(VectorCurve(CURVE, kind))


def test_a_kernel_with_wrong_results_gives_way_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "suitable", lambda: ["ifma-emulated", "mul32"])
    assert vector_curve(CURVE)._code.kind == "ifma-emulated"
    monkeypatch.setattr(engine, "is_right", lambda engine: False)
    with pytest.warns(UserWarning, match="ifma-emulated"):
        assert vector_curve(CURVE)._code.kind == "mul32"


def test_the_self_test_notices_a_single_wrong_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    curve = VectorCurve(CURVE, "mul32")
    right = VectorCurve.products

    def wrong(self: VectorCurve, job: Products) -> list[int]:
        outputs = right(self, job)
        return [*outputs[:5], CURVE.mul(outputs[5], CURVE.g), *outputs[6:]]

    monkeypatch.setattr(VectorCurve, "products", wrong)
    assert not is_right(curve)


def test_a_job_of_several_portions_and_a_large_product_of_powers() -> None:
    curve, draw = VectorCurve(CURVE, kinds.suitable()[0]), random.Random(2)
    few = [CURVE.generator(i) for i in range(6)]
    logarithms = [draw.randrange(CURVE.q) for _ in range(900)]
    outputs = curve.products(
        Products([CURVE.g], [], [], [-1] * 900, [0] * 900, [logarithms])
    )  # g^r, whose products are known from the exponents
    which = [draw.randrange(900) for _ in range(17_000)]
    exponents = [draw.randrange(CURVE.q) for _ in which]
    powers = curve.products(Products(bases=outputs, which=which, exponents=exponents))
    known = [logarithms[i] * e % CURVE.q for i, e in zip(which, exponents, strict=True)]
    again = curve.products(Products([CURVE.g], [], [], [-1] * len(known), [0] * len(known), [known]))
    assert powers == again
    assert curve.multiexp(outputs, exponents[:900]) == CURVE.power(
        CURVE.g, sum(e * r for e, r in zip(exponents, logarithms, strict=False)) % CURVE.q
    )
    assert curve.members(few) == [True] * 6


def test_membership_comes_with_the_products_whatever_stands_beside(hostile: list[int]) -> None:
    curve, reference, draw = VectorCurve(CURVE, kinds.suitable()[0]), PythonCurve(CURVE), random.Random(3)
    members = [CURVE.generator(i) for i in range(3)]
    bases = [members[0], *hostile, *members[1:]]
    for chosen in (range(len(bases)), range(3), [len(bases) - 1, 1, 1]):
        asked = list(chosen)
        which = [draw.randrange(len(bases) + 2) for _ in range(40)]
        kept = [base if i in asked or CURVE.names_point(base) else members[0] for i, base in enumerate(bases)]
        sums, exponents = [[0, 1, 2], list(range(len(bases)))], [draw.randrange(CURVE.q) for _ in which]
        job = Products([CURVE.g], kept, list(sums), which, exponents, [exponents])
        inside, outputs = curve.checked_products(job, asked)
        assert job.bases == kept
        assert (inside, outputs) == checked_products(reference, job, asked)


def test_an_element_off_the_curve_that_nobody_asks_for_is_refused() -> None:
    curve = VectorCurve(CURVE, kinds.suitable()[0])
    with pytest.raises(FormatError):
        curve.checked_products(Products(bases=[CURVE.g, 2], which=[0], exponents=[1]), [0])
    inside, outputs = curve.checked_products(Products(bases=[CURVE.g, 2], which=[0, 1], exponents=[1, 1]), [0, 1])
    assert inside == [True, False]
    assert outputs == [CURVE.g, CURVE.one]


def test_secrets_are_never_given_to_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    for wish in ("", "vector"):
        monkeypatch.setenv(choice.VARIABLE, wish)
        assert choice.engine_for(CURVE, work=10**9, secret=True).name in ("sodium", "python")
        assert choice.engine_for(CURVE, work=10**9).name == "vector"


def test_a_small_job_waits_for_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    monkeypatch.setattr(choice, "_warm", lambda: False)
    assert choice.engine_for(CURVE, work=9_000).name != "vector"
    monkeypatch.setattr(choice, "_warm", lambda: True)
    assert choice.engine_for(CURVE, work=9_000).name == "vector"
