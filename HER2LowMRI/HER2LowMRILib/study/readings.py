"""One reading: answers, VOI and time of one reader on one case, from first answer to sign-off and amendment.

    not_started -> in_progress -> signed_off -> amending -> amended -> amending -> ...

A signed-off version never changes: its answers stay in `reading.json` and its VOI in a file of its own; an
amendment adds a version with its reason. `CaseReading` is what a reader works with; `signed_version` is for
those who only look.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import Answer, Item
from HER2LowMRILib.core.measured_beside import MARKS, held_back_by, shown_now
from HER2LowMRILib.core.size_line import SIZE_ITEM, checked_place, is_of_line, size_line, size_of_line
from HER2LowMRILib.core.slice_origin import (
    DRAWN,
    ORIGINS,
    WAYS,
    Origins,
    check_allowed,
    unconfirmed,
)
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.files.json_shape import (
    anything,
    either,
    exactly,
    fields,
    flag,
    like,
    listed,
    mapped,
    number,
    optional,
    text,
    whole,
)
from HER2LowMRILib.files.verified_write import make_folder, not_saved
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.images.image_grid import ImageGrid
from HER2LowMRILib.images.segment_names import LESION
from HER2LowMRILib.study.case_list import CaseImages
from HER2LowMRILib.study.change_log import Entry, Value, canonical_json
from HER2LowMRILib.study.examinations import ImagesOfCases
from HER2LowMRILib.study.own_files import MOST_BYTES, inside, read_own, sweep
from HER2LowMRILib.study.record_file import RecordFile, RecordKind, State, glance_at, look_at, state_hash
from HER2LowMRILib.study.references import Reference, ReferencesOfCases
from HER2LowMRILib.study.session_lock import SessionLock, waiting_content

SCHEMA = "her2lowmri.reading/1"
READING_FILE, LOG_FILE, VOI_FILE = "reading.json", "log.jsonl", "voi.seg.nrrd"
SIGNED_VOI = "voi.signed-{}.seg.nrrd"
NOT_STARTED, IN_PROGRESS, SIGNED_OFF = "not_started", "in_progress", "signed_off"
AMENDING, AMENDED = "amending", "amended"
# Of a work list only: the case does not open before `study repair`.
DAMAGED = "damaged"
STATES = (NOT_STARTED, IN_PROGRESS, SIGNED_OFF, AMENDING, AMENDED)
OPEN_STATES = (NOT_STARTED, IN_PROGRESS, AMENDING)
TEXT_LIMIT = 20_000

_SHA256 = like("[0-9a-f]{64}", "a SHA-256")
_ANSWERS = mapped(either(text, number, exactly(None)))
_SECONDS = mapped(number)
_PLACE = listed(number)
_SLICE = like("0|[1-9][0-9]{0,4}", "the number of a slice")
_ORIGINS = mapped(exactly(*ORIGINS), _SLICE)
_SLICE_SECONDS = mapped(number, _SLICE)
# What a reading has since outlines have an origin and times know pauses.
_SINCE_ORIGINS = {"voi_origins": _ORIGINS, "active_seconds": _SECONDS, "slice_seconds": _SLICE_SECONDS}
_VERSION = fields(
    {
        "number": whole(1),
        "answers": _ANSWERS,
        "comment": text,
        "exclusion": optional(text),
        "voi_file": optional(
            like(SIGNED_VOI.format(r"\d{1,6}").replace(".", r"\."), "the file of a signed VOI")
        ),
        "voi_sha256": optional(_SHA256),
        "seconds": _SECONDS,
        "reason": optional(text),
        "utc": text,
    },
    {
        "size_line": mapped(anything),
        "marks": mapped(_PLACE),
        "alignment": mapped(anything),
        "answers_after": listed(text),
    }
    | _SINCE_ORIGINS,
)
_STATE = fields(
    {
        "state": exactly(*STATES),
        "answers": _ANSWERS,
        "comment": text,
        "voi_sha256": optional(_SHA256),
        "exclusion": optional(text),
        "seconds": _SECONDS,
        # Of earlier versions.
        "viewpoint": mapped(anything),
        "amendment": optional(text),
        "signed": listed(_VERSION),
    },
    {
        "stage": whole(),
        "voi_unlocked": flag,
        "size_line": mapped(anything),
        "marks": mapped(_PLACE),
        "alignment": mapped(anything),
        "beside_shown": listed(text),
        "answers_after": listed(text),
    }
    | _SINCE_ORIGINS,
)

START: State = {
    "state": NOT_STARTED,
    "answers": {},
    "comment": "",
    "voi_sha256": None,
    "exclusion": None,
    "seconds": {},
    "viewpoint": {},
    "amendment": None,
    "signed": [],
}


@dataclass(frozen=True)
class SignedVersion:
    """A reading as it was signed off.

    Attributes
    ----------
    number : int
        1 for the first sign-off, 2 and more for amendments.
    answers : mapping
        One entry per item of the form; "not_applicable" where the question did not arise.
    comment : str
        What the reader remarked.
    exclusion : str or None
        Why the reader thinks that the case cannot be read.
    voi_file : str or None
        Name of the VOI's file in the reading's folder.
    voi_sha256 : str or None
        Hash of that file.
    seconds : mapping
        Time per step [s] up to this sign-off.
    reason : str or None
        Why it was amended; None for the first version.
    size_line : mapping or None
        See `CaseReading.size_line`.
    marks : mapping
        See `CaseReading.marks`.
    alignment : mapping or None
        See `CaseReading.alignment`.
    answers_after : tuple of str
        Questions that were answered anew after the reader had seen what is measured beside them.
    voi_origins : mapping or None
        Slice -> how its outline was made (`core.slice_origin`); None: not recorded.
    active_seconds, slice_seconds : mapping
        As `seconds` without pauses, and the part of it that was spent on the VOI in each slice [s]; empty where not
        recorded.
    """

    number: int
    utc: str
    answers: Mapping[str, Answer]
    comment: str
    exclusion: str | None
    voi_file: str | None
    voi_sha256: str | None
    seconds: Mapping[str, float]
    reason: str | None
    size_line: Mapping[str, Any] | None = None
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    alignment: Mapping[str, Any] | None = None
    answers_after: Sequence[str] = ()
    voi_origins: Mapping[int, str] | None = None
    active_seconds: Mapping[str, float] = field(default_factory=dict)
    slice_seconds: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingNow:
    """A reading as it is, to look at: what a table would change is found by comparing with it.

    Attributes
    ----------
    is_open : bool
        Whether answers can be given without amending it.
    answers : mapping
        Item id -> answer; of a signed reading those that were signed.
    comment : str
        The reader's remark.
    exclusion : str or None
        Why the reader proposes to leave the case out.
    voi_sha256 : str or None
        Hash of the VOI file; None where nothing is drawn.
    is_last_stage, voi_is_locked : bool
        As of `CaseReading`.
    unconfirmed_slices : tuple of int
        As of `CaseReading`.
    """

    is_open: bool
    answers: Mapping[str, Answer]
    comment: str
    exclusion: str | None
    voi_sha256: str | None
    is_last_stage: bool = True
    voi_is_locked: bool = False
    unconfirmed_slices: tuple[int, ...] = ()

    @property
    def has_voi(self) -> bool:
        """Whether a VOI is kept."""
        return self.voi_sha256 is not None


def fold_reading(state: State, entry: Entry) -> State:
    """Apply one line of a reading's log to its state."""
    action = entry["action"]
    begins = action in ("answer", "comment", "voi", "exclusion") or (
        action == "size_line" and "answer" in entry
    )
    if begins and state["state"] == NOT_STARTED:
        state = state | {"state": IN_PROGRESS}
    if entry.get("after_measured"):
        item = entry["field"] if action == "answer" else SIZE_ITEM
        state = state | {"answers_after": sorted({*state.get("answers_after", ()), item})}
    if action == "answer":
        return state | {"answers": _with_answer(state["answers"], entry["field"], entry["new"])}
    if action in ("comment", "exclusion"):
        return state | {action: entry["new"]}
    if action == "voi":
        return _with_origins(state | {"voi_sha256": entry["new"]}, entry.get("origins"))
    if action == "voi_origins":
        return _with_origins(state, entry["new"])
    if action == "time":
        return _with_time(state, entry)
    if action == "size_line":
        return _with_size_line(state, entry)
    if action in ("viewpoint", "stage"):
        return state | {action: entry["new"]}
    if action in ("mark", "alignment", "beside_shown"):
        return _with_beside(state, entry)
    return _with_step(state, entry)


def _with_beside(state: State, entry: Entry) -> State:
    """Apply what a line says of the values that are measured beside the descriptors."""
    action, new = entry["action"], entry["new"]
    if action == "mark":
        marks = {name: place for name, place in state.get("marks", {}).items() if name != entry["field"]}
        return state | {"marks": marks if new is None else marks | {entry["field"]: new}}
    if action == "alignment":
        return state | {"alignment": new}
    return state | {"beside_shown": sorted({*state.get("beside_shown", ()), *new})}


def _with_step(state: State, entry: Entry) -> State:
    """Apply a sign-off, an amendment or an opened outline."""
    action = entry["action"]
    if action == "amend":
        # Only a reading in stages has an outline that was locked.
        unlocked = {"voi_unlocked": True} if "stage" in state else {}
        return state | {"state": AMENDING, "amendment": entry["reason"]} | unlocked
    if action == "unlock_voi":
        return state | {"voi_unlocked": True}
    if action == "sign_off":
        known = entry.get("answers_sha256")
        if known is not None and known != state_hash(entry["new"]["answers"]):
            raise ValueError("the answers are not those that were signed")
        version = entry["new"] | {"utc": entry["utc"]}
        return state | {
            "state": SIGNED_OFF if version["number"] == 1 else AMENDED,
            "amendment": None,
            "signed": [*state["signed"], version],
        }
    # Sessions opened and taken over are in the log for the record and change nothing here.
    return state


def _with_answer(answers: Mapping[str, Answer], item_id: str, new: Answer) -> dict[str, Answer]:
    kept = {key: value for key, value in answers.items() if key != item_id}
    return kept if new is None else kept | {item_id: new}


def _with_origins(state: State, origins: Mapping[str, str] | None) -> State:
    """An outline of which nobody said how it was made has no origins."""
    state = {key: value for key, value in state.items() if key != "voi_origins"}
    return state if origins is None else state | {"voi_origins": origins}


def _with_time(state: State, entry: Mapping[str, Any]) -> State:
    state = state | {"seconds": _added(state["seconds"], {str(entry["field"]): float(entry["new"])})}
    if "active" in entry:
        active = {entry["field"]: entry["active"]}
        state = state | {"active_seconds": _added(state.get("active_seconds", {}), active)}
    if "slices" in entry:
        state = state | {"slice_seconds": _added(state.get("slice_seconds", {}), entry["slices"])}
    return state


def _added(seconds: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    return {**seconds, **{key: round(seconds.get(key, 0.0) + part, 3) for key, part in more.items()}}


def _version(version: Mapping[str, Any]) -> SignedVersion:
    origins = version.get("voi_origins")
    return SignedVersion(
        **{
            **version,
            "voi_origins": None if origins is None else _by_slice(origins),
            "active_seconds": version.get("active_seconds", {}),
            "slice_seconds": _by_slice(version.get("slice_seconds", {})),
        }
    )


def _by_slice(values: Mapping[str, Any]) -> dict[int, Any]:
    return {int(k): values[k] for k in sorted(values, key=int)}


def _with_size_line(state: State, entry: Entry) -> State:
    """The line and the answer that it gives are one change: nothing can come between them."""
    state = {key: value for key, value in state.items() if key != "size_line"}
    if entry["new"] is not None:
        state = state | {"size_line": entry["new"]}
    # Logs of the first version of the line have the answer in a line of its own.
    if "answer" in entry:
        state = state | {"answers": _with_answer(state["answers"], SIZE_ITEM, entry["answer"])}
    return state


KIND = RecordKind(SCHEMA, START, fold_reading, _STATE)


@door
class CaseReading:
    """One case in the hands of its reader. When a method returns, the change is on the disk.

    Made by `ReaderView.open_case`. Every answer goes to the log and the state at once, so there is no "save":
    after a crash, opening the case again gives everything that was acknowledged.
    """

    def __init__(
        self,
        folder: Path,
        case_id: str,
        reader: str,
        images: ImagesOfCases,
        form: Form,
        lock: SessionLock,
        beside: bool = False,
        outline_ways: Sequence[str] = WAYS,
        references: ReferencesOfCases | None = None,
    ):
        self.case_id, self.form = case_id, form
        self._beside, self._ways = beside, tuple(outline_ways)
        self._images, self._references = images, references
        self._folder, self._reader, self._lock = folder, reader, lock
        lock.check()
        make_folder(folder, f"the folder of case {case_id}")
        sweep(folder)
        self._record = RecordFile(folder / READING_FILE, folder / LOG_FILE, reader, KIND, lock)
        self.notes: tuple[str, ...] = ()
        self._draft_is_sound: bool
        self._check_draft()
        if lock.took_over:
            self._record.change("taken_over", reason="another session had the reader's folder open")
        self.images: CaseImages
        self.examination: Examination | None
        self.images, self.examination = images.of(case_id, self.stage)

    @property
    def state(self) -> str:
        """One of not_started, in_progress, signed_off, amending, amended."""
        return self._record.state["state"]

    @property
    def is_open(self) -> bool:
        """Whether answers can be given: not before sign-off is undone by `amend`."""
        return self.state in OPEN_STATES

    @property
    def stage(self) -> int:
        """Which stage of the reading this is, from 0; `images` and `examination` hold what it shows."""
        return _stage(self._record.state, self._images.last_stage)

    @property
    def is_last_stage(self) -> bool:
        """Whether all images are shown."""
        return self.stage == self._images.last_stage

    def finish_stage(self) -> None:
        """Finish the outline and see the other images; from then on the outline is locked.

        Raises
        ------
        StudyError
            If all images are shown already, or nothing was outlined.
        ImageError
            If nothing is drawn in the VOI.
        """
        self._check_open()
        if self.is_last_stage:
            raise StudyError("all images of the case are shown already")
        voi = self._record.state["voi_sha256"]
        if voi is not None:
            self._check_voi_is_usable()
        elif not self.exclusion:
            raise StudyError(
                "the other images are shown when the outline is finished", needed="a VOI", found="none"
            )
        self._record.change("stage", old=self.stage, new=self.stage + 1, voi_sha256=voi)
        self.images, self.examination = self._images.of(self.case_id, self.stage)

    @property
    def is_training(self) -> bool:
        """Whether the case is one to train on, which is exported never."""
        return self._references is not None

    @property
    def reference(self) -> Reference | None:
        """What a case to train on was agreed to show, once it is signed off; None before, and of all other cases.

        Raises
        ------
        StudyError
            If the references of the study are damaged.
        """
        if self._references is None or not self._record.state["signed"]:
            return None
        return self._references.of(self.case_id, self.form)

    def unlock_voi(self, reason: str) -> None:
        """Let the outline be changed although the other images were seen; the log says so, and why.

        Raises
        ------
        StudyError
            If there is no reason.
        """
        self._check_open()
        reason = checked_text(reason, "the reason").strip()
        if not reason:
            raise StudyError("a locked outline is only opened with a reason", needed="a reason")
        self._record.change("unlock_voi", reason=reason)

    @property
    def voi_is_locked(self) -> bool:
        """Whether the outline was finished before the other images were shown, and not unlocked since."""
        return _voi_is_locked(self._record.state, self._images.last_stage)

    @property
    def size_line(self) -> Mapping[str, Any] | None:
        """The line that the reader drew over the lesion, see `core.size_line.SizeLine`; None without one."""
        line = self._record.state.get("size_line")
        return MappingProxyType(line) if line else None

    @property
    def size_is_of_line(self) -> bool:
        """Whether the answer is the length of the line; False where it was typed, or there is no line."""
        return is_of_line(self.answers.get(SIZE_ITEM), self.size_line)

    def set_size_line(
        self, ends_mm: Sequence[Sequence[float]], image: str, phase: int | None = None
    ) -> float:
        """Measure the size by a line; fills the answer `lesion_size_mm` in the same change.

        Parameters
        ----------
        ends_mm : sequence of two places
            [mm, LPS].
        image : str
            What it was drawn on: "dce", "t2", "dwi", ...
        phase : int, optional
            Of the dynamic series.

        Returns
        -------
        float
            Length [mm].

        Raises
        ------
        StudyError
            If the ends are not two places in the patient.
        HER2LowMRIError
            If the length is none that the question takes.
        """
        self._check_open()
        line = size_line(ends_mm, checked_text(image, "the image"), phase)
        length = float(line["length_mm"])
        answer = self.form.answer({}, SIZE_ITEM, size_of_line(line))[SIZE_ITEM]
        old = self._record.state.get("size_line")
        if line != old or answer != self.answers.get(SIZE_ITEM):
            self._change(SIZE_ITEM, "size_line", old=old, new=line, answer=answer)
        return length

    def remove_size_line(self) -> None:
        """Take the line back, and with it the size that it gave; a size that was typed stays."""
        self._check_open()
        old = self._record.state.get("size_line")
        if old is not None:
            answer = None if self.size_is_of_line else self.answers.get(SIZE_ITEM)
            self._record.change("size_line", old=old, new=None, answer=answer)

    @property
    def beside_unlocked(self) -> tuple[str, ...]:
        """The values measured beside descriptors that this reader may see now: those whose questions are answered.

        None where the protocol wants none, or the images that they are measured on belong to a later stage.
        """
        if not self._beside or not self.is_last_stage:
            return ()
        return shown_now(self.form, self.answers)

    def beside_was_shown(self, values: Iterable[str]) -> None:
        """Note that the reader saw measured values; an answer that is changed from then on is marked as such.

        Raises
        ------
        StudyError
            If one of them may not be shown yet.
        """
        values = set(values)
        early = sorted(values - set(self.beside_unlocked))
        if early:
            raise StudyError(
                "a measured value is shown after the descriptor is answered", found=", ".join(early)
            )
        new = sorted(values - set(self._record.state.get("beside_shown", ())))
        if new and self.is_open:
            self._record.change("beside_shown", new=new)

    @property
    def answers_after(self) -> tuple[str, ...]:
        """Questions that were answered anew after the reader had seen what is measured beside them."""
        return tuple(self._record.state.get("answers_after", ()))

    def _change(self, item_id: str, action: str, **values: Value) -> None:
        """Keep a change of an answer, and whether it came after what is measured beside it was seen."""
        shown = set(self._record.state.get("beside_shown", ()))
        if shown & set(held_back_by(item_id)):
            values["after_measured"] = True
        self._record.change(action, None, **values)

    @property
    def marks(self) -> Mapping[str, Sequence[float]]:
        """Name (`core.measured_beside.MARKS`) -> place that the reader marked [mm, LPS]."""
        return MappingProxyType(self._record.state.get("marks", {}))

    def set_mark(self, name: str, place_mm: Sequence[float] | None) -> None:
        """Mark a place, or with None take the mark away.

        Raises
        ------
        StudyError
            If there is no such mark, or the place is none.
        """
        self._check_open()
        if name not in MARKS:
            raise StudyError("there is no such mark", needed=", ".join(MARKS), found=str(name)[:40])
        new = None if place_mm is None else checked_place(place_mm)
        old = self._record.state.get("marks", {}).get(name)
        if new != old:
            self._record.change("mark", field=name, old=old, new=new)

    @property
    def alignment(self) -> Mapping[str, Any] | None:
        """How phases of the dynamic series were aligned because the reader asked for it; None where they were not.

        "method", and "phases": number of a phase -> matrix that takes a place before contrast to the same tissue in the
        phase, (4, 4) row by row [mm, LPS].
        """
        kept = self._record.state.get("alignment")
        return MappingProxyType(kept) if kept else None

    def set_alignment(self, alignment: Mapping[str, Any] | None) -> None:
        """Keep how phases were aligned; with None show and measure them as they were acquired."""
        self._check_open()
        old = self._record.state.get("alignment") or {}
        # As it comes back from the file: lists, not tuples.
        new = json.loads(canonical_json(dict(alignment))) if alignment is not None else {}
        if new != old:
            self._record.change("alignment", old=old, new=new)

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Item id -> answer, as given so far; change them with `set_answer`."""
        return MappingProxyType(self._record.state["answers"])

    @property
    def comment(self) -> str:
        """The reader's remark."""
        return self._record.state["comment"]

    @property
    def exclusion(self) -> str | None:
        """Why the reader proposes to leave the case out."""
        return self._record.state["exclusion"]

    @property
    def step_seconds(self) -> Mapping[str, float]:
        """Step -> time spent so far [s]."""
        return MappingProxyType(self._record.state["seconds"])

    @property
    def active_seconds(self) -> Mapping[str, float]:
        """Step -> time spent so far without pauses [s]; only what was recorded so."""
        return MappingProxyType(self._record.state.get("active_seconds", {}))

    @property
    def slice_seconds(self) -> Mapping[int, float]:
        """Slice -> time spent on the VOI in it so far, without pauses [s]."""
        return MappingProxyType(_by_slice(self._record.state.get("slice_seconds", {})))

    @property
    def signed(self) -> tuple[SignedVersion, ...]:
        """The versions signed off so far, oldest first."""
        return tuple(_version(version) for version in self._record.state["signed"])

    @property
    def restored_changes(self) -> int:
        """How many changes were brought back from the log when the case was opened (after a crash)."""
        return self._record.restored_changes

    @property
    def voi_path(self) -> Path | None:
        """The VOI file (.seg.nrrd), None before the first `save_voi` and where it is not as it was saved.

        Raises
        ------
        StudyError
            If the disk or share still refuses to let the VOI that was saved take its place.
        """
        if not (self._record.state["voi_sha256"] and self._draft_is_sound):
            return None
        self._check_in_place()
        return self._folder / VOI_FILE

    def _check_in_place(self) -> None:
        if not self._record.finish():
            raise StudyError(
                "the VOI was saved and cannot be moved to its place",
                needed="a study folder in which files can be replaced",
                todo="Close the file in other programs or restore access to the study, then do this again",
            )

    def set_answer(self, item_id: str, raw: object) -> None:
        """Give, change or (with None) take back one answer.

        Raises
        ------
        HER2LowMRIError
            If ``raw`` is not an answer to that question.
        StudyError
            If the reading is signed off, or the answer could not be saved.
        """
        self._check_open()
        old = self.answers.get(item_id)
        new = self.form.answer(self.answers, item_id, _whole_text(raw)).get(item_id)
        if new != old or type(new) is not type(old):
            self._change(item_id, "answer", field=item_id, old=old, new=new)

    def set_comment(self, text: str) -> None:
        """Keep a remark, up to 20,000 characters."""
        self._check_open()
        text = checked_text(text, "the comment")
        if text != self.comment:
            self._record.change("comment", old=self.comment, new=text)

    def propose_exclusion(self, reason: str | None) -> None:
        """Say that the case cannot be read, and why; None takes it back. The coordinator decides.

        With a reason the case can be signed off with questions open and without a VOI.
        """
        self._check_open()
        new = checked_text(reason, "the reason").strip() or None if reason is not None else None
        if new != self.exclusion:
            self._record.change("exclusion", old=self.exclusion, new=new)

    @property
    def voi_origins(self) -> Origins | None:
        """Slice -> how its outline was made (`core.slice_origin`); None where that was not recorded."""
        origins = self._record.state.get("voi_origins")
        return None if origins is None else _by_slice(origins)

    @property
    def unconfirmed_slices(self) -> tuple[int, ...]:
        """Interpolated slices that the reader did not look at, from 0."""
        return unconfirmed(self.voi_origins or {})

    def save_voi(
        self,
        masks: Mapping[str, np.ndarray],
        grid: ImageGrid,
        origins: Mapping[int, str] | None = None,
    ) -> None:
        """Keep the VOI.

        Parameters
        ----------
        masks : mapping of str to ndarray of bool, shape (k, j, i)
            Segment name -> mask: "lesion", and what was left out of it ("necrosis", "vessel", ...).
        grid : ImageGrid
            Where the voxels are.
        origins : mapping of int to str, optional
            How the outline of each slice of the lesion was made (`core.slice_origin`); slices that are absent were
            drawn by hand. None: not known.

        Raises
        ------
        StudyError
            If the protocol does not allow one of the ways, or the VOI could not be saved.
        """
        from HER2LowMRILib.images.voi_files import segmentation_bytes

        self._check_open()
        recorded = None
        if origins is not None:
            check_allowed(origins, self._ways)
            lesion = masks.get(LESION)
            slices = [] if lesion is None else np.flatnonzero(lesion.any(axis=(1, 2))).tolist()
            recorded = {str(k): origins.get(k, DRAWN) for k in slices}
        self._save_voi(segmentation_bytes(masks, grid), recorded)

    def save_voi_file(self, file: Path) -> None:
        """Keep a copy of a .seg.nrrd file as the VOI of this case."""
        self._check_open()
        try:
            content = read_at_most(file, MOST_BYTES, StudyError)
        except StudyError as error:
            # Without its name, which may be a patient's.
            found = error.found or "none there"
            raise StudyError("the VOI file cannot be read", needed="a .seg.nrrd file", found=found) from error
        self._save_voi(content)

    def _save_voi(self, content: bytes, origins: Mapping[str, str] | None = None) -> None:
        digest = hashlib.sha256(content).hexdigest()
        known = self._record.state.get("voi_origins")
        if digest == self._record.state["voi_sha256"] and self._draft_is_sound:
            if origins is not None and origins != known:
                self._check_not_locked()
                self._record.change("voi_origins", old=known, new=origins)
            return
        self._check_not_locked()
        old = self._record.state["voi_sha256"]
        how = {} if origins is None else {"origins": origins}
        self._record.change("voi", {self._folder / VOI_FILE: content}, old=old, new=digest, **how)
        self._draft_is_sound = True

    def _check_not_locked(self) -> None:
        if self.voi_is_locked:
            raise StudyError(
                "the outline was finished before the other images were shown, and is locked",
                todo="Unlock it with a reason to change it",
            )

    def step_time(
        self,
        step: str,
        seconds: float,
        active: float | None = None,
        slices: Mapping[int, float] | None = None,
    ) -> None:
        """Add to the time spent on a step.

        Parameters
        ----------
        step : str
            "maps", "voi", "form", ...
        seconds : float
            From beginning to end [s].
        active : float, optional
            Of it without pauses [s].
        slices : mapping of int to float, optional
            Of the active time, what was spent in each slice [s].
        """
        if not 0 < seconds < float("inf"):
            return
        more: dict[str, Any] = {}
        if active is not None:
            more["active"] = round(min(max(float(active), 0.0), float(seconds)), 3)
        if slices:
            more["slices"] = {str(int(k)): round(float(part), 3) for k, part in sorted(slices.items())}
        self._record.change("time", field=step, new=round(float(seconds), 3), **more)

    def missing(self) -> tuple[Item, ...]:
        """The questions that must be answered before sign-off."""
        return () if self.exclusion else self.form.missing(self.answers)

    def missing_for_sign_off(self) -> tuple[str, ...]:
        """Everything that keeps the case from being signed off, in words; empty when it can be."""
        if self.exclusion:
            return ()
        if not self.is_last_stage:
            return ("the other images seen",)
        voi = () if self._record.state["voi_sha256"] else ("VOI",)
        return (*voi, *(item.label for item in self.missing()))

    def sign_off(self, accept_unconfirmed: bool = False) -> SignedVersion:
        """Lock the reading.

        Parameters
        ----------
        accept_unconfirmed : bool
            Sign although the reader did not look at every interpolated slice; their number is kept.

        Raises
        ------
        StudyError
            If something is missing (and no exclusion is proposed), interpolated slices were not looked at, or the
            reading is signed off already.
        ImageError
            If nothing is drawn in the VOI, or it cannot be told which segment is the lesion.
        """
        self._check_open()
        missing = self.missing_for_sign_off()
        if missing:
            raise StudyError("the case cannot be signed off", needed=", ".join(missing))
        waiting = () if self.exclusion else self.unconfirmed_slices
        if waiting and not accept_unconfirmed:
            raise StudyError(
                "the case cannot be signed off",
                needed="a look at every interpolated slice",
                found=f"{len(waiting)} not looked at: {', '.join(str(k + 1) for k in waiting)}",
                todo="Confirm them, or sign off without",
            )
        state = self._record.state
        number = len(state["signed"]) + 1
        # An unreadable case is signed with the questions that were answered.
        answers = self._answers_so_far() if self.exclusion else self.form.sign_off(self.answers)
        voi_file, moved = None, {}
        if state["voi_sha256"]:
            self._check_voi_is_usable()
            voi_file = SIGNED_VOI.format(number)
            moved = {self._folder / voi_file: self._voi_content()}
        self._record.change(
            "sign_off",
            moved,
            new={
                "number": number,
                "answers": answers,
                "comment": self.comment,
                "exclusion": self.exclusion,
                "voi_file": voi_file,
                "voi_sha256": state["voi_sha256"],
                "seconds": dict(state["seconds"]),
                "reason": state["amendment"],
                **{
                    name: state[name]
                    for name in ("size_line", "marks", "alignment", "answers_after")
                    if state.get(name)
                },
                **{key: state[key] for key in _SINCE_ORIGINS if key in state},
            },
            answers_sha256=state_hash(answers),
        )
        return self.signed[-1]

    def amend(self, reason: str) -> None:
        """Open a signed-off reading again.

        The signed version stays as it is and counts until the next sign-off.

        Raises
        ------
        StudyError
            If there is no reason, or the reading is not signed off.
        """
        reason = checked_text(reason, "the reason").strip()
        if self.is_open:
            raise StudyError("the reading is open already", needed="a reading that is signed off")
        if not reason:
            raise StudyError("a signed-off reading is only amended with a reason", needed="a reason")
        self._record.change("amend", reason=reason)

    def _check_voi_is_usable(self) -> None:
        """Find out now, while the reader is here, whether a lesion is drawn, and not in the export."""
        from HER2LowMRILib.images.voi_files import read_segmentation, read_voi

        self._check_in_place()
        if not self.exclusion:
            file = self._folder / VOI_FILE
            read_voi(file, read_segmentation(file).grid)

    def _answers_so_far(self) -> dict[str, Answer]:
        values = self.form.values_for_row(self.answers)
        return {item.id: values[item.id] for item in self.form.lexicon.items}

    def _check_open(self) -> None:
        if not self.is_open:
            raise StudyError("the reading is signed off", todo="Amend it with a reason to change it")

    def _voi_content(self) -> bytes:
        self._check_in_place()
        try:
            content = read_own(self._folder / VOI_FILE)
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self._record.state["voi_sha256"]:
            raise StudyError("the VOI file was changed outside this session", todo="Save the VOI again")
        return content

    def _check_draft(self) -> None:
        """Compare the VOI on the disk with the one that the log knows, and never take another for it.

        A session that ended between log and file left the file for this one. Anything else in its place is set aside.
        """
        file, known = self._folder / VOI_FILE, self._record.state["voi_sha256"]
        _claim(self._folder, self._record.state, self._lock)
        self._draft_is_sound = known is None or _is(file, known)
        if not self._draft_is_sound and (signed := self._signed_copy(known)) is not None:
            self._lock.write(file, signed)
            self._draft_is_sound = True
        if not self.is_open or (self._draft_is_sound and (known or not file.exists())):
            return
        aside = self._set_aside(file)
        kept = "" if aside is None else f"; what lay in its place is kept as {aside}"
        if known is None:
            self.notes = (f"a VOI that this program did not save was found{kept}",)
            return
        self.notes = (f"the VOI is not as it was saved, and has to be drawn again{kept}",)
        self._record.change(
            "voi", old=known, new=None, reason=f"its file was damaged or changed from outside{kept}"
        )
        self._draft_is_sound = True

    def _signed_copy(self, digest: str) -> bytes | None:
        for version in self.signed:
            with contextlib.suppress(StudyError):
                if version.voi_sha256 == digest:
                    return checked_voi_content(self._folder, version)
        return None

    def _set_aside(self, file: Path) -> str | None:
        number = 1
        while (aside := file.with_name(f"voi.damaged-{number}.seg.nrrd")).exists():
            number += 1
        try:
            file.rename(aside)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise not_saved(aside.name, error) from error
        return aside.name


def finish_interrupted(folder: Path, lock: SessionLock) -> None:
    """Bring VOIs to their place that a reader's sessions left half saved, as the logs of the cases have it.

    Parameters
    ----------
    folder : Path
        The reader's folder; cases that were left out of the study meanwhile are in it too.
    lock : SessionLock
        The right to write there.
    """
    whole = True
    for case_id in lock.interrupted():
        try:
            case = inside(folder, case_id)
            if case.is_dir():
                _claim(case, _state(case), lock)
        except StudyError:
            # It is told when the case is opened; until then nothing of it is thrown away.
            whole = False
    if whole:
        lock.forget_interrupted()


def _claim(folder: Path, state: State, lock: SessionLock) -> None:
    known = [(VOI_FILE, state["voi_sha256"])]
    known += [(SIGNED_VOI.format(one["number"]), one["voi_sha256"]) for one in state["signed"]]
    for name, digest in known:
        if digest is not None and not _is(folder / name, digest):
            lock.claim(folder / name, digest)


def reading_state(folder: Path) -> str:
    """State of the reading in a case folder, for long lists; "damaged" where its files do not tell."""
    try:
        return str(glance_at(*_files(folder), KIND)["state"])
    except StudyError:
        return DAMAGED


@dataclass(frozen=True)
class LookedAt:
    """A reading for those who only look, every file of it compared with its log.

    Attributes
    ----------
    state : str
        "damaged" where the answers, the log or the newest signed VOI are not as they were written.
    signed : tuple of SignedVersion
        The signed-off versions, oldest first; none where the answers are damaged.
    problem : str or None
        What is wrong with answers or log.
    """

    state: str
    signed: tuple[SignedVersion, ...]
    problem: str | None


def look_at_reading(folder: Path) -> LookedAt:
    """Look at the reading in a case folder."""
    try:
        found = _state(folder)
    except StudyError as error:
        return LookedAt(DAMAGED, (), str(error))
    versions, state = versions_in(found), str(found["state"])
    try:
        if versions and versions[-1].voi_file is not None:
            checked_voi_content(folder, versions[-1])
    except StudyError:
        state = DAMAGED
    return LookedAt(state, versions, None)


def signed_versions(folder: Path) -> tuple[SignedVersion, ...]:
    """The signed-off versions in a case folder, oldest first, as the log has them. Drafts are not shown."""
    return versions_in(_state(folder))


def versions_in(state: State) -> tuple[SignedVersion, ...]:
    """The signed-off versions in the state of a reading, oldest first."""
    return tuple(_version(version) for version in state["signed"])


def signed_version(folder: Path) -> SignedVersion | None:
    """The newest signed-off version in a case folder; None if there is none."""
    versions = signed_versions(folder)
    return versions[-1] if versions else None


def _stage(state: State, last_stage: int) -> int:
    """Which stage a reading is in; a signed one has seen everything."""
    if state["state"] not in OPEN_STATES or state["signed"]:
        return last_stage
    return min(int(state.get("stage", 0)), last_stage)


def _voi_is_locked(state: State, last_stage: int) -> bool:
    staged = last_stage > 0 and _stage(state, last_stage) == last_stage
    return staged and not state.get("voi_unlocked", False)


def reading_now(folder: Path, last_stage: int = 0) -> ReadingNow:
    """A reading as it is, without opening it.

    Parameters
    ----------
    folder : Path
    last_stage : int
        Number of the last stage of readings in this study.

    Raises
    ------
    StudyError
        If its files are damaged.
    """
    state = _state(folder)
    return ReadingNow(
        state["state"] in OPEN_STATES,
        MappingProxyType(dict(state["answers"])),
        state["comment"],
        state["exclusion"],
        state["voi_sha256"],
        _stage(state, last_stage) == last_stage,
        _voi_is_locked(state, last_stage),
        unconfirmed(_by_slice(state.get("voi_origins", {}))),
    )


def glance_at_signed(folder: Path) -> SignedVersion | None:
    """As `signed_version`, for long lists: the log is not read, and nothing may hang on it."""
    versions = glance_at(*_files(folder), KIND)["signed"]
    return _version(versions[-1]) if versions else None


def glance_at_signed_first(folder: Path) -> SignedVersion | None:
    """As `glance_at_signed`, of the first version, which says when the reading was finished."""
    versions = glance_at(*_files(folder), KIND)["signed"]
    return _version(versions[0]) if versions else None


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / READING_FILE, folder / LOG_FILE


def _state(folder: Path) -> State:
    return look_at(*_files(folder), KIND)


def _is(file: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(read_own(file)).hexdigest() == digest
    except (OSError, StudyError):
        return False


def checked_voi_content(folder: Path, version: SignedVersion) -> bytes:
    """The VOI file of a signed version, as it was signed.

    Raises
    ------
    StudyError
        If the file is gone or was changed.
    """
    try:
        file = signed_voi_file(folder, version)
        waiting = None if file.exists() else waiting_content(folder.parent, file, version.voi_sha256 or "")
        content = read_own(file) if waiting is None else waiting
    except OSError as error:
        raise StudyError(
            "the signed VOI cannot be read", found=error.strerror or type(error).__name__
        ) from error
    if hashlib.sha256(content).hexdigest() != version.voi_sha256:
        raise StudyError("the signed VOI was changed after sign-off", needed="the file with the signed hash")
    return content


def signed_voi_file(folder: Path, version: SignedVersion) -> Path:
    """File of the VOI of a signed version in a case folder; a record that names any other is not believed."""
    if version.voi_file != SIGNED_VOI.format(version.number):
        raise StudyError(
            "a signed version names a file that is not one of its VOIs", needed=SIGNED_VOI.format("N")
        )
    return inside(folder, version.voi_file)


def _whole_text(raw: object) -> object:
    return checked_text(raw, "the answer") if isinstance(raw, str) else raw


def checked_text(text: str, what: str) -> str:
    """Text as it may be kept: at most 20,000 characters of Unicode.

    Raises
    ------
    StudyError
        If it is longer or no text.
    """
    if not isinstance(text, str):
        raise StudyError(f"{what} is not text", found=type(text).__name__)
    if len(text) > TEXT_LIMIT:
        raise StudyError(
            f"{what} is too long", needed=f"at most {TEXT_LIMIT} characters", found=f"{len(text)}"
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise StudyError(f"{what} holds half a character (a lone surrogate)", needed="Unicode text") from None
    return text
