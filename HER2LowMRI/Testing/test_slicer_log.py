"""The search in the logs of a real Slicer: lines as Slicer 5.12 wrote them, with the level that it gives each."""

import pytest
from slicer_session.slicer_log import faults_of_log, faults_of_terminal

AT = "27.11.2026 22:02:07"
BEGIN = f"""[DEBUG][Qt] {AT} [] (unknown:0) - Slicer version ...........: 5.12.3 (revision 34600) linux-amd64
[DEBUG][Qt] {AT} [] (unknown:0) - Switch to module:  "HER2LowMRI"
"""
END = f"""[INFO][Stream] {AT} [] (unknown:0) - printed by Python
"""
QT = (
    f"[CRITICAL][Qt] {AT} [] (unknown:0) - void qSlicerSubjectHierarchySegmentationsPlugin::updateAllSegmentsFromMRML"
    "(vtkMRMLSegmentationNode*) : Unable to find subject hierarchy item for segmentation node  CASE-003 VOI  so "
    "per-segment subject hierarchy node cannot be created"
)
VTK = (
    f"[ERROR][VTK] {AT} [vtkCompositeDataPipeline (0x55928ab356e0)] (vtkDemandDrivenPipeline.cxx:672) - Input port 0 "
    "of algorithm vtkImageReslice (0x55928b0a8540) has 0 connections but is not optional."
)
RAISED = "\n".join(
    f"[CRITICAL][Stream] {AT} [] (unknown:0) - {text}"
    for text in (
        "Traceback (most recent call last):",
        '  File "panel.py", line 12, in <lambda>',
        "ZeroDivisionError: division by zero",
    )
)
LOGGED = f"[ERROR][Python] {AT} [Python] (panel.py:275) - The next case could not be prepared."
WARNED = f"[WARNING][Qt] {AT} [] (unknown:0) - QObject::connect: invalid nullptr parameter"
LONG = f"[ERROR][VTK] {AT} [vtkMRMLScene (0x1)] (vtkMRMLScene.cxx:1) - a message\nof two lines"

UNDO = (
    f"[WARNING][VTK] {AT} [vtkSegmentationHistory (0x558799a9fa80)] (vtkSegmentationHistory.cxx:182) - "
    "vtkSegmentation::RestorePreviousState failed: There are no previous state available for restore"
)
OBLIQUE = (
    f"[ERROR][VTK] {AT} [vtkMRMLSliceNode (0x5587971a51b0)] (vtkMRMLSliceNode.cxx:357) - "
    "GetSliceOrientationPreset: invalid orientation preset name: Reformat"
)
CLOSED = QT.replace("CASE-003 VOI", "foreign_1")
SCREEN = f"[WARNING][Qt] {AT} [] (unknown:0) - QXcbConnection: XCB error: 3 (BadWindow), sequence: 1, resource id: 2"
VOLUMES = (
    f"[WARNING][Qt] {AT} [] (unknown:0) - ctkRangeWidget::setSingleStep( 100 ) is outside valid bounds\n"
    f"[WARNING][Qt] {AT} [] (unknown:0) - ctkDoubleRangeSlider::setSingleStep( 1 ) is outside of valid bounds. "
)
EMPTY = f"[CRITICAL][FD] {AT} [] (unknown:0) - "


@pytest.mark.parametrize("wrong", [QT, VTK, RAISED, LOGGED, WARNED, LONG])
def test_a_warning_or_an_error_of_qt_vtk_or_python_is_found_whole(wrong):
    assert faults_of_log(f"{BEGIN}{wrong}\n{END}") == [wrong]


def test_what_a_plain_slicer_says_as_well_is_no_fault():
    assert faults_of_log("\n".join((BEGIN, UNDO, OBLIQUE, CLOSED, SCREEN, VOLUMES, EMPTY, END))) == []


def test_an_error_beside_what_a_plain_slicer_says_is_found():
    assert faults_of_log("\n".join((UNDO, QT, OBLIQUE, EMPTY, VTK, END))) == [QT, VTK]


def test_another_preset_that_is_not_there_is_a_fault():
    assert faults_of_log(OBLIQUE.replace("Reformat", "Axiall")) != []


@pytest.mark.parametrize(
    "line",
    ["Traceback (most recent call last):", "Segmentation fault (core dumped)", "QWidget::repaint: Recursive"],
)
def test_what_only_the_terminal_has_is_found(line):
    assert faults_of_terminal(f"one\ntwo\n{line}\nmore\n") == [f"two\n{line}\nmore"]
    assert faults_of_terminal('Switch to module:  "HER2LowMRI"\nsaved  "scene.mrb"\n') == []
