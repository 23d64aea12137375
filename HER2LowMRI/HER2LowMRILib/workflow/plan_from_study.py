"""How many cases a study needs in the end, from what its analysis found so far."""

from math import ceil, isfinite
from pathlib import Path

from HER2LowMRILib.core.errors import AnalysisError, StudyError
from HER2LowMRILib.core.statistics.sample_size import (
    cases_for_auc_interval,
    cases_for_difference,
    cases_for_icc,
    cases_for_kappa,
)
from HER2LowMRILib.files.row_csv import read_rows

_EVENTS_PER_VARIABLE = 10
_LEAST_DIFFERENCE = 0.01


def plan_from_study(results: Path, width: float = 0.2, power: float = 0.8) -> list[tuple[str, str]]:
    """Cases for the intervals and differences that a study is after.

    Parameters
    ----------
    results : Path
        Folder that ``her2lowmri analyze`` wrote.
    width : float
        Of 95 % intervals, from limit to limit.
    power : float
        Of differences of AUCs, at p < .05.

    Returns
    -------
    list of (cases, words)

    Raises
    ------
    AnalysisError
        When the folder holds no analysis, or none of its figures can be planned from.
    """
    roc = _rows(results, "roc.csv")
    answers = []
    for row in roc:
        area, ratio = _number(row["auc_cv"]), _number(row["n_negative"]) / max(_number(row["n_positive"]), 1)
        if row["predictor"] == "Combined_All" and 0.5 < area < 1 and row["comparison"].startswith("low_"):
            positive, negative = cases_for_auc_interval(area, width, ratio)
            words = (
                f"cases ({row['n_positive']} and {row['n_negative']} so far): {_place(row)}, cross-validated AUC "
                f"{area:.2f}, interval {width:g} wide"
            )
            answers.append((f"{positive} and {negative}", words))
    answers += _differences(results, power)
    answers += _events(results)
    answers += _readers(results, width)
    if not answers:
        raise AnalysisError(
            "The study cannot be planned from its results",
            needed="an AUC above 0.5, a kappa or an ICC",
            found="none",
        )
    return answers


def _differences(results: Path, power: float) -> list[tuple[str, str]]:
    answers = []
    for row in _rows(results, "delong.csv"):
        a, b, z = (_number(row[name]) for name in ("auc_a", "auc_b", "z"))
        positive, negative = _number(row["n_positive"]), _number(row["n_negative"])
        nested = isfinite(_number(row["lr_p"]))
        # Nested models are not compared by their areas, and a difference of nothing needs endless cases.
        if nested or not row["comparison"].startswith("low_") or abs(a - b) < _LEAST_DIFFERENCE or not z:
            continue
        if isfinite(z):
            spread = ((a - b) / z) ** 2 * positive
            found = cases_for_difference(a - b, spread, power, negative / positive)
            words = (
                f"cases ({positive:.0f} and {negative:.0f} so far): {_place(row)}, AUC {a:.2f} of {row['predictor_a']} "
                f"against {b:.2f} of {row['predictor_b']}, power {power:g} (DeLong)"
            )
            answers.append((" and ".join(str(ceil(cases)) for cases in found), words))
    return answers


def _events(results: Path) -> list[tuple[str, str]]:
    terms: dict[tuple[str, str, str], int] = {}
    fewest: dict[tuple[str, str, str], float] = {}
    for row in _rows(results, "models.csv"):
        key = (row["model"], row["stratum"], row["comparison"])
        terms[key] = terms.get(key, 0) + (row["term"] != "(constant)")
        fewest[key] = _number(row["events_per_variable"])
    answers = {}
    for (model, _, _), count in terms.items():
        short = [fewest[key] for key in terms if key[0] == model]
        if min(short) < _EVENTS_PER_VARIABLE and not model.endswith("screened"):
            words = (
                f"cases of the smaller group: {_EVENTS_PER_VARIABLE} events for each of the {count} terms of {model} "
                f"(fewest so far {min(short):.1f})"
            )
            answers[model] = (str(_EVENTS_PER_VARIABLE * count), words)
    return list(answers.values())


def _readers(results: Path, width: float) -> list[tuple[str, str]]:
    if not (results / "agreement.csv").is_file():
        return []
    rows = [row for row in _rows(results, "agreement.csv") if _number(row["estimate"]) < 1]
    answers = []
    kappas = [row for row in rows if row["statistic"] == "kappa" and _number(row["estimate"]) >= 0]
    if kappas:
        worst = min(kappas, key=lambda row: _number(row["estimate"]))
        cases = cases_for_kappa(_number(worst["estimate"]), 0.5, width)
        words = (
            f"cases read by both ({worst['n']} so far): lowest kappa {_number(worst['estimate']):.2f} "
            f"({worst['variable']}), interval {width:g} wide, at a share of one half"
        )
        answers.append((str(cases), words))
    forms = [row for row in rows if row["statistic"] == "icc_2_1" and _number(row["estimate"]) >= 0]
    if forms:
        worst = min(forms, key=lambda row: _number(row["estimate"]))
        cases = cases_for_icc(_number(worst["estimate"]), width, 2)
        words = (
            f"cases read by both ({worst['n']} so far): lowest ICC(2,1) {_number(worst['estimate']):.2f} "
            f"({worst['variable']}), interval {width:g} wide"
        )
        answers.append((str(cases), words))
    return answers


def _rows(results: Path, name: str) -> list[dict[str, str]]:
    try:
        return [{column: cell or "" for column, cell in row.items()} for row in read_rows(results / name)]
    except StudyError as error:
        raise AnalysisError(
            "The study cannot be planned from its results",
            needed="a folder that her2lowmri analyze wrote",
            found=f"{name}: {error.found or error.what}",
        ) from error


def _number(cell: str | None) -> float:
    try:
        return float(cell) if cell else float("nan")
    except ValueError:
        return float("nan")


def _place(row: dict[str, str]) -> str:
    return f"{row['comparison'].replace('_', ' ')}, {row['stratum'].replace('_', ' ')}"
