"""What a reader can reach: the own readings and the images of the cases. Nothing else is in this object.

It knows the reader's own folder and where the images are; it holds no reference to the study, to folders of
other people or to pathology (study/__init__.py lists the roles).
"""

import os
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.files.collector import collector_waits
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.files.json_shape import exactly, tupled
from HER2LowMRILib.files.table_questions import ANSWERS_FILE
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.study.case_list import DETAILS, Case, CaseImages
from HER2LowMRILib.study.examinations import ImagesOfCases
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.protocol import AboutStudy
from HER2LowMRILib.study.readings import (
    AMENDED,
    DAMAGED,
    LOG_FILE,
    NOT_STARTED,
    READING_FILE,
    SCHEMA,
    SIGNED_OFF,
    STATES,
    VOI_FILE,
    CaseReading,
    ReadingNow,
    finish_interrupted,
    reading_now,
    reading_state,
)
from HER2LowMRILib.study.references import ReferencesOfCases
from HER2LowMRILib.study.seen_states import SEEN_FILE, Mark, SeenStates, mark_of
from HER2LowMRILib.study.session_lock import LockedSession, SessionLock

DONE_STATES = (SIGNED_OFF, AMENDED)


@dataclass(frozen=True)
class WorkItem:
    """One line of a reader's work list: place in the order (from 1), case, state of the own reading.

    Cases to train on come first, and ``training`` says which they are.
    """

    position: int
    case_id: str
    state: str
    training: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the case is signed off."""
        return self.state in DONE_STATES


@door
class ReaderView(LockedSession):
    """A reader's session. Made by `Study.reader`; close it, or use it as a context manager.

    Attributes
    ----------
    reader : str
        The reader's id.
    about : AboutStudy
        Title, fit and bins of the study.
    form : Form
        The questions.
    """

    def __init__(
        self,
        folder: Path,
        reader: str,
        about: AboutStudy,
        form: Form,
        cases: Callable[[], tuple[Case, ...]],
        images: ImagesOfCases,
        references: ReferencesOfCases,
        take_over: bool = False,
    ):
        self.reader, self.about, self.form = reader, about, form
        self._folder = folder
        make_folder(folder, f"the folder of reader {reader}")
        self._lock = SessionLock(folder, f"reader {reader}", take_over)
        try:
            # Once the folder is locked no case can be removed; a list that was read before may hold one that was.
            with collector_waits():
                self._keep_names(cases())
            self._references = references
            self._images = images
            self._states: dict[str, str] = {}
            self._seen = SeenStates(folder / SEEN_FILE, SCHEMA, tupled(exactly(*STATES)))
            self._open: dict[str, CaseReading] = {}
            finish_interrupted(folder, self._lock)
        except BaseException:
            self._lock.release()
            raise

    def _keep_names(self, cases: tuple[Case, ...]) -> None:
        """Only the names of cases: places of images would tell more than the stage of a reading may show."""
        self._cases = tuple(case.case_id for case in cases)
        self._training = frozenset(case.case_id for case in cases if case.training)
        self._details = {case.case_id: said for case in cases if any((said := case.details).values())}

    @property
    def work_list(self) -> tuple[WorkItem, ...]:
        """The cases in this reader's own order, with the state of the own readings."""
        return tuple(
            WorkItem(position, case_id, self._state(case_id), case_id in self._training)
            for position, case_id in enumerate(self._cases, start=1)
        )

    @property
    def progress(self) -> tuple[int, int]:
        """Cases signed off, and cases in all."""
        items = self.work_list
        return sum(item.is_done for item in items), len(items)

    def next_case_id(self, without: Container[str] = ()) -> str | None:
        """The first case that is not signed off, and none of those that are to be passed over; None without one."""
        return next(
            (
                case_id
                for case_id in self._cases
                if case_id not in without and self._state(case_id) not in DONE_STATES
            ),
            None,
        )

    def open_case(self, case_id: str) -> CaseReading:
        """Open a case of the work list, in any order and also again after sign-off.

        Raises
        ------
        StudyError
            If the case is not in the work list, or the reader's folder was taken over by another session.
        """
        folder = self._folder_of(case_id)
        if case_id not in self._open:
            self._open[case_id] = CaseReading(
                folder,
                case_id,
                self.reader,
                self._images,
                self.form,
                self._lock,
                beside=self.about.features.beside,
                outline_ways=self.about.outline.ways,
                references=self._references if case_id in self._training else None,
            )
        return self._open[case_id]

    def images_ahead(self, case_id: str) -> CaseImages:
        """What a case shows first, and VOIs are drawn on: it can be read before its reader comes to the case.

        Raises
        ------
        StudyError
            If the case is not in the work list, or its record is damaged.
        """
        self._folder_of(case_id)
        return self._images.of(case_id, 0)[0]

    def reading_now(self, case_id: str) -> ReadingNow:
        """Look at the own reading of a case of the work list without opening it.

        Raises
        ------
        StudyError
            If the case is not in the work list, or its files are damaged.
        """
        return reading_now(self._folder_of(case_id), self._images.last_stage)

    def voi_file(self, case_id: str) -> Path | None:
        """File of the VOI of the own reading of a case; None where nothing is drawn."""
        now = self.reading_now(case_id)
        file = inside(self._folder, case_id, VOI_FILE)
        return file if now.has_voi and file.is_file() else None

    @property
    def answers_file(self) -> Path:
        """Where the answers about this reader's tables are kept."""
        return inside(self._folder, ANSWERS_FILE)

    def details(self, case_id: str) -> dict[str, str | None]:
        """What the coordinator said of a case beside its images, as columns of its row."""
        return self._details.get(case_id) or dict.fromkeys(DETAILS)

    def _folder_of(self, case_id: str) -> Path:
        if case_id not in self._cases:
            raise StudyError("there is no such case in this work list", needed="a case id of the work list")
        return inside(self._folder, case_id)

    def close(self) -> None:
        """Give the folder back."""
        for case_id, case in self._open.items():
            self._seen.keep(case_id, [case.state], self._mark(case_id))
        self._seen.save(self._lock.write, frozenset(self._cases))
        super().close()

    def _state(self, case_id: str) -> str:
        # Nobody else writes here while the lock is held: each state is found once.
        if case_id in self._open:
            return self._open[case_id].state
        if case_id not in self._states:
            self._states[case_id] = self._found_state(case_id)
        return self._states[case_id]

    def _found_state(self, case_id: str) -> str:
        mark = self._mark(case_id)
        seen = self._seen.of(case_id, mark)
        if seen is not None:
            return str(seen[0])
        if mark is None and not os.path.lexists(f"{self._folder}/{case_id}"):
            return NOT_STARTED
        state = reading_state(inside(self._folder, case_id))
        if state != DAMAGED:
            # What damages it may be a share that is away for a moment.
            self._seen.keep(case_id, [state], mark)
        return state

    def _mark(self, case_id: str) -> Mark | None:
        # The ids of a work list are names of folders, and there may be ten thousand: no Path is made of each.
        return mark_of(f"{self._folder}/{case_id}/{name}" for name in (READING_FILE, LOG_FILE))
