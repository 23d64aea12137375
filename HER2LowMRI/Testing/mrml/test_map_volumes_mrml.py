"""Maps in the scene: fixed windows, units, scalar bars, and the numbers as they were computed."""

from dataclasses import replace

import numpy as np
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_spec import STANDARD_MAPS
from HER2LowMRILib.mrml.map_volumes import add_maps, maps_in_scene
from HER2LowMRILib.mrml.volumes import remove_case
from slicer_session import colours


def fitted(grid):
    b_values = (0.0, 800.0, 1400.0, 2000.0)
    d = np.random.default_rng(2).uniform(0.6, 1.6, grid.shape)
    signals = [1000 * np.exp(-b / 1000 * d + (b / 1000 * d) ** 2 * 0.9 / 6) for b in b_values]
    return fit_maps(signals, b_values)


def in_scene(nodes):
    (group,) = maps_in_scene(nodes)
    return group.maps


def test_maps_of_the_scene_are_the_computed_numbers_whatever_is_written_there_later(scene, oblique_grid):
    maps = fitted(oblique_grid)
    nodes = add_maps(scene, maps, oblique_grid, "C-001")
    shown = in_scene(nodes)
    assert np.array_equal(shown.adc, maps.adc)
    assert np.array_equal(shown.k_app, maps.k_app)
    assert np.array_equal(shown.quality, maps.quality)
    nodes["adc"].GetImageData().GetPointData().GetScalars().SetValue(0, 7.0)
    assert shown.adc.reshape(-1)[0] == maps.adc.reshape(-1)[0]


def test_no_feature_sees_that_the_scene_holds_no_absurd_values(scene, oblique_grid):
    rng = np.random.default_rng(4)
    b_values = (0.0, 800.0, 1400.0, 2000.0)
    signals = [rng.uniform(1, 50, oblique_grid.shape) for _ in b_values]
    signals[0][0, 0, :3] = (0.0, np.nan, 30.0)
    maps = fit_maps(signals, b_values)
    assert np.nanmax(np.abs(maps.k_app)) > 1000
    shown = in_scene(add_maps(scene, maps, oblique_grid, ""))
    assert np.nanmax(np.abs(shown.k_app)) <= 10
    voi = np.ones(oblique_grid.shape, bool)
    assert measure_voi(shown, voi) == measure_voi(maps, voi)
    without = replace(shown, quality=None)
    assert measure_voi(without, voi) == measure_voi(replace(maps, quality=None), voi)


def test_each_map_says_its_unit_and_has_the_same_window_in_every_case(scene, oblique_grid):
    colours.add_file_colours()
    nodes = add_maps(scene, fitted(oblique_grid), oblique_grid, "C-001")
    for display in STANDARD_MAPS:
        node = nodes[display.role]
        shown = node.GetDisplayNode()
        assert shown.GetWindowLevelMin() == display.window[0]
        assert shown.GetWindowLevelMax() == display.window[1]
        assert shown.GetColorNode().GetName() == display.colour
        assert not shown.GetInterpolate()
        assert node.GetVoxelValueQuantity().GetCodeValue() == display.quantity.value
    assert nodes["adc"].GetVoxelValueUnits().GetCodeValue() == "um2/ms"


def test_a_colour_table_that_is_absent_falls_back_to_grey(scene, oblique_grid):
    nodes = add_maps(scene, fitted(oblique_grid), oblique_grid, "")
    assert nodes["d_app"].GetDisplayNode().GetColorNodeID() == "vtkMRMLColorTableNodeGrey"


def test_scalar_bars_go_with_their_case(scene, oblique_grid):
    before = scene.GetNumberOfNodes()
    add_maps(scene, fitted(oblique_grid), oblique_grid, "C-001")
    assert scene.GetNumberOfNodesByClass("vtkMRMLColorLegendDisplayNode") == 3
    remove_case(scene)
    assert scene.GetNumberOfNodes() == before
