"""Cohort: pathology with the derived groups and their reasons, exclusions, and the export."""

from collections.abc import Callable
from pathlib import Path

import qt
from ctk import ctkComboBox, ctkPathLineEdit
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import clinic_fields
from HER2LowMRILib.gui.answer_editor import as_typed
from HER2LowMRILib.gui.copying import fill_copying, folder_wishes, shortened
from HER2LowMRILib.gui.image_questions import ImageQuestions
from HER2LowMRILib.gui.lexicon_words import definition_text, label_text, unit_text
from HER2LowMRILib.gui.messages import progress
from HER2LowMRILib.gui.page import Page, fill_table, set_columns
from HER2LowMRILib.gui.study_page import state_text
from HER2LowMRILib.gui.table_import import TableImport, TableKind, would_be_added
from HER2LowMRILib.gui.wording import cases, counted, local_time
from HER2LowMRILib.images.dicom_out.subject import PSEUDONYM, SOURCE
from HER2LowMRILib.study.cohort_view import CaseStatus
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.pathology_table import PathologyPlan
from HER2LowMRILib.study.removed_cases import RemovedCase
from HER2LowMRILib.workflow.add_cases import add_cases
from HER2LowMRILib.workflow.cases_table import CasesPlan, plan_cases
from HER2LowMRILib.workflow.export_cohort import export_cohort
from HER2LowMRILib.workflow.folder_of_patients import FolderPlan, add_folder, added_lines, plan_folder
from HER2LowMRILib.workflow.training_cases import ReferencesPlan, plan_references, take_references


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
        self._statuses: tuple[CaseStatus, ...] = ()
        self._fields: dict[str, object] = {}
        rows = qt.QFormLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2)
        ui.fieldHost.layout().addLayout(rows)
        for item in clinic_fields().items:
            edit = self._field(item)
            edit.setToolTip(definition_text(item.definition))
            edit.setObjectName(f"field_{item.id}")
            unit = unit_text(item)
            rows.addRow(label_text(item.label) + (f" [{unit}]" if unit else ""), edit)
            self._fields[item.id] = edit
        ui.cohortTable.connect("currentCellChanged(int,int,int,int)", self._case_chosen)
        ui.importKindCombo.addItems(
            [_("pathology"), _("cases"), _("cases to train on"), _("a folder of images")]
        )
        fill_copying(ui.importCopyCombo)
        parts = (ui.importPath, ui.importButton, ui.takeButton, ui.importTable)
        self.table_import = TableImport(
            self, parts, self._table_kind, make_room=lambda listed: self._show_pathology(not listed)
        )
        ui.importKindCombo.connect("currentIndexChanged(int)", lambda _index: self._kind_chosen())
        ui.importFolderRow.visible = False
        ui.cohortExcludeButton.connect("clicked()", self._exclude)
        self.image_questions = ImageQuestions(self)
        set_columns(ui.removedTable, 2, wrap=True)
        self._removed: tuple[RemovedCase, ...] = ()
        ui.removedTable.connect("currentCellChanged(int,int,int,int)", lambda *_cell: self._show_removing())
        # Only one of the two is worked with, and both do not fit into a window.
        ui.removedSection.connect("contentsCollapsed(bool)", self._show_pathology)
        ui.removeButton.connect("clicked()", self._remove)
        ui.restoreButton.connect("clicked()", self._restore)
        ui.exportButton.connect("clicked()", self._export)
        ui.dicomButton.connect("clicked()", self._write_dicom)
        ui.openFolderButton.connect("clicked()", self._open_folder)

    def _field(self, item: object) -> object:
        if item.kind != "choice":
            edit = qt.QLineEdit()
            edit.connect("editingFinished()", lambda: self._typed(item, edit))
            return edit
        combo = ctkComboBox()
        combo.scrollWheelEffect = ctkComboBox.NeverScroll
        combo.addItem("")
        combo.addItems([label_text(choice.label) for choice in item.choices])
        combo.connect("activated(int)", lambda index: self._picked(item, index))
        return combo

    def _view(self) -> CoordinatorView | None:
        return self.session.view if isinstance(self.session.view, CoordinatorView) else None

    def _status(self) -> CaseStatus | None:
        """Status of the marked case."""
        row = self.ui.cohortTable.currentRow()
        return self._statuses[row] if 0 <= row < len(self._statuses) else None

    def _show_pathology(self, show: bool) -> None:
        self.ui.pathologySection.collapsed = not show

    def enter(self) -> None:
        """Begin with the list of cases."""
        self.ui.cohortTable.setFocus()

    def leave(self) -> None:
        """Keep what is being typed into a field."""
        for item in clinic_fields().items:
            if item.kind != "choice":
                self._typed(item, self._fields[item.id])

    def refresh(self, topic: str) -> None:
        """Show every case with its group."""
        view, ui = self._view(), self.ui
        if view is None or topic not in ("role", "answers"):
            return
        # Reads every reading: of a large study on a share that takes seconds, so it is not done for every field.
        self._statuses = tuple(view.status())
        tips = [
            "\n".join(f"{reader}: {state_text(state)}" for reader, state in status.readings.items())
            for status in self._statuses
        ]
        fill_table(ui.cohortTable, [self._row(status) for status in self._statuses], tips)
        if ui.cohortTable.currentRow() < 0 and self._statuses:
            ui.cohortTable.setCurrentCell(0, 0)
        self._show_fields()
        self._show_removed()
        if topic == "role":
            self.image_questions.refresh(view)
        if topic == "role":
            # Each sitting begins with what can be passed on.
            ui.remarksCheck.checked = False
            ui.sourcePatientCheck.checked = False

    def _show_removed(self) -> None:
        self._removed = self._view().removed
        rows = [
            (
                case.case_id,
                local_time(case.utc)[:10] if case.utc else "",
                _("erased: {reason}").format(reason=case.reason)
                if case.is_erased
                else case.damage or case.reason,
            )
            for case in self._removed
        ]
        fill_table(self.ui.removedTable, rows)
        self.ui.removedTable.visible = bool(rows)
        self._show_removing()

    def _show_removing(self) -> None:
        """Say which cases the buttons mean."""
        ui, status, chosen = self.ui, self._status(), self._removed_case()
        ui.removeHintLabel.text = (
            _(
                "Takes {case}, which is marked above, out of every list and table with all that was read of it, as if "
                "it had never been added. A case that belongs to the study and cannot be used is excluded instead."
            ).format(case=status.case_id)
            if status is not None
            else ""
        )
        ui.removeButton.enabled = status is not None
        ui.restoreButton.enabled = chosen is not None and chosen.row is not None

    def _removed_case(self) -> RemovedCase | None:
        """Marked case of those that were removed."""
        row = self.ui.removedTable.currentRow()
        return self._removed[row] if 0 <= row < len(self._removed) else None

    def _row(self, status: CaseStatus) -> tuple[str, ...]:
        group = self._view().her2(status.case_id)
        done = sum(state in ("signed_off", "amended") for state in status.readings.values())
        reason = status.excluded or "; ".join(status.proposed_exclusions.values()) or group.reason
        name = _("excluded") if status.excluded else group.group
        return status.case_id, f"{done}/{len(status.readings)}", name, reason

    def _case_chosen(self, row: int) -> None:
        if row >= 0:
            self._show_fields()

    def _show_fields(self) -> None:
        view, status, ui = self._view(), self._status(), self.ui
        case_id = status.case_id if view is not None and status is not None else None
        values = view.pathology(case_id) if case_id is not None else {}
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
        self._show_removing()
        group = view.her2(case_id) if case_id is not None else None
        ui.groupLabel.text = (
            _("HER2 group: <b>{group}</b> – {reason}").format(group=group.group, reason=group.reason)
            if group
            else ""
        )
        excluded = status is not None and bool(status.excluded)
        ui.cohortExcludeButton.text = _("Take case back in") if excluded else _("Exclude case")

    def _typed(self, item: object, edit: object) -> None:
        if edit.modified and not self.filling:
            edit.modified = False
            self._set(item, as_typed(item, edit.text))

    def _picked(self, item: object, index: int) -> None:
        if not self.filling:
            self._set(item, item.choices[index - 1].value if index > 0 else None)

    def _set(self, item: object, raw: object) -> None:
        view, status, problem = self._view(), self._status(), self.ui.fieldProblemLabel
        problem.text = ""
        try:
            if view is not None and status is not None:
                view.set_pathology(status.case_id, **{item.id: raw})
                for column, text in enumerate(self._row(status)):
                    self.ui.cohortTable.item(self.ui.cohortTable.currentRow(), column).setText(text)
                self._show_fields()
        except HER2LowMRIError as error:
            problem.text = str(error)
        problem.visible = bool(problem.text)

    def _pathology_table(self) -> TableKind:
        """How a table of pathology is looked at and taken."""

        def take(plan: PathologyPlan) -> str:
            changed = self._view().take_pathology(plan)
            return counted(len(changed), _("{count} case was changed."), _("{count} cases were changed."))

        return TableKind(
            lambda file, wishes: self._view().look_at_pathology(file, wishes),
            take,
            lambda: self._view().answers_file,
        )

    def _cases_table(self) -> TableKind:
        """How a table of cases is looked at and taken: its images stay where they are."""
        view = self._view()

        def take(plan: CasesPlan) -> str:
            plan.check()
            done = add_cases(view, plan.cases)
            lines = [counted(len(done.added), _("{count} case was added."), _("{count} cases were added."))]
            lines += [f"{case_id}: {why}" for case_id, why in done.refused.items()]
            return "\n".join(lines)

        further = [spec.role for spec in view.protocol.features.further]
        return TableKind(
            lambda file, wishes: plan_cases(file, view.pseudonym, wishes, further),
            take,
            lambda: view.answers_file,
            would_be_added,
        )

    def _references_table(self) -> TableKind:
        """How a table of references is looked at and taken: its cases become those to train on."""
        view = self._view()

        def take(plan: ReferencesPlan) -> str:
            count = take_references(view, plan)
            return counted(count, _("{count} case to train on."), _("{count} cases to train on."))

        return TableKind(
            lambda file, wishes: plan_references(view, file, wishes), take, lambda: view.answers_file
        )

    def _images_folder(self) -> TableKind:
        """How a folder with one subfolder for each patient is looked at and taken."""
        view, ui = self._view(), self.ui
        wishes = folder_wishes(ui.importCopyCombo, ui.importKeepNamesCheck, ui.importNamesCheck)

        def take(plan: FolderPlan) -> str:
            with progress(_("Adding cases …")) as dialog:
                done = add_folder(view, self.session.study.folder, plan.found, wishes, dialog)
            lines = [counted(len(done.added), _("{count} case was added."), _("{count} cases were added."))]
            lines += [
                _("Not added: {case}").format(case=f"{plan.found.with_place(what)}: {why}")
                for what, why in (done.refused | plan.found.refused).items()
            ]
            lines += added_lines(done, plan.found, deidentified=wishes.deidentify, taken=False)
            return "\n".join(shortened(lines))

        return TableKind(
            lambda folder, _wishes: plan_folder(view, folder, wishes),
            take,
            lambda: view.answers_file,
            would_be_added,
        )

    def _kind_chosen(self) -> None:
        """A folder is looked for where a folder is taken, and a file otherwise."""
        ui = self.ui
        folder = self._kinds()[max(ui.importKindCombo.currentIndex, 0)] == self._images_folder
        ui.importFolderRow.visible = folder
        ui.importPath.filters = ctkPathLineEdit.Dirs if folder else ctkPathLineEdit.Files
        self.table_import.clear()

    def _kinds(self) -> tuple[Callable[[], TableKind], ...]:
        return (self._pathology_table, self._cases_table, self._references_table, self._images_folder)

    def _table_kind(self) -> TableKind:
        kinds = self._kinds()
        return kinds[max(self.ui.importKindCombo.currentIndex, 0)]()

    def _exclude(self) -> None:
        with self.act(_("The exclusion could not be saved.")):
            status = self._status()
            if status is None:
                raise HER2LowMRIError(_("No case is marked"), needed=_("a case of the table"))
            if status.excluded:
                self._view().include(status.case_id)
            else:
                self._view().exclude(status.case_id, self.ui.cohortReasonEdit.text)
            self.ui.cohortReasonEdit.text = ""
            self.refresh("answers")

    def _remove(self) -> None:
        with self.act(_("The case could not be removed.")):
            self.leave()
            case_id = self._status().case_id
            self._view().remove(case_id, self.ui.removeReasonEdit.text)
            self._moved(
                _("{case} is removed, {cases} in the study. Tables exported before still hold it."), case_id
            )

    def _restore(self) -> None:
        with self.act(_("The case could not be restored.")):
            self.leave()
            case_id = self._removed_case().case_id
            self._view().restore(case_id, self.ui.removeReasonEdit.text)
            self._moved(_("{case} is restored, {cases} in the study."), case_id)

    def _moved(self, message: str, case_id: str) -> None:
        self.ui.removeReasonEdit.text = ""
        self.refresh("answers")
        self.panel.header.show()
        count = len(self._statuses)
        words = counted(count, _("{count} case is"), _("{count} cases are"))
        self.panel.show_message(message.format(case=case_id, cases=words))
        places = [row for row, status in enumerate(self._statuses) if status.case_id == case_id]
        if places:
            self.ui.cohortTable.setCurrentCell(places[0], 0)

    def _export(self) -> None:
        with self.act(_("The study could not be exported.")):
            folder = self.ui.exportPath.currentPath
            if not folder:
                raise HER2LowMRIError(_("The export has no place"), needed=_("a folder"))
            with progress(_("Measuring the cases …")) as dialog:
                done = export_cohort(
                    self.session.study,
                    Path(folder),
                    with_remarks=self.ui.remarksCheck.checked,
                    progress=dialog,
                    cancelled=dialog.cancelled,
                )
            readings = counted(done.readings, _("{count} reading"), _("{count} readings"))
            lines = [f"features.csv: {cases(done.features)}, readings.csv: {readings}"]
            lines += [f"{case_id} – {reason}" for case_id, reason in done.left_out.items()]
            lines += done.notes
            self.ui.exportLabel.text = "\n".join(lines)

    def _write_dicom(self) -> None:
        # Loaded when it is needed: whoever only reads never waits for it.
        from HER2LowMRILib.workflow.write_dicom import write_dicom

        with self.act(_("The DICOM objects could not be written.")):
            folder = self.ui.exportPath.currentPath
            if not folder:
                raise HER2LowMRIError(_("The export has no place"), needed=_("a folder"))
            with progress(_("Writing DICOM objects …")) as dialog:
                done = write_dicom(
                    self.session.study,
                    Path(folder),
                    patient=SOURCE if self.ui.sourcePatientCheck.checked else PSEUDONYM,
                    progress=dialog,
                    cancelled=dialog.cancelled,
                )
            lines = [counted(len(done.objects), _("{count} DICOM object"), _("{count} DICOM objects"))]
            lines += [f"{what} – {reason}" for what, reason in done.left_out.items()]
            lines += done.notes
            self.ui.exportLabel.text = "\n".join(lines)

    def _open_folder(self) -> None:
        folder = self.ui.exportPath.currentPath
        if folder:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(folder))
