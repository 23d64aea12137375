"""The panel: header, steps, and the pages; it leads through the work and keeps to the rules of the application."""

from contextlib import nullcontext
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.gui.adjudication_page import AdjudicationPage
from HER2LowMRILib.gui.analysis_page import AnalysisPage
from HER2LowMRILib.gui.cohort_page import CohortPage
from HER2LowMRILib.gui.descriptors_page import DescriptorsPage
from HER2LowMRILib.gui.features_page import FeaturesPage
from HER2LowMRILib.gui.hanging_bar import HangingBar
from HER2LowMRILib.gui.header import Header
from HER2LowMRILib.gui.images_page import ImagesPage
from HER2LowMRILib.gui.messages import guarded, progress
from HER2LowMRILib.gui.page import UI_FOLDER, Page, shortcut, timer
from HER2LowMRILib.gui.parameter_node import HER2LowMRIParameterNode
from HER2LowMRILib.gui.scene_events import SceneEvents
from HER2LowMRILib.gui.screen import Screen
from HER2LowMRILib.gui.sign_off_page import SignOffPage
from HER2LowMRILib.gui.size_line_tool import SizeLineTool
from HER2LowMRILib.gui.study_page import StudyPage
from HER2LowMRILib.gui.voi_autosave import VoiAutosave
from HER2LowMRILib.gui.voi_page import VoiPage
from HER2LowMRILib.gui.wording import counted, voxels
from HER2LowMRILib.mrml.reading_layout import (
    current_layout,
    go_to_largest,
    plots_are_shown,
    register_layout,
    show_as_many_views,
    show_crosshair,
    show_layout,
    show_reading_layout,
)
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.case_views import CaseViews
from HER2LowMRILib.session.prepared_cases import PreparedCases
from HER2LowMRILib.session.reading_session import ADJUDICATOR, COORDINATOR, SINGLE, ReadingSession
from HER2LowMRILib.study.session_lock import StudyLocked
from HER2LowMRILib.workflow.sample_study import make_sample_study

PAGES = (
    StudyPage,
    ImagesPage,
    VoiPage,
    DescriptorsPage,
    FeaturesPage,
    SignOffPage,
    AdjudicationPage,
    CohortPage,
    AnalysisPage,
)
# How often it is seen to that the next cases get ready [ms].
AHEAD_MS = 1500
# Plots beside the views follow when nobody has drawn for so long [ms].
PLOT_MS = 300
# Topics of which a hidden page hears when it comes up.
LATER = ("answers", "voi", "saved", "views")
READER_STEPS = ("study", "images", "voi", "descriptors", "features", "sign_off")
STEPS = {
    ADJUDICATOR: ("study", "adjudication"),
    COORDINATOR: ("study", "cohort", "analysis"),
    None: ("study",),
}


class Panel:
    """What fills the module's place in the window.

    Parameters
    ----------
    layout : QLayout
        Where the panel goes.
    logic : HER2LowMRILogic
        Gives the parameter node.
    """

    def __init__(self, layout: object, logic: object):
        self.entered = False
        self._layout_before: int | None = None
        logic_of_views = slicer.app.applicationLogic() if slicer.app.layoutManager() is not None else None
        self.views = CaseViews(
            slicer.mrmlScene,
            logic_of_views,
            self._foreign_image_taken_out,
            lambda: self._changed("views"),
            Screen(),
        )
        settings = Path(slicer.app.slicerUserSettingsFilePath)
        self.session = ReadingSession(
            self._make_case,
            settings.parent / "HER2LowMRI-unsaved",
            PreparedCases(Path(slicer.app.cachePath) / "HER2LowMRI-prepared"),
        )
        self.widget = slicer.util.loadUI(str(UI_FOLDER / "HER2LowMRI.ui"))
        self.ui = slicer.util.childWidgetVariables(self.widget)
        layout.addWidget(self.widget)
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.pages: dict[str, Page] = {}
        self.page: Page | None = None
        self._buttons: dict[str, object] = {}
        for page_class in PAGES:
            self._add_page(page_class(self, self.session))
        self.voi_autosave = VoiAutosave(self.session, self.widget, self.show_message)
        self.header = Header(self.ui, self.session, self.widget)
        self.size_line = SizeLineTool(self)
        self.hanging = HangingBar(self, self.ui.layoutBar)
        self._follow = timer(self.widget, 150, True, self._follow_first)
        self._width_mm: float | None = None
        self._sizes_fitted: tuple[tuple[int, ...], ...] = ()
        self._problem_of_images = ""
        self._fit = timer(self.widget, 100, True, self._fit_views)
        self._soon_put_right = timer(self.widget, 0, True, self._put_case_right)
        self.views.case_changed = self._soon_put_right.start
        self._ahead = timer(self.widget, AHEAD_MS, False, self._prepare_ahead)
        self._plot = timer(self.widget, PLOT_MS, True, self._draw_plots)
        self._connect()
        self._setup_keys()
        self.session.listeners.append(self._changed)
        self.views.is_waiting = lambda: self.session.slice_waits
        register_layout(slicer.mrmlScene)
        self.scene = SceneEvents(self, logic)
        self.scene.take_parameters()
        self._changed("role")
        self.go_to("study")
        slicer.app.connect("aboutToQuit()", self._quitting)
        # The scene may have been loaded before the module was shown for the first time.
        self.scene.continue_case()

    @property
    def parameters(self) -> HER2LowMRIParameterNode | None:
        """What the scene keeps of the panel; None while a scene is being closed."""
        return self.scene.parameters

    # building
    def _add_page(self, page: Page) -> None:
        self.pages[page.NAME] = page
        self.ui.pageHost.layout().addWidget(page.widget)
        page.widget.hide()
        button = qt.QToolButton()
        button.setText(page.title())
        button.setObjectName(f"step_{page.NAME}")
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setSizePolicy(qt.QSizePolicy.Expanding, qt.QSizePolicy.Fixed)
        button.connect("clicked()", lambda name=page.NAME: self._turn_to(name))
        self.ui.pageBar.layout().addWidget(button)
        self._buttons[page.NAME] = button

    def _connect(self) -> None:
        ui = self.ui
        ui.messageFrame.hide()
        ui.previousButton.connect("clicked()", lambda: self.open_neighbour(-1))
        ui.nextButton.connect("clicked()", lambda: self.open_neighbour(1))
        ui.helpButton.connect("clicked()", self.show_help)
        ui.messageCloseButton.connect("clicked()", lambda: self.show_message(""))
        ui.backButton.connect("clicked()", lambda: self._go_by(-1))
        ui.continueButton.connect("clicked()", self.go_on)

    def _setup_keys(self) -> None:
        # They work wherever the focus is in the window, and only while the module is shown.
        self._keys = [
            shortcut("Ctrl+N", self.widget, lambda: self.open_neighbour(1), True),
            shortcut("Ctrl+P", self.widget, lambda: self.open_neighbour(-1), True),
            shortcut("Ctrl+Return", self.widget, self.go_on, True),
            shortcut("Ctrl+Enter", self.widget, self.go_on, True),
            shortcut("F1", self.widget, self.show_help),
        ]
        self._enable_keys(False)

    def _enable_keys(self, on: bool) -> None:
        for key in self._keys:
            key.setEnabled(on)
        self.hanging.enable(on)

    def _make_case(self, name: str, options: object, features: object, spare: object = None) -> CaseInScene:
        return CaseInScene(slicer.mrmlScene, self.views, name, options, features, spare)

    def _foreign_image_taken_out(self) -> None:
        self.show_message(
            _(
                "The views of the reading show this case only; another image or segmentation was taken out of them "
                "again. To look at it, choose another layout."
            )
        )

    def _put_case_right(self) -> None:
        if slicer.mrmlScene.IsBatchProcessing():
            self._soon_put_right.start()
            return
        if self.session.case is None or not self.session.case.put_right():
            return
        self.show_message(
            _(
                "The images and the outline of a case keep their place, names and voxels, the maps their colours; what "
                "another module changed was put back."
            )
        )

    # the life of the module
    def enter(self) -> None:
        """The module comes up."""
        self.entered = True
        self.scene.take_parameters()
        self._enable_keys(True)
        if self.session.case is not None:
            # A case that was opened while another module was up found no views to fill.
            there = bool(self.views.sizes)
            self._show_reading_layout()
            self.show_case_in_views(fit=not there)
            self._start_step()
        self.page.enter()
        self.header.clock.start()
        self._ahead.start()

    def exit(self) -> None:
        """Another module comes up."""
        self.header.clock.stop()
        self._ahead.stop()
        self.page.leave()
        self.voi_autosave.settle()
        self.session.clock.step(None)
        self._enable_keys(False)
        self._restore_layout()
        self.entered = False

    def close(self) -> None:
        """The panel goes away: save, unlock, let go."""
        if self.entered:
            self.exit()
        self.header.clock.stop()
        self._fit.stop()
        self._follow.stop()
        self._plot.stop()
        self._soon_put_right.stop()
        self._ahead.stop()
        self.hanging.close()
        self.size_line.close()
        with guarded(self._log_message, _("The study could not be closed.")):
            self.session.end()
        self.voi_autosave.close()
        self.scene.close()
        slicer.app.disconnect("aboutToQuit()", self._quitting)
        for page in self.pages.values():
            page.close()
        self.views.close()
        self.session.listeners.clear()

    def _quitting(self) -> None:
        with guarded(self._log_message, _("The VOI could not be saved.")):
            self.page.leave()
            self.voi_autosave.settle()
            self.session.clock.step(None)

        # Images of patients do not outlive Slicer.
        self.session.prepared.stop()

    def _prepare_ahead(self) -> None:
        # First what the case at hand still lacks.
        if (
            self.session.case is not None
            and self.session.beside is not None
            and self.session.beside.is_complete
        ):
            with guarded(self._log_message, _("The next case could not be prepared.")):
                self.session.prepare_ahead()

    def _log_message(self, text: str) -> None:
        import logging

        logging.error(text)

    # study and cases
    def enter_study(self, folder: Path, role: str) -> None:
        """Open a study in a role; ask when somebody else has it open."""
        note = ""
        self.pages["study"].ask_unknown(folder)
        try:
            self.session.enter(folder, role)
        except StudyLocked as locked:
            if not self.pages["study"].ask_take_over(locked):
                raise
            self.session.enter(folder, role, take_over=True)
            if locked.stale:
                note = _("The last session here ended without closing. Everything it had saved is there.")
        settings = qt.QSettings()
        settings.setValue("HER2LowMRI/Role", role)
        settings.setValue("HER2LowMRI/LastStudy", str(folder))
        settings.setValue(f"HER2LowMRI/Studies/{self.session.about.created}", str(folder))
        self.pages["study"].ui.studyPath.addCurrentPathToHistory()
        self.say(note)
        own_page = {COORDINATOR: "cohort", ADJUDICATOR: "adjudication"}.get(role)
        if role == COORDINATOR:
            # There are no images to look at in this role.
            self._restore_layout()
        if own_page is not None:
            self.go_to(own_page)
        else:
            # Enter opens the marked case, which is the next one that is open.
            self.pages["study"].ui.workTable.setFocus()

    def open_sample_study(self) -> None:
        """Make the synthetic study to try the module on, and propose it."""
        with guarded(self.show_message, _("The sample study could not be made.")):
            folder = Path(slicer.app.cachePath) / "HER2LowMRI-synthetic"
            with progress(_("Making synthetic images …")) as dialog:
                study = make_sample_study(folder, progress=dialog, cancelled=dialog.cancelled)
            self.go_to("study")
            self.pages["study"].ui.studyPath.currentPath = str(study)
            self.show_message(_("A synthetic study is ready. Choose who is at work and open it."))

    def open_case(self, case_id: str) -> None:
        """Open a case and go to where its work goes on."""
        with guarded(
            lambda text: self._not_opened(case_id, text),
            _("The case could not be opened."),
            _("Stopped. No case is open; everything of the case before is saved."),
        ):
            self.page.leave()
            self.voi_autosave.settle()
            # A prepared case takes the place of the one before at once; of another one nobody sees the way there.
            at_once = slicer.util.RenderBlocker() if self.session.is_prepared(case_id) else nullcontext()
            with progress(_("Opening {case} …").format(case=case_id)) as dialog, at_once:
                self.session.open_case(case_id, dialog, dialog.cancelled)
                notes = [self.outlines_kept()]
                self.show_message("")
                self.case_opened(fit=True)
            restored = getattr(self.session.reading, "restored_changes", 0)
            notes += [self.session.unsaved_note, *getattr(self.session.reading, "notes", ())]
            if restored:
                notes.append(
                    counted(
                        restored,
                        _("{count} change of the last session was brought back."),
                        _("{count} changes of the last session were brought back."),
                    )
                )
            if any(notes):
                self.show_message(" ".join(note for note in notes if note))
            self.voi_autosave.save_soon()
        if self.session.case is None and self.page.NAME != "study":
            self.go_to("study")

    def outlines_kept(self) -> str:
        """Say which outlines stay although their case was left with nothing drawn; "" when that was said before."""
        left, self.session.left_empty = self.session.left_empty, {}
        text = _(
            "{case} was left with nothing drawn, and not said to be empty: its last outline, with {voxels}, is kept."
        )
        return " ".join(text.format(case=case_id, voxels=voxels(count)) for case_id, count in left.items())

    def _not_opened(self, case_id: str, why: str) -> None:
        """Say which case could not be opened, and why; "" takes the message away."""
        if case_id in self.session.failed:
            self.pages["study"].mark(case_id)
            why = _("{case} could not be opened. {why}").format(case=case_id, why=why[:1].upper() + why[1:])
        self.say(why)

    def case_opened(self, fit: bool) -> None:
        """Show a case that the session has opened, at the page where its work goes on."""
        parameters = self.parameters
        parameters.studyId = self.session.about.created if self.session.about is not None else ""
        parameters.role, parameters.caseId = self.session.role, self.session.reading.case_id
        parameters.imageRole = self.session.image_role
        self.voi_autosave.observe()
        if self.entered:
            self._show_reading_layout()
        self.show_case_in_views(fit)
        if self.session.role == ADJUDICATOR:
            self.go_to("adjudication")
        elif self.session.role == SINGLE:
            self.go_to("voi" if self.session.case.has_maps() else "images")
        else:
            self.go_to("voi" if self.session.reading.is_open else "sign_off")

    def show_case_in_views(self, fit: bool = True) -> None:
        """Fill the views with the case at hand."""
        self.voi_autosave.observe()
        self._fill_views(fit)
        if fit:
            # Views that the layout has just made get their size when the events have run.
            self._follow.stop()
            self._width_mm = None
            self._fit.start()

    def choose_image(self, role: str) -> None:
        """Have the fourth view show an image of the case, and that of the next cases; "" for the highest b-value."""
        self.session.image_role = self.parameters.imageRole = role
        self._fill_views(False)

    def _fit_views(self) -> None:
        case = self.session.case
        if case is not None and case.has_maps():
            if self.views.sizes != self._sizes_fitted:
                self._fill_views(True)
            self._draw_plots()

    def _follow_first(self) -> None:
        width, self._width_mm = self._width_mm, None
        if width is not None:
            self.views.show_at_least(width)
        else:
            self.views.follow_first()

    def _draw_plots(self) -> None:
        # They stand beside the views whatever page is up.
        if self.session.case is not None and self.session.case.has_maps():
            self.pages["features"].draw_plots()

    def _fill_views(self, fit: bool) -> None:
        case = self.session.case
        # Images that are made for a view change one that is shown already: the subtraction of another phase.
        with self.views.still():
            case.show_views(self.session.shown(), fit)
        self.pages["images"].show_image()
        if fit:
            self._sizes_fitted = self.views.sizes
            # Whoever comes back to a case looks for what was drawn, an adjudicator for what either side drew.
            go_to_largest(case.scene, case.grid, case.masks().values())

    def open_next_open_case(self) -> None:
        """Open the first case that is not done, counting what is being typed."""
        self.page.leave()
        following = self.session.next_case_id()
        if following is None:
            self.go_to("study")
            self.show_message(self._why_no_case_is_left())
        else:
            self.open_case(following)

    def _why_no_case_is_left(self) -> str:
        unread = sorted(self.session.failed)
        if not unread:
            return _("All cases are done. Thank you.")
        return _(
            "All other cases are done. These could not be opened: {cases}. Mark one in the list to open it again or to "
            "propose leaving it out."
        ).format(cases=", ".join(unread))

    def after_sign_off(self, case_id: str) -> None:
        """Go on after a case was signed off; one to train on stays, for the reference to be looked at."""
        if getattr(self.session.reading, "is_training", False):
            self.header.show()
            self.show_message(
                _(
                    "{case} is signed off. Compare it with the reference; the next case is opened above."
                ).format(case=case_id)
            )
            return
        self.open_next_open_case()
        if not self.ui.messageFrame.visible:
            self.show_message(_("{case} is signed off.").format(case=case_id))

    def open_neighbour(self, step: int) -> None:
        """Open the case before or after the one at hand, in the order of the work list."""
        reading, view = self.session.reading, self.session.view
        items = getattr(view, "work_list", ())
        ids = [item.case_id for item in items]
        if not ids or reading is None:
            return
        place = ids.index(reading.case_id) + step
        if 0 <= place < len(ids):
            self.open_case(ids[place])
        else:
            self.show_message(_("This is the last case.") if step > 0 else _("This is the first case."))

    def start_single_case(self, name: str) -> None:
        """Begin a case without a study."""
        self.parameters.record = ""
        self.session.start_single_case(name, self.keep_record)
        self.case_opened(fit=True)
        self.say(self.ui.messageLabel.text)

    def keep_record(self, record: str) -> None:
        """Keep the record of a single case in the scene."""
        self.parameters.record = record

    # pages
    def steps(self) -> tuple[str, ...]:
        """Names of the pages of the role at work."""
        role = self.session.role
        return READER_STEPS if self.session.is_reader else STEPS.get(role, STEPS[None])

    def go_to(self, name: str) -> None:
        """Show a page."""
        if self.page is not None and name != self.page.NAME:
            if self.entered:
                self.page.leave()
            self.voi_autosave.settle()
            self.page.widget.hide()
        self.page = self.pages[name]
        unheard, self.page.unheard = dict.fromkeys(self.page.unheard), []
        for topic in unheard:
            self.page.refresh(topic)
        self.page.widget.show()
        for button_name, button in self._buttons.items():
            button.checked = button_name == name
            # In a dark style the frame of the chosen button can hardly be seen; bold would be too wide.
            font = button.font
            font.setUnderline(button_name == name)
            button.font = font
        if self.parameters is not None:
            self.parameters.page = name
        if self.entered:
            self._start_step()
            if self.session.case is not None and self.views.layout_shown:
                self._show_reading_layout()
            self.page.enter()
        self._show_steps()

    def _turn_to(self, name: str) -> None:
        # What was said of the page before has been read by then, and takes the room of what is said now.
        self.show_message("")
        self.go_to(name)

    def _go_by(self, step: int) -> None:
        steps = self.steps()
        place = steps.index(self.page.NAME) + step if self.page.NAME in steps else 0
        if 0 <= place < len(steps):
            self._turn_to(steps[place])

    def go_on(self) -> None:
        """Go to the next step; on the last one, sign off or take the next case."""
        if not self.entered:
            return
        if self.page.NAME == "sign_off":
            if (
                self.session.role != SINGLE
                and self.session.reading is not None
                and self.session.reading.is_open
            ):
                self.pages["sign_off"].sign_off()
            elif self.session.role != SINGLE:
                self.open_next_open_case()
        elif self.page.NAME == "study" and self.session.view is None and self.session.role is None:
            self.pages["study"].open_study()
        elif (self.page.NAME == "study" and self.session.case is None) or self.page.NAME == "adjudication":
            self.open_next_open_case()
        elif self.page.NAME == "study" and getattr(self.session.reading, "exclusion", None):
            # A case that cannot be read has nothing else to be done.
            self._turn_to("sign_off")
        else:
            self._go_by(1)

    def _start_step(self) -> None:
        working = self.session.case is not None and self.entered
        self.session.clock.step(self.page.NAME if working else None)

    # what is shown
    def _changed(self, topic: str) -> None:
        for page in self.pages.values():
            # What a page shows while it is hidden is made when it comes up; nodes it must let go of at once.
            if page is self.page or topic not in LATER:
                page.refresh(topic)
            else:
                page.unheard.append(topic)
        if topic == "saved":
            # Told with every answer and stroke: nothing else follows from it.
            self.header.show_saved()
            return
        if topic == "leaving" or (topic == "case" and self.session.case is None):
            self.voi_autosave.forget()
        if topic in ("role", "case", "answers", "maps", "voi"):
            self._show_steps()
        self.header.show()
        self.hanging.show()
        if topic == "views" and self.session.case is not None and self.views.layout_shown:
            width = self.views.width_mm
            if self.entered and show_as_many_views(slicer.mrmlScene, len(self.session.layout.views)):
                self._width_mm = width
                # New views get their size when the events have run.
                self._follow.start()
            self._fill_views(False)
            self._tell_problem_of_images()
        if topic in ("case", "voi", "answers"):
            self.hanging.load_soon()
        if topic == "voi":
            self.views.draw_edges()
        if topic == "voi" and plots_are_shown(slicer.mrmlScene):
            self._plot.start()

    def _tell_problem_of_images(self) -> None:
        """Say which image beside the maps could not be read, once; what else was said stays."""
        problems = self.session.beside.problems if self.session.beside is not None else ()
        said, self._problem_of_images = self._problem_of_images, problems[-1] if problems else ""
        if self._problem_of_images != said and (self._problem_of_images or self.ui.messageLabel.text == said):
            self.show_message(self._problem_of_images)

    def toggle_outline(self) -> None:
        """Show or hide the outline of the VOI in all views."""
        check = self.pages["voi"].ui.outlineCheck
        check.checked = not check.checked

    def _show_steps(self) -> None:
        steps = self.steps()
        for name, button in self._buttons.items():
            button.visible = name in steps
            mark = "✓" if name in steps and name != "study" and self.pages[name].is_done() else ""
            button.text = self.pages[name].title() + mark
            button.enabled = name not in READER_STEPS[1:] or self.session.case is not None
        if self.page is not None and self.page.NAME not in steps:
            self.go_to("study")
        name = self.page.NAME if self.page is not None else "study"
        self.ui.backButton.visible = name != "study" and self.session.is_reader
        self.ui.continueButton.visible = self.session.is_reader and name not in ("study", "sign_off")

    def show_message(self, text: str) -> None:
        """Show a line above the page; "" takes it away."""
        self.ui.messageLabel.text = text
        self.ui.messageFrame.visible = bool(text)

    def say(self, text: str) -> None:
        """Say what came of an act that may have left a case, and which outlines stay."""
        self.show_message(f"{text} {self.outlines_kept()}".strip())

    def show_help(self) -> None:
        """List the keys."""
        rows = [
            (_("Ctrl+Enter"), _("next step; on Sign off: lock the case and open the next")),
            ("Ctrl+N, Ctrl+P", _("next case, previous case")),
            (_("Shift + mouse"), _("the same place in all views")),
            ("F1", _("show or hide this list")),
        ]
        parts = [self._table([*rows, *self.hanging.keys()])]
        for page in self.pages.values():
            keys = getattr(page, "keys", None)
            if keys is not None and page.NAME in self.steps():
                parts.append(f"<b>{page.title()}</b>{self._table(keys())}")
        text = "".join(parts)
        self.show_message("" if self.ui.messageLabel.text == text else text)

    def _table(self, rows: list[tuple[str, str]]) -> str:
        cells = "".join(f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{text}</td></tr>" for key, text in rows)
        return f"<table>{cells}</table>"

    def show_again(self) -> None:
        """Show the case at hand again after the scene was changed around it."""
        parameters, session = self.parameters, self.session
        parameters.studyId = session.about.created if session.about is not None else ""
        parameters.role, parameters.caseId, parameters.page = (
            session.role,
            session.reading.case_id,
            self.page.NAME,
        )
        parameters.imageRole = session.image_role
        register_layout(slicer.mrmlScene)
        if self.entered:
            self.show_reading_views()
        else:
            self.show_case_in_views(fit=False)
        self._changed("case")

    def show_reading_views(self) -> None:
        """Bring the views of the reading back after another layout was chosen."""
        self._show_reading_layout()
        if self.session.case is not None:
            self.show_case_in_views(fit=False)

    def _plots_are_wanted(self) -> bool:
        """Whether there is something to plot; asked when a page comes up: no view may move while somebody draws."""
        case = self.session.case
        return case is not None and case.measurement is not None and self.session.is_reader

    def _show_reading_layout(self) -> None:
        views, number, width = (
            len(self.session.layout.views),
            current_layout(slicer.mrmlScene),
            self.views.width_mm,
        )
        before = show_reading_layout(slicer.mrmlScene, self._plots_are_wanted(), views)
        if before is None and number != current_layout(slicer.mrmlScene):
            # What was in sight stays in sight when plots come up beside the views.
            self._width_mm = width
            self._follow.start()
        if before is not None and self._layout_before is None:
            self._layout_before = before
            # Only at first: a reader may take it away.
            show_crosshair(slicer.mrmlScene, True)
        if plots_are_shown(slicer.mrmlScene):
            self._plot.start()

    def _restore_layout(self) -> None:
        if self._layout_before is not None:
            show_layout(slicer.mrmlScene, self._layout_before)
            show_crosshair(slicer.mrmlScene, False)
            self._layout_before = None
