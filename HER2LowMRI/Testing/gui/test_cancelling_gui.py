"""Cancel, pressed in Qt's own progress dialog while an act runs, stops it and leaves nothing half done."""

import pytest
from slicer_session.panel import qt


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
    assert person.panel.ui.messageLabel.text == "Stopped. Nothing was changed."
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
