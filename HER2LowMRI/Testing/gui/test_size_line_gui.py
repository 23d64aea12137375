"""The size of a lesion by a line: drawn by key and clicks in any view, moved, typed over, deleted, brought back."""

import numpy as np
import pytest
import slicer
import vtk
from gui.test_examination_gui import examined  # noqa: F401
from HER2LowMRILib.mrml.reading_layout import SLICES
from HER2LowMRILib.mrml.size_lines import ends_of
from HER2LowMRILib.study.study_folder import open_study
from slicer_session.person import MASS_KEYS, Key

SIZE = "lesion_size_mm"


def the_line():
    nodes = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")
    assert len(nodes) <= 1
    return nodes[0] if nodes else None


def interaction():
    return slicer.mrmlScene.GetNodeByID("vtkMRMLInteractionNodeSingleton")


def clicks_into(view, *places):
    """Set ends as Slicer's line widget does: in the line that is being placed, marked with the view's volume."""
    selection = slicer.mrmlScene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
    composite = slicer.app.layoutManager().sliceWidget(SLICES[view]).mrmlSliceCompositeNode()
    for place in places:
        assert interaction().GetCurrentInteractionMode() == interaction().Place, "nothing is being placed"
        line = slicer.mrmlScene.GetNodeByID(selection.GetActivePlaceNodeID())
        number = line.AddControlPointWorld(vtk.vtkVector3d(*place))
        line.SetNthControlPointAssociatedNodeID(number, composite.GetBackgroundVolumeID())
        if line.GetNumberOfDefinedControlPoints() == line.GetRequiredNumberOfControlPoints():
            interaction().SetCurrentInteractionMode(interaction().ViewTransform)


def on_disk(person, case_id):
    person.session.close()
    with open_study(person.study).reader("r1") as view:
        reading = view.open_case(case_id)
        return dict(reading.answers), reading.size_line, reading.size_is_of_line


@pytest.fixture
def measuring(examined, tmp_path):  # noqa: F811
    """A reader at the question of the size, in the layout with the dynamic series."""
    examined.study = tmp_path / "study"
    examined.draws()
    examined.panel.go_to("descriptors")
    examined.types("231121")
    assert examined.panel.pages["descriptors"].editor.item.id == SIZE
    return examined


def draws_line(person, view=1, ends=((-10.0, 4.0, 2.0), (5.0, 12.0, 2.0))):
    person.presses(Key.Key_L)
    clicks_into(view, *ends)
    person.session.settle()


def test_a_line_in_a_view_answers_the_size_and_the_form_goes_on(measuring):
    before = measuring.interactions
    draws_line(measuring)
    assert measuring.interactions - before == 1  # and two clicks into the image
    assert measuring.panel.session.reading.answers[SIZE] == 17.0
    assert measuring.panel.pages["descriptors"].editor.item.id == "mass_shape"
    answers, line, of_line = on_disk(measuring, measuring.case_id)
    assert answers[SIZE] == 17.0 and of_line
    assert (line["image"], line["phase"], line["length_mm"]) == ("dce", 1, 17.0)
    # LPS, as all places that the study keeps.
    assert line["ends_mm"] == [[10.0, -4.0, 2.0], [-5.0, -12.0, 2.0]]


def test_a_mass_takes_sixteen_interactions_from_the_drawn_voi_to_sign_off_with_the_size_by_a_line(measuring):
    panel = measuring.panel
    for item in list(panel.session.reading.answers):
        panel.session.set_answer(item, None)
    panel.go_to("voi")
    measuring.interactions = 0
    measuring.goes_on()
    measuring.types("231121")
    draws_line(measuring)
    measuring.interactions += 2  # the clicks at its ends
    measuring.types("333")
    reading = panel.session.reading
    for _step in ("features", "sign off", "signed"):
        measuring.goes_on()
    assert reading.state == "signed_off" and reading.answers[SIZE] == 17.0
    # Nine more outline a lesion in three slices: the key, stroke and right click in each, two turns of the wheel.
    assert measuring.interactions == 16


def test_the_reading_keeps_which_image_the_line_was_drawn_on(measuring):
    reading = measuring.panel.session.reading
    for view, image, phase in ((0, "dce", 0), (2, "subtraction", 1), (3, "t2", None)):
        draws_line(measuring, view)
        assert (reading.size_line["image"], reading.size_line["phase"]) == (image, phase)
    measuring.presses(Key.Key_M)
    draws_line(measuring)
    assert reading.size_line["image"] == "mip"
    # Lesions look larger on projections, and the panel says so.
    assert "projection" in measuring.panel.ui.messageLabel.text


def test_lengths_are_right_to_a_hundredth_of_a_millimetre_in_any_direction(measuring):
    rng = np.random.default_rng(13)
    tried = 0
    while tried < 25:
        one, other = rng.uniform(-60, 60, (2, 3))
        truth = float(np.linalg.norm(one - other))
        if not 1 < truth < 300:
            continue
        draws_line(measuring, 1, (one, other))
        assert abs(measuring.panel.session.reading.answers[SIZE] - truth) < 0.01
        tried += 1


def test_a_moved_end_is_measured_anew_and_stays_on_its_image(measuring):
    draws_line(measuring)
    the_line().SetNthControlPointPositionWorld(1, -10.0, 34.0, 2.0)
    the_line().InvokeEvent(the_line().PointEndInteractionEvent)
    measuring.session.settle()
    reading = measuring.panel.session.reading
    assert reading.answers[SIZE] == 30.0 and reading.size_line["image"] == "dce"
    the_line().SetNthControlPointPositionWorld(1, -10.0, 24.0, 2.0)
    measuring.session.wait(lambda: measuring.panel.session.reading.answers[SIZE] == 20.0)


def test_a_typed_size_stays_possible_and_the_line_is_no_longer_its_source(measuring):
    draws_line(measuring)
    page = measuring.panel.pages["descriptors"]
    page.ui.questionTable.setCurrentCell(6, 0)
    assert "By a line of 17.00 mm on phase 1" in page.ui.lineLabel.text
    page.editor.focus_typing()
    measuring.types("25")
    measuring.presses(Key.Key_Return)
    page.ui.questionTable.setCurrentCell(6, 0)
    assert "typed" in page.ui.lineLabel.text
    answers, line, of_line = on_disk(measuring, measuring.case_id)
    assert answers[SIZE] == 25.0 and line["length_mm"] == 17.0 and not of_line


def deletes_node(_person):
    slicer.mrmlScene.RemoveNode(the_line())


def deletes_point(_person):
    the_line().RemoveNthControlPoint(0)


def deletes_by_button(person):
    person.clicks(person.panel.pages["descriptors"].ui.lineDeleteButton)


def takes_answer_back(person):
    person.panel.pages["descriptors"].ui.questionTable.setFocus()
    person.presses(Key.Key_Backspace)


def test_a_line_that_is_deleted_takes_its_size_along_and_undo_brings_both_back(measuring):
    draws_line(measuring)
    page, reading = measuring.panel.pages["descriptors"], measuring.panel.session.reading
    page.ui.questionTable.setCurrentCell(6, 0)
    for delete in (deletes_node, deletes_point, deletes_by_button, takes_answer_back):
        delete(measuring)
        measuring.session.settle()
        assert SIZE not in reading.answers and reading.size_line is None and the_line() is None, delete
        measuring.clicks(page.ui.lineUndoButton)
        assert reading.answers[SIZE] == 17.0 and reading.size_line["length_mm"] == 17.0
        assert np.allclose(ends_of(the_line()), reading.size_line["ends_mm"])
    measuring.clicks(page.ui.lineUndoButton)
    assert SIZE not in reading.answers and the_line() is None
    assert not page.ui.lineUndoButton.isEnabled()


def gives_up(person):
    """By a right click, and by the key once more."""
    person.presses(Key.Key_L)
    clicks_into(2, (0.0, 0.0, 0.0))
    interaction().SetCurrentInteractionMode(interaction().ViewTransform)
    person.session.settle()
    person.presses(Key.Key_L)
    person.presses(Key.Key_L)
    assert interaction().GetCurrentInteractionMode() == interaction().ViewTransform


def test_a_typed_size_survives_a_line_that_is_given_up_and_one_that_is_deleted(measuring):
    measuring.types("21")
    measuring.presses(Key.Key_Return)
    reading = measuring.panel.session.reading
    gives_up(measuring)
    assert reading.answers[SIZE] == 21.0 and reading.size_line is None and the_line() is None
    draws_line(measuring)
    gives_up(measuring)
    assert reading.answers[SIZE] == 17.0 and reading.size_line["image"] == "dce"
    assert np.allclose(ends_of(the_line()), reading.size_line["ends_mm"])
    measuring.panel.pages["descriptors"].ui.questionTable.setCurrentCell(6, 0)
    measuring.clicks(measuring.panel.pages["descriptors"].ui.lineUndoButton)
    assert reading.answers[SIZE] == 21.0 and the_line() is None


def test_a_double_click_is_no_size_and_says_so(measuring):
    draws_line(measuring, 1, ((1.0, 1.0, 1.0), (1.2, 1.0, 1.0)))
    reading = measuring.panel.session.reading
    assert SIZE not in reading.answers and reading.size_line is None and the_line() is None
    assert "mm" in measuring.panel.ui.messageLabel.text


def test_the_key_works_while_the_cursor_waits_for_a_number_and_types_nothing(measuring):
    edit = measuring.panel.pages["descriptors"].ui.numberEdit
    measuring.presses(Key.Key_L)
    assert edit.text == ""
    assert interaction().GetCurrentInteractionMode() == interaction().Place


def test_the_line_comes_back_with_the_case_and_goes_with_it(measuring):
    case_id = measuring.case_id
    draws_line(measuring)
    measuring.panel.session.close_case()
    assert the_line() is None
    measuring.panel.open_case(case_id)
    assert np.allclose(ends_of(the_line()), [[10.0, -4.0, 2.0], [-5.0, -12.0, 2.0]])
    slicer.mrmlScene.Clear(0)
    measuring.session.settle()
    assert the_line() is None


def test_a_signed_reading_keeps_its_line_and_lets_nobody_move_it(measuring):
    case_id = measuring.case_id
    draws_line(measuring)
    measuring.answers(MASS_KEYS)
    measuring.panel.go_to("sign_off")
    measuring.clicks(measuring.panel.pages["sign_off"].ui.signButton)
    measuring.panel.open_case(case_id)
    assert the_line().GetLocked()
    the_line().SetNthControlPointPositionWorld(1, 50.0, 50.0, 2.0)
    measuring.session.wait(lambda: np.allclose(ends_of(the_line())[1], [-5.0, -12.0, 2.0]))
    measuring.presses(Key.Key_L)
    assert interaction().GetCurrentInteractionMode() != interaction().Place
    signed = measuring.panel.session.reading.signed[-1]
    assert signed.size_line["length_mm"] == 17.0 and signed.answers[SIZE] == 17.0


def test_the_adjudicator_sees_both_lines_in_the_colours_of_the_sides(measuring):
    case_id = measuring.case_id
    for reader, end in (("r1", (5.0, 12.0, 2.0)), ("r2", (5.0, -16.0, 2.0))):
        if reader == "r2":
            measuring.enters("r2")
            measuring.opens_next_case()
            measuring.draws()
            measuring.panel.go_to("descriptors")
            measuring.types("231121")
        draws_line(measuring, 1, ((-10.0, 4.0, 2.0), end))
        measuring.answers(MASS_KEYS)
        measuring.panel.go_to("sign_off")
        measuring.clicks(measuring.panel.pages["sign_off"].ui.signButton)
    measuring.enters("adjudicator")
    measuring.panel.open_case(case_id)
    lines = {node.GetName(): node for node in slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")}
    assert set(lines) == {"A", "B"}
    lengths = sorted(node.GetLineLengthWorld() for node in lines.values())
    assert np.allclose(lengths, [17.0, 25.0])
    assert all(node.GetLocked() for node in lines.values())
    assert lines["A"].GetDisplayNode().GetSelectedColor() != lines["B"].GetDisplayNode().GetSelectedColor()
    page = measuring.page("adjudication")
    page.differenceTable.setCurrentCell(0, 0)
    label = page.differenceDefinitionLabel
    assert "A: By a line of" in label.text
    measuring.session.window.resize(420, 560)
    page.differenceTable.setCurrentCell(1, 0)
    page.differenceTable.setCurrentCell(0, 0)
    measuring.session.settle()
    # Every line can be read, however low the window is.
    assert label.geometry.height() >= label.heightForWidth(label.geometry.width())
    measuring.clicks(page.sideAButton)
    assert not lines["A"].GetDisplayVisibility() and lines["B"].GetDisplayVisibility()


@pytest.mark.parametrize("digit, shape", [(Key.Key_1, "oval"), (Key.Key_3, "irregular")])
def test_a_digit_right_after_the_second_click_answers_the_question_after_the_size(measuring, digit, shape):
    """Clicks and keys wait in one queue on a slow computer; the key comes before the line was looked at."""
    measuring.presses(Key.Key_L)
    clicks_into(1, (-10.0, 4.0, 2.0), (5.0, 12.0, 2.0))
    # A click into a view takes the focus from where numbers are typed.
    measuring.focus().clearFocus()
    assert measuring.panel.session.reading.answers.get(SIZE) is None
    measuring.presses(digit)
    measuring.session.settle()
    answers = measuring.panel.session.reading.answers
    assert (answers[SIZE], answers.get("mass_shape")) == (17.0, shape)
    assert measuring.panel.pages["descriptors"].editor.item.id == "mass_margin"


def test_a_line_that_was_begun_keeps_its_clicks_while_a_tool_is_about_to_be_taken_up(examined):  # noqa: F811
    """Where nothing is drawn yet the page VOI takes up a tool a moment later, and Slicer gives it the clicks."""
    examined.panel.go_to("images")
    examined.panel.go_to("voi")
    page, session = examined.panel.pages["voi"], examined.panel.session
    assert page._soon_taken_up.isActive()
    examined.presses(Key.Key_L)
    examined.session.wait(lambda: not page._soon_taken_up.isActive())
    assert page.editor.activeEffect() is None
    clicks_into(1, (-10.0, 4.0, 2.0), (5.0, 12.0, 2.0))
    examined.session.settle()
    assert session.reading.size_line["length_mm"] == 17.0
    assert session.case.measurement is None
