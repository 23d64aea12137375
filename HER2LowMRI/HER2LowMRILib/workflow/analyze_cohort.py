"""From features.csv and readings.csv to tables, results.json and the report."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from HER2LowMRILib.cohort.analysed_rows import analysed_readings, analysed_rows, variables_table
from HER2LowMRILib.cohort.analysis import Analysis, analyze
from HER2LowMRILib.cohort.report.page import report_html
from HER2LowMRILib.cohort.report.translated import LANGUAGES, translated
from HER2LowMRILib.cohort.reporting_checklists import checklists
from HER2LowMRILib.cohort.settings import Settings
from HER2LowMRILib.cohort.side_by_side import SideBySide
from HER2LowMRILib.cohort.spss_script import spss_script
from HER2LowMRILib.cohort.strata import GROUP_LABELS, GROUPS
from HER2LowMRILib.cohort.table import CohortTable, read_features, read_overlaps, read_readings
from HER2LowMRILib.core.errors import AnalysisError, StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.row_csv import read_rows, write_rows
from HER2LowMRILib.files.table_questions import ANSWERS_FILE, Answers, Question, questions_to_bytes
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.study.outside import refuse_inside_a_study
from HER2LowMRILib.workflow.cohort_rows import STAGES
from HER2LowMRILib.workflow.export_cohort import OVERLAP_FILE
from HER2LowMRILib.workflow.table_request import TableRequest

if TYPE_CHECKING:
    import pandas as pd

REPORT_FILE, RESULTS_FILE = "report.html", "results.json"
CHECK_FILE, SPSS_FILE, CHECKLISTS_FILE = "check.R", "check.sps", "checklists.csv"
READINGS_ANALYSED = "analysed_readings.csv"
FILES = {
    "univariate": "univariate.csv",
    "models": "models.csv",
    "roc": "roc.csv",
    "delong": "delong.csv",
    "sensitivity": "sensitivity.csv",
    "agreement": "agreement.csv",
    "agreement_cases": "agreement_cases.csv",
    "univariate_by_site": "univariate_by_site.csv",
    "roc_by_site": "roc_by_site.csv",
    "agreement_by_site": "agreement_by_site.csv",
    "multireader": "multireader.csv",
    "mixed": "mixed.csv",
    "repeatability": "repeatability.csv",
    "agreement_by_outline": "agreement_by_outline.csv",
}


@dataclass(frozen=True)
class TablesRead:
    """The tables of an analysis as they were read; nothing is computed or written yet.

    Attributes
    ----------
    cohort, readings : CohortTable
        Readings may be None.
    flow : tuple of (text, count) or None
    overlaps : DataFrame or None
    answers : Answers
        To questions asked before.
    retest : CohortTable or None
        Features of some of the cases from a second scan.
    bins : tuple of CohortTable
        The same features with other bins of the entropy.
    """

    cohort: CohortTable
    readings: CohortTable | None
    flow: tuple[tuple[str, int], ...] | None
    overlaps: "pd.DataFrame | None"
    answers: Answers
    retest: CohortTable | None = None
    bins: tuple[CohortTable, ...] = ()

    @property
    def asked(self) -> list[Question]:
        """What was asked about words and columns, answered or not."""
        return [question for table in self._tables for question in table.asked]

    @property
    def questions(self) -> tuple[str, ...]:
        """What is open, each once."""
        return tuple(dict.fromkeys(question for table in self._tables for question in table.questions))

    @property
    def _tables(self) -> list[CohortTable]:
        return [table for table in (self.cohort, self.readings, self.retest, *self.bins) if table is not None]


def read_tables(
    features: Path,
    out: Path,
    readings: Path | None = None,
    flow: Path | None = None,
    lexicon: Path | None = None,
    units: Mapping[str, str] | None = None,
    request: TableRequest | None = None,
    clinic: Sequence[str] = (),
    retest: Path | None = None,
    bins: Sequence[Path] = (),
) -> TablesRead:
    """Read the tables of an analysis; arguments as for `analyze_cohort`. Nothing is written.

    Raises
    ------
    AnalysisError
        When one of them is not such a table.
    """
    beside = Path(features).parent / "flow.csv"
    if flow is None and beside.is_file():
        flow = beside
    overlaps = Path(readings).parent / OVERLAP_FILE if readings is not None else None
    wishes = (request or TableRequest(features)).wishes(Path(out) / ANSWERS_FILE)
    return TablesRead(
        read_features(features, lexicon, units, wishes, clinic),
        read_readings(readings, lexicon, units, wishes) if readings is not None else None,
        read_flow(flow) if flow is not None else None,
        read_overlaps(overlaps) if overlaps is not None and overlaps.is_file() else None,
        wishes.answers,
        read_features(retest, lexicon, units, wishes) if retest is not None else None,
        tuple(read_features(table, lexicon, units, wishes) for table in bins),
    )


def keep_questions(tables: TablesRead, out: Path) -> None:
    """Write what was asked with the answers so far into the folder of the results, beside earlier ones."""
    if tables.asked:
        make_folder(out, "the folder of the results")
        old = out / ANSWERS_FILE
        write_verified(old, questions_to_bytes(tables.asked, tables.answers, old))


def look_lines(tables: TablesRead) -> list[str]:
    """What an analysis of these tables would take, leave out and ask, in words."""
    groups = tables.cohort.rows["her2_group"]
    sizes = ", ".join(f"{GROUP_LABELS[group]} {int((groups == group).sum())}" for group in GROUPS)
    other = len(groups) - int(groups.isin(GROUPS).sum())
    lines = [f"{counted(len(groups), 'case')}: {sizes}" + (f", {other} in no group" if other else "")]
    names = ", ".join(tables.cohort.variables)
    lines.append(f"{counted(len(tables.cohort.variables), 'variable')} taken: {names}")
    lines += tables.cohort.warnings
    if tables.readings is not None:
        rows, again = tables.readings.rows, len(tables.readings.repeats)
        readers = ", ".join(sorted(rows["reader"].unique()))
        second = f", {again} second readings" if again else ""
        lines.append(f"{counted(len(rows), 'reading')} of {readers}{second}")
        lines += tables.readings.warnings
    return [*lines, *(f"? {question}" for question in tables.questions)]


def analyze_cohort(
    features: Path,
    out: Path,
    *,
    readings: Path | None = None,
    flow: Path | None = None,
    retest: Path | None = None,
    bins: Sequence[Path] = (),
    lexicon: Path | None = None,
    settings: Settings | None = None,
    units: Mapping[str, str] | None = None,
    request: TableRequest | None = None,
    clinic: Sequence[str] = (),
    language: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> Analysis:
    """Analyse a cohort and write everything into one folder.

    Parameters
    ----------
    features : Path
        One row per patient.
    out : Path
        Made if it is not there; receives the tables of `FILES`, results.json and report.html. Tables of an earlier
        analysis there are replaced, or deleted where this one does not have them.
    readings : Path, optional
        One row per case and reader; the agreement of the VOIs is taken from voi_agreement.csv beside it.
    flow : Path, optional
        The study's flow.csv; one that lies beside ``features`` is taken by itself.
    retest : Path, optional
        Features of some of the cases from a second scan, one row per case: for the repeatability.
    bins : sequence of Path
        The features of the same study with other bins of the entropy, as an export with ``bin_factor`` writes them.
    lexicon : Path, optional
        Lexicon or study folder whose descriptors the tables have; found by itself where it can be, see
        `cohort.lexicon_lookup.lexicon_of_table`.
    settings : Settings, optional
    units : mapping, optional
        Quantity -> unit of the tables, from `cohort.units.parse_units`; the units of the data dictionary otherwise.
    request : TableRequest, optional
        What the person says of columns and words of the tables. Open questions are written into ``out`` as a file of
        answers to be filled in.
    clinic : sequence of str
        Columns of the table's own to take as clinic variables.
    language : str, optional
        Of `cohort.report.translated.LANGUAGES`: write the report in it as well, see `report_file`.
    progress, cancelled : callable, optional
    executor : Executor, optional
        Processes that help; the results do not depend on them.

    Returns
    -------
    Analysis

    Raises
    ------
    AnalysisError
        When the tables cannot be analysed or the folder cannot be written.
    Cancelled
        Nothing is written then.
    """
    out = Path(out)
    refuse_inside_a_study(out, "the results")
    tables = read_tables(features, out, readings, flow, lexicon, units, request, clinic, retest, bins)
    cohort, read = tables.cohort, tables.readings
    keep_questions(tables, out)
    analysis = analyze(
        cohort,
        read,
        tables.flow,
        settings,
        overlaps=tables.overlaps,
        retest=tables.retest,
        bins=tables.bins,
        progress=progress,
        cancelled=cancelled,
        side_by_side=SideBySide(executor),
    )
    page = report_html(analysis, SideBySide(executor))
    make_folder(out, "the folder of the results")
    try:
        for name, file in FILES.items():
            if name in analysis.tables:
                table = analysis.tables[name]
                write_rows(out / file, _finite(table.to_dict("records")), list(table.columns))
        for file, table in _inputs_of_others(analysis).items():
            write_rows(out / file, _finite(table.to_dict("records")), list(table.columns))
        items = checklists(analysis)
        write_rows(out / CHECKLISTS_FILE, items.to_dict("records"), list(items.columns))
        write_verified(
            out / CHECK_FILE, (resources.files("HER2LowMRILib") / "data" / CHECK_FILE).read_bytes()
        )
        write_verified(out / SPSS_FILE, spss_script(analysis).encode("utf-8-sig"))
        earlier = (out / RESULTS_FILE).exists()
        write_verified(out / RESULTS_FILE, results_json(analysis).encode())
        write_verified(out / REPORT_FILE, page.encode())
        if earlier:
            _drop_tables_of_before(out, analysis)
        if language is not None:
            write_verified(out / report_file(language), translated(page, language).encode())
    except (OSError, StudyError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise AnalysisError(
            "The results cannot be written", needed="a folder that can be written", found=reason
        ) from error
    return analysis


def _drop_tables_of_before(out: Path, analysis: Analysis) -> None:
    """Delete tables that an earlier analysis left here and this one does not have: nobody takes them for of one."""
    made = {file for name, file in FILES.items() if name in analysis.tables} | set(
        _inputs_of_others(analysis)
    )
    for file in (*FILES.values(), READINGS_ANALYSED, *map(report_file, LANGUAGES)):
        if file not in made:
            (out / file).unlink(missing_ok=True)


def report_file(language: str | None) -> str:
    """Name of the report in a language; the English one without."""
    return REPORT_FILE if language is None else f"report_{language}.html"


def _inputs_of_others(analysis: Analysis) -> "dict[str, pd.DataFrame]":
    """What another program needs to compute the tables again."""
    tables = {
        "analysed.csv": analysed_rows(analysis.cohort),
        "variables.csv": variables_table(analysis),
    }
    if analysis.readings is not None:
        tables[READINGS_ANALYSED] = analysed_readings(analysis.readings)
    return tables


def read_flow(path: Path) -> tuple[tuple[str, int], ...]:
    """Count the study's flow.csv (one row per case): the start, then who left on the way, by reason.

    Raises
    ------
    AnalysisError
        When the table has no column ``stage``.
    """
    try:
        rows = read_rows(Path(path))
    except StudyError as error:
        raise AnalysisError(error.what, needed=error.needed, found=error.found, todo=error.todo) from error
    if rows and "stage" not in rows[0]:
        raise AnalysisError(
            f"{Path(path).name} is not a flow of patients",
            needed="the column stage",
            found=", ".join(list(rows[0])[:6]),
        )
    stages = Counter(row["stage"] or "stage missing" for row in rows)
    known = [stage for stage in STAGES if stage != "included"]
    left = [
        (_STEPS.get(stage, stage), stages[stage]) for stage in (*known, *sorted(set(stages) - set(STAGES)))
    ]
    return (("Cases in the study", len(rows)), *((text, count) for text, count in left if count))


_STEPS = {
    "excluded": "Excluded by the coordinator",
    "damaged": "A file cannot be read",
    "not_read": "Not signed off by all readers",
    "proposed_exclusion": "Found unreadable, not yet decided",
    "not_adjudicated": "Not yet adjudicated",
    "not_measured": "Images or VOI not measurable",
    "indeterminate": "HER2 group indeterminate",
}


def results_json(analysis: Analysis) -> str:
    """All numbers of an analysis as JSON; a number that could not be had is null."""
    content = {
        "schema": "her2lowmri-results-1",
        "notice": "Research software, no medical device. Research grouping, not a pathology report.",
        "synthetic": analysis.synthetic,
        "inputs_sha256": analysis.inputs,
        "versions": analysis.versions,
        "settings": vars(analysis.settings),
        "group_sizes": analysis.group_sizes,
        "flow": [{"step": step, "cases": count} for step, count in analysis.flow],
        "warnings": list(analysis.warnings),
        "left_out": [{"what": entry.subject, "why": entry.reason} for entry in analysis.left_out],
        "tables": {name: table.to_dict("records") for name, table in analysis.tables.items()},
    }
    return json.dumps(_finite(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return None if math.isnan(value) else value
    return value
