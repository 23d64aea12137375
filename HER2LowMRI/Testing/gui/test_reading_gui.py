"""A reader reads cases through the panel: what is clicked, typed and drawn is on the disk, and the next case opens."""

import numpy as np
from HER2LowMRILib.images.voi_files import read_segmentation
from HER2LowMRILib.study.study_folder import open_study
from slicer_session.person import MASS_KEYS, NME_KEYS, Key


def test_a_mass_needs_at_most_twenty_interactions_from_drawn_voi_to_the_next_case(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    person.draws()
    person.interactions = 0
    person.goes_on()
    person.answers(MASS_KEYS)
    for _step in ("features", "sign off", "signed"):
        person.goes_on()
    assert person.case_id != first
    assert person.panel.page.NAME == "voi"
    assert person.panel.session.case.has_maps()
    assert person.interactions <= 20


def test_an_nme_needs_at_most_eighteen_interactions_from_drawn_voi_to_the_next_case(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    person.draws()
    person.interactions = 0
    person.goes_on()
    person.answers(NME_KEYS)
    for _step in ("features", "sign off", "signed"):
        person.goes_on()
    assert person.case_id != first
    assert person.interactions <= 18


def test_what_was_answered_and_drawn_is_what_is_on_the_disk(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    drawn = person.draws()
    core = person.draws("necrosis")
    person.goes_on()
    person.answers()
    person.session.wait(lambda: not person.panel.session.saved.pending)
    grid = person.panel.session.case.grid
    person.session.close()
    with open_study(study).reader("r1") as view:
        reading = view.open_case(case_id)
        assert reading.answers["lesion_size_mm"] == 23.0
        assert reading.answers["mass_margin"] == "spiculated"
        segmentation = read_segmentation(reading.voi_path)
    assert segmentation.grid.same_as(grid)
    assert np.array_equal(segmentation.masks["lesion"], drawn)
    assert np.array_equal(segmentation.masks["necrosis"], core)


def test_nothing_is_preselected(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    page = person.panel.pages["descriptors"]
    assert person.panel.session.reading.answers == {}
    for row in range(page.ui.questionTable.rowCount):
        page.ui.questionTable.setCurrentCell(row, 0)
        assert not any(button.checked for button in page.editor._buttons), page.editor.item.id
    assert person.panel.session.reading.answers == {}


def test_the_wheel_never_changes_an_answer(person, study):
    from PySide6 import QtCore, QtGui, QtWidgets

    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    person.types("2")
    before = dict(person.panel.session.reading.answers)
    page = person.panel.pages["descriptors"]
    for target in (page.ui.questionTable.viewport(), *page.editor._buttons):
        wheel = QtGui.QWheelEvent(
            QtCore.QPointF(4, 4),
            target.mapToGlobal(QtCore.QPointF(4, 4)),
            QtCore.QPoint(),
            QtCore.QPoint(0, -120),
            QtCore.Qt.NoButton,
            QtCore.Qt.NoModifier,
            QtCore.Qt.NoScrollPhase,
            False,
        )
        QtWidgets.QApplication.sendEvent(target, wheel)
    assert dict(person.panel.session.reading.answers) == before


def test_a_number_that_is_no_answer_is_refused_in_words_and_not_kept(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    page = person.panel.pages["descriptors"]
    for _question in range(6):
        person.types("1")
    assert page.editor.item.id == "lesion_size_mm"
    person.types("9999")
    person.presses(Key.Key_Return)
    assert "mm" in page.ui.answerProblemLabel.text
    assert page.ui.answerProblemLabel.isVisible()
    assert "lesion_size_mm" not in person.panel.session.reading.answers


def test_changing_the_lesion_type_keeps_what_was_answered_and_says_so(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    person.answers(MASS_KEYS)
    page = person.panel.pages["descriptors"]
    labels = [page.ui.questionTable.item(row, 0).text() for row in range(page.ui.questionTable.rowCount)]
    page.ui.questionTable.setCurrentCell(labels.index("Lesion type"), 0)
    person.types("2")
    assert "Mass shape" in page.ui.keptLabel.text
    assert person.panel.session.reading.answers["mass_shape"] == "irregular"


def test_sign_off_waits_until_the_lesion_is_drawn_and_says_what_is_missing(person, study):
    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    person.answers(MASS_KEYS)
    person.panel.go_to("sign_off")
    ui = person.page("sign_off")
    assert not ui.signButton.isEnabled()
    assert "VOI" in ui.missingLabel.text
    person.goes_on()
    assert "VOI" in person.panel.ui.messageLabel.text
    assert person.panel.session.reading.is_open


def test_a_voi_that_is_all_excluded_is_no_voi(person, study):
    person.enters("r1")
    person.opens_next_case()
    lesion = person.draws()
    person.draws("necrosis", mask=lesion)
    assert person.panel.session.case.measurement is None
    assert "VOI" in person.panel.session.missing_for_sign_off()


def test_a_signed_off_case_is_read_only_until_it_is_amended_with_a_reason(person, study):
    person.enters("r1")
    first = person.opens_next_case()
    person.reads_case()
    person.panel.open_neighbour(-1)
    assert person.case_id == first
    assert not person.panel.session.can_edit
    assert person.panel.page.NAME == "sign_off"
    person.panel.go_to("voi")
    assert person.panel.pages["voi"].editor.readOnly
    person.panel.go_to("descriptors")
    person.types("1")
    assert person.panel.session.reading.answers["fgt"] == "b"
    person.panel.go_to("sign_off")
    ui = person.page("sign_off")
    ui.amendSection.collapsed = False
    person.session.settle()
    person.clicks(ui.amendButton)
    assert not person.panel.session.can_edit, "without a reason nothing opens"
    ui.amendEdit.text = "the necrosis was overlooked"
    person.clicks(ui.amendButton)
    assert person.panel.session.can_edit
    assert person.panel.session.reading.signed[0].answers["fgt"] == "b"


def test_the_header_says_who_reads_what_and_how_far(person, study):
    person.enters("r2")
    case_id = person.opens_next_case()
    ui = person.panel.ui
    assert "Synthetic study" in ui.studyLabel.text and "r2" in ui.studyLabel.text
    assert case_id in ui.caseLabel.text and "1 of 3" in ui.caseLabel.text
    assert "saved" in ui.saveLabel.text
    person.draws(slices=[4])
    assert "saving" in ui.saveLabel.text
    person.session.wait(lambda: "✓ saved" in ui.saveLabel.text)
    person.reads_case()
    assert "1 done" in ui.caseLabel.text
    assert ui.progressBar.value == 1


def test_a_change_that_cannot_be_saved_is_never_called_saved(person, study, monkeypatch):
    from HER2LowMRILib.core.errors import StudyError
    from HER2LowMRILib.study.readings import CaseReading

    def fail(self, *_drawn):
        raise StudyError("the VOI was not saved", found="disk full")

    person.enters("r1")
    person.opens_next_case()
    with monkeypatch.context() as broken:
        broken.setattr(CaseReading, "save_voi", fail)
        person.draws(slices=[4])
        person.session.wait(lambda: "NOT SAVED" in person.panel.ui.saveLabel.text)
        assert "disk full" in person.panel.ui.messageLabel.text
    # Once the disk has room again, the same VOI is saved with the next occasion.
    person.panel.go_to("sign_off")
    person.panel.voi_autosave.save()
    assert "✓ saved" in person.panel.ui.saveLabel.text


def test_an_answer_that_cannot_be_saved_does_not_look_chosen(person, study, monkeypatch):
    from HER2LowMRILib.core.errors import StudyError
    from HER2LowMRILib.study.readings import CaseReading

    def fail(self, item_id, raw):
        raise StudyError("the change was not saved", found="disk full")

    person.enters("r1")
    person.opens_next_case()
    person.panel.go_to("descriptors")
    person.types("2")
    editor, ui = person.panel.pages["descriptors"].editor, person.page("descriptors")
    first = editor.item
    with monkeypatch.context() as broken:
        broken.setattr(CaseReading, "set_answer", fail)
        person.types("1")
        assert editor.item is first
        assert "disk full" in ui.answerProblemLabel.text
        assert not any(button.checked for button in editor._buttons)
        assert "NOT SAVED" in person.panel.ui.saveLabel.text
    person.types("1")
    assert first.id in person.panel.session.reading.answers
    assert "✓ saved" in person.panel.ui.saveLabel.text


def test_excluding_a_case_needs_a_reason_and_lets_it_be_signed_off(person, study):
    person.enters("r1")
    case_id = person.opens_next_case()
    person.panel.go_to("study")
    ui = person.page("study")
    ui.excludeSection.collapsed = False
    person.session.settle()
    person.clicks(ui.excludeButton)
    assert "reason" in person.panel.ui.messageLabel.text
    ui.excludeEdit.text = "motion artefacts"
    person.clicks(ui.excludeButton)
    assert person.panel.session.reading.exclusion == "motion artefacts"
    person.panel.go_to("sign_off")
    person.goes_on()
    assert person.case_id != case_id
