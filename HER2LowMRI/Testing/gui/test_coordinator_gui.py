"""The coordinator's page: cases taken out and brought back, remarks in the export, and what the sentences say."""

import csv
from datetime import datetime

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.study_folder import open_study
from slicer_session.person import Answer, Key


def marked(person):
    table = person.page("cohort").cohortTable
    return table.item(table.currentRow(), 0).text()


def cases_shown(person):
    table = person.page("cohort").cohortTable
    return [table.item(row, 0).text() for row in range(table.rowCount)]


def removed_shown(person):
    table = person.page("cohort").removedTable
    return [
        tuple(table.item(row, column).text() for column in range(table.columnCount))
        for row in range(table.rowCount)
    ]


@pytest.fixture
def coordinator(person, study):
    """Somebody at the coordinator's page, with the section of removed cases open."""
    person.enters("coordinator")
    ui = person.page("cohort")
    assert ui.removedSection.collapsed and not ui.pathologySection.collapsed
    ui.removedSection.collapsed = False
    person.session.settle()
    assert ui.pathologySection.collapsed
    return person


def test_a_case_is_removed_with_a_reason_and_comes_back_as_it_was(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    person.reads_case()
    person.enters("coordinator")
    ui, view = person.page("cohort"), person.panel.session.view
    view.set_pathology(case_id, her2_ihc="3+")
    ui.removedSection.collapsed = False
    ui.cohortTable.setCurrentCell(cases_shown(person).index(case_id), 0)
    person.session.settle()
    assert case_id in ui.removeHintLabel.text

    person.clicks(ui.removeButton)
    assert "with a reason" in person.panel.ui.messageLabel.text
    assert case_id in cases_shown(person)

    ui.removeReasonEdit.setFocus()
    person.types("wrong patient")
    person.clicks(ui.removeButton)
    assert case_id not in cases_shown(person) and len(cases_shown(person)) == 2
    assert removed_shown(person) == [(case_id, datetime.now().strftime("%Y-%m-%d"), "wrong patient")]
    assert person.panel.ui.messageLabel.text.startswith(f"{case_id} is removed, 2 cases are in the study.")
    assert ui.removeReasonEdit.text == ""
    assert person.panel.ui.caseLabel.text == "2 cases"
    assert main(["study", "check", str(study), "--quiet"]) == 0

    ui.removedTable.setCurrentCell(0, 0)
    ui.removeReasonEdit.setFocus()
    person.types("it was the right one")
    person.clicks(ui.restoreButton)
    assert removed_shown(person) == []
    assert marked(person) == case_id
    assert view.pathology(case_id)["her2_ihc"] == "3+"
    row = ui.cohortTable.currentRow()
    assert ui.cohortTable.item(row, 1).text() == "1/2"
    assert main(["study", "check", str(study), "--quiet"]) == 0


def test_no_case_is_removed_while_a_reader_has_the_study_open(coordinator, study):
    case_id, ui = marked(coordinator), coordinator.page("cohort")
    with open_study(study).reader("r2"):
        ui.removeReasonEdit.setFocus()
        coordinator.types("wrong patient")
        coordinator.clicks(ui.removeButton)
    message = coordinator.panel.ui.messageLabel.text
    assert message.startswith("reader r2 is open") and "Close it there" in message
    assert case_id in cases_shown(coordinator) and removed_shown(coordinator) == []
    assert ui.removeReasonEdit.text == "wrong patient"


def test_what_is_typed_of_a_pathology_goes_with_the_removed_case(coordinator):
    case_id, ui = marked(coordinator), coordinator.page("cohort")
    age = coordinator.panel.pages["cohort"]._fields["age"]
    age.setFocus()
    coordinator.types("61")
    ui.removeReasonEdit.setText("wrong patient")
    clicks_without_focus(coordinator, ui.removeButton)
    (removed,) = coordinator.panel.session.view.removed
    assert (removed.case_id, removed.pathology) == (case_id, {"age": 61})
    assert all(
        not coordinator.panel.session.view.pathology(case.case_id)
        for case in coordinator.panel.session.view.cases
    )


def clicks_without_focus(person, button):
    """A click that leaves the focus where it was, as with a button on a Mac."""
    button.click()
    person.session.settle()


def test_an_erased_case_is_listed_and_cannot_be_restored(person, study):
    assert (
        main(["study", "remove", str(study), "CASE-002", "--reason", "withdrawn", "--erase", "CASE-002"]) == 0
    )
    person.enters("coordinator")
    ui = person.page("cohort")
    ui.removedSection.collapsed = False
    person.session.settle()
    ((case_id, _date, reason),) = removed_shown(person)
    assert (case_id, reason) == ("CASE-002", "erased: withdrawn")
    ui.removedTable.setCurrentCell(0, 0)
    assert not ui.restoreButton.isEnabled()


def test_remarks_are_exported_only_when_asked_for(person, study, tmp_path):
    person.enters("r1")
    person.opens_next_case()
    person.panel.session.set_comment("motion in the last images")
    person.reads_case()
    person.enters("coordinator")
    ui = person.page("cohort")
    assert not ui.remarksCheck.checked

    def remarks(name):
        ui.exportPath.currentPath = str(tmp_path / name)
        person.clicks(ui.exportButton)
        with (tmp_path / name / "readings.csv").open(encoding="utf-8-sig", newline="") as table:
            return [row["comment"] for row in csv.DictReader(table)]

    assert remarks("without") == [""]
    assert "1 remark of readers left out of readings.csv" in ui.exportLabel.text
    assert "--" not in ui.exportLabel.text
    person.clicks(ui.remarksCheck)
    assert remarks("with") == ["motion in the last images"]
    assert "read them before you pass them on" in ui.exportLabel.text
    assert "readings.csv: 1 reading" in ui.exportLabel.text
    person.enters("coordinator")
    assert not ui.remarksCheck.checked


def test_signed_readings_are_written_as_dicom_with_the_pseudonym_unless_asked_otherwise(
    person, study, tmp_path
):
    import pydicom

    person.enters("r1")
    person.opens_next_case()
    person.reads_case()
    person.enters("coordinator")
    ui = person.page("cohort")
    assert not ui.sourcePatientCheck.checked
    ui.exportPath.currentPath = str(tmp_path / "objects")
    person.clicks(ui.dicomButton)
    files = sorted((tmp_path / "objects").rglob("*.dcm"))
    assert f"{len(files)} DICOM objects" in ui.exportLabel.text and len(files) == 5
    assert {pydicom.dcmread(file).PatientID for file in files} == {files[0].relative_to(tmp_path).parts[1]}
    # Nothing is replaced.
    person.clicks(ui.dicomButton)
    assert "in the way" in person.panel.ui.messageLabel.text


def test_the_question_of_taking_over_gives_the_time_as_a_clock_does(person, study):
    with open_study(study).reader("r1"), Answer("No") as asked:
        person.panel.go_to("study")
        ui = person.page("study")
        ui.roleCombo.setCurrentIndex(ui.roleCombo.findData("r1"))
        person.clicks(ui.openButton)
    since = datetime.now().strftime("%Y-%m-%d %H:")
    for text in (asked[0], person.panel.ui.messageLabel.text):
        assert f"since {since}" in text
        assert "Z)" not in text and "." not in text.split("since ")[1].split(")")[0]


def test_one_is_counted_as_one(person, study):
    person.enters("r1")
    person.opens_next_case()
    mask = person.truth[person.case_id].lesion
    middle = int(mask.sum(axis=(1, 2)).argmax())
    one_voxel = mask & False
    one_voxel[middle][tuple(index[0] for index in mask[middle].nonzero())] = True
    person.draws(mask=one_voxel)
    ui = person.page("voi")
    assert ui.sliceLabel.text.startswith(f"1 slice drawn ({middle + 1})")
    assert ui.measureLabel.text.startswith("1 voxel · ")
    person.panel.go_to("features")
    assert person.page("features").voiSummaryLabel.text.startswith("1 voxel, ")
    assert person.page("features").voiSummaryLabel.text.endswith(", 1 slice")
    person.panel.go_to("descriptors")
    while len(person.panel.session.reading.missing()) > 1:
        item = person.panel.pages["descriptors"].editor.item
        if item.kind == "choice":
            person.types("1")
        else:
            person.types("23")
            person.presses(Key.Key_Return)
    assert person.page("descriptors").missingLabel.text == "1 question is open."


def test_a_text_keeps_its_commas_and_a_number_may_have_a_decimal_comma(person, study):
    person.enters("coordinator")
    view, case_id = person.panel.session.view, marked(person)
    for item, text in {"her2_pattern": "incomplete, weak", "ki67_percent": "12,5"}.items():
        field = person.panel.pages["cohort"]._fields[item]
        field.setFocus()
        person.types(text)
        person.presses(Key.Key_Return)
    assert view.pathology(case_id) == {"her2_pattern": "incomplete, weak", "ki67_percent": 12.5}
