"""A case whose images cannot be read keeps nobody from the next one, and can be left out without being opened."""

import shutil

import pytest
from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.study_folder import open_study


@pytest.fixture
def damaged(person, image_tree, tmp_path):
    """The first case of r1's list, with one of its files cut in half."""
    images = shutil.copytree(image_tree[0], tmp_path / "images")
    person.sets_up_study(tmp_path / "study", images)
    person.enters("r1")
    case_id = person.panel.session.view.work_list[0].case_id
    file = sorted(path for path in (images / case_id).rglob("*") if path.is_file())[5]
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return case_id


def test_the_message_names_the_case_and_the_next_open_case_is_another_one(person, damaged):
    ui = person.page("study")
    person.clicks(ui.nextOpenButton)
    said = person.panel.ui.messageLabel.text
    assert damaged in said and "could not be opened" in said
    assert person.panel.session.case is None
    person.clicks(ui.nextOpenButton)
    assert person.panel.session.case is not None and person.case_id != damaged


def test_an_unreadable_case_is_left_out_from_the_work_list(person, damaged):
    ui = person.page("study")
    person.clicks(ui.nextOpenButton)
    assert ui.workTable.item(0, 2).text() == "cannot be opened"
    assert ui.excludeSection.enabled and damaged in ui.excludeButton.text
    ui.excludeSection.collapsed = False
    person.session.settle()
    person.clicks(ui.excludeButton)
    assert "reason" in person.panel.ui.messageLabel.text
    ui.excludeEdit.setFocus()
    person.types("file is cut off")
    person.clicks(ui.excludeButton)
    assert person.panel.session.view.work_list[0].is_done
    reading = person.panel.session.view.open_case(damaged)
    assert reading.exclusion == "file is cut off" and not reading.is_open
    assert ui.excludeEdit.text == ""


def test_when_only_unreadable_cases_are_left_the_panel_says_which(person, damaged):
    person.clicks(person.page("study").nextOpenButton)
    person.opens_next_case()
    for _case in range(2):
        person.reads_case()
    assert person.panel.session.case is None or not person.panel.session.reading.is_open
    assert damaged in person.panel.ui.messageLabel.text
    assert not person.page("study").nextOpenButton.enabled


def test_the_case_at_hand_is_still_proposed_in_its_own_name(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    person.panel.go_to("study")
    ui = person.page("study")
    assert ui.excludeButton.text == "Propose exclusion"
    other = next(n for n, item in enumerate(person.panel.session.view.work_list) if item.case_id != case_id)
    ui.workTable.setCurrentCell(other, 0)
    assert person.panel.session.view.work_list[other].case_id in ui.excludeButton.text
    person.panel.pages["study"].mark(case_id)
    assert ui.excludeButton.text == "Propose exclusion"


def test_a_study_that_cannot_be_entered_leaves_the_one_at_hand_open_and_locks_nobody_out(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    (study / "hanging.json").write_text("{}")
    session = person.panel.session
    with pytest.raises(StudyError, match=r"hanging\.json"):
        session.enter(study, "r2")
    assert (session.role, person.case_id) == ("r1", case_id)
    (study / "hanging.json").unlink()
    open_study(study).reader("r2").close()


def test_no_message_about_an_image_says_what_its_file_is_called(person, study, tmp_path, caplog):
    place = tmp_path / "MILLER_ANNA" / "MILLER_ANNA.nrrd"
    place.parent.mkdir()
    place.write_bytes(b"NRRD0004\ntype: float\n")
    with open_study(study).coordinator(take_over=True) as office:
        office.add_cases([Case("CASE-077", CaseImages(adc=place))])
    person.enters("r1")
    person.panel.open_case("CASE-077")
    said = person.panel.ui.messageLabel.text
    assert "CASE-077 could not be opened" in said and "An image has a damaged header" in said
    shown = [said, *person.panel.session.failed.values(), caplog.text]
    assert not [text for text in shown if "MILLER" in text]
