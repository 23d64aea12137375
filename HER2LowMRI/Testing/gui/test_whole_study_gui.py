"""A whole study through the widgets: three cases, two readers, adjudicator, coordinator; equal to the commands."""

import csv
import subprocess
import sys

import numpy as np
import pytest
import slicer
import vtk
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.study_folder import open_study
from slicer_session.panel import MODULE_FILE
from slicer_session.person import MASS_KEYS, NME_KEYS, Answer

TABLES = ("features.csv", "readings.csv", "flow.csv", "data_dictionary.csv")


def read_all(person, role, keys, grow):
    person.enters(role)
    person.opens_next_case()
    for _case in range(3):
        person.reads_case(keys, grow)
    assert person.panel.session.view.progress == (3, 3)
    assert person.panel.page.NAME == "study"


def test_a_study_of_three_cases_ends_in_the_rows_that_the_commands_give(person, study, tmp_path):
    read_all(person, "r1", MASS_KEYS, 0)
    read_all(person, "r2", NME_KEYS | {"bpe": "4"}, 1)

    person.enters("adjudicator")
    person.panel.open_next_open_case()
    page = person.panel.pages["adjudication"]
    for _case in range(3):
        differences = {entry.item.id for entry in person.panel.session.reading.disagreements}
        assert {"bpe", "lesion_type"} <= differences
        assert "fgt" not in differences
        while page.editor.item is not None and not person.panel.session.reading.is_decided:
            person.types("1")
        assert page.ui.overlapLabel.text.startswith("Dice 0.")
        person.goes_on()

    person.enters("coordinator")
    cohort = person.panel.pages["cohort"]
    cohort.ui.cohortTable.setCurrentCell(0, 0)
    field = cohort._fields["her2_ihc"]
    field.setCurrentIndex(3)
    field.activated.emit(3)
    assert "indeterminate" in cohort.ui.groupLabel.text
    field = cohort._fields["her2_ish_result"]
    field.setCurrentIndex(1)
    field.activated.emit(1)
    assert "low" in cohort.ui.groupLabel.text
    assert cohort.ui.cohortTable.item(0, 2).text() == "low"
    by_panel, by_command = tmp_path / "by_panel", tmp_path / "by_command"
    cohort.ui.exportPath.currentPath = str(by_panel)
    person.clicks(cohort.ui.exportButton)
    person.session.close()

    assert main(["export", str(study), "--out", str(by_command), "--quiet"]) == 0
    for name in TABLES:
        assert (by_panel / name).read_bytes() == (by_command / name).read_bytes(), name
    with (by_panel / "features.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 3
    assert {row["lesion_type"] for row in rows} == {"mass"}
    assert rows[0]["her2_group"] == "low"
    assert main(["study", "check", str(study), "--quiet"]) == 0


def test_an_adjudicator_sees_neither_reader_nor_pathology(person, study):
    read_all(person, "r1", MASS_KEYS, 0)
    read_all(person, "r2", NME_KEYS, 1)
    person.enters("adjudicator")
    person.panel.open_next_open_case()
    person.session.settle()
    from PySide6 import QtWidgets

    texts = [
        widget.text for widget in person.panel.widget.findChildren(QtWidgets.QLabel) if widget.isVisible()
    ]
    table = person.page("adjudication").differenceTable
    texts += [
        table.item(row, column).text() for row in range(table.rowCount) for column in range(table.columnCount)
    ]
    shown = " ".join(texts)
    assert "r1" not in shown.split() and "r2" not in shown.split()
    assert not hasattr(person.panel.session.view, "pathology")


def test_a_size_that_the_adjudicator_was_typing_is_kept_when_the_case_is_left(person, study):
    read_all(person, "r1", MASS_KEYS, 0)
    read_all(person, "r2", MASS_KEYS | {"lesion_size_mm": "45"}, 1)
    person.enters("adjudicator")
    panel = person.panel
    panel.open_next_open_case()
    first = person.case_id
    assert [entry.item.id for entry in panel.session.reading.disagreements] == ["lesion_size_mm"]
    person.types("34")
    person.goes_on()
    assert person.case_id != first
    panel.open_case(first)
    assert panel.session.reading.disagreements[0].decision == 34


def test_a_side_that_left_the_case_out_has_no_outline_to_show_or_hide(person, study):
    read_all(person, "r1", MASS_KEYS, 0)
    person.panel.session.leave()
    with open_study(study).reader("r2") as view:
        case_id = view.work_list[0].case_id
        reading = view.open_case(case_id)
        reading.propose_exclusion("not assessable")
        reading.sign_off()
    person.enters("adjudicator")
    person.panel.open_case(case_id)
    voi = person.panel.session.case.voi
    (side,) = person.panel.session.case.masks()
    # VTK answers a question about a segment that is not there with a warning.
    warned = []
    display = voi.GetDisplayNode()
    tag = display.AddObserver(vtk.vtkCommand.WarningEvent, lambda *_: warned.append(True))
    page = person.page("adjudication")
    for _on in range(2):
        person.clicks(page.sideAButton)
        person.clicks(page.sideBButton)
    display.RemoveObserver(tag)
    assert not warned
    assert display.GetSegmentVisibility(side)


def test_the_desk_shows_outlines_and_lines_of_three_readers(person, image_tree, tmp_path):
    readers = ("r1", "r2", "r3")
    person.page("study").readersEdit.text = ", ".join(readers)
    study = person.sets_up_study(tmp_path / "three", image_tree[0])
    person.enters("r1")
    person.opens_next_case()
    case_id, grid = person.case_id, person.panel.session.case.grid
    person.enters("adjudicator")
    for number, reader in enumerate(readers):
        with open_study(study).reader(reader) as view:
            reading = view.open_case(case_id)
            reading.save_voi({"lesion": np.roll(person.truth[case_id].lesion, number, 2)}, grid)
            reading.set_size_line(((0.0, 0.0, 0.0), (3.0 + number, 4.0, 0.0)), "adc")
            reading.propose_exclusion("motion")
            reading.sign_off()
    person.panel.open_case(case_id)
    assert set(person.panel.session.case.masks()) == {"side A", "side B", "side C"}
    lines = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")
    assert {line.GetName() for line in lines} == {"A", "B", "C"}
    assert len({line.GetDisplayNode().GetSelectedColor() for line in lines}) == 3


def test_pathology_is_kept_field_by_field_and_readings_are_not_read_again_for_it(person, study, monkeypatch):
    person.enters("coordinator")
    cohort, view = person.panel.pages["cohort"], person.panel.session.view
    cohort.ui.cohortTable.setCurrentCell(1, 0)
    second = cohort.ui.cohortTable.item(1, 0).text()
    monkeypatch.setattr(type(view), "status", lambda _: pytest.fail("every reading is read for one field"))
    field = cohort._fields["age"]
    field.setFocus()
    person.types("54")
    cohort.ui.cohortTable.setFocus()
    assert view.pathology(second)["age"] == 54
    field = cohort._fields["her2_ihc"]
    field.setCurrentIndex(4)
    field.activated.emit(4)
    assert cohort.ui.cohortTable.item(1, 2).text() == "over"
    field = cohort._fields["ki67_percent"]
    field.setFocus()
    person.types("20")
    person.panel.go_to("study")
    assert view.pathology(second)["ki67_percent"] == 20
    assert view.pathology(cohort.ui.cohortTable.item(0, 0).text()) == {}


def test_a_second_session_asks_before_it_takes_a_reader_over(person, study):
    other = open_study(study).reader("r1")
    person.panel.go_to("study")
    ui = person.page("study")
    ui.roleCombo.setCurrentIndex(ui.roleCombo.findData("r1"))
    with Answer("Enter") as asked:
        person.clicks(ui.openButton)
    assert len(asked) == 1 and person.panel.session.view is None, (
        "Enter takes nothing from a session that runs"
    )
    assert person.panel.ui.messageLabel.text
    with Answer("Yes") as asked:
        person.clicks(ui.openButton)
    assert len(asked) == 1 and person.panel.session.role == "r1"
    other.close()


def test_a_session_that_is_known_to_have_ended_is_taken_over_without_a_question(person, study):
    code = (
        "import os, sys; from pathlib import Path; from HER2LowMRILib.study.study_folder import open_study; "
        "open_study(Path(sys.argv[1])).reader('r1'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(study)], cwd=MODULE_FILE.parent, check=False)
    person.panel.go_to("study")
    ui = person.page("study")
    ui.roleCombo.setCurrentIndex(ui.roleCombo.findData("r1"))
    with Answer("No") as asked:
        person.clicks(ui.openButton)
    assert asked == [] and person.panel.session.role == "r1"
    assert "ended without closing" in person.panel.ui.messageLabel.text
