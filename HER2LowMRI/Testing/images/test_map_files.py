"""Map files: whole or not there, read back to the last bit, and another program's maps only with a known unit.

All maps are synthetic.
"""

import json

import numpy as np
import pytest
import SimpleITK as sitk
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.map_files import read_maps, read_quality, write_maps
from HER2LowMRILib.images.read_map import read_map
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.workflow.case_maps import maps_of_case
from images.vendor_series import B_VALUES, SHAPE, signal

GRID = ImageGrid(SHAPE[::-1], (1.5, 1.25, 4.5), (3.0, -4.0, 5.5), (0, -1, 0, 1, 0, 0, 0, 0, 1))


@pytest.fixture
def maps():
    signals = [signal(b).astype(float) for b in B_VALUES]
    signals[2][1, 2:5, 3] = 0
    signals[0][0, 0, 0] = 4095
    return fit_maps(signals, B_VALUES, (1, 2, 3, 4), FitOptions(saturation=4095, noise_floor=20))


def given(adc, d_app, k_app):
    """Three map files as those of a case."""
    return maps_of_case(CaseImages(adc=adc, d_app=d_app, k_app=k_app)).maps("K")


def test_everything_is_read_back_to_the_last_bit(tmp_path, maps):
    write_maps(maps, GRID, tmp_path / "new" / "folder")
    found, grid = read_maps(tmp_path / "new" / "folder")
    assert grid.same_as(GRID)
    for name in ("adc", "d_app", "k_app", "quality"):
        assert np.array_equal(getattr(found, name), getattr(maps, name), equal_nan=name != "quality")
        assert getattr(found, name).dtype == getattr(maps, name).dtype
    assert found.b_values == maps.b_values
    assert found.averages == maps.averages
    assert found.options == maps.options


def test_a_voxel_that_could_not_be_fitted_is_nan_and_counted(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    found, _ = read_maps(tmp_path)
    assert np.isnan(found.k_app[1, 2:5, 3]).all()
    record = json.loads((tmp_path / "maps.json").read_text())
    assert record["quality"]["not_finite"] == 3
    assert record["quality"]["saturated"] == 1
    assert record["quality"]["total"] == np.prod(SHAPE)


def test_the_map_files_say_what_they_are_and_in_which_unit(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    for name, quantity, unit in (
        ("ADC", "adc", "1e-3 mm2/s"),
        ("D_app", "d_app", "1e-3 mm2/s"),
        ("K_app", "k_app", "1"),
    ):
        image = sitk.ReadImage(str(tmp_path / f"{name}.nrrd"))
        assert image.GetMetaData("HER2LowMRI.quantity") == quantity
        assert image.GetMetaData("HER2LowMRI.unit") == unit


def test_maps_given_as_three_files_are_the_same(tmp_path, maps):
    files = write_maps(maps, GRID, tmp_path)
    found = given(files["adc"], files["d_app"], files["k_app"])
    assert np.array_equal(found.quality, maps.quality)
    for name, values in maps.values.items():
        assert np.array_equal(found.values[name], values, equal_nan=True)


def test_maps_in_the_wrong_order_are_refused(tmp_path, maps):
    files = write_maps(maps, GRID, tmp_path)
    with pytest.raises(ImageError, match="another map"):
        given(files["d_app"], files["adc"], files["k_app"])


@pytest.mark.parametrize("factor", [1e-3, 1e3, 1])
def test_maps_of_another_program_come_to_our_unit(tmp_path, maps, factor):
    for name, array in (("a", maps.adc * factor), ("d", maps.d_app * factor), ("k", maps.k_app)):
        sitk.WriteImage(GRID.to_sitk(array.astype(np.float64)), str(tmp_path / f"{name}.nrrd"))
    found = given(*(tmp_path / f"{name}.nrrd" for name in "adk"))
    assert np.allclose(found.adc, maps.adc, rtol=1e-5, equal_nan=True)
    assert np.allclose(found.d_app, maps.d_app, rtol=1e-5, equal_nan=True)
    assert found.b_values == ()
    lost = np.isnan(maps.d_app)
    assert lost.sum() == 3
    for name in found.values:
        assert not found.valid(name)[lost].any()


def test_voxels_without_a_value_stay_without_one_in_nifti_too(tmp_path, maps):
    """The NIfTI library would replace NaN by 0 on reading, and 0 is a number."""
    for name, array in (("a", maps.adc), ("d", maps.d_app), ("k", maps.k_app)):
        sitk.WriteImage(GRID.to_sitk(array), str(tmp_path / f"{name}.nii.gz"))
    found = given(*(tmp_path / f"{name}.nii.gz" for name in "adk"))
    lost = np.isnan(maps.d_app)
    assert lost.sum() == 3 and np.isnan(found.d_app[lost]).all()
    for name in ("D", "K"):
        assert not found.valid(name)[lost].any()


def test_maps_of_one_folder_on_different_grids_are_refused(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    moved = ImageGrid(GRID.size_ijk, GRID.spacing_mm, (3.0, -4.0, 5.6), GRID.direction)
    sitk.WriteImage(moved.to_sitk(maps.d_app), str(tmp_path / "D_app.nrrd"))
    with pytest.raises(ImageError, match="different grids"):
        read_maps(tmp_path)
    with pytest.raises(ImageError, match="fit quality lies on another grid"):
        read_quality(tmp_path, moved)


def test_maps_of_two_b_values_are_the_adc_alone_and_leave_no_older_ones_beside_it(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    two = fit_maps([signal(b) for b in B_VALUES[:2]], B_VALUES[:2], options=FitOptions(adc_b=B_VALUES[:2]))
    files = write_maps(two, GRID, tmp_path)
    assert sorted(files) == ["adc", "quality", "record"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ADC.nrrd", "fit_quality.nrrd", "maps.json"]
    found, _ = read_maps(tmp_path)
    assert list(found.values) == ["ADC"]
    assert np.array_equal(found.adc, two.adc)


@pytest.mark.parametrize("stated", ["1e-3 mm2/s", "um2/ms", ""])
def test_one_map_is_read_with_its_unit_wherever_that_is_from(tmp_path, maps, stated):
    image = GRID.to_sitk(maps.d_app)
    if stated:
        image.SetMetaData("HER2LowMRI.unit", stated)
    sitk.WriteImage(image, str(tmp_path / "anything.nrrd"))
    found = read_map(tmp_path / "anything.nrrd", STANDARD_MAPS[1])
    assert np.allclose(found.values, maps.d_app, equal_nan=True)
    assert [notice.code for notice in found.notices] == ([] if stated else ["unit_by_size"])


@pytest.mark.parametrize("name", ["ADC.nrrd", "K_app.nrrd"])
def test_a_missing_or_truncated_map_is_refused(tmp_path, maps, name):
    write_maps(maps, GRID, tmp_path)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-40])
    with pytest.raises(ImageError, match="truncated"):
        read_maps(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ImageError, match="is not there"):
        read_maps(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": "her2lowmri.maps/1"}'])
def test_a_damaged_record_is_refused(tmp_path, maps, content):
    write_maps(maps, GRID, tmp_path)
    (tmp_path / "maps.json").write_text(content)
    with pytest.raises(ImageError, match=r"maps\.json"):
        read_maps(tmp_path)


def test_a_record_of_another_version_is_refused(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    text = (tmp_path / "maps.json").read_text().replace("maps/1", "maps/9")
    (tmp_path / "maps.json").write_text(text)
    with pytest.raises(ImageError, match="another version"):
        read_maps(tmp_path)


def test_new_maps_replace_old_ones_whole(tmp_path, maps):
    write_maps(maps, GRID, tmp_path)
    other = fit_maps([signal(b) for b in B_VALUES], B_VALUES)
    write_maps(other, GRID, tmp_path)
    found, _ = read_maps(tmp_path)
    assert np.array_equal(found.adc, other.adc)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "ADC.nrrd",
        "D_app.nrrd",
        "K_app.nrrd",
        "fit_quality.nrrd",
        "maps.json",
    ]
