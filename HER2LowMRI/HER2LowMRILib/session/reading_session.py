"""What the panel works on: a study in one role, or a single case; the case at hand; and whether all is on the disk.

The panel shows this object and calls its methods; it keeps nothing of its own. Whoever wants to know of changes
appends a function to ``listeners``; it is called with one of TOPICS.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import slicer
from slicer.i18n import tr as _

from HER2LowMRILib.core import errors
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.core.long_act import IsCancelled, OnProgress
from HER2LowMRILib.core.measured_beside import SMALL_REGION, SPOT
from HER2LowMRILib.core.outline_rules import OutlineRules
from HER2LowMRILib.core.size_check import size_in_doubt
from HER2LowMRILib.core.size_line import SIZE_ITEM, SizeBefore
from HER2LowMRILib.core.slice_origin import DRAWN, WAYS, Origins
from HER2LowMRILib.core.voi_diameter import longest_diameter_mm
from HER2LowMRILib.core.voi_overlap import VoiOverlap, voi_overlap
from HER2LowMRILib.images.examination import DCE, Examination
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_names import LESION
from HER2LowMRILib.images.segmentation import Segmentation
from HER2LowMRILib.images.voi_files import read_segmentation, read_voi
from HER2LowMRILib.mrml.reading_layout import Shown, slice_shown
from HER2LowMRILib.mrml.voi_segmentation import SIDE_COLOURS, side_name
from HER2LowMRILib.session.case_in_scene import CaseInScene
from HER2LowMRILib.session.dicom_database import remember_series
from HER2LowMRILib.session.earlier_outlines import EarlierOutline, EarlierOutlines, drop_old, keep_quietly
from HER2LowMRILib.session.examination_in_scene import ExaminationInScene
from HER2LowMRILib.session.measured_beside import MeasuredBeside
from HER2LowMRILib.session.outline_origins import OutlineOrigins
from HER2LowMRILib.session.prepared_cases import PreparedCases
from HER2LowMRILib.session.single_case import SingleCase
from HER2LowMRILib.session.size_line_in_scene import (
    Outcome,
    SizeLineInScene,
    show_line_of_side,
    show_lines_of_sides,
)
from HER2LowMRILib.session.step_clock import StepClock, TimeSpent
from HER2LowMRILib.session.unsaved_voi import UnsavedVoi, fingerprint
from HER2LowMRILib.study.adjudicator_view import AdjudicatorView, CaseAdjudication
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.coordinator_view import CoordinatorView
from HER2LowMRILib.study.hanging import (
    SHOWN,
    HangingProtocol,
    Layout,
    default_hanging,
    parse_hanging,
    read_hanging,
)
from HER2LowMRILib.study.image_names import names_left_out
from HER2LowMRILib.study.image_record import refuse_changed_images
from HER2LowMRILib.study.protocol import AboutStudy
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.readings import CaseReading
from HER2LowMRILib.study.study_folder import Study, open_study
from HER2LowMRILib.workflow.case_maps import CaseMaps, maps_of_case
from HER2LowMRILib.workflow.examination_images import examination_of
from HER2LowMRILib.workflow.prepared_case import CaseToPrepare

# "leaving": the nodes of the case are about to go out of the scene.
TOPICS = ("role", "leaving", "case", "maps", "voi", "answers", "saved", "views")
ADJUDICATOR, COORDINATOR, SINGLE = "adjudicator", "coordinator", "single case"

# The step of drawing: only there the slice in view says what the time went into.
VOI_STEP = "voi"


def _voxels(masks: Mapping[str, np.ndarray]) -> int:
    """Voxels of the lesion, before exclusions."""
    return int(np.count_nonzero(masks[LESION])) if LESION in masks else 0


def _same_masks(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@dataclass(frozen=True)
class SaveState:
    """Whether everything is on the disk.

    Attributes
    ----------
    pending : bool
        A change of the VOI waits to be saved.
    at : float or None
        When something was saved last [s since 1970].
    error : str or None
        Why the last save failed; None when it did not.
    """

    pending: bool = False
    at: float | None = None
    error: str | None = None


class ReadingSession:
    """One sitting of one person.

    Parameters
    ----------
    make_case : callable
        Makes a ``CaseInScene`` from a name and fit options; the panel knows the scene.
    unsaved_folder : Path
        On this computer; a VOI that cannot be saved into the study is kept there.
    prepared : PreparedCases
        Gets the cases ready that come next.
    """

    def __init__(self, make_case: Callable[..., CaseInScene], unsaved_folder: Path, prepared: PreparedCases):
        self.listeners: list[Callable[[str], None]] = []
        self.about: AboutStudy | None = None
        # Through a study every role can be entered: only the coordinator's session holds it (for the export).
        self.study: Study | None = None
        self.role: str | None = None
        self.view: ReaderView | AdjudicatorView | CoordinatorView | None = None
        self.reading: CaseReading | SingleCase | CaseAdjudication | None = None
        self.case: CaseInScene | None = None
        self.saved = SaveState()
        self.clock = StepClock(self._keep_time)
        self._last_slice: int | None = None
        self._make_case, self.prepared = make_case, prepared
        self.origins = OutlineOrigins()
        # How the tool in the reader's hand outlines, where it does not say so itself; the panel knows the tool.
        self.way_of_edits: Callable[[], str] = lambda: DRAWN
        self._unsaved_folder = unsaved_folder
        self._unsaved: UnsavedVoi | None = None
        self._voi_in_study = ""
        # While nodes of the case are put into the scene, events run; nobody may take it for broken meanwhile.
        self.is_filling_scene = False
        self.hanging: HangingProtocol = parse_hanging(default_hanging())
        self.layout, self.phase = self.hanging.layouts[0], 1
        # Which image of the cases the person chose for the view that takes any, e.g. "t2"; "" for the highest b-value.
        self.image_role = ""
        # The subtraction or the projection, where it is shown in place of a phase.
        self.instead: str | None = None
        self.beside: ExaminationInScene | None = None
        # Called when the line over the lesion was touched, see `SizeLineInScene`.
        self.line_touched: Callable[[bool], None] = lambda _finished: None
        self._line: SizeLineInScene | None = None
        self._sizes_before: list[SizeBefore] = []
        # Called when a mark beside the descriptors was moved or set, see `MeasuredBeside`.
        self.mark_touched: Callable[[], None] = lambda: None
        self.measured: MeasuredBeside | None = None
        # The cases that get ready now.
        self._ahead: dict[str, CaseToPrepare | None] = {}
        # Case -> why it could not be opened in this sitting.
        self.failed: dict[str, str] = {}
        self._outlines: EarlierOutlines | None = None
        # Of the lesion in the outline that was saved last; an empty one takes its place only when the reader says so.
        self._saved_voxels = 0
        self._empty_is_meant = False
        # What is in the file of the outline, as far as it is known: not every event is an edit.
        self._in_file: Mapping[str, np.ndarray] | None = None
        # What was done to the VOI that the reader should know, in words.
        self.voi_note = ""
        # Case -> voxels of its last outline, which stays although the case was left with nothing drawn; until the
        # reader is told.
        self.left_empty: dict[str, int] = {}
        # What became of a VOI that could not be saved in an earlier sitting, in words.
        self.unsaved_note = ""

    # study and role
    @property
    def is_reader(self) -> bool:
        """Whether the person reads cases, in a study or a single one."""
        return self.role is not None and self.role not in (ADJUDICATOR, COORDINATOR)

    @property
    def title(self) -> str:
        """Title of the study; "" without one."""
        return self.about.title if self.about is not None else ""

    @property
    def can_edit(self) -> bool:
        """Whether answers and VOI can be changed: a reader's case that is not signed off."""
        return self.is_reader and self.reading is not None and self.reading.is_open

    @property
    def can_draw(self) -> bool:
        """Whether the outline can be changed: not when a reading in stages has gone on to the other images."""
        return self.can_edit and not getattr(self.reading, "voi_is_locked", False)

    def roles_of(self, folder: Path) -> tuple[str, ...]:
        """Return who can work on a study: its readers, the adjudicator, the coordinator."""
        return (*open_study(folder).protocol.readers, ADJUDICATOR, COORDINATOR)

    def enter(self, folder: Path, role: str, take_over: bool = False) -> None:
        """Open a study in a role: a reader's id, "adjudicator" or "coordinator".

        Raises
        ------
        StudyLocked
            When another session has this role open; ask the user, then call again with ``take_over``.
        StudyError
            When there is no such study or role.
        """
        study, hanging = open_study(folder), read_hanging(folder)
        self.leave()
        if role == ADJUDICATOR:
            view = study.adjudicator(take_over)
        elif role == COORDINATOR:
            view = study.coordinator(take_over)
        else:
            view = study.reader(role, take_over)
        self.study = study if role == COORDINATOR else None
        self.about, self.role, self.view = view.about, role, view
        self.hanging = hanging
        self._tell("role")

    def leave(self) -> None:
        """Close case and study, and give back what was locked."""
        self.close_case()
        self.failed.clear()
        self.prepared.stop()
        self._ahead = {}
        view, self.view, self.study, self.about, self.role = self.view, None, None, None, None
        if view is not None:
            view.close()
            drop_old(self._outlines_folder)
        self._tell("role")

    @property
    def _outlines_folder(self) -> Path:
        """Where the last outlines of each case are kept on this computer."""
        return self._unsaved_folder.with_name("HER2LowMRI-outlines")

    def end(self) -> None:
        """Leave for good, also where a VOI cannot be saved: that one is kept on this computer.

        Raises
        ------
        HER2LowMRIError
            When something could not be saved, after all is closed.
        """
        try:
            self.leave()
        except HER2LowMRIError:
            if self.case is not None:
                self._clear_case()
            self.leave()
            raise

    # cases
    @property
    def progress(self) -> tuple[int, int]:
        """Cases done, and cases in all; (0, 0) where that means nothing."""
        return self.view.progress if isinstance(self.view, ReaderView | AdjudicatorView) else (0, 0)

    def next_case_id(self) -> str | None:
        """The first case that is not done and was not found unreadable in this sitting; None when there is none."""
        return (
            self.view.next_case_id(self.failed)
            if isinstance(self.view, ReaderView | AdjudicatorView)
            else None
        )

    def open_case(self, case_id: str, progress: OnProgress = None, cancelled: IsCancelled = None) -> None:
        """Open a case of the work list: its images are read, maps computed, VOI and answers brought back.

        Raises
        ------
        HER2LowMRIError
            When the case cannot be opened; the case before is closed then, with everything saved.
        """
        if self.is_prepared(case_id):
            self.prepared.fetch(self._ahead[case_id])
        before = self.case
        spare = self._make_room(case_id)
        try:
            reading = self.view.open_case(case_id)
            case = self._make_case(case_id, self.about.fit, self.about.features, spare)
            if before is None:
                # A scene that was loaded may hold a case that nobody went on with, of another reader even.
                case.leave_out_strangers(frozenset())
        except BaseException:
            if before is not None:
                before.take_back(spare)
            self._tell("case")
            raise
        self.reading, self.case = reading, case
        self.saved = SaveState()
        try:
            with names_left_out(reading.images):
                maps = self._maps_of(reading.images, progress, cancelled)
            if self.case is not case:
                # While progress is shown events run; another case came up, and must not get these images.
                raise errors.Cancelled
            with self._filling_scene():
                self._show(maps)
                case.drop_spare()
                remember_series(case.images_by_b, reading.images)
        except Exception as error:
            if not isinstance(error, errors.Cancelled):
                self.failed[case_id] = (
                    str(error) if isinstance(error, HER2LowMRIError) else type(error).__name__
                )
            if self.case is case:
                self.close_case()
            raise
        self.failed.pop(case_id, None)
        self.clock.start_case(sum(getattr(reading, "step_seconds", {}).values()))
        self._tell("case")

    def _maps_of(self, images: CaseImages, progress: OnProgress, cancelled: IsCancelled) -> CaseMaps | None:
        """Series and maps of a case, as they were prepared or made now; None where there is nothing to measure."""
        fit, features = self.about.fit, self.about.features
        if images.is_measurable:
            case = CaseToPrepare.of(images, fit, features)
            was_ready = self.prepared.is_ready(case)
            found = self.prepared.take(case)
            if found is not None:
                # Everything that was read ahead is known to be as it was added.
                refuse_changed_images(images, set(images.sha256) - set(case.images.sha256))
                return found
            if was_ready:
                # It takes its time after all, and events run meanwhile.
                self._tell("case")
        refuse_changed_images(images)
        if not images.is_measurable:
            return None
        made = maps_of_case(images, fit, features, with_series=True, progress=progress, cancelled=cancelled)
        return made.whole(progress, cancelled)

    def is_prepared(self, case_id: str) -> bool:
        """Whether a case will come up at once; what was prepared may still turn out to be out of date."""
        case = self._ahead.get(case_id)
        return case is not None and self.prepared.is_ready(case)

    def prepare_ahead(self) -> None:
        """Get the cases ready that will most likely be opened next; returns at once, to be called now and then."""
        view = self.view
        if self.reading is None or not isinstance(view, ReaderView | AdjudicatorView):
            return
        ids = [item.case_id for item in view.work_list]
        here = self.reading.case_id
        following = ids[ids.index(here) + 1 :][:1] if here in ids else []
        likely = tuple(
            case_id
            for case_id in dict.fromkeys([view.next_case_id({*self.failed, here}), *following])
            if case_id is not None and case_id not in self.failed
        )
        if likely != tuple(self._ahead):
            self._ahead = {case_id: self._case_to_prepare(view, case_id) for case_id in likely}
        self.prepared.prepare([case for case in self._ahead.values() if case is not None])

    def _case_to_prepare(self, view: ReaderView | AdjudicatorView, case_id: str) -> CaseToPrepare | None:
        with contextlib.suppress(StudyError):
            images = view.images_ahead(case_id)
            if images.is_measurable:
                return CaseToPrepare.of(images, self.about.fit, self.about.features)
        # Opening it says what is wrong.
        return None

    def continue_case(self, case_id: str) -> None:
        """Go on with a case whose images are in a scene that was loaded; the study says what was drawn and answered.

        Raises
        ------
        HER2LowMRIError
            When there is no such case in the study, no maps in the scene, or nobody at work who looks at cases.
        """
        if not isinstance(self.view, ReaderView | AdjudicatorView):
            raise HER2LowMRIError(
                "The scene holds a case of a reading",
                needed="a reader or the adjudicator at work",
                found="the coordinator",
                todo="Choose who is at work on the page Study, then open the case.",
            )
        reading = self.view.open_case(case_id)
        case = self._make_case(case_id, self.about.fit, self.about.features)
        with self._filling_scene():
            if not case.adopt_nodes():
                raise HER2LowMRIError("The scene holds no maps", todo="Open the case from the work list.")
            self.reading, self.case = reading, case
            self.saved = SaveState()
            try:
                self._start_voi()
                self._start_line()
                self._hang()
            except Exception:
                self.close_case()
                raise
        self.clock.start_case(sum(getattr(reading, "step_seconds", {}).values()))
        self._tell("case")

    def start_single_case(self, name: str, keep: Callable[[str], None], record: str = "") -> None:
        """Work on one case without a study; see ``SingleCase``."""
        reading = SingleCase(name, keep, record)
        self.leave()
        self.role, self.reading = SINGLE, reading
        self.case = self._make_case(name, FitOptions(), None)
        if not record:
            self.case.leave_out_strangers(frozenset())
        elif self.case.adopt_nodes() and self.case.voi is None:
            self.case.start_voi({})
        self._start_line()
        self.hanging = parse_hanging(default_hanging())
        self.beside = ExaminationInScene(self.case, None, self.hanging)
        self.layout, self.phase, self.instead = self.hanging.layouts[0], 1, None
        self.clock.start_case(0.0)
        self._tell("role")
        self._tell("case")

    def show_examination(self, examination: Examination | None) -> None:
        """Show the images beside the maps of a case without a study, as far as they were sorted."""
        self.beside = ExaminationInScene(self.case, examination, self.hanging)
        self._tell("case")

    def close_case(self) -> None:
        """Save what waits to be saved, and take the case out of the scene."""
        if self.case is not None:
            self._finish_case()
            self._clear_case()
            self._tell("case")

    def _make_room(self, case_id: str) -> dict[str, slicer.vtkMRMLVolumeNode]:
        """Close the case at hand for another one, which gets its volumes; returns them by their roles."""
        if self.case is None:
            return {}
        self._finish_case()
        self._let_go()
        case = self._without_case()
        at_once = self.is_prepared(case_id)
        spare = case.release(still_shown=at_once)
        if not at_once:
            # Events run until the next case is there; of one that comes at once nobody sees the gap.
            self._tell("case")
        return spare

    def _finish_case(self) -> None:
        self.save_voi()
        if self.emptied_voxels:
            self.left_empty[self.reading.case_id] = self.emptied_voxels
        self.clock.step(None)

    def _clear_case(self) -> None:
        """Take the nodes of the case out of the scene, after everybody who holds one has let go of it."""
        self._let_go()
        self._without_case().clear()

    def _without_case(self) -> CaseInScene:
        """Go on without the case at hand, which is returned; nothing of it is there for the next one.

        While the next one is read events run: a timer that found its images would put them into the next one's scene.
        """
        case, self.case, self.reading, self.saved = self.case, None, None, SaveState()
        self.beside = None
        self.origins, self._outlines, self._unsaved = OutlineOrigins(), None, None
        self._saved_voxels, self._empty_is_meant, self._in_file = 0, False, None
        self.voi_note = ""
        return case

    def _let_go(self) -> None:
        self._forget_line()
        self._tell("leaving")

    def forget_scene(self) -> None:
        """Save what waits to be saved, and go on without the case even where that failed: its scene is being closed.

        The case goes out of the scene first. Where Slicer itself takes segmentations out, every view goes on to the
        next one that is left, and the subject hierarchy complains that it no longer knows it.
        """
        if self.case is None:
            return
        try:
            self._finish_case()
        finally:
            self._clear_case()
            self._tell("case")

    @contextlib.contextmanager
    def _filling_scene(self) -> Iterator[None]:
        before, self.is_filling_scene = self.is_filling_scene, True
        try:
            yield
        finally:
            self.is_filling_scene = before

    def _show(self, maps: CaseMaps | None) -> None:
        if maps is not None and maps.series is not None:
            self.case.show_series(maps.series)
        if maps is not None:
            self.case.show_maps(maps)
            self._start_voi()
        self._start_line()
        self._hang()

    def _hang(self) -> None:
        """Make the images beside the maps ready; each is read when a view needs it."""
        examination = examination_of(self.reading.images, getattr(self.reading, "examination", None))
        self.beside = ExaminationInScene(self.case, examination, self.hanging)
        self.layout, self.phase, self.instead = self.hanging.layouts[0], 1, None
        if isinstance(self.reading, CaseReading) and self.reading.alignment is not None:
            self.beside.show_aligned(self.reading.alignment)
        self._forget_measured()
        if isinstance(self.reading, CaseReading) and self.about is not None and self.about.features.beside:
            self.measured = MeasuredBeside(self.case, self.reading, self.beside, lambda: self.mark_touched())

    def _forget_measured(self) -> None:
        if self.measured is not None:
            self.measured.forget()
            self.measured = None

    def settle_marks(self) -> bool:
        """Keep marks that the reader moved or set; whether there were any."""
        if self.measured is None:
            return False
        changed: list[bool] = []
        self._saving(lambda: changed.append(self.measured.settle()))
        return changed[0]

    def note_measured_shown(self) -> None:
        """Keep that the reader sees the values from now on."""
        if self.measured is not None and self.can_edit:
            self._saving(self.measured.shown)

    def hottest_spot_again(self) -> None:
        """Take the curve where the VOI enhances most, not where the reader moved it."""
        self._saving(lambda: self.reading.set_mark(SPOT, None))

    def shown(self) -> list[Shown]:
        """What stands in the views now."""
        layout, picked = self.layout, self.case.nodes.get(self.image_role) if self.case is not None else None
        if self.beside is None:
            return []
        if self.instead is not None:
            views = [
                replace(view, image=self.instead) if (view.image, view.phase) == (DCE, SHOWN) else view
                for view in layout.views
            ]
            layout = replace(layout, views=tuple(views))
        found = self.beside.shown(layout, self.phase)
        return [replace(one, volume=picked) if one.choosable and picked is not None else one for one in found]

    def show_layout(self, layout: Layout) -> None:
        """Turn to another layout of the hanging protocol."""
        self.layout, self.instead = layout, None
        self._tell("views")

    def step_phase(self, step: int) -> None:
        """Go to the phase before or after the one that is shown."""
        self.phase = min(max(self.phase + step, 0), self.beside.posts)
        self._tell("views")

    def show_instead(self, image: str) -> None:
        """Show the subtraction or the projection in place of the phase, or the phase again."""
        self.instead = None if self.instead == image else image
        self._tell("views")

    @property
    def can_align(self) -> bool:
        """Whether phases can be aligned for this reader: there are some, and the reading keeps that they were."""
        several = self.beside is not None and self.beside.posts > 0
        return several and isinstance(self.reading, CaseReading) and self.can_edit

    def align_phases(self, on: bool, progress: OnProgress = None, cancelled: IsCancelled = None) -> None:
        """Align the phases to the one before contrast because the reader asks for it, or show them as acquired.

        Raises
        ------
        HER2LowMRIError
            If they cannot be aligned.
        """
        alignment = self.beside.align(progress, cancelled) if on else None
        self._saving(lambda: self.reading.set_alignment(alignment))
        self.beside.show_aligned(alignment)
        self._tell("views")
        self._tell("answers")

    def finish_stage(self) -> None:
        """Finish the outline of a reading in stages, and see the other images."""
        self.save_voi()
        self._saving(self.reading.finish_stage)
        self._hang()
        self._tell("case")

    def _start_voi(self) -> None:
        self._unsaved, self.unsaved_note = None, ""
        if isinstance(self.reading, CaseAdjudication):
            self._show_sides(self.reading)
            return
        self.case.small_region_place = getattr(self.reading, "marks", {}).get(SMALL_REGION)
        path, kept = getattr(self.reading, "voi_path", None), getattr(self.reading, "voi_origins", None)
        drawn = self._brought_back(path) if isinstance(self.reading, CaseReading) else None
        if drawn is not None and self._unsaved is not None:
            kept = self._unsaved.origins
        if drawn is None and path is not None:
            drawn = read_segmentation(path)
        if drawn is None:
            self.case.start_voi({})
        else:
            self.case.start_voi(drawn.masks, drawn.grid)
        self.case.measure()
        self._saved_voxels, self._empty_is_meant = self._lesion_voxels(), False
        self._in_file = None if self.saved.pending else self.case.drawn
        self.origins = OutlineOrigins(kept, self.case.drawn.get(LESION))
        self._outlines = None
        if isinstance(self.reading, CaseReading):
            self._outlines = EarlierOutlines(
                self._outlines_folder, self.about.created, self.role, self.reading.case_id
            )
            if drawn is not None:
                keep_quietly(self._outlines, drawn.masks, drawn.grid, LESION, kept)

    def _brought_back(self, path: Path | None) -> Segmentation | None:
        """Return what was drawn in an earlier sitting and could not be saved."""
        self._voi_in_study = fingerprint(path)
        self._unsaved = UnsavedVoi(self._unsaved_folder, self.about.created, self.role, self.reading.case_id)
        if not self._unsaved.is_kept:
            return None
        drawn, why = None, _("the case is signed off")
        if self.reading.is_open:
            why = _("the study has a newer one")
            try:
                drawn = self._unsaved.bring_back(self._voi_in_study)
            except HER2LowMRIError:
                why = _("its file is damaged")
        if drawn is not None:
            self.saved = SaveState(True, self.saved.at, self.saved.error)
            self.unsaved_note = _("The VOI that could not be saved last time was brought back.")
        else:
            name = self._unsaved.set_aside()
            self.unsaved_note = _(
                "A VOI that could not be saved last time is not used, because {why}. It is kept as {name} in the "
                "folder {folder} beside the settings of Slicer."
            ).format(why=why, name=name, folder=self._unsaved_folder.name)
        return drawn

    def _show_sides(self, case: CaseAdjudication) -> None:
        """Show the VOI of each side, with what that side left out cut out of it."""
        self.case.start_voi({})
        drawn = {
            side_name(side): read_voi(path, self.case.grid).mask for side, path in case.voi_paths.items()
        }
        self.case.show_sides(drawn)
        self.case.drawn = {name: mask for name, mask in drawn.items() if mask.any()}

    def show_maps(self, maps: CaseMaps) -> None:
        """Take new maps for the case at hand; what was drawn stays."""
        masks, drawn_on = self.case.masks(), self.case.grid
        with self._filling_scene():
            self.case.show_maps(maps)
            self.case.start_voi(masks, drawn_on)
        self.case.measure()
        self._tell("maps")

    def mend_case(self) -> bool:
        """Bring back the VOI, or a map, that somebody removed from the scene; whether something was missing.

        The maps are computed again; the VOI is what was drawn.
        """
        case = self.case
        if case is None or self.is_filling_scene or case.is_whole():
            return False
        if not case.maps_are_whole():
            if not isinstance(self.view, ReaderView | AdjudicatorView):
                self.case.forget_removed()
                self._tell("case")
                return True
            layout, phase, instead = self.layout, self.phase, self.instead
            self.open_case(self.reading.case_id)
            self.layout, self.phase, self.instead = layout, phase, instead
            return True
        with self._filling_scene():
            if isinstance(self.reading, CaseAdjudication):
                self._start_voi()
            else:
                # As it was on the screen: a stroke may not be saved yet.
                case.start_voi(case.drawn)
        case.measure()
        self._tell("case")
        return True

    def leave_out_strangers(self, own: frozenset[str]) -> bool:
        """See `CaseInScene.leave_out_strangers`; line and marks may have come up while the scene was loaded, too."""
        held = [node for part in (self._line, self.measured) if part is not None for node in part.nodes]
        return self.case.leave_out_strangers(own | {node.GetID() for node in held})

    # answers and VOI
    def set_answer(self, item_id: str, raw: object) -> None:
        """Keep one answer of the reader; it is on the disk when this returns.

        A size that is taken back takes the line along that it was measured with; one that is typed leaves it.
        """
        self.clock.input(self._slice_in_view())
        of_line = item_id == SIZE_ITEM and raw is None and getattr(self.reading, "size_is_of_line", False)
        if of_line:
            self._remember_size()
            self._saving(self.reading.remove_size_line)
        else:
            self._saving(lambda: self.reading.set_answer(item_id, raw))
        if item_id == SIZE_ITEM and self._line is not None:
            self._line.show()
        self._tell("answers")

    # size by a line
    def _start_line(self) -> None:
        self._forget_line()
        if isinstance(self.reading, CaseReading | SingleCase):
            self._line = SizeLineInScene(self.case, self.reading, lambda done: self.line_touched(done))
            self._line.show()
        elif isinstance(self.reading, CaseAdjudication):
            self._show_lines()

    def _forget_line(self) -> None:
        self._sizes_before = []
        self._forget_measured()
        if self._line is not None:
            self._line.forget()
            self._line = None

    def _show_lines(self) -> None:
        """Show the lines of both sides, each in the colour of its VOI."""
        colours = dict(zip(self.reading.sides, SIDE_COLOURS, strict=False))
        lines = self.reading.size_lines.items()
        show_lines_of_sides(self.case, {side: (line["ends_mm"], colours[side]) for side, line in lines})

    def draw_line(self) -> bool:
        """Let the next two clicks into the images draw the line over the lesion; asked for again, give it up.

        Returns
        -------
        bool
            Whether clicks draw it now.

        Raises
        ------
        StudyError
            When the reading is signed off, or no case is open.
        """
        if self._line is None or not self.can_edit:
            raise StudyError("the size cannot be measured", needed="a case that is open for reading")
        self._line.draw()
        return self._line.is_drawing

    def settle_line(self) -> Outcome:
        """Keep what became of the line: a new size, or none any more.

        Raises
        ------
        HER2LowMRIError
            When the line cannot be a size; the one before is shown again.
        """
        if self._line is None:
            return ""
        outcome, ends, image, phase = self._line.settle()
        try:
            if outcome and self.can_edit:
                self._keep_line(outcome, ends, image, phase)
        finally:
            if outcome:
                self._line.show()
        if outcome:
            self._tell("answers")
        return outcome

    def delete_line(self) -> None:
        """Take the line away, and with it the size that it gave; a size that was typed stays."""
        if self._line is not None and self.can_edit and self.reading.size_line is not None:
            self._keep_line("deleted", None, "", None)
            self._line.show()
            self._tell("answers")

    def _keep_line(
        self, outcome: Outcome, ends: Sequence[Sequence[float]] | None, image: str, phase: int | None
    ) -> None:
        if outcome == "given up":
            return
        before = self._size_now()
        if ends is not None:
            self._saving(lambda: self.reading.set_size_line(ends, image, phase))
        else:
            self._saving(self.reading.remove_size_line)
        self._sizes_before.append(before)

    def _size_now(self) -> SizeBefore:
        return SizeBefore(self.reading.answers.get(SIZE_ITEM), self.reading.size_line)

    def _remember_size(self) -> None:
        self._sizes_before.append(self._size_now())

    @property
    def can_undo_line(self) -> bool:
        """Whether a line was drawn, moved or deleted in this sitting."""
        return bool(self._sizes_before) and self.can_edit

    def undo_line(self) -> None:
        """Go back to line and size as they were before the line was drawn, moved or deleted last."""
        if not self.can_undo_line:
            return
        before = self._sizes_before.pop()
        line = before.line
        if line is not None:
            self._saving(lambda: self.reading.set_size_line(line["ends_mm"], line["image"], line["phase"]))
        elif self.reading.size_line is not None:
            self._saving(self.reading.remove_size_line)
        if self.reading.answers.get(SIZE_ITEM) != before.size:
            self._saving(lambda: self.reading.set_answer(SIZE_ITEM, before.size))
        self._line.show()
        self._tell("answers")

    def set_comment(self, text: str) -> None:
        """Keep the reader's remark."""
        self._saving(lambda: self.reading.set_comment(text))

    def propose_exclusion(self, reason: str | None) -> None:
        """Say that the case cannot be read, and why."""
        self._saving(lambda: self.reading.propose_exclusion(reason))
        self._tell("answers")

    def exclude_unread(self, case_id: str, reason: str) -> None:
        """Propose to leave out a case that is not at hand, e.g. one whose images cannot be read, and sign it off.

        Raises
        ------
        StudyError
            When there is no reason, or the case is signed off already.
        """
        reading = self.view.open_case(case_id)
        self._saving(lambda: reading.propose_exclusion(reason))
        self._saving(reading.sign_off)
        self._tell("answers")

    def voi_touched(self) -> None:
        """Note that the VOI was edited: it waits to be measured and saved."""
        self.clock.input(self._slice_in_view())
        if self.can_edit and isinstance(self.reading, CaseReading) and not self.saved.pending:
            self.saved = SaveState(True, self.saved.at, self.saved.error)
            self._tell("saved")

    def voi_changed(self) -> None:
        """Measure the VOI anew after an edit; a segment that was deleted or renamed is put back first.

        An outline that cannot be drawn now, because it is locked or somebody else's, is put back as it was.
        """
        moved = self.case.put_in_place()
        if not self.can_draw:
            self._put_outline_back()
            return
        restored = self.case.restore_segments()
        self.voi_note = ""
        if restored:
            self.voi_note = _(
                "Deleted or renamed, and put back as it was drawn: {segments}. To start again, erase it."
            ).format(segments=", ".join(restored))
        if moved:
            self.voi_note = _(
                "Another module had moved images or the outline of the case. They are back in their place: see whether "
                "the last stroke lies where it was meant."
            )
        self.case.measure()
        self._follow_outline()
        if self._lesion_voxels():
            self._empty_is_meant = False
        known = self._in_file is not None and self.saved.error is None
        if known and _same_masks(self.case.drawn, self._in_file):
            # Slicer also tells of an edit when a segmentation is shown for the first time.
            self.saved = SaveState(False, self.saved.at, self.saved.error)
            self._tell("saved")
        else:
            self.voi_touched()
        self._tell("voi")

    def _put_outline_back(self) -> None:
        case, self.voi_note = self.case, ""
        restored = () if isinstance(self.reading, CaseAdjudication) else case.restore_segments()
        now = case.masks()
        if now.keys() == case.drawn.keys() and all(
            np.array_equal(now[name], case.drawn[name]) for name in now
        ):
            changed = bool(restored)
        else:
            changed = True
            with self._filling_scene():
                if isinstance(self.reading, CaseAdjudication):
                    case.show_sides(case.drawn)
                else:
                    case.start_voi(case.drawn)
        if changed:
            self.voi_note = _(
                "The outline cannot be changed now; what another module did to it was put back."
            )
            self._tell("case")

    @property
    def outline_rules(self) -> OutlineRules:
        """How outlines may be made; a case without a study has no protocol, and everything is allowed."""
        return self.about.outline if self.about is not None else OutlineRules(WAYS)

    def move_small_region(self, place_mm: Sequence[float] | None) -> None:
        """Measure the small region where the reader put it [mm, LPS]; None: on the darkest part again."""
        if not (self.can_edit and isinstance(self.reading, CaseReading)):
            return
        self._saving(lambda: self.reading.set_mark(SMALL_REGION, place_mm))
        self.case.small_region_place = self.reading.marks.get(SMALL_REGION)
        self.case.measure()
        self._tell("voi")

    def _follow_outline(self) -> None:
        lesion = self.case.drawn.get(LESION)
        if lesion is None and self.case.grid is not None:
            lesion = np.zeros(self.case.grid.shape, bool)
        if lesion is not None:
            self.origins.follow(lesion, self.way_of_edits())

    def confirm_slice(self, k: int) -> None:
        """Note that the reader looked at a slice that was interpolated."""
        if self.can_draw and self.origins.confirm(k):
            self._in_file = None
            self.voi_touched()
            self._tell("voi")

    def _lesion_voxels(self) -> int:
        return _voxels(self.case.drawn) if self.case is not None else 0

    @property
    def emptied_voxels(self) -> int:
        """How many voxels the saved outline of the lesion has, while nothing is left of it on the screen.

        0 when there is something drawn, nothing was saved, or the reader said that it is meant to be empty.
        """
        waits = self.saved.pending and self.case is not None and self._waits_for_a_word(self.case.drawn)
        return self._saved_voxels if waits else 0

    def _waits_for_a_word(self, masks: Mapping[str, np.ndarray]) -> bool:
        emptied = self._saved_voxels > 0 and not _voxels(masks)
        return emptied and not self._empty_is_meant and isinstance(self.reading, CaseReading)

    def keep_empty(self) -> None:
        """Save the empty outline in place of the one before, as the reader said."""
        self._empty_is_meant = True
        self.save_voi()
        self._tell("voi")

    def bring_back_voi(self) -> None:
        """Put the outline that was saved last back in place of the empty one.

        Raises
        ------
        HER2LowMRIError
            When its file cannot be read.
        """
        saved = read_segmentation(self.reading.voi_path)
        self._draw(saved, self.reading.voi_origins)
        self.saved = SaveState(False, self.saved.at, self.saved.error)
        self._tell("case")

    def earlier_outlines(self) -> list[EarlierOutline]:
        """The last outlines of the case at hand that were saved on this computer, the newest first."""
        return self._outlines.newest_first() if self._outlines is not None else []

    def go_back_to(self, outline: EarlierOutline) -> None:
        """Take an earlier outline in place of the one at hand; it is saved like a stroke.

        Raises
        ------
        HER2LowMRIError
            When its file cannot be read.
        """
        self._draw(outline.read(), outline.origins)
        self._in_file = None
        self.voi_touched()
        self._tell("case")

    def _draw(self, drawn: Segmentation, origins: Origins | None) -> None:
        with self._filling_scene():
            self.case.start_voi(drawn.masks, drawn.grid)
        self.case.measure()
        lesion = self.case.drawn.get(LESION)
        if lesion is not None:
            self.origins.take_back(lesion, origins)

    def save_voi(self) -> None:
        """Put the VOI on the disk, if a change waits; an emptied one waits for the reader's word."""
        if not self.saved.pending:
            return
        grid = self.case.grid
        masks = self.case.masks()
        if self._waits_for_a_word(masks):
            return
        # Everything rubbed out is a state of the VOI too.
        masks = masks or {LESION: np.zeros(grid.shape, bool)}
        try:
            self._saving(lambda: self._put_into_study(masks, grid), of_voi=True)
        except Exception:
            self._keep_unsaved(masks, grid)
            raise
        if self._unsaved is not None:
            with contextlib.suppress(OSError, StudyError):
                self._voi_in_study = fingerprint(self.reading.voi_path)
                self._unsaved.forget()

    def _put_into_study(self, masks: Mapping[str, np.ndarray], grid: ImageGrid) -> None:
        self.reading.save_voi(masks, grid, self.origins.recorded)
        self._saved_voxels = _voxels(masks)
        self._in_file = {name: mask for name, mask in masks.items() if mask.any()}
        if self._outlines is not None:
            keep_quietly(self._outlines, masks, grid, LESION, self.origins.recorded)

    def _keep_unsaved(self, masks: Mapping[str, np.ndarray], grid: ImageGrid) -> None:
        """Keep on this computer what the study did not take; the next save, or opening the case again, brings it in."""
        if self._unsaved is not None:
            with contextlib.suppress(OSError, StudyError):
                self._unsaved.keep(masks, grid, self._voi_in_study, self.origins.recorded)

    def sign_off(self, accept_unconfirmed: bool = False) -> None:
        """Lock the reading of the case at hand; see `CaseReading.sign_off`."""
        if self.emptied_voxels:
            raise StudyError(
                "the case cannot be signed off",
                needed="a word on the outline that is empty now: bring it back, or keep it empty",
                found=f"nothing drawn where {self.emptied_voxels} voxels were saved",
            )
        self.save_voi()
        if self.case.voi_mask() is None and not self.reading.exclusion:
            raise StudyError(
                "the case cannot be signed off",
                needed="a VOI with at least one voxel, or a proposal to exclude the case",
                found="nothing drawn",
            )
        self.clock.step(None)
        self._saving(lambda: self.reading.sign_off(accept_unconfirmed))
        if self._line is not None:
            self._line.show()
        self._tell("answers")

    def amend(self, reason: str) -> None:
        """Open a signed-off reading again."""
        self._saving(lambda: self.reading.amend(reason))
        if self._line is not None:
            self._line.show()
        self._tell("answers")

    def exclusions_drawn(self) -> dict[str, int]:
        """Voxels of the lesion that each further segment leaves out of it."""
        drawn = self.case.drawn if self.case is not None else {}
        lesion = drawn.get(LESION)
        if lesion is None:
            return {}
        return {
            name: int(np.count_nonzero(mask & lesion))
            for name, mask in drawn.items()
            if name != LESION and (mask & lesion).any()
        }

    def doubtful_size(self) -> tuple[float, float, float] | None:
        """The size that was answered, and volume [cm3] and longest diameter [mm] of a VOI that it hardly fits."""
        size = self.reading.answers.get(SIZE_ITEM)
        lesion = self.case.drawn.get(LESION) if self.case is not None else None
        if not isinstance(size, int | float) or lesion is None:
            return None
        spacing = self.case.grid.spacing_mm
        volume = float(np.count_nonzero(lesion) * np.prod(spacing))
        longest = longest_diameter_mm(lesion, spacing)
        return (float(size), volume / 1000, longest) if size_in_doubt(size, volume, longest) else None

    def missing_for_sign_off(self) -> tuple[str, ...]:
        """Everything that keeps the case from being signed off, in words."""
        missing = self.reading.missing_for_sign_off()
        undrawn = self.case.voi_mask() is None and not self.reading.exclusion
        return ("VOI", *(text for text in missing if text != "VOI")) if undrawn else missing

    # adjudication
    def decide(self, item_id: str, raw: object, reason: str | None) -> None:
        """Keep a decision of the adjudicator."""
        self._saving(lambda: self.reading.decide(item_id, raw, reason))
        self._tell("answers")

    def choose_voi(self, choice: str | None, reason: str | None) -> None:
        """Keep the adjudicator's choice of the VOI."""
        self._saving(lambda: self.reading.choose_voi(choice, reason))
        self._tell("answers")

    def overlap(self) -> VoiOverlap | None:
        """How far the VOIs of the two sides agree; None where there are not two."""
        masks = self.case.masks() if self.case is not None and self.case.voi is not None else {}
        one, other = (masks.get(side_name(side)) for side in ("A", "B"))
        if one is None or other is None or not (one.any() and other.any()):
            return None
        return voi_overlap(one, other, self.case.grid.spacing_mm[::-1])

    def show_side(self, side: str, on: bool) -> None:
        """Show or hide the VOI of one side."""
        if self.case is None:
            return
        voi, name = self.case.voi, side_name(side)
        # A side that left the case out has no outline; its line is another thing.
        if voi is not None and voi.GetSegmentation().GetSegment(name) is not None:
            voi.GetDisplayNode().SetSegmentVisibility(name, on)
        show_line_of_side(self.case, side, on)

    def _saving(self, act: Callable[[], object], of_voi: bool = False) -> None:
        try:
            act()
        except OSError as error:
            self._not_saved(error.strerror or type(error).__name__)
            raise StudyError("the change was not saved", found=error.strerror) from error
        except StudyError as error:
            self._not_saved(str(error))
            raise
        # A change of the VOI still waits when something else was saved.
        self.saved = SaveState(self.saved.pending and not of_voi, time.time(), None)
        self._tell("saved")

    def _not_saved(self, reason: str) -> None:
        self.saved = SaveState(self.saved.pending, self.saved.at, reason)
        self._tell("saved")

    def note_work(self, in_front: bool, moved: bool) -> None:
        """Note that time went by, and whether the reader did something; about once a second.

        Parameters
        ----------
        in_front : bool
            Whether a window of Slicer has the keyboard.
        moved : bool
            Whether the mouse moved.
        """
        k = self._slice_in_view()
        if in_front and (moved or k != self._last_slice):
            self.clock.input(k)
        else:
            self.clock.tick(in_front, k)
        self._last_slice = k

    @property
    def slice_waits(self) -> bool:
        """Whether the slice in view was filled in between others and not looked at yet."""
        waiting = self.origins.unconfirmed
        return bool(waiting) and self._slice_in_view() in waiting

    def _slice_in_view(self) -> int | None:
        case = self.case
        return slice_shown(case.scene, case.grid) if case is not None and case.grid is not None else None

    def _keep_time(self, spent: TimeSpent) -> None:
        if isinstance(self.reading, CaseReading) and self.reading.is_open:
            slices = spent.slices if spent.step == VOI_STEP else {}
            self.reading.step_time(spent.step, spent.seconds, spent.active, slices)

    def _tell(self, topic: str) -> None:
        for listener in tuple(self.listeners):
            listener(topic)
