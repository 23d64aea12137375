"""What other modules write into the images of a case, and through what they show them: undone, and never measured."""

import numpy as np
import pytest
import slicer
import vtk
from gui.test_examination_gui import examined, shown  # noqa: F401 - a fixture
from HER2LowMRILib.mrml.volumes import array_of
from HER2LowMRILib.session.case_row import case_row


@pytest.fixture
def reader(person, study):
    """A reader with a case open and its lesion drawn."""
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    person.session.settle()
    return person


def in_place(node):
    """As a script that changes the array of a volume."""
    slicer.util.arrayFromVolume(node)[:] = 7
    slicer.util.arrayFromVolumeModified(node)


def other_voxels(node):
    """As *Mask volume* of the Segment Editor, with the volume as its own output."""
    slicer.util.updateVolumeFromArray(node, np.zeros_like(array_of(node)))


def other_image(node):
    """As a filter with the volume as its output."""
    smooth = vtk.vtkImageGaussianSmooth()
    smooth.SetInputData(node.GetImageData())
    smooth.Update()
    node.SetAndObserveImageData(smooth.GetOutput())


def smaller_image(node):
    """As *Crop volume* onto itself."""
    slicer.util.updateVolumeFromArray(node, array_of(node)[:2].copy())


def one_voxel(node):
    """The least that a brush can change."""
    there = slicer.util.arrayFromVolume(node)
    there[there.shape[0] // 2, there.shape[1] // 2, there.shape[2] // 2] += 1
    node.GetImageData().Modified()


CHANGES = (in_place, other_voxels, other_image, smaller_image, one_voxel)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["adc", "k_app", "fit_quality", "dwi 2000"])
def test_voxels_of_a_case_are_put_back_and_the_panel_says_so(reader, role, change):
    node, row = reader.panel.session.case.nodes[role], case_row(reader.panel.session)
    before = array_of(node).copy()
    change(node)
    reader.session.settle()
    assert reader.panel.session.case.nodes[role] is node
    assert np.array_equal(array_of(node), before, equal_nan=before.dtype.kind == "f")
    assert "put back" in reader.panel.ui.messageLabel.text
    reader.panel.session.voi_changed()
    assert case_row(reader.panel.session) == row


@pytest.mark.parametrize("role", ["adc", "d_app"])
def test_what_is_written_into_a_map_without_a_word_is_not_measured(reader, role):
    row = case_row(reader.panel.session)
    slicer.util.arrayFromVolume(reader.panel.session.case.nodes[role])[:] = 7
    reader.panel.session.voi_changed()
    assert case_row(reader.panel.session) == row


@pytest.mark.parametrize("change", [in_place, other_image, smaller_image])
@pytest.mark.parametrize("role", ["t2", "dce 1", "subtraction 1"])
def test_an_image_beside_the_maps_is_read_again(examined, role, change):  # noqa: F811
    session = examined.panel.session
    session.show_layout(next(one for one in session.hanging.layouts if one.id == "dynamic"))
    assert "t2" in shown()
    before = array_of(session.case.nodes[role]).copy()
    change(session.case.nodes[role])
    examined.session.settle()
    examined.session.wait_for_scene()
    assert shown() == ["dce 0", "dce 1", "subtraction 1", "t2"]
    assert np.array_equal(array_of(session.case.nodes[role]), before)
    assert examined.panel.ui.messageLabel.text


def test_an_image_that_was_read_ahead_and_stands_in_no_view_yet_keeps_name_and_voxels(examined):  # noqa: F811
    session = examined.panel.session
    while not session.beside.is_complete:
        session.beside.load_next()
    node = session.case.nodes["t2"]
    name, before = node.GetName(), array_of(node).copy()
    node.SetName("renamed")
    examined.session.settle()
    assert node.GetName() == name
    in_place(node)
    examined.session.settle()
    examined.session.wait_for_scene()
    session.show_layout(next(one for one in session.hanging.layouts if one.id == "dynamic"))
    assert "t2" in shown()
    assert np.array_equal(array_of(session.case.nodes["t2"]), before)


def test_nothing_is_said_when_a_volume_is_only_touched(reader):
    case = reader.panel.session.case
    nodes = dict(case.nodes)
    for node in nodes.values():
        node.GetImageData().Modified()
        slicer.util.arrayFromVolumeModified(node)
    reader.session.settle()
    assert reader.panel.session.case is case and case.nodes == nodes
    assert not reader.panel.ui.messageFrame.visible


def displays(node):
    return [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]


def deleted(node):
    slicer.mrmlScene.RemoveNode(node.GetDisplayNode())


def replaced(node):
    other = slicer.mrmlScene.AddNewNodeByClass(node.GetDisplayNode().GetClassName())
    if node.IsA("vtkMRMLVolumeNode"):
        other.SetAndObserveColorNodeID("vtkMRMLColorTableNodeRed")
    node.SetAndObserveDisplayNodeID(other.GetID())


def scale_deleted(node):
    bar = next(one for one in displays(node) if one.IsA("vtkMRMLColorLegendDisplayNode"))
    slicer.mrmlScene.RemoveNode(bar)


@pytest.mark.parametrize(
    ("role", "change"),
    [
        ("adc", replaced),
        ("k_app", scale_deleted),
        ("dwi 2000", deleted),
        ("dwi 2000", replaced),
        ("voi", deleted),
        ("voi", replaced),
    ],
)
def test_a_node_of_the_case_is_shown_as_before(reader, role, change):
    case = reader.panel.session.case
    node = case.voi if role == "voi" else case.nodes[role]
    before = displays(node)
    change(node)
    reader.session.settle()
    reader.session.wait_for_scene()
    assert displays(node)[: len(before)] == before
    assert all(one.GetScene() is slicer.mrmlScene for one in before)
    assert "put back" in reader.panel.ui.messageLabel.text
