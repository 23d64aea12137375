"""Errors and progress at the edge: one line in the panel for what the user can put right, a dialog for the rest."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import qt
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError
from HER2LowMRILib.gui.wording import who_has_it_open
from HER2LowMRILib.study.session_lock import StudyLocked

# An act that is over sooner needs no dialog.
PATIENCE_S = 0.5
# Showing progress runs all events of the application, which costs more than a step of most acts.
_BETWEEN_S = 0.1


@contextmanager
def guarded(show: Callable[[str], None], message: str, stopped: str = "") -> Iterator[None]:
    """Run an act of the user.

    An error that the user can put right is shown as one line; anything else is a defect and goes through Slicer's
    own error display with its details.

    Parameters
    ----------
    show : callable
        Shows a line in the panel.
    message : str
        What could not be done, for the error display.
    stopped : str, optional
        What is so after the user stopped the act; nothing was changed when left out.
    """
    try:
        with slicer.util.tryWithErrorDisplay(message, show=False):
            yield
    except Cancelled:
        show(stopped or _("Stopped. Nothing was changed."))
    except StudyLocked as locked:
        show(who_has_it_open(locked))
    except HER2LowMRIError as error:
        show(str(error))
    except Exception as error:
        with slicer.util.tryWithErrorDisplay(message):
            raise error


def confirmed(text: str, title: str) -> bool:
    """Ask before something that takes from somebody else; Enter and Escape mean no."""
    box = qt.QMessageBox
    return box.question(slicer.util.mainWindow(), title, text, box.Yes | box.No, box.No) == box.Yes


class ProgressDialog:
    """A progress dialog as the two callables that the library takes; it only comes up when an act takes its time.

    Parameters
    ----------
    text : str
        What is being done.
    """

    def __init__(self, text: str):
        self._text, self._since, self._dialog = text, time.monotonic(), None
        self._stopped, self._shown, self._window = False, 0.0, None

    def __call__(self, fraction: float) -> None:
        """Show the done fraction, 0 to 1."""
        if self._stopped:
            # A dialog that is cancelled would come up again.
            return
        if self._dialog is None:
            if time.monotonic() - self._since < PATIENCE_S:
                return
            self._window = qt.QApplication.activeWindow()
            self._dialog = slicer.util.createProgressDialog(
                value=0, maximum=100, labelText=self._text, windowTitle="HER2LowMRI", autoClose=False
            )
            # Otherwise keys and clicks reach the panel meanwhile, and one act would begin within another.
            self._dialog.setWindowModality(qt.Qt.ApplicationModal)
            self._dialog.connect("canceled()", self._stop)
        now = time.monotonic()
        if now - self._shown >= _BETWEEN_S:
            self._shown = now
            self._dialog.value = int(100 * fraction)
            slicer.app.processEvents()

    def cancelled(self) -> bool:
        """Whether the user pressed Cancel; files are read on threads that ask this, and must not ask Qt."""
        return self._stopped

    def _stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        """Take the dialog away."""
        if self._dialog is not None:
            # Closing a dialog counts as cancelling it.
            self._dialog.disconnect("canceled()", self._stop)
            self._dialog.close()
            self._dialog.deleteLater()
            self._dialog = None
            if self._window is not None:
                # Otherwise the window manager gives the window back later, and the first key is lost.
                self._window.activateWindow()
                slicer.app.processEvents()


@contextmanager
def progress(text: str) -> Iterator[ProgressDialog]:
    """Show progress with a Cancel button while an act runs."""
    shown = ProgressDialog(text)
    with slicer.util.WaitCursor():
        try:
            yield shown
        finally:
            shown.close()
