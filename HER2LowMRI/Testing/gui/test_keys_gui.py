"""Keys reach the work wherever the focus is, and never twice."""

import pytest
from PySide6 import QtCore, QtTest
from PySide6.QtWidgets import QWidget
from slicer_session.person import Key


@pytest.fixture
def reader(person, study):
    """A reader with a case open and its lesion drawn."""
    person.enters("r1")
    person.opens_next_case()
    person.draws()
    return person


@pytest.fixture
def image(reader):
    """Another place of the same window that takes the focus when it is clicked, as a slice view does."""
    place = QWidget(reader.session.window)
    place.setFocusPolicy(QtCore.Qt.StrongFocus)
    place.resize(20, 20)
    place.show()
    return place


def test_digits_answer_the_form_after_a_click_into_an_image(reader, image):
    reader.panel.go_to("descriptors")
    reading = reader.panel.session.reading
    QtTest.QTest.mouseClick(image, QtCore.Qt.LeftButton)
    assert reader.focus() is image
    item = reader.panel.pages["descriptors"].editor.item
    reader.types("2")
    assert reading.answers[item.id] == item.choices[1].value
    assert len(reading.answers) == 1, "one key, one answer"


def test_digits_do_nothing_on_other_pages(reader, image):
    reader.panel.go_to("descriptors")
    reader.panel.go_to("features")
    image.setFocus()
    reader.types("123")
    assert not reader.panel.session.reading.answers


def test_digits_that_are_typed_as_a_number_do_not_answer_a_question(reader):
    reader.panel.go_to("descriptors")
    page = reader.panel.pages["descriptors"]
    while page.editor.item.kind == "choice":
        reader.types("1")
    answered = len(reader.panel.session.reading.answers)
    reader.types("23")
    assert len(reader.panel.session.reading.answers) == answered
    reader.presses(Key.Key_Return)
    assert reader.panel.session.reading.answers["lesion_size_mm"] == 23


def test_the_first_key_after_a_case_that_took_its_time_counts(reader, monkeypatch):
    monkeypatch.setattr("HER2LowMRILib.gui.messages.PATIENCE_S", 0.0)
    reader.panel.open_neighbour(1)
    reader.panel.go_to("descriptors")
    item = reader.panel.pages["descriptors"].editor.item
    QtTest.QTest.keyClick(reader.focus(), QtCore.Qt.Key_2)
    assert item.id in reader.panel.session.reading.answers
