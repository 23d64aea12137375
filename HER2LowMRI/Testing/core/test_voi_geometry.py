"""The size of a VOI, and what a reader should look at again."""

import numpy as np
import pytest
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.core.voi import bounding_box, describe_voi


def box(shape, *slices):
    voi = np.zeros(shape, bool)
    for s in slices:
        voi[s] = True
    return voi


def test_a_plain_lesion_has_its_volume_and_no_warning():
    geometry = describe_voi(box((10, 30, 40), np.s_[3:7, 10:15, 20:26]), (1.5, 1.5, 4.0))
    assert geometry.voi_voxels == 4 * 5 * 6
    assert geometry.voi_volume_mm3 == pytest.approx(120 * 9.0)
    assert (geometry.voi_slices, geometry.first_slice, geometry.last_slice) == (4, 3, 6)
    assert geometry.empty_inner_slices == ()
    assert geometry.islands == 1
    assert geometry.warnings == ()


def test_a_forgotten_slice_is_named_as_the_reader_counts_from_1():
    geometry = describe_voi(box((10, 30, 40), np.s_[2:4, 5:12, 5:12], np.s_[5:6, 5:12, 5:12]), (1, 1, 1))
    assert geometry.voi_slices == 3
    assert geometry.empty_inner_slices == (4,)
    assert geometry.islands == 2
    assert "slice 5," in geometry.warnings[0].text


def test_parts_that_touch_at_a_corner_are_one():
    assert describe_voi(box((4, 9, 9), np.s_[1, 2:4, 2:4], np.s_[2, 4:6, 4:6]), (1, 1, 1)).islands == 1
    assert describe_voi(box((4, 9, 9), np.s_[1, 2:4, 2:4], np.s_[1, 5:7, 5:7]), (1, 1, 1)).islands == 2


def test_small_and_cut_off_lesions_are_pointed_out():
    tiny = describe_voi(box((4, 9, 9), np.s_[1, 2:4, 2:4]), (1, 1, 1))
    assert any("4 voxels" in w.text for w in tiny.warnings)
    cut = describe_voi(box((4, 9, 9), np.s_[0:4, 3:9, 2:8]), (1, 1, 1))
    assert any(w.code == "at_border" for w in cut.warnings)
    # The first and last slice are not a border: many lesions reach them, and the acquisition plane is complete.
    assert describe_voi(box((4, 9, 9), np.s_[0:4, 3:8, 2:8]), (1, 1, 1)).warnings == ()


def test_an_empty_voi_and_a_voxel_without_size_are_refused():
    with pytest.raises(ImageError, match="VOI is empty"):
        describe_voi(np.zeros((3, 3, 3), bool), (1, 1, 1))
    for spacing in ((1, 1, 0), (1, 1, -1), (1, float("nan"), 1), (1, 1)):
        with pytest.raises(ImageError, match="three positive voxel sizes"):
            describe_voi(np.ones((3, 3, 3), bool), spacing)


def test_the_box_is_the_smallest_one():
    assert bounding_box(box((9, 9, 9), np.s_[2, 3, 4], np.s_[5, 1, 8])) == (
        slice(2, 6),
        slice(1, 4),
        slice(4, 9),
    )
