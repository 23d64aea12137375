"""What is measured beside the descriptors, below the form: it comes after the answer, when its images were read."""

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from HER2LowMRILib.core.measured_beside import T2_MUSCLE
from HER2LowMRILib.gui.messages import guarded
from HER2LowMRILib.gui.page import WholeText, timer
from HER2LowMRILib.gui.wording import beside_lines

if TYPE_CHECKING:
    from HER2LowMRILib.gui.descriptors_page import DescriptorsPage

# Long enough that a reader who answers quickly is not held up between two keys [ms].
_QUIET_MS, _AT_REST_MS = 250, 300


class BesideFrame:
    """The frame with measured values and their marks.

    Parameters
    ----------
    page : DescriptorsPage
    """

    def __init__(self, page: "DescriptorsPage"):
        self._page, self._ui = page, page.ui
        self._lines = WholeText(page.ui.besideLabel)
        self._soon = timer(page.widget, _QUIET_MS, True, self._go_on)
        self._at_rest = timer(page.widget, _AT_REST_MS, True, self._settle)
        page.session.mark_touched = self._at_rest.start
        self._ui.besideMarkButton.connect("clicked()", self._mark)
        self._ui.besideSpotButton.connect("clicked()", self._hottest_again)

    def refresh(self) -> None:
        """Show what is up to date, and measure the rest soon."""
        measured = self._page.session.measured
        self._ui.besideFrame.visible = measured is not None
        if measured is None:
            return
        self._show()
        if not measured.is_up_to_date and self._page.is_up:
            self._soon.start()

    def _go_on(self) -> None:
        session, measured = self._page.session, self._page.session.measured
        if measured is None or not self._page.is_up:
            return
        if self._at_rest.isActive() or not self._page.widget.isVisible():
            # Marks that were just set are kept first; shown anew they would be those before. And what nobody sees yet,
            # because the panel is folded away, is not noted as shown.
            self._soon.start()
            return
        with guarded(self._page.panel.show_message, _("The values beside the form could not be measured.")):
            if not measured.go_on():
                self._soon.start()
                return
            session.note_measured_shown()
            measured.show_marks()
            curve = measured.found.curve if measured.found is not None else None
            if curve is not None:
                session.case.draw_curve(curve)
            self._show()

    def _show(self) -> None:
        ui, session = self._ui, self._page.session
        measured = session.measured
        unlocked = session.reading.beside_unlocked
        found = measured.found if measured.is_up_to_date else None
        lines = []
        if not unlocked:
            lines = [_("Shown after the question is answered.")]
        elif found is None:
            lines = [_("measuring …")]
        else:
            curve = found.curve
            kinetics = curve.kinetics if curve is not None else None
            phases = ""
            if kinetics is not None:
                phases = kinetics.reason or _("phases {initial}, peak {peak}, last {last}").format(
                    initial=" ".join(map(str, kinetics.initial_phases)),
                    peak=kinetics.peak_phase,
                    last=kinetics.last_phase,
                )
            lines = beside_lines(found.values, phases, curve is not None and curve.moved)
            if "measured_t2_lesion_to_muscle" in unlocked and not session.reading.marks.get(T2_MUSCLE):
                lines.append(_("T2: mark lesion and muscle for their ratio."))
            lines += [f"⚠ {problem}" for problem in found.problems]
        self._lines.show("\n".join(lines))
        can_edit = session.can_edit
        ui.besideMarkButton.visible = "measured_t2_lesion_to_muscle" in unlocked
        ui.besideMarkButton.enabled = can_edit
        moved = found is not None and found.curve is not None and found.curve.moved
        ui.besideSpotButton.visible = moved
        ui.besideSpotButton.enabled = can_edit

    def _mark(self) -> None:
        panel, session = self._page.panel, self._page.session
        with self._page.act(_("The marks could not be set.")):
            if session.measured is not None and session.measured.mark_t2():
                panel.show_message(self._how_to_mark())

    def _how_to_mark(self) -> str:
        return _("On T2, click into the lesion, then into the pectoral muscle at like depth.")

    def _hottest_again(self) -> None:
        with self._page.act(_("The spot could not be moved back.")):
            self._page.session.hottest_spot_again()
            self.refresh()

    def _settle(self) -> None:
        session = self._page.session
        if session.case is None or session.measured is None:
            return
        with guarded(self._page.panel.show_message, _("The marks could not be kept.")):
            if session.settle_marks():
                panel = self._page.panel
                if panel.ui.messageLabel.text == self._how_to_mark():
                    panel.show_message("")
                session.measured.show_marks()
        self.refresh()

    def leave(self) -> None:
        """Another page or case comes up: marks that have just been moved are kept first."""
        self._soon.stop()
        if self._at_rest.isActive():
            self._at_rest.stop()
            self._settle()
        if self._page.session.case is not None:
            self._page.session.case.show_decay_again()

    def close(self) -> None:
        """The panel goes away."""
        self._soon.stop()
        self._at_rest.stop()
