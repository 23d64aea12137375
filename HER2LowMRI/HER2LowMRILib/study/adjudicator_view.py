"""What the adjudicator can reach: signed-off readings as sides A and B, and the images. No pathology, no drafts.

Which reader is which side is drawn for each case anew. A case in the adjudicator's hands holds the sides only: the
VOI of each side is copied to a neutral place first.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from HER2LowMRILib import __version__
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.form import Form
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.files.disk_errors import door
from HER2LowMRILib.files.json_shape import exactly, tupled, whole
from HER2LowMRILib.files.table_questions import ANSWERS_FILE
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.study.adjudication import (
    KIND,
    SCHEMA,
    Consensus,
    Disagreement,
    basis,
    find_consensus,
    voi_decision,
)
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.change_log import canonical_json
from HER2LowMRILib.study.examinations import ImagesOfCases
from HER2LowMRILib.study.origins import SidesOfCases
from HER2LowMRILib.study.own_files import inside, sweep
from HER2LowMRILib.study.protocol import VOI_MEAN, Protocol
from HER2LowMRILib.study.readings import (
    LOG_FILE,
    READING_FILE,
    SignedVersion,
    checked_text,
    checked_voi_content,
    glance_at_signed,
    signed_version,
)
from HER2LowMRILib.study.record_file import RecordFile, State, look_at, state_hash
from HER2LowMRILib.study.seen_states import SEEN_FILE, Mark, SeenStates, mark_of
from HER2LowMRILib.study.session_lock import LockedSession, SessionLock
from HER2LowMRILib.study.voi_limit import has_lesion, lowest_dice

WAITING, TO_DECIDE, DECIDED, AGREED, DAMAGED = "waiting", "to_decide", "decided", "agreed", "damaged"
# After the case, of the file of its decisions and of their log.
STATE_ENDING, LOG_ENDING = ".json", ".log.jsonl"
# Of an item, what is kept of it (`seen_states`): its state, and how many questions are open.
_ITEM = tupled(exactly(WAITING, TO_DECIDE, DECIDED, AGREED), whole())


@dataclass(frozen=True)
class DeskItem:
    """One line of the adjudicator's list.

    Attributes
    ----------
    case_id : str
        The case.
    state : str
        "waiting" (not all readers have signed off), "to_decide", "decided", "agreed" (nothing differed), or "damaged"
        (a file does not tell; see `study check`).
    open : int
        How many questions are to be decided now; a decision can open or close others.
    """

    case_id: str
    state: str
    open: int


@door
class CaseAdjudication:
    """One case on the adjudicator's desk. When a method returns, the change is on the disk.

    Attributes
    ----------
    case_id : str
        The case.
    images : CaseImages
        Where its images are.
    examination : Examination or None
        Its sorted examination.
    size_lines : mapping
        Side -> the line that the size was measured with (`CaseReading.size_line`), where there is one.
    voi_paths : mapping
        Side -> VOI file, where that side has drawn a lesion.
    """

    def __init__(
        self,
        case_id: str,
        images: tuple[CaseImages, Examination | None],
        form: Form,
        tolerance_mm: float,
        sides: Mapping[str, SignedVersion],
        voi_paths: Mapping[str, Path],
        record: RecordFile,
        min_dice: float | None = None,
    ):
        self._min_dice = min_dice
        self._dice: tuple[float | None] | None = None
        self.case_id, self.form = case_id, form
        self.images, self.examination = images
        lines = {side: version.size_line for side, version in sides.items() if version.size_line}
        self.size_lines: Mapping[str, Mapping[str, Any]] = MappingProxyType(lines)
        self.voi_paths = MappingProxyType(dict(voi_paths))
        self._tolerance_mm, self._record = tolerance_mm, record
        self._answers = {side: version.answers for side, version in sides.items()}
        self._exclusions = {side: version.exclusion for side, version in sides.items()}
        self._voi_hashes = {side: version.voi_sha256 for side, version in sides.items()}

    @property
    def sides(self) -> tuple[str, ...]:
        """Letters of the sides."""
        return tuple(self._answers)

    @property
    def exclusions(self) -> Mapping[str, str | None]:
        """Side -> why that side proposes to leave the case out (the coordinator decides)."""
        return MappingProxyType(self._exclusions)

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """What differs, given the decisions so far; what the sides agree on is not shown."""
        return self._consensus().disagreements

    @property
    def open(self) -> tuple[Disagreement, ...]:
        """What is still to be decided."""
        return self._consensus().open

    @property
    def is_decided(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.open and self.voi_to_decide is None

    @property
    def min_dice(self) -> float | None:
        """What the protocol asks of the overlap of VOIs; None: nothing."""
        return self._min_dice

    @property
    def voi_to_decide(self) -> float | None:
        """Dice coefficient of VOIs to choose from, because it is below the protocol's; None: nothing to choose."""
        if self._min_dice is None or self.voi_choice is not None:
            return None
        if self._dice is None:
            self._dice = (lowest_dice(list(self.voi_paths.values())),)
        (dice,) = self._dice
        return dice if dice is not None and dice < self._min_dice else None

    def decide(self, item_id: str, raw: object, reason: str | None = None) -> None:
        """Decide one question, for a side or for neither.

        Raises
        ------
        HER2LowMRIError
            If ``raw`` is not an answer to that question.
        StudyError
            If the sides do not differ there.
        """
        entry = next((entry for entry in self.disagreements if entry.item.id == item_id), None)
        value = _checked_decision(entry, raw)
        assert entry is not None
        if (value, reason) == (entry.decision, entry.reason):
            return
        self._record.change(
            "decide",
            field=item_id,
            old=entry.decision,
            new=value,
            reason=checked_text(reason, "the reason") if reason is not None else None,
            basis=basis(entry.answers),
        )

    def problems_of(self, wanted: Sequence[tuple[str, Answer, str | None]]) -> dict[int, str]:
        """Try decisions in their order without making them.

        Parameters
        ----------
        wanted : sequence of (item id or "voi", decision, reason)

        Returns
        -------
        dict of int to str
            Place in the sequence -> why it cannot be made.
        """
        decisions: dict[str, Any] = dict(self._record.state["decisions"])
        problems = {}
        for place, (item_id, decision, reason) in enumerate(wanted):
            try:
                if reason is not None:
                    checked_text(reason, "the reason")
                if item_id == "voi":
                    self._check_voi_choice(None if decision is None else str(decision))
                else:
                    decisions[item_id] = self._tried(decisions, item_id, decision, reason)
            except HER2LowMRIError as error:
                problems[place] = str(error)
        return problems

    def _tried(
        self, decisions: Mapping[str, Any], item_id: str, decision: Answer, reason: str | None
    ) -> dict[str, Any]:
        consensus = find_consensus(self.form, self._answers, decisions, self._tolerance_mm)
        entry = next((entry for entry in consensus.disagreements if entry.item.id == item_id), None)
        value = _checked_decision(entry, decision)
        return {"value": value, "reason": reason, "basis": basis(entry.answers) if entry else ""}

    @property
    def voi_choice(self) -> str | None:
        """Side or "mean" chosen for this case; None where the study's rule holds."""
        return voi_decision(self._record.state, self._voi_hashes)

    def choose_voi(self, choice: str | None, reason: str | None = None) -> None:
        """Choose the VOI of one side, or "mean" (of the features), for this case; None: the study's rule."""
        self._check_voi_choice(choice)
        self._record.change(
            "choose_voi",
            old=self.voi_choice,
            new=choice,
            reason=checked_text(reason, "the reason") if reason is not None else None,
            basis=state_hash(self._voi_hashes),
        )

    def _check_voi_choice(self, choice: str | None) -> None:
        if choice is not None and choice != VOI_MEAN and choice not in self.voi_paths:
            needed = ", ".join([*self.voi_paths, VOI_MEAN])
            raise StudyError("there is no such VOI", needed=f"one of {needed}")

    def _consensus(self) -> Consensus:
        return find_consensus(self.form, self._answers, self._record.state["decisions"], self._tolerance_mm)


def _checked_decision(entry: Disagreement | None, raw: object) -> Answer:
    if entry is None:
        raise StudyError("the readers do not differ there", needed="a question that is listed as differing")
    value = entry.item.accept(raw)
    if value is None:
        raise StudyError("a decision is an answer", needed="one of the possible answers", found="nothing")
    return value


@door
class AdjudicatorView(LockedSession):
    """The adjudicator's session. Made by `Study.adjudicator`; close it, or use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        readers_folder: Path,
        scratch_folder: Path,
        protocol: Protocol,
        form: Form,
        cases: Callable[[], tuple[Case, ...]],
        images: ImagesOfCases,
        sides: SidesOfCases,
        take_over: bool = False,
    ):
        self._images, self._sides = images, sides
        self.about, self.form = protocol.about, form
        self._folder, self._readers_folder, self._scratch = folder, readers_folder, scratch_folder
        self._protocol = protocol
        make_folder(folder, "the adjudicator's folder")
        self._items: dict[str, DeskItem] = {}
        self._seen = SeenStates(folder / SEEN_FILE, _what_items_depend_on(protocol), _ITEM)
        self._opened: set[str] = set()
        self._dice: dict[tuple[str | None, ...], float | None] = {}
        self._lock = SessionLock(folder, "the adjudicator's desk", take_over)
        try:
            # Once the folder is locked no case can be removed; a list that was read before may hold one that was.
            self._cases = tuple(case.case_id for case in cases())
            self._lock.forget_interrupted()
        except BaseException:
            self._lock.release()
            raise

    @property
    def work_list(self) -> tuple[DeskItem, ...]:
        """The cases in the order in which they joined the study.

        Cases that wait, and those opened in this session, are looked at each time; the others (on a perhaps slow
        share) once, or again after `refresh`.
        """
        return tuple(self._item_now(case_id) for case_id in self._cases)

    def refresh(self) -> None:
        """Look at every case again: a reader may have amended one."""
        self._items.clear()

    @property
    def progress(self) -> tuple[int, int]:
        """Cases with nothing left to decide, and cases in all."""
        items = self.work_list
        return sum(item.state in (DECIDED, AGREED) for item in items), len(items)

    def next_case_id(self, without: Container[str] = ()) -> str | None:
        """The first case with something to decide; None when there is none now."""
        return next(
            (
                case_id
                for case_id in self._cases
                if case_id not in without and self._item_now(case_id).state == TO_DECIDE
            ),
            None,
        )

    def images_ahead(self, case_id: str) -> CaseImages:
        """The images of a case, without opening it: they can be read before the adjudicator comes to it.

        Raises
        ------
        StudyError
            If there is no such case, or its record is damaged.
        """
        if case_id not in self._cases:
            raise StudyError("there is no such case on this desk", needed="a case id of the list")
        return self._images.of(case_id, self._images.last_stage)[0]

    def open_case(self, case_id: str) -> CaseAdjudication:
        """Open a case that all readers have signed off.

        Raises
        ------
        StudyError
            If there is no such case, or a reader has not signed it off yet.
        """
        if case_id not in self._cases:
            raise StudyError("there is no such case on this desk", needed="a case id of the list")
        readers = self._sides.of(case_id)
        found = {
            side: signed_version(inside(self._readers_folder, reader, case_id))
            for side, reader in readers.items()
        }
        versions = {side: version for side, version in found.items() if version is not None}
        if len(versions) < len(found):
            raise StudyError(
                "the case cannot be adjudicated yet",
                needed="a signed-off reading of every reader",
            )
        copies = {
            side: self._neutral_copy(side, case_id, readers[side], version)
            for side, version in versions.items()
            if version.voi_file is not None
        }
        # Whoever signed a case without proposing to exclude it has drawn a lesion.
        voi_paths = {
            side: copy for side, copy in copies.items() if not versions[side].exclusion or has_lesion(copy)
        }
        record = RecordFile(*self._files(case_id), "adjudicator", KIND, self._lock)
        self._opened.add(case_id)
        return CaseAdjudication(
            case_id,
            self._images.of(case_id, self._images.last_stage),
            self.form,
            self._protocol.size_tolerance_mm,
            versions,
            voi_paths,
            record,
            self._protocol.min_dice,
        )

    @property
    def answers_file(self) -> Path:
        """Where the answers about tables of decisions are kept."""
        return inside(self._folder, ANSWERS_FILE)

    def close(self) -> None:
        """Give the folder back."""
        self._seen.save(self._lock.write, frozenset(self._cases))
        super().close()

    def _files(self, case_id: str) -> tuple[Path, Path]:
        return adjudication_files(self._folder, case_id)

    def _item_now(self, case_id: str) -> DeskItem:
        known = self._items.get(case_id)
        if known is None or case_id in self._opened or known.state in (WAITING, DAMAGED):
            # Marked before it is read: what is saved meanwhile has another mark.
            mark = self._mark(case_id)
            seen = self._seen.of(case_id, mark)
            if seen is not None:
                known = DeskItem(case_id, str(seen[0]), int(seen[1]))
            else:
                known = self._item(case_id)
                if known.state != DAMAGED:
                    self._seen.keep(case_id, [known.state, known.open], mark)
            self._items[case_id] = known
        return known

    def _mark(self, case_id: str) -> Mark | None:
        folders = [
            f"{self._readers_folder}/{reader}/{case_id}" for reader in self._sides.of(case_id).values()
        ]
        readings = [f"{folder}/{name}" for folder in folders for name in (READING_FILE, LOG_FILE)]
        decisions = [f"{self._folder}/{case_id}{ending}" for ending in (STATE_ENDING, LOG_ENDING)]
        return mark_of([*readings, *decisions])

    def _item(self, case_id: str) -> DeskItem:
        readers = self._sides.of(case_id)
        try:
            found = {
                side: glance_at_signed(inside(self._readers_folder, reader, case_id))
                for side, reader in readers.items()
            }
            state = adjudication_state(self._folder, case_id)
        except StudyError:
            return DeskItem(case_id, DAMAGED, 0)
        versions = {side: version for side, version in found.items() if version is not None}
        if len(versions) < len(found):
            return DeskItem(case_id, WAITING, 0)
        answers = {side: version.answers for side, version in versions.items()}
        consensus = find_consensus(self.form, answers, state["decisions"], self._protocol.size_tolerance_mm)
        still = len(consensus.open) + self._voi_is_open(case_id, readers, versions, state)
        if still:
            return DeskItem(case_id, TO_DECIDE, still)
        return DeskItem(case_id, DECIDED if consensus.disagreements else AGREED, 0)

    def _voi_is_open(
        self, case_id: str, readers: Mapping[str, str], versions: Mapping[str, SignedVersion], state: State
    ) -> int:
        """1 where the VOIs overlap less than the protocol asks for and none is chosen, else 0."""
        limit = self._protocol.min_dice
        hashes = {side: version.voi_sha256 for side, version in versions.items()}
        if limit is None or voi_decision(state, hashes) is not None:
            return 0
        key = (case_id, *hashes.values())
        if key not in self._dice:
            drawn = {side: version.voi_file for side, version in versions.items()}
            files = [
                inside(self._readers_folder, readers[side], case_id) / name
                for side, name in drawn.items()
                if name is not None
            ]
            self._dice[key] = lowest_dice(files)
        dice = self._dice[key]
        return int(dice is not None and dice < limit)

    def _neutral_copy(self, side: str, case_id: str, reader: str, version: SignedVersion) -> Path:
        content = checked_voi_content(inside(self._readers_folder, reader, case_id), version)
        file = inside(self._scratch, case_id, f"{side}.seg.nrrd")
        make_folder(file.parent, f"the folder of case {case_id}")
        sweep(file.parent)
        if not file.exists() or file.read_bytes() != content:
            write_verified(file, content)
        return file


def adjudication_files(folder: Path, case_id: str) -> tuple[Path, Path]:
    """State and log of a case's adjudication."""
    return inside(folder, f"{case_id}{STATE_ENDING}"), inside(folder, f"{case_id}{LOG_ENDING}")


def _what_items_depend_on(protocol: Protocol) -> str:
    """What a line of the list follows from, beside the files of its case."""
    return canonical_json([__version__, SCHEMA, protocol.to_json()])


def adjudication_state(folder: Path, case_id: str) -> State:
    """Decisions on a case, for those who only look."""
    return look_at(*adjudication_files(folder, case_id), KIND)
