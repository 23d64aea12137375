"""The line over the lesion: drawn by a key, followed with the mouse, kept at once."""

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from HER2LowMRILib.gui.messages import guarded
from HER2LowMRILib.gui.page import timer

if TYPE_CHECKING:
    from HER2LowMRILib.gui.panel import Panel

# A line that something other than the mouse moves is kept when it has come to rest [ms].
_AT_REST_MS = 300


class SizeLineTool:
    """Watches the line of the case at hand.

    Parameters
    ----------
    panel : Panel
    """

    def __init__(self, panel: "Panel"):
        self._panel = panel
        self._soon = timer(panel.widget, 0, True, self.settle)
        self._at_rest = timer(panel.widget, _AT_REST_MS, True, self.settle)
        panel.session.line_touched = self._touched

    def _touched(self, finished: bool) -> None:
        # Slicer is in the middle of its own act: the line is looked at when it is through.
        (self._soon if finished else self._at_rest).start()

    def draw(self) -> None:
        """Begin a line: the next two clicks into the images are its ends."""
        session = self._panel.session
        with self._panel.page.act(_("The size could not be measured.")):
            if session.draw_line():
                text = _("Click both ends of the longest diameter; {key} again or a right click gives up.")
                self._panel.show_message(text.format(key=session.hanging.keys.get("line", "")))

    def settle_finished(self) -> None:
        """Keep a line that is finished and waits to be looked at: what comes now is meant for after it."""
        if self._soon.isActive():
            self.settle()

    def settle(self) -> None:
        """Keep what became of the line, and say so."""
        self._soon.stop()
        self._at_rest.stop()
        panel, session = self._panel, self._panel.session
        if session.case is None:
            return
        outcome = ""
        with guarded(panel.show_message, _("The size could not be measured.")):
            outcome = session.settle_line()
            if outcome:
                panel.show_message(self._words(outcome))
        if outcome == "drawn":
            panel.pages["descriptors"].size_measured()

    def _words(self, outcome: str) -> str:
        line = self._panel.session.reading.size_line
        if outcome == "drawn" and line is not None and line["image"] == "mip":
            return _(
                "Measured on a projection, on which lesions look larger; the early subtraction is the better place."
            )
        if outcome == "deleted":
            return _(
                "The line was deleted, and the size that it gave. Undo on the page Form brings both back."
            )
        return ""

    def undo(self) -> None:
        """Go back to line and size as they were before."""
        with self._panel.page.act(_("The line could not be brought back.")):
            self._panel.session.undo_line()

    def delete(self) -> None:
        """Take the line away, and the size that it gave."""
        with self._panel.page.act(_("The line could not be deleted.")):
            self._panel.session.delete_line()

    def close(self) -> None:
        """Stop watching; the panel goes away."""
        self._soon.stop()
        self._at_rest.stop()
