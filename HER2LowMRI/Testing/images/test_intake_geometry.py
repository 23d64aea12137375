"""Features do not depend on how the voxels of the images are stored: order and direction of axes, handedness, tilt.

The maps are computed from images stored in another orientation, the VOI stays as it was drawn. Synthetic.
"""

import itertools

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.images.voi_files import read_voi, write_voi
from HER2LowMRILib.workflow.compute_maps import compute_maps
from images.test_voi_files import ORIENTATIONS, reoriented
from images.vendor_series import B_VALUES, SHAPE, signal
from scipy.spatial.transform import Rotation

SPACING = (1.5, 1.25, 4.5)


def native_grid(turn):
    direction = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
    return ImageGrid(SHAPE[::-1], SPACING, (-31.0, 12.5, 70.0), tuple(direction.ravel()))


def lesion():
    k, j, i = np.indices(SHAPE)
    return ((i - 9) / 6) ** 2 + ((j - 11) / 8) ** 2 + ((k - 2) / 1.8) ** 2 < 1


@pytest.fixture(scope="module")
def native():
    """The 21 features with images and VOI in one orientation, straight from the arrays."""
    from HER2LowMRILib.core.diffusion_maps import fit_maps

    maps = fit_maps([signal(b) for b in B_VALUES], B_VALUES)
    return measure_voi(maps, lesion()).values


def features_in(tmp_path, grid, axes, flips):
    """The features when the images are stored with their axes in another order and direction."""
    volumes = []
    for b in B_VALUES:
        other, array = reoriented(grid, signal(b).astype(np.int16), axes, flips)
        volumes.append(other.to_sitk(array))
    sitk.WriteImage(sitk.JoinSeries(volumes), str(tmp_path / "dwi.nii.gz"))
    (tmp_path / "dwi.bval").write_text(" ".join(f"{b:g}" for b in B_VALUES))
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": lesion()}, grid)
    series = read_dwi([tmp_path / "dwi.nii.gz"])
    maps = compute_maps(series).maps
    voi = read_voi(tmp_path / "voi.seg.nrrd", series.grid)
    assert not voi.resampled
    return measure_voi(maps, voi.mask).values


def check(tmp_path, native, turn, axes, flips):
    found = features_in(tmp_path, native_grid(turn), axes, flips)
    assert found.keys() == native.keys() and len(found) == 21
    for name, value in native.items():
        assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-6), name


TILTS = ((0, 0, 0), (12, 0, 0), (0, -25, 8), (31, 17, -40), (180, 3, 91))


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS[::5])
def test_features_are_the_same_in_every_orientation(tmp_path, native, axes, flips):
    check(tmp_path, native, (12, -7, 20), axes, flips)


@pytest.mark.full
@pytest.mark.parametrize("turn", TILTS)
@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_features_are_the_same_in_240_orientations(tmp_path, native, turn, axes, flips):
    check(tmp_path, native, turn, axes, flips)


@pytest.mark.parametrize("step", list(itertools.product((-0.5, 0.5), repeat=3)))
def test_a_voi_half_a_voxel_aside_is_flagged_and_stays_as_large(tmp_path, step):
    grid = native_grid((12, -7, 20))
    # Not quite half: at exactly half a voxel the nearest neighbour is a matter of the last digit.
    aside = np.reshape(grid.direction, (3, 3)) @ (0.98 * np.array(step) * SPACING)
    moved = ImageGrid(grid.size_ijk, grid.spacing_mm, tuple(np.array(grid.origin_mm) + aside), grid.direction)
    write_voi(tmp_path / "voi.seg.nrrd", {"lesion": lesion()}, moved)
    voi = read_voi(tmp_path / "voi.seg.nrrd", grid)
    assert voi.resampled and voi.warnings
    assert np.array_equal(voi.mask, lesion())


def test_a_sheared_image_is_refused(tmp_path):
    image = native_grid((0, 0, 0)).to_sitk(signal(0).astype(np.int16))
    sitk.WriteImage(sitk.JoinSeries([image] * 4), str(tmp_path / "dwi.nrrd"))
    # SimpleITK itself writes no sheared grid: the header is changed afterwards.
    path = tmp_path / "dwi.nrrd"
    text = path.read_bytes()
    header, data = text.split(b"\n\n", 1)
    lines = [
        b"space directions: (1.5,0,0) (0.6,1.25,0) (0,0,4.5) none"
        if line.startswith(b"space directions")
        else line
        for line in header.split(b"\n")
    ]
    path.write_bytes(b"\n".join(lines) + b"\n\n" + data)
    with pytest.raises(ImageError):
        read_dwi([path], b_values=B_VALUES)
