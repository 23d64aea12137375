"""Analysis: from the exported tables to results in Slicer's views and the report in the browser."""

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.files.requirements import ANALYSIS, WORD, requirements
from HER2LowMRILib.gui.messages import guarded, progress
from HER2LowMRILib.gui.packages import ensure
from HER2LowMRILib.gui.page import Page
from HER2LowMRILib.mrml.reading_layout import show_layout
from HER2LowMRILib.mrml.result_nodes import show_results_layout, show_roc, show_table
from HER2LowMRILib.workflow.prepare_analysis import missing_packages, proposed_inputs


class AnalysisPage(Page):
    """The coordinator's statistics."""

    UI, NAME = "AnalysisPage.ui", "analysis"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Analysis")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        self._report: Path | None = None
        self._tables: list[object] = []
        self._found: object | None = None
        self._layout_before: int | None = None
        ui.analyzeButton.connect("clicked()", self._analyze)
        ui.reportButton.connect("clicked()", self._open_report)
        ui.wordButton.connect("clicked()", self._write_submission)
        ui.resultCombo.connect("currentIndexChanged(int)", self._table_chosen)
        self._enable(False)

    def enter(self) -> None:
        """Propose the tables of the last export, and show the results again."""
        ui = self.ui
        exported = self.panel.pages["cohort"].ui.exportPath.currentPath
        if exported and not ui.featuresPath.currentPath:
            features, readings = proposed_inputs(Path(exported))
            ui.featuresPath.currentPath = str(features) if features else ""
            ui.readingsPath.currentPath = str(readings) if readings else ""
        if self._tables:
            self._show()

    def leave(self) -> None:
        """Give the user's layout back."""
        if self._layout_before is not None:
            show_layout(slicer.mrmlScene, self._layout_before)
            self._layout_before = None

    def refresh(self, topic: str) -> None:
        """Forget the results when another study or role comes, or the scene is closed."""
        if topic == "role" and self._tables:
            self._forget()

    def _forget(self) -> None:
        self._tables, self._report, self._found = [], None, None
        self.ui.resultCombo.clear()
        self._enable(False)
        self.ui.analysisLabel.text = ""

    def _enable(self, there: bool) -> None:
        """Offer what is made from results while there are some."""
        ui = self.ui
        ui.reportButton.enabled = ui.wordButton.enabled = ui.resultCombo.enabled = there

    def _analyze(self) -> None:
        with guarded(self.panel.show_message, _("The cohort could not be analysed.")):
            features, readings = self.ui.featuresPath.currentPath, self.ui.readingsPath.currentPath
            if not features:
                raise HER2LowMRIError(_("There is nothing to analyse"), needed=_("a table of features"))
            self._ensure_packages(ANALYSIS, _("The cohort cannot be analysed"))
            from HER2LowMRILib.session.show_analysis import analysis_in_scene, report_language

            with progress(_("Analysing …")) as dialog:
                found = analysis_in_scene(
                    slicer.mrmlScene,
                    Path(features),
                    Path(readings) if readings else None,
                    language=report_language(),
                    progress=dialog,
                    cancelled=dialog.cancelled,
                )
            self._tables, self._report, self._found = list(found.tables), found.report, found.analysis
            self.filling = True
            self.ui.resultCombo.clear()
            self.ui.resultCombo.addItems([node.GetName() for node in self._tables])
            self.filling = False
            self._enable(True)
            self.ui.analysisLabel.text = "\n".join(f"• {note}" for note in found.notes)
            self._show()

    def _write_submission(self) -> None:
        """Tables in journal style as a Word file and the figures for print, beside the report."""
        with guarded(self.panel.show_message, _("The tables to submit could not be written.")):
            if self._found is None or self._report is None:
                return
            self._ensure_packages(WORD, _("The tables to submit cannot be written"))
            from HER2LowMRILib.workflow.write_submission import write_submission

            with progress(_("Drawing …")) as dialog:
                written = write_submission(self._found, self._report.parent, progress=dialog)
            self.panel.show_message(_("Written: {file} and its figures").format(file=written[0].name))
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(written[0])))

    def _ensure_packages(self, file: str, refused: str) -> None:
        """Ask for the packages of an act; nothing is installed without the user's word."""
        if not missing_packages(file):
            return
        ensure(file)
        if missing := missing_packages(file):
            raise HER2LowMRIError(
                refused,
                needed=", ".join(requirements(file)),
                found=_("{packages} not installed").format(packages=", ".join(missing)),
                todo=_(
                    "Press the button again and agree, with a network connection; or take the exported tables to "
                    "another computer: her2lowmri analyze."
                ),
            )

    def _show(self) -> None:
        before = show_results_layout(slicer.mrmlScene)
        if before is not None:
            self._layout_before = before
        show_roc(slicer.mrmlScene)
        self._table_chosen(self.ui.resultCombo.currentIndex)

    def _table_chosen(self, index: int) -> None:
        if not self.filling and 0 <= index < len(self._tables):
            show_table(slicer.mrmlScene, self._tables[index])

    def _open_report(self) -> None:
        if self._report is not None:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._report)))
