"""Export a study: everything is measured again from the images and the signed VOIs, then the tables are written.

The cases are measured by any executor of the kind of `concurrent.futures`: none (one after the other), processes, or
a cluster's. The tables do not depend on which. What was measured is kept in `derived/`, so that an export that was
stopped goes on where it was.
"""

import concurrent.futures
import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

from HER2LowMRILib.core.columns import Column, File, column_names, columns
from HER2LowMRILib.core.errors import Cancelled, HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import edition_text, parse_lexicon
from HER2LowMRILib.core.measured_beside import SMALL_REGION
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.disk_errors import tells_disk_errors
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.files.verified_write import make_folder, refuse_file_in_place, write_verified
from HER2LowMRILib.study.case_list import Case
from HER2LowMRILib.study.cohort_view import CohortView
from HER2LowMRILib.study.coordinator_record import CoordinatorRecord
from HER2LowMRILib.study.data_dictionary import (
    DICTIONARY_COLUMNS,
    REDCAP_COLUMNS,
    dictionary_rows,
    redcap_data_rows,
    redcap_rows,
)
from HER2LowMRILib.study.examinations import listed_images, read_examination
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.study.own_files import inside, read_own, sweep
from HER2LowMRILib.study.pseudonyms import seal_of
from HER2LowMRILib.study.readings import SignedVersion, signed_voi_file
from HER2LowMRILib.study.session_lock import SessionLock
from HER2LowMRILib.study.still_there import make_own_folder, require_there
from HER2LowMRILib.study.study_folder import DERIVED_FOLDER, LEXICON_FILE, Study, require_lexicon
from HER2LowMRILib.workflow.cohort_rows import (
    AGAIN,
    FLOW_COLUMNS,
    IN_FEATURES,
    OVERLAP_COLUMNS,
    CaseRows,
    Measured,
    rows_of_case,
)
from HER2LowMRILib.workflow.examination_images import examination_of
from HER2LowMRILib.workflow.free_text import FreeText, free_text
from HER2LowMRILib.workflow.measure_beside import facts_beside
from HER2LowMRILib.workflow.measure_case import CaseJob, measure_case
from HER2LowMRILib.workflow.reading_row import Row
from HER2LowMRILib.workflow.voi_slices import SLICE_COLUMNS, SLICES_FILE, slice_rows

FEATURES_FILE, READINGS_FILE, FLOW_FILE = "features.csv", "readings.csv", "flow.csv"
DICTIONARY_FILE, REDCAP_FILE = "data_dictionary.csv", "redcap_data_dictionary.csv"
REDCAP_IMPORT_FILE = "redcap_import.csv"
OVERLAP_FILE = "voi_agreement.csv"
KEPT_FOLDER = (DERIVED_FOLDER, "measurements")
_LOOK_EVERY_S = 0.2
_ABANDONED_S = 3600.0
CHANGED_COLUMN = Column(
    "changed_files",
    "Changed outside the program",
    "provenance",
    "text",
    "no unit",
    "Tables of the coordinator and images that are not as the program recorded them and were used all the same; only "
    "in an export with --allow-changed.",
    "HER2LowMRI",
)


@dataclass(frozen=True)
class Export:
    """What an export did.

    Attributes
    ----------
    features, readings : int
        Rows of the two tables.
    left_out : mapping
        Case -> stage and reason, for cases without a row in features.csv.
    indeterminate : tuple of str
        Cases with a row whose HER2 group is not settled.
    remarks, reasons : int
        Remarks of readers (in the tables only when asked for), and reasons for leaving cases out, in them as typed.
    withheld : tuple of str
        Texts that are not in the tables because they name the patient: whose they are.
    unchecked : tuple of str
        Texts in the tables that could not be compared with the patient's name, because the images are not where they
        were: whose they are.
    with_remarks : bool
        Whether remarks were asked for.
    changed : tuple of str
        Cases with what of them was changed outside the program and used all the same.
    patients : int
        Patients behind the rows of features.csv; fewer than rows where lesions share one.
    repeats : int
        Second readings among the rows of readings.csv.
    training : int
        Cases to train on; they are in no table.
    damaged_repeats : tuple of str
        Cases whose second readings are damaged and not in the tables.
    """

    features: int
    readings: int
    left_out: Mapping[str, str]
    indeterminate: tuple[str, ...]
    remarks: int = 0
    reasons: int = 0
    withheld: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    with_remarks: bool = False
    changed: tuple[str, ...] = ()
    patients: int = 0
    repeats: int = 0
    training: int = 0
    damaged_repeats: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell of the free text in the tables, for whoever passes them on."""
        notes = []
        if self.patients < self.features:
            patients = counted(self.patients, "patient")
            notes.append(
                f"{counted(self.features, 'lesion')} of {patients} in features.csv: lesions of one patient are not "
                "independent"
            )
        if self.repeats:
            notes.append(f"{counted(self.repeats, 'second reading')} in readings.csv (repeat 1)")
        if self.damaged_repeats:
            notes.append(f"second readings damaged, left out: {', '.join(self.damaged_repeats)}")
        if self.training:
            notes.append(f"{counted(self.training, 'training case')} in no table")
        if self.remarks and not self.with_remarks:
            notes.append(f"{counted(self.remarks, 'remark')} of readers left out of readings.csv")
        typed = [counted(self.remarks, "remark")] if self.remarks and self.with_remarks else []
        typed += [counted(self.reasons, "reason")] if self.reasons else []
        if typed:
            notes.append(f"{' and '.join(typed)} in the tables as typed: read them before you pass them on")
        notes += [f"changed outside the program, and used as allowed: {what}" for what in self.changed]
        notes += [f"withheld, because it names the patient: {what}" for what in self.withheld]
        notes += [
            f"not compared with the patient's name, because the images are not where they were: {what}"
            for what in self.unchecked
        ]
        return tuple(notes)


@tells_disk_errors
def export_cohort(
    study: Study,
    out: Path,
    *,
    with_remarks: bool = False,
    allow_changed: bool = False,
    intervals: bool = False,
    bin_factor: float = 1.0,
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Export:
    """Write features.csv, readings.csv, flow.csv, voi_agreement.csv, voi_slices.csv and their dictionary.

    The same goes out for REDCap. The study's lexicon goes with them: the tables can be analysed without the study.

    Parameters
    ----------
    study : Study
        The study; it can be read and adjudicated meanwhile.
    out : Path
        Folder for the tables, made if absent; tables of an earlier export there are replaced.
    with_remarks : bool
        Put what the readers remarked into readings.csv, as typed; otherwise the column is empty, because a remark may
        name a person. Texts that name the patient of the images are withheld either way.
    allow_changed : bool
        Also use tables and images that were changed outside the program. Each is named in a column of its own and in
        the coordinator's log, which nobody may have open meanwhile.
    intervals : bool
        Give every feature an interval, also where the study did not ask for them.
    bin_factor : float
        Make the bins of the entropy wider by it, for `analyze_cohort` to show what the bins do; the tables are then
        those of another definition.
    executor : Executor, optional
        Measures the cases; None: this process does, one after the other.
    progress : callable, optional
        Called with the fraction done.
    cancelled : callable, optional
        Asked a few times a second; when it returns True the export stops, without tables.

    Returns
    -------
    Export

    Raises
    ------
    StudyError
        If the study is damaged, a table of the coordinator was changed outside the program, or a table cannot be
        written. A case that cannot be measured is not an error: it is
        listed in flow.csv with its reason.
    Cancelled
        When ``cancelled`` said so.
    """
    refuse_inside_a_study(Path(out), "the tables")
    # Before the cases are measured, which may take an hour.
    refuse_file_in_place(Path(out), "the folder of the export")
    if intervals:
        study = study.with_intervals()
    if bin_factor != 1.0:
        study = study.with_bins_of(bin_factor)
    cohort = study.cohort()
    if not allow_changed:
        _refuse_changed(cohort)
    require_lexicon(study.form, study.protocol)
    cases = sorted(cohort.study_cases, key=lambda case: case.case_id)
    damaged: dict[str, str] = {}
    signed = {case.case_id: _signed(cohort, case, damaged) for case in cases}
    lost: dict[str, str] = {}
    again = {case.case_id: _signed(cohort, case, lost, again=True) for case in cases}
    of_others = _of_others(cohort, cases, signed)
    to_measure = {case_id: of_case for case_id, of_case in signed.items() if case_id not in of_others}
    jobs = _jobs(study, cohort, to_measure, again, allow_changed)
    measured: dict[str, Measured] = {}
    for case_id, result in _measure(jobs, executor, cancelled or (lambda: False)):
        measured[case_id] = result
        if progress is not None:
            progress(len(measured) / len(jobs))
    measured |= of_others
    texts = [
        _texts_of(cohort, case, (signed[case.case_id], again[case.case_id]), measured, damaged, with_remarks)
        for case in cases
    ]
    rows = [text.rows for text in texts]
    overlaps = _overlaps(cases, measured)
    changed = _changed_files(cohort, measured) if allow_changed else None
    if changed is not None:
        _log_changed(study, changed)
        rows = [_with_changed(row, changed) for row in rows]
    require_there(study.folder)
    slices = [row for case in cases for row in slice_rows(case.case_id, signed[case.case_id])]
    _write_tables(Path(out), study, rows, overlaps, slices, () if changed is None else (CHANGED_COLUMN,))
    training = len(cohort.cases) - len(cases)
    summary = _summary(texts, with_remarks, changed or {})
    return dataclasses.replace(summary, training=training, damaged_repeats=tuple(lost))


def _texts_of(
    cohort: CohortView,
    case: Case,
    versions: tuple[Mapping[str, SignedVersion], Mapping[str, SignedVersion]],
    measured: Mapping[str, Measured],
    damaged: Mapping[str, str],
    with_remarks: bool,
) -> FreeText:
    case_id, (signed, again) = case.case_id, versions
    found = measured.get(case_id, Measured())
    of_case = rows_of_case(cohort, case, signed, found, damaged.get(case_id), again)
    return free_text(case, of_case, with_remarks)


def _overlaps(cases: Sequence[Case], measured: Mapping[str, Measured]) -> list[Row]:
    return [
        {"case_id": case.case_id, **overlap}
        for case in cases
        if case.case_id in measured
        for found in measured[case.case_id].overlaps
        if (overlap := _as_overlap(found)) is not None
    ]


def _as_overlap(found: Row) -> Row | None:
    """The row of a pair of VOIs; None where a second reading meets another reader's: two things differ there."""
    first, second = str(found["reader_1"]), str(found["reader_2"])
    if AGAIN not in first + second:
        return {**found, "repeat": 0}
    # Sorted by name, so that the second reading comes second.
    return {**found, "reader_2": first, "repeat": 1} if second == first + AGAIN else None


def _summary(texts: Sequence[FreeText], with_remarks: bool, changed: Mapping[str, str | None]) -> Export:
    rows = [text.rows for text in texts]
    return Export(
        features=sum(row.features is not None for row in rows),
        readings=sum(len(row.readings) for row in rows),
        repeats=sum(reading["repeat"] == 1 for row in rows for reading in row.readings),
        left_out={
            str(row.flow["case_id"]): f"{str(row.flow['stage']).replace('_', ' ')}: {row.flow['reason']}"
            for row in rows
            if row.flow["stage"] not in IN_FEATURES
        },
        indeterminate=tuple(str(row.flow["case_id"]) for row in rows if row.flow["stage"] == "indeterminate"),
        remarks=sum(text.remarks for text in texts),
        reasons=sum(text.reasons for text in texts),
        withheld=tuple(what for text in texts for what in text.withheld),
        unchecked=tuple(what for text in texts for what in text.unchecked),
        with_remarks=with_remarks,
        patients=len(
            {r.features["patient"] or r.features["case_id"] for r in rows if r.features is not None}
        ),
        changed=_all_changed(changed),
    )


def _refuse_changed(cohort: CohortView) -> None:
    if cohort.changed:
        raise StudyError(
            "; ".join(dict.fromkeys(cohort.changed.values())),
            todo="Restore it from a backup, accept it with `her2lowmri study repair STUDY coordinator`, or export all "
            "the same with --allow-changed, which names it in the tables and in the log",
        )


def _changed_files(cohort: CohortView, measured: Mapping[str, Measured]) -> dict[str, str | None]:
    """Case -> what of it was changed outside the program."""
    of_study = sorted(cohort.changed)
    found = {}
    for case in cohort.cases:
        images = measured[case.case_id].changed if case.case_id in measured else ()
        found[case.case_id] = "; ".join([*of_study, *images]) or None
    return found


def _all_changed(changed: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(f"{case_id}: {what}" for case_id, what in changed.items() if what is not None)


def _log_changed(study: Study, changed: Mapping[str, str | None]) -> None:
    named = {case_id: what for case_id, what in changed.items() if what is not None}
    if named:
        lock = SessionLock(study.folder, "the coordinator's desk")
        try:
            CoordinatorRecord(study.folder, lock).change("export_changed", {}, new=named)
        finally:
            lock.release()


def _with_changed(rows: CaseRows, changed: Mapping[str, str | None]) -> CaseRows:
    column = {CHANGED_COLUMN.name: changed[str(rows.flow["case_id"])]}
    return dataclasses.replace(
        rows,
        readings=tuple({**row, **column} for row in rows.readings),
        features=None if rows.features is None else {**rows.features, **column},
    )


def _of_others(
    cohort: CohortView, cases: Sequence[Case], signed: Mapping[str, Mapping[str, SignedVersion]]
) -> dict[str, Measured]:
    """Cases whose images are of another patient: nothing is measured, the pathology would be another's."""
    owners = {
        case.case_id: cohort.owner(case) for case in cases if case.excluded is None and signed[case.case_id]
    }
    return {
        case_id: Measured(problems=dict.fromkeys(signed[case_id], owner.problem))
        for case_id, owner in owners.items()
        if owner.problem is not None
    }


def _signed(
    cohort: CohortView, case: Case, damaged: dict[str, str], *, again: bool = False
) -> dict[str, SignedVersion]:
    if case.excluded is not None:
        return {}
    try:
        return cohort.signed_again(case.case_id) if again else cohort.signed(case.case_id)
    except StudyError as error:
        damaged[case.case_id] = str(error)
        return {}


def _jobs(
    study: Study,
    cohort: CohortView,
    signed: Mapping[str, Mapping[str, SignedVersion]],
    again: Mapping[str, Mapping[str, SignedVersion]],
    allow_changed: bool,
) -> list[CaseJob]:
    seal = seal_of(study.folder)
    cases = {case.case_id: case for case in cohort.cases}
    with contextlib.suppress(StudyError):
        # Where nothing can be kept, the next export measures again.
        make_own_folder(study.folder, inside(study.folder, *KEPT_FOLDER), "the folder of the measurements")
    return [
        dataclasses.replace(job, seal=seal, allow_changed=allow_changed)
        for case_id, of_case in signed.items()
        if (job := _job(study, cohort, cases[case_id], (of_case, again[case_id]))) is not None
    ]


def _job(
    study: Study,
    cohort: CohortView,
    case: Case,
    versions: tuple[Mapping[str, SignedVersion], Mapping[str, SignedVersion]],
) -> CaseJob | None:
    case_id = case.case_id
    folders = (case_id, ""), (cohort.read_again_as(case_id) or case_id, AGAIN)
    vois = {
        reader + name: (
            signed_voi_file(cohort.reading_folder(reader, folder).absolute(), version),
            version.voi_sha256,
        )
        for signed, (folder, name) in zip(versions, folders, strict=True)
        for reader, version in signed.items()
        if version.voi_file is not None and version.voi_sha256 is not None
    }
    if not vois:
        return None
    examination = read_examination(study.folder, case)
    images = listed_images(case.images, examination)
    kept = inside(study.folder.absolute(), *KEPT_FOLDER, f"{case_id}.json")
    moved = {
        reader + name: version.marks[SMALL_REGION]
        for signed, (_, name) in zip(versions, folders, strict=True)
        for reader, version in signed.items()
        if SMALL_REGION in version.marks
    }
    fit, features = study.protocol.fit, study.protocol.features
    job = CaseJob(case_id, images, vois, fit, features, kept, small_regions=moved)
    if not study.protocol.features.beside:
        return job
    beside = {
        reader + name: facts_beside(version)
        for signed, (_, name) in zip(versions, folders, strict=True)
        for reader, version in signed.items()
        if reader + name in vois
    }
    examination = examination_of(case.images, examination)
    return dataclasses.replace(job, examination=examination, beside=beside)


def _measure(
    jobs: list[CaseJob], executor: Executor | None, cancelled: Callable[[], bool]
) -> Iterator[tuple[str, Measured]]:
    if executor is None:
        for job in jobs:
            if cancelled():
                raise Cancelled
            yield job.case_id, measure_case(job)
        if cancelled():
            raise Cancelled
        return
    waiting: dict[Future, str] = {executor.submit(measure_case, job): job.case_id for job in jobs}
    try:
        while waiting:
            done, _ = concurrent.futures.wait(
                waiting, timeout=_LOOK_EVERY_S, return_when=concurrent.futures.FIRST_COMPLETED
            )
            if cancelled():
                raise Cancelled
            for future in done:
                yield waiting.pop(future), future.result()
    except concurrent.futures.BrokenExecutor as error:
        raise HER2LowMRIError(
            "a worker of the export ended unexpectedly",
            needed="enough memory for every worker",
            todo="Export again with fewer jobs: what was measured is kept",
        ) from error
    finally:
        for future in waiting:
            future.cancel()


def _write_tables(
    out: Path,
    study: Study,
    rows: list[CaseRows],
    overlaps: list[Row],
    slices: list[Row],
    more: Sequence[Column] = (),
) -> None:
    lexicon, measured = study.form.lexicon, study.protocol.features
    make_folder(out, "the folder of the export")
    # Of exports that were killed; a younger file may be of one that is running.
    sweep(out, _ABANDONED_S)
    sweep(study.folder / DERIVED_FOLDER / "measurements", _ABANDONED_S)
    features = [row.features for row in rows if row.features is not None]
    write_rows(out / FEATURES_FILE, features, _names("features", study, more))
    readings = [reading for row in rows for reading in row.readings]
    write_rows(out / READINGS_FILE, readings, _names("readings", study, more))
    write_rows(out / FLOW_FILE, (row.flow for row in rows), [column.name for column in FLOW_COLUMNS])
    write_rows(out / OVERLAP_FILE, overlaps, [column.name for column in OVERLAP_COLUMNS])
    write_rows(out / SLICES_FILE, slices, [column.name for column in SLICE_COLUMNS])
    tables = {name: [*columns(name, lexicon, measured), *more] for name in ("features", "readings")}
    further = {FLOW_FILE: FLOW_COLUMNS, OVERLAP_FILE: OVERLAP_COLUMNS, SLICES_FILE: SLICE_COLUMNS}
    described: dict[str, Sequence[Column]] = {f"{name}.csv": of for name, of in tables.items()}
    dictionary = dictionary_rows(lexicon, measured, described | further)
    write_rows(out / DICTIONARY_FILE, dictionary, DICTIONARY_COLUMNS)
    write_verified(out / LEXICON_FILE, _lexicon_text(study).encode())
    redcap = redcap_rows(lexicon, measured)
    write_rows(out / REDCAP_FILE, redcap, REDCAP_COLUMNS)
    fields = [str(row[REDCAP_COLUMNS[0]]) for row in redcap]
    plain = [{name: cell for name, cell in row.items() if name != CHANGED_COLUMN.name} for row in features]
    write_rows(out / REDCAP_IMPORT_FILE, redcap_data_rows(plain, lexicon, measured), fields)


def _names(file: File, study: Study, more: Sequence[Column]) -> list[str]:
    names = column_names(file, study.form.lexicon, study.protocol.features)
    return [*names, *(column.name for column in more)]


def _lexicon_text(study: Study) -> str:
    """The study's own copy; the software's where that is damaged and the edition comes with the software."""
    lexicon, copy = study.form.lexicon, study.folder / LEXICON_FILE
    with contextlib.suppress(HER2LowMRIError, OSError, UnicodeDecodeError):
        text = read_own(copy).decode()
        if parse_lexicon(text, LEXICON_FILE).digest == lexicon.digest:
            return text
    return edition_text(lexicon.edition)
