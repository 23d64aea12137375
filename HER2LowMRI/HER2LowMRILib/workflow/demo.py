"""The demonstration: a made-up reader study on real files, from DICOM to features.csv, and how close it came.

Beside it a made-up cohort of the paper's size, as rows only, with its report: 12 patients are too few for statistics.

Everything but the people is real: DICOM series are written and read, the readers, the adjudicator and the coordinator
work through the views of their roles, and the tables are those of an export.
"""

import concurrent.futures
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.errors import HER2LowMRIError
from HER2LowMRILib.core.lexicon import Answer
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.files.verified_write import make_folder
from HER2LowMRILib.images.examination import Examination
from HER2LowMRILib.study.case_list import Case, CaseImages
from HER2LowMRILib.study.data_dictionary import DICTIONARY_COLUMNS, dictionary_rows
from HER2LowMRILib.study.examinations import listed_images, read_examination
from HER2LowMRILib.study.study_folder import Study, create_study, open_study
from HER2LowMRILib.synthetic import anatomy, dwi_series, pathology, readers
from HER2LowMRILib.synthetic.cases import SyntheticCase, draw_case
from HER2LowMRILib.synthetic.cohort import make_cohort
from HER2LowMRILib.synthetic.contrast_series import write_contrast_series
from HER2LowMRILib.workflow.check_study import check_study
from HER2LowMRILib.workflow.export_cohort import (
    FEATURES_FILE,
    READINGS_FILE,
    Export,
    export_cohort,
)
from HER2LowMRILib.workflow.sort_cases import sort_case, with_hashes
from HER2LowMRILib.workflow.truth_comparison import COMPARISON_COLUMNS, compare_with_truth
from HER2LowMRILib.workflow.worker_pool import worker_pool

READERS = ("r1", "r2")
MARK_FILE = "SYNTHETIC.txt"
COMPARISON_FILE = "truth_comparison.csv"
# Of the entropy's bins, for the sensitivity of the cohort's report.
BIN_FACTORS = (0.5, 2.0)
COMPARISON_DICTIONARY_FILE = "truth_comparison_dictionary.csv"
STUDY_FOLDER, IMAGES_FOLDER, PICTURES_FOLDER, COHORT_FOLDER = "study", "images", "pictures", "cohort"
_MARK_TEXT = """Everything in this folder is synthetic: made by `her2lowmri demo`, not from any person.
HER2LowMRI is research software, no medical device.
`her2lowmri demo` replaces this folder's content when it runs again with the same --out.
"""
_AMENDED = "size had been measured on another slice"

Masks = dict[str, np.ndarray]
OnStep = Callable[[str, float], None]
Made = TypeVar("Made")


@dataclass(frozen=True)
class MadeCase:
    """A synthetic patient whose images are on the disk.

    Attributes
    ----------
    case : SyntheticCase
        The truth.
    images : CaseImages
        The DICOM files.
    examination : Examination
        Which of them are the T1, T2, phases of the dynamic series.
    vois : mapping
        Reader -> segment name -> mask.
    answers : mapping
        Reader -> item id -> answer.
    perfect, within : mapping
        True median of "ADC", "D" and "K" inside a perfect VOI, and inside the readers' VOIs (mean of the readers).
    """

    case: SyntheticCase
    images: CaseImages
    examination: Examination
    vois: Mapping[str, Masks]
    answers: Mapping[str, Mapping[str, Answer]]
    perfect: Mapping[str, float]
    within: Mapping[str, float]


@dataclass(frozen=True)
class Demo:
    """What the demonstration made.

    Attributes
    ----------
    export : Export
        What went into the tables and what did not.
    adjudicated : int
        Questions that the adjudicator decided.
    findings : tuple of str
        What the check of the study folder found wrong.
    comparison : tuple of dict
        Rows of `truth_comparison.csv`.
    """

    export: Export
    adjudicated: int
    findings: tuple[str, ...]
    comparison: tuple[dict[str, str | int | float | None], ...]


def run_demo(
    out: Path,
    cases: int = 12,
    seed: int = 2025,
    *,
    cohort: bool = True,
    workers: int | None = None,
    progress: OnStep | None = None,
) -> Demo:
    """Make a synthetic study, read, adjudicate, export and picture it.

    Parameters
    ----------
    out : Path
        New or empty folder, or one of an earlier demonstration, which is replaced.
    cases : int
        How many patients. From 3 on, the last moved and is left out, the last but one has an open HER2 result.
    seed : int
        Same seed, same images, answers and tables.
    cohort : bool
        Also make and analyse the cohort of 232 patients, which takes as long as everything else.
    workers : int, optional
        Processes; the tables do not depend on it.
    progress : callable, optional
        Called with what is being done and the fraction done.

    Raises
    ------
    HER2LowMRIError
        If the folder holds other things, or cannot be written.
    """
    if cases < 1:
        raise HER2LowMRIError("the demonstration has no patients", needed="at least 1 case", found=str(cases))
    progress = progress or (lambda what, fraction: None)
    out = Path(out).absolute()
    _prepare(out)
    workers = workers or min(os.cpu_count() or 1, 4)
    with worker_pool(workers) as executor:
        # First, because it is the longest single piece of work.
        report = executor.submit(analyze_synthetic_cohort, out / COHORT_FOLDER) if cohort else None
        study = create_study(
            out / STUDY_FOLDER, "SYNTHETIC demonstration study", READERS, seed=seed, synthetic=True
        )
        # The images lie inside the study folder, so that it can be moved as a whole.
        made = list(
            _each(
                executor,
                make_case,
                [(study.folder / IMAGES_FOLDER, number, seed, cases) for number in range(1, cases + 1)],
                "Making patients",
                progress,
            )
        )
        add_patients(study, made)
        progress("Reading", 0.0)
        for number, reader in enumerate(READERS, start=1):
            read_as(study, reader, made)
            progress("Reading", number / len(READERS))
        with study.coordinator() as coordinator:
            for status in coordinator.status():
                if status.proposed_exclusions:
                    coordinator.exclude(status.case_id, next(iter(status.proposed_exclusions.values())))
        adjudicated = adjudicate(study, made)
        export = export_cohort(
            open_study(study.folder),
            out,
            executor=executor,
            progress=lambda f: progress("Measuring and exporting", f),
        )
        findings = tuple(str(finding) for finding in check_study(open_study(study.folder)).findings)
        comparison = compare_with_truth(
            out / FEATURES_FILE, {case.case.name: (case.perfect, case.within) for case in made}
        )
        write_rows(out / COMPARISON_FILE, comparison, [column.name for column in COMPARISON_COLUMNS])
        explained = dictionary_rows(extra={COMPARISON_FILE: COMPARISON_COLUMNS})
        explained = [row for row in explained if row["file"] == COMPARISON_FILE]
        write_rows(out / COMPARISON_DICTIONARY_FILE, explained, DICTIONARY_COLUMNS)
        pictures = [
            (study.folder, case.case.name, out / PICTURES_FOLDER) for case in made if not case.case.motion
        ]
        for _ in _each(executor, draw_picture, pictures, "Drawing pictures", progress):
            pass
        if report is not None:
            progress("Analysing 232 synthetic patients", 0.0)
            report.result()
    return Demo(export, adjudicated, findings, tuple(comparison))


def analyze_synthetic_cohort(folder: Path) -> None:
    """Write features.csv, readings.csv, the tables and the report of a made-up cohort; runs in its own process."""
    from HER2LowMRILib.workflow.analyze_cohort import analyze_cohort

    cohort = make_cohort()
    folder.mkdir(parents=True, exist_ok=True)
    features, readings = folder / FEATURES_FILE, folder / READINGS_FILE
    write_rows(features, cohort.features, column_names("features"))
    write_rows(readings, cohort.readings, column_names("readings"))
    bins = []
    for factor in BIN_FACTORS:
        bins.append(folder / f"features_bins_x{factor:g}.csv")
        write_rows(bins[-1], make_cohort(bin_factor=factor).features, column_names("features"))
    analyze_cohort(features, folder, readings=readings, bins=bins)


def make_case(images_folder: Path, number: int, seed: int, of: int) -> MadeCase:
    """Build one patient, write the DICOM series, sort them, and let both readers look; runs in a process of its own."""
    case = draw_case(number, seed, of)
    phantom = anatomy.build(case, contrasts=True)
    folder = images_folder / case.name
    # Every third series has its b-values where Siemens put them before there was a public tag.
    tag = dwi_series.SIEMENS_TAG if number % 3 == 2 else dwi_series.PUBLIC_TAG
    dwi_series.write_series(case, phantom, folder, b_tag=tag)
    write_contrast_series(case, phantom, folder)
    images = CaseImages(dwi=(folder,))
    examination = with_hashes(images, sort_case(Case(case.name, images)))
    vois = {reader: readers.draw_voi(case, phantom, reader) for reader in READERS}
    answers = {reader: readers.answer(case, reader, vois[reader], phantom) for reader in READERS}
    true = {"ADC": dwi_series.true_adc(phantom), "D": phantom.d, "K": phantom.k}
    perfect = {name: float(np.median(values[phantom.voi])) for name, values in true.items()}
    within = {
        name: float(np.mean([np.median(values[measured_part(masks)]) for masks in vois.values()]))
        for name, values in true.items()
    }
    return MadeCase(case, images, examination, vois, answers, perfect, within)


def measured_part(masks: Masks) -> np.ndarray:
    """The lesion without what the reader left out."""
    lesion = masks["lesion"].copy()
    for name, mask in masks.items():
        if name != "lesion":
            lesion &= ~mask
    return lesion


def add_patients(study: Study, made: Iterable[MadeCase]) -> None:
    """Add cases and pathology as a coordinator does."""
    made = list(made)
    with study.coordinator() as coordinator:
        coordinator.add_cases(
            [Case(case.case.name, case.images) for case in made],
            {case.case.name: case.examination for case in made},
        )
        for case in made:
            coordinator.set_pathology(case.case.name, **pathology.report(case.case))


def read_as(study: Study, reader: str, made: Iterable[MadeCase]) -> None:
    """Work through a reader's list, in that reader's order: outline, form, time, sign-off."""
    by_id = {case.case.name: case for case in made}
    grid = anatomy.grid()
    with study.reader(reader) as view:
        while (case_id := view.next_case_id()) is not None:
            case = by_id[case_id]
            reading = view.open_case(case_id)
            if case.case.motion:
                reading.propose_exclusion(readers.MOTION_REASON)
                reading.sign_off()
                continue
            reading.save_voi(case.vois[reader], grid)
            for item, value in case.answers[reader].items():
                reading.set_answer(item, value)
            for step, seconds in readers.reading_seconds(case.case, reader).items():
                reading.step_time(step, seconds)
            reading.sign_off()
        if reader == READERS[-1]:
            # A reader may change her mind, with a reason: the signed version stays beside the new one.
            first = view.open_case(view.work_list[0].case_id)
            if not by_id[first.case_id].case.motion:
                first.amend(_AMENDED)
                size = float(str(by_id[first.case_id].answers[reader]["lesion_size_mm"]))
                first.set_answer("lesion_size_mm", size + 2)
                first.sign_off()


def adjudicate(study: Study, made: Iterable[MadeCase]) -> int:
    """Decide what the readers differ on; returns how many questions that were."""
    by_id = {case.case.name: case.case for case in made}
    decided = 0
    with study.adjudicator() as desk:
        while (case_id := desk.next_case_id()) is not None:
            case = desk.open_case(case_id)
            while case.open:
                question = case.open[0]
                truth = getattr(by_id[case_id], question.item.id, None)
                sides = [value for value in question.answers.values() if value is not None]
                truth = int(truth) if isinstance(truth, bool) else truth
                case.decide(
                    question.item.id,
                    truth if truth in sides else sides[0],
                    "looked at again with both outlines",
                )
                decided += 1
    return decided


def draw_picture(study_folder: Path, case_id: str, folder: Path) -> Path:
    """Draw the page of one case from the files of the study; runs in a process of its own."""
    from HER2LowMRILib.images.intake.read_dwi import read_dwi
    from HER2LowMRILib.images.voi_files import read_voi
    from HER2LowMRILib.workflow.case_picture import draw_case_picture
    from HER2LowMRILib.workflow.compute_maps import compute_maps

    study = open_study(study_folder)
    cohort = study.cohort()
    case = next(case for case in cohort.cases if case.case_id == case_id)
    series = read_dwi(listed_images(case.images, read_examination(study_folder, case)).dwi)
    maps = compute_maps(series, study.protocol.fit).maps
    vois = {
        reader: read_voi(cohort.reading_folder(reader, case_id) / version.voi_file, series.grid).mask
        for reader, version in cohort.signed(case_id).items()
        if version.voi_file is not None
    }
    consensus = cohort.consensus(case_id)
    answers = {} if consensus is None else consensus.answers
    title = f"SYNTHETIC data, no person  ·  {case_id}  ·  {_in_words(answers)}"
    file = folder / f"{case_id}.png"
    draw_case_picture(file, title, series, maps, vois, study.protocol.features)
    return file


def _in_words(answers: Mapping[str, Answer]) -> str:
    """The lesion as the readers agreed on it; each word beside the kind of lesion that it is of."""

    def words(**items: str) -> str:
        said = {item: answers.get(item) for item in items}
        return ", ".join(
            f"{said[item]} {name}".replace("_", " ")
            for item, name in items.items()
            if said[item] not in (None, "not_applicable")
        )

    mass = f"mass: {words(mass_shape='shape', mass_margin='margin')}"
    nme = f"non-mass enhancement: {words(nme_distribution='distribution', nme_enhancement='enhancement')}"
    return {"mass": mass, "nme": nme}.get(str(answers["lesion_type"]), f"{mass}; {nme}")


def _prepare(out: Path) -> None:
    """Make the folder, or clear what an earlier demonstration left in it."""
    make_folder(out, "the folder of the demonstration")
    try:
        if any(out.iterdir()) and not (out / MARK_FILE).is_file():
            raise HER2LowMRIError(
                f"the demonstration cannot be written to {out.name}",
                needed="a new or empty folder, or that of an earlier demonstration",
                found="a folder with other files in it",
                todo="Choose another with --out",
            )
        for name in (STUDY_FOLDER, PICTURES_FOLDER, COHORT_FOLDER):
            if (out / name).is_dir():
                shutil.rmtree(out / name)
        (out / MARK_FILE).write_text(_MARK_TEXT, encoding="utf-8")
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> HER2LowMRIError:
    return HER2LowMRIError(
        "the demonstration cannot be written",
        needed="a folder that can be written, with 500 MB to spare",
        found=error.strerror or type(error).__name__,
        todo="Choose another with --out",
    )


def _each(
    executor: Executor, act: Callable[..., Made], jobs: list[tuple], what: str, progress: OnStep
) -> Iterator[Made]:
    """Run an act for every job on the executor; results in the order of the jobs."""
    progress(what, 0.0)
    futures = [executor.submit(act, *job) for job in jobs]
    for done, _ in enumerate(concurrent.futures.as_completed(futures), start=1):
        progress(what, done / len(futures))
    for future in futures:
        try:
            yield future.result()
        except OSError as error:
            executor.shutdown(wait=False, cancel_futures=True)
            raise _not_written(error) from error
