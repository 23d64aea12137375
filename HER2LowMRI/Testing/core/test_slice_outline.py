"""Lines and voxels of a slice: what lies inside a line, and which sides go around a mask."""

import numpy as np
import pytest
from HER2LowMRILib.core.slice_outline import inside_of_line, sides_of
from hypothesis import given, settings
from hypothesis import strategies as st


def test_a_circle_holds_the_voxels_whose_centres_are_in_it():
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    line = np.stack([20 + 9.3 * np.sin(angle), 24 + 9.3 * np.cos(angle)], axis=1)
    row, column = np.mgrid[:40, :50]
    expected = np.hypot(row - 20, column - 24) < 9.3
    assert np.array_equal(inside_of_line(line, (40, 50)), expected)


def test_a_line_that_leaves_the_image_is_cut_at_its_border():
    inside = inside_of_line([(-5, -5), (-5, 3.5), (2.5, 3.5), (2.5, -5)], (6, 8))
    assert inside[:3, :4].all()
    assert inside.sum() == 12


@pytest.mark.parametrize("line", [[], [(1, 1)], [(1, 1), (4, 4)]])
def test_less_than_a_triangle_holds_nothing(line):
    assert not inside_of_line(line, (6, 6)).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_sides_around_a_mask_close_and_give_the_mask_back(seed):
    mask = np.random.default_rng(seed).random((9, 11)) < 0.5
    sides = sides_of(mask)
    ends: dict = {}
    for side in sides:
        for end in side:
            ends[end] = ends.get(end, 0) + 1
    assert all(count % 2 == 0 for count in ends.values())
    crossed = np.zeros((9, 12), int)
    for (j0, i0), (j1, _i1) in sides:
        if j0 != j1:
            crossed[int(min(j0, j1) + 0.5), int(i0 + 0.5)] += 1
    assert np.array_equal(np.cumsum(crossed, axis=1)[:, :-1] % 2 == 1, mask)
