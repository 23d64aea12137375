"""Errors and progress at the edge: one line in the panel for what the user can put right, a dialog for the rest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError


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
    except HER2LowMRIError as error:
        show(str(error))
    except Exception as error:
        with slicer.util.tryWithErrorDisplay(message):
            raise error


@dataclass
class Progress:
    """A progress dialog as the two callables that the library takes."""

    dialog: object

    def __call__(self, fraction: float) -> None:
        """Show the done fraction, 0 to 1."""
        self.dialog.value = int(100 * fraction)
        slicer.app.processEvents()

    def cancelled(self) -> bool:
        """Whether the user pressed Cancel."""
        return bool(self.dialog.wasCanceled)


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    """Show a progress dialog with a Cancel button; it only appears when the act takes more than half a second."""
    dialog = slicer.util.createProgressDialog(
        value=0, maximum=100, labelText=text, windowTitle="HER2LowMRI", minimumDuration=500, autoClose=False
    )
    try:
        yield Progress(dialog)
    finally:
        dialog.close()
        dialog.deleteLater()
