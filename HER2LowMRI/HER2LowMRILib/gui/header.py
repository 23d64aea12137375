"""The header: who reads which case of which study, how far, for how long, and whether everything is saved."""

import time

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.gui.page import timer
from HER2LowMRILib.gui.study_page import role_text
from HER2LowMRILib.gui.wording import cases
from HER2LowMRILib.session.reading_session import ADJUDICATOR, COORDINATOR, SINGLE, ReadingSession


class Header:
    """Fills the labels above the pages.

    Parameters
    ----------
    ui : object
        The widgets of the panel by name.
    session : ReadingSession
    widget : QWidget
        Owner of the clock's timer.
    """

    def __init__(self, ui: object, session: ReadingSession, widget: object):
        self._ui, self._session = ui, session
        self._mouse = (0, 0)
        self.clock = timer(widget, 1000, False, self._tick)

    def show(self) -> None:
        """Show what is so now."""
        session, ui = self._session, self._ui
        who = role_text(session.role) if session.about is not None else ""
        if session.about is not None:
            # A long title is cut at its end; who reads must be seen.
            ui.studyLabel.text = f"{who} · {session.title}"
            ui.studyLabel.toolTip = session.title
        else:
            ui.studyLabel.text = _("Single case") if session.role == SINGLE else _("No study is open")
        done, count = session.progress
        name = getattr(session.reading, "case_id", "")
        places = {item.case_id: n for n, item in enumerate(getattr(session.view, "work_list", ()), start=1)}
        place = (
            _("{place} of {count}").format(place=places[name], count=count)
            if name in places and count
            else ""
        )
        words = _("{done} done") if place else _("{done} of {count} done")
        signed = words.format(done=done, count=count) if count else ""
        if session.role == COORDINATOR:
            signed = cases(len(session.view.cases))
        training = _("training case") if getattr(session.reading, "is_training", False) else ""
        parts = (name, training, place, signed)
        ui.caseLabel.text = " · ".join(part for part in parts if part) or _("No case is open")
        ui.progressBar.visible = bool(count)
        ui.progressBar.maximum = max(count, 1)
        ui.progressBar.value = done
        ui.previousButton.visible = ui.nextButton.visible = name in places
        ui.previousButton.enabled = places.get(name, 1) > 1
        ui.nextButton.enabled = places.get(name, 0) < len(places)
        self.show_saved()
        self._show_time()

    def show_saved(self) -> None:
        """Show whether everything is on the disk."""
        saved, reading = self._session.saved, self._session.reading
        label = self._ui.saveLabel
        if reading is None:
            label.text = ""
        elif not getattr(reading, "is_open", True):
            label.text = _("signed off, locked")
        elif saved.error is not None:
            label.text = "<b>⚠ " + _("NOT SAVED") + "</b>"
        elif saved.pending:
            label.text = _("saving …")
        elif self._session.role == SINGLE:
            label.text = _("kept in the scene")
        elif saved.at is not None:
            clock = time.strftime("%H:%M:%S", time.localtime(saved.at))
            label.text = _("✓ saved {clock}").format(clock=clock)
        else:
            label.text = _("✓ saved")
        label.toolTip = saved.error or _("Every answer and stroke is saved at once.")

    def _tick(self) -> None:
        place = qt.QCursor.pos()
        mouse = (place.x(), place.y())
        self._session.note_work(qt.QApplication.activeWindow() is not None, mouse != self._mouse)
        self._mouse = mouse
        self._show_time()

    def _show_time(self) -> None:
        if self._session.case is None or self._session.role in (SINGLE, ADJUDICATOR):
            self._ui.timeLabel.text = ""
            return
        seconds = int(self._session.clock.elapsed)
        self._ui.timeLabel.text = f"{seconds // 60}:{seconds % 60:02d}"
