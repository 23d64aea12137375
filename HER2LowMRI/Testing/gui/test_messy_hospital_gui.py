"""From a messy folder of six patients and messy tables to features.csv and the report, in the panel alone."""

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows
from workflow.messy_hospital import (
    ANSWERS,
    COLUMNS,
    PATIENTS,
    take_stray_away,
    write_decisions,
    write_hospital,
    write_readings,
)

pytestmark = pytest.mark.usefixtures("panel")


def sets_up(person, folder, images):
    ui = person.page("study")
    ui.newSection.collapsed = False
    person.session.settle()
    ui.newPath.currentPath, ui.imagesPath.currentPath = str(folder), str(images)
    ui.titleEdit.text = "Synthetic study"
    ui.newCopyCombo.setCurrentIndex(2)
    person.clicks(ui.createButton)
    return person.panel.ui.messageLabel.text


def adds_folder(person, images):
    """Look at the folder again, as coordinator, and take it over; returns what was said."""
    ui, page = person.page("cohort"), person.panel.pages["cohort"]
    ui.importKindCombo.setCurrentIndex(3)
    ui.importCopyCombo.setCurrentIndex(2)
    ui.importPath.currentPath = str(images)
    person.session.settle()
    person.clicks(ui.importButton)
    looked = (list(page.table_import.list.states), person.panel.ui.messageLabel.text)
    person.clicks(ui.takeButton)
    return looked, person.panel.ui.messageLabel.text


def takes_over(person, page, widgets, path, answers=None):
    """Look, answer what is red or amber, take over; returns what was said."""
    edit, look, take = widgets
    edit.currentPath = str(path)
    person.session.settle()
    person.clicks(look)
    listed = page.table_import.list
    for question in listed.questions:
        answer = (answers or {}).get((question.column, question.found))
        if answer is not None:
            listed.answer(question, answer)
        assert listed.answers().to(question), f"{question} is open and nobody answers it"
    person.clicks(take)
    return person.panel.ui.messageLabel.text


def test_six_patients_from_the_folder_to_the_report(person, tmp_path):
    hospital = write_hospital(tmp_path)
    study, out = tmp_path / "study", tmp_path / "out"
    said = sets_up(person, study, hospital.images)
    assert said.startswith("The study is set up with 5 cases.")
    assert "(subfolder 3 of 6, by name): The images belong to different patients" in said
    assert "1 .pdf file" in said and "Musterfrau" not in said

    person.enters("coordinator")
    page, ui = person.panel.pages["cohort"], person.page("cohort")
    take_stray_away(hospital)
    (states, looked), said = adds_folder(person, hospital.images)
    assert looked.startswith("1 case would be added") and "not added" not in states
    assert said.startswith("1 case was added.")
    office = person.panel.session.view
    case_ids = {patient_id: office.pseudonym(patient_id) for patient_id, _, _ in PATIENTS}
    assert {case.case_id for case in office.cases} == set(case_ids.values())

    ui.importKindCombo.setCurrentIndex(0)
    table = (ui.importPath, ui.importButton, ui.takeButton)
    assert takes_over(person, page, table, hospital.pathology, ANSWERS) == "6 cases were changed."

    readings = write_readings(tmp_path, case_ids)
    columns = {(theirs, theirs): ours for theirs, ours in COLUMNS.items()}
    for reader in ("r1", "r2"):
        person.enters(reader)
        page = person.panel.pages["study"]
        page.table_ui.tableSection.collapsed = False
        person.session.settle()
        page.table_ui.tableSignCheck.checked = True
        table = (page.table_ui.tablePath, page.table_ui.tableLookButton, page.table_ui.tableTakeButton)
        assert takes_over(person, page, table, readings, columns) == "6 readings were entered."
        assert person.panel.session.view.progress == (6, 6)

    person.enters("adjudicator")
    person.panel.go_to("adjudication")
    page = person.panel.pages["adjudication"]
    page.table_ui.tableSection.collapsed = False
    person.session.settle()
    table = (page.table_ui.tablePath, page.table_ui.tableLookButton, page.table_ui.tableTakeButton)
    assert takes_over(person, page, table, write_decisions(tmp_path, case_ids)) == "1 decision was entered."

    person.enters("coordinator")
    ui = person.page("cohort")
    ui.exportPath.currentPath = str(out)
    person.clicks(ui.exportButton)
    assert ui.exportLabel.text.startswith("features.csv: 6 cases, readings.csv: 12 readings")
    person.panel.go_to("analysis")
    person.clicks(person.page("analysis").analyzeButton)
    report = out / "analysis" / "report.html"
    assert report.stat().st_size > 10_000, person.panel.ui.messageLabel.text

    rows = {row["case_id"]: row for row in read_rows(out / "features.csv")}
    of = [rows[case_ids[patient_id]] for patient_id, _, _ in PATIENTS]
    assert [row["her2_group"] for row in of] == ["low", "low", "zero", "over", "over", "zero"]
    assert [row["ki67_percent"] for row in of] == ["12.5", "55.0", "25.0", "80.0", "30.0", None]
    assert [row["lesion_size_mm"] for row in of] == ["21.5"] * 6
    assert of[2]["bpe"] == "mild" and of[0]["pr"] == "0"
    assert main(["study", "check", str(study), "--images", "--quiet"]) == 0
