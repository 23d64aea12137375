"""The small region on the darkest part, and the five levels of the EUSOBI consensus.

Levels: Baltzer et al., Eur Radiol 2020;30:1436, doi:10.1007/s00330-019-06510-3.
"""

import math

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.eusobi_region import darkest_region, level_of, region_at
from hypothesis import given, settings
from hypothesis import strategies as st

SPACING = (1.5, 1.5, 4.0)
SLICE, ROW, COLUMN = np.mgrid[:7, :40, :44]
LESION = ((SLICE - 3) * 4 / 1.5) ** 2 + (ROW - 20) ** 2 + (COLUMN - 22) ** 2 < 11**2


def adc(seed=0, noise=0.0):
    return np.where(LESION, 1.2, 1.8) + np.random.default_rng(seed).normal(0, noise, LESION.shape)


def darken(plane, k, j, i, value):
    plane[k, j - 1 : j + 2, i - 1 : i + 2] = value
    return plane


@pytest.mark.parametrize(
    ("mean", "level"),
    [
        (0.5, "very_low"),
        (0.9, "very_low"),
        (0.9001, "low"),
        (1.3, "low"),
        (1.5, "intermediate"),
        (1.7, "intermediate"),
        (2.1, "high"),
        (2.2, "very_high"),
    ],
)
def test_the_levels_are_those_of_the_consensus(mean, level):
    assert level_of(mean) == level


def test_the_darkest_place_inside_the_lesion_is_found():
    found = darkest_region(darken(adc(), 4, 22, 25, 0.6), LESION, SPACING)
    assert found.centre == (4, 22, 25)
    assert found.mean == pytest.approx(0.6)
    assert (found.voxels, found.diameter_mm, found.level) == (9, 5.0, "very_low")


def test_dark_voxels_at_the_edge_or_left_out_or_unusable_do_not_count():
    image = darken(adc(), 4, 22, 25, 0.6)
    edge = LESION & ~np.roll(LESION, -1, axis=2)
    image[edge] = 0.1
    assert darkest_region(image, LESION, SPACING).centre == (4, 22, 25)
    image = darken(image, 3, 18, 22, 0.2)
    left_out = LESION.copy()
    left_out[3, 17:20, 21:24] = False
    assert darkest_region(image, left_out, SPACING).centre == (4, 22, 25)
    usable = np.ones(LESION.shape, bool)
    usable[3, 18, 22] = False
    found = darkest_region(image, LESION, SPACING, usable)
    assert not found.mask(LESION.shape, SPACING)[3, 18, 22]
    image[4, 22, 25] = math.nan
    assert not darkest_region(image, LESION, SPACING).mask(LESION.shape, SPACING)[4, 22, 25]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(1.5, 1.5, 4.0), (0.9, 1.2, 3.0), (2.0, 2.0, 5.0)]))
def test_no_other_disc_of_that_size_is_darker(seed, spacing):
    image = adc(seed, 0.25)
    found = darkest_region(image, LESION, spacing)
    inside = found.mask(LESION.shape, spacing)
    assert inside.sum() == found.voxels >= 3
    assert image[inside].mean() == pytest.approx(found.mean)
    k, j, i = found.centre
    core = (
        LESION
        & np.roll(LESION, 1, 1)
        & np.roll(LESION, -1, 1)
        & np.roll(LESION, 1, 2)
        & np.roll(LESION, -1, 2)
    )
    for centre in np.argwhere(core):
        shift = centre - (k, j, i)
        other = np.roll(inside, shift, (0, 1, 2))
        if not (other & ~core).any():
            assert image[other].mean() >= found.mean - 1e-9


def test_a_small_lesion_takes_a_smaller_disc_and_a_speck_none():
    small = np.zeros(LESION.shape, bool)
    small[3] = np.hypot(ROW[3] - 20, COLUMN[3] - 22) <= 2
    image = adc()
    assert darkest_region(image, small, SPACING).diameter_mm == 4.0
    speck = np.zeros(LESION.shape, bool)
    speck[3, 20:22, 20:22] = True
    assert darkest_region(image, speck, SPACING) is None


def test_a_region_that_the_reader_moved_is_measured_where_it_is():
    image = darken(adc(), 3, 16, 20, 2.3)
    moved = region_at(image, (3, 16, 20), 5.0, SPACING)
    assert (moved.mean, moved.level) == (pytest.approx(2.3), "very_high")
    for outside in ((3, 0, 20), (9, 20, 20), (3, 20, 43)):
        with pytest.raises(ImageError, match="Move it further into the lesion"):
            region_at(image, outside, 5.0, SPACING)


def test_no_level_without_a_number_and_no_region_without_a_voi():
    with pytest.raises(ImageError, match="an ADC"):
        level_of(math.nan)
    with pytest.raises(ImageError, match="empty"):
        darkest_region(adc(), np.zeros(LESION.shape, bool), SPACING)
    with pytest.raises(ImageError, match="same voxels"):
        darkest_region(adc(), LESION[:, :-1], SPACING)
