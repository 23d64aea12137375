"""What a reader notices at the keyboard: Enter acts, messages go, and cases come back where they were left."""

import numpy as np
import slicer
from HER2LowMRILib.mrml.reading_layout import SLICES, slice_shown
from slicer_session.person import MASS_KEYS, Key


def slice_of(person):
    return slice_shown(slicer.mrmlScene, person.panel.session.case.grid)


def image_shown(person):
    widget = slicer.app.layoutManager().sliceWidget(SLICES[3])
    return slicer.mrmlScene.GetNodeByID(widget.mrmlSliceCompositeNode().GetBackgroundVolumeID()).GetName()


def test_enter_on_the_work_list_opens_the_marked_case(person, study):
    person.enters("r1")
    table = person.page("study").workTable
    table.setCurrentCell(2, 0)
    table.setFocus()
    person.presses(Key.Key_Return)
    assert person.case_id == table.item(2, 1).text()
    assert person.panel.page.NAME == "voi"


def test_a_reader_goes_on_with_enter_alone_after_opening_the_study(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    person.reads_case()
    person.enters("r2")
    person.enters("r1")
    table = person.page("study").workTable
    assert person.focus() is table
    person.presses(Key.Key_Return)
    assert person.case_id not in (None, first)


def test_an_adjudicator_begins_at_the_list_of_cases(person, study):
    for role in ("r1", "r2"):
        person.enters(role)
        person.opens_next_case()
        for _case in range(3):
            person.reads_case(grow=int(role == "r2"))
    person.enters("adjudicator")
    table = person.page("adjudication").deskTable
    assert person.focus() is table
    table.setCurrentCell(1, 0)
    person.presses(Key.Key_Return)
    assert person.case_id == table.item(1, 0).text()


def test_enter_proposes_to_leave_a_case_out_and_ctrl_enter_leads_to_its_sign_off(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    person.panel.go_to("study")
    ui = person.page("study")
    ui.excludeSection.collapsed = False
    person.session.settle()
    ui.excludeEdit.setFocus()
    person.types("clip over the lesion")
    person.presses(Key.Key_Return)
    reading = person.panel.session.reading
    assert reading.exclusion == "clip over the lesion"
    person.presses(Key.Key_Return)
    assert reading.exclusion == "clip over the lesion"
    person.goes_on()
    assert person.panel.page.NAME == "sign_off"
    person.goes_on()
    assert person.panel.session.view.progress == (1, 3)
    assert person.case_id != case_id


def test_enter_in_the_reason_opens_a_signed_reading_again(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    person.reads_case()
    person.panel.open_case(case_id)
    ui = person.page("sign_off")
    ui.amendSection.collapsed = False
    person.session.settle()
    ui.amendEdit.setFocus()
    person.types("margin seen again")
    person.presses(Key.Key_Return)
    assert (person.panel.session.reading.state, person.panel.page.NAME) == ("amending", "voi")


def test_what_was_said_goes_when_the_reader_turns_to_another_page(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.reads_case()
    frame = person.panel.ui.messageFrame
    assert "is signed off" in person.panel.ui.messageLabel.text and frame.visible
    person.goes_on()
    assert not frame.visible
    person.presses(Key.Key_F1)
    assert frame.visible
    person.presses(Key.Key_F1)
    assert not frame.visible


def test_a_drawn_case_comes_back_at_the_slice_where_the_lesion_is_largest(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    drawn = person.draws()
    areas = drawn.sum(axis=(1, 2))
    far = int(np.flatnonzero(areas)[-1])
    # Not in the middle of the lesion, and not in that of the images.
    bump = np.zeros_like(drawn)
    bump[far, 2:12, 2:12] = True
    person.draws(mask=drawn | bump)
    largest = int((drawn | bump).sum(axis=(1, 2)).argmax())
    assert largest == far
    person.panel.open_neighbour(1)
    person.panel.open_case(first)
    person.session.wait(lambda: not person.panel._fit.isActive())
    assert slice_of(person) == largest
    from HER2LowMRILib.mrml.reading_layout import go_to_slice

    go_to_slice(slicer.mrmlScene, person.panel.session.case.grid, 0)
    person.clicks(person.page("voi").middleButton)
    assert slice_of(person) == largest


def test_the_image_of_the_fourth_view_is_kept_from_case_to_case(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    assert image_shown(person).endswith("b 2000")
    nodes = person.panel.session.case.nodes
    person.chooses(person.page("images").imageSelector, nodes["dwi 800"])
    person.session.settle()
    assert image_shown(person) == f"{first} b 800"
    for _case in range(2):
        person.panel.open_neighbour(1)
        person.session.wait(lambda: not person.panel._fit.isActive())
        assert image_shown(person) == f"{person.case_id} b 800"


def test_the_header_begins_with_who_reads_and_counts_before_a_case_is_open(person, study):
    person.enters("r1")
    ui = person.panel.ui
    assert ui.studyLabel.text == "reader r1 · Synthetic study"
    assert ui.caseLabel.text == "0 of 3 done"
    person.opens_next_case()
    assert ui.caseLabel.text == f"{person.case_id} · 1 of 3 · 0 done"


def test_a_reason_that_was_typed_for_one_case_is_not_there_in_the_next(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    person.panel.go_to("study")
    person.page("study").excludeEdit.setText("clip over the lesion")
    person.page("study").excludeButton.click()
    person.panel.open_neighbour(1)
    person.panel.go_to("study")
    assert person.page("study").excludeEdit.text == ""
    person.panel.open_case(first)
    assert person.page("study").excludeEdit.text == "clip over the lesion"
    person.panel.session.propose_exclusion(None)
    person.panel.go_to("voi")
    person.reads_case()
    person.panel.open_case(first)
    person.page("sign_off").amendEdit.setText("margin seen again")
    person.panel.open_neighbour(1)
    assert person.page("sign_off").amendEdit.text == ""


def test_a_reason_typed_for_a_difference_is_not_kept_for_that_of_another_case(person, study):
    for role in ("r1", "r2"):
        person.enters(role)
        person.opens_next_case()
        for _case in range(3):
            person.reads_case(MASS_KEYS | {"bpe": "3" if role == "r1" else "4"})
    person.enters("adjudicator")
    person.panel.open_next_open_case()
    ui = person.page("adjudication")
    ui.reasonEdit.setFocus()
    person.types("seen on the early images")
    person.panel.open_neighbour(1)
    assert ui.reasonEdit.text == ""
    ui.differenceTable.setFocus()
    person.types("1")
    (decided,) = person.panel.session.reading.disagreements
    assert decided.decision == "minimal" and not decided.reason


def test_a_voi_is_not_chosen_for_the_reason_of_the_decision_before_it(person, study):
    for role in ("r1", "r2"):
        person.enters(role)
        person.opens_next_case()
        for _case in range(3):
            person.reads_case(MASS_KEYS | {"bpe": "3" if role == "r1" else "4"})
    person.enters("adjudicator")
    person.panel.open_next_open_case()
    page, case = person.panel.pages["adjudication"], person.panel.session.reading
    page.ui.reasonEdit.setFocus()
    person.types("seen on the early images")
    page.ui.differenceTable.setFocus()
    person.types("1")
    (decided,) = case.disagreements
    assert decided.reason == "seen on the early images" == page.ui.reasonEdit.text
    page._voi_chosen(2)
    log = (study / "adjudication" / f"{case.case_id}.log.jsonl").read_text().splitlines()
    assert '"action":"choose_voi"' in log[-1] and '"reason":null' in log[-1]
    page.ui.reasonEdit.setFocus()
    page.ui.reasonEdit.selectAll()
    person.types("the other leaves out the cyst")
    page._voi_chosen(3)
    log = (study / "adjudication" / f"{case.case_id}.log.jsonl").read_text().splitlines()
    assert '"reason":"the other leaves out the cyst"' in log[-1]
