"""Readings that were made elsewhere, taken over from a table: looked at whole, then entered whole, or not at all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.form import Form, answered
from HER2LowMRILib.core.lexicon import NOT_APPLICABLE, Answer, Item
from HER2LowMRILib.core.measured_beside import BESIDE_VALUES
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.table_plan import TablePlan
from HER2LowMRILib.files.understood_table import (
    TableWishes,
    UnderstoodRow,
    read_understood,
)
from HER2LowMRILib.study.find_case import case_finder
from HER2LowMRILib.study.reader_view import ReaderView
from HER2LowMRILib.study.readings import ReadingNow
from HER2LowMRILib.workflow.offered_voi import is_new_voi, save_offered_voi

TEXT_COLUMNS = ("reader", "comment", "exclusion_reason", "voi")
NEEDED = "case_id, questions of the form, comment, exclusion_reason, voi"
# Columns of our own readings.csv that are made from the rest, and of the case list.
_BESIDE = (
    "lexicon_edition", "software_version", "synthetic", "reading_version", "reading_seconds", "patient", "site",
    "scanner", "repeat", "voi_seconds", "form_seconds", "reading_position", "definition_id",
    "image_warnings", "image_quality",
    "image_quality_reasons", "b_values", "b_averages", "adc_b_values", "fit_model", "fit_s0",
    *(value.name for value in BESIDE_VALUES),
)  # fmt: skip


@dataclass(frozen=True)
class ReadingChange:
    """One answer of one reading: as it is, and as the table has it."""

    case_id: str
    field: str
    old: Answer
    new: Answer

    def __str__(self) -> str:
        old = "blank" if self.old in (None, "") else self.old
        return f"{self.case_id}  {self.field}: {old} -> {self.new}"


@dataclass(frozen=True)
class PlannedReading:
    """What is done to one reading.

    Attributes
    ----------
    row : UnderstoodRow
        Where it stands in the table.
    changes : tuple of ReadingChange
        What differs from the reading as it is.
    voi : Path or None
        VOI file to be taken over; None where there is none or it is the same.
    amends, signs : bool
        Whether a signed reading is opened again, and whether it is signed off.
    """

    row: UnderstoodRow
    changes: tuple[ReadingChange, ...]
    voi: Path | None
    amends: bool
    signs: bool

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.changes or self.voi or self.signs)


@dataclass(frozen=True)
class ReadingsPlan(TablePlan):
    """What taking a table of readings would do.

    Attributes
    ----------
    reader : str
        Whose readings.
    readings : tuple of PlannedReading
        In the order of the table.
    wishes : TableWishes
        What the table was read with.
    """

    WHAT = "the table of readings"
    NOTHING = "No row was entered"
    reader: str
    readings: tuple[PlannedReading, ...]
    wishes: TableWishes

    @property
    def changed(self) -> tuple[PlannedReading, ...]:
        """The readings that are entered."""
        return tuple(reading for reading in self.readings if not reading.is_unchanged)

    @property
    def changes(self) -> tuple[ReadingChange, ...]:
        """Every change, answer by answer; a VOI that is taken over is one."""
        return tuple(
            change
            for reading in self.readings
            for change in (
                *reading.changes,
                *([ReadingChange(reading.row.case_id, "voi", None, "taken")] if reading.voi else []),
            )
        )


def plan_readings(
    view: ReaderView,
    table: Path,
    *,
    sign_off: bool = False,
    reason: str | None = None,
    wishes: TableWishes | None = None,
) -> ReadingsPlan:
    """See what a table of readings would change; nothing is written.

    Parameters
    ----------
    view : ReaderView
        The reader's session.
    table : Path
        Columns ``case_id``, the items of the form, and optionally ``comment``, ``exclusion_reason``, ``voi`` (a
        .seg.nrrd file or a DICOM segmentation, relative to the table) and ``reader`` (rows of other readers are left
        out). An empty cell gives no answer; "not_applicable" neither.
    sign_off : bool
        Sign each case off.
    reason : str, optional
        Amend readings that are signed off already and differ, for this reason; without it they are a problem.
    wishes : TableWishes, optional
        What the person says beside the table.

    Raises
    ------
    StudyError
        If it is not a table of readings.
    """
    wishes = wishes or TableWishes()
    form = view.form
    vocabulary: dict[str, Item | None] = {item.id: item for item in form.lexicon.items}
    questions = set(vocabulary) | {"comment", "exclusion_reason", "voi"}
    understood = read_understood(
        table,
        {**dict.fromkeys(TEXT_COLUMNS), **vocabulary},
        case_finder(item.case_id for item in view.work_list),
        lambda text, number: f"row {number}, {hashlib.sha256(text.encode()).hexdigest()[:6]}",
        wishes,
        what="this is not a table of readings: its columns are not questions",
        needed=NEEDED,
        beside=(*_BESIDE, *(entry.id for entry in form.lexicon.derived)),
        is_known=lambda found: bool(questions & set(found)),
        once_per=lambda row: (row.case_id, str(row.values.get("reader", view.reader)).strip()),
    )
    planned, problems, others, blank = [], [], 0, 0
    open_still = bool(understood.questions)
    for row in understood.rows:
        if str(row.values.get("reader", view.reader)).strip() != view.reader:
            others += 1
            continue
        if not set(row.values) - {"reader"}:
            # A row of a template that nobody filled in.
            blank += 1
            continue
        try:
            planned.append(_plan_reading(view, row, table.absolute().parent, sign_off, reason, open_still))
        except HER2LowMRIError as error:
            problems.append(f"row {row.number} of the table of readings: {error}")
    if others:
        left = f"{counted(others, 'row')} of other readers left out"
        understood = understood.with_notes(left)
    if blank:
        understood = understood.with_notes(f"{counted(blank, 'row')} with nothing but the case left out")
    return ReadingsPlan(understood, tuple(problems), view.reader, tuple(planned), wishes)


def _plan_reading(
    view: ReaderView, row: UnderstoodRow, folder: Path, sign_off: bool, reason: str | None, open_still: bool
) -> PlannedReading:
    now = view.reading_now(row.case_id)
    answers = {
        item.id: row.values[item.id]
        for item in view.form.lexicon.items
        if row.values.get(item.id) not in (None, NOT_APPLICABLE)
    }
    changes = _changes(row, now, answers)
    voi = _voi_of(view, row, folder, now)
    if not now.is_open and not changes and voi is None:
        return PlannedReading(row, (), None, False, False)
    if not now.is_open and not (reason or "").strip():
        what = ", ".join([*(change.field for change in changes), *(["VOI"] if voi else [])][:4])
        raise StudyError(
            f"the reading is signed off, and the table differs in {what}",
            todo="Amend it with a reason to change it",
        )
    problems = view.form.problems({**now.answers, **answers})
    if problems:
        raise StudyError("; ".join(problems.values()))
    if voi is not None and now.is_open and now.voi_is_locked:
        raise StudyError(
            "the outline was finished before the other images were shown, and is locked",
            todo="Unlock it in the panel with a reason, or leave the VOI out of the table",
        )
    # What is missing cannot be told before it is known what the columns are.
    if sign_off and not open_still and not (row.values.get("exclusion_reason") or now.exclusion):
        has_voi = voi is not None or now.has_voi
        _check_can_be_signed(view.form, {**now.answers, **answers}, has_voi)
        _check_was_looked_at(now, voi is not None)
    return PlannedReading(row, tuple(changes), voi, not now.is_open, sign_off)


def _changes(row: UnderstoodRow, now: ReadingNow, answers: Mapping[str, Answer]) -> list[ReadingChange]:
    changes = [
        ReadingChange(row.case_id, name, now.answers.get(name), value)
        for name, value in answers.items()
        if now.answers.get(name) != value or type(now.answers.get(name)) is not type(value)
    ]
    comment, exclusion = row.values.get("comment"), row.values.get("exclusion_reason")
    if comment is not None and comment != now.comment:
        changes.append(ReadingChange(row.case_id, "comment", now.comment, comment))
    if exclusion is not None and str(exclusion).strip() != now.exclusion:
        changes.append(ReadingChange(row.case_id, "exclusion_reason", now.exclusion, exclusion))
    return changes


def _voi_of(view: ReaderView, row: UnderstoodRow, folder: Path, now: ReadingNow) -> Path | None:
    name = row.values.get("voi")
    if name is None:
        return None
    file = folder / str(name).strip()
    return file if is_new_voi(view, row.case_id, file, now) else None


def _check_can_be_signed(form: Form, answers: Mapping[str, Answer], has_voi: bool) -> None:
    own = {name: value for name, value in answers.items() if answered(value) is not None}
    missing = [*([] if has_voi else ["VOI"]), *(item.label for item in form.missing(own))]
    if missing:
        raise StudyError("the case cannot be signed off", needed=", ".join(missing))


def _check_was_looked_at(now: ReadingNow, other_voi: bool) -> None:
    """Refuse to sign what only a person in front of the images can finish."""
    if not now.is_last_stage:
        raise StudyError(
            "the case cannot be signed off",
            needed="the other images seen: this study shows them when the outline is finished",
            todo="Enter the table without signing off, and finish the case in the panel",
        )
    if now.unconfirmed_slices and not other_voi:
        raise StudyError(
            "the case cannot be signed off",
            needed="a look at every interpolated slice",
            found=f"{len(now.unconfirmed_slices)} not looked at",
            todo="Confirm them in the panel",
        )


def record_readings(
    view: ReaderView,
    plan: ReadingsPlan,
    *,
    reason: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> int:
    """Enter what `plan_readings` found.

    Parameters
    ----------
    view : ReaderView
        The same reader's session.
    plan : ReadingsPlan
    reason : str, optional
        Why signed readings are amended.
    progress : callable, optional
        Called with the fraction done.

    Returns
    -------
    int
        Readings entered; those that are as in the table already are left as they are.

    Raises
    ------
    StudyError
        If the table leaves something open. Nothing is entered then.
    """
    plan.check()
    readings = plan.changed
    for done, reading in enumerate(readings, start=1):
        case = view.open_case(reading.row.case_id)
        if reading.amends:
            case.amend(reason or "")
        for change in reading.changes:
            if change.field == "comment":
                case.set_comment(str(change.new))
            elif change.field == "exclusion_reason":
                case.propose_exclusion(str(change.new))
            else:
                case.set_answer(change.field, change.new)
        if reading.voi is not None:
            save_offered_voi(view, case, reading.voi)
        if reading.signs:
            case.sign_off()
        if progress is not None:
            progress(done / len(readings))
    return len(readings)


def change_lines(changes: Sequence[object], limit: int = 40) -> list[str]:
    """Changes as field, old, new; of many, the first."""
    more = [f"and {counted(len(changes) - limit, 'more change')}"] if changes[limit:] else []
    return [*map(str, changes[:limit]), *more]
