"""The coordinator sees what a table would change, answers what it leaves open, and only then takes it over."""

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.study.study_folder import open_study
from study.made_up_study import MASS as READ
from study.made_up_study import read_case
from study.test_training import write_adc


@pytest.fixture
def coordinator(person, study):
    """Somebody at the coordinator's page."""
    person.enters("coordinator")
    return person


def shown(person):
    table = person.page("cohort").importTable
    states = person.panel.pages["cohort"].table_import.list.states
    texts = [table.item(row, 1).text().split(": ", 1) for row in range(table.rowCount)]
    return [(state, where, what) for state, (where, what) in zip(states, texts, strict=True)]


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
    (question,) = page.table_import.list.questions
    page.table_import.list.answer(question, "3+")
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


def looks(person, ui, path):
    ui.tableSection.collapsed = False
    ui.tablePath.currentPath = str(path)
    person.session.settle()
    person.clicks(ui.tableLookButton)


ANSWERS = {
    "fgt": "b",
    "bpe": "mild",
    "multifocal": "no",
    "t2_hyperintensity": "yes",
    "peritumoral_edema": "no",
}
MASS = {
    "lesion_type": "Mass",
    "lesion_size_mm": "2,1 cm",
    "mass_margin": "spiculated",
    "mass_enhancement": "rim",
}


def readings_table(path, **shapes):
    rows = [{"Case": case_id, **ANSWERS, **MASS, "mass_shape": shape} for case_id, shape in shapes.items()]
    names = list(rows[0])
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    path.write_text("\n".join(lines).replace("CASE_", "CASE-") + "\n")
    return path


def test_a_reader_takes_a_table_of_readings_over_after_looking_at_it(person, study, tmp_path):
    table = readings_table(tmp_path / "r1.csv", CASE_001="oval", CASE_002="ovoid")
    person.enters("r1")
    page = person.panel.pages["study"]
    looks(person, page.table_ui, table)
    states = page.table_import.list.states
    assert states.count("asked") == 1
    assert states.count("taken") > 18
    assert person.panel.session.view.progress == (0, 3)
    person.clicks(page.table_ui.tableTakeButton)
    (question,) = page.table_import.list.questions
    page.table_import.list.answer(question, "round")
    person.clicks(page.table_ui.tableTakeButton)
    assert person.panel.ui.messageLabel.text == "2 readings were entered."
    view = person.panel.session.view
    assert view.reading_now("CASE-001").answers["lesion_size_mm"] == 21.0
    assert view.reading_now("CASE-002").answers["mass_shape"] == "round"
    assert [item.state for item in view.work_list].count("in_progress") == 2
    assert "ovoid" in (study / "readers" / "r1" / "table_answers.csv").read_text()
    assert page.ui.workTable.item(0, 2).text()


def test_the_adjudicator_takes_a_table_of_decisions_over(person, study, tmp_path):
    for reader, shape in (("r1", "oval"), ("r2", "round")):
        with open_study(study).reader(reader) as view:
            read_case(view.open_case("CASE-001"), READ | {"mass_shape": shape})
    table = tmp_path / "decisions.csv"
    table.write_text("case_id,item,decision,reason\nCASE-001,Mass shape,Oval,seen again\n")
    person.enters("adjudicator")
    person.panel.go_to("adjudication")
    page = person.panel.pages["adjudication"]
    assert not page.table_ui.tableSignCheck.isVisible()
    looks(person, page.table_ui, table)
    assert page.table_import.list.states[0] == "taken"
    assert person.panel.session.view.progress == (0, 3)
    person.clicks(page.table_ui.tableTakeButton)
    assert person.panel.ui.messageLabel.text == "1 decision was entered."
    assert person.panel.session.view.progress == (1, 3)


def test_the_coordinator_takes_tables_of_cases_and_of_references_over(coordinator, study, tmp_path):
    ui, view = coordinator.page("cohort"), coordinator.panel.session.view
    write_adc(tmp_path / "adc.nii", 1.0)
    (tmp_path / "cases.csv").write_text("case_id,adc\nNEW-1,adc.nii\n")
    ui.importKindCombo.setCurrentIndex(1)
    looks_at(coordinator, tmp_path / "cases.csv")
    assert ("taken", "NEW-1", "images: adc") in shown(coordinator)
    coordinator.clicks(ui.takeButton)
    assert coordinator.panel.ui.messageLabel.text == "1 case was added."
    (tmp_path / "ref.csv").write_text("case_id,mass_shape,comment\nNEW-1,oval,look at the shape\n")
    ui.importKindCombo.setCurrentIndex(2)
    looks_at(coordinator, tmp_path / "ref.csv")
    assert ("taken", "NEW-1", "mass_shape: blank -> oval") in shown(coordinator)
    coordinator.clicks(ui.takeButton)
    assert coordinator.panel.ui.messageLabel.text == "1 case to train on."
    assert [case.case_id for case in view.cases if case.training] == ["NEW-1"]
