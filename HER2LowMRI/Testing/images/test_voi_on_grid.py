"""A VOI on other voxels: the same voxels are found whoever asks, and nothing is lost silently."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.voi_on_grid import carry_over

COARSE = ImageGrid((8, 8, 4), (2.0, 2.0, 4.0))
FINE = ImageGrid((16, 16, 4), (1.0, 1.0, 4.0), (-0.5, -0.5, 0.0))


def block():
    mask = np.zeros(COARSE.shape, bool)
    mask[1:3, 2:5, 3:6] = True
    return mask


def test_halved_voxels_hold_the_same_volume_there_and_back():
    fine, resampled = carry_over(block(), COARSE, FINE)
    assert resampled
    assert np.array_equal(fine, np.kron(block(), np.ones((1, 2, 2), bool)))
    back, _ = carry_over(fine, FINE, COARSE)
    assert np.array_equal(back, block())


def test_the_same_voxels_are_not_touched():
    mask = block()
    placed, resampled = carry_over(mask, COARSE, COARSE)
    assert placed is mask
    assert not resampled


def test_every_voxel_goes_where_its_centre_lies():
    """The rule itself, voxel by voxel, on two oblique grids."""
    angle = 0.3
    direction = (np.cos(angle), -np.sin(angle), 0.0, np.sin(angle), np.cos(angle), 0.0, 0.0, 0.0, 1.0)
    tilted = ImageGrid((30, 28, 9), (0.9, 1.1, 1.7), (-3.0, -5.0, -1.0), direction)
    mask = block()
    placed, _ = carry_over(mask, COARSE, tilted)
    to_coarse = np.linalg.inv(COARSE.ijk_to_lps()) @ tilted.ijk_to_lps()
    for k, j, i in np.ndindex(tilted.shape):
        at = np.floor(to_coarse[:3, :3] @ (i, j, k) + to_coarse[:3, 3] + 0.5).astype(int)[::-1]
        inside = ((at >= 0) & (at < mask.shape)).all()
        assert placed[k, j, i] == (inside and mask[tuple(at)])
    assert placed.sum() > 100


def test_a_voi_that_reaches_out_of_the_map_is_refused():
    mask = np.zeros(FINE.shape, bool)
    mask[1, 2, 2] = mask[1, 15, 15] = True
    small = ImageGrid((5, 5, 4), (2.0, 2.0, 4.0))
    with pytest.raises(ImageError, match=r"outside the map: .*1 of 2 voxels outside"):
        carry_over(mask, FINE, small)


def test_a_voi_smaller_than_a_voxel_is_refused():
    mask = np.zeros(FINE.shape, bool)
    mask[1, 2, 2] = True
    thick = ImageGrid((2, 2, 2), (8.0, 8.0, 8.0), (5.0, 5.0, 4.0))
    with pytest.raises(ImageError, match=r"outside the map|empty"):
        carry_over(mask, FINE, thick)
