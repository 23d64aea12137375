"""Slices between drawn ones: shapes whose middle is known."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.shape_interpolation import gaps, interpolate_gaps
from hypothesis import given, settings
from hypothesis import strategies as st

SPACING = (1.0, 1.0, 4.0)
ROW, COLUMN = np.mgrid[:60, :64]


def disc(row, column, radius):
    return np.hypot(ROW - row, COLUMN - column) < radius


def stack(**slices):
    volume = np.zeros((9, *ROW.shape), bool)
    for name, plane in slices.items():
        volume[int(name[1:])] = plane
    return volume


def radius_of(plane):
    return np.sqrt(np.count_nonzero(plane) / np.pi)


def test_between_two_discs_lies_the_disc_between_them():
    filled = interpolate_gaps(stack(k2=disc(30, 30, 8), k6=disc(30, 30, 16)), SPACING)
    for k, radius in ((3, 10), (4, 12), (5, 14)):
        assert radius_of(filled[k]) == pytest.approx(radius, abs=0.4)


def test_a_lesion_that_lies_aslant_is_followed():
    filled = interpolate_gaps(stack(k2=disc(15, 14, 6), k4=disc(40, 46, 6)), SPACING)
    rows, columns = np.nonzero(filled[3])
    assert (rows.mean(), columns.mean()) == pytest.approx((27.5, 30), abs=0.6)
    assert radius_of(filled[3]) == pytest.approx(6, abs=0.5)


def test_a_sphere_drawn_in_every_second_slice_is_a_sphere():
    z = np.arange(-4, 5)[:, None, None] * 4.0
    ball = z**2 + (ROW - 30.0) ** 2 + (COLUMN - 32.0) ** 2 < 17**2
    drawn = ball.copy()
    drawn[1::2] = False
    filled = interpolate_gaps(drawn, SPACING)
    inner = slice(1, 8)
    both = 2 * np.count_nonzero(filled[inner] & ball[inner])
    assert both / (np.count_nonzero(filled[inner]) + np.count_nonzero(ball[inner])) > 0.97


def test_a_hole_goes_on_between_two_rings():
    ring = disc(30, 30, 14) & ~disc(30, 30, 6)
    filled = interpolate_gaps(stack(k2=ring, k4=ring), SPACING)
    assert np.array_equal(filled[3], ring)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_drawn_slices_and_what_lies_beyond_them_stay(seed, apart):
    rng = np.random.default_rng(seed)
    planes = [disc(*rng.uniform(20, 40, 2), rng.uniform(3, 15)) for _ in range(2)]
    drawn = stack(k2=planes[0], **{f"k{2 + apart}": planes[1]})
    before = drawn.copy()
    filled = interpolate_gaps(drawn, SPACING)
    assert np.array_equal(drawn, before)
    for k in range(9):
        if not 2 < k < 2 + apart:
            assert np.array_equal(filled[k], drawn[k])
        else:
            assert filled[k].any()
    assert gaps(filled) == []
    # From the other end it is the same.
    assert np.array_equal(interpolate_gaps(drawn[::-1], SPACING)[::-1], filled)


def test_gaps_are_told_with_their_drawn_neighbours():
    volume = stack(k1=disc(30, 30, 4), k2=disc(30, 30, 4), k5=disc(30, 30, 4))
    assert gaps(volume) == [(3, 2, 5), (4, 2, 5)]
    assert gaps(np.zeros_like(volume)) == []


def test_a_wrong_voxel_size_is_refused():
    with pytest.raises(ImageError, match="voxel sizes"):
        interpolate_gaps(stack(k2=disc(30, 30, 8)), (1.0, 0.0, 4.0))
