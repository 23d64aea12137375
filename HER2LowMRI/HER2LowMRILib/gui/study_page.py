"""Study: open or set up a study, choose who is at work, pick a case; or work on a single case without a study."""

from functools import cache
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core.errors import Cancelled, StudyError
from HER2LowMRILib.core.feature_set import RINGS_MM, FeatureSet
from HER2LowMRILib.core.map_spec import parse_further_map
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.core.slice_origin import ASSISTED, DRAWN, INTERPOLATED
from HER2LowMRILib.core.wording import one_line
from HER2LowMRILib.gui.copying import fill_copying, folder_wishes, shortened
from HER2LowMRILib.gui.messages import confirmed, progress
from HER2LowMRILib.gui.page import Page, fill_table, set_columns, shortcut
from HER2LowMRILib.gui.table_import import TableKind, table_section
from HER2LowMRILib.gui.wording import cases, counted, who_has_it_open
from HER2LowMRILib.session.dicom_database import DatabaseStudy, database, studies_in_database
from HER2LowMRILib.session.reading_session import ADJUDICATOR, COORDINATOR
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.known_studies import ACCEPTED, CHECKED, is_known, remember
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.session_lock import StudyLocked
from HER2LowMRILib.workflow.cases_of_database import (
    ListedExamination,
    add_examinations,
    images_of_examination,
)
from HER2LowMRILib.workflow.check_received import check_received
from HER2LowMRILib.workflow.record_readings import ReadingsPlan, plan_readings, record_readings
from HER2LowMRILib.workflow.set_up_study import set_up_study

_MOST_SHOWN = 8


class StudyPage(Page):
    """The way into the work."""

    UI, NAME = "StudyPage.ui", "study"

    def title(self) -> str:
        """Name on the page's button."""
        return _("Study")

    def setup(self) -> None:
        """Connect the widgets; once."""
        ui = self.ui
        set_columns(ui.workTable, 1)
        self._roles: tuple[str, ...] = ()
        self._case_ids: list[str] = []
        ui.studyPath.connect("currentPathChanged(QString)", self._path_chosen)
        ui.openButton.connect("clicked()", self.open_study)
        ui.workTable.connect("cellDoubleClicked(int,int)", self._open_row)
        ui.workTable.connect("currentCellChanged(int,int,int,int)", lambda *_cells: self._show_exclusion())
        ui.openCaseButton.connect("clicked()", lambda: self._open_row(ui.workTable.currentRow()))
        ui.nextOpenButton.connect("clicked()", self.panel.open_next_open_case)
        self._keys = [
            shortcut(key, ui.workTable, lambda: self._open_row(ui.workTable.currentRow()))
            for key in ("Return", "Enter")
        ]
        ui.excludeEdit.connect("returnPressed()", self._propose)
        ui.excludeButton.connect("clicked()", self._exclude)
        self.table_import, self.table_ui = table_section(self, ui.workBox.layout(), self._readings_table)
        fill_copying(ui.newCopyCombo)
        ui.createButton.connect("clicked()", self._create)
        ui.singleButton.connect("clicked()", self._single)
        set_columns(ui.databaseTable, 0)
        self._listed: tuple[DatabaseStudy, ...] = ()
        ui.databaseSection.connect("contentsCollapsed(bool)", self._database_shown)
        ui.databaseListButton.connect("clicked()", self._list_database)
        ui.databaseAddButton.connect("clicked()", self._add_from_database)
        ui.databaseOpenButton.connect("clicked()", self._open_from_database)
        if not ui.studyPath.currentPath:
            ui.studyPath.currentPath = slicer.util.settingsValue("HER2LowMRI/LastStudy", "")
        self._path_chosen(ui.studyPath.currentPath)

    def enter(self) -> None:
        """Mark what was chosen in Slicer's own browser meanwhile."""
        if not self.ui.databaseSection.collapsed and database() is not None:
            self._list_database()

    def is_done(self) -> bool:
        """Whether a case is open."""
        return self.session.case is not None

    def refresh(self, topic: str) -> None:
        """Show the work list."""
        view, ui = self.session.view, self.ui
        reading = self.session.reading
        ui.workBox.visible = isinstance(view, ReaderView)
        ui.newSection.collapsed = ui.newSection.collapsed or view is not None
        ui.databaseAddButton.enabled = isinstance(view, CoordinatorView)
        if topic == "saved" or not isinstance(view, ReaderView):
            return
        items = view.work_list
        self._case_ids = [item.case_id for item in items]
        failed = self.session.failed
        rows = [
            (
                str(item.position),
                item.case_id,
                _("cannot be opened")
                if item.case_id in failed and not item.is_done
                else _("training: {state}").format(state=state_text(item.state))
                if item.training
                else state_text(item.state),
            )
            for item in items
        ]
        fill_table(ui.workTable, rows, [failed.get(item.case_id, item.case_id) for item in items])
        if reading is not None and reading.case_id in self._case_ids:
            ui.workTable.setCurrentCell(self._case_ids.index(reading.case_id), 0)
        elif rows and (topic == "role" or ui.workTable.currentRow() < 0):
            following = self.session.next_case_id()
            ui.workTable.setCurrentCell(self._case_ids.index(following) if following else 0, 0)
        ui.openCaseButton.enabled = bool(rows)
        ui.nextOpenButton.enabled = self.session.next_case_id() is not None
        if getattr(reading, "exclusion", None) or topic in ("role", "case"):
            # A reason of one case is none of the next.
            ui.excludeEdit.text = getattr(reading, "exclusion", None) or ""
        self._show_exclusion()

    def _readings_table(self) -> TableKind:
        """How a table of this reader's readings is looked at and taken."""
        view, ui = self.session.view, self.table_ui
        reason = ui.tableReasonEdit.text.strip() or None

        def take(plan: ReadingsPlan) -> str:
            # What is drawn and typed in the open case is saved, and shown anew.
            self.session.close_case()
            count = record_readings(view, plan, reason=reason)
            for reading in plan.changed:
                if reading.voi is not None:
                    # The outline that was kept has another one in its place now.
                    self.session.left_empty.pop(reading.row.case_id, None)
            return counted(count, _("{count} reading was entered."), _("{count} readings were entered."))

        return TableKind(
            lambda file, wishes: plan_readings(
                view, file, sign_off=bool(ui.tableSignCheck.checked), reason=reason, wishes=wishes
            ),
            take,
            lambda: view.answers_file,
        )

    def mark(self, case_id: str) -> None:
        """Mark a case of the work list."""
        if case_id in self._case_ids:
            self.ui.workTable.setCurrentCell(self._case_ids.index(case_id), 0)

    def _marked(self) -> str | None:
        """The case that is marked in the work list."""
        row = self.ui.workTable.currentRow()
        return self._case_ids[row] if 0 <= row < len(self._case_ids) else None

    def _marked_elsewhere(self) -> str | None:
        """The marked case, if it is not the one at hand and not signed off: what an exclusion would be of."""
        marked, view, reading = self._marked(), self.session.view, self.session.reading
        if marked is None or not isinstance(view, ReaderView) or getattr(reading, "case_id", None) == marked:
            return None
        done = {item.case_id for item in view.work_list if item.is_done}
        return marked if marked not in done else None

    def _show_exclusion(self) -> None:
        ui, reading = self.ui, self.session.reading
        elsewhere = self._marked_elsewhere()
        own = getattr(reading, "case_id", None)
        at_hand = self.session.can_edit and own is not None and elsewhere is None and own == self._marked()
        ui.excludeSection.enabled = at_hand or elsewhere is not None
        if elsewhere is not None:
            ui.excludeButton.text = _("Leave out {case}").format(case=elsewhere)
        else:
            proposed = getattr(reading, "exclusion", None)
            ui.excludeButton.text = _("Take back") if proposed else _("Propose exclusion")

    def _path_chosen(self, path: str) -> None:
        ui, self._roles = self.ui, ()
        if path:
            try:
                self._roles = self.session.roles_of(Path(path))
            except StudyError:
                # While a path is typed it is not a study yet; "Open" says what is wrong.
                self._roles = ()
        ui.roleCombo.clear()
        for role in self._roles:
            ui.roleCombo.addItem(role_text(role), role)
        last = slicer.util.settingsValue("HER2LowMRI/Role", "")
        ui.roleCombo.setCurrentIndex(self._roles.index(last) if last in self._roles else -1)

    def open_study(self) -> None:
        """Open the study of the path in the role of the combo box."""
        with self.act(_("The study could not be opened.")):
            path, index = self.ui.studyPath.currentPath, self.ui.roleCombo.currentIndex
            if not self._roles:
                self.session.roles_of(Path(path))
                self._path_chosen(path)
            if index < 0 or index >= len(self._roles):
                raise StudyError(
                    _("Nobody is chosen"), needed=_("who is at work"), todo=_("Choose it beside “As”.")
                )
            self.panel.enter_study(Path(path), self._roles[index])

    def ask_unknown(self, folder: Path) -> None:
        """Ask before a study is opened that was neither set up nor checked on this computer.

        Raises
        ------
        Cancelled
            If the user does not want to open it.
        """
        if is_known(folder):
            return
        box = qt.QMessageBox
        text = _(
            "This study was neither set up nor checked on this computer.\n\nIf it came from another hospital, have it "
            "checked first: for links, odd files, changed content and names of patients. Nothing in it is changed.\n\n"
            "Check it now? With “No” it is opened without a check."
        )
        buttons = box.Yes | box.No | box.Cancel
        answer = box.question(slicer.util.mainWindow(), _("Study of somebody else"), text, buttons, box.Yes)
        if answer == box.Yes:
            self._check_received(folder)
        elif answer == box.No:
            remember(folder, ACCEPTED)
        else:
            raise Cancelled

    def _check_received(self, folder: Path) -> None:
        with progress(_("Checking the study …")) as dialog:
            findings = check_received(folder, dialog).findings
        if not findings:
            remember(folder, CHECKED)
            return
        shown = [f"• {one_line(str(finding))}" for finding in findings[:_MOST_SHOWN]]
        if len(findings) > _MOST_SHOWN:
            shown.append(_("… and {count} more").format(count=len(findings) - _MOST_SHOWN))
        question = _("The check found:\n\n{findings}\n\nOpen the study all the same?")
        if not confirmed(question.format(findings="\n".join(shown)), _("Study of somebody else")):
            raise Cancelled
        remember(folder, ACCEPTED)

    def ask_take_over(self, locked: StudyLocked) -> bool:
        """Ask whether the session of somebody else is taken over; one that is known to have ended needs no question."""
        if locked.stale:
            return True
        question = _("{problem}\n\nTake over? The other session can then no longer save.")
        return confirmed(question.format(problem=who_has_it_open(locked)), _("Study in use"))

    def _open_row(self, row: int, _column: int = 0) -> None:
        if 0 <= row < len(self._case_ids):
            self.panel.open_case(self._case_ids[row])

    def _exclude(self) -> None:
        elsewhere = self._marked_elsewhere()
        if elsewhere is not None:
            self._exclude_elsewhere(elsewhere)
            return
        with self.act(_("The proposal could not be saved.")):
            reason = None if self.session.reading.exclusion else self.ui.excludeEdit.text
            if reason is not None and not reason.strip():
                raise StudyError(_("A case is only left out with a reason"), needed=_("a reason"))
            self.session.propose_exclusion(reason)
            if reason is not None:
                self.panel.show_message(_("Proposed. Sign the case off (Ctrl+Enter) to pass it on."))

    def _exclude_elsewhere(self, case_id: str) -> None:
        with self.act(_("The proposal could not be saved.")):
            if not self.ui.excludeEdit.text.strip():
                raise StudyError(_("A case is only left out with a reason"), needed=_("a reason"))
            self.session.exclude_unread(case_id, self.ui.excludeEdit.text)
            self.ui.excludeEdit.text = ""
            text = _("{case} is signed off with the proposal to leave it out. The coordinator decides.")
            self.panel.show_message(text.format(case=case_id))

    def _propose(self) -> None:
        # The same button takes a proposal back; a key pressed twice must not.
        if self._marked_elsewhere() is not None or not self.session.reading.exclusion:
            self._exclude()

    def _create(self) -> None:
        ui = self.ui
        with self.act(_("The study could not be set up.")):
            folder = ui.newPath.currentPath
            if not folder:
                raise StudyError(_("The study has no place"), needed=_("a folder"))
            readers = tuple(
                name.strip() for name in (ui.readersEdit.text or "r1, r2").split(",") if name.strip()
            )
            with progress(_("Setting up the study …")) as dialog:
                images = Path(ui.imagesPath.currentPath) if ui.imagesPath.currentPath else None
                made = set_up_study(
                    Path(folder),
                    ui.titleEdit.text,
                    readers,
                    images,
                    folder_wishes(ui.newCopyCombo, ui.keepNamesCheck, ui.newNamesCheck),
                    features=self._measured(),
                    examinations=self._marked_in_database(),
                    outline=self._outline_rules(),
                    progress=dialog,
                )
            ui.newSection.collapsed = True
            ui.databaseTable.clearSelection()
            ui.studyPath.currentPath = folder
            self._path_chosen(folder)
            said = [
                _("The study is set up with {cases}. Choose who is at work and open it.").format(
                    cases=cases(made.cases)
                )
            ]
            said += [_("Not added: {case}").format(case=text) for text in made.not_added]
            self.panel.show_message("\n".join(shortened([*said, *made.said])))

    def _database_shown(self, collapsed: bool) -> None:
        if not collapsed:
            self._list_database()

    def _list_database(self) -> None:
        """Show the examinations of Slicer's DICOM database."""
        with self.act(_("The DICOM database cannot be read.")):
            if database() is None:
                raise StudyError(
                    _("Slicer's DICOM database is not open"),
                    needed=_("an open database"),
                    todo=_("Open the module DICOM once."),
                )
            self._listed = studies_in_database()
            rows = [
                (one.patient, _date_text(one.date), one.description, str(one.images)) for one in self._listed
            ]
            fill_table(self.ui.databaseTable, rows)
            self.ui.databaseTable.clearSelection()
            for row, one in enumerate(self._listed):
                if one.chosen:
                    self.ui.databaseTable.selectRow(row)
            if not rows:
                self.panel.show_message(_("The DICOM database holds no MR images."))

    def _marked_in_database(self) -> tuple[ListedExamination, ...]:
        rows = sorted({item.row() for item in self.ui.databaseTable.selectedItems()})
        return tuple(self._listed[row].examination for row in rows if row < len(self._listed))

    def _add_from_database(self) -> None:
        with self.act(_("The examinations could not be added.")):
            marked, view = self._marked_in_database(), self.session.view
            if not marked or not isinstance(view, CoordinatorView):
                raise StudyError(_("No examination is marked"), needed=_("a marked examination of the list"))
            with progress(_("Looking at the images …")) as dialog:
                done = add_examinations(view, marked, progress=dialog)
            said = [_("{cases} added.").format(cases=cases(len(done.added)))]
            if done.there:
                said.append(_("In the study already: {cases}").format(cases=", ".join(done.there)))
            said += [
                _("Not added: {case}").format(case=f"{what}: {why}") for what, why in done.refused.items()
            ]
            self.ui.databaseTable.clearSelection()
            self.panel.pages["cohort"].refresh("answers")
            self.panel.header.show()
            self.panel.show_message("\n".join(said))

    def _open_from_database(self) -> None:
        """Read one examination as a case without a study."""
        with self.act(_("The case could not be started.")):
            marked = self._marked_in_database()
            if len(marked) != 1:
                raise StudyError(
                    _("A single case is one examination"),
                    needed=_("one marked examination of the list"),
                    found=str(len(marked)),
                )
            with progress(_("Looking at the images …")):
                images, examination = images_of_examination(marked[0])
            self.panel.start_single_case(self._single_name())
            self.session.show_examination(examination)
            self.panel.pages["images"].take(images)

    def _single_name(self) -> str:
        return self.ui.singleName.text.strip() or "CASE-001"

    def _outline_rules(self) -> OutlineRules:
        """Return how a new study lets its readers outline."""
        ways = [DRAWN]
        ways += [ASSISTED] if self.ui.assistedCheck.checked else []
        ways += [INTERPOLATED] if self.ui.interpolatedCheck.checked else []
        return OutlineRules(tuple(ways))

    def _measured(self) -> FeatureSet:
        """Return what a new study measures."""
        declared = [text for text in self.ui.furtherMapsEdit.text.split(";") if text.strip()]
        rings = RINGS_MM if self.ui.ringsCheck.checked else ()
        further = tuple(map(parse_further_map, declared))
        return FeatureSet.of(
            further=further,
            rings_mm=rings,
            intervals=self.ui.intervalsCheck.checked,
            beside=self.ui.besideCheck.checked,
        )

    def _single(self) -> None:
        with self.act(_("The case could not be started.")):
            self.panel.start_single_case(self._single_name())

    def close(self) -> None:
        """Let go of the keys."""
        for key in self._keys:
            key.setEnabled(False)
        self._keys = []


def _date_text(date: str) -> str:
    """A date of DICOM with hyphens."""
    return f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 and date.isdigit() else date


def role_text(role: str) -> str:
    """Word a role."""
    texts = {ADJUDICATOR: _("adjudicator"), COORDINATOR: _("coordinator")}
    return texts.get(role) or _("reader {reader}").format(reader=role)


@cache
def state_text(state: str) -> str:
    """Word the state of a reading."""
    texts = {
        "not_started": _("not started"),
        "in_progress": _("in progress"),
        "signed_off": _("signed off"),
        "amending": _("being amended"),
        "amended": _("amended"),
        "waiting": _("waits for readers"),
        "to_decide": _("to decide"),
        "decided": _("decided"),
        "agreed": _("agreed"),
        "damaged": _("damaged"),
    }
    return texts.get(state, state)
