"""A case to train on in the panel: marked, and compared with the reference once it is signed off."""

from HER2LowMRILib.session.case_row import case_row
from HER2LowMRILib.study.references import Reference
from HER2LowMRILib.study.study_folder import open_study


def test_after_sign_off_the_reference_stands_beside_the_own_answers(person, study):
    with open_study(study).coordinator(take_over=True) as office:
        reference = Reference({"mass_margin": "circumscribed", "fgt": "a"}, "Look at the margin")
        office.set_references({"CASE-002": reference})
    person.enters("r1")
    assert person.opens_next_case() == "CASE-002"
    page = person.panel.pages["study"]
    assert page.ui.workTable.item(0, 2).text().startswith("training")
    assert "training case" in person.panel.ui.caseLabel.text
    person.draws()
    person.goes_on()
    person.answers()
    person.goes_on()
    person.goes_on()
    table = person.page("sign_off").summaryTable
    assert table.isColumnHidden(2)
    person.goes_on()
    assert person.case_id == "CASE-002"
    assert "Compare it with the reference" in person.panel.ui.messageLabel.text
    assert not table.isColumnHidden(2)
    shown = {table.item(row, 0).text(): table.item(row, 2).text() for row in range(table.rowCount)}
    assert shown["Mass margin"] == "≠ circumscribed"
    assert "Look at the margin" in shown
    person.panel.go_to("study")
    assert person.opens_next_case() != "CASE-002"
    person.panel.go_to("sign_off")
    assert person.page("sign_off").summaryTable.isColumnHidden(2)


def test_the_row_of_a_case_counts_its_place_as_the_export_does(person, study):
    with open_study(study).coordinator(take_over=True) as office:
        office.set_references({"CASE-002": Reference({"fgt": "a"})})
        places = {case.case_id: office.position(case.case_id, "r1") for case in office.cases}
    person.enters("r1")
    session = person.panel.session
    for item in session.view.work_list:
        session.open_case(item.case_id)
        assert case_row(session)["reading_position"] == places[item.case_id], item
