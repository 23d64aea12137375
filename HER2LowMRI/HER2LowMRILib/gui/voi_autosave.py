"""Follows the drawing of the case at hand: measures it after every edit, and saves it soon after."""

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _
from slicer.util import VTKObservationMixin

from HER2LowMRILib.gui.messages import guarded
from HER2LowMRILib.gui.page import timer
from HER2LowMRILib.session.reading_session import ReadingSession

AUTOSAVE_MS = 400


class VoiAutosave(VTKObservationMixin):
    """Watches the VOI of the case at hand.

    Parameters
    ----------
    session : ReadingSession
    widget : QWidget
        Owner of the timers.
    show_message : callable
        Shows a line in the panel.
    """

    def __init__(self, session: ReadingSession, widget: object, show_message: Callable[[str], None]):
        VTKObservationMixin.__init__(self)
        self._session, self._show_message, self._measuring = session, show_message, False
        self._soon_measured = timer(widget, 0, True, self.measure)
        self._soon_saved = timer(widget, AUTOSAVE_MS, True, self.save)

    def observe(self) -> None:
        """Watch the VOI of the case at hand, and no other any more."""
        self.forget()
        case = self._session.case
        if case is not None and case.voi is not None:
            # A stroke tells of itself as a changed representation; undo and redo only as changed segments.
            for event in (
                slicer.vtkSegmentation.SourceRepresentationModified,
                slicer.vtkSegmentation.SegmentModified,
            ):
                self.addObserver(case.voi, event, self._edited)
            for event in (slicer.vtkSegmentation.SegmentAdded, slicer.vtkSegmentation.SegmentRemoved):
                self.addObserver(case.voi.GetSegmentation(), event, self._edited)

    def forget(self) -> None:
        """Watch nothing."""
        self.removeObservers()

    def _edited(self, _caller: object, _event: object) -> None:
        if not self._measuring:
            if self._session.can_draw:
                self._session.voi_touched()
            # One edit fires several events; they are measured together, once Slicer is through with them.
            self._soon_measured.start()

    def measure(self) -> None:
        """Measure the VOI as it is drawn now."""
        self._soon_measured.stop()
        voi = self._session.case.voi if self._session.case is not None else None
        if voi is None or voi.GetScene() is None:
            # Slicer takes the segments out of a segmentation that somebody deletes; it is brought back as it was.
            return
        # A standing segment that somebody removed is put back meanwhile, which is an edit too.
        self._measuring = True
        with guarded(self._show_message, _("The VOI could not be measured.")):
            self._session.voi_changed()
            if self._session.voi_note:
                # What was put back may be another node.
                self.observe()
                self._show_message(self._session.voi_note)
        self._measuring = False
        self.save_soon()

    def save_soon(self) -> None:
        """Save the VOI in a moment, if it waits to be saved."""
        # Whoever draws on and on is saved all the same: the time runs from the first edit that waits.
        if (
            self._session.saved.pending
            and not self._session.emptied_voxels
            and not self._soon_saved.isActive()
        ):
            self._soon_saved.start()

    def save(self) -> None:
        """Save the VOI now, if it waits to be saved."""
        self._soon_saved.stop()
        if not self._session.saved.pending:
            return
        with guarded(self._show_message, _("The VOI could not be saved.")):
            self._session.save_voi()

    def settle(self) -> None:
        """Measure and save the VOI now, if it was edited."""
        if self._soon_measured.isActive():
            self.measure()
        self.save()

    def close(self) -> None:
        """Stop watching; the panel goes away."""
        self._soon_measured.stop()
        self._soon_saved.stop()
        self.forget()
