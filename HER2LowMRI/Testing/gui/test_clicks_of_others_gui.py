"""Clicks set one markup at a time: whose, when a mark of ours comes up, and when another module takes them."""

import numpy as np
import slicer
import vtk
from gui.test_examination_gui import examined  # noqa: F401
from gui.test_measured_beside_gui import nodes
from gui.test_size_line_gui import SIZE, clicks_into, draws_line, measuring, the_line  # noqa: F401
from HER2LowMRILib.mrml.size_lines import ends_of
from slicer_session.person import Key

ENDS = ((-10.0, 4.0, 2.0), (5.0, 12.0, 2.0))


def test_a_line_that_was_begun_is_drawn_on_while_the_mark_of_the_small_region_comes_up(measuring):  # noqa: F811
    measuring.presses(Key.Key_L)
    clicks_into(1, ENDS[0])
    measuring.panel.go_to("features")
    measuring.session.settle()
    (mark,) = nodes("mark small region")
    clicks_into(1, ENDS[1])
    measuring.session.settle()
    assert measuring.panel.session.reading.answers[SIZE] == 17.0
    assert mark.GetNumberOfControlPoints() == 1


def test_a_line_that_was_begun_is_given_up_when_another_module_takes_the_clicks(measuring):  # noqa: F811
    draws_line(measuring)
    reading = measuring.panel.session.reading
    kept = reading.size_line["ends_mm"]
    measuring.presses(Key.Key_L)
    clicks_into(1, (0.0, 0.0, 2.0))
    measuring.session.settle()
    other = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "other")
    measuring.session.settle()
    assert np.allclose(ends_of(the_line()), kept) and reading.size_line["ends_mm"] == kept
    # The clicks stay with whoever took them.
    other.AddControlPointWorld(vtk.vtkVector3d(1.0, 2.0, 3.0))
    measuring.session.settle()
    assert other.GetNumberOfControlPoints() == 1 and reading.answers[SIZE] == 17.0
