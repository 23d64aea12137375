"""Volumes: the array and its place go into a node and come back unchanged."""

import numpy as np
import pytest
import slicer
import vtk
from HER2LowMRILib.core.errors import ImageError
from HER2LowMRILib.mrml.volumes import add_volume, array_of, grid_of, nodes_of_case, remove_case


def test_array_and_place_survive_the_way_into_a_node_and_back(scene, oblique_grid):
    array = np.random.default_rng(1).normal(size=oblique_grid.shape).astype(np.float32)
    node = add_volume(scene, array, oblique_grid, "ADC", "adc")
    assert np.array_equal(array_of(node), array)
    assert grid_of(node).same_as(oblique_grid)


def test_a_volume_saved_and_loaded_by_slicer_lies_where_the_intake_would_put_it(
    scene, oblique_grid, tmp_path
):
    import SimpleITK

    array = np.arange(np.prod(oblique_grid.shape), dtype=np.float32).reshape(oblique_grid.shape)
    SimpleITK.WriteImage(oblique_grid.to_sitk(array), str(tmp_path / "adc.nrrd"))
    node = slicer.util.loadVolume(str(tmp_path / "adc.nrrd"))
    assert np.array_equal(array_of(node), array)
    assert grid_of(node).same_as(oblique_grid)


def test_a_linear_parent_transform_moves_the_grid(scene, oblique_grid):
    node = add_volume(scene, np.zeros(oblique_grid.shape, np.float32), oblique_grid, "ADC", "adc")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 3, 10.0)  # 10 mm to the right in RAS is -10 mm in LPS
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(matrix)
    node.SetAndObserveTransformNodeID(transform.GetID())
    assert grid_of(node).origin_mm[0] == pytest.approx(oblique_grid.origin_mm[0] - 10.0)


def test_a_volume_under_a_bending_transform_is_refused_in_words(scene, oblique_grid):
    node = add_volume(scene, np.zeros(oblique_grid.shape, np.float32), oblique_grid, "ADC", "adc")
    transform = scene.AddNewNodeByClass("vtkMRMLTransformNode")
    transform.SetAndObserveTransformToParent(vtk.vtkThinPlateSplineTransform())
    node.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(ImageError, match="transform"):
        grid_of(node)


def test_an_empty_volume_is_refused_in_words(scene):
    with pytest.raises(ImageError, match="empty"):
        array_of(scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "nothing"))


def test_a_case_leaves_nothing_behind_in_the_scene(scene, oblique_grid):
    before = {scene.GetNthNode(i).GetID() for i in range(scene.GetNumberOfNodes())}
    for number in range(3):
        add_volume(scene, np.zeros(oblique_grid.shape, np.float32), oblique_grid, f"v{number}", "adc")
    assert len(nodes_of_case(scene)) == 3
    remove_case(scene)
    assert {scene.GetNthNode(i).GetID() for i in range(scene.GetNumberOfNodes())} == before
