"""The VOI: what is drawn in the Segment Editor is what is measured, voxel by voxel."""

import numpy as np
import pytest
import slicer
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.mrml.voi_segmentation import (
    COLOURS,
    SIDE_COLOURS,
    SIDES,
    add_sides,
    add_voi,
    edges_of_sides,
    mask_of,
    masks_of,
    set_mask,
)
from HER2LowMRILib.mrml.volumes import add_volume, grid_of


def case(scene, grid, masks=None):
    adc = add_volume(scene, np.zeros(grid.shape, np.float32), grid, "C-001 ADC", "adc")
    return adc, add_voi(scene, adc, masks or {}, "C-001")


def blob(grid, seed):
    return np.random.default_rng(seed).random(grid.shape) > 0.6


def test_masks_come_back_voxel_by_voxel_on_a_tilted_grid(scene, oblique_grid):
    lesion, necrosis = blob(oblique_grid, 1), blob(oblique_grid, 2)
    _, voi = case(scene, oblique_grid, {"lesion": lesion, "necrosis": necrosis})
    drawn = masks_of(voi, oblique_grid)
    assert set(drawn) == {"lesion", "necrosis"}
    assert np.array_equal(drawn["lesion"], lesion)
    assert np.array_equal(drawn["necrosis"], necrosis)


def test_our_reading_of_a_segment_equals_slicers_own(scene, oblique_grid):
    adc, voi = case(scene, oblique_grid)
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        blob(oblique_grid, 3).astype(np.uint8), voi, "lesion", adc
    )
    slicer.util.updateSegmentBinaryLabelmapFromArray(blob(oblique_grid, 4).astype(np.uint8), voi, "cyst", adc)
    for name in ("lesion", "cyst", "vessel"):
        theirs = slicer.util.arrayFromSegmentBinaryLabelmap(voi, name, adc)
        ours = mask_of(voi, name, oblique_grid)
        assert np.array_equal(ours, theirs.astype(bool) if theirs is not None else np.zeros_like(ours)), name


def test_a_cropped_labelmap_is_read_at_its_place(scene, oblique_grid):
    mask = np.zeros(oblique_grid.shape, bool)
    mask[2:4, 3:5, 4:7] = True
    _, voi = case(scene, oblique_grid, {"lesion": mask})
    voi.GetSegmentation().CollapseBinaryLabelmaps(True)
    image = voi.GetSegmentation().GetSegment("lesion").GetRepresentation("Binary labelmap")
    slicer.vtkSegmentationConverterFactory  # noqa: B018  (the segmentation core is loaded)
    extent = [0] * 6
    slicer.vtkOrientedImageDataResample.CalculateEffectiveExtent(image, extent)
    cropped = slicer.vtkOrientedImageData()
    slicer.vtkOrientedImageDataResample.CopyImage(image, cropped, extent)
    image.DeepCopy(cropped)
    assert image.GetDimensions() == (3, 2, 2)
    assert np.array_equal(mask_of(voi, "lesion", oblique_grid), mask)


def test_a_labelmap_on_finer_voxels_is_resampled_to_the_map(scene):
    grid = ImageGrid((8, 8, 4), (2.0, 2.0, 4.0))
    fine = ImageGrid((16, 16, 8), (1.0, 1.0, 2.0), (-0.5, -0.5, -1.0))
    _, voi = case(scene, grid)
    coarse_mask = np.zeros(grid.shape, bool)
    coarse_mask[1:3, 2:5, 3:6] = True
    set_mask(voi, "lesion", np.kron(coarse_mask, np.ones((2, 2, 2), bool)).astype(bool), fine)
    assert np.array_equal(mask_of(voi, "lesion", grid), coarse_mask)


def test_segments_may_overlap_so_that_an_exclusion_never_eats_the_lesion(scene, oblique_grid):
    lesion = np.ones(oblique_grid.shape, bool)
    necrosis = blob(oblique_grid, 5)
    _, voi = case(scene, oblique_grid, {"lesion": lesion})
    set_mask(voi, "necrosis", necrosis, oblique_grid)
    assert masks_of(voi, oblique_grid)["lesion"].all()


def test_the_grid_is_pinned_to_the_adc_map(scene, oblique_grid):
    adc, voi = case(scene, oblique_grid)
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    assert voi.GetNodeReference(role) is adc
    assert grid_of(adc).same_as(oblique_grid)


def test_every_standing_segment_is_there_and_has_the_same_colour_in_every_case(scene, oblique_grid):
    _, voi = case(scene, oblique_grid)
    for name, colour in COLOURS.items():
        assert voi.GetSegmentation().GetSegment(name).GetColor() == colour


def test_nothing_drawn_is_an_empty_answer(scene, oblique_grid):
    _, voi = case(scene, oblique_grid)
    assert masks_of(voi, oblique_grid) == {}
    assert not mask_of(voi, "lesion", oblique_grid).any()


@pytest.mark.parametrize("drew", ["", "A", "B", "AB", "AC", "ABC", "ABCDEFGH"])
def test_each_side_is_shown_in_a_colour_of_its_own_whoever_drew_nothing(scene, oblique_grid, drew):
    adc, _ = case(scene, oblique_grid)
    masks = {f"side {letter}": blob(oblique_grid, ord(letter)) for letter in drew}
    node = add_sides(scene, adc, masks, "C-001")
    drawn = masks_of(node, oblique_grid)
    assert set(drawn) == set(masks)
    for side, mask in masks.items():
        np.testing.assert_array_equal(drawn[side], mask)
        assert node.GetSegmentation().GetSegment(side).GetColor() == SIDE_COLOURS[SIDES.index(side)]
    assert len(edges_of_sides(node)) == max(2, "ABCDEFGH".find(drew[-1:]) + 1)
    assert len(set(SIDE_COLOURS)) == len(SIDES) == 8
