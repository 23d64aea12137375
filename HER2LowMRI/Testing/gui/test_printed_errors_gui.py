"""What is only printed fails a test, as an error in Slicer's log fails a run: the fixture itself, tried."""

import logging
import threading

import pytest
import slicer
import vtk
from slicer_session.panel import qt
from slicer_session.printed_errors import none_printed


def _in_an_observer():
    def broken(*_):
        raise ValueError("in an observer")

    slicer.mrmlScene.AddObserver(slicer.mrmlScene.NodeAddedEvent, broken)
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode")


def _in_a_thread():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()


def _when_it_is_deleted():
    class Broken:
        def __del__(self):
            raise ValueError("in __del__")

    Broken()


def _by_vtk():
    logic = slicer.vtkSlicerSegmentEditorLogic()
    logic.SetVerbose(True)
    logic.SetSourceVolumeNode(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode"))


def _in_the_log():
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        logging.exception("it went wrong")


def _by_print_exc():
    import traceback

    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        traceback.print_exc()


def _by_qt():
    qt.qWarning("QLayout: Attempting to add QLayout to a widget which already has a layout")


@pytest.mark.parametrize(
    "print_something",
    [_in_an_observer, _in_a_thread, _when_it_is_deleted, _by_vtk, _in_the_log, _by_print_exc, _by_qt],
)
def test_whatever_is_only_printed_fails(session, printed, print_something):
    with pytest.raises(AssertionError, match=r"\w"), none_printed():
        print_something()
    # The fixture of this test saw some of it too.
    printed.clear()


def test_silence_passes(session):
    with none_printed():
        assert vtk.vtkOutputWindow.GetInstance() is not None
