"""A person and other modules at random: strokes, answers, foreign nodes, scenes, layouts; and what must hold.

The same acts run on the stand-ins and inside a real Slicer; what differs is how a hand is moved. Every act is written
into a journal before it begins and after it has settled, so that whoever kills the process in between knows what the
reader was told was safe.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import slicer
from HER2LowMRILib.session.reading_session import ADJUDICATOR, COORDINATOR

from slicer_session.sitting_acts.cases import CaseActs
from slicer_session.sitting_acts.cohort import CohortActs
from slicer_session.sitting_acts.desk import DeskActs
from slicer_session.sitting_acts.form import FormActs
from slicer_session.sitting_acts.images import ImageActs
from slicer_session.sitting_acts.line import LineActs
from slicer_session.sitting_acts.marks import MarkActs
from slicer_session.sitting_acts.markups import MarkupActs
from slicer_session.sitting_acts.modules import ModuleActs
from slicer_session.sitting_acts.outline import OutlineActs
from slicer_session.sitting_acts.roles import RoleActs
from slicer_session.sitting_acts.table import TableActs
from slicer_session.sitting_check import (
    LESION,
    READER,
    Journal,
    clinic_of,
    decisions_of,
    kept_of,
    last_told,
    told,
)
from slicer_session.sitting_ground import Hands, Wrong
from slicer_session.sitting_looks.desk import DeskLooks
from slicer_session.sitting_looks.kept import KeptLooks
from slicer_session.sitting_looks.outline import OutlineLooks
from slicer_session.sitting_looks.titles import ImageTruth
from slicer_session.sitting_looks.views import ViewLooks

SETTLED_S = 60.0
_MODULES = ModuleActs.ACTS | MarkupActs.ACTS
_READER = (OutlineActs, CaseActs, FormActs, ImageActs, LineActs, MarkActs, TableActs, RoleActs)
ACTS = {
    READER: {name: weight for acts in _READER for name, weight in acts.ACTS.items()} | _MODULES,
    ADJUDICATOR: DeskActs.ACTS | ImageActs.ACTS | RoleActs.BACK | _MODULES,
    COORDINATOR: CohortActs.ACTS | RoleActs.BACK | _MODULES,
    # The study is closed where it could not be opened: as after a start.
    None: RoleActs.BACK,
}
_OPENING, _EAGER = {"next_case", "open_case", "desk_case", "next_desk_case"}, 15
# Acts that take what other modules put into the scene.
_CLEARING = {"close_scene", "load_scene", "delete_foreign", "mark_taken", "step_sequence"}


@dataclass(frozen=True)
class Before:
    """How it was before an act.

    Attributes
    ----------
    role, case_id : str or None
    case : CaseInScene or None
    drawn : dict
        Segment -> packed mask on the screen.
    foreign : set of str
        Ids of the nodes of others.
    """

    role: str | None
    case_id: str | None
    case: object
    drawn: dict
    foreign: set[str]


class Sitting(
    *_READER, CohortActs, DeskActs, MarkupActs, ModuleActs, DeskLooks, KeptLooks, OutlineLooks, ViewLooks
):
    """One life of a process in a sitting.

    Parameters
    ----------
    panel : callable
        Returns the panel.
    hands : Hands
    folder : Path
        Of the sitting: journal, scenes, foreign images.
    study : Path
    seed : sequence of int
    """

    def __init__(self, panel, hands: Hands, folder: Path, study: Path, seed):
        self._panel, self.hands, self.folder, self.study = panel, hands, folder, study
        self.rng = np.random.default_rng(seed)
        self.file = folder / "journal.jsonl"
        self.expected, _, _ = told(self.file)
        self.decided = last_told(self.file, "desk")
        self.clinic = last_told(self.file, "clinic").get("all", {}).get("cases")
        self.journal = Journal(self.file)
        self.images: dict[tuple, str] = {}
        self.truths: dict[str, ImageTruth] = {}
        self.count = 0
        self.last: list[str] = []

    # the loop
    def begin(self) -> None:
        """Open the study, as after a start."""
        self.panel.enter_study(self.study, READER)
        self.hands.settle()
        if self.session.role != READER:
            raise Wrong(f"the study could not be opened: {self.panel.ui.messageLabel.text}")
        self.journal.write(life=True)

    def step(self) -> None:
        """Do one act, let it settle, and look at everything."""
        acts, wanted = ACTS[self.session.role], self._wanted()
        weights = np.array([acts[name] * (_EAGER if name in wanted else 1) for name in acts], float)
        self.do(str(self.rng.choice(list(acts), p=weights / weights.sum())))

    def _wanted(self) -> set[str]:
        """What a person does before long: nobody stays without a case, or with one that is locked."""
        if self.case is None:
            return _OPENING
        return set() if self.session.can_edit else {"amend"}

    def do(self, name: str) -> None:
        """Do an act by its name."""
        self.count += 1
        self.last = [*self.last[-11:], name]
        before = Before(self.session.role, self.case_id, self.case, self.drawn(), self.foreign_ids())
        self.journal.write(act=name, n=self.count, role=before.role, case_before=before.case_id)
        try:
            getattr(self, f"_{name}")()
            self.settle()
            self.look(name, before)
        except Wrong as wrong:
            self.journal.write(wrong=str(wrong), acts=self.last, case_before=before.case_id)
            raise
        self.acknowledge(settled=True)

    def settle(self) -> None:
        """Let events run until nothing waits any more but autosave."""
        end = time.monotonic() + SETTLED_S
        panel = self.panel
        while True:
            self.hands.settle()
            scene = slicer.mrmlScene
            busy = scene.IsBatchProcessing() or scene.IsImporting() or scene.IsClosing()
            timers = (
                panel.scene._soon_mended,
                panel.scene._soon_continued,
                panel.voi_autosave._soon_measured,
                panel.size_line._soon,
                panel.size_line._at_rest,
                panel.pages["descriptors"].beside._at_rest,
                panel.pages["features"]._soon_moved,
                panel._fit,
                panel._soon_put_right,
                panel._follow,
            )
            if not busy and not any(timer.isActive() for timer in timers):
                return
            if time.monotonic() > end:
                raise Wrong(f"it did not come to rest after {self.last[-3:]}")

    # what was told
    def acknowledge(self, **more: object) -> None:
        """Write what whoever is at work is told now."""
        if self.reads:
            self._acknowledge_reading(dict(more, n=self.count))
            return
        if self.session.role == ADJUDICATOR and self.case is not None:
            known = self.decided[self.case_id] = decisions_of(self.session.reading)
            self.journal.write(desk=self.case_id, **known)
        elif self.session.role == COORDINATOR:
            self.clinic = clinic_of(self.session.view)
            self.journal.write(clinic="all", cases=self.clinic)
        self.journal.write(**more, n=self.count)

    def _acknowledge_reading(self, line: dict) -> None:
        """The answers, and the outline where it is said to be saved."""
        reading, case = self.session.reading, self.case
        if reading is not None and case is not None:
            now = self.drawn()
            line |= {"case": reading.case_id, "pending": self.session.saved.pending, "drawn": now}
            line |= kept_of(reading)
            line |= self._kept(self.expected.get(reading.case_id, {}), now)
            self.expected[reading.case_id] = line
        self.journal.write(**line)

    def told_anew(self, case_id: str, **parts: object) -> None:
        """Note that a case that is not at hand is another one now."""
        known = self.expected[case_id]
        self.expected[case_id] = known | parts | {"settled": False}
        self.journal.write(**self.expected[case_id])

    def _kept(self, known: dict, now: dict) -> dict:
        """What of the outline is in the file, what may be, and what comes back when the case is opened again."""
        if not self.session.saved.pending:
            return {"saved": now, "states": [], "back": now}
        on_disk = self.on_disk() if LESION not in now else {}
        if LESION in on_disk:
            # Emptied, and not said to be meant so: the last outline stays.
            return {"saved": on_disk, "states": [], "back": on_disk}
        # Autosave may have come between any two of them.
        return {
            "saved": known.get("saved", {}),
            "states": [*known.get("states", []), now][-20:],
            "back": now,
        }

    # what must hold
    def look(self, act: str, before: Before) -> None:
        """Compare everything with what it must be."""
        if self.hands.asked and any("rror" in text for text in self.hands.asked):
            raise Wrong(f"a question or error came up: {self.hands.asked}")
        gone = before.foreign - self.foreign_ids()
        if gone and act not in _CLEARING:
            raise Wrong(f"{act} took {sorted(gone)} of others out of the scene")
        self._look_at_views()
        changed = self.case is not before.case
        if changed and before.case_id is not None and before.role == READER:
            self._look_at_left(before.case_id, act)
        if self.session.role == COORDINATOR:
            self._look_at_cohort(act)
        if self.case is None or self.session.reading is None:
            self._look_at_nobody(act)
            return
        self.strangers = False
        if self.session.role == ADJUDICATOR:
            self._look_at_desk(act)
        else:
            self._look_at_reading(act, before, changed)

    def _look_at_reading(self, act: str, before: Before, changed: bool) -> None:
        if changed:
            # Opened just now: it must be what it was when it was left.
            self._look_at_opened()
        else:
            self._look_at_outline(act, before.drawn)
        self._look_at_kept(act)
        self._look_at_line()
        self._look_at_marks()
        self._look_at_file()
