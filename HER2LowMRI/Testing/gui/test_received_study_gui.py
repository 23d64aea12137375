"""A study that somebody else set up is asked about before it is opened, once."""

import pytest
from HER2LowMRILib.study.known_studies import is_known
from slicer_session.person import Answer


@pytest.fixture
def received(study, tmp_path, monkeypatch):
    """The study on another computer, whose user has seen nothing of it."""
    monkeypatch.setenv("HER2LOWMRI_SETTINGS", str(tmp_path / "settings of another"))
    return study


def opens(person, role="r1"):
    person.panel.go_to("study")
    ui = person.page("study")
    ui.roleCombo.setCurrentIndex(ui.roleCombo.findData(role))
    person.clicks(ui.openButton)
    return person.panel.session.role


def test_a_study_that_was_set_up_here_is_opened_without_a_question(person, study):
    with Answer("Cancel") as asked:
        assert opens(person) == "r1"
    assert asked == []


def test_nobody_opens_it_by_cancelling_and_the_question_comes_again(person, received):
    for _ in range(2):
        with Answer("Cancel") as asked:
            assert opens(person) is None
        assert ["neither set up nor checked" in text for text in asked] == [True]
        assert "Nothing was changed" in person.panel.ui.messageLabel.text
    assert not is_known(received)


def test_it_is_opened_without_a_check_by_whoever_says_so_and_not_asked_again(person, received):
    for questions in (1, 0):
        with Answer("No") as asked:
            assert opens(person) == "r1"
        assert len(asked) == questions
        person.panel.session.leave()


def test_a_check_that_finds_something_shows_it_and_asks_again(person, received, tmp_path):
    (received / "stranger.exe").write_bytes(b"MZ")
    with Answer("Yes") as asked:
        assert opens(person) == "r1"
    assert len(asked) == 2 and "1 file or folder that no study has" in asked[1]
    assert str(received) not in asked[1]


def test_enter_means_check_first(person, received):
    (received / "readers" / "r2" / "P1").symlink_to(received.parent)
    with Answer("Enter") as asked:
        assert opens(person) is None
    assert len(asked) == 2 and "1 link" in asked[1]
    assert person.session.errors() == []
