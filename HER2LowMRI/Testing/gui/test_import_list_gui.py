"""The coordinator sees what a table would change, answers what it leaves open, and only then takes it over."""

import pytest
from HER2LowMRILib.cli import main


@pytest.fixture
def coordinator(person, study):
    """Somebody at the coordinator's page."""
    person.enters("coordinator")
    return person


def shown(person):
    table = person.page("cohort").importTable
    states = person.panel.pages["cohort"]._list.states
    return [
        (states[row], table.item(row, 1).text(), table.item(row, 2).text()) for row in range(table.rowCount)
    ]


def looks_at(person, path):
    ui = person.page("cohort")
    ui.importPath.currentPath = str(path)
    person.session.settle()
    person.clicks(ui.importButton)


def test_a_clean_table_is_green_and_taken_over(coordinator, study, tmp_path):
    table = tmp_path / "pathology.csv"
    table.write_text("case_id;Alter;HER2\nCASE-001;51;1+\nCASE-002;62;2+(FISH-)\n")
    ui, view = coordinator.page("cohort"), coordinator.panel.session.view
    assert not ui.importTable.visible and not ui.takeButton.enabled
    looks_at(coordinator, table)
    lines = shown(coordinator)
    assert {state for state, _, _ in lines} == {"taken"}
    assert ("taken", "CASE-001", "age: blank -> 51") in lines
    assert ("taken", "CASE-002", "her2_ish_result: blank -> negative") in lines
    assert coordinator.panel.ui.messageLabel.text.startswith("5 fields would change, 0 questions open")
    assert view.pathology("CASE-001") == {}
    coordinator.clicks(ui.takeButton)
    assert view.pathology("CASE-001") == {"age": 51, "her2_ihc": "1+"}
    assert coordinator.panel.ui.messageLabel.text == "2 cases were changed."
    assert not ui.importTable.visible and not ui.takeButton.enabled


def test_questions_are_red_and_amber_and_answered_in_the_list(coordinator, study, tmp_path):
    table = tmp_path / "pathology.csv"
    table.write_text("case_id,her2_ihc,ki67_percent,Bemerkung\nCASE-001,1,0.55,x\nCASE-002,banana,20,y\n")
    ui, page = coordinator.page("cohort"), coordinator.panel.pages["cohort"]
    view = coordinator.panel.session.view
    looks_at(coordinator, table)
    states = [state for state, _, _ in shown(coordinator)]
    assert states.count("asked") == 1 and states.count("proposed") == 3
    assert states[:4] == ["asked", "proposed", "proposed", "proposed"]
    coordinator.clicks(ui.takeButton)
    assert view.pathology("CASE-001") == {}
    (open_line,) = [line for line in shown(coordinator) if line[0] == "asked"]
    assert open_line[1] == "row 3, her2_ihc" and open_line[2].startswith("banana: no score")
    (edit,) = page._list._edits.values()
    edit.setText("3+")
    coordinator.clicks(ui.takeButton)
    assert view.pathology("CASE-001") == {"her2_ihc": "1+", "ki67_percent": 55.0}
    assert view.pathology("CASE-002") == {"her2_ihc": "3+", "ki67_percent": 20.0}
    assert "banana" in (study / "table_answers.csv").read_text()
    assert main(["study", "check", str(study), "--quiet"]) == 0


def test_another_table_clears_the_list(coordinator, tmp_path):
    table = tmp_path / "pathology.csv"
    table.write_text("case_id,age\nCASE-001,51\n")
    looks_at(coordinator, table)
    ui = coordinator.page("cohort")
    assert ui.takeButton.enabled
    ui.importPath.currentPath = str(tmp_path / "other.csv")
    coordinator.session.settle()
    assert not ui.importTable.visible and not ui.takeButton.enabled
