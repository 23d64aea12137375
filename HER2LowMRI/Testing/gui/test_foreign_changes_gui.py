"""What other modules and other hands do to the views and the VOI of a case, and what the panel makes of it."""

from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk
from HER2LowMRILib.images.voi_files import read_segmentation, segmentation_bytes
from HER2LowMRILib.mrml.reading_layout import PLAIN_LAYOUT_ID, SLICES, axes_of, slice_node
from HER2LowMRILib.mrml.volumes import COVER, add_volume, grid_of
from HER2LowMRILib.session.earlier_outlines import KEPT
from slicer_session import widgets


@pytest.fixture
def reader(person, study):
    """A reader with a case open and its lesion drawn."""
    person.enters("r1")
    person.opens_next_case()
    person.drawn = person.draws()
    return person


def composite(name):
    return slicer.app.layoutManager().sliceWidget(name).mrmlSliceCompositeNode()


def shown():
    return [composite(name).GetBackgroundVolumeID() for name in SLICES]


def foreign_volume(case):
    """A volume as *Add Data* brings it: no part of the case."""
    node = add_volume(slicer.mrmlScene, np.ones(case.grid.shape, np.float32), case.grid, "other", "x")
    node.RemoveAttribute("HER2LowMRI.role")
    return node


def saved_masks(reader):
    return read_segmentation(reader.panel.session.reading.voi_path).masks


def settle(reader):
    reader.session.settle()
    reader.panel.voi_autosave.settle()


def test_a_volume_that_is_loaded_while_a_case_is_open_does_not_come_into_its_views(reader):
    before = shown()
    node = foreign_volume(reader.panel.session.case)
    logic = slicer.app.applicationLogic()
    logic.GetSelectionNode().SetActiveVolumeID(node.GetID())
    logic.PropagateVolumeSelection(1)
    reader.session.settle()
    assert shown() == before


@pytest.mark.parametrize("layer", ["Background", "Foreground", "Label"])
@pytest.mark.parametrize("name", SLICES)
def test_a_volume_put_into_a_view_is_taken_out_again_and_the_panel_says_so(reader, name, layer):
    before, cover = shown(), composite(name).GetLabelVolumeID()
    node = foreign_volume(reader.panel.session.case)
    getattr(composite(name), f"Set{layer}VolumeID")(node.GetID())
    assert shown() == before, "at once, not when the events have run"
    assert composite(name).GetForegroundVolumeID() is None and composite(name).GetLabelVolumeID() == cover
    assert "taken out" in reader.panel.ui.messageLabel.text


@pytest.mark.parametrize("layer", ["Background", "Foreground", "Label"])
@pytest.mark.parametrize("name", SLICES)
def test_while_a_scene_is_read_views_are_left_alone_and_put_right_when_all_of_it_is_there(
    reader, name, layer
):
    """Slicer's logic and the nodes that come change a view in turn: an answer to each would go on without end."""
    before, cover = shown(), composite(name).GetLabelVolumeID()
    node, scene = foreign_volume(reader.panel.session.case), slicer.mrmlScene
    scene.StartState(scene.ImportState)
    getattr(composite(name), f"Set{layer}VolumeID")(node.GetID())
    reader.session.settle()
    assert getattr(composite(name), f"Get{layer}VolumeID")() == node.GetID(), "no answer while it is read"
    scene.EndState(scene.ImportState)
    reader.session.wait_for_scene()
    assert shown() == before
    assert composite(name).GetForegroundVolumeID() is None and composite(name).GetLabelVolumeID() == cover


@pytest.mark.parametrize("name", SLICES)
@pytest.mark.parametrize("role", ["dwi 0", "d_app", "foreign"])
def test_an_image_dropped_onto_a_linked_view_changes_no_other_view(reader, name, role):
    """As a drop from the Data tree does it: the views are linked, and Slicer carries the change to all of them."""
    case = reader.panel.session.case
    node = foreign_volume(case) if role == "foreign" else case.nodes[role]
    before = dict(zip(SLICES, shown(), strict=True))
    changed = composite(name)
    logic = slicer.app.applicationLogic().GetSliceLogic(slice_node(slicer.mrmlScene, name))
    logic.StartSliceCompositeNodeInteraction(changed.BackgroundVolumeFlag)
    changed.SetBackgroundVolumeID(node.GetID())
    logic.EndSliceCompositeNodeInteraction()
    reader.session.settle()
    after = dict(zip(SLICES, shown(), strict=True))
    if role != "foreign":
        # The fourth view may take an image of the case.
        before.pop(SLICES[-1]), after.pop(SLICES[-1])
    assert after == before


def test_the_cover_of_the_air_comes_back_without_a_word_when_the_segment_editor_takes_it_away(reader):
    """As Slicer's Segment Editor does whenever it gets a segmentation."""
    before = [composite(name).GetLabelVolumeID() for name in SLICES]
    for name in SLICES:
        composite(name).SetLabelVolumeID(None)
    assert [composite(name).GetLabelVolumeID() for name in SLICES] == before
    assert not reader.panel.ui.messageFrame.visible


@pytest.mark.parametrize("how", ["under a transform", "hardened", "outline under a transform"])
def test_what_another_module_moved_is_back_in_its_place_before_a_stroke_is_measured(reader, how):
    """Else the outline would be measured beside what the reader saw."""
    case = reader.panel.session.case
    node = case.voi if how.startswith("outline") else case.nodes["adc"]
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "of another module")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 3, 7.0)
    transform.SetMatrixTransformToParent(matrix)
    if how == "hardened":
        node.SetAndObserveTransformNodeID(transform.GetID())
        node.HardenTransform()
        assert not grid_of(node).same_as(case.grid)
    else:
        node.SetAndObserveTransformNodeID(transform.GetID())
    again = np.roll(reader.drawn, 1, axis=2)
    widgets.paint(case.voi, "lesion", again, case.nodes["k_app"])
    settle(reader)
    assert node.GetParentTransformNode() is None
    assert grid_of(case.nodes["adc"]).same_as(case.grid)
    said = reader.panel.ui.messageLabel.text
    assert "back in their place" in said or "put back" in said
    widgets.paint(case.voi, "lesion", again, case.nodes["adc"])
    settle(reader)
    assert np.array_equal(saved_masks(reader)["lesion"], again)
    assert not reader.panel.session.voi_note


@pytest.mark.parametrize("role", ["adc", "d_app", "k_app", "dwi 2000", "dwi 0", "fit_quality"])
def test_a_volume_deleted_from_the_scene_comes_back_into_the_views(reader, role):
    case_id, drawn = reader.case_id, reader.drawn
    slicer.mrmlScene.RemoveNode(reader.panel.session.case.nodes[role])
    reader.session.wait_for_scene()
    case = reader.panel.session.case
    assert reader.case_id == case_id and np.array_equal(case.voi_mask(), drawn)
    wanted = [case.nodes[name] for name in ("adc", "d_app", "k_app", "dwi 2000")]
    assert shown() == [node.GetID() for node in wanted]
    assert "brought back" in reader.panel.ui.messageLabel.text


def test_a_segmentation_deleted_with_its_segments_comes_back_and_nothing_is_put_into_the_deleted_one(reader):
    """As the Data tree deletes it: the segments first, then the node."""
    deleted = reader.panel.session.case.voi
    deleted.GetSegmentation().RemoveAllSegments()
    slicer.mrmlScene.RemoveNode(deleted)
    reader.session.settle()
    reader.session.wait_for_scene()
    assert deleted.GetSegmentation().GetNumberOfSegments() == 0
    assert np.array_equal(reader.panel.session.case.voi_mask(), reader.drawn)
    settle(reader)
    assert np.array_equal(saved_masks(reader)["lesion"], reader.drawn)
    assert "brought back" in reader.panel.ui.messageLabel.text


def test_an_image_deleted_while_another_module_is_up_is_in_the_views_when_the_reader_comes_back(reader):
    reader.session.exit()
    slicer.mrmlScene.RemoveNode(reader.panel.session.case.nodes["d_app"])
    reader.session.wait_for_scene()
    reader.session.enter()
    case = reader.panel.session.case
    assert shown()[:3] == [case.nodes[name].GetID() for name in ("adc", "d_app", "k_app")]
    assert np.array_equal(case.voi_mask(), reader.drawn)


def other_segmentation():
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    node.CreateDefaultDisplayNodes()
    node.GetSegmentation().AddEmptySegment("a", "a")
    return node


def test_another_segmentation_is_not_drawn_over_the_case_and_comes_back_in_other_layouts(reader):
    """Slicer draws every segmentation over every view."""
    node = other_segmentation()
    display = node.GetDisplayNode()
    assert not display.GetVisibility()
    assert "taken out" in reader.panel.ui.messageLabel.text
    display.SetVisibility(True)
    assert not display.GetVisibility(), "shown by hand again"
    assert reader.panel.session.case.voi.GetDisplayNode().GetVisibility()
    layout = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    layout.SetViewArrangement(layout.SlicerLayoutFourUpView)
    assert display.GetVisibility()
    reader.panel.show_reading_views()
    assert not display.GetVisibility()
    reader.session.exit()
    assert display.GetVisibility()


def test_a_segmentation_that_was_there_before_is_hidden_with_the_case_only(person, study):
    display = other_segmentation().GetDisplayNode()
    off = other_segmentation().GetDisplayNode()
    off.SetVisibility(False)
    person.enters("r1")
    assert display.GetVisibility()
    person.opens_next_case()
    assert not display.GetVisibility()
    person.panel.open_neighbour(1)
    assert not display.GetVisibility()
    person.panel.session.leave()
    assert display.GetVisibility()
    assert not off.GetVisibility(), "its owner had hidden it"


def test_the_fourth_view_takes_any_image_of_the_case(reader):
    case = reader.panel.session.case
    low = next(node for role, node in case.nodes.items() if role == "dwi 0")
    composite(SLICES[-1]).SetBackgroundVolumeID(low.GetID())
    assert shown()[-1] == low.GetID()
    assert not reader.panel.ui.messageFrame.visible
    composite(SLICES[0]).SetBackgroundVolumeID(low.GetID())
    assert shown()[0] == case.nodes["adc"].GetID(), "an image of the case under the title of the ADC map"


@pytest.mark.parametrize("role", [None, "dwi 0", "adc"])
def test_a_volume_that_is_none_of_the_case_never_comes_up_in_the_fourth_view(reader, role):
    node = foreign_volume(reader.panel.session.case)
    if role is not None:
        # As of another case, in a scene that was loaded.
        node.SetAttribute("HER2LowMRI.role", role)
    own = reader.panel.session.case.nodes["dwi 2000"]
    reader.panel.go_to("images")
    selector = reader.page("images").imageSelector
    reader.chooses(selector, node)
    assert shown()[-1] == own.GetID()
    assert selector.currentNode() is own
    composite(SLICES[-1]).SetBackgroundVolumeID(node.GetID())
    assert shown()[-1] == own.GetID()
    reader.chooses(selector, reader.panel.session.case.nodes[COVER])
    assert shown()[-1] == own.GetID(), "the cover is no image"


def test_what_the_selector_takes_by_itself_while_no_case_is_open_is_no_choice(reader):
    """A volume that was there before stands above the images of the case, and is taken when they go."""
    reader.panel.session.close_case()
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "other")
    reader.panel.open_next_open_case()
    reader.panel.session.close_case()
    assert reader.page("images").imageSelector.currentNode() is node
    reader.panel.open_next_open_case()
    reader.session.settle()
    assert shown()[-1] == reader.panel.session.case.nodes["dwi 2000"].GetID()


def test_the_image_that_was_chosen_comes_back_when_it_is_deleted(reader):
    reader.panel.go_to("images")
    selector = reader.page("images").imageSelector
    reader.chooses(selector, reader.panel.session.case.nodes["dwi 800"])
    for _time in range(2):
        slicer.mrmlScene.RemoveNode(reader.panel.session.case.nodes["dwi 800"])
        reader.session.wait_for_scene()
        own = reader.panel.session.case.nodes["dwi 800"]
        assert shown()[-1] == own.GetID()
        assert selector.currentNode() is own


def test_a_view_that_is_turned_comes_back_to_the_acquisition_plane(reader):
    view = slice_node(slicer.mrmlScene, SLICES[1])
    plane = axes_of(view)
    view.SetOrientationToCoronal()
    assert np.allclose(axes_of(view), plane, atol=1e-3)


def test_all_views_keep_the_same_slice_place_and_zoom(reader):
    views = [slice_node(slicer.mrmlScene, name) for name in SLICES]
    width, height, depth = views[0].GetFieldOfView()
    views[0].SetFieldOfView(width * 0.8, height * 0.8, depth)
    views[0].SetXYZOrigin(7.0, -3.0, 0.0)
    views[2].JumpSliceByOffsetting(0.0, 0.0, 12.0)
    reader.session.settle()
    for view in views[1:]:
        assert view.GetFieldOfView()[:2] == pytest.approx((width * 0.8, height * 0.8))
        assert view.GetXYZOrigin()[:2] == pytest.approx((7.0, -3.0))
        assert [view.GetSliceToRAS().GetElement(row, 3) for row in range(3)] == pytest.approx(
            [views[0].GetSliceToRAS().GetElement(row, 3) for row in range(3)]
        )


def test_nothing_can_be_drawn_while_another_layout_is_shown(reader):
    page = reader.panel.pages["voi"]
    reader.panel.go_to("voi")
    assert not page.editor.readOnly
    slicer.app.layoutManager().setLayout(3)
    reader.session.settle()
    assert page.editor.readOnly
    assert page.ui.noticeLabel.isVisible() and "Another layout" in page.ui.noticeLabel.text
    reader.clicks(page.ui.noticeButton)
    assert not page.editor.readOnly and not page.ui.noticeLabel.isVisible()
    assert shown()[0] == reader.panel.session.case.nodes["adc"].GetID()


@pytest.mark.parametrize("segment", ["lesion", "necrosis"])
def test_a_segment_deleted_elsewhere_is_put_back_with_every_voxel(reader, segment):
    reader.draws("necrosis")
    settle(reader)
    before = saved_masks(reader)
    reader.panel.session.case.voi.GetSegmentation().RemoveSegment(segment)
    settle(reader)
    assert segment in reader.panel.ui.messageLabel.text
    after = saved_masks(reader)
    assert {name: mask.sum() for name, mask in after.items()} == {
        name: mask.sum() for name, mask in before.items()
    }
    assert np.array_equal(after[segment], before[segment])


def test_a_segment_renamed_elsewhere_keeps_its_place_in_measurement_and_file(reader):
    segmentation = reader.panel.session.case.voi.GetSegmentation()
    settle(reader)
    before = reader.panel.session.case.measurement.features.values
    segmentation.GetSegment("lesion").SetName("Tumour")
    segmentation.InvokeEvent(slicer.vtkSegmentation.SegmentModified)
    widgets.paint(
        reader.panel.session.case.voi, "lesion", reader.drawn, reader.panel.session.case.nodes["adc"]
    )
    settle(reader)
    assert segmentation.GetSegment("lesion").GetName() == "lesion"
    assert "lesion" in reader.panel.ui.messageLabel.text
    assert np.array_equal(saved_masks(reader)["lesion"], reader.drawn)
    assert reader.panel.session.case.measurement.features.values == before


def empty(reader):
    """Rub everything out."""
    case = reader.panel.session.case
    widgets.paint(case.voi, "lesion", np.zeros(case.grid.shape, bool), case.nodes["adc"])
    settle(reader)


def test_an_emptied_outline_is_not_saved_until_the_reader_says_so(reader):
    settle(reader)
    page = reader.panel.pages["voi"]
    reader.panel.go_to("voi")
    empty(reader)
    assert np.array_equal(saved_masks(reader)["lesion"], reader.drawn), "the file keeps what was drawn"
    assert page.ui.noticeLabel.isVisible() and f"{reader.drawn.sum():,}".replace(",", "") in (
        page.ui.noticeLabel.text.replace(",", "").replace(" ", "")
    )
    reader.clicks(page.ui.noticeButton)
    assert np.array_equal(reader.panel.session.case.masks()["lesion"], reader.drawn)
    assert not page.ui.noticeLabel.isVisible()
    empty(reader)
    reader.clicks(page.ui.emptyButton)
    assert "lesion" not in saved_masks(reader) or not saved_masks(reader)["lesion"].any()
    assert not page.ui.noticeLabel.isVisible()


def next_case(reader):
    reader.panel.open_neighbour(1)


def same_case(reader):
    reader.panel.open_case(reader.case_id)


def study_again(reader):
    reader.panel.enter_study(Path(reader.page("study").studyPath.currentPath), "r1")


def close_scene(reader):
    reader.session.close_scene()


def delete_map(reader):
    slicer.mrmlScene.RemoveNode(reader.panel.session.case.nodes["adc"])
    reader.session.wait_for_scene()


def unreadable_case(reader):
    session = reader.panel.session
    ids = [item.case_id for item in session.view.work_list]
    other = next(case_id for case_id in ids if case_id != reader.case_id)
    for folder in session.view.images_ahead(other).dwi:
        for file in folder.rglob("*.dcm"):
            file.write_bytes(b"")
    reader.panel.open_case(other)


def take_table(reader, case_id, voi=None):
    """Take over a table with a remark on a case, and an outline of it."""
    folder = Path(reader.page("study").studyPath.currentPath).parent
    columns, row = "case_id,comment", f"{case_id},read elsewhere"
    if voi is not None:
        (folder / "drawn.seg.nrrd").write_bytes(
            segmentation_bytes({"lesion": voi}, reader.panel.session.case.grid)
        )
        columns, row = f"{columns},voi", f"{row},drawn.seg.nrrd"
    (folder / "readings.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    reader.panel.go_to("study")
    ui = reader.panel.pages["study"].table_ui
    ui.tablePath.currentPath = str(folder / "readings.csv")
    ui.tableLookButton.click()
    ui.tableTakeButton.click()
    assert reader.panel.session.case is None, reader.panel.ui.messageLabel.text


def table_of_another_case(reader):
    ids = [item.case_id for item in reader.panel.session.view.work_list]
    take_table(reader, next(case_id for case_id in ids if case_id != reader.case_id))


def single_case(reader):
    reader.panel.start_single_case("another")


@pytest.mark.parametrize(
    "leave",
    [
        next_case,
        same_case,
        study_again,
        close_scene,
        delete_map,
        unreadable_case,
        table_of_another_case,
        single_case,
    ],
)
def test_an_outline_emptied_and_left_without_a_word_stays_as_it_was_saved_and_the_panel_says_so(
    reader, leave
):
    settle(reader)
    case_id = reader.case_id
    empty(reader)
    leave(reader)
    said = reader.panel.ui.messageLabel.text
    assert f"{case_id} was left with nothing drawn" in said and f"{reader.drawn.sum()} voxels" in said
    if reader.panel.session.role != "r1":
        study_again(reader)
    reader.panel.open_case(case_id)
    assert "nothing drawn" not in reader.panel.ui.messageLabel.text, "said once"
    assert np.array_equal(reader.panel.session.case.masks()["lesion"], reader.drawn)


def test_what_was_said_stays_when_the_layout_changes_by_itself(reader):
    # As when a scene is loaded that brings the case of another time, and with it another layout.
    case_id = reader.case_id
    settle(reader)
    empty(reader)
    reader.panel.open_neighbour(1)
    said = reader.panel.ui.messageLabel.text
    assert f"{case_id} was left with nothing drawn" in said
    for layout in (3, PLAIN_LAYOUT_ID):
        slicer.app.layoutManager().setLayout(layout)
        reader.session.settle()
    assert reader.panel.ui.messageLabel.text == said


def test_an_outline_that_a_table_replaced_is_not_said_to_be_kept(reader):
    settle(reader)
    case_id, other = reader.case_id, np.roll(reader.drawn, 1, axis=2)
    empty(reader)
    take_table(reader, case_id, other)
    assert reader.panel.ui.messageLabel.text == "1 reading was entered."
    reader.panel.open_case(case_id)
    assert np.array_equal(reader.panel.session.case.masks()["lesion"], other)


def test_drawing_on_after_everything_was_rubbed_out_is_saved_as_ever(reader):
    settle(reader)
    empty(reader)
    again = np.roll(reader.drawn, 1, axis=2)
    widgets.paint(reader.panel.session.case.voi, "lesion", again, reader.panel.session.case.nodes["adc"])
    settle(reader)
    assert np.array_equal(saved_masks(reader)["lesion"], again)


def test_the_last_ten_saved_outlines_can_be_gone_back_to(reader):
    settle(reader)
    session = reader.panel.session
    for shift in range(1, KEPT + 4):
        widgets.paint(
            session.case.voi, "lesion", np.roll(reader.drawn, shift, axis=1), session.case.nodes["adc"]
        )
        settle(reader)
    outlines = session.earlier_outlines()
    assert len(outlines) == KEPT
    assert [outline.voxels for outline in outlines] == [reader.drawn.sum()] * KEPT
    page = reader.panel.pages["voi"]
    reader.panel.go_to("voi")
    assert page.ui.earlierCombo.count == KEPT
    page.ui.earlierCombo.setCurrentIndex(3)
    page.ui.earlierCombo.activated.emit(3)
    settle(reader)
    expected = np.roll(reader.drawn, KEPT + 3 - 3, axis=1)
    assert np.array_equal(session.case.masks()["lesion"], expected)
    assert np.array_equal(saved_masks(reader)["lesion"], expected)


def test_air_is_black_in_the_maps_and_nothing_that_is_measured_changes(reader):
    case = reader.panel.session.case
    before = dict(case.measurement.features.values)
    check = reader.page("voi").airCheck
    covers = [composite(name).GetLabelVolumeID() for name in SLICES]
    assert covers[:3] == [case.nodes[COVER].GetID()] * 3 and covers[3] is None
    reader.panel.go_to("voi")
    reader.clicks(check)
    assert [composite(name).GetLabelVolumeID() for name in SLICES] == [None] * 4
    assert case.measure().features.values == before


def test_plots_take_no_place_until_there_is_something_to_plot(person, study):
    person.enters("r1")
    person.opens_next_case()
    assert slicer.app.layoutManager().plotViewCount == 0
    person.draws()
    assert slicer.app.layoutManager().plotViewCount == 0, "no view moves while somebody draws"
    person.panel.go_to("features")
    assert slicer.app.layoutManager().plotViewCount == 2


def moved_node(case, node):
    """Put a node under a transform, as the module Transforms does."""
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    node.SetAndObserveTransformNodeID(transform.GetID())
    return node


@pytest.mark.parametrize("role", ["adc", "k_app", "dwi 0", "voi"])
def test_an_image_or_outline_put_under_a_transform_is_taken_out_of_it(reader, role):
    case = reader.panel.session.case
    node = moved_node(case, case.voi if role == "voi" else case.nodes[role])
    reader.session.settle()
    assert node.GetParentTransformNode() is None
    assert "put back" in reader.panel.ui.messageLabel.text
    assert case.voi.GetScene() is not None and np.array_equal(case.masks()["lesion"], reader.drawn)


@pytest.mark.parametrize("role", ["adc", "d_app", "k_app"])
def test_a_map_keeps_its_colours_and_its_name_but_not_its_window(reader, role):
    node = reader.panel.session.case.nodes[role]
    name, colour = node.GetName(), node.GetDisplayNode().GetColorNodeID()
    node.GetDisplayNode().SetAndObserveColorNodeID("vtkMRMLColorTableNodeRainbow")
    node.SetName("somebody else")
    node.GetDisplayNode().SetWindowLevelMinMax(0.2, 0.9)
    reader.session.settle()
    assert (node.GetName(), node.GetDisplayNode().GetColorNodeID()) == (name, colour)
    assert node.GetDisplayNode().GetWindowLevelMin() == pytest.approx(0.2)


def test_a_name_given_elsewhere_goes_also_where_the_views_are_filled_before_it_is_seen(reader):
    case = reader.panel.session.case
    before = {role: node.GetName() for role, node in case.nodes.items()}
    for node in case.nodes.values():
        node.SetName("somebody else")
    reader.panel.show_case_in_views(fit=False)
    reader.session.settle()
    assert {role: node.GetName() for role, node in case.nodes.items()} == before


def test_volumes_that_are_used_again_for_the_next_case_have_its_names_and_no_message_comes(reader):
    reader.panel.open_neighbour(1)
    reader.session.settle()
    case = reader.panel.session.case
    assert all(node.GetName().startswith(case.name) for node in case.nodes.values())
    assert not reader.panel.ui.messageFrame.visible


@pytest.mark.parametrize("role", ["adc", "d_app", "dwi 0"])
def test_a_volume_deleted_elsewhere_comes_back_into_its_view(reader, role):
    before = [slicer.mrmlScene.GetNodeByID(node_id).GetAttribute("HER2LowMRI.role") for node_id in shown()]
    slicer.mrmlScene.RemoveNode(reader.panel.session.case.nodes[role])
    reader.session.wait_for_scene()
    after = [slicer.mrmlScene.GetNodeByID(node_id).GetAttribute("HER2LowMRI.role") for node_id in shown()]
    assert after == before
    assert np.array_equal(reader.panel.session.case.masks()["lesion"], reader.drawn)


def test_a_segmentation_deleted_before_its_last_stroke_was_saved_comes_back_with_it(reader):
    settle(reader)
    case = reader.panel.session.case
    more = np.roll(reader.drawn, 1, axis=1) | reader.drawn
    widgets.paint(case.voi, "lesion", more, case.nodes["adc"])
    reader.session.settle()
    assert reader.panel.session.saved.pending, "the stroke is not in the file yet"
    slicer.mrmlScene.RemoveNode(case.voi)
    reader.session.wait_for_scene()
    assert np.array_equal(case.masks()["lesion"], more)
    settle(reader)
    assert np.array_equal(saved_masks(reader)["lesion"], more)


@pytest.mark.parametrize("segment", ["lesion", "haemorrhage"])
@pytest.mark.parametrize("saves", ["autosave", "leaving"])
def test_a_segmentation_deleted_just_before_its_first_strokes_are_saved_is_not_saved_empty(
    person, study, segment, saves
):
    """The file is written before what was deleted is back in the scene; Slicer takes its segments out as well."""
    person.enters("r1")
    case_id = person.opens_next_case()
    drawn = person.draws(segment, person.truth[case_id].lesion)
    session = person.panel.session
    assert session.saved.pending
    deleted = session.case.voi
    slicer.mrmlScene.RemoveNode(deleted)
    deleted.GetSegmentation().RemoveAllSegments()
    if saves == "autosave":
        person.panel.voi_autosave.save()
        assert np.array_equal(saved_masks(person)[segment], drawn)
        person.session.wait_for_scene()
    else:
        person.panel.open_neighbour(1)
        person.panel.open_case(case_id)
    assert np.array_equal(session.case.masks()[segment], drawn)
    assert np.array_equal(saved_masks(person)[segment], drawn)


@pytest.mark.parametrize("what", ["deleted", "emptied", "drawn on"])
def test_the_outline_of_a_signed_off_case_is_shown_as_it_was_signed(reader, what):
    settle(reader)
    session = reader.panel.session
    reader.panel.go_to("descriptors")
    reader.answers()
    session.sign_off()
    case = session.case
    mask = case.masks()["lesion"]
    if what == "deleted":
        case.voi.GetSegmentation().RemoveSegment("lesion")
    else:
        other = np.zeros_like(mask) if what == "emptied" else mask | np.roll(mask, 2, axis=2)
        widgets.paint(case.voi, "lesion", other, case.nodes["adc"])
    reader.session.settle()
    assert np.array_equal(case.masks()["lesion"], mask)
    assert "put back" in reader.panel.ui.messageLabel.text
    assert not session.saved.pending


def test_no_title_of_a_map_stands_over_the_views_when_no_case_is_open(reader):
    titles = [slice_node(slicer.mrmlScene, name).GetLayoutLabel() for name in SLICES]
    assert "ADC" in titles
    reader.panel.session.close_case()
    assert [slice_node(slicer.mrmlScene, name).GetLayoutLabel() for name in SLICES] == ["1", "2", "3", "4"]
    reader.panel.open_next_open_case()
    assert [slice_node(slicer.mrmlScene, name).GetLayoutLabel() for name in SLICES] == titles


def test_an_event_without_an_edit_leaves_a_case_untouched(reader):
    settle(reader)
    reader.panel.open_neighbour(1)
    session = reader.panel.session
    case_id = session.reading.case_id
    session.case.voi.InvokeEvent(slicer.vtkSegmentation.SegmentModified)
    reader.session.settle()
    assert not session.saved.pending
    reader.panel.open_neighbour(-1)
    assert not session.view.reading_now(case_id).has_voi


def test_a_stroke_taken_back_before_it_was_saved_leaves_nothing_to_save(reader):
    settle(reader)
    session = reader.panel.session
    widgets.paint(session.case.voi, "lesion", np.roll(reader.drawn, 1, axis=1), session.case.nodes["adc"])
    reader.session.settle()
    assert session.saved.pending
    widgets.paint(session.case.voi, "lesion", reader.drawn, session.case.nodes["adc"])
    reader.session.settle()
    assert not session.saved.pending
    assert np.array_equal(saved_masks(reader)["lesion"], reader.drawn)
