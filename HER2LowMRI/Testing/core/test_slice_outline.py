"""Lines and voxels of a slice: what lies inside a line, and which sides go around a mask."""

import numpy as np
import pytest
from HER2LowMRILib.core.slice_outline import inside_of_line, is_closed, sides_of, under_line
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


def test_a_line_passes_the_voxels_under_it_without_a_gap_and_leaves_out_what_lies_outside():
    found = under_line([(2, 1), (2, 6), (7, 6)], (9, 9))
    assert np.array_equal(np.argwhere(found), [(2, n) for n in range(1, 7)] + [(n, 6) for n in range(3, 8)])
    aslant = under_line([(0.2, 0.4), (13.7, 22.1)], (15, 24))
    places = np.argwhere(aslant)
    assert np.abs(np.diff(places[:, 1])).max() <= 2
    assert aslant[0, 0]
    assert aslant[14, 22]
    assert under_line([(3.4, 3.6)], (9, 9)).sum() == 1
    assert under_line([(-4, 3), (2, 3)], (9, 9)).sum() == 3
    assert not under_line([], (9, 9)).any()


@pytest.mark.parametrize(
    ("part", "closed"), [(0.05, False), (0.5, False), (0.8, True), (0.95, True), (1.0, True), (1.1, True)]
)
def test_a_line_around_something_is_told_from_one_across_it(part, closed):
    angle = np.linspace(0, 2 * np.pi * part, 60)
    # As long on the screen as in the patient, whatever the voxels.
    line = np.stack([20 + 12 * np.sin(angle), 20 + 6 * np.cos(angle)], axis=1)
    assert is_closed(line, (2.0, 1.0)) == closed
    straight = [(5, 5), (6, 9), (6.5, 14), (8, 22)]
    assert not is_closed(straight, (1.5, 1.5))
    assert not is_closed(straight[:2], (1.5, 1.5))
