"""Another module puts the line or a mark under a transform: it comes back, as the images do; nothing is kept anew."""

import numpy as np
import slicer
import vtk
from gui.test_examination_gui import examined  # noqa: F401
from gui.test_measured_beside_gui import measured, nodes
from gui.test_measured_beside_gui import measuring as beside  # noqa: F401
from gui.test_size_line_gui import SIZE, draws_line, measuring, the_line  # noqa: F401
from HER2LowMRILib.mrml.size_lines import ends_of, place_of
from slicer_session.person import MASS_KEYS


def put_under_transform(node):
    stretched = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    to_parent = vtk.vtkMatrix4x4()
    to_parent.SetElement(0, 0, 2.0)
    to_parent.SetElement(1, 3, 7.0)
    stretched.SetMatrixTransformToParent(to_parent)
    node.SetAndObserveTransformNodeID(stretched.GetID())


def test_a_line_under_a_transform_comes_back_with_its_size(measuring):  # noqa: F811
    draws_line(measuring)
    reading = measuring.panel.session.reading
    kept = dict(reading.size_line)
    put_under_transform(the_line())
    measuring.session.wait(lambda: the_line().GetParentTransformNode() is None)
    assert np.allclose(ends_of(the_line()), kept["ends_mm"])
    assert dict(reading.size_line) == kept and reading.answers[SIZE] == 17.0


def test_a_spot_under_a_transform_comes_back(beside):  # noqa: F811
    beside.answers(MASS_KEYS)
    measured(beside)
    spot = nodes("mark spot")[0]
    place = place_of(spot)
    put_under_transform(spot)
    beside.session.wait(lambda: spot.GetParentTransformNode() is None)
    assert np.allclose(place_of(nodes("mark spot")[0]), place)
    assert not beside.panel.session.reading.marks


def test_a_small_region_under_a_transform_comes_back(beside):  # noqa: F811
    beside.panel.go_to("features")
    beside.session.settle()
    (mark,) = nodes("mark small region")
    place = place_of(mark)
    put_under_transform(mark)
    beside.session.wait(lambda: mark.GetParentTransformNode() is None)
    assert np.allclose(place_of(nodes("mark small region")[0]), place)
    assert not beside.panel.session.reading.marks
