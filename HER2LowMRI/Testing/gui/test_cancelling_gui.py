"""Cancel, pressed in Qt's own progress dialog while an act runs, stops it and leaves nothing half done."""

import numpy as np
import pytest
from slicer_session.panel import qt
from slicer_session.person import Key


class Impatience:
    """``with impatience:`` somebody presses Cancel in every progress dialog that shows."""

    def __init__(self):
        self.pressed = 0
        self._timer = qt.QTimer()
        self._timer.setInterval(0)
        self._timer.connect("timeout()", self._press)

    def __enter__(self):
        self.pressed = 0
        self._timer.start()

    def __exit__(self, *_error):
        self._timer.stop()

    def shown(self):
        dialogs = [w for w in qt.QApplication.topLevelWidgets() if isinstance(w, qt.QProgressDialog)]
        return [dialog for dialog in dialogs if dialog.isVisible()]

    def _press(self):
        for dialog in self.shown():
            self.pressed += 1
            dialog.findChild(qt.QPushButton).click()


@pytest.fixture
def impatience(session, monkeypatch):
    # A dialog comes up at once, as if the act took its time.
    monkeypatch.setattr("HER2LowMRILib.gui.messages.PATIENCE_S", 0.0)
    return Impatience()


def test_cancelling_while_a_case_is_read_leads_to_the_list_and_the_cases_can_be_opened_again(
    person, study, impatience
):
    person.enters("r1")
    first = person.opens_next_case()
    drawn = person.draws()
    with impatience:
        person.panel.open_neighbour(1)
    person.session.settle()
    assert impatience.pressed == 1, "a cancelled dialog came up again"
    assert not impatience.shown()
    assert person.panel.ui.messageLabel.text == (
        "Stopped. No case is open; everything of the case before is saved."
    )
    assert person.panel.session.case is None
    assert person.panel.page.NAME == "study"
    person.panel.open_case(first)
    assert person.panel.session.case.measurement.geometry.voi_voxels == drawn.sum()


def test_cancelling_an_export_writes_no_tables(person, study, tmp_path, impatience):
    person.enters("r1")
    person.opens_next_case()
    person.reads_case()
    person.enters("coordinator")
    person.panel.pages["cohort"].ui.exportPath.currentPath = str(tmp_path / "export")
    with impatience:
        person.clicks(person.page("cohort").exportButton)
    assert impatience.pressed == 1
    assert person.panel.ui.messageLabel.text == "Stopped. Nothing was changed."
    assert not list((tmp_path / "export").glob("*.csv"))
    person.clicks(person.page("cohort").exportButton)
    assert (tmp_path / "export" / "features.csv").is_file()


class Meddler:
    """``with Meddler(act):`` does something once, as soon as a progress dialog shows."""

    def __init__(self, act):
        self.dialog = None
        self._act, self._timer = act, qt.QTimer()
        self._timer.setInterval(0)
        self._timer.connect("timeout()", self._meddle)

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_error):
        self._timer.stop()

    def _meddle(self):
        shown = Impatience().shown()
        if shown and self.dialog is None:
            self.dialog = shown[0]
            assert self.dialog.isModal()
            self._act()


def test_keys_do_nothing_while_a_case_is_read(person, study, impatience):
    person.enters("r1")
    person.opens_next_case()
    ids = [item.case_id for item in person.panel.session.view.work_list]
    with Meddler(lambda: person.presses(Key.Key_N, qt.Qt.ControlModifier)) as meddler:
        person.panel.open_case(ids[1])
    assert meddler.dialog is not None
    person.session.settle()
    assert person.case_id == ids[1]


def test_the_images_of_one_case_never_come_into_another_that_was_opened_meanwhile(person, study, impatience):
    person.enters("r1")
    session = person.panel.session
    ids = [item.case_id for item in session.view.work_list]
    person.panel.open_case(ids[2])
    expected = session.case.maps.maps("ADC").adc.copy()
    # No key or click can do this, because the dialog is modal; a script can.
    with Meddler(lambda: person.panel.open_case(ids[2])):
        person.panel.open_case(ids[1])
    person.session.settle()
    assert session.reading.case_id == session.case.name == ids[2]
    assert np.array_equal(session.case.maps.maps("ADC").adc, expected, equal_nan=True)
