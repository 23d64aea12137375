"""Phases are aligned to the one before contrast when somebody asks: known motion is found, the same every time."""

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.images.align_phases import align, largest_shift_mm, moved_back
from HER2LowMRILib.images.image_grid import ImageGrid

GRID = ImageGrid(
    (72, 60, 24),
    (1.5, 1.5, 3.0),
    (-54.0, -45.0, -36.0),
    (1.0, 0.0, 0.0, 0.0, 0.9945219, -0.1045285, 0.0, 0.1045285, 0.9945219),
)


def breast(seed=3):
    """Something like a breast: smooth lobules within an ellipsoid, and a lesion."""
    rng = np.random.default_rng(seed)
    noise = sitk.GetImageFromArray(rng.normal(0, 1, GRID.shape).astype(np.float32))
    texture = sitk.GetArrayFromImage(sitk.SmoothingRecursiveGaussian(noise, 2.0))
    k, j, i = np.indices(GRID.shape, sparse=True)
    body = ((k - 12) / 10) ** 2 + ((j - 30) / 24) ** 2 + ((i - 36) / 30) ** 2 < 1
    lesion = ((k - 12) / 2) ** 2 + ((j - 34) / 5) ** 2 + ((i - 28) / 5) ** 2 < 1
    return np.where(body, 300 + 900 * texture, 0).astype(np.float32), body, lesion


def moved(array, transform):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(GRID.spacing_mm)
    image.SetOrigin(GRID.origin_mm)
    image.SetDirection(GRID.direction)
    return sitk.GetArrayFromImage(sitk.Resample(image, image, transform.GetInverse(), sitk.sitkLinear, 0.0))


@pytest.mark.parametrize(
    ("turn", "shift"),
    [((0.03, -0.02, 0.04), (-2.0, 1.0, 2.0)), ((0, 0, 0), (0, 0, 0))],
)
def test_known_motion_is_found_and_undone_although_contrast_came_in_between(turn, shift):
    before, body, lesion = breast()
    after = before + np.where(lesion, 600, 0) + np.where(body, 60, 0)
    truth = sitk.Euler3DTransform((0.0, 0.0, 0.0), *map(float, turn), tuple(map(float, shift)))
    phase = moved(after.astype(np.float32), truth)
    found = align(before, phase, GRID)
    inside = GRID.ijk_to_lps() @ np.array([(36, 30, 12, 1), (20, 24, 8, 1), (50, 36, 16, 1)], float).T
    want = np.array([truth.TransformPoint(place.tolist()) for place in inside[:3].T])
    assert np.abs((np.asarray(found) @ inside)[:3].T - want).max() < 0.5
    assert found == align(before, phase, GRID)
    back = moved_back(phase, GRID, found)
    assert np.abs(back - after)[lesion].mean() < 0.2 * np.abs(after)[lesion].mean()
    assert abs(largest_shift_mm(found, GRID) - np.linalg.norm(want - inside[:3].T, axis=1).max()) < 1.5


def test_a_part_is_aligned_as_the_whole():
    before, _, _ = breast()
    matrix = ((1, 0, 0, 2.0), (0, 1, 0, -1.0), (0, 0, 1, 0.5), (0, 0, 0, 1))
    whole = moved_back(before, GRID, matrix)
    box = (slice(5, 12), slice(20, 41), slice(11, 50))
    assert np.allclose(moved_back(before, GRID, matrix, box), whole[box], atol=1e-3)
    still = np.eye(4).tolist()
    assert np.allclose(moved_back(before, GRID, still), before, atol=1e-3)


def test_what_cannot_be_aligned_is_refused():
    before, _, _ = breast()
    with pytest.raises(ImageError, match="rigid or affine"):
        align(before, before, GRID, "elastic")
    with pytest.raises(ImageError, match="one voxel grid"):
        align(before, before[1:], GRID)
    with pytest.raises(ImageError, match="4 x 4"):
        moved_back(before, GRID, [[1, 2], [3, 4]])
