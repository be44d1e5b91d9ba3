"""Every engine is held to the reference, on random and on hostile input."""

from __future__ import annotations

import hashlib
import random  # noqa: TID251 - seeded, the same numbers in every run

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aydyn.evote import ed25519
from aydyn.evote.ed25519 import IDENTITY, P, Q, add, compress, decompress, times
from aydyn.evote.engines import Engine, Products, choice
from aydyn.evote.engines.python import PythonCurve, PythonField
from aydyn.evote.errors import FormatError
from aydyn.evote.groups import NAMES, by_name

CURVE = by_name("Ed25519")
PACKAGES = {"sodium": "nacl", "gmp": "gmpy2", "vector": "llvmlite"}
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def an_engine(name: str, group_name: str) -> Engine:
    if name in PACKAGES:
        pytest.importorskip(PACKAGES[name], reason=f"{PACKAGES[name]} is not installed: no engine {name}")
    engine = choice._made_or_none(by_name(group_name), name)
    assert engine is not None
    return engine


def a_vector_engine(kind: str) -> Engine:
    pytest.importorskip("llvmlite", reason="llvmlite is not installed: no engine vector")
    from aydyn.evote.engines.vector.engine import VectorCurve
    from aydyn.evote.engines.vector.kinds import suitable

    if kind not in (*suitable(), "ifma-emulated"):
        pytest.skip(f"this processor has not the instructions of {kind}")
    return VectorCurve(CURVE, kind)


@pytest.fixture(params=["sodium", "vector:ifma", "vector:ifma-emulated", "vector:fma", "vector:mul32"])
def curve_engine(request: pytest.FixtureRequest) -> Engine:
    name, _, kind = request.param.partition(":")
    return a_vector_engine(kind) if kind else an_engine(name, "Ed25519")


@pytest.fixture(params=["BELENIOS-2048", "RFC-3526-2048"])
def field_engine(request: pytest.FixtureRequest) -> Engine:
    return an_engine("gmp", request.param)


def small_order_points() -> list[ed25519.Point]:
    """The eight points of order 1, 2, 4 and 8: multiples of the q-fold of a point with a part of order 8."""
    for y in range(2, 100):
        point = decompress(y)
        if point and not ed25519.is_identity(times(torsion := times(point, Q), 4)):
            return [times(torsion, i) for i in range(8)]
    raise AssertionError


TORSION = small_order_points()
GENERATOR = decompress(CURVE.g)
assert GENERATOR
MEMBERS = [compress(times(GENERATOR, k)) for k in (1, 2, Q - 1, 2**200 + 5, 12345678901234567890)]
MIXED = [compress(add(times(GENERATOR, 1000 + i), torsion)) for i, torsion in enumerate(TORSION)]
SMALL = [compress(torsion) for torsion in TORSION]
OFF = [y for y in range(2, 40) if decompress(y) is None]
# y written as p + y for y < 19, with either sign, and x = 0 with the sign bit (all of these are on the curve for the reference)
ODD = [y + P + (sign << 255) for y in range(19) for sign in (0, 1) if decompress(y)] + [
    1 | 1 << 255,
    (P - 1) | 1 << 255,
]
ON = MEMBERS + MIXED + SMALL + ODD

elements = st.sampled_from(ON) | st.integers(1, Q).map(lambda k: compress(times(GENERATOR, k)))
exponents = st.sampled_from([0, 1, 2, Q - 1, Q, 8, 2**252, 2**128 - 1, 0x8888 << 200]) | st.integers(0, Q)


def jobs(elements: st.SearchStrategy[int], q: int, exponents: st.SearchStrategy[int]) -> st.SearchStrategy[Products]:
    @st.composite
    def draw_job(draw: st.DrawFn) -> Products:
        bases = draw(st.lists(elements, max_size=6))
        indices = st.integers(0, len(bases) - 1) if bases else st.nothing()
        sums = draw(st.lists(st.lists(indices, max_size=4) if bases else st.just([]), max_size=3))
        which = draw(st.lists(st.integers(-1, len(bases) + len(sums) - 1), max_size=20))
        fixed = draw(st.lists(elements, max_size=2))
        columns = [[draw(exponents) % q for _ in which] for _ in fixed]
        return Products(fixed, bases, list(sums), which, [draw(exponents) for _ in which], columns)

    return draw_job()


class TestCurve:
    @FEW
    @given(job=jobs(elements, Q, exponents))
    def test_products_are_those_of_the_reference(self, curve_engine: Engine, job: Products) -> None:
        assert curve_engine.products(job) == PythonCurve(CURVE).products(job)

    @FEW
    @given(pairs=st.lists(st.tuples(elements, exponents), max_size=60))
    def test_a_product_of_powers_is_that_of_the_reference(
        self, curve_engine: Engine, pairs: list[tuple[int, int]]
    ) -> None:
        bases, powers = [base for base, _ in pairs], [power for _, power in pairs]
        assert curve_engine.multiexp(bases, powers) == PythonCurve(CURVE).multiexp(bases, powers)

    def test_members_are_those_of_the_reference(self, curve_engine: Engine) -> None:
        asked = ON + OFF
        found = curve_engine.members(asked)
        assert found == PythonCurve(CURVE).members(asked)
        assert all(found[: len(MEMBERS)])
        assert not any(found[-len(OFF) :])
        assert curve_engine.members([]) == []

    def test_every_kind_of_element_with_every_kind_of_exponent(self, curve_engine: Engine) -> None:
        powers = [0, 1, 2, 7, 8, 9, Q - 1, Q, 2**252, 2**251 + 12345]
        job = Products(
            bases=ON, which=[i for i in range(len(ON)) for _ in powers], exponents=[e for _ in ON for e in powers]
        )
        assert curve_engine.products(job) == PythonCurve(CURVE).products(job)

    @pytest.mark.parametrize("exponent", [1, 5])
    def test_an_odd_spelling_of_a_base_is_none_of_an_output(self, curve_engine: Engine, exponent: int) -> None:
        for base in ON:
            alone = Products([base], [], [], [-1], [0], [[exponent]])
            divided = Products(
                [CURVE.g], [base], [[0], [0, 0]], [0, 0, 1, 2], [exponent, 1, 1, 1], [[Q - exponent, 0, 0, 0]]
            )
            for job in (alone, divided):
                assert curve_engine.products(job) == PythonCurve(CURVE).products(job)
            assert curve_engine.multiexp([base], [exponent]) == PythonCurve(CURVE).multiexp([base], [exponent])
        for base in OFF:
            with pytest.raises(FormatError):
                curve_engine.multiexp([base], [exponent])

    def test_many_exponents_of_one_base_and_few_of_others(self, curve_engine: Engine) -> None:
        draw = random.Random(1)
        which = [0] * 30 + [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, -1, -1, 1] + [5] * 9
        job = Products(
            [CURVE.g, MEMBERS[3]],
            MEMBERS,
            [[0, 1, 2]],
            which,
            [draw.randrange(Q + 1) for _ in which],
            [[draw.randrange(Q) for _ in which] for _ in range(2)],
        )
        assert curve_engine.products(job) == PythonCurve(CURVE).products(job)

    @pytest.mark.parametrize("element", OFF[:3])
    def test_an_element_off_the_curve_is_refused(self, curve_engine: Engine, element: int) -> None:
        for job in (
            Products(bases=[CURVE.g, element], which=[1], exponents=[5]),
            Products(bases=[CURVE.g, element], which=[0], exponents=[5]),
            Products(bases=[CURVE.g, element], which=[1], exponents=[0]),
            Products(bases=[element], sums=[[0, 0]], which=[1], exponents=[3]),
            Products(fixed=[element], which=[-1], exponents=[3], fixed_exponents=[[0]]),
        ):
            with pytest.raises(FormatError) as refused:
                curve_engine.products(job)
            assert refused.value.rule == "element-off-curve"
        with pytest.raises(FormatError):
            curve_engine.multiexp([CURVE.g, element], [1, 0])

    def test_a_job_out_of_bounds_is_refused(self, curve_engine: Engine) -> None:
        for job in (
            Products(bases=[CURVE.g], which=[0], exponents=[Q + 1]),
            Products(bases=[CURVE.g], which=[0], exponents=[-1]),
            Products(bases=[CURVE.g], which=[1], exponents=[1]),
            Products(bases=[CURVE.g], which=[0], exponents=[]),
            Products(fixed=[CURVE.g], which=[-1], exponents=[0], fixed_exponents=[[Q]]),
        ):
            with pytest.raises(ValueError, match=r"out of range|no base|unequal"):
                curve_engine.products(job)
        with pytest.raises(ValueError, match="range"):
            curve_engine.multiexp([CURVE.g], [Q + 1])

    def test_nothing_is_the_neutral_element(self, curve_engine: Engine) -> None:
        assert curve_engine.products(Products()) == []
        assert curve_engine.multiexp([], []) == 1
        assert compress(IDENTITY) == 1

    def test_keys_of_rfc_8032(self, curve_engine: Engine) -> None:
        """Section 7.1, tests 1 to 3: the public key of a secret seed."""
        seeds = {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7": "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        }
        scalars = [_clamped(seed) % Q for seed in seeds]
        none = [-1] * len(scalars)
        fixed = Products(fixed=[CURVE.g], which=none, exponents=[0] * len(scalars), fixed_exponents=[scalars])
        free = Products(bases=[CURVE.g], which=[0] * len(scalars), exponents=scalars)
        for job in (fixed, free):
            assert [e.to_bytes(32, "little").hex() for e in curve_engine.products(job)] == list(seeds.values())


def _clamped(seed: str) -> int:
    number = int.from_bytes(hashlib.sha512(bytes.fromhex(seed)).digest()[:32], "little")
    return number & ((1 << 254) - 8) | 1 << 254


class TestField:
    @settings(FEW, max_examples=5)
    @given(data=st.data())
    def test_products_are_those_of_the_reference(self, field_engine: Engine, data: st.DataObject) -> None:
        group = by_name(field_engine.group.name)
        p, q = group.p, group.q  # type: ignore[attr-defined]
        numbers = st.sampled_from([0, 1, p - 1, p, p + 3, group.g]) | st.integers(0, p)
        powers = st.sampled_from([0, 1, q - 1, q]) | st.integers(0, q)
        job = data.draw(jobs(numbers, q, powers))
        assert field_engine.products(job) == PythonField(group).products(job)
        bases = data.draw(st.lists(numbers, min_size=2, max_size=5))
        exponents = [data.draw(powers) for _ in bases]
        assert field_engine.multiexp(bases, exponents) == PythonField(group).multiexp(bases, exponents)

    def test_members_are_those_of_the_reference(self, field_engine: Engine) -> None:
        group = by_name(field_engine.group.name)
        p = group.p  # type: ignore[attr-defined]
        asked = [0, 1, 2, 3, 5, 7, p - 1, p, p + 1, group.g, pow(group.g, 12345, p), -1, p * p + group.g]
        found = field_engine.members(asked)
        assert found == PythonField(group).members(asked)
        assert found[9]
        assert all(isinstance(answer, bool) for answer in found)

    def test_outputs_are_plain_integers(self, field_engine: Engine) -> None:
        group = by_name(field_engine.group.name)
        job = Products([group.g], [group.g], [], [0, -1], [5, 0], [[3, 4]])
        assert {type(output) for output in field_engine.products(job)} == {int}
        assert type(field_engine.multiexp([group.g], [5])) is int


def test_every_group_has_the_reference() -> None:
    for name in NAMES:
        assert choice.available(by_name(name))[0] == "python"
