"""What the four views show of a case."""

from xml.etree import ElementTree

import pytest
import slicer
from HER2LowMRILib.mrml.reading_layout import PLOTS, SLICES, description
from PySide6.QtWidgets import QWidget

ADC = {"ADC 1e-3 mm²/s": (0.0, 3.0)}
D_APP = {"D_app 1e-3 mm²/s": (0.0, 3.0)}
K_APP = {"K_app": (0.0, 1.5)}


def bars():
    """The scalar bars that are drawn in each view of the reading layout."""
    manager = slicer.app.layoutManager()
    return [manager.sliceWidget(name).scalar_bars() for name in SLICES]


def test_each_map_has_its_scalar_bar_with_unit_and_range_in_the_first_and_every_further_case(person, study):
    person.enters("r1")
    person.opens_next_case()
    assert bars() == [ADC, D_APP, K_APP, {}]
    person.panel.open_neighbour(1)
    assert bars() == [ADC, D_APP, K_APP, {}]


def test_scalar_bars_are_there_after_another_module_and_after_a_scene_was_loaded(person, study, tmp_path):
    person.enters("r1")
    person.opens_next_case()
    person.session.exit()
    person.session.enter()
    assert bars() == [ADC, D_APP, K_APP, {}]
    scene = str(tmp_path / "case.mrb")
    assert slicer.util.saveScene(scene)
    person.session.close_scene()
    slicer.util.loadScene(scene)
    person.session.wait_for_scene()
    assert bars() == [ADC, D_APP, K_APP, {}]


def test_the_scales_can_be_taken_off_a_lesion(person, study):
    person.enters("r1")
    person.opens_next_case()
    check = person.page("voi").scaleCheck
    person.clicks(check)
    assert bars() == [{}, {}, {}, {}]
    person.panel.open_neighbour(1)
    assert bars() == [{}, {}, {}, {}]
    person.clicks(check)
    assert bars() == [ADC, D_APP, K_APP, {}]


def test_the_same_place_is_marked_in_all_views_while_the_module_is_shown(person, study):
    node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    node.SetCrosshairMode(node.NoCrosshair)
    person.enters("r1")
    person.opens_next_case()
    assert node.GetCrosshairMode() == node.ShowSmallBasic
    node.SetCrosshairMode(node.NoCrosshair)
    person.panel.open_neighbour(1)
    assert node.GetCrosshairMode() == node.NoCrosshair, "a reader took it away"
    person.session.exit()
    person.session.enter()
    assert node.GetCrosshairMode() == node.ShowSmallBasic
    person.session.exit()
    assert node.GetCrosshairMode() == node.NoCrosshair
    node.SetCrosshairMode(node.ShowIntersection)
    person.session.enter()
    person.session.exit()
    assert node.GetCrosshairMode() == node.ShowIntersection, "the user's own"


def test_a_case_without_a_drawing_says_how_to_draw(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    label = person.page("voi").measureLabel
    assert label.text.startswith("Draw around the lesion")
    person.reads_case()
    person.panel.open_case(case_id)
    assert "Press 1" not in label.text


def has_curves(tag):
    view = slicer.mrmlScene.GetSingletonNode(tag, "vtkMRMLPlotViewNode")
    chart = slicer.mrmlScene.GetNodeByID(view.GetPlotChartNodeID() or "")
    return chart is not None and chart.GetNumberOfPlotSeriesNodes() > 0


def test_the_plots_beside_the_views_follow_a_stroke_whatever_page_is_up(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    person.panel.go_to("descriptors")
    for tag in PLOTS:
        person.session.wait(lambda tag=tag: has_curves(tag))


def test_views_that_became_narrower_keep_in_sight_what_was_in_sight(person, study):
    person.enters("r1")
    person.opens_next_case()
    view = slicer.mrmlScene.GetSingletonNode(SLICES[0], "vtkMRMLSliceNode")
    before = view.GetFieldOfView()
    logic = slicer.app.layoutManager().sliceWidget(SLICES[0]).sliceLogic()
    person.draws()
    person.panel.go_to("descriptors")
    # As Slicer does with a view that gets less room: voxels stay as large, the rest is cut off.
    logic.ResizeSliceNode(250, 400)
    assert view.GetFieldOfView()[0] < before[0]
    person.session.wait(lambda: view.GetFieldOfView()[0] >= before[0] - 1e-6)
    width, height, _depth = view.GetFieldOfView()
    assert width / 250 == pytest.approx(height / 400)


@pytest.mark.parametrize("wide", [False, True])
def test_views_stand_in_one_grid_so_that_their_columns_line_up(wide):
    layout = ElementTree.fromstring(description(plots=False, wide=wide))
    assert layout.get("type") == "grid"
    columns = 3 if wide else 2
    assert [(item.get("row"), item.get("column")) for item in layout] == [
        (str(row), str(column)) for row in range(2) for column in range(columns)
    ]


def test_columns_and_rows_of_the_views_are_as_large_as_each_other_in_every_layout(person, study):
    person.enters("r1")
    person.opens_next_case()
    for with_plots in (False, True):
        if with_plots:
            person.draws()
            person.panel.go_to("descriptors")
        grid = slicer.app.layoutManager().sliceWidget(SLICES[0]).parentWidget().layout()
        assert [grid.columnStretch(column) for column in range(2)] == [1, 1]
        assert [grid.rowStretch(row) for row in range(2)] == [1, 1]


def test_views_around_which_slicer_has_put_no_grid_yet_get_their_titles(person, study, monkeypatch):
    person.enters("r1")
    person.opens_next_case()
    monkeypatch.setattr(type(slicer.app.layoutManager()), "grid", QWidget())
    person.panel.views._screen.fit_titles(SLICES)
    # As while a layout changes: an error in here would be printed, which fails the test too.
    slicer.app.layoutManager().sliceWidget(SLICES[0]).sliceLogic().ResizeSliceNode(333, 300)


@pytest.mark.parametrize("height", [200, 294, 441, 900])
def test_the_text_of_a_scale_can_be_read_in_views_of_every_height(person, study, height):
    person.enters("r1")
    person.opens_next_case()
    logic = slicer.app.layoutManager().sliceWidget(SLICES[0]).sliceLogic()
    logic.ResizeSliceNode(400, height)
    bars = slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode")
    assert bars
    assert all(35 <= bar.GetSize()[0] * height <= 45 for bar in bars)


def test_a_case_without_an_outline_comes_up_with_the_tool_that_was_used_last(person, study):
    person.enters("r1")
    person.opens_next_case()
    editor = person.panel.pages["voi"].editor
    assert editor.activeEffect() is None, "not before the images are there"
    person.session.wait(lambda: editor.activeEffect() is not None)
    assert editor.activeEffect().name == "Draw"
    person.draws()
    editor.setActiveEffectByName("Paint")
    case_id = person.case_id
    person.panel.open_neighbour(1)
    person.session.wait(lambda: editor.activeEffect() is not None)
    assert editor.activeEffect().name == "Paint"
    person.panel.open_case(case_id)
    person.session.wait(lambda: not person.panel.pages["voi"]._soon_taken_up.isActive())
    assert editor.activeEffect() is None, "a click could spoil what is drawn"
    person.panel.go_to("descriptors")
    assert editor.activeEffect() is None
