"""Enhancement against its closed form: subtraction, projection, percent enhancement, SER, fraction, hottest spot."""

import numpy as np
import pytest
from HER2LowMRILib.core.enhancement import (
    early_and_late,
    enhancing_fraction,
    hottest_spot,
    lesion_to_muscle,
    maximum_projection,
    mean_around,
    percent_enhancement,
    signal_enhancement_ratio,
    spot_mask,
    subtraction,
    time_intensity_curve,
)
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.voi_diameter import longest_diameter_mm, longest_in_plane_diameter_mm


def test_a_subtraction_keeps_its_sign_and_every_number():
    pre = np.array([[[0, 1000, 65535, 5]]], np.uint16)
    post = np.array([[[4000, 400, 0, 5]]], np.uint16)
    assert subtraction(post, pre).tolist() == [[[4000, -600, -65535, 0]]]
    small = subtraction(post[..., :2], pre[..., :2])
    assert small.dtype == np.int16
    assert subtraction(post.astype(np.float32), pre).dtype == np.float32


def test_phases_on_other_grids_are_refused():
    with pytest.raises(ImageError, match="one voxel grid"):
        subtraction(np.zeros((1, 2, 3)), np.zeros((1, 2, 2)))


def test_a_projection_takes_the_brightest_and_passes_over_what_is_no_number():
    volume = np.array([[[1.0, np.nan]], [[-3.0, np.nan]], [[2.0, np.nan]]])
    found = maximum_projection(volume)
    assert found[0, 0] == 2.0
    assert np.isnan(found[0, 1])


def test_percent_enhancement_and_ser_are_those_of_the_curve():
    """S(t) = S0 (1 + A (1 - exp(-a t)) exp(-w t)), voxel by voxel with its own A, a, w."""
    rng = np.random.default_rng(5)
    shape = (6, 20, 30)
    s0 = rng.uniform(50, 900, shape)
    amplitude, rise, wash = (
        rng.uniform(0.1, 3, shape),
        rng.uniform(0.01, 0.1, shape),
        rng.uniform(0, 0.004, shape),
    )

    def relative(t: float) -> np.ndarray:
        return amplitude * (1 - np.exp(-rise * t)) * np.exp(-wash * t)

    early, late = s0 * (1 + relative(90)), s0 * (1 + relative(420))
    assert np.allclose(percent_enhancement(s0, early), 100 * relative(90), rtol=0, atol=1e-9)
    assert np.allclose(
        signal_enhancement_ratio(s0, early, late), relative(90) / relative(420), rtol=1e-9, atol=1e-9
    )


def test_where_there_is_nothing_to_divide_by_there_is_no_value():
    s0 = np.array([0.0, -5.0, 10.0, 100.0, np.nan, 100.0])
    s = np.array([5.0, 5.0, 20.0, 150.0, 5.0, np.inf])
    found = percent_enhancement(s0, s, floor=20.0)
    assert np.isnan(found).sum() == 5
    assert found[3] == 50.0
    ratio = signal_enhancement_ratio(
        np.full(4, 100.0), np.array([150.0] * 4), np.array([100.0, 90.0, 125.0, np.nan])
    )
    assert np.isnan(ratio).tolist() == [True, True, False, True]
    assert ratio[2] == 2.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([0, 90, 180, 270, 360, 450], (2, 5)),  # middles 45, 135, 225, 315, 405
        ([0, 60, 120, 180, 240, 300], (2, 5)),  # 30, 90, 150, 210, 270: 150 is the third
        ([0, 120, 270, 420, 570], (1, 4)),
        ([0, 60, 120], (1, 2)),
    ],
)
def test_early_and_late_phases_lie_near_150_and_450_s(times: list[float], expected: tuple[int, int]):
    middles = np.array(times) - times[1] + np.median(np.diff(times[1:])) / 2
    early, late = early_and_late(times)
    if (early, late) != expected:
        assert early == 1 + int(np.argmin(np.abs(middles[1:] - 150)))
        assert late == 1 + int(np.argmin(np.abs(middles[1:] - 450)))
    assert 1 <= early < late < len(times)


def test_the_enhancing_fraction_counts_what_enhances_and_has_company():
    before = np.full((3, 12, 12), 100.0)
    early, late = before.copy(), before * 1.5
    voi = np.zeros(before.shape, bool)
    voi[1, 2:10, 2:10] = True
    early[1, 2:6, 2:10] = 180.0  # 32 of 64 voxels by 80 %
    early[1, 9, 9] = 200.0  # alone
    found = enhancing_fraction(before, early, late, voi)
    # All 8 neighbours counted by hand: the four corners of the block have 3.
    assert (found.voxels, found.judged) == (28, 64)
    assert found.fraction == 28 / 64
    assert found.ser == pytest.approx(80 / 50, abs=1e-9)
    assert np.isnan(enhancing_fraction(before, early, late, np.zeros_like(voi)).fraction)


def test_the_hottest_spot_lies_within_the_voi():
    rng = np.random.default_rng(3)
    enhancement = rng.uniform(0, 50, (5, 30, 30))
    enhancement[2, 10:13, 20:23] = 150.0
    enhancement[3, 5, 5] = 5000.0  # a vessel outside
    enhancement[2, 14, 14] = np.nan
    voi = np.zeros(enhancement.shape, bool)
    voi[1:4, 8:18, 12:26] = True
    found = hottest_spot(enhancement, voi)
    assert found.centre == (2, 11, 21)
    assert found.enhancement == 150.0
    assert found.voxels == 9
    assert spot_mask(found.centre, voi.shape).sum() == 9
    curve = time_intensity_curve([np.full(voi.shape, 100.0), enhancement], spot_mask(found.centre, voi.shape))
    assert curve == (100.0, 150.0)


def test_a_voi_too_small_for_a_spot_gives_what_there_is_or_nothing():
    enhancement = np.arange(27, dtype=float).reshape(3, 3, 3)
    voi = np.zeros((3, 3, 3), bool)
    voi[1, 1, :] = True
    assert hottest_spot(enhancement, voi).centre == (1, 1, 1)
    assert hottest_spot(enhancement, voi).voxels == 3
    voi[1, 1, 0] = False
    assert hottest_spot(enhancement, voi) is None


def test_the_t2_ratio_is_that_of_two_marks():
    volume = np.full((4, 40, 40), 100.0)
    j, i = np.ogrid[:40, :40]
    volume[2][np.hypot(j - 10, i - 12) <= 5] = 450.0
    spacing = (0.8, 0.8, 3.0)
    lesion = mean_around(volume, (2, 10, 12), 3.0, spacing)
    muscle = mean_around(volume, (2, 30, 30), 3.0, spacing)
    assert lesion_to_muscle(lesion, muscle) == pytest.approx(4.5, abs=1e-9)
    assert np.isnan(lesion_to_muscle(100.0, 0.0))
    assert np.isnan(mean_around(volume, (9, 10, 12), 3.0, spacing))


def test_the_longest_diameter_is_that_of_the_drawn_shape():
    voi = np.zeros((9, 60, 60), bool)
    voi[4, 30, 10:40] = True
    assert longest_diameter_mm(voi, (0.7, 0.9, 3.0)) == pytest.approx(30 * 0.7, abs=1e-9)
    assert longest_in_plane_diameter_mm(voi, (0.7, 0.9, 3.0)) == pytest.approx(30 * 0.7, abs=1e-9)
    k, j, i = np.ogrid[:9, :60, :60]
    voi = np.hypot((j - 30) * 0.5, (i - 30) * 0.5) + 0 * k <= 12.0
    assert longest_in_plane_diameter_mm(voi, (0.5, 0.5, 3.0)) == pytest.approx(24.0, abs=0.55)
    assert longest_diameter_mm(voi, (0.5, 0.5, 3.0)) == pytest.approx(np.hypot(24.0, 9 * 3.0), abs=1.0)
    assert np.isnan(longest_diameter_mm(np.zeros((2, 2, 2), bool), (1, 1, 1)))
