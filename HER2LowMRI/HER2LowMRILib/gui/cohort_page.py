"""Cohort: pathology with the derived groups and their reasons, exclusions, and the export."""

from pathlib import Path

import qt
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.gui.messages import progress
from HER2LowMRILib.gui.page import Page, fill_table, set_columns
from HER2LowMRILib.gui.study_page import state_text
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.workflow.export_cohort import export_cohort


class CohortPage(Page):
    """The coordinator's desk."""

    UI, NAME = "CohortPage.ui", "cohort"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Cohort")

    def setup(self) -> None:
        """Connect the widgets, and make a field for each clinic item; once."""
        ui = self.ui
        set_columns(ui.cohortTable, 3, wrap=True)
        self._case_ids: list[str] = []
        self._fields: dict[str, object] = {}
        rows = qt.QFormLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2)
        ui.fieldHost.layout().addLayout(rows)
        for item in clinic_fields().items:
            edit = self._field(item)
            edit.setToolTip(item.definition)
            edit.setObjectName(f"field_{item.id}")
            unit = "" if item.unit in (None, "1") else f" [{item.unit}]"
            rows.addRow(item.label + unit, edit)
            self._fields[item.id] = edit
        ui.cohortTable.connect("currentCellChanged(int,int,int,int)", self._case_chosen)
        ui.importButton.connect("clicked()", self._import)
        ui.cohortExcludeButton.connect("clicked()", self._exclude)
        ui.exportButton.connect("clicked()", self._export)
        ui.openFolderButton.connect("clicked()", self._open_folder)

    def _field(self, item: object) -> object:
        if item.kind != "choice":
            edit = qt.QLineEdit()
            edit.connect("editingFinished()", lambda: self._typed(item, edit))
            return edit
        from ctk import ctkComboBox

        combo = ctkComboBox()
        combo.scrollWheelEffect = ctkComboBox.NeverScroll
        combo.addItem("")
        combo.addItems([choice.label for choice in item.choices])
        combo.connect("activated(int)", lambda index: self._picked(item, index))
        return combo

    def _view(self) -> CoordinatorView | None:
        return self.session.view if isinstance(self.session.view, CoordinatorView) else None

    def _case_id(self) -> str | None:
        row = self.ui.cohortTable.currentRow()
        return self._case_ids[row] if 0 <= row < len(self._case_ids) else None

    def refresh(self, topic: str) -> None:
        """Show every case with its group."""
        view, ui = self._view(), self.ui
        if view is None or topic not in ("role", "answers"):
            return
        rows, tips = [], []
        self._case_ids = []
        for status in view.status():
            group = view.her2(status.case_id)
            done = sum(state in ("signed_off", "amended") for state in status.readings.values())
            readings = f"{done}/{len(status.readings)}"
            reason = status.excluded or "; ".join(status.proposed_exclusions.values()) or group.reason
            name = _("excluded") if status.excluded else group.group
            rows.append((status.case_id, readings, name, reason))
            tips.append(
                "\n".join(f"{reader}: {state_text(state)}" for reader, state in status.readings.items())
            )
            self._case_ids.append(status.case_id)
        fill_table(ui.cohortTable, rows, tips)
        if ui.cohortTable.currentRow() < 0 and rows:
            ui.cohortTable.setCurrentCell(0, 0)
        self._show_fields()

    def _case_chosen(self, row: int) -> None:
        if row >= 0:
            self._show_fields()

    def _show_fields(self) -> None:
        view, case_id, ui = self._view(), self._case_id(), self.ui
        values = view.pathology(case_id) if view is not None and case_id else {}
        self.filling = True
        for item in clinic_fields().items:
            edit, value = self._fields[item.id], values.get(item.id)
            if item.kind == "choice":
                known = [choice.value for choice in item.choices]
                edit.setCurrentIndex(known.index(value) + 1 if value in known else 0)
            else:
                edit.text = "" if value is None else f"{value:g}" if isinstance(value, float) else f"{value}"
                edit.modified = False
        self.filling = False
        group = view.her2(case_id) if view is not None and case_id else None
        ui.groupLabel.text = (
            _("HER2 group: <b>{group}</b> – {reason}").format(group=group.group, reason=group.reason)
            if group
            else ""
        )
        excluded = {status.case_id: status.excluded for status in view.status()} if view is not None else {}
        ui.cohortExcludeButton.text = _("Take case back in") if excluded.get(case_id) else _("Exclude case")

    def _typed(self, item: object, edit: object) -> None:
        if edit.modified and not self.filling:
            edit.modified = False
            self._set(item, edit.text.strip().replace(",", ".") or None)

    def _picked(self, item: object, index: int) -> None:
        if not self.filling:
            self._set(item, item.choices[index - 1].value if index > 0 else None)

    def _set(self, item: object, raw: object) -> None:
        case_id, problem = self._case_id(), self.ui.fieldProblemLabel
        problem.text = ""
        try:
            if case_id is not None:
                self._view().set_pathology(case_id, **{item.id: raw})
                self.refresh("answers")
        except HER2LowMRIError as error:
            problem.text = str(error)
        problem.visible = bool(problem.text)

    def _import(self) -> None:
        with self.act(_("The table could not be taken over.")):
            changed = self._view().import_pathology(Path(self.ui.importPath.currentPath))
            self.panel.show_message(_("{count} cases were changed.").format(count=len(changed)))
            self.refresh("answers")

    def _exclude(self) -> None:
        with self.act(_("The exclusion could not be saved.")):
            case_id = self._case_id()
            status = next(status for status in self._view().status() if status.case_id == case_id)
            if status.excluded:
                self._view().include(case_id)
            else:
                self._view().exclude(case_id, self.ui.cohortReasonEdit.text)
            self.ui.cohortReasonEdit.text = ""
            self.refresh("answers")

    def _export(self) -> None:
        with self.act(_("The study could not be exported.")):
            folder = self.ui.exportPath.currentPath
            if not folder:
                raise HER2LowMRIError(_("The export has no place"), needed=_("a folder"))
            with progress(_("Measuring the cases …")) as dialog:
                done = export_cohort(
                    self.session.study, Path(folder), progress=dialog, cancelled=dialog.cancelled
                )
            lines = [
                _("{features} rows in features.csv, {readings} in readings.csv.").format(
                    features=done.features, readings=done.readings
                )
            ]
            lines += [f"{case_id} – {reason}" for case_id, reason in done.left_out.items()]
            self.ui.exportLabel.text = "\n".join(lines)

    def _open_folder(self) -> None:
        folder = self.ui.exportPath.currentPath
        if folder:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(folder))
