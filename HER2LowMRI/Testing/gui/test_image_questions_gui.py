"""What sorting left open is decided by the coordinator in the panel, by a slice of each candidate."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))
import numpy as np
import pytest
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.add_cases import add_cases
from HER2LowMRILib.workflow.cases_tree import cases_from_tree
from HER2LowMRILib.workflow.image_questions import as_picture
from test_sort_cases import write_patient


@pytest.fixture
def coordinator(person, tmp_path):
    """A coordinator at the desk of a study with a case that has two T2 on one plane, and a plain one."""
    for name, twice in (("a", True), ("b", False)):
        write_patient(tmp_path / "in" / name, patient=f"made-up {name}", twice=twice)
    study = create_study(tmp_path / "study", "Synthetic study")
    with study.coordinator() as office:
        add_cases(office, cases_from_tree(tmp_path / "in", office.pseudonym, keep_names=True).cases)
    person.study = tmp_path / "study"
    person.panel.pages["study"].ui.studyPath.currentPath = str(person.study)
    person.enters("coordinator")
    return person


def test_a_question_is_answered_by_looking_at_the_candidates(coordinator):
    ui, questions = coordinator.page("cohort"), coordinator.panel.pages["cohort"].image_questions
    assert ui.imageSection.isVisible() and ui.imageSection.text == "Which images: 1 question"
    assert ui.imageQuestionTable.item(0, 0).text() == "a" and not questions._buttons
    ui.imageSection.collapsed = False
    coordinator.session.settle()
    series = [candidate.series for _button, candidate in questions._buttons]
    assert series == [2, 6] and all(candidate.picture.size for _button, candidate in questions._buttons)
    assert not ui.imageAnswerButton.isEnabled()
    coordinator.clicks(questions._buttons[1][0])
    coordinator.clicks(ui.imageAnswerButton)
    assert not ui.imageSection.isVisible()
    assert "T2" in coordinator.panel.ui.messageLabel.text
    coordinator.session.close()
    with open_study(coordinator.study).coordinator() as office:
        found = office.examination("a")
    assert [one.series for one in found.t2] == [6] and found.answers == {"t2": (6,)}
    assert not found.questions


def test_none_of_them_is_an_answer_and_an_image_that_is_gone_is_said(coordinator, tmp_path):
    ui, questions = coordinator.page("cohort"), coordinator.panel.pages["cohort"].image_questions
    with_series_2 = coordinator.panel.session.view.examination("a").questions[0].candidates[0].files
    for file in with_series_2:
        file.unlink()
    ui.imageSection.collapsed = False
    coordinator.session.settle()
    assert questions._buttons[0][1].picture is None and "missing" in questions._buttons[0][1].problem
    coordinator.clicks(ui.imageNoneButton)
    assert coordinator.panel.session.view.examination("a").t2 == ()
    assert not ui.imageSection.isVisible()


def test_pictures_are_small_and_their_grey_levels_fit():
    rng = np.random.default_rng(2)
    plane = rng.normal(500, 50, (512, 300)).astype(np.float32)
    plane[0, 0], plane[1, 1] = np.nan, 1e9
    picture = as_picture(plane)
    assert picture.dtype == np.uint8 and max(picture.shape) <= 160
    assert 60 < picture.mean() < 200
    assert as_picture(np.zeros((4, 4))).max() == 0
