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


@contextmanager
def guarded(show: Callable[[str], None], message: str) -> Iterator[None]:
    """Run an act of the user.

    An error that the user can put right is shown as one line; anything else is a defect and goes through Slicer's
    own error display with its details.

    Parameters
    ----------
    show : callable
        Shows a line in the panel.
    message : str
        What could not be done, for the error display.
    """
    try:
        with slicer.util.tryWithErrorDisplay(message, show=False):
            yield
    except Cancelled:
        show(_("Stopped. Nothing was changed."))
    except StudyLocked as locked:
        show(who_has_it_open(locked))
    except HER2LowMRIError as error:
        show(str(error))
    except Exception as error:
        with slicer.util.tryWithErrorDisplay(message):
            raise error


class Progress:
    """A progress dialog as the two callables that the library takes; it only comes up when an act takes its time.

    Parameters
    ----------
    text : str
        What is being done.
    """

    def __init__(self, text: str):
        self._text, self._since, self._dialog = text, time.monotonic(), None
        self._stopped = False

    def __call__(self, fraction: float) -> None:
        """Show the done fraction, 0 to 1."""
        if self._stopped:
            # A dialog that is cancelled would come up again.
            return
        if self._dialog is None:
            if time.monotonic() - self._since < PATIENCE_S:
                return
            self._dialog = slicer.util.createProgressDialog(
                value=0, maximum=100, labelText=self._text, windowTitle="HER2LowMRI", autoClose=False
            )
            # Otherwise keys and clicks reach the panel meanwhile, and one act would begin within another.
            self._dialog.setWindowModality(qt.Qt.ApplicationModal)
            self._dialog.connect("canceled()", self._stop)
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


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    """Show progress with a Cancel button while an act runs."""
    shown = Progress(text)
    with slicer.util.WaitCursor():
        try:
            yield shown
        finally:
            shown.close()
