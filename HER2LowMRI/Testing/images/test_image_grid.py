"""The voxel grid: equal only where every corner is, and refused where it has no place in the patient."""

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.image_grid import ImageGrid

GRID = ImageGrid((20, 18, 10), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0))


def test_positions_are_those_of_simpleitk():
    turn = np.radians(33)
    direction = (np.cos(turn), 0.0, np.sin(turn), 0.0, -1.0, 0.0, -np.sin(turn), 0.0, np.cos(turn))
    grid = ImageGrid((20, 18, 10), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0), direction)
    image = grid.to_sitk(np.zeros(grid.shape, np.float32))
    assert ImageGrid.from_sitk(image) == grid
    for ijk in ((0, 0, 0), (19, 17, 9), (3, 8, 2)):
        assert np.allclose(grid.ijk_to_lps() @ (*ijk, 1), (*image.TransformIndexToPhysicalPoint(ijk), 1))
    assert np.allclose(grid.corners_mm()[-1], image.TransformIndexToPhysicalPoint((19, 17, 9)))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (ImageGrid((20, 18, 10), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0005)), True),
        (ImageGrid((20, 18, 10), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.002)), False),
        (ImageGrid((20, 18, 10), (1.5, 2.0, 4.001), (-31.0, 12.5, 70.0)), False),
        (ImageGrid((20, 18, 11), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0)), False),
        (ImageGrid((20, 18, 10), (1.5, 2.0, 4.0), (-31.0, 12.5, 70.0), (1, 0, 0, 0, 1, 0, 0, 0, -1)), False),
    ],
)
def test_grids_are_the_same_within_a_micron_at_every_corner(other, same):
    assert GRID.same_as(other) is same
    assert other.same_as(GRID) is same


def test_a_tiny_turn_shows_at_the_far_corner():
    turn = 1e-4
    turned = ImageGrid(
        (200, 200, 40),
        (1.0, 1.0, 4.0),
        (0, 0, 0),
        (np.cos(turn), -np.sin(turn), 0, np.sin(turn), np.cos(turn), 0, 0, 0, 1),
    )
    assert not turned.same_as(ImageGrid((200, 200, 40), (1.0, 1.0, 4.0)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"spacing_mm": (0.0, 1.0, 1.0)},
        {"spacing_mm": (-1.0, 1.0, 1.0)},
        {"spacing_mm": (float("nan"), 1.0, 1.0)},
        {"origin_mm": (float("inf"), 0.0, 0.0)},
        {"size_ijk": (0, 5, 5)},
        {"direction": (1.0, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)},
        {"direction": (2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)},
    ],
)
def test_a_grid_without_a_place_is_refused(wrong):
    with pytest.raises(ImageError):
        ImageGrid(**{"size_ijk": (5, 5, 5), "spacing_mm": (1.0, 1.0, 1.0), **wrong})


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ImageError, match="does not fit"):
        GRID.to_sitk(np.zeros((20, 18, 10)))


def test_a_slice_is_no_volume():
    with pytest.raises(ImageError, match="not a volume"):
        ImageGrid.from_sitk(sitk.Image(5, 5, sitk.sitkUInt8))
