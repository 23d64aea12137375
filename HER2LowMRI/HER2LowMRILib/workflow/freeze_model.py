"""A model frozen into a file, and applied to another centre's table."""

from collections.abc import Mapping
from pathlib import Path

from HER2LowMRILib.cohort.analysis import Analysis
from HER2LowMRILib.cohort.external_validation import Validation, validate
from HER2LowMRILib.cohort.frozen_model import FrozenModel, freeze, from_json, to_json
from HER2LowMRILib.cohort.report.validation import validation_html
from HER2LowMRILib.cohort.units import ask
from HER2LowMRILib.core.errors import AnalysisError, StudyError
from HER2LowMRILib.files.budget import read_at_most
from HER2LowMRILib.files.row_csv import write_rows
from HER2LowMRILib.files.verified_write import make_folder, write_verified
from HER2LowMRILib.workflow.analyze_cohort import keep_questions, read_tables
from HER2LowMRILib.workflow.table_request import TableRequest

PERFORMANCE_FILE, DECISION_FILE, VALIDATION_FILE = "validation.csv", "decision_curve.csv", "validation.html"
_LARGEST = 2**20


def write_model(analysis: Analysis, path: Path, name: str, stratum: str, comparison: str) -> FrozenModel:
    """Freeze one model of an analysis.

    Parameters
    ----------
    analysis : Analysis
    path : Path
        Of the JSON file.
    name, stratum, comparison : str
        As in models.csv.

    Raises
    ------
    AnalysisError
        When there is no such model, or the file cannot be written.
    """
    model = freeze(analysis, name, stratum, comparison)
    try:
        write_verified(Path(path), to_json(model).encode())
    except (OSError, StudyError) as error:
        raise AnalysisError("The model cannot be written", found=str(error)) from error
    return model


def apply_model(
    path: Path,
    features: Path,
    out: Path,
    units: Mapping[str, str] | None = None,
    request: TableRequest | None = None,
) -> Validation:
    """Judge a frozen model on a table, and write validation.csv, decision_curve.csv and validation.html.

    No probability of a single case is written: the software predicts nobody's HER2 status.

    Parameters
    ----------
    path : Path
        The model.
    features : Path
        The other centre's table.
    out : Path
    units, request : optional
        As in `analyze_cohort`.

    Raises
    ------
    AnalysisError
        When one of the files is not what it should be, or has too few cases.
    """
    path, out = Path(path), Path(out)
    text = read_at_most(path, _LARGEST, AnalysisError).decode("utf-8", errors="replace")
    model = from_json(text, path.name)
    tables = read_tables(features, out, units=units, request=request)
    keep_questions(tables, out)
    cohort = tables.cohort
    ask(tables.questions)
    found = validate(model, cohort)
    page = validation_html(found, cohort)
    make_folder(out, "the folder of the results")
    columns = list(found.table.columns)
    rows = found.table.astype(object).where(found.table.notna(), None).to_dict("records")
    write_rows(out / PERFORMANCE_FILE, rows, columns)
    curve = found.decision
    points = [
        {"threshold": float(t), "net_benefit_model": float(m), "net_benefit_all": float(a)}
        for t, m, a in zip(curve.thresholds, curve.model, curve.all_cases, strict=True)
    ]
    write_rows(out / DECISION_FILE, points, list(points[0]))
    write_verified(out / VALIDATION_FILE, page.encode())
    return found
