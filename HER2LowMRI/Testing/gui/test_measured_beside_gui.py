"""Measured values on the page Form: after the answer and never before, with a curve, a spot and marks that move."""

import csv

import numpy as np
import pytest
import slicer
from gui import test_examination_gui
from gui.test_size_line_gui import clicks_into
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.measured_beside import BESIDE_VALUES
from HER2LowMRILib.mrml.size_lines import place_of
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.add_cases import add_cases
from HER2LowMRILib.workflow.cases_tree import cases_from_tree
from HER2LowMRILib.workflow.export_cohort import export_cohort
from slicer_session.person import MASS_KEYS, Key
from slicer_session.small_images import write_small_series


@pytest.fixture
def measuring(person, tmp_path, monkeypatch):
    """A reader at the form of a case with six phases, in a study that wants values beside the descriptors."""
    monkeypatch.setattr(test_examination_gui, "UPTAKES", [0.0, 1.2, 1.5, 1.2, 1.0, 0.7])
    monkeypatch.setattr(test_examination_gui, "TIMES", [0.0, 60.0, 120.0, 180.0, 240.0, 300.0])
    folder = tmp_path / "images" / "CASE-001"
    person.truth["CASE-001"] = write_small_series(folder / "dwi", 1)
    test_examination_gui.add_examination(folder, 0.0)
    study = create_study(tmp_path / "study", "Synthetic study", features=FeatureSet(beside=True))
    with study.coordinator() as office:
        found = cases_from_tree(tmp_path / "images", office.pseudonym, keep_names=True)
        add_cases(office, found.cases)
    person.study = tmp_path / "study"
    person.panel.pages["study"].ui.studyPath.currentPath = str(person.study)
    person.enters("r1")
    person.opens_next_case()
    # Around the voxels that take up contrast agent.
    person.draws()
    person.panel.go_to("descriptors")
    return person


def label(person):
    return person.panel.pages["descriptors"].ui.besideLabel.text


def measured(person):
    person.session.wait(lambda: person.panel.session.measured.is_up_to_date, 20)
    person.session.settle()
    return label(person)


def nodes(role):
    return [
        node
        for node in slicer.util.getNodesByClass("vtkMRMLMarkupsNode")
        if node.GetAttribute("HER2LowMRI.role") == role
    ]


def test_values_come_after_their_answers_and_the_curve_is_a_plot(measuring):
    assert measuring.panel.pages["descriptors"].ui.besideFrame.isVisible()
    said = measured(measuring)
    assert "after the question" in said and "Curve" not in said
    measuring.types("231121")
    assert "diameter" not in measured(measuring)
    measuring.types("23")
    measuring.presses(Key.Key_Return)
    said = measured(measuring)
    assert "Longest diameter" in said and "Curve" not in said and not nodes("mark spot")
    measuring.types("333")
    said = measured(measuring)
    assert "Curve:" in said and "Kaiser score" in said and "last 5" in said
    plot = slicer.mrmlScene.GetSingletonNode("HER2LowMRI_Decay", "vtkMRMLPlotViewNode")
    assert plot.GetPlotChartNode().GetXAxisTitle() == "s" and len(nodes("mark spot")) == 1
    assert plot.GetLayoutLabel() == "curve"
    shown = measuring.panel.session.reading._record.state["beside_shown"]
    assert "measured_kinetics_delayed" in shown
    # Another page gives the place back to the signal decay.
    measuring.panel.go_to("features")
    plot = slicer.mrmlScene.GetSingletonNode("HER2LowMRI_Decay", "vtkMRMLPlotViewNode")
    assert plot.GetPlotChartNode().GetXAxisTitle() != "s" and plot.GetLayoutLabel() == "decay"


def test_the_spot_moves_with_the_hand_and_back_by_the_button(measuring):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    reading, found = measuring.panel.session.reading, measuring.panel.session.measured
    before = found.found.curve
    spot = nodes("mark spot")[0]
    place = np.add(before.place_mm, (12.0, 0.0, 0.0))
    spot.SetNthControlPointPositionWorld(0, -place[0], -place[1], place[2])
    measuring.session.wait(lambda: found.is_up_to_date and found.found.curve.moved, 20)
    assert np.allclose(reading.marks["spot"], place, atol=1e-3)
    assert found.found.curve.signal != before.signal and "spot moved" in label(measuring)
    measuring.clicks(measuring.panel.pages["descriptors"].ui.besideSpotButton)
    measuring.session.wait(lambda: found.is_up_to_date and not found.found.curve.moved, 20)
    assert reading.marks == {} and np.allclose(place_of(nodes("mark spot")[0]), before.place_mm)


def test_two_marks_on_t2_give_the_ratio_and_may_be_given_up(measuring):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    assert "T2: lesion" not in label(measuring)
    ui = measuring.panel.pages["descriptors"].ui
    measuring.clicks(ui.besideMarkButton)
    clicks_into(3, (-3.0, -5.0, 4.0), (8.0, 9.0, 4.0))
    measuring.session.wait(lambda: len(measuring.panel.session.reading.marks) == 2)
    assert "T2: lesion" in measured(measuring)
    kept = dict(measuring.panel.session.reading.marks)
    assert kept["t2_lesion"] == [3.0, 5.0, 4.0]
    measuring.clicks(ui.besideMarkButton)
    measuring.clicks(ui.besideMarkButton)
    measuring.session.wait(lambda: len(nodes("mark t2")) == 1 and place_of(nodes("mark t2")[0]) is not None)
    assert dict(measuring.panel.session.reading.marks) == kept
    slicer.mrmlScene.RemoveNode(nodes("mark t2")[0])
    measuring.session.wait(lambda: not measuring.panel.session.reading.marks)
    assert "T2: lesion" not in measured(measuring)


def test_the_row_of_the_panel_is_the_row_of_the_export(measuring, tmp_path, monkeypatch):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    measuring.panel.go_to("features")
    from HER2LowMRILib.session.case_row import case_row

    row = case_row(measuring.panel.session)
    assert row["measured_kinetics_delayed"] is not None and row["lesion_size_source"] == "typed"
    measuring.panel.go_to("sign_off")
    measuring.clicks(measuring.panel.pages["sign_off"].ui.signButton)
    measuring.session.close()
    export_cohort(open_study(measuring.study), tmp_path / "out")
    with (tmp_path / "out" / "readings.csv").open(newline="") as file:
        exported = next(csv.DictReader(file))
    for value in BESIDE_VALUES:
        want = row[value.name]
        assert exported[value.name] == ("" if want is None else f"{want}"), value.name


def test_a_study_that_does_not_want_them_has_no_such_frame(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    assert not person.panel.pages["descriptors"].ui.besideFrame.isVisible()
    assert person.panel.session.measured is None


def test_a_mark_that_was_just_moved_is_kept_when_the_next_case_is_opened_at_once(measuring):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    reading, found = measuring.panel.session.reading, measuring.panel.session.measured
    place = np.add(found.found.curve.place_mm, (12.0, 0.0, 0.0))
    nodes("mark spot")[0].SetNthControlPointPositionWorld(0, -place[0], -place[1], place[2])
    measuring.panel.open_case(reading.case_id)
    assert np.allclose(measuring.panel.session.reading.marks["spot"], place, atol=1e-3)


def marks_all(person):
    """Move the spot, and mark T2 before what follows from the spot is measured; returns what the reading keeps."""
    session = person.panel.session
    place = np.add(session.measured.found.curve.place_mm, (12.0, 0.0, 0.0))
    nodes("mark spot")[0].SetNthControlPointPositionWorld(0, -place[0], -place[1], place[2])
    person.session.wait(lambda: "spot" in session.reading.marks)
    person.clicks(person.panel.pages["descriptors"].ui.besideMarkButton)
    clicks_into(3, (-3.0, -5.0, 4.0))
    person.session.wait(lambda: session.measured.is_up_to_date)
    clicks_into(3, (8.0, 9.0, 4.0))
    person.session.wait(lambda: len(session.reading.marks) == 3)
    measured(person)
    return dict(session.reading.marks)


def test_marks_that_are_set_while_something_else_is_measured_stay(measuring):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    kept = marks_all(measuring)
    assert kept["t2_lesion"] == [3.0, 5.0, 4.0] and kept["t2_muscle"] == [-8.0, -9.0, 4.0]
    # Two clicks at once, with the measuring due in between.
    session, beside = measuring.panel.session, measuring.panel.pages["descriptors"].beside
    measuring.clicks(measuring.panel.pages["descriptors"].ui.besideMarkButton)
    clicks_into(3, (-2.0, -4.0, 4.0), (7.0, 9.0, 4.0))
    beside._go_on()
    measuring.session.wait(lambda: session.reading.marks["t2_lesion"] == [2.0, 4.0, 4.0])
    assert session.reading.marks["t2_muscle"] == [-7.0, -9.0, 4.0]


def test_marks_that_are_shown_while_a_scene_is_loaded_over_the_case_stay(measuring, tmp_path):
    measuring.answers(MASS_KEYS)
    measured(measuring)
    session, beside = measuring.panel.session, measuring.panel.pages["descriptors"].beside
    kept = marks_all(measuring)
    assert slicer.util.saveScene(str(tmp_path / "middle.mrb"))
    measuring.panel.open_case(measuring.case_id)
    measuring.panel.go_to("descriptors")
    assert not nodes("mark t2")

    def measure(*_event):
        # Slicer runs events while it loads: the time of the panel to measure may come.
        while not session.measured.is_up_to_date:
            beside._go_on()

    tag = slicer.mrmlScene.AddObserver(slicer.mrmlScene.EndImportEvent, measure)
    slicer.util.loadScene(str(tmp_path / "middle.mrb"))
    slicer.mrmlScene.RemoveObserver(tag)
    measuring.session.wait_for_scene()
    measuring.session.wait(lambda: not beside._at_rest.isActive())
    assert session.reading.marks == kept
    assert len(nodes("mark t2")) == len(nodes("mark spot")) == 1


def test_values_come_when_the_panel_that_was_folded_away_is_there_again(measuring):
    measuring.types("231121")
    measuring.types("23")
    measuring.presses(Key.Key_Return)
    measuring.types("333")
    panel = measuring.panel
    panel.widget.hide()
    measuring.session.wait_for_scene()
    # Nobody has seen them meanwhile.
    assert not panel.session.measured.is_up_to_date
    assert "beside_shown" not in panel.session.reading._record.state
    panel.widget.show()
    assert "Kaiser score" in measured(measuring)
    assert "measured_kinetics_delayed" in panel.session.reading._record.state["beside_shown"]


def test_voxels_of_the_next_case_are_counted_while_the_panel_is_folded_away(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    person.panel.go_to("images")
    table = person.page("images").qualityTable
    assert int(table.item(0, 0).text()) > 0
    person.panel.widget.hide()
    second = next(
        item.case_id for item in person.panel.session.view.work_list if item.case_id != person.case_id
    )
    person.panel.session.open_case(second)
    person.panel.widget.show()
    person.session.settle()
    assert person.panel.page.NAME == "images"
    assert table.item(0, 0).text() in ("0", "–")
