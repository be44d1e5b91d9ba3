"""Every output has its place in a lane."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aydyn.evote.engines.vector.schedule import MOST, NO_BASE, PORTION, portions


@given(which=st.lists(st.integers(-1, 12), max_size=400), width=st.sampled_from([4, 8]))
def test_every_output_has_one_place_in_a_lane_of_its_base(which: list[int], width: int) -> None:
    seen = list[int]()
    for portion in portions(which, width):
        assert len(portion.bases) % width == 0
        assert len(portion.places) == portion.count * len(portion.bases)
        for at, place in enumerate(portion.places):
            if place == len(which):
                continue
            block, lane = at // (portion.count * width), at % width
            assert portion.bases[block * width + lane] == which[place]
            assert portion.baseless == (which[place] < 0)
            seen.append(place)
    assert sorted(seen) == list(range(len(which)))


def test_portions_are_bounded_however_large_a_job_is() -> None:
    which = [i // 3 for i in range(30_000)] + [20_000] * 30_000 + [NO_BASE] * 30_000
    for portion in portions(which, 4):
        assert portion.count <= MOST
        assert len(portion.places) <= PORTION


def test_the_exponents_of_a_single_base_are_shared_out_over_the_lanes() -> None:
    (portion,) = portions([5] * 32, 8)
    assert portion.count == 4
    assert portion.bases == [5] * 8
